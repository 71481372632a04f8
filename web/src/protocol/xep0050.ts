// SPDX-License-Identifier: MIT
//
// Commands of a server or a room: XEP-0050 1.3.0 sections 2.2 to 2.4, for those of one or two steps.

import { bounded } from "../core/plain.js";
import { child, elements, text, xml, type Xml } from "../core/xml.js";
import { formIn, type Form } from "./xep0004.js";

export const NS_COMMANDS = "http://jabber.org/protocol/commands";

export interface CommandState {
  readonly node: string;
  readonly session: string;
  readonly status: "executing" | "completed" | "canceled";
  readonly form?: Form;
  /** What a person is told; "" for nothing. */
  readonly note: string;
}

const NOTE_MAX = 2000;
const STATUSES: readonly string[] = ["executing", "completed", "canceled"];

/** session: of an earlier answer; form: what is answered to its form */
export function command(node: string, action: "execute" | "complete" | "cancel" = "execute", session?: string, form?: Xml): Xml {
  return xml("command", NS_COMMANDS, { node, action, sessionid: session }, form);
}

export function readCommand(iq: Xml): CommandState | undefined {
  const answer = child(iq, "command", NS_COMMANDS);
  const { node, sessionid = "", status = "" } = answer?.attrs ?? {};
  if (!answer || !node || !STATUSES.includes(status)) return undefined;
  const form = formIn(answer);
  return {
    node,
    session: sessionid,
    status: status as CommandState["status"],
    ...(form && { form }),
    note: bounded(elements(answer, "note", NS_COMMANDS).map(text).join("\n"), NOTE_MAX),
  };
}
