// SPDX-License-Identifier: MIT
//
// Somebody's picture, or his initial on a colour of his own, with a dot for the presence; a room's, or people on
// that colour. Everybody is shown by this, everywhere; it is as high as --avatar says.

import { html, nothing, type TemplateResult } from "lit";

import type { Client } from "../model/client.js";
import type { Availability } from "../protocol/rfc6121_presence.js";
import { icon } from "./icons/icons.js";
import { paint } from "./paint.js";

export function avatar(client: Client, jid: string, name: string, availability?: Availability): TemplateResult {
  const url = client.avatars.urlOf(jid);
  const isRoom = client.rooms.of(jid) !== undefined;
  const initial = String.fromCodePoint(name.trim().codePointAt(0) ?? 0x3f).toLocaleUpperCase();
  return html`<span class="avatar" aria-hidden="true" ${paint(jid)}
    >${url ? html`<img src=${url} alt="" draggable="false" />` : isRoom ? icon("people") : initial}${availability ? html`<span class="dot ${availability}"></span>` : nothing}</span
  >`;
}
