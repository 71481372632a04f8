// SPDX-License-Identifier: MIT
//
// What all elements look like. Pages may set the custom properties --jaseur-*. Every pair of
// text and ground has a contrast of 4.5:1 at least, in light and dark.
//
// Sizes are in em, of a base that is --jaseur-size or what the reader set in the browser: a rem
// would be the page's.

import { css } from "lit";

export const tokens = css`
  :host {
    color-scheme: var(--jaseur-scheme, light dark);
    --paper: var(--jaseur-paper, light-dark(#fbfaf8, #191715));
    --card: var(--jaseur-card, light-dark(#ffffff, #24211e));
    --sunken: var(--jaseur-sunken, light-dark(#f2efea, #1f1c19));
    --ink: var(--jaseur-ink, light-dark(#23201d, #f3efe9));
    --quiet: var(--jaseur-quiet, light-dark(#5b554f, #c0b8af));
    --line: var(--jaseur-line, light-dark(#ded8d0, #3d3833));
    --accent: var(--jaseur-accent, light-dark(#7a2e1d, #ffb59e));
    --on-accent: var(--jaseur-on-accent, light-dark(#ffffff, #3b140a));
    --own: var(--jaseur-own, light-dark(#f6ddd4, #54291d));
    --chosen: var(--jaseur-chosen, light-dark(#f3e4dd, #382722));
    --focus: var(--jaseur-focus, light-dark(#0b5cad, #8cc4ff));
    --bad: var(--jaseur-bad, light-dark(#a3121f, #ff9d9d));
    --good: light-dark(#2b7a3d, #6fca84);
    --busy: light-dark(#b3261e, #ff8a80);
    --idle: light-dark(#b07400, #f0b84b);
    --shadow: 0 8px 28px rgb(0 0 0 / 22%);
    font: var(--jaseur-size, medium)/1.45 var(--jaseur-font, system-ui, sans-serif);
    color: var(--ink);
    accent-color: var(--accent);
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  [hidden] {
    display: none !important;
  }

  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
  }

  button {
    cursor: pointer;
    border: 1px solid var(--line);
    border-radius: 0.6em;
    padding: 0.5em 0.9em;
    background: var(--card);
  }

  button.first {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }

  /* An icon only, with a name by tip() or aria-label. */
  button.bare {
    display: inline-grid;
    flex: none;
    place-items: center;
    min-width: 2.25em;
    min-height: 2.25em;
    padding: 0.4em;
    border: 0;
    border-radius: 50%;
    background: none;
  }

  button.bare:hover {
    background: var(--sunken);
  }

  svg.icon {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  svg.icon.mirrored:dir(rtl) {
    scale: -1 1;
  }

  /* How many wait. */
  .count {
    flex: none;
    min-width: 1.7em;
    padding: 0.1em 0.5em;
    border-radius: 1em;
    background: var(--accent);
    color: var(--on-accent);
    font-size: 0.8125em;
    font-weight: 600;
    text-align: center;
  }

  button:disabled {
    cursor: default;
    opacity: 0.6;
  }

  input,
  textarea,
  select {
    border: 1px solid var(--line);
    border-radius: 0.6em;
    padding: 0.55em 0.75em;
    background: var(--card);
  }

  /* The browser's own arrow sticks to the edge. */
  select {
    appearance: none;
    padding-inline-end: 2em;
    background-image: linear-gradient(45deg, transparent 50%, currentcolor 50%), linear-gradient(-45deg, transparent 50%, currentcolor 50%);
    background-position:
      right 1.1em center,
      right 0.8em center;
    background-size: 0.3em 0.3em;
    background-repeat: no-repeat;
  }

  select:dir(rtl) {
    background-position:
      left 0.8em center,
      left 1.1em center;
  }

  ::placeholder {
    color: var(--quiet);
    opacity: 1;
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .avatar {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    width: var(--avatar, 2.5em);
    height: var(--avatar, 2.5em);
    border-radius: 50%;
    background: var(--jaseur-tint, var(--tint, #ded8d0));
    color: #23201d;
    font-weight: 600;
    user-select: none;
  }

  .avatar img {
    width: 100%;
    height: 100%;
    border-radius: 50%;
    object-fit: cover;
  }

  .avatar .dot {
    position: absolute;
    inset-inline-end: -1px;
    bottom: -1px;
    width: 0.8em;
    height: 0.8em;
    border: 2px solid var(--card);
    border-radius: 50%;
    background: var(--quiet);
  }

  .dot.online,
  .dot.chat {
    background: var(--good);
  }

  .dot.dnd {
    background: var(--busy);
  }

  .dot.away,
  .dot.xa {
    background: var(--idle);
  }

  @media (prefers-reduced-motion: no-preference) {
    button,
    .row {
      transition: background-color 120ms;
    }
  }
`;
