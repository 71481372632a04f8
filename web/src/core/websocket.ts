// SPDX-License-Identifier: MIT
//
// The stream over WebSocket (RFC 7395). Frames are whole elements.

import { NS_FRAMING } from "./ns.js";
import type { Transport, TransportHandler } from "./transport.js";
import { parse, write, xml } from "./xml.js";

/** The part of a browser's WebSocket that is used. */
export type WebSocketMaker = new (url: string, protocol: string) => WebSocket;

/** How long the handshake, and the end of a stream, may take. */
const OPEN_MS = 20_000;
const CLOSE_MS = 3_000;

export class WebSocketTransport implements Transport {
  readonly #url: string;
  readonly #domain: string;
  readonly #WebSocket: WebSocketMaker;
  #socket: WebSocket | undefined;
  #handler: TransportHandler | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, domain: string, Maker: WebSocketMaker = WebSocket) {
    this.#url = url;
    this.#domain = domain;
    this.#WebSocket = Maker;
  }

  open(handler: TransportHandler): void {
    this.#handler = handler;
    this.#timer = setTimeout(() => this.#end("no answer"), OPEN_MS);
    let socket: WebSocket;
    try {
      socket = new this.#WebSocket(this.#url, "xmpp");
    } catch (error) {
      queueMicrotask(() => this.#end(String(error)));
      return;
    }
    this.#socket = socket;
    socket.onopen = () => socket.send(write(xml("open", NS_FRAMING, { to: this.#domain, version: "1.0" })));
    socket.onmessage = ({ data }) => this.#onFrame(data);
    socket.onclose = ({ code }) => this.#end(`closed (${code})`);
    socket.onerror = () => undefined; // close follows
  }

  send(el: Parameters<Transport["send"]>[0]): void {
    if (this.#socket?.readyState === 1) this.#socket.send(write(el));
  }

  close(): void {
    this.send(xml("close", NS_FRAMING));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end("closed"), CLOSE_MS);
  }

  abort(): void {
    this.#end("aborted");
  }

  #onFrame(data: unknown): void {
    let el;
    try {
      if (typeof data !== "string") throw new Error("binary");
      el = parse(data);
    } catch (error) {
      this.#end(`a broken frame: ${String(error)}`);
      return;
    }
    if (el.ns !== NS_FRAMING) this.#handler?.onElement(el);
    else if (el.name === "open") {
      clearTimeout(this.#timer);
      this.#handler?.onOpen();
    } else this.#end("the server ended the stream");
  }

  #end(reason: string): void {
    const handler = this.#handler;
    if (!handler) return;
    this.#handler = undefined;
    clearTimeout(this.#timer);
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
    }
    handler.onClose(reason);
  }
}
