// SPDX-License-Identifier: MIT
//
// The videos that a message names, as buttons below its text.

import { css, html, nothing, type TemplateResult } from "lit";

import { icon } from "../icons/icons.js";
import type { Texts } from "../texts/texts.js";
import { showMedia } from "./showing.js";
import { videosIn } from "./video_address.js";

export function videos(text: string, jid: string, texts: Texts): TemplateResult | typeof nothing {
  const found = videosIn(text);
  if (!found.length) return nothing;
  return html`<div class="videos">
    ${found.map(
      ({ address, site }) => html`<button @click=${({ currentTarget }: Event) => showMedia(currentTarget, { kind: "video", jid, address })}>
        ${icon("play")}<span>${texts.of("watch", { site })}</span>
      </button>`,
    )}
  </div>`;
}

export const videosStyles = css`
  .videos {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    margin-top: 0.4em;
  }

  .videos button {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.3em 0.8em 0.3em 0.5em;
    border-radius: 1em;
    font-size: 0.875em;
  }
`;
