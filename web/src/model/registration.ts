// SPDX-License-Identifier: MIT
//
// An account that somebody makes himself, on a stream on which nobody is logged in (XEP-0077 2.4
// section 3.1).

import { BoshTransport } from "../core/bosh.js";
import { discover, type Endpoints } from "../core/discovery.js";
import { Iqs } from "../core/iq.js";
import { NS_CLIENT, NS_STREAM } from "../core/ns.js";
import { StanzaError } from "../core/stanza_error.js";
import type { Transport } from "../core/transport.js";
import { WebSocketTransport } from "../core/websocket.js";
import type { Xml } from "../core/xml.js";
import { registration } from "../protocol/xep0077.js";

export interface RegistrationWish {
  /** Whose host-meta says where to connect. */
  readonly site: string;
  readonly domain: string;
  readonly name: string;
  readonly password: string;
}

function transportTo({ websocket, bosh }: Endpoints, domain: string): Transport {
  if (websocket) return new WebSocketTransport(websocket, domain);
  if (bosh) return new BoshTransport(bosh, domain);
  throw new StanzaError("service-unavailable");
}

/**
 * Rejects with a StanzaError: "conflict", the name is taken; "not-acceptable", it is no name, or the
 * password too short; "not-allowed"; "resource-constraint", too many lately; "disconnected".
 */
export async function register({ site, domain, name, password }: RegistrationWish): Promise<void> {
  const endpoints = await discover(site).catch(() => {
    throw new StanzaError("disconnected", "wait");
  });
  const transport = transportTo(endpoints, domain);
  let isOpen = false;
  const iqs = new Iqs((stanza) => {
    if (isOpen) transport.send(stanza);
    return isOpen;
  });
  await new Promise<void>((resolve) => {
    const onElement = (el: Xml): void => {
      if (el.ns === NS_STREAM && el.name === "features") {
        isOpen = true;
        resolve();
      } else if (el.ns === NS_CLIENT && el.name === "iq") iqs.take(el, domain);
    };
    const onClose = (): void => {
      isOpen = false;
      iqs.lose();
      resolve();
    };
    transport.open({ onOpen: () => undefined, onElement, onClose });
  });
  try {
    await iqs.ask("set", registration(name, password), domain);
  } finally {
    transport.close();
  }
}
