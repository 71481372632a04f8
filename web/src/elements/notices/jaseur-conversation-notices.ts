// SPDX-License-Identifier: MIT
//
// <jaseur-conversation-notices>: how much of a conversation is told outside the page.
//
// Properties  texts, client, jid (bare)

import { html, type PropertyDeclarations, type TemplateResult } from "lit";

import type { NotifyWhen } from "../../protocol/xep0492.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import type { MenuItem } from "../menu/jaseur-menu.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";

export class JaseurConversationNotices extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, jid: {} };

  static override styles = [tokens];

  declare jid: string;

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const wish = client.notices.wishOf(jid) ?? "always";
    const label = texts.of("noticesOfConversation");
    const items: (MenuItem & { name: NotifyWhen })[] = [
      { name: "always", label: texts.of("toldAlways"), isChecked: wish === "always" },
      { name: "on-mention", label: texts.of("toldOnMention"), isChecked: wish === "on-mention" },
      { name: "never", label: texts.of("toldNever"), isChecked: wish === "never" },
    ];
    return html`<button class="bare" popovertarget="wishes" ${tip(label)}>${icon(wish === "never" ? "bellOff" : "bell")}</button>
      <jaseur-menu
        id="wishes"
        edge="end"
        .items=${items}
        label=${label}
        @jaseur-pick=${({ detail }: CustomEvent<{ name: NotifyWhen }>) => this.#set(detail.name)}
      ></jaseur-menu>`;
  }

  #set(wish: NotifyWhen): void {
    this.client.notices.setWish(this.jid, wish).catch(() => feedback(this, this.texts.of("notSaved"), { isBad: true }));
  }
}
