// SPDX-License-Identifier: MIT
//
// <jaseur-conversations>: the conversations, latest first.
//
// Properties  texts, client, chosen (an address)
// Events      jaseur-choose { jid }

import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import type { Conversation } from "../../model/types.js";
import { actionIn } from "../../protocol/xep0245.js";
import { JaseurElement } from "../element.js";
import { goneText } from "../message/message.js";
import { row, rowStyles } from "../people/row.js";
import { tokens } from "../style.js";
import type { Texts } from "../texts/texts.js";

const TEXT_MAX = 120; // characters of the last message
const COUNT_MAX = 999;

/** What was said last, or done, and by whom. name: of whoever it was */
function lastLine({ lastText, lastEnd, isLastOwn, isLastCall, lastAuthor }: Conversation, name: string, texts: Texts): string {
  if (lastEnd) return goneText(lastEnd === "moderated" ? { reason: lastText } : undefined, texts);
  if (isLastCall) return texts.of("callMade", { kind: "" });
  const action = actionIn(lastText);
  if (action !== undefined) return `${name} ${action}`;
  if (isLastOwn) return texts.of("youSaid", { text: lastText });
  return lastAuthor ? texts.of("saidBy", { who: lastAuthor, text: lastText }) : lastText;
}

export class JaseurConversations extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, chosen: {} };

  static override styles = [
    tokens,
    rowStyles,
    css`
      :host {
        display: block;
        overflow-y: auto;
        padding: 0.25em 0;
      }

      .count {
        min-width: 1.5em;
        padding: 0 0.4em;
        border-radius: 1em;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.8125em;
        font-weight: 600;
        text-align: center;
      }
    `,
  ];

  declare chosen: string;

  constructor() {
    super();
    this.chosen = "";
  }

  protected override render(): TemplateResult {
    const { client, texts } = this;
    const { all } = client.conversations;
    if (all.length === 0) return html`<p class="none">${texts.of("noConversations")}</p>`;
    return html`<ul class="rows">
      ${repeat(
        all,
        (one) => one.with,
        (one) => html`<li>${this.#row(one)}</li>`,
      )}
    </ul>`;
  }

  #row(conversation: Conversation): TemplateResult {
    const { with: jid, kind } = conversation;
    const { client } = this;
    return row({
      client: this.client,
      jid,
      name: client.nameOf(jid),
      availability: kind === "room" ? undefined : client.people.presenceOf(jid).availability,
      isChosen: this.chosen === jid,
      lines: this.#lines(conversation),
      onChoose: () => this.dispatchEvent(new CustomEvent("jaseur-choose", { detail: { jid } })),
    });
  }

  #lines(conversation: Conversation): TemplateResult {
    const { with: jid, time, unread, draft, isLastOwn, lastAuthor } = conversation;
    const { texts, client } = this;
    const name = client.nameOf(jid);
    const typist = client.conversations.isTyping(jid) ? name : client.rooms.typists(jid)[0];
    const shown = typist
      ? texts.of("typing", { who: typist })
      : draft && this.chosen !== jid
        ? texts.of("draft", { text: draft })
        : lastLine(conversation, isLastOwn ? client.nameOf(client.account) : lastAuthor || name, texts);
    return html`<span class="line"
        ><span class="title" dir="auto">${name}</span>${time
          ? html`<time datetime=${new Date(time).toISOString()}>${texts.when(time)}</time>`
          : nothing}</span
      ><span class="line"
        ><span class="quiet" dir="auto">${shown.slice(0, TEXT_MAX)}</span>${unread
          ? html`<span class="count"><span aria-hidden="true">${unread > COUNT_MAX ? `${COUNT_MAX}+` : unread}</span
              ><span class="unseen">${texts.of("unread", { count: unread })}</span></span
            >`
          : nothing}</span
      >`;
  }
}
