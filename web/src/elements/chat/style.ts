// SPDX-License-Identifier: MIT
//
// Of <jaseur-chat>: where the client ends and the page begins.

import { css } from "lit";

export const style = css`
  :host {
    display: block;
  }

  /* Effects on the host would be on everything in it: a page's rule for all elements is none for this. */
  :host {
    opacity: 1 !important;
    transform: none !important;
    translate: none !important;
    rotate: none !important;
    scale: none !important;
    perspective: none !important;
    filter: none !important;
    backdrop-filter: none !important;
    clip-path: none !important;
    mask: none !important;
    mix-blend-mode: normal !important;
    contain: none !important;
    container: none !important;
    will-change: auto !important;
    animation: none !important;
    transition: none !important;
    overflow: visible !important;
  }

  /* Nothing of the page is inherited, and the page's rules end at the host. */
  .all {
    all: initial;
    display: block;
    color-scheme: var(--jaseur-scheme, light dark);
    color: var(--ink);
    font: var(--jaseur-size, medium)/1.45 var(--jaseur-font, system-ui, sans-serif);
  }

  [slot="sign-in"] jaseur-sign-in::part(form) {
    padding: 0;
    border: 0;
  }

  jaseur-developer {
    position: fixed;
    inset: auto 0 0;
    width: auto;
    height: 45vh;
    margin: 0;
    padding: 0;
    border: 0;
    border-top: 1px solid var(--line);
    box-shadow: 0 -4px 24px rgb(0 0 0 / 15%);
  }

  .with-developer {
    --jaseur-below: 45vh;
  }

  @media (min-width: 70em) {
    .with-media {
      --jaseur-beside: 28em;
    }
  }
`;
