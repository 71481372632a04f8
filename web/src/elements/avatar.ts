// SPDX-License-Identifier: MIT
//
// Somebody's picture, or his initial on a colour of his own, with a dot for the presence. Everybody is
// shown by this, everywhere; it is as high as --avatar says.

import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";

import type { Client } from "../model/client.js";
import type { Availability } from "../protocol/rfc6121_presence.js";

function hueOf(jid: string): number {
  let sum = 0;
  for (const c of jid) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) % 360;
  return sum;
}

export function avatar(client: Client, jid: string, name: string, availability?: Availability): TemplateResult {
  const url = client.avatars.urlOf(jid);
  const initial = String.fromCodePoint(name.trim().codePointAt(0) ?? 0x3f).toLocaleUpperCase();
  // By the object model: the site's policy allows no style attributes.
  const paint = (el?: Element): void => (el as HTMLElement | undefined)?.style.setProperty("--hue", String(hueOf(jid)));
  return html`<span class="avatar" aria-hidden="true" ${ref(paint)}
    >${url ? html`<img src=${url} alt="" draggable="false" />` : initial}${availability ? html`<span class="dot ${availability}"></span>` : nothing}</span
  >`;
}
