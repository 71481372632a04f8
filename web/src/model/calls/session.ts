// SPDX-License-Identifier: MIT
//
// The sound and pictures of one call, from the moment at which somebody has answered: an
// RTCPeerConnection, described to the other end in Jingle (XEP-0166, XEP-0167, XEP-0176).

import { Emitter } from "../../core/emitter.js";
import type { Xml } from "../../core/xml.js";
import { jingle, readJingle, type Jingle, type JingleAction } from "../../protocol/xep0166.js";
import type { JingleReason } from "../../protocol/xep0166_reason.js";
import { externalQuery, readIceServers, type IceServer } from "../../protocol/xep0215.js";
import type { Call } from "../types.js";
import { candidateLine, candidateOf, fromSdp, linesOf, toSdp, type Described, type Role } from "./sdp.js";
import type { Signalling } from "./signalling.js";

export type SessionState = "connecting" | "connected" | "interrupted" | "over";

export interface SessionEvents {
  changed: undefined;
}

export class CallSession {
  readonly events = new Emitter<SessionEvents>();
  readonly remote = new MediaStream();
  readonly #call: Call;
  #own = ""; // the full address of this end
  readonly #signalling: Signalling;
  readonly #local: MediaStream;
  readonly #role: Role;
  #pc: RTCPeerConnection | undefined;
  #state: SessionState = "connecting";
  #isTold = false; // the description; candidates before it would be of no session
  readonly #candidates: RTCIceCandidate[] = []; // before that
  #work: Promise<void> = Promise.resolve(); // one signal after the other

  /** local: what is sent, which ends with the session */
  constructor(call: Call, signalling: Signalling, local: MediaStream) {
    this.#call = call;
    this.#signalling = signalling;
    this.#local = local;
    this.#role = call.isOwn ? "initiator" : "responder";
    signalling.listen((el) => this.#do(() => this.#onSignal(el)));
    this.#do(() => this.#begin());
  }

  get state(): SessionState {
    return this.#state;
  }

  /** It is over. reason: undefined when somebody wanted it so */
  end(reason: JingleReason = "success"): void {
    if (this.#state === "over") return;
    void this.#signalling.hangUp(this.#call.id, reason).catch(() => undefined);
    this.close();
  }

  /** Lets go of camera and microphone, and says nothing. */
  close(): void {
    for (const track of this.#local.getTracks()) track.stop();
    this.#pc?.close();
    this.#enter("over");
  }

  #enter(state: SessionState): void {
    if (this.#state === state || this.#state === "over") return;
    this.#state = state;
    this.events.emit("changed", undefined);
  }

  /** What goes wrong ends the call: the other end has said what no browser takes. */
  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#state === "over") return;
      try {
        await step();
      } catch {
        this.end("failed-application");
      }
    });
  }

  async #begin(): Promise<void> {
    // Not all clients group contents (XEP-0338): to "max-bundle" such a session is an error.
    const pc = new RTCPeerConnection({ bundlePolicy: "balanced", iceServers: await this.#servers() });
    this.#pc = pc;
    this.#own = await this.#signalling.address();
    pc.onicecandidate = ({ candidate }) => (candidate?.candidate ? this.#onCandidate(candidate) : undefined);
    pc.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      track.onmute = track.onunmute = () => this.events.emit("changed", undefined);
      this.events.emit("changed", undefined);
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === "connected") this.#enter("connected");
      else if (pc.connectionState === "disconnected") this.#enter("interrupted");
      else if (pc.connectionState === "failed") this.end("connectivity-error");
    };
    for (const track of this.#local.getTracks()) pc.addTrack(track, this.#local);
    if (this.#role === "initiator") {
      await pc.setLocalDescription();
      this.#tellDescription("session-initiate");
    }
  }

  /** What helps packets through, as the server offers it (XEP-0215). */
  async #servers(): Promise<IceServer[]> {
    try {
      return readIceServers(await this.#signalling.askServer(externalQuery()));
    } catch {
      return []; // it offers nothing
    }
  }

  // --- to the other end ----------------------------------------------------------------------------

  #say(action: JingleAction, described: Described): void {
    const party = action === "transport-info" ? {} : { [this.#role]: this.#own };
    const said: Jingle = { action, sid: this.#call.id, ...party, ...described };
    this.#signalling.send(this.#call.id, jingle(said)).catch(() => {
      if (action !== "transport-info") this.end("general-error"); // the other end has no such session
    });
  }

  #tellDescription(action: "session-initiate" | "session-accept"): void {
    this.#say(action, fromSdp(this.#pc?.localDescription?.sdp ?? "", this.#role));
    this.#isTold = true;
    for (const candidate of this.#candidates.splice(0)) this.#onCandidate(candidate);
  }

  #onCandidate(candidate: RTCIceCandidate): void {
    if (!this.#isTold) {
      this.#candidates.push(candidate);
      return;
    }
    const one = candidateOf(candidate.candidate);
    const { contents } = fromSdp(this.#pc?.localDescription?.sdp ?? "", this.#role);
    const content = contents.find(({ name }) => name === candidate.sdpMid);
    if (!one || !content?.transport) return;
    const { creator, name, senders } = content;
    const { ufrag, pwd } = content.transport;
    const transport = { ...(ufrag === undefined || pwd === undefined ? {} : { ufrag, pwd }), candidates: [one] };
    this.#say("transport-info", { contents: [{ creator, name, senders, transport }], bundle: [] });
  }

  // --- from the other end --------------------------------------------------------------------------

  async #onSignal(el: Xml): Promise<void> {
    const said = readJingle(el);
    const pc = this.#pc;
    if (!said || !pc) return;
    switch (said.action) {
      case "session-initiate":
        if (this.#role === "initiator" || pc.remoteDescription) return;
        await pc.setRemoteDescription({ type: "offer", sdp: toSdp(said, "initiator") });
        await pc.setLocalDescription();
        this.#tellDescription("session-accept");
        break;
      case "session-accept":
        if (this.#role !== "initiator" || pc.remoteDescription) return;
        await pc.setRemoteDescription({ type: "answer", sdp: toSdp(said, "responder", linesOf(pc.localDescription?.sdp ?? "")) });
        break;
      case "transport-info":
        for (const { name, transport } of said.contents)
          for (const candidate of transport?.candidates ?? [])
            // One that this browser cannot use keeps the others from nothing.
            await pc.addIceCandidate({ candidate: candidateLine(candidate), sdpMid: name }).catch(() => undefined);
    }
  }
}
