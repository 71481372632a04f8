// SPDX-License-Identifier: MIT
//
// A file's card: what it is, its name with the end always in sight, how large it is.

import { css, html, nothing, type TemplateResult } from "lit";

import type { FileDetails } from "../../protocol/xep0447.js";
import { endOf, nameParts } from "./kind.js";
import { bytesText } from "./measure.js";

/** Strangers' names stand between isolates, from left to right: their end is at the end. */
export function nameText(name: string): TemplateResult {
  const { stem, end } = nameParts(name);
  return html`<span class="unseen">${name}</span><span class="name" aria-hidden="true" dir="ltr" title=${name}><bdi class="stem">${stem}</bdi><bdi class="end">${end}</bdi></span>`;
}

export interface CardMore {
  /** Beside or below the size. */
  readonly more?: unknown;
  /** What it looks like. */
  readonly picture?: unknown;
}

export function card({ name, size }: FileDetails, unnamed: string, language: string, { more = nothing, picture }: CardMore = {}): TemplateResult {
  return html`${picture ?? html`<span class="type" aria-hidden="true">${endOf(name).slice(0, 4) || "•"}</span>`}
    <span class="about">
      ${nameText(name || unnamed)}
      <span class="more">${size === undefined ? nothing : html`<span>${bytesText(size, language)}</span>`}${more}</span>
    </span>`;
}

export const cardStyles = css`
  .card {
    display: flex;
    align-items: center;
    gap: 0.75em;
    min-width: 0;
    max-width: 22em;
    padding: 0.5em;
    border: 1px solid var(--line);
    border-radius: 0.7em;
    background: var(--card);
    color: var(--ink);
    text-align: start;
    text-decoration: none;
  }

  a.card:hover {
    border-color: var(--quiet);
  }

  .type {
    flex: none;
    display: grid;
    place-items: center;
    width: 3.5em;
    height: 4em;
    border-radius: 0.3em 0.9em 0.3em 0.3em;
    background: var(--chosen);
    color: var(--accent);
    font-size: 0.6875em;
    font-weight: 700;
    letter-spacing: -0.03em;
    text-transform: uppercase;
    overflow: hidden;
  }

  .about {
    flex: 1;
    display: grid;
    gap: 0.1em;
    min-width: 0;
  }

  .name {
    display: flex;
    min-width: 0;
    font-weight: 600;
  }

  .stem {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }

  .end {
    flex: none;
    white-space: pre;
  }

  .more {
    display: flex;
    flex-wrap: wrap;
    color: var(--quiet);
    font-size: 0.8125em;
  }

  .more > :not(:last-child)::after {
    content: "\\a0·\\20";
    white-space: pre;
  }

  .warning {
    color: var(--bad);
  }
`;
