// SPDX-License-Identifier: MIT
//
// Of rooms: being there, what moderators and owners do, finding, inviting, remembering; and of forms,
// which most of that needs.

import { describe, expect, it } from "vitest";

import { parse, type Xml } from "../../src/core/xml.js";
import { roomSubscription, roomUnsubscription } from "../../src/protocol/mucsub.js";
import { cancellation, formIn, readForm, submission, valueIn } from "../../src/protocol/xep0004.js";
import { discoItemsQuery, readDiscoInfo } from "../../src/protocol/xep0030.js";
import {
  entering,
  invitationThrough,
  isPrivateOfRoom,
  leaving,
  readInvitationThrough,
  readRoomCodes,
  readRoomPresence,
  readVoiceRequest,
  roomPresence,
  voiceGrant,
  voiceRequest,
} from "../../src/protocol/xep0045.js";
import { affiliatesQuery, affiliation, readAffiliates, role } from "../../src/protocol/xep0045_admin.js";
import { readRoomInfo } from "../../src/protocol/xep0045_info.js";
import { readRoomConfig, roomConfig, roomConfigCancellation, roomConfigQuery, roomEnd } from "../../src/protocol/xep0045_owner.js";
import { bookmarkPublication, bookmarkRetraction, bookmarksQuery, readBookmark, type Bookmark } from "../../src/protocol/xep0402.js";
import { isStillThere, selfPing } from "../../src/protocol/xep0410.js";
import { moderation } from "../../src/protocol/xep0425.js";
import { readRooms, roomsQuery } from "../../src/protocol/xep0433.js";
import { invitation, readInvitation, type Invitation } from "../../src/protocol/xep0249.js";
import { notify, readNotify } from "../../src/protocol/xep0492.js";
import { describePairs, golden } from "./golden.js";

function itemOf(el: Xml): { id: string; payload?: Xml } {
  const payload = el.children.find((one): one is Xml => typeof one !== "string");
  return { id: el.attrs.id ?? "", ...(payload && { payload }) };
}

function publishedItem(publication: Xml): Xml {
  const publish = publication.children[0] as Xml;
  return publish.children[0] as Xml;
}

describePairs({
  form: { read: readForm },
  form_table: { read: readForm },
  room_presence: { read: readRoomPresence },
  room_kicked: { read: readRoomPresence },
  room_renamed: { read: readRoomPresence },
  room_destroyed: { read: readRoomPresence },
  room_codes: { read: readRoomCodes },
  room_info: { read: (el) => readRoomInfo(readDiscoInfo(el)) },
  room_config: { read: readRoomConfig },
  room_invitation: { read: readInvitationThrough },
  invitation: {
    read: readInvitation,
    build: (value: Invitation) => {
      const { name, ns, children } = invitation("hecate@example", value);
      return { name, ns, children, attrs: { from: value.from } };
    },
  },
  affiliates: { read: readAffiliates },
  voice_request: { read: readVoiceRequest },
  bookmark: {
    read: (el) => readBookmark(itemOf(el)),
    build: (value: Bookmark) => publishedItem(bookmarkPublication(value)),
  },
  rooms_found: { read: readRooms },
});

const from = (el: Xml, sender: string): Xml => ({ ...el, attrs: { ...el.attrs, from: sender } });

describe("forgeries and nonsense are nothing", () => {
  it.each([
    ["a form of no kind", () => readForm(golden("form_broken"))],
    ["no form", () => formIn(golden("room_codes"))],
    ["presence of somebody in no room", () => readRoomPresence(golden("presence"))],
    ["presence of a room itself", () => readRoomPresence(from(golden("room_presence"), "coven@rooms.example"))],
    ["an invitation through a room, by somebody in it", () => readInvitationThrough(from(golden("room_invitation"), "coven@rooms.example/eve"))],
    ["an invitation to what is no room", () => readInvitation(golden("invitation_elsewhere"))],
    ["a request for voice by somebody in the room", () => readVoiceRequest(from(golden("voice_request"), "coven@rooms.example/eve"))],
    ["information of what is no room", () => readRoomInfo(readDiscoInfo(golden("disco_info")))],
    ["a bookmark of nothing", () => readBookmark({ id: "a@b" })],
    ["a bookmark of somebody in a room", () => readBookmark({ ...itemOf(golden("bookmark")), id: "a@b/c" })],
    ["settings of another kind", () => readNotify(golden("form"))],
  ])("%s", (_, read) => expect(read()).toBeUndefined());

  it("codes of somebody in the room", () => expect(readRoomCodes(from(golden("room_codes"), "coven@rooms.example/eve"))).toEqual([]));
});

const MUC = "http://jabber.org/protocol/muc";

it.each([
  ["entering", entering("a@b", "c"), `<presence xmlns='jabber:client' to='a@b/c'><x xmlns='${MUC}'><history maxstanzas='0'/></x></presence>`],
  ["entering with a password", entering("a@b", "c", { password: "p", show: "away", status: "s" }), `<presence xmlns='jabber:client' to='a@b/c'><x xmlns='${MUC}'><password>p</password><history maxstanzas='0'/></x><show>away</show><status>s</status></presence>`],
  ["another name", roomPresence("a@b", "d"), "<presence xmlns='jabber:client' to='a@b/d'/>"],
  ["leaving", leaving("a@b", "c"), "<presence xmlns='jabber:client' to='a@b/c' type='unavailable'/>"],
  ["inviting", invitationThrough("a@b", ["e@f", "g@h"], "come"), `<message xmlns='jabber:client' to='a@b'><x xmlns='${MUC}#user'><invite to='e@f'><reason>come</reason></invite><invite to='g@h'><reason>come</reason></invite></x></message>`],
  ["inviting directly", invitation("e@f", { room: "a@b", reason: "" }, "Come to a@b"), "<message xmlns='jabber:client' to='e@f'><x xmlns='jabber:x:conference' jid='a@b'/><body>Come to a@b</body></message>"],
  ["asking for voice", voiceRequest("a@b"), `<message xmlns='jabber:client' to='a@b'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${MUC}#request</value></field><field var='muc#role'><value>participant</value></field></x></message>`],
  ["giving it", voiceGrant("a@b", { nick: "c", jid: "" }), `<message xmlns='jabber:client' to='a@b'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${MUC}#request</value></field><field var='muc#role'><value>participant</value></field><field var='muc#roomnick'><value>c</value></field><field var='muc#request_allow'><value>1</value></field></x></message>`],
  ["a list of affiliations", affiliatesQuery("member"), `<query xmlns='${MUC}#admin'><item affiliation='member'/></query>`],
  ["a ban", affiliation("e@f", "outcast", "why"), `<query xmlns='${MUC}#admin'><item affiliation='outcast' jid='e@f'><reason>why</reason></item></query>`],
  ["putting out", role("c", "none"), `<query xmlns='${MUC}#admin'><item nick='c' role='none'/></query>`],
  ["asking for the configuration", roomConfigQuery(), `<query xmlns='${MUC}#owner'/>`],
  ["a room as rooms are", roomConfig({}), `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>`],
  ["a configuration", roomConfig({ "muc#roomconfig_membersonly": true, "muc#roomconfig_roomadmins": ["a@b", "c@d"], "muc#roomconfig_lang": undefined }), `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${MUC}#roomconfig</value></field><field var='muc#roomconfig_membersonly'><value>1</value></field><field var='muc#roomconfig_roomadmins'><value>a@b</value><value>c@d</value></field></x></query>`],
  ["giving up a new room", roomConfigCancellation(), `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='cancel'/></query>`],
  ["ending a room", roomEnd("over", "e@f"), `<query xmlns='${MUC}#owner'><destroy jid='e@f'><reason>over</reason></destroy></query>`],
  ["subscribing", roomSubscription("c"), "<subscribe xmlns='urn:xmpp:mucsub:0' nick='c'><event node='urn:xmpp:mucsub:nodes:messages'/></subscribe>"],
  ["unsubscribing", roomUnsubscription(), "<unsubscribe xmlns='urn:xmpp:mucsub:0'/>"],
  ["bookmarks", bookmarksQuery(), "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'/></pubsub>"],
  ["forgetting a room", bookmarkRetraction("a@b"), "<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='urn:xmpp:bookmarks:1' notify='true'><item id='a@b'/></retract></pubsub>"],
  ["pinging oneself", selfPing(), "<ping xmlns='urn:xmpp:ping'/>"],
  ["moderating", moderation("s7", "Not here"), "<moderate xmlns='urn:xmpp:message-moderate:1' id='s7'><retract xmlns='urn:xmpp:message-retract:1'/><reason>Not here</reason></moderate>"],
  ["rooms with words", roomsQuery(" witches ", { max: 20 }), "<search xmlns='urn:xmpp:channel-search:0:search'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:channel-search:0:search-params</value></field><field var='q'><value>witches</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>20</max></set></search>"],
  ["all rooms", roomsQuery("", { max: 20 }), "<search xmlns='urn:xmpp:channel-search:0:search'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:channel-search:0:search-params</value></field><field var='all'><value>1</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>20</max></set></search>"],
  ["rooms of a service", discoItemsQuery(undefined, { max: 9 }), "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>9</max></set></query>"],
  ["settings of notifications", notify("never"), "<notify xmlns='urn:xmpp:notification-settings:1'><never/></notify>"],
])("builds: %s", (_, built, source) => expect(built).toEqual(parse(source)));

it("cancels a form", () => expect(cancellation().attrs.type).toBe("cancel"));

it("sends of a form what is asked for, and finds a value", () => {
  const sent = readForm(submission("t", { a: "1", b: false }));
  expect([sent?.formType, valueIn(sent, "a"), valueIn(sent, "b"), valueIn(sent, "c")]).toEqual(["t", "1", "0", undefined]);
});

it("keeps what other clients say of some devices when it changes a setting (XEP-0492 section 3)", () => {
  const bookmark = readBookmark(itemOf(golden("bookmark")))!;
  const changed = readBookmark(itemOf(publishedItem(bookmarkPublication({ ...bookmark, notify: "never" }))));
  expect(changed?.notify).toBe("never");
  expect(JSON.stringify(changed?.extensions)).toContain('"identity-type":"pc"');
  expect(changed?.extensions).toHaveLength(2);
});

it("marks private messages of rooms (XEP-0045 section 7.5)", () => {
  expect(isPrivateOfRoom(parse(`<message xmlns='jabber:client' type='chat' from='a@b/c'><x xmlns='${MUC}#user'/><body>psst</body></message>`))).toBe(true);
  expect(isPrivateOfRoom(golden("message"))).toBe(false);
});

it("knows from an error whether one is still in a room (XEP-0410 section 3.3)", () => {
  expect([undefined, "service-unavailable", "item-not-found", "not-acceptable", "remote-server-timeout"].map(isStillThere)).toEqual([true, true, true, false, undefined]);
});
