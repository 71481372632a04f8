// SPDX-License-Identifier: MIT
//
// The rooms of an account: XEP-0402 1.2.0, with settings of notifications (XEP-0492) among the
// extensions, of which those that this client does not know stay as they are (section 3.1).

import { bounded, compact, flag } from "../core/plain.js";
import { child, childText, elements, xml, type Xml } from "../core/xml.js";
import { itemsQuery, payloadAs, PRIVATE_NODE, publication, retraction, type Item } from "./xep0060.js";
import { notify, NS_NOTIFY, readNotify, type NotifyWhen } from "./xep0492.js";

export const NS_BOOKMARKS = "urn:xmpp:bookmarks:1";

export interface Bookmark {
  /** The room. */
  readonly jid: string;
  /** "" without. */
  readonly name: string;
  readonly nick: string;
  /** Whether the client is in the room whenever it is online. */
  readonly isJoined: boolean;
  readonly password?: string;
  readonly notify?: NotifyWhen;
  /** As other clients wrote them. */
  readonly extensions: readonly Xml[];
}

const NAME_MAX = 500;
const EXTENSIONS_MAX = 20;

export function bookmarksQuery(): Xml {
  return itemsQuery(NS_BOOKMARKS);
}

export function readBookmark(item: Item): Bookmark | undefined {
  const conference = payloadAs(item, "conference", NS_BOOKMARKS);
  if (!conference || !item.id.includes("@") || item.id.includes("/")) return undefined;
  const extensions = child(conference, "extensions");
  const all = extensions ? elements(extensions).slice(0, EXTENSIONS_MAX) : [];
  return compact({
    jid: item.id,
    name: bounded(conference.attrs.name, NAME_MAX),
    nick: bounded(childText(conference, "nick"), NAME_MAX),
    isJoined: flag(conference.attrs.autojoin),
    password: childText(conference, "password"),
    notify: readNotify(all.find(({ ns }) => ns === NS_NOTIFY)),
    extensions: all,
  });
}

export function bookmarkPublication(bookmark: Bookmark): Xml {
  const { jid, name, nick, isJoined, password, notify: when, extensions } = bookmark;
  const old = extensions.find(({ ns }) => ns === NS_NOTIFY);
  const kept = when === undefined ? extensions : [...extensions.filter((one) => one !== old), notify(when, old)];
  const conference = xml(
    "conference",
    NS_BOOKMARKS,
    { name: name || undefined, autojoin: isJoined },
    nick ? xml("nick", NS_BOOKMARKS, {}, nick) : undefined,
    password === undefined ? undefined : xml("password", NS_BOOKMARKS, {}, password),
    kept.length ? xml("extensions", NS_BOOKMARKS, {}, ...kept) : undefined,
  );
  return publication(NS_BOOKMARKS, conference, { id: jid, options: PRIVATE_NODE });
}

export function bookmarkRetraction(jid: string): Xml {
  return retraction(NS_BOOKMARKS, jid);
}
