// SPDX-License-Identifier: MIT
//
// One message in a list: what was said, by whom, to what, when, how far it has come, and what others
// make of it. Buttons say by `data-do` what they are for; whoever holds the list does it.
//
//   unfold   shows all of a giant text
//   react    opens the choice of emoji
//   emoji    takes one of the emoji that are there, or takes it back (data-emoji)
//   reply    answers it
//   more     opens the menu
//   quoted   goes to what it answers
//   resend, drop   of what was not delivered

import { html, nothing, type TemplateResult } from "lit";

import type { Client } from "../../model/client.js";
import type { CallMade, ChatMessage, Progress } from "../../model/types.js";
import { quoted } from "../../protocol/xep0461.js";
import { avatar } from "../avatar.js";
import { durationText } from "../file/measure.js";
import { icon, type IconName } from "../icons/icons.js";
import { paint } from "../paint.js";
import type { Texts } from "../texts/texts.js";
import { videos } from "../media/videos.js";
import { body } from "./body.js";

const MARKS: Readonly<Record<Progress, IconName>> = { sending: "clock", sent: "check", received: "checks", read: "checks", failed: "warning" };
const QUOTE_MAX = 160; // characters
const EMOJI_MAX = 20; // different ones

export interface ShownMessage {
  readonly message: ChatMessage;
  /** Whose it is. */
  readonly who: string;
  /** In a room: it is to be seen whose it is. */
  readonly isNamed: boolean;
  /** By the same as the one above, soon after it. */
  readonly isAgain: boolean;
  readonly isUnfolded: boolean;
  /** Those that mean the reader. */
  readonly words: readonly string[];
  /** Somebody has just come to it. */
  readonly isSought: boolean;
  /** It is in the order of tabs. */
  readonly isStop: boolean;
  readonly index: number;
  readonly count: number;
  /** What it answers, if that is here. */
  readonly answered: ChatMessage | undefined;
  readonly answeredWho: string;
  /** As whom the account reacts. */
  readonly me: string;
  /** Somebody can react, answer. */
  readonly isOpen: boolean;
}

/** Whose colours and picture a message has: in a room the nickname where the room tells no more. */
function colorIdOf({ author, with: jid }: ChatMessage): string {
  return author?.jid ?? author?.nick ?? jid;
}

export function messageRow(shown: ShownMessage, texts: Texts, client: Client): TemplateResult {
  const { message, who, isNamed, isAgain, isSought, isStop, index, count } = shown;
  const { isOwn, progress, isRetracted } = message;
  const classes = ["said", isOwn ? "own" : "", isAgain ? "again" : "", progress ?? "", isSought ? "sought" : "", message.isMention ? "meant" : ""].filter(Boolean).join(" ");
  const picture = isNamed && !isOwn ? html`<span class="whose">${isAgain ? nothing : avatar(client, colorIdOf(message), who)}</span>` : nothing;
  return html`<article
    class="message ${isOwn ? "own" : ""} ${isAgain ? "again" : ""}"
    data-key=${message.key}
    tabindex=${isStop ? 0 : -1}
    aria-posinset=${index + 1}
    aria-setsize=${count}
  >
    ${picture}
    <div class=${classes}>
      ${isNamed && !isOwn && !isAgain ? html`<span class="name" dir="auto" ${paint(colorIdOf(message))}>${who}</span>` : html`<span class="unseen">${who}</span>`}
      ${isRetracted ? nothing : answer(shown, texts)}
      ${isRetracted ? html`<p class="gone">${goneText(message.moderated, texts)}</p>` : content(shown, texts, client)}
      ${reactions(shown, texts)} ${foot(message, texts)}
    </div>
    ${isRetracted || !shown.isOpen ? nothing : tools(isStop, texts)}
  </article>`;
}

/** What stands for a message that was taken back. */
export function goneText(moderated: { readonly reason: string } | undefined, texts: Texts): string {
  if (!moderated) return texts.of("retracted");
  return moderated.reason ? texts.of("moderatedFor", { reason: moderated.reason }) : texts.of("moderated");
}

/** A file, and what is said with it. */
function content(shown: ShownMessage, texts: Texts, client: Client): TemplateResult {
  const { message } = shown;
  if (message.call) return callMade(message.call, message, texts, client);
  const found = videos(message.text, message.with, texts);
  const said = body({ ...shown, doer: message.isOwn ? client.nameOf(client.account) : shown.who }, texts);
  if (message.url === undefined) return html`${said}${found}`;
  return html`<jaseur-file .texts=${texts} .client=${client} .message=${message}></jaseur-file>${message.text === message.url
      ? nothing
      : said}${found}`;
}

/** What became of it; of one that goes on no more than that it was made. */
function callMade({ media, answered, isRefused, lasted }: CallMade, { id, isOwn }: ChatMessage, texts: Texts, client: Client): TemplateResult {
  const kind = media.includes("video") ? "video" : "audio";
  const isOver = client.calls.current?.id !== id;
  const words =
    lasted !== undefined
      ? texts.of("callLasted", { kind, time: durationText(lasted) })
      : isRefused
        ? texts.of("callRefused", { kind })
        : isOver && answered === undefined
          ? texts.of(isOwn ? "callUnanswered" : "callMissed", { kind })
          : texts.of("callMade", { kind });
  return html`<p class="call">${icon(kind === "video" ? "camera" : "phone")} ${words}</p>`;
}

/** What is answered. */
function answer({ message, answered, answeredWho, isStop }: ShownMessage, texts: Texts): TemplateResult | typeof nothing {
  if (!message.reply) return nothing;
  const text = (answered?.text ?? quoted(message.reply.quote ?? "")).slice(0, QUOTE_MAX);
  return html`<button class="quoted" data-do="quoted" tabindex=${isStop ? 0 : -1}>
    <span class="unseen">${texts.of("answers")}</span>
    ${answeredWho ? html`<span class="name" dir="auto" ${answered?.author ? paint(colorIdOf(answered)) : nothing}>${answeredWho}</span>` : nothing}
    <span class="words" dir="auto">${text || texts.of("somethingEarlier")}</span>
  </button>`;
}

function reactions({ message, me, isStop, isOpen }: ShownMessage, texts: Texts): TemplateResult | typeof nothing {
  const counts = new Map<string, number>();
  const own = message.reactions?.[me] ?? [];
  for (const emoji of Object.values(message.reactions ?? {}).flat()) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  if (counts.size === 0) return nothing;
  return html`<div class="reactions">
    ${[...counts].slice(0, EMOJI_MAX).map(
      ([emoji, count]) =>
        html`<button
          data-do="emoji"
          data-emoji=${emoji}
          tabindex=${isStop ? 0 : -1}
          ?disabled=${!isOpen}
          aria-pressed=${own.includes(emoji) ? "true" : "false"}
          aria-label=${texts.of("reactedWith", { emoji, count })}
        >
          <span class="emoji">${emoji}</span>${count > 1 ? html`<span>${texts.number(count)}</span>` : nothing}
        </button>`,
    )}
  </div>`;
}

function foot(message: ChatMessage, texts: Texts): TemplateResult {
  const { progress, isOwn, isRetracted } = message;
  const isFailed = isOwn && progress === "failed" && !isRetracted;
  return html`<footer>
    ${isFailed
      ? html`<span class="actions"
          ><button data-do="resend">${texts.of("sendAgain")}</button><button data-do="drop">${texts.of("deleteMessage")}</button></span
        >`
      : nothing}
    <span class="when"
      >${message.isCorrected && !isRetracted ? html`${texts.of("corrected")} · ` : nothing}<time datetime=${new Date(message.time).toISOString()}
        >${texts.time(message.time)}</time
      >${isOwn && progress
        ? html` <span class="mark">${icon(MARKS[progress])}</span><span class=${isFailed ? "" : "unseen"}> ${texts.of(progress)}</span>`
        : nothing}</span
    >
  </footer>`;
}

function tools(isStop: boolean, texts: Texts): TemplateResult {
  const tool = (name: string, label: string, sign: IconName): TemplateResult =>
    html`<button class="bare" data-do=${name} tabindex=${isStop ? 0 : -1} aria-label=${label} title=${label}>${icon(sign)}</button>`;
  return html`<div class="tools">
    ${tool("react", texts.of("react"), "emoji")}${tool("reply", texts.of("reply"), "reply")}${tool("more", texts.of("moreAbout"), "more")}
  </div>`;
}
