// SPDX-License-Identifier: MIT
//
// Sessions: XEP-0166 1.1.2, with what they are made of in calls: XEP-0167, XEP-0176, XEP-0338.

import { bounded } from "../core/plain.js";
import { elements, xml, type Xml } from "../core/xml.js";
import { NS_JINGLE } from "./call_features.js";
import { word } from "./sdp_words.js";
import { description, readDescription, type RtpDescription } from "./xep0167.js";
import { iceTransport, readIceTransport, type IceTransport } from "./xep0176.js";
import { group, readGroup } from "./xep0338.js";
import { SID_MAX, readReason, reasonElement, type Reason } from "./xep0166_reason.js";

/** Those of section 7.2 that calls use. */
const ACTIONS = [
  ...(["session-initiate", "session-accept", "session-info", "session-terminate"] as const),
  ...(["transport-info", "content-add", "content-accept", "content-reject", "content-modify", "content-remove"] as const),
] as const;
export type JingleAction = (typeof ACTIONS)[number];

export type Senders = "both" | "initiator" | "responder" | "none";

export interface JingleContent {
  readonly creator: "initiator" | "responder";
  readonly name: string;
  readonly senders: Senders;
  readonly description?: RtpDescription;
  readonly transport?: IceTransport;
}

export interface Jingle {
  readonly action: JingleAction;
  readonly sid: string;
  readonly initiator?: string;
  readonly responder?: string;
  readonly contents: readonly JingleContent[];
  /** Names of the contents that share one transport. */
  readonly bundle: readonly string[];
  readonly reason?: Reason;
}

const CONTENTS_MAX = 8;
const JID_MAX = 3071;

function sendersOf(said: string | undefined): Senders {
  return said === "initiator" || said === "responder" || said === "none" ? said : "both";
}

function readContent(el: Xml): JingleContent | undefined {
  const name = word(el.attrs.name);
  if (name === undefined) return undefined;
  const said = readDescription(el);
  const transport = readIceTransport(el);
  return {
    creator: el.attrs.creator === "responder" ? "responder" : "initiator",
    name,
    senders: sendersOf(el.attrs.senders),
    ...(said && { description: said }),
    ...(transport && { transport }),
  };
}

/** Undefined: it is no session of this kind, or its contents make no sense. */
export function readJingle(el: Xml): Jingle | undefined {
  const action = ACTIONS.find((name) => name === el.attrs.action);
  const { sid = "", initiator, responder } = el.attrs;
  const found = elements(el, "content", NS_JINGLE);
  const contents = found.map(readContent).filter((one) => one !== undefined);
  if (el.name !== "jingle" || el.ns !== NS_JINGLE || !action || !sid || sid.length > SID_MAX) return undefined;
  if (found.length > CONTENTS_MAX || contents.length < found.length) return undefined;
  if (new Set(contents.map(({ name }) => name)).size < contents.length) return undefined;
  const reason = readReason(el);
  return {
    action,
    sid,
    ...(initiator === undefined ? {} : { initiator: bounded(initiator, JID_MAX) }),
    ...(responder === undefined ? {} : { responder: bounded(responder, JID_MAX) }),
    contents,
    bundle: readGroup(el),
    ...(reason && { reason }),
  };
}

function content({ creator, name, senders, description: said, transport }: JingleContent): Xml {
  return xml(
    "content",
    NS_JINGLE,
    { creator, name, senders: senders === "both" ? undefined : senders },
    said && description(said),
    transport && iceTransport(transport),
  );
}

export function jingle({ action, sid, initiator, responder, contents, bundle, reason }: Jingle): Xml {
  return xml(
    "jingle",
    NS_JINGLE,
    { action, sid, initiator, responder },
    bundle.length ? group(bundle) : undefined,
    ...contents.map(content),
    reason && reasonElement(reason),
  );
}
