// SPDX-License-Identifier: MIT
//
// What a call looks like: a card below the header, so that one can write meanwhile; with pictures a
// larger one, of which theirs fill the ground.

import { css } from "lit";

import { tokens } from "../style.js";

export const style = [
  tokens,
  css`
    :host {
      position: fixed;
      inset-block: 4.5em auto;
      inset-inline: auto 1em;
      width: auto;
      margin: 0;
      padding: 0;
      border: 1px solid var(--line);
      border-radius: 1em;
      overflow: hidden;
      background: var(--card);
      box-shadow: var(--shadow);
    }

    section {
      display: flex;
      flex-direction: column;
      gap: 1em;
      width: min(24em, calc(100vw - 2em));
      padding: 1.25em;
    }

    section.video {
      width: min(44em, calc(100vw - 2em));
    }

    .who {
      display: flex;
      align-items: center;
      gap: 0.75em;
    }

    .who > div {
      min-width: 0;
    }

    h2,
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }

    h2 {
      font-size: 1.0625em;
    }

    p {
      color: var(--quiet);
      font-variant-numeric: tabular-nums;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5em;
    }

    .actions button {
      display: inline-flex;
      align-items: center;
      gap: 0.4em;
    }

    .actions button[aria-pressed="true"] {
      background: var(--chosen);
      text-decoration: line-through;
    }

    .bad {
      margin-inline-start: auto;
      border-color: var(--bad);
      color: var(--bad);
    }

    video {
      display: block;
      border-radius: 0.6em;
      background: #000;
      object-fit: cover;
    }

    .remote {
      width: 100%;
      max-height: calc(100dvh - 20em); /* what is being written is not covered */
      aspect-ratio: 16 / 9;
    }

    .own {
      width: min(9em, 30%);
      aspect-ratio: 16 / 9;
    }

    .remote:not([hidden]) + .own {
      position: absolute;
      inset-block-start: 2em;
      inset-inline-end: 2em;
      box-shadow: var(--shadow);
    }

    .remote[hidden] + .own {
      width: 100%;
    }
  `,
];
