// SPDX-License-Identifier: MIT

import { css } from "lit";

/** What the views of the developer panel have in common, beside tokens. */
export const developerStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    font-size: 14px;
  }

  button,
  input,
  select {
    min-height: 32px;
    padding: 4px 10px;
    border-radius: 8px;
  }

  pre,
  code,
  textarea,
  .mono {
    font-family: var(--jaseur-mono, ui-monospace, "DejaVu Sans Mono", monospace);
    font-size: 13px;
    line-height: 1.5;
  }

  pre {
    margin: 0;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .quiet {
    color: var(--quiet);
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 8px 12px;
    border-bottom: 1px solid var(--line);
  }

  .bad {
    color: var(--bad);
  }

  .mark {
    color: var(--quiet);
  }

  .name {
    color: var(--accent);
    font-weight: 600;
  }

  .attribute {
    color: light-dark(#0b5cad, #8cc4ff);
  }

  .value {
    color: light-dark(#2b6a36, #8ad79c);
  }
`;
