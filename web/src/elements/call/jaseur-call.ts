// SPDX-License-Identifier: MIT
//
// <jaseur-call>: the call that there is, above everything else: it rings, is answered, goes on and ends,
// and why it has ended is said. Sound and pictures are in the tab that has called or answered.
//
// Properties  texts, client

import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from "lit";

import type { Unsubscribe } from "../../core/emitter.js";
import { CallSession } from "../../model/calls/session.js";
import { isMine, type TryLocks } from "../../model/once.js";
import type { Call, CallEnd, News } from "../../model/types.js";
import type { MediaKind } from "../../protocol/xep0167_parameters.js";
import { avatar } from "../avatar.js";
import { JaseurElement } from "../element.js";
import { feedback } from "../feedback/feedback.js";
import { durationText } from "../file/measure.js";
import { icon, type IconName } from "../icons/icons.js";
import { Sounds } from "../notices/sound.js";
import { tip } from "../tip/tip.js";
import { say, type CallWord } from "./call_words.js";
import { style } from "./style.js";
import { openDevices, problemWord } from "./devices.js";

const RING_MS = 3_000;
const SECOND_MS = 1_000;

export class JaseurCall extends JaseurElement {
  static override properties: PropertyDeclarations = { ...super.properties, local: { state: true }, revision: { state: true }, isAnswering: { state: true } };

  static override styles = style;

  declare local: MediaStream | undefined;
  declare revision: number;
  declare isAnswering: boolean;
  readonly #sounds = new Sounds();
  #session: CallSession | undefined;
  #unhear: Unsubscribe | undefined;
  #of = ""; // the call that this is about: its id
  #began = 0; // when it was connected
  #bell: ReturnType<typeof setInterval> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.revision = 0;
    this.isAnswering = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unhear?.();
    this.#letGo();
    this.#sounds.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client")) {
      this.#unhear?.();
      this.#unhear = this.client.events.on("news", (news) => this.#onNews(news));
      const { ended } = this.client.calls;
      if (ended) this.#tellEnd(ended.call, ended.how); // while this was loaded
    }
    const { current: call, isHere } = this.client.calls;
    if (!call) return;
    if (call.id !== this.#of) this.#begin(call, isHere);
    if (call.state !== "incoming") this.#quiet();
    if (call.state === "answered" && isHere && this.local && !this.#session) this.#connect(call, this.local);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client } = this;
    const { current: call, isHere } = client.calls;
    if (!call) return nothing;
    const name = client.nameOf(call.with);
    const isVideo = this.#hasPicture(this.#session?.remote) || this.#hasPicture(this.local);
    return html`<section aria-label=${this.#say("call", name)} class=${isVideo ? "video" : ""}>
      ${isHere ? this.#pictures(name) : nothing}
      <div class="who">
        ${avatar(client, call.with, name)}
        <div>
          <h2 dir="auto">${name}</h2>
          <p role="status">${this.#stateText(call, isHere)}</p>
        </div>
      </div>
      <div class="actions">${call.state === "incoming" ? this.#answers(call) : isHere ? this.#controls() : nothing}</div>
    </section>`;
  }

  protected override updated(): void {
    const isThere = this.client.calls.current !== undefined;
    if (this.isConnected && isThere !== this.matches(":popover-open")) this.togglePopover(isThere);
  }

  #say(name: CallWord, who = ""): string {
    return say(this.texts.language, name, { who });
  }

  #stateText(call: Call, isHere: boolean): string {
    if (call.state === "incoming") return this.#say(call.media.includes("video") ? "incomingVideo" : "incomingAudio");
    if (!isHere) return this.#say("otherTab");
    if (call.state !== "answered") return this.#say(call.state);
    if (this.#session?.state === "connected") return durationText(Date.now() - this.#began);
    return this.#say(this.#session?.state === "interrupted" ? "interrupted" : "connecting");
  }

  #hasPicture(stream: MediaStream | undefined): boolean {
    return stream?.getVideoTracks().some(({ readyState, muted }) => readyState === "live" && !muted) ?? false;
  }

  #pictures(name: string): TemplateResult {
    const { local } = this;
    const remote = this.#session?.remote;
    return html`
      <video class="remote" ?hidden=${!this.#hasPicture(remote)} .srcObject=${remote ?? null} autoplay playsinline aria-label=${this.#say("theirPicture", name)}></video>
      <video
        class="own"
        ?hidden=${!this.#hasPicture(local) || !this.#isOn("video")}
        .srcObject=${local ?? null}
        autoplay
        playsinline
        .muted=${true}
        aria-label=${this.#say("ownPicture")}
      ></video>
    `;
  }

  #answers(call: Call): TemplateResult {
    const answer = (word: CallWord, name: IconName, media: readonly MediaKind[]): TemplateResult =>
      html`<button class="first" ?disabled=${this.isAnswering} @click=${() => void this.#answer(call, media)}>${icon(name)} ${this.#say(word)}</button>`;
    return html`
      ${call.media.includes("video") ? answer("answerVideo", "camera", ["audio", "video"]) : nothing} ${answer("answer", "phone", ["audio"])}
      <button class="bad" @click=${() => void this.#reject(call)}>${icon("hangUp")} ${this.#say("refuse")}</button>
    `;
  }

  #controls(): TemplateResult {
    const control = (kind: MediaKind, off: CallWord, on: CallWord, name: IconName): TemplateResult | typeof nothing =>
      this.#tracks(kind).length
        ? html`<button aria-pressed=${this.#isOn(kind) ? "false" : "true"} ${tip(this.#say(this.#isOn(kind) ? off : on))} @click=${() => this.#toggle(kind)}>${icon(name)}</button>`
        : nothing;
    return html`
      ${control("audio", "mute", "unmute", "microphone")} ${control("video", "cameraOff", "cameraOn", "camera")}
      ${this.#hasPicture(this.#session?.remote)
        ? html`<button ${tip(this.#say("full"))} @click=${() => void this.renderRoot.querySelector(".remote")?.requestFullscreen()}>${icon("expand")}</button>`
        : nothing}
      <button class="bad" ${tip(this.#say("hangUp"))} @click=${() => this.#hangUp()}>${icon("hangUp")}</button>
    `;
  }

  // --- the call ------------------------------------------------------------------------------------

  #begin(call: Call, isHere: boolean): void {
    this.#letGo();
    this.#of = call.id;
    if (isHere && call.isOwn) void this.#open(call);
    else if (call.state === "incoming") void this.#ring(call);
  }

  /** Before somebody answers: who may not speak does not let it ring for long. */
  async #open(call: Call): Promise<void> {
    try {
      this.#keep(call, await openDevices(call.media));
    } catch (error) {
      await (await this.client.calls.line.get()).hangUp(call.id);
      feedback(this, this.#say(problemWord(error)), { isBad: true });
    }
  }

  async #answer(call: Call, media: readonly MediaKind[]): Promise<void> {
    this.isAnswering = true;
    try {
      const local = await openDevices(media);
      this.#keep(call, local);
      await (await this.client.calls.line.get()).accept(call.id).catch(() => this.#letGo()); // it rings no more
    } catch (error) {
      feedback(this, this.#say(problemWord(error)), { isBad: true });
    }
    this.isAnswering = false;
  }

  async #reject({ id }: Call): Promise<void> {
    await (await this.client.calls.line.get()).reject(id);
  }

  /** Unless the call was over before somebody had allowed it. */
  #keep(call: Call, local: MediaStream): void {
    if (this.client.calls.current?.id === call.id) this.local = local;
    else for (const track of local.getTracks()) track.stop();
  }

  #connect(call: Call, local: MediaStream): void {
    const line = this.client.calls.line.loaded; // or nobody could have called or answered here
    if (!line) return;
    const session = new CallSession(call, line, local);
    this.#session = session;
    session.events.on("changed", () => {
      if (session.state === "connected" && !this.#began) {
        this.#began = Date.now();
        this.#clock = setInterval(() => this.revision++, SECOND_MS);
      }
      this.revision++;
    });
  }

  #hangUp(): void {
    if (this.#session) this.#session.end();
    else if (this.#of) void this.client.calls.line.loaded?.hangUp(this.#of);
  }

  #onNews(news: News): void {
    if (news.kind !== "callEnd") return;
    this.#letGo();
    this.#tellEnd(news.call, news.how);
  }

  #tellEnd(call: Call, how: CallEnd): void {
    const wasHere = this.client.calls.isOf(call);
    if (!wasHere && how !== "missed" && how !== "elsewhere") return;
    const isBad = how !== "ended" && how !== "elsewhere";
    feedback(this, this.#say(how, this.client.nameOf(call.with)), { isBad });
  }

  /** Of devices, of the session, of the bell. */
  #letGo(): void {
    this.#quiet();
    clearInterval(this.#clock);
    this.#session?.close();
    for (const track of this.local?.getTracks() ?? []) track.stop();
    this.#session = this.local = undefined;
    this.#began = 0;
    this.#of = "";
  }

  #tracks(kind: MediaKind): MediaStreamTrack[] {
    return (this.local?.getTracks() ?? []).filter((track) => track.kind === kind);
  }

  #isOn(kind: MediaKind): boolean {
    return this.#tracks(kind).some(({ enabled }) => enabled);
  }

  #toggle(kind: MediaKind): void {
    const isOn = this.#isOn(kind);
    for (const track of this.#tracks(kind)) track.enabled = !isOn;
    this.revision++;
  }

  // --- the bell ------------------------------------------------------------------------------------

  /** In one of the tabs. */
  async #ring({ id }: Call): Promise<void> {
    const { settings, isMuted } = this.client.notices;
    if (!settings.sounds || isMuted || !(await isMine((navigator as { locks?: TryLocks }).locks, `ring ${id}`))) return;
    const { current } = this.client.calls;
    if (current?.id !== id || current.state !== "incoming") return;
    const play = (): void => void this.#sounds.play("call").catch(() => undefined);
    this.#bell = setInterval(play, RING_MS);
    play();
  }

  #quiet(): void {
    clearInterval(this.#bell);
  }
}
