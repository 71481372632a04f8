// SPDX-License-Identifier: MIT
//
// A person's initial on a colour of his own, with a dot for the presence.

import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";

import type { Availability } from "../protocol/rfc6121_presence.js";

function hueOf(jid: string): number {
  let sum = 0;
  for (const c of jid) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 360;
  return sum;
}

export function avatar(jid: string, name: string, availability?: Availability): TemplateResult {
  const initial = String.fromCodePoint(name.trim().codePointAt(0) ?? 0x3f).toLocaleUpperCase();
  // By the object model: the site's policy allows no style attributes.
  const paint = (el?: Element): void => (el as HTMLElement | undefined)?.style.setProperty("--hue", String(hueOf(jid)));
  return html`<span class="avatar" aria-hidden="true" ${ref(paint)}
    >${initial}${availability ? html`<span class="dot ${availability}"></span>` : nothing}</span
  >`;
}
