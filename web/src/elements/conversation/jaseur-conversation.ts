// SPDX-License-Identifier: MIT
//
// <jaseur-conversation>: with whom, what was said, where to write; and beside it, when wanted, the
// search. As narrow as in a dock, the search lies over the rest.
//
// Properties  texts, client, jid (the other's, bare), at (a place in it that is to be shown)
// Slots       window: buttons at the end of the header
//             state: the line about the connection, over the messages: nothing moves when it comes
// Parts       log, attachments, composer
// Events      jaseur-back
//             jaseur-go { jid, at } to a place in another conversation
//             jaseur-person { jid }: somebody wants to know more about the other

import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { Timeline } from "../../model/timeline.js";
import type { At, ChatMessage } from "../../model/types.js";
import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import { avatar } from "../avatar.js";
import type { JaseurComposer } from "../composer/jaseur-composer.js";
import type { Person } from "../composer/mentions.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { icon } from "../icons/icons.js";
import { showMedia } from "../media/showing.js";
import type { JaseurLog } from "../log/jaseur-log.js";
import { presenceText } from "../people/presence_text.js";
import { onDemand } from "../on_demand.js";
import { isEditable } from "../log/menu.js";
import type { GoDetail } from "../search/jaseur-search.js";
import { tokens } from "../style.js";
import { tip } from "../tip/tip.js";
import type { Recorded } from "../voice/recorder.js";

export class JaseurConversation extends JaseurElement {
  static override properties: PropertyDeclarations = {
    ...super.properties,
    jid: {},
    at: { attribute: false },
    answers: { state: true },
    edits: { state: true },
    isRecording: { state: true },
    isSearching: { state: true },
    isUnfolded: { state: true },
    isShowingMembers: { state: true },
  };

  static override styles = [
    tokens,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        position: relative;
        container-type: inline-size;
        background: var(--paper);
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25em 0.75em;
        padding: 0.65em 1em;
        border-bottom: 1px solid var(--line);
        background: var(--card);
      }

      .who {
        flex: 1;
        min-width: 0;
      }

      h2,
      header p {
        margin: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      h2 {
        font-size: 1.0625em;
      }

      header p {
        color: var(--quiet);
        font-size: 0.875em;
      }

      .actions {
        display: flex;
        gap: 0.25em;
      }

      button.unfold {
        display: none;
      }

      @container (max-width: 26em) {
        button.unfold {
          display: inline-grid;
        }

        .actions {
          display: none;
          order: 1;
          justify-content: flex-end;
          width: 100%;
        }

        .actions.unfolded {
          display: flex;
        }
      }

      button.back {
        display: none;
        margin-inline: -0.5em;
      }

      @media (max-width: 48em) {
        button.back {
          display: inline-grid;
        }
      }

      .blocked {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.5em 1em;
        margin: 0;
        padding: 0.75em 1em;
        border-top: 1px solid var(--line);
        background: var(--sunken);
      }

      .body {
        position: relative;
        display: flex;
        flex: 1;
        min-height: 0;
      }

      .talk {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-width: 0;
      }

      .over {
        z-index: 1;
        height: 0;
      }

      jaseur-log {
        flex: 1;
      }

      jaseur-search {
        width: 21em;
      }

      @container (max-width: 50em) {
        jaseur-search {
          position: absolute;
          inset: 0;
          z-index: 2;
          width: auto;
          border: 0;
        }
      }

      .typing {
        min-height: 1.5em;
        padding: 0 1em;
        color: var(--quiet);
        font-size: 0.875em;
      }
    `,
  ];

  declare jid: string;
  declare isRecording: boolean; // a voice message
  declare at: Partial<At> | undefined;
  declare answers: ChatMessage | undefined;
  declare edits: ChatMessage | undefined;
  declare isSearching: boolean;
  declare isUnfolded: boolean; // what can be done, in a narrow window
  declare isShowingMembers: boolean; // who is in the room
  #timeline: Timeline | undefined;

  constructor() {
    super();
    this.isSearching = this.isRecording = this.isUnfolded = this.isShowingMembers = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#timeline?.close();
    this.#timeline = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("jid")) this.isRecording = this.isShowingMembers = false;
    if (this.#timeline && !changed.has("client") && !changed.has("jid")) return;
    this.#timeline?.close();
    this.#timeline = this.client.timeline(this.jid);
    this.answers = this.edits = undefined;
  }

  protected override render(): TemplateResult {
    const { client, texts, jid } = this;
    const name = client.nameOf(jid);
    const room = client.rooms.of(jid);
    const presence = client.people.presenceOf(jid);
    const typist = client.conversations.isTyping(jid) ? name : client.rooms.typists(jid)[0];
    return html`
      <header part="header">
        <button class="bare back" ${tip(texts.of("back"))} @click=${() => this.dispatchEvent(new CustomEvent("jaseur-back"))}>${icon("back")}</button>
        ${avatar(client, jid, name, room ? undefined : presence.availability)}
        <div class="who">
          <h2 dir="auto">${name}</h2>
          <p dir="auto">
            ${room
              ? room.subject || texts.of("peopleThere", { count: client.rooms.countOf(jid) })
              : presence.status || presenceText(texts, presence)}
          </p>
        </div>
        <button
          class="bare unfold"
          aria-expanded=${this.isUnfolded ? "true" : "false"}
          @click=${() => (this.isUnfolded = !this.isUnfolded)}
          ${tip(texts.of("moreActions"))}
        >
          ${icon("more")}
        </button>
        <div class=${this.isUnfolded ? "actions unfolded" : "actions"}>
          ${room
            ? html`<button class="bare" ${tip(texts.of("members"))} @click=${() => void this.#showMembers()}>${icon("people")}</button>`
            : html`<button class="bare" ${tip(texts.of("callAudio"))} @click=${() => this.#call("audio")}>${icon("phone")}</button>
                <button class="bare" ${tip(texts.of("callVideo"))} @click=${() => this.#call("audio", "video")}>${icon("camera")}</button>
                <button class="bare" ${tip(texts.of("about"))} @click=${() => this.#showPerson()}>${icon("info")}</button>`}
          <jaseur-conversation-notices .texts=${texts} .client=${client} .jid=${jid}></jaseur-conversation-notices>
          <button class="bare" ${tip(texts.of("media"))} @click=${() => showMedia(this, { kind: "list", jid })}>${icon("panel")}</button>
          <button class="bare" aria-expanded=${this.isSearching ? "true" : "false"} @click=${() => void this.#toggleSearch()} ${tip(texts.of("searchMessages"))}>
            ${icon("search")}
          </button>
        </div>
        <slot name="window"></slot>
      </header>
      ${room ? html`<jaseur-room-bar .texts=${texts} .client=${client} .jid=${jid}></jaseur-room-bar>` : nothing}
      ${room && this.isShowingMembers
        ? html`<jaseur-members-panel
            .texts=${texts}
            .client=${client}
            .jid=${jid}
            @jaseur-close=${() => (this.isShowingMembers = false)}
          ></jaseur-members-panel>`
        : nothing}
      <div class="body">
        <div class="talk">
          <div class="over"><slot name="state"></slot></div>
          <jaseur-log
            part="log"
            .texts=${texts}
            .client=${client}
            .timeline=${this.#timeline}
            @jaseur-reply=${({ detail }: CustomEvent<{ message: ChatMessage }>) => this.#answer(detail.message)}
            @jaseur-edit=${({ detail }: CustomEvent<{ message: ChatMessage }>) => this.#edit(detail.message)}
            @jaseur-leave=${() => this.#composer()?.focus()}
          ></jaseur-log>
          <jaseur-uploads
            .texts=${texts}
            .client=${client}
            .jid=${jid}
            @jaseur-cancelled=${() => this.#composer()?.focus()}
          ></jaseur-uploads>
          <div class="typing" role="status">${typist ? texts.of("typing", { who: typist }) : nothing}</div>
          <jaseur-attachments
            part="attachments"
            .texts=${texts}
            .client=${client}
            .jid=${jid}
            @jaseur-chosen=${() => this.#composer()?.focus()}
          ></jaseur-attachments>
          ${this.isRecording
            ? html`<jaseur-recorder
                .texts=${texts}
                @jaseur-recorded=${(event: CustomEvent<Recorded>) => this.#say(event.detail)}
                @jaseur-close=${() => this.#stopRecording()}
              ></jaseur-recorder>`
            : nothing}
          ${client.people.isBlocked(jid)
            ? html`<p class="blocked">
                <span dir="auto">${texts.of("isBlocked", { who: name })}</span>
                <button @click=${() => void this.#unblock()}>${texts.of("unblock")}</button>
              </p>`
            : nothing}
          <jaseur-composer
            part="composer"
            ?hidden=${this.isRecording || client.people.isBlocked(jid)}
            @jaseur-voice=${() => void this.#record()}
            .texts=${texts}
            .client=${client}
            .timeline=${this.#timeline}
            .people=${this.#people()}
            .answers=${this.answers}
            .edits=${this.edits}
            @jaseur-sent=${() => void this.#log()?.toEnd()}
            @jaseur-cancel=${() => (this.answers = this.edits = undefined)}
            @jaseur-edit-last=${() => this.#editLast()}
          ></jaseur-composer>
        </div>
        ${this.isSearching
          ? html`<jaseur-search
              .texts=${texts}
              .client=${client}
              .jid=${jid}
              @jaseur-go=${(event: CustomEvent<GoDetail>) => this.#onGo(event)}
              @jaseur-close=${() => this.#closeSearch()}
            ></jaseur-search>`
          : nothing}
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("at") && this.at) this.#go(this.at);
  }

  #log(): JaseurLog | null {
    return this.renderRoot.querySelector<JaseurLog>("jaseur-log");
  }

  #composer(): JaseurComposer | null {
    return this.renderRoot.querySelector<JaseurComposer>("jaseur-composer");
  }

  /** Who may be named in what is written. */
  #people(): readonly Person[] {
    const { client, jid } = this;
    const room = client.rooms.of(jid);
    if (!room) return [{ name: client.nameOf(jid), jid }];
    // As they are called in the room: others would not know another name.
    return client.rooms
      .occupants(jid)
      .filter(({ nick }) => nick !== room.nick)
      .map(({ nick, jid: bare, occupantId }) => ({ name: nick, ...(bare && { jid: bare }), ...(occupantId && { occupantId }) }));
  }

  #answer(message: ChatMessage): void {
    this.edits = undefined;
    this.answers = message;
  }

  #edit(message: ChatMessage): void {
    this.answers = undefined;
    this.edits = message;
  }

  #editLast(): void {
    const last = [...(this.#timeline?.messages ?? [])].reverse().find(isEditable);
    if (last) this.#edit(last);
  }

  // --- search ------------------------------------------------------------------------------------

  #onGo(event: CustomEvent<GoDetail>): void {
    const isNarrow = getComputedStyle(event.target as Element).position === "absolute";
    if (isNarrow) this.isSearching = false;
    if (event.detail.jid !== this.jid) return;
    event.stopPropagation();
    this.#go(event.detail.at);
  }

  #go(at: Partial<At>): void {
    const log = this.#log();
    void log?.updateComplete.then(() => log.go(at));
  }

  async #toggleSearch(): Promise<void> {
    if (!this.isSearching) await onDemand("jaseur-search", async () => (await import("../search/jaseur-search.js")).JaseurSearch);
    this.isSearching = !this.isSearching;
  }

  #closeSearch(): void {
    this.isSearching = false;
    this.#composer()?.focus();
  }

  // --- voice -------------------------------------------------------------------------------------

  async #record(): Promise<void> {
    await onDemand("jaseur-recorder", async () => (await import("../voice/jaseur-recorder.js")).JaseurRecorder);
    this.isRecording = true;
  }

  #say({ data, file }: Recorded): void {
    void this.client.uploads.send(this.jid, data, file);
  }

  #stopRecording(): void {
    this.isRecording = false;
    void this.updateComplete.then(() => this.#composer()?.focus());
  }

  async #unblock(): Promise<void> {
    try {
      await this.client.people.unblock(this.jid);
      this.#composer()?.focus();
    } catch {
      feedback(this, this.texts.of("notDone"), { isBad: true });
    }
  }

  #call(...media: MediaKind[]): void {
    this.client.calls.start(this.jid, media).catch(() => feedback(this, this.texts.of("callFailed"), { isBad: true }));
  }

  async #showMembers(): Promise<void> {
    const { defineRooms } = await import("../rooms/define.js");
    defineRooms();
    this.isShowingMembers = true;
  }

  #showPerson(): void {
    this.dispatchEvent(new CustomEvent("jaseur-person", { detail: { jid: this.jid }, bubbles: true, composed: true }));
  }
}
