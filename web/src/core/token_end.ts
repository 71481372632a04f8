// SPDX-License-Identifier: MIT
//
// The end of a login token: the server takes no login by it any more (XEP-0484 0.2.0 section 3.6).
// It is asked so by one more login with it, on a stream of its own, which binds nothing.

import { toBase64 } from "./bytes.js";
import { NS_FAST, NS_SASL2, NS_STREAM } from "./ns.js";
import { HashedToken } from "./sasl.js";
import type { Transport } from "./transport.js";
import { xml, type Xml } from "./xml.js";

export interface EndingToken {
  readonly user: string;
  readonly token: string;
  readonly count: number;
  /** The UUID of the browser that got it. */
  readonly agent: string;
}

async function request({ user, token, count, agent }: EndingToken): Promise<Xml> {
  const mechanism = new HashedToken(user, token);
  return xml(
    "authenticate",
    NS_SASL2,
    { mechanism: mechanism.name },
    xml("initial-response", NS_SASL2, {}, toBase64(await mechanism.initial())),
    xml("user-agent", NS_SASL2, { id: agent }),
    xml("fast", NS_FAST, { count, invalidate: true }),
  );
}

/** Resolves when the stream has ended, however: a token that could not be ended ends by its age. */
export function endToken(transport: Transport, ending: EndingToken): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    transport.open({
      onOpen: () => undefined,
      onElement: (el) => {
        if (el.ns === NS_STREAM && el.name === "features" && !isAsked) {
          isAsked = true;
          request(ending).then(
            (asked) => transport.send(asked),
            () => transport.abort(),
          );
        } else if (el.ns === NS_SASL2 || el.name === "error") transport.close();
      },
      onClose: () => resolve(),
    });
  });
}
