// SPDX-License-Identifier: MIT
//
// What the panel beside conversations looks like: a column at one side, on phones and when it is made
// wide all there is.

import { css } from "lit";

export const mediaStyles = css`
  :host {
    position: fixed;
    inset-block: 0 var(--jaseur-below, 0);
    inset-inline: auto 0;
    width: min(28em, 100vw);
    height: auto;
    margin: 0;
    padding: 0;
    border: 0;
    border-inline-start: 1px solid var(--line);
    background: var(--card);
    overflow: hidden;
  }

  :host([side="start"]) {
    inset-inline: 0 auto;
    border-inline: 0 1px solid var(--line);
    box-shadow: var(--shadow);
  }

  :host([wide]) {
    inset-inline: 0;
    width: auto;
    border: 0;
  }

  section {
    display: flex;
    flex-direction: column;
    height: 100%;
    outline: 0;
  }

  header,
  footer {
    flex: none;
    display: flex;
    align-items: center;
    gap: 0.25em;
    min-height: 4.2em;
    padding: 0.4em 0.75em;
    border-block-end: 1px solid var(--line);
  }

  footer {
    border-block: 1px solid var(--line) 0;
  }

  h2 {
    flex: 1;
    min-width: 0;
    margin: 0 0.25em;
    overflow: hidden;
    font-size: 1.0625em;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }

  .all {
    flex: 1;
    padding: 0.25em 1em 1em;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  h3 {
    margin: 1em 0 0.5em;
    color: var(--quiet);
    font-size: 0.875em;
  }

  ul {
    display: grid;
    gap: 0.5em;
    margin: 0 0 1em;
    padding: 0;
    list-style: none;
  }

  .grid {
    grid-template-columns: repeat(auto-fill, minmax(6.5em, 1fr));
  }

  .thumbnail {
    display: grid;
    place-items: center;
    width: 100%;
    aspect-ratio: 1;
    padding: 0;
    border: 0;
    border-radius: 0.6em;
    background: var(--sunken);
    overflow: hidden;
  }

  .thumbnail img {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }

  .card {
    width: 100%;
    max-width: none;
  }

  .link {
    min-width: 0;
    padding: 0.5em 0.75em;
    border-radius: 0.7em;
    background: var(--sunken);
  }

  .link p {
    margin: 0;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .when,
  .quiet {
    color: var(--quiet);
    font-size: 0.8125em;
  }

  .more .when {
    font-size: 1em;
  }

  a {
    color: inherit;
  }

  .stage {
    flex: 1;
    display: grid;
    place-items: center;
    min-height: 0;
    background: var(--sunken);
    overflow: hidden;
  }

  .picture {
    width: 100%;
    height: 100%;
    outline-offset: -2px;
    overflow: auto;
    overscroll-behavior: contain;
  }

  .picture img {
    display: block;
    width: calc(100% * var(--zoom, 1));
    height: calc(100% * var(--zoom, 1));
    object-fit: scale-down;
  }

  video,
  iframe {
    display: block;
    width: 100%;
    max-height: 100%;
    border: 0;
    background: #000;
  }

  iframe {
    aspect-ratio: 16 / 9;
  }

  :host([wide]) iframe {
    height: 100%;
    aspect-ratio: auto;
  }

  audio {
    width: min(24em, calc(100% - 2em));
  }

  .ask {
    display: grid;
    justify-items: center;
    gap: 0.75em;
    max-width: 22em;
    padding: 1.5em;
    text-align: center;
  }

  .ask p {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .ask svg.icon {
    width: 2em;
    height: 2em;
    color: var(--quiet);
  }

  /* Not disabled: the focus would be lost. */
  [aria-disabled="true"] {
    cursor: default;
    opacity: 0.5;
  }

  footer .about {
    display: block;
    flex: 1;
    font-size: 0.875em;
    text-align: center;
  }

  footer a {
    overflow-wrap: anywhere;
  }

  a.bare {
    display: grid;
    place-items: center;
    min-width: 2.25em;
    min-height: 2.25em;
    border-radius: 50%;
  }

  a.bare:hover {
    background: var(--sunken);
  }

  @media (prefers-reduced-motion: no-preference) {
    :host(:not([wide])) {
      animation: unfold 160ms ease-out;
    }

    @keyframes unfold {
      from {
        opacity: 0;
        translate: 2em 0;
      }
    }
  }
`;
