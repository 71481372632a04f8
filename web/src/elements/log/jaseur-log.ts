// SPDX-License-Identifier: MIT
//
// <jaseur-log>: the messages of a conversation, of which only those near what is in sight are
// elements. It stays at the end while one is there; elsewhere nothing that is being read moves.
//
// What is said while one is here is read by screen readers; what is read of the history is not.
//
// Properties  texts, client, timeline
// Methods     toEnd(), go(place), focusLast()
// Events      jaseur-reply { message }, jaseur-edit { message }
//             jaseur-leave (by Escape: the focus wants to be where is written)

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";

import type { Unsubscribe } from "../../core/emitter.js";
import type { Timeline } from "../../model/timeline.js";
import type { At, ChatMessage, Happening } from "../../model/types.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import type { JaseurMenu } from "../menu/jaseur-menu.js";
import { messageRow } from "../message/message.js";
import { wordsFor } from "../message/meant.js";
import { messageStyles } from "../message/style.js";
import type { JaseurPopover } from "../popover/jaseur-popover.js";
import { happenedText } from "../rooms/happened.js";
import { tokens } from "../style.js";
import { virtualStyle, type JaseurVirtual, type NearDetail } from "../virtual/jaseur-virtual.js";
import { isReferable, menuFor } from "./menu.js";
import { rowsOf, type Row } from "./rows.js";
import { logStyles } from "./style.js";

const AGAIN_MS = 5 * 60_000; // between two messages that look like one
const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;
const UNREAD_PAGES_MAX = 10; // read to come to the first that is unread
const SAID_MAX = 5; // messages for screen readers at once
const SAID_TEXT_MAX = 300; // UTF-16 units

type Asked = { readonly kind: "takeBack" | "takeAway"; readonly message: ChatMessage };

/** Pixels, before the height is known. */
function guess(row: Row): number {
  if ("happened" in row) return 36;
  const { text, reply, reactions, url } = row;
  const lines = Math.min(30, text.split("\n", 30).reduce((sum, line) => sum + 1 + Math.floor(line.length / 60), 0));
  return 48 + 23 * lines + (reply ? 50 : 0) + (reactions ? 34 : 0) + (url === undefined ? 0 : 120);
}

export class JaseurLog extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, timeline: { attribute: false }, asked: { state: true } };

  static override styles = [tokens, virtualStyle, messageStyles, logStyles];

  declare timeline: Timeline;
  declare asked: Asked | undefined; // what is to be confirmed
  readonly #unfolded = new Set<string>();
  readonly #said: string[] = []; // for screen readers
  #unsubscribe: readonly Unsubscribe[] = [];
  #isAtEnd = true;
  #isVisible = true; // the page
  #isOnline = false;
  #unread = 0; // when it was opened, until the line is there
  #pages = 0; // that were read for it
  #firstUnread = ""; // key of the message below the line
  #sought = ""; // key of the message somebody has come to
  #meant = ""; // key of the message of which the menu is
  #rows: readonly Row[] = [];
  #madeOf: readonly unknown[] = []; // these rows
  #happened = 0; // time of the last that screen readers know of

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#onVisibility();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.client.notices.setReading(this.timeline.with, false);
    for (const end of this.#unsubscribe) end();
    this.#unsubscribe = [];
  }

  // --- wishes ------------------------------------------------------------------------------------

  /** Shows what is said next, wherever one was. */
  async toEnd(): Promise<void> {
    this.#firstUnread = "";
    this.#unread = 0;
    if (this.timeline.isAway) await this.timeline.open();
    await this.#drawn();
    this.#list()?.scrollToEnd();
  }

  /** Shows a message of the archive, or the first of a time. */
  async go(to: Partial<At>): Promise<void> {
    await this.#show(await this.timeline.go(to));
  }

  focusLast(): void {
    const last = this.timeline.messages.at(-1);
    if (last) this.#list()?.focusRow(last.key, "end");
  }

  async #show(key: string | undefined): Promise<void> {
    if (key === undefined) {
      feedback(this, this.texts.of("tooFar"));
      return;
    }
    this.#sought = key;
    await this.#drawn();
    this.#list()?.focusRow(key);
  }

  async #drawn(): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    await this.#list()?.updateComplete;
  }

  // --- drawing -----------------------------------------------------------------------------------

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { client, timeline } = this;
    if (changed.has("timeline")) {
      const left = changed.get("timeline");
      if (left) client.notices.setReading(left.with, false);
      this.#isAtEnd = true;
      this.#unread = client.conversations.with(timeline.with)?.unread ?? 0;
      this.#pages = 0;
      this.#firstUnread = this.#sought = "";
      this.#said.length = 0;
      this.#happened = client.rooms.happenings(timeline.with).at(-1)?.time ?? 0;
    }
    if (changed.has("timeline") || changed.has("client") || !this.#unsubscribe.length) {
      for (const end of this.#unsubscribe) end();
      this.#unsubscribe = [
        timeline.events.on("changed", () => this.requestUpdate()),
        client.events.on("said", (message) => this.#onSaid(message)),
      ];
    }
    if (this.#unread && timeline.messages.length && !timeline.isLoading) this.#drawLine();
    this.#takeRows();
    const isOnline = client.connection.kind === "online";
    if (isOnline && !this.#isOnline && !timeline.messages.length) void timeline.older();
    this.#isOnline = isOnline;
  }

  #takeRows(): void {
    const { client, texts, timeline } = this;
    const happenings = client.rooms.happenings(timeline.with);
    const of = [timeline.messages, timeline.isComplete, timeline.isAway, happenings, texts];
    if (of.every((one, i) => one === this.#madeOf[i])) return;
    this.#madeOf = of;
    const tell = (some: readonly Happening[]): string => happenedText(client, texts, some);
    this.#rows = rowsOf(timeline, happenings, tell);
    const news = tell(happenings.filter(({ time }) => time > this.#happened));
    this.#happened = happenings.at(-1)?.time ?? 0;
    if (news) this.#say(news);
  }

  /** To screen readers. */
  #say(line: string): void {
    this.#said.push(line);
    if (this.#said.length > SAID_MAX) this.#said.shift();
  }

  /** Above the first of those that were unread when the conversation was opened, if that is not too far. */
  #drawLine(): void {
    const { timeline } = this;
    const others = timeline.messages.filter(({ isOwn }) => !isOwn);
    if (others.length < this.#unread && !timeline.isComplete && this.#pages++ < UNREAD_PAGES_MAX) {
      void timeline.older();
      return;
    }
    const key = others.at(-Math.min(this.#unread, others.length))?.key ?? "";
    this.#unread = 0;
    this.#firstUnread = key;
    this.#isAtEnd = false; // the list tells whether it is
    void this.#drawn().then(() => this.#list()?.scrollToRow(key, "start"));
  }

  protected override render(): TemplateResult {
    const { texts, timeline } = this;
    return html`${keyed(
        timeline,
        html`<jaseur-virtual
          role=${this.#rows.length ? "feed" : "group"}
          aria-label=${texts.of("messages", { who: this.#nameOf(timeline.with) })}
          aria-busy=${timeline.isLoading ? "true" : "false"}
          .items=${this.#rows}
          .keyOf=${({ key }: Row) => key}
          .guess=${guess}
          .row=${(row: Row, index: number, isStop: boolean) => this.#row(row, index, isStop)}
          .sticks=${!timeline.isAway}
          @jaseur-near=${({ detail }: CustomEvent<NearDetail>) => void (detail.edge === "start" ? timeline.older() : timeline.newer())}
          @jaseur-at-end=${({ detail }: CustomEvent<{ isAtEnd: boolean }>) => this.#onAtEnd(detail.isAtEnd)}
          @click=${(event: Event) => this.#onClick(event)}
          @contextmenu=${(event: MouseEvent) => this.#onContextMenu(event)}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        ></jaseur-virtual>`,
      )}
      ${timeline.isLoading ? this.#loading() : timeline.isComplete && !timeline.messages.length ? html`<p class="nothing">${texts.of("nothingSaid")}</p>` : nothing}
      ${this.#latest()}
      <div class="unseen" role="log" aria-live="polite">${this.#said.map((line) => html`<p>${line}</p>`)}</div>
      <jaseur-menu label=${texts.of("moreAbout")} @jaseur-pick=${({ detail }: CustomEvent<{ name: string }>) => this.#do(detail.name)}></jaseur-menu>
      <jaseur-popover label=${texts.of("react")} edge="middle" side="above">
        <div class="quick">
          ${QUICK.map((emoji) => html`<button class="bare" aria-label=${emoji} @click=${() => this.#react(emoji)}>${emoji}</button>`)}
          <jaseur-emoji
            .texts=${texts}
            label=${texts.of("react")}
            @jaseur-emoji=${({ detail }: CustomEvent<{ emoji: string }>) => this.#react(detail.emoji)}
          ></jaseur-emoji>
        </div>
      </jaseur-popover>
      ${this.asked ? this.#dialog(this.asked) : nothing}`;
  }

  protected override updated(): void {
    this.#onReading();
  }

  #row(row: Row, index: number, isStop: boolean): TemplateResult {
    const { texts, timeline } = this;
    const before = this.#rows[index - 1];
    const day = texts.day(row.time);
    const isSameDay = before !== undefined && texts.day(before.time) === day;
    return html`${index === 0 && timeline.isComplete ? html`<div class="day">${texts.of("beginning")}</div>` : nothing}
    ${isSameDay ? nothing : html`<div class="day"><time datetime=${new Date(row.time).toISOString()}>${day}</time></div>`}
    ${"happened" in row
      ? html`<article class="happened" dir="auto" tabindex=${isStop ? 0 : -1} aria-posinset=${index + 1} aria-setsize=${this.#rows.length}>
          ${row.happened} <time datetime=${new Date(row.time).toISOString()}>${texts.time(row.time)}</time>
        </article>`
      : this.#messageRow(row, isSameDay ? before : undefined, index, isStop)}`;
  }

  /** before: of the same day */
  #messageRow(message: ChatMessage, before: Row | undefined, index: number, isStop: boolean): TemplateResult {
    const { texts, timeline, client } = this;
    const isFirstUnread = message.key === this.#firstUnread;
    const isAgain =
      before !== undefined &&
      !("happened" in before) &&
      !isFirstUnread &&
      before.isOwn === message.isOwn &&
      before.author?.nick === message.author?.nick &&
      message.time - before.time < AGAIN_MS;
    const answered = message.reply && timeline.referred(message.reply.to);
    return html`${isFirstUnread ? html`<div class="line"><span>${texts.of("newMessages")}</span></div>` : nothing}
    ${messageRow(
      {
        message,
        who: this.#whoOf(message),
        isNamed: message.author !== undefined,
        isAgain,
        isUnfolded: this.#unfolded.has(message.key),
        words: wordsFor(message, client.rooms.of(message.with), client.account),
        isSought: message.key === this.#sought,
        isStop,
        index,
        count: this.#rows.length,
        answered,
        answeredWho: answered ? this.#whoOf(answered) : "",
        me: this.#me,
        isOpen: isReferable(message),
      },
      texts,
      client,
    )}`;
  }

  #loading(): TemplateResult | typeof nothing {
    const { connection, isSignedIn } = this.client;
    const isAway = connection.kind !== "online" && isSignedIn;
    if (isAway && this.timeline.messages.length) return nothing; // the line about the connection says enough
    return html`<p class=${isAway ? "loading away" : "loading"} role="status">${this.texts.of(isAway ? "loadedLater" : "loading")}</p>`;
  }

  /** What brings to the end. */
  #latest(): TemplateResult | typeof nothing {
    const { texts, timeline, client } = this;
    if (this.#isAtEnd && !timeline.isAway) return nothing;
    const unread = client.conversations.with(timeline.with)?.unread ?? 0;
    const label = unread ? texts.of("toLatestUnread", { count: unread }) : texts.of("toLatest");
    return html`<button class="latest" aria-label=${label} title=${label} @click=${() => void this.toEnd()}>
      ${icon("fold")}${unread ? html`<span class="count" aria-hidden="true">${texts.number(unread)}</span>` : nothing}
    </button>`;
  }

  #dialog({ kind, message }: Asked): TemplateResult {
    const { texts } = this;
    const close = (): void => (this.asked = undefined);
    const done = (event: Event): void => {
      const reason = (event.currentTarget as Element).closest("jaseur-dialog")?.querySelector("input")?.value ?? "";
      close();
      this.#try(kind === "takeBack" ? this.timeline.retract(message.key) : this.timeline.moderate(message.key, reason));
    };
    return html`<jaseur-dialog .texts=${texts} heading=${texts.of(`${kind}Ask`)} @jaseur-close=${close}>
      <p>${texts.of(`${kind}Hint`)}</p>
      <blockquote dir="auto">${message.text.slice(0, SAID_TEXT_MAX)}</blockquote>
      ${kind === "takeAway" ? html`<label>${texts.of("takeAwayReason")}<input maxlength="200" /></label>` : nothing}
      <button slot="actions" @click=${close}>${texts.of("cancel")}</button>
      <button slot="actions" class="first" autofocus @click=${done}>${texts.of(`${kind}Do`)}</button>
    </jaseur-dialog>`;
  }

  #nameOf(jid: string): string {
    return this.client.nameOf(jid);
  }

  #whoOf(message: ChatMessage): string {
    if (message.isOwn) return this.texts.of("you");
    return message.author ? this.client.rooms.nameOfAuthor(message) : this.#nameOf(message.with);
  }

  /** As whom the account reacts. */
  get #me(): string {
    const room = this.client.rooms.of(this.timeline.with);
    return room ? room.ownId || `${room.jid}/${room.nick}` : this.client.account;
  }

  #list(): JaseurVirtual<Row> | null {
    return this.renderRoot.querySelector<JaseurVirtual<Row>>("jaseur-virtual");
  }

  // --- what is read ------------------------------------------------------------------------------

  readonly #onVisibility = (): void => {
    this.#isVisible = document.visibilityState === "visible";
    if (this.hasUpdated) this.#onReading();
  };

  #onAtEnd(isAtEnd: boolean): void {
    this.#isAtEnd = isAtEnd;
    this.timeline.setFollowed(isAtEnd);
    this.requestUpdate();
  }

  get #isReading(): boolean {
    return this.#isAtEnd && this.#isVisible && !this.timeline.isAway && this.#unread === 0;
  }

  #onReading(): void {
    this.client.notices.setReading(this.timeline.with, this.#isReading);
    if (this.#isReading) this.client.conversations.markDisplayed(this.timeline.with).catch(() => undefined);
  }

  #onSaid(message: ChatMessage): void {
    if (message.with !== this.timeline.with) return;
    if (!this.#isReading && !this.#firstUnread) this.#firstUnread = message.key;
    this.#say(`${this.#whoOf(message)}: ${message.text.slice(0, SAID_TEXT_MAX)}`);
    this.requestUpdate();
  }

  // --- what is done ------------------------------------------------------------------------------

  #onClick(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const message = button && this.#messageAt(button);
    if (!message) return;
    const { do: name = "", emoji = "" } = button.dataset;
    if (name === "more") this.#openMenu(message, button);
    else if (name === "emoji") this.#toggle(message, emoji);
    else this.#do(name, message, button);
  }

  /** The browser's own menu is better for links and what is selected. */
  #onContextMenu(event: MouseEvent): void {
    const target = event.target as Element;
    const article = target.closest<HTMLElement>("article");
    const message = article && this.#messageAt(article);
    if (!message || target.closest("a") || document.getSelection()?.type === "Range") return;
    event.preventDefault();
    this.#openMenu(message, article);
  }

  #onKey(event: KeyboardEvent): void {
    const article = event.target as HTMLElement;
    const message = article.matches("article") ? this.#messageAt(article) : undefined;
    if (event.key === "Escape") this.dispatchEvent(new CustomEvent("jaseur-leave"));
    if (!message || event.ctrlKey || event.metaKey || event.altKey) return;
    const names: Readonly<Record<string, string>> = { Enter: "more", ContextMenu: "more", r: "reply", e: "edit", Delete: "takeBack" };
    const name = names[event.key];
    if (name === undefined) return;
    event.preventDefault();
    if (name === "more") this.#openMenu(message, article);
    else if (name === "reply" || this.#items(message).some((item) => item.name === name)) this.#do(name, message, article);
  }

  #messageAt(element: Element): ChatMessage | undefined {
    return this.timeline.find(element.closest<HTMLElement>("article")?.dataset.key ?? "");
  }

  #items(message: ChatMessage): ReturnType<typeof menuFor> {
    const isModerator = this.client.rooms.of(message.with)?.role === "moderator";
    return menuFor(message, { isModerator }, this.texts);
  }

  #openMenu(message: ChatMessage, anchor: HTMLElement): void {
    const menu = this.renderRoot.querySelector<JaseurMenu>("jaseur-menu");
    if (!menu || message.call) return;
    this.#meant = message.key;
    menu.items = this.#items(message);
    menu.edge = message.isOwn ? "end" : "start";
    menu.show(anchor.querySelector<HTMLElement>(".said") ?? anchor);
  }

  #do(name: string, message = this.timeline.find(this.#meant), anchor?: HTMLElement): void {
    if (!message) return;
    this.#meant = message.key;
    switch (name) {
      case "unfold":
        this.#unfolded.add(message.key);
        this.requestUpdate();
        break;
      case "react": {
        const at = anchor?.closest("button") ?? this.renderRoot.querySelector<HTMLElement>(`article[data-key="${CSS.escape(message.key)}"] .said`);
        if (at) this.renderRoot.querySelector<JaseurPopover>("jaseur-popover")?.show(at);
        break;
      }
      case "quoted":
        if (message.reply) void this.timeline.goReferred(message.reply.to).then((key) => this.#show(key));
        break;
      case "copy":
        this.#try(navigator.clipboard.writeText(message.text).then(() => feedback(this, this.texts.of("textCopied"))));
        break;
      case "reply":
      case "edit":
        this.dispatchEvent(new CustomEvent(`jaseur-${name}`, { detail: { message } }));
        break;
      case "takeBack":
      case "takeAway":
        this.asked = { kind: name, message };
        break;
      case "resend":
        this.#try(this.timeline.resend(message.key));
        break;
      case "drop":
        this.#try(this.timeline.drop(message.key));
        break;
    }
  }

  #react(emoji: string): void {
    this.renderRoot.querySelector<JaseurPopover>("jaseur-popover")?.hide();
    const message = this.timeline.find(this.#meant);
    if (message) this.#toggle(message, emoji);
  }

  #toggle(message: ChatMessage, emoji: string): void {
    const own = message.reactions?.[this.#me] ?? [];
    this.#try(this.timeline.react(message.key, own.includes(emoji) ? own.filter((one) => one !== emoji) : [...own, emoji]));
  }

  #try(doing: Promise<void>): void {
    doing.catch(() => feedback(this, this.texts.of("notNow"), { isBad: true }));
  }
}
