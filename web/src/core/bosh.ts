// SPDX-License-Identifier: MIT
//
// The stream over HTTP (XEP-0124 1.11.2, XEP-0206 1.4), where WebSocket does not get through.
//
// States: a session request; then always one request at the server, which it holds until it
// has something to say, and a second when there is something to send meanwhile. Answers are
// taken in the order of the requests. A request that was lost is sent again with the same
// rid, for which the server keeps its answer (section 14.3).

import { NS_BOSH, NS_XBOSH } from "./ns.js";
import type { Transport, TransportHandler } from "./transport.js";
import { elements, parse, write, xml, type Xml } from "./xml.js";

const WAIT_S = 55;
const TRIES = 3;
const RETRY_MS = 1_000;
const AT_ONCE = 2; // requests

export class BoshTransport implements Transport {
  readonly #url: string;
  readonly #domain: string;
  readonly #fetch: typeof fetch;
  readonly #abort = new AbortController();
  #handler: TransportHandler | undefined;
  #sid: string | undefined;
  #rid = Math.floor(Math.random() * 2 ** 32) + 1;
  #expected = this.#rid; // whose answer comes next
  readonly #answers = new Map<number, Xml>();
  #open = 0; // requests that are not answered
  #queue: Xml[] = [];
  #isFlushDue = false;
  #isEnding = false;

  constructor(url: string, domain: string, ask: typeof fetch = fetch.bind(globalThis)) {
    this.#url = url;
    this.#domain = domain;
    this.#fetch = ask;
  }

  open(handler: TransportHandler): void {
    this.#handler = handler;
    void this.#request({
      to: this.#domain,
      ver: "1.6",
      wait: WAIT_S,
      hold: 1,
      "xml:lang": "en",
      "xmpp:version": "1.0",
      "xmlns:xmpp": NS_XBOSH,
      content: "text/xml; charset=utf-8",
    });
  }

  send(el: Xml): void {
    this.#queue.push(el);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    // What is sent at one moment goes in one request.
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.#pump();
    });
  }

  close(): void {
    if (!this.#sid) {
      this.#end("closed");
      return;
    }
    this.#isEnding = true;
    void this.#request({ sid: this.#sid, type: "terminate" }).then(() => this.#end("closed"));
  }

  abort(): void {
    this.#end("aborted");
  }

  #pump(): void {
    if (!this.#handler || !this.#sid || this.#isEnding) return;
    if (this.#queue.length ? this.#open < AT_ONCE : this.#open === 0) void this.#request({ sid: this.#sid });
  }

  async #request(attrs: Record<string, string | number>): Promise<void> {
    const rid = this.#rid++;
    const text = write(xml("body", NS_BOSH, { rid, ...attrs }, ...this.#queue.splice(0)));
    this.#open++;
    try {
      this.#answers.set(rid, await this.#post(text));
    } catch (error) {
      this.#end(`BOSH: ${String(error)}`);
      return;
    }
    this.#open--;
    for (let next; (next = this.#answers.get(this.#expected)); ) {
      this.#answers.delete(this.#expected++);
      this.#take(next);
    }
    this.#pump();
  }

  async #post(text: string): Promise<Xml> {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await this.#fetch(this.#url, {
          method: "POST",
          headers: { "Content-Type": "text/xml; charset=utf-8" },
          body: text,
          credentials: "omit",
          signal: this.#abort.signal,
        });
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        return parse(await answer.text());
      } catch (error) {
        if (tried === TRIES || this.#abort.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * tried));
      }
    }
  }

  #take(body: Xml): void {
    if (!this.#handler) return;
    if (!this.#sid && body.attrs.sid) {
      this.#sid = body.attrs.sid;
      this.#handler.onOpen();
    }
    for (const el of elements(body)) this.#handler.onElement(el);
    if (body.attrs.type === "terminate") this.#end(body.attrs.condition ?? "the server ended the session");
  }

  #end(reason: string): void {
    const handler = this.#handler;
    if (!handler) return;
    this.#handler = undefined;
    if (!this.#isEnding) this.#abort.abort();
    handler.onClose(reason);
  }
}
