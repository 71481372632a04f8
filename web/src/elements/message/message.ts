// SPDX-License-Identifier: MIT
//
// One message: what was said, when, and how far it has come.

import { css, html, nothing, type TemplateResult } from "lit";

import type { Client } from "../../model/client.js";
import type { ChatMessage, Progress } from "../../model/types.js";
import type { Texts } from "../texts/texts.js";
import { videos, videosStyles } from "../media/videos.js";
import { linked } from "./linked.js";

const MARKS: Readonly<Record<Progress, string>> = { sending: "◷", sent: "✓", received: "✓✓", read: "✓✓", failed: "!" };

export interface ShownMessage {
  readonly message: ChatMessage;
  /** Whose it is, for those who do not see where it stands. */
  readonly who: string;
  /** By the same as the one above, on the same day. */
  readonly isAgain: boolean;
}

export function messageRow({ message, who, isAgain }: ShownMessage, texts: Texts, client: Client): TemplateResult {
  const reactions = [...new Set(Object.values(message.reactions ?? {}).flat())];
  return html`<article class="said ${message.isOwn ? "own" : ""} ${isAgain ? "again" : ""} ${message.progress ?? ""}">
    <span class="unseen">${who}</span>
    ${message.url === undefined ? nothing : html`<jaseur-file .texts=${texts} .client=${client} .message=${message}></jaseur-file>`}
    ${message.url !== undefined && message.text === message.url
      ? nothing
      : html`<p dir="auto">${message.isRetracted ? html`<em>${texts.of("retracted")}</em>` : linked(message.text)}</p>`}
    ${message.isRetracted ? nothing : videos(message.text, message.with, texts)}
    ${reactions.length ? html`<p>${reactions.join(" ")}</p>` : nothing}
    <footer>
      ${message.isCorrected && !message.isRetracted ? html`${texts.of("corrected")} · ` : nothing}<time
        datetime=${new Date(message.time).toISOString()}
        >${texts.time(message.time)}</time
      >${message.isOwn && message.progress
        ? html` <span aria-hidden="true">${MARKS[message.progress]}</span
            ><span class=${message.progress === "failed" || message.progress === "read" ? "" : "unseen"}> ${texts.of(message.progress)}</span>`
        : nothing}
    </footer>
  </article>`;
}

export const messageStyles = css`
  ${videosStyles}

  .said {
    align-self: flex-start;
    max-width: min(80%, 40em);
    margin: 0.15em 0;
    padding: 0.45em 0.8em;
    border: 1px solid var(--line);
    border-radius: 1em 1em 1em 0.3em;
    background: var(--card);
  }

  .said.own {
    align-self: flex-end;
    border-color: transparent;
    border-radius: 1em 1em 0.3em;
    background: var(--own);
  }

  .said.again {
    margin-top: 0;
  }

  .said p {
    margin: 0;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
  }

  .said footer {
    color: var(--quiet);
    font-size: 0.75em;
    text-align: end;
  }

  .own footer {
    color: inherit;
  }

  .failed footer {
    color: var(--bad);
    font-weight: 600;
  }

  a {
    color: inherit;
  }

  em {
    color: var(--quiet);
  }
`;
