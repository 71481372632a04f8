// SPDX-License-Identifier: MIT
//
// Requests and their answers (RFC 6120 section 8.2.3), in both directions.

import { bareOf, domainOf } from "./jid.js";
import { NS_CLIENT, NS_STANZA_ERRORS } from "./ns.js";
import { StanzaError } from "./stanza_error.js";
import { elements, isElement, withAttrs, xml, type Xml } from "./xml.js";

const PATIENCE_MS = 60_000;

/** Answers a request: with a payload, or nothing but "done". Throws a StanzaError to refuse. */
export type IqAnswerer = (payload: Xml, from: string | undefined) => Xml | undefined | Promise<Xml | undefined>;

interface Asked {
  readonly to: string | undefined;
  readonly timer: ReturnType<typeof setTimeout>;
  resolve(result: Xml): void;
  reject(error: StanzaError): void;
}

export class Iqs {
  readonly #send: (stanza: Xml) => boolean;
  readonly #asked = new Map<string, Asked>();
  readonly #answerers = new Map<string, IqAnswerer>();
  #last = 0;

  /** send: returns whether it went out, or will */
  constructor(send: (stanza: Xml) => boolean) {
    this.#send = send;
  }

  /** The whole answer. Rejects with a StanzaError. */
  ask(type: "get" | "set", payload: Xml, to?: string): Promise<Xml> {
    // Others cannot guess it, so nobody can answer in another's place.
    const id = `${(++this.#last).toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ""}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#take(id)?.reject(new StanzaError("timeout", "wait")), PATIENCE_MS);
      this.#asked.set(id, { to, timer, resolve, reject });
      if (!this.#send(xml("iq", NS_CLIENT, { type, id, to }, payload)))
        this.#take(id)?.reject(new StanzaError("disconnected", "wait"));
    });
  }

  /** type: "get", "set" */
  onRequest(type: string, name: string, ns: string, answerer: IqAnswerer): void {
    this.#answerers.set(`${type} ${ns} ${name}`, answerer);
  }

  /** own: the full address */
  take(iq: Xml, own: string): void {
    if (iq.attrs.type === "get" || iq.attrs.type === "set") void this.#answer(iq);
    else this.#onAnswer(iq, own);
  }

  /** Who asked gets no answer any more. */
  lose(): void {
    for (const id of [...this.#asked.keys()]) this.#take(id)?.reject(new StanzaError("disconnected", "wait"));
  }

  #take(id: string): Asked | undefined {
    const found = this.#asked.get(id);
    if (found) clearTimeout(found.timer);
    this.#asked.delete(id);
    return found;
  }

  #onAnswer(iq: Xml, own: string): void {
    const { id = "", from, type } = iq.attrs;
    const asked = this.#asked.get(id);
    if (!asked) return;
    // RFC 6120 section 8.1.2.1: the server answers for the account without an address, or with it.
    const isFrom =
      from === asked.to ||
      ((asked.to === undefined || asked.to === bareOf(own)) && [undefined, own, bareOf(own), domainOf(own)].includes(from));
    if (!isFrom) return;
    this.#take(id);
    if (type === "result") asked.resolve(iq);
    else asked.reject(StanzaError.of(iq));
  }

  async #answer(iq: Xml): Promise<void> {
    const { from, id, type = "" } = iq.attrs;
    const payload = iq.children.find(isElement);
    const head = xml("iq", NS_CLIENT, { type: "result", to: from, id });
    try {
      const answerer = payload && this.#answerers.get(`${type} ${payload.ns} ${payload.name}`);
      if (!answerer) throw new StanzaError("service-unavailable");
      const result = await answerer(payload, from);
      this.#send({ ...head, children: result ? [result] : [] });
    } catch (error) {
      const { condition, type: kind } = error instanceof StanzaError ? error : new StanzaError("internal-server-error");
      this.#send({
        ...withAttrs(head, { type: "error" }),
        children: [xml("error", NS_CLIENT, { type: kind }, xml(condition, NS_STANZA_ERRORS))],
      });
    }
  }
}

/** The first element of an answer. */
export function payloadOf(iq: Xml): Xml | undefined {
  return elements(iq).find(({ name, ns }) => !(name === "error" && ns === NS_CLIENT));
}
