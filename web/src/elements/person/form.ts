// SPDX-License-Identifier: MIT
//
// What dialogs about people look like.

import { css } from "lit";

export const formStyles = css`
  .all {
    display: grid;
    gap: 1.25em;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }

  .actions button {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
  }

  .panel {
    display: grid;
    gap: 0.75em;
    padding: 1em;
    border-radius: 0.75em;
    background: var(--sunken);
  }

  .panel p {
    margin: 0;
    font-size: 0.875em;
  }

  fieldset {
    display: grid;
    gap: 0.25em;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0 0 0.25em;
  }

  label:not(.choice) {
    display: grid;
    gap: 0.25em;
    color: var(--quiet);
    font-size: 0.9375em;
  }

  label input,
  label textarea {
    min-width: 0;
    color: var(--ink);
  }

  .choice {
    display: flex;
    align-items: center;
    gap: 0.6em;
    min-height: 2em;
  }

  .choice input {
    flex: none;
    width: 1.1em;
    height: 1.1em;
    margin: 0;
    accent-color: var(--accent);
  }
`;
