// SPDX-License-Identifier: MIT

import { css } from "lit";

export const logStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  jaseur-virtual {
    flex: 1;
    padding-inline: 1em;
  }

  jaseur-virtual:focus-visible {
    outline-offset: -2px;
  }

  .virtual-rows {
    width: 100%;
    max-width: 58em;
    margin-inline: auto;
  }

  .virtual-row:last-of-type {
    padding-block-end: 0.75em;
  }

  .day {
    margin: 1.25em 0 0.75em;
    color: var(--quiet);
    font-size: 0.8125em;
    text-align: center;
  }

  .happened {
    margin: 0.75em auto;
    max-width: 34em;
    padding-inline: 1em;
    color: var(--quiet);
    font-size: 0.8125em;
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .happened time {
    margin-inline-start: 0.35em;
    white-space: nowrap;
  }

  .line {
    display: flex;
    align-items: center;
    gap: 0.75em;
    margin: 1em 0 0.5em;
    color: var(--accent);
    font-size: 0.8125em;
    font-weight: 600;
  }

  .line::before,
  .line::after {
    content: "";
    flex: 1;
    border-top: 1px solid currentcolor;
  }

  .loading {
    position: absolute;
    inset-block-start: 0.5em;
    inset-inline: 0;
    width: fit-content;
    margin: 0 auto;
    padding: 0.2em 0.9em;
    border: 1px solid var(--line);
    border-radius: 1em;
    background: var(--card);
    color: var(--quiet);
    font-size: 0.8125em;
    pointer-events: none;
  }

  .loading.away {
    inset-block-start: 40%;
    max-width: 80%;
    padding: 0.5em 1em;
    text-align: center;
  }

  .nothing {
    position: absolute;
    inset-block-end: 1.5em;
    inset-inline: 0;
    margin: 0;
    color: var(--quiet);
    text-align: center;
  }

  .latest {
    position: absolute;
    inset-block-end: 0.75em;
    inset-inline-end: 1.25em;
    display: flex;
    align-items: center;
    gap: 0.4em;
    min-width: 2.75em;
    min-height: 2.75em;
    justify-content: center;
    padding: 0.4em;
    border-radius: 1.5em;
    box-shadow: var(--shadow);
  }

  .quick {
    display: flex;
    align-items: center;
    gap: 0.1em;
    padding: 0.3em;
  }

  .quick > button {
    font-size: 1.25em;
  }

  jaseur-dialog blockquote {
    max-height: 6em;
    margin: 0.75em 0;
    overflow: auto;
    padding-inline-start: 0.75em;
    border-inline-start: 3px solid var(--line);
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
    white-space: pre-wrap;
  }

  jaseur-dialog label {
    display: grid;
    gap: 0.35em;
  }
`;
