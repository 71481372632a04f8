// SPDX-License-Identifier: MIT
//
// <jaseur-composer>: where a message is written, answered or corrected. What was begun is kept with
// the conversation. Enter sends, Shift with it begins a line; "@" names people.
//
// Properties  texts, client, timeline
//             people (who may be named), answers, edits (a message)
// Events      jaseur-sent
//             jaseur-cancel (of the answer or the correction)
//             jaseur-edit-last (by the arrow up, with nothing written)

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { Timeline } from "../../model/timeline.js";
import type { ChatMessage } from "../../model/types.js";
import { quoteOf, type Reply } from "../../protocol/xep0461.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import { mentionsIn, namedSo, typedName, type Person } from "./mentions.js";

const TYPING_MS = 20_000; // between two notices that one writes
const PAUSE_MS = 8_000; // without a letter: one does not write any more
const BODY_MAX = 20_000; // UTF-16 units
const ABOUT_MAX = 160;
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

export class JaseurComposer extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    timeline: { attribute: false },
    people: { attribute: false },
    answers: { attribute: false },
    edits: { attribute: false },
    named: { state: true },
    at: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        position: relative;
        display: block;
        padding: 0.25em 0.75em 0.75em;
      }

      form {
        display: flex;
        align-items: flex-end;
        gap: 0.4em;
        max-width: 58em;
        margin-inline: auto;
      }

      textarea::placeholder {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .field {
        position: relative;
        display: grid;
        flex: 1;
        min-width: 0;
      }

      textarea {
        min-width: 0;
        max-height: 40vh;
        border-radius: 1.375em;
        padding: 0.6em 1em;
        padding-inline-end: 2.75em;
        resize: none;
        field-sizing: content;
        overflow-wrap: anywhere;
      }

      jaseur-emoji {
        position: absolute;
        inset-block-end: 0.25em;
        inset-inline-end: 0.35em;
      }

      .send {
        display: grid;
        flex: none;
        place-items: center;
        width: 2.75em;
        height: 2.75em;
        padding: 0;
        border-radius: 50%;
      }

      .about {
        display: flex;
        align-items: center;
        gap: 0.6em;
        max-width: 58em;
        margin: 0 auto 0.4em;
        padding: 0.3em 0.3em 0.3em 0.8em;
        border-inline-start: 3px solid var(--accent);
        border-radius: 0.35em;
        background: var(--sunken);
        font-size: 0.875em;
      }

      .about div {
        flex: 1;
        min-width: 0;
      }

      .about strong,
      .about span {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        unicode-bidi: isolate;
        white-space: nowrap;
      }

      .about span {
        color: var(--quiet);
      }

      [role="listbox"] {
        position: absolute;
        inset-block-end: 100%;
        inset-inline-start: 1em;
        z-index: 1;
        min-width: 14em;
        max-width: calc(100% - 2em);
        margin: 0;
        padding: 0.35em;
        border: 1px solid var(--line);
        border-radius: 0.75em;
        background: var(--card);
        box-shadow: var(--shadow);
        list-style: none;
      }

      [role="option"] {
        padding: 0.45em 0.75em;
        overflow: hidden;
        border-radius: 0.5em;
        cursor: pointer;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      [role="option"][aria-selected="true"] {
        background: var(--chosen);
      }
    `,
  ];

  declare timeline: Timeline;
  declare people: readonly Person[];
  declare answers: ChatMessage | undefined;
  declare edits: ChatMessage | undefined;
  declare named: readonly Person[]; // who may be meant
  declare at: number; // which of them is chosen
  #written: Timeline | undefined; // of which there is a draft
  #before: string | undefined; // the draft, while something else is edited
  #mentioned: Person[] = [];
  #typingSaid = 0; // 0: nobody was told
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.people = this.named = [];
    this.at = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopTyping();
    this.#keepDraft();
  }

  override focus(): void {
    this.#area()?.focus({ preventScroll: true });
  }

  // --- drawing -----------------------------------------------------------------------------------

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("timeline")) return;
    this.#stopTyping();
    this.#keepDraft();
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const label = texts.of("message", { who: this.client.nameOf(this.timeline.with) });
    const isNaming = this.named.length > 0;
    return html`${this.#about()}
      ${isNaming ? this.#names() : nothing}
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <jaseur-attach .texts=${texts}></jaseur-attach>
        <div class="field">
        <textarea
          rows="1"
          maxlength=${BODY_MAX}
          aria-label=${label}
          placeholder=${texts.of("writeHere")}
          aria-autocomplete="list"
          aria-controls=${isNaming ? "names" : nothing}
          aria-activedescendant=${isNaming ? `name-${this.at}` : nothing}
          dir="auto"
          @input=${() => this.#onInput()}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
          @blur=${() => this.#onBlur()}
        ></textarea>
        <jaseur-emoji
          .texts=${texts}
          label=${texts.of("insertEmoji")}
          @jaseur-emoji=${({ detail }: CustomEvent<{ emoji: string }>) => this.#insert(detail.emoji)}
        ></jaseur-emoji>
        </div>
        <button class="first send" aria-label=${texts.of("send")} ${tip(texts.of("send"))}>${icon(this.edits ? "check" : "send")}</button>
      </form>`;
  }

  /** What is answered, or edited. */
  #about(): TemplateResult | typeof nothing {
    const { texts, answers, edits } = this;
    const message = edits ?? answers;
    if (!message) return nothing;
    const title = edits ? texts.of("editing") : texts.of("replyingTo", { who: this.#whoOf(message) });
    return html`<div class="about">
      ${icon(edits ? "edit" : "reply")}
      <div>
        <strong>${title}</strong>
        <span dir="auto">${message.text.slice(0, ABOUT_MAX)}</span>
      </div>
      <button type="button" class="bare" aria-label=${texts.of("cancel")} @click=${() => this.#cancel()}>${icon("close")}</button>
    </div>`;
  }

  #names(): TemplateResult {
    return html`<ul id="names" role="listbox" aria-label=${this.texts.of("mention")}>
      ${this.named.map(
        (person, i) =>
          html`<li
            id="name-${i}"
            role="option"
            aria-selected=${i === this.at ? "true" : "false"}
            dir="auto"
            @pointerdown=${(event: Event) => this.#name(person, event)}
          >
            ${person.name}
          </li>`,
      )}
    </ul>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const area = this.#area();
    if (!area) return;
    if (changed.has("timeline")) {
      this.#written = this.timeline;
      this.#before = undefined;
      this.#mentioned = [];
      this.#write(this.#draft(this.timeline));
      this.focus();
    }
    if (changed.has("edits")) {
      const { edits } = this;
      if (edits) this.#before ??= area.value;
      this.#write(edits?.text ?? this.#before ?? area.value);
      if (!edits) this.#before = undefined;
      else area.setSelectionRange(area.value.length, area.value.length);
    }
    if ((changed.has("edits") && this.edits) || (changed.has("answers") && this.answers)) this.focus();
  }

  #whoOf(message: ChatMessage): string {
    const { client, texts } = this;
    if (message.isOwn) return texts.of("you");
    return message.author ? client.rooms.nameOfAuthor(message) : client.nameOf(message.with);
  }

  #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  #write(text: string): void {
    const area = this.#area();
    if (!area) return;
    area.value = text;
    this.#grow();
  }

  #grow(): void {
    const area = this.#area();
    if (GROWS_BY_ITSELF || !area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`; // with its border
  }

  // --- keys --------------------------------------------------------------------------------------

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.named.length && this.#onNameKey(event)) return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && (this.edits ?? this.answers)) {
      event.preventDefault();
      this.#cancel();
    } else if (event.key === "ArrowUp" && isPlain && this.#area()?.value === "" && !this.edits) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("jaseur-edit-last"));
    }
  }

  /** Returns whether it was meant for the names. */
  #onNameKey(event: KeyboardEvent): boolean {
    const { named, at } = this;
    switch (event.key) {
      case "ArrowDown":
        this.at = (at + 1) % named.length;
        break;
      case "ArrowUp":
        this.at = (at + named.length - 1) % named.length;
        break;
      case "Enter":
      case "Tab": {
        const person = named[at];
        if (person) this.#name(person, event);
        break;
      }
      case "Escape":
        this.named = [];
        event.stopPropagation();
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  #onInput(): void {
    const area = this.#area();
    if (!area) return;
    this.#grow();
    const typed = typedName(area.value, area.selectionStart);
    this.named = typed === undefined ? [] : namedSo(this.people, typed);
    this.at = 0;
    if (area.value === "") this.#stopTyping();
    else this.#tellTyping();
  }

  #onBlur(): void {
    this.named = [];
    this.#keepDraft();
  }

  #name(person: Person, event: Event): void {
    event.preventDefault(); // the focus stays where it is
    const area = this.#area();
    if (!area) return;
    const end = area.selectionStart;
    const start = end - (typedName(area.value, end)?.length ?? 0);
    area.setRangeText(`${person.name} `, start, end, "end");
    this.#mentioned = [...this.#mentioned, person];
    this.named = [];
    this.#grow();
  }

  #insert(emoji: string): void {
    const area = this.#area();
    if (!area) return;
    area.setRangeText(emoji, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    this.#onInput();
  }

  // --- sending -----------------------------------------------------------------------------------

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    const area = this.#area();
    const body = area?.value.trim();
    const { uploads } = this.client;
    const { edits, answers, timeline } = this;
    const { with: jid } = timeline;
    const hasFiles = !edits && (uploads.chosen(jid).length > 0 || uploads.isPreparing(jid));
    if (!area || (!body && !hasFiles)) return;
    area.focus();
    this.#forgetTyping();
    const found = mentionsIn(body ?? "", this.#mentioned);
    const mentions = found.length ? { mentions: found } : {};
    if (edits && body) {
      // The draft comes back when it is over.
      if (body !== edits.text)
        timeline.correct(edits.key, body, mentions).catch(() => feedback(this, this.texts.of("notNow"), { isBad: true }));
      this.#cancel();
      return;
    }
    this.#write("");
    this.#mentioned = [];
    this.#keepDraft();
    // Nothing is lost that could not be written down.
    const sent = hasFiles
      ? uploads.sendChosen(jid, body ?? "")
      : timeline.send(body ?? "", { ...mentions, ...(answers && { reply: this.#reply(answers) }) });
    sent.catch(() => {
      if (!area.value) this.#write(body ?? "");
      feedback(this, this.texts.of("notKept"), { isBad: true });
    });
    if (answers) this.#cancel();
    this.dispatchEvent(new CustomEvent("jaseur-sent"));
  }

  /** In rooms by the archive's id, and with the address in the room (XEP-0461 section 4.1). */
  #reply({ author, id, archiveId, isOwn, with: jid, text }: ChatMessage): Reply {
    const name = author?.nick ?? this.client.nameOf(isOwn ? this.client.account : jid);
    const by = author ? `${jid}/${author.nick}` : isOwn ? this.client.account : jid;
    return { to: (author ? archiveId : id) ?? "", author: by, quote: quoteOf(name, text) };
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("jaseur-cancel"));
    this.focus();
  }

  // --- that one writes ---------------------------------------------------------------------------

  #tellTyping(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#stopTyping(), PAUSE_MS);
    if (Date.now() - this.#typingSaid < TYPING_MS) return;
    this.#typingSaid = Date.now();
    this.timeline.setTyping(true).catch(() => undefined);
  }

  #stopTyping(): void {
    const wasTold = this.#typingSaid > 0;
    this.#forgetTyping();
    if (wasTold) this.#written?.setTyping(false).catch(() => undefined);
  }

  /** A message says that it is over. */
  #forgetTyping(): void {
    clearTimeout(this.#pause);
    this.#typingSaid = 0;
  }

  #draft({ with: jid }: Timeline): string {
    return this.client.conversations.with(jid)?.draft ?? "";
  }

  #keepDraft(): void {
    const draft = this.#before ?? this.#area()?.value ?? "";
    if (!this.#written || draft === this.#draft(this.#written)) return;
    this.client.conversations.setDraft(this.#written.with, draft).catch(() => undefined);
  }
}
