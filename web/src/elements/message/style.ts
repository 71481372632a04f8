// SPDX-License-Identifier: MIT
//
// What messages look like. Whatever somebody writes stays in its place: marks that pile up over a
// letter are cut at the edge of the text, long words are broken.

import { css } from "lit";

import { videosStyles } from "../media/videos.js";

export const messageStyles = css`
  ${videosStyles}

  .message {
    position: relative;
    display: flex;
    align-items: flex-start;
    gap: 0.5em;
    margin-block-start: 0.6em;
  }

  .message.again {
    margin-block-start: 0.15em;
  }

  .message.own {
    flex-direction: row-reverse;
  }

  .whose {
    flex: none;
    width: 2em;
  }

  .whose .avatar {
    width: 2em;
    height: 2em;
    font-size: 0.875em;
  }

  .message:focus-visible {
    outline: none;
  }

  .message:focus-visible .said {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  .said {
    max-width: min(80%, 40em);
    min-width: 0;
    padding: 0.45em 0.8em;
    border: 1px solid var(--line);
    border-radius: 1em;
    border-end-start-radius: 0.3em;
    background: var(--card);
    overflow-wrap: anywhere;
  }

  .said.own {
    border-color: transparent;
    border-radius: 1em;
    border-end-end-radius: 0.3em;
    background: var(--own);
  }

  .said.meant {
    border-inline-start: 3px solid var(--accent);
    background: var(--chosen);
  }

  .said > .name,
  .quoted .name {
    display: block;
    font-size: 0.875em;
    font-weight: 600;
    color: var(--jaseur-author, var(--author, inherit));
    unicode-bidi: isolate;
  }

  .said mark {
    padding: 0 0.25em;
    border-radius: 0.35em;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }

  .said p,
  .said pre,
  .said blockquote {
    margin: 0;
    overflow: clip;
    overflow-clip-margin: 2px;
    white-space: pre-wrap;
    unicode-bidi: isolate;
  }

  .said > * + p,
  .said > * + pre,
  .said > * + blockquote {
    margin-block-start: 0.25em;
  }

  .said .unseen + p {
    margin-block-start: 0;
  }

  .said pre,
  .said code {
    border-radius: 0.35em;
    background: color-mix(in srgb, currentcolor 9%, transparent);
    font: 0.9em/1.45 ui-monospace, monospace;
  }

  .said pre {
    max-height: 24em;
    overflow: auto;
    padding: 0.5em 0.7em;
  }

  .said pre code {
    background: none;
    font: inherit;
  }

  .said code {
    padding: 0.1em 0.3em;
  }

  .said blockquote {
    padding-inline-start: 0.7em;
    border-inline-start: 3px solid var(--quiet);
  }

  .said .large {
    font-size: 2.5em;
    line-height: 1.2;
  }

  .said .action {
    font-style: italic;
  }

  .said .action bdi {
    font-weight: 600;
  }

  .said .call {
    display: flex;
    align-items: center;
    gap: 0.5em;
  }

  .said .gone {
    color: var(--quiet);
    font-style: italic;
  }

  .said.own .gone {
    color: inherit;
  }

  .said a {
    color: inherit;
    unicode-bidi: isolate;
  }

  .said .all {
    margin-block: 0.4em 0.2em;
    padding: 0.25em 0.8em;
    border-color: currentcolor;
    background: none;
    font-size: 0.875em;
  }

  .quoted {
    display: block;
    width: 100%;
    margin-block: 0.15em 0.35em;
    padding: 0.25em 0.6em;
    border: 0;
    border-inline-start: 3px solid var(--accent);
    border-radius: 0.35em;
    background: color-mix(in srgb, currentcolor 7%, transparent);
    font-size: 0.875em;
    text-align: start;
  }

  .quoted .words {
    display: -webkit-box;
    overflow: hidden;
    unicode-bidi: isolate;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }

  .reactions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3em;
    margin-block: 0.35em 0.15em;
  }

  .reactions button {
    display: inline-flex;
    align-items: center;
    gap: 0.3em;
    max-width: 7em;
    min-height: 24px;
    padding: 0 0.55em;
    overflow: hidden;
    border-radius: 1em;
    background: var(--paper);
    color: var(--ink);
    font-size: 0.875em;
    white-space: nowrap;
  }

  .reactions button:disabled {
    opacity: 1;
  }

  .reactions button[aria-pressed="true"] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }

  .reactions .emoji {
    overflow: hidden;
    font-size: 1.15em;
  }

  .said footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 0.25em 0.75em;
    color: var(--quiet);
    font-size: 0.75em;
  }

  .said.own footer {
    color: inherit;
  }

  .said footer .icon {
    width: 1.15em;
    height: 1.15em;
    vertical-align: -0.2em;
  }

  .said.read .mark {
    color: var(--focus);
  }

  .said.failed {
    border-color: var(--bad);
  }

  .said.failed .when {
    color: var(--bad);
    font-weight: 600;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }

  .actions button {
    min-height: 24px;
    padding: 0.15em 0.8em;
  }

  .tools {
    display: flex;
    align-self: center;
    opacity: 0;
  }

  .message.own .tools {
    flex-direction: row-reverse;
  }

  .tools button {
    color: var(--quiet);
  }

  .message:hover .tools,
  .message:focus-within .tools {
    opacity: 1;
  }

  @media (hover: none) {
    .tools {
      opacity: 1;
    }

    .tools [data-do="react"],
    .tools [data-do="reply"] {
      display: none;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .tools {
      transition: opacity 120ms;
    }

    .said.sought {
      animation: sought 2s ease-out;
    }

    @keyframes sought {
      from {
        box-shadow: 0 0 0 4px var(--focus);
      }
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .said.sought {
      box-shadow: 0 0 0 2px var(--focus);
    }
  }
`;
