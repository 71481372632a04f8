// SPDX-License-Identifier: MIT
//
// A line of a list: a picture, and two lines of text.

import { css, html, type TemplateResult } from "lit";

import type { Client } from "../../model/client.js";
import type { Availability } from "../../protocol/rfc6121_presence.js";
import { avatar } from "../avatar.js";

/** Of every row, in pixels. */
export const ROW_HEIGHT = 60;

export interface Row {
  readonly client: Client;
  readonly jid: string;
  readonly name: string;
  readonly availability: Availability | undefined;
  readonly isChosen: boolean;
  readonly lines: TemplateResult;
  readonly onChoose: () => void;
}

export function row({ client, jid, name, availability, isChosen, lines, onChoose }: Row): TemplateResult {
  return html`<button class="row" aria-current=${isChosen ? "true" : "false"} @click=${onChoose}>
    ${avatar(client, jid, name, availability)}<span class="texts">${lines}</span>
  </button>`;
}

export const rowStyles = css`
  .rows {
    position: relative;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  li {
    padding: 0 0.5em;
  }

  .row {
    display: flex;
    align-items: center;
    gap: 0.75em;
    width: 100%;
    height: 60px;
    padding: 0 0.5em;
    border: 0;
    background: none;
    text-align: start;
  }

  .row:hover {
    background: var(--sunken);
  }

  .row[aria-current="true"] {
    background: var(--chosen);
  }

  .row .texts {
    flex: 1;
    min-width: 0;
  }

  .line {
    display: flex;
    gap: 0.5em;
    align-items: baseline;
  }

  .line > :first-child {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .title {
    font-weight: 600;
  }

  .quiet,
  time {
    color: var(--quiet);
    font-size: 0.875em;
  }

  .none {
    padding: 1.5em;
    color: var(--quiet);
    text-align: center;
  }
`;
