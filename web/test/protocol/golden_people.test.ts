// SPDX-License-Identifier: MIT
//
// Of what people say about themselves and each other: nodes, pictures, cards, finding, inviting,
// reporting; and of what an account sets.

import { describe, expect, it } from "vitest";

import { isElement, parse, type Xml } from "../../src/core/xml.js";
import { subscription } from "../../src/protocol/rfc6121_presence.js";
import { discoInfo } from "../../src/protocol/xep0030.js";
import { lastActivityQuery, readLastActivity } from "../../src/protocol/xep0012.js";
import { command, readCommand } from "../../src/protocol/xep0050.js";
import { readVCard, vcard, withPhoto, type VCard } from "../../src/protocol/xep0054.js";
import { peopleQuery, readPeople } from "../../src/protocol/xep0055.js";
import { isEvent, itemsQuery, publication, readEvent, readItems, retraction } from "../../src/protocol/xep0060.js";
import { registration, registrationEnd } from "../../src/protocol/xep0077.js";
import { avatarDataQuery, avatarPublications, avatarRemoval, readAvatarData, readAvatarInfos } from "../../src/protocol/xep0084.js";
import { capsOf, isCapsNode } from "../../src/protocol/xep0115.js";
import { nickPublication, readNick } from "../../src/protocol/xep0172.js";
import { blocking } from "../../src/protocol/xep0191.js";
import { archiveQuery } from "../../src/protocol/xep0313.js";
import { pushDisabling, pushEnabling, readVapid, vapidQuery } from "../../src/protocol/xep0357.js";
import { inviteCommand, readMadeInvitation } from "../../src/protocol/xep0401.js";
import { preauth, readInvitationUri } from "../../src/protocol/xep0445.js";
import { actionIn } from "../../src/protocol/xep0245.js";
import { fileName } from "../../src/protocol/xep0447.js";
import { quoted, quoteOf } from "../../src/protocol/xep0461.js";
import { describePairs, golden } from "./golden.js";

const HASH = "111f4b3c50d7b0df729d299bc6f8e9ef9066971f";

function itemOf(el: Xml): { id: string; payload?: Xml } {
  const payload = el.children.find(isElement);
  return { id: el.attrs.id ?? "", ...(payload && { payload }) };
}

describePairs({
  items: { read: readItems },
  event: { read: readEvent },
  event_purge: { read: readEvent },
  people_found: { read: readPeople },
  avatar_metadata: { read: (el) => readAvatarInfos(itemOf(el)) },
  avatar_data: { read: (el) => readAvatarData(el, HASH) },
  last_activity: { read: readLastActivity },
  command_done: { read: readCommand },
  made_invitation: { read: readMadeInvitation },
  vcard_full: { read: readVCard, build: (card: VCard) => vcard(card) },
});

describe("what cannot be read is nothing", () => {
  const nothing = parse("<iq xmlns='jabber:client' type='result' id='1'/>");
  it.each([
    ["items", () => readItems(nothing)],
    ["an event", () => readEvent(golden("message"))],
    ["an event that came back", () => readEvent({ ...golden("event"), attrs: { type: "error" } })],
    ["people", () => readPeople(nothing)],
    ["a picture's bytes", () => readAvatarData(nothing, HASH)],
    ["those of another picture", () => readAvatarData(golden("avatar_data"), HASH.replace("1", "2"))],
    ["last activity", () => readLastActivity(parse("<iq xmlns='jabber:client' type='result'><query xmlns='jabber:iq:last' seconds='-5'/></iq>"))],
    ["a command", () => readCommand(nothing)],
    ["an invitation", () => readMadeInvitation(nothing)],
    ["a server's key", () => readVapid(parse("<iq xmlns='jabber:client'><vapid xmlns='https://jaseur.org/ns/web-push/0'>short</vapid></iq>"))],
    ["an address that invites nobody", () => readInvitationUri("xmpp:romeo@example.org?message")],
    ["an invitation without a token", () => readInvitationUri("xmpp:romeo@example.org?roster")],
    ["an invitation that runs", () => readInvitationUri("javascript:alert(1)?roster;preauth=x")],
    ["a broken address", () => readInvitationUri("xmpp:%E0%A4%A@example.org?roster;preauth=x")],
  ])("%s", (_, read) => expect(read()).toBeUndefined());

  it("a picture", () => expect(readAvatarInfos({ id: "x" })).toEqual([]));
});

it.each([
  ["xmpp:romeo@example.org?roster;preauth=TOKEN;ibr=y", { jid: "romeo@example.org", action: "roster", token: "TOKEN", canRegister: true }],
  ["xmpp:romeo@example.org?roster;preauth=TOKEN", { jid: "romeo@example.org", action: "roster", token: "TOKEN", canRegister: false }],
  ["xmpp:juliet@example.org?register;preauth=TOKEN", { jid: "juliet@example.org", action: "register", token: "TOKEN", canRegister: true }],
  ["XMPP:example.org?REGISTER;preauth=TOKEN", { jid: "example.org", action: "register", token: "TOKEN", canRegister: true }],
])("reads an invitation: %s (XEP-0401 section 6)", (uri, expected) => expect(readInvitationUri(uri)).toEqual(expected));

const PUBSUB = "http://jabber.org/protocol/pubsub";

it.each([
  ["items", itemsQuery("n", { ids: ["a"], max: 3, page: { max: 9 } }), `<pubsub xmlns='${PUBSUB}'><items node='n' max_items='3'><item id='a'/></items><set xmlns='http://jabber.org/protocol/rsm'><max>9</max></set></pubsub>`],
  ["publishing", publication("n", preauth("t"), { id: "i", options: { "pubsub#access_model": "open" } }), `<pubsub xmlns='${PUBSUB}'><publish node='n'><item id='i'><preauth xmlns='urn:xmpp:pars:0' token='t'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${PUBSUB}#publish-options</value></field><field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub>`],
  ["retracting", retraction("n", "i"), `<pubsub xmlns='${PUBSUB}'><retract node='n' notify='true'><item id='i'/></retract></pubsub>`],
  ["finding people", peopleQuery("jul", { max: 20 }), "<query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>jabber:iq:search</value></field><field var='x-any'><value>jul</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>20</max></set></query>"],
  ["last activity", lastActivityQuery(), "<query xmlns='jabber:iq:last'/>"],
  ["a command", command("n", "cancel", "s"), "<command xmlns='http://jabber.org/protocol/commands' node='n' action='cancel' sessionid='s'/>"],
  ["inviting", inviteCommand(), "<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:invite#invite' action='execute'/>"],
  ["registering", registration("eve", "secret"), "<query xmlns='jabber:iq:register'><username>eve</username><password>secret</password></query>"],
  ["an end", registrationEnd(), "<query xmlns='jabber:iq:register'><remove/></query>"],
  ["a request with an invitation", subscription("subscribe", "a@b", "t"), "<presence xmlns='jabber:client' type='subscribe' to='a@b'><preauth xmlns='urn:xmpp:pars:0' token='t'/></presence>"],
  ["a picture's bytes", avatarDataQuery("h"), `<pubsub xmlns='${PUBSUB}'><items node='urn:xmpp:avatar:data'><item id='h'/></items></pubsub>`],
  ["a picture", avatarPublications("AAAA", { hash: "h", type: "image/png", bytes: 3, width: 2, height: 1 })[1], `<pubsub xmlns='${PUBSUB}'><publish node='urn:xmpp:avatar:metadata'><item id='h'><metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='3' id='h' type='image/png' width='2' height='1'/></metadata></item></publish></pubsub>`],
  ["its bytes", avatarPublications("AAAA", { hash: "h", type: "image/png", bytes: 3 })[0], `<pubsub xmlns='${PUBSUB}'><publish node='urn:xmpp:avatar:data'><item id='h'><data xmlns='urn:xmpp:avatar:data'>AAAA</data></item></publish></pubsub>`],
  ["no picture", avatarRemoval(), `<pubsub xmlns='${PUBSUB}'><publish node='urn:xmpp:avatar:metadata'><item><metadata xmlns='urn:xmpp:avatar:metadata'/></item></publish></pubsub>`],
  ["a name", nickPublication("Jule"), `<pubsub xmlns='${PUBSUB}'><publish node='http://jabber.org/protocol/nick'><item><nick xmlns='http://jabber.org/protocol/nick'>Jule</nick></item></publish></pubsub>`],
  ["a report", blocking("block", ["a@b"], { reason: "spam", text: "Never came trouble", messages: [{ by: "me@b", id: "1" }] }), "<block xmlns='urn:xmpp:blocking'><item jid='a@b'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'><stanza-id xmlns='urn:xmpp:sid:0' by='me@b' id='1'/><text>Never came trouble</text></report></item></block>"],
  ["searching an archive", archiveQuery({ queryId: "q", text: "cafe", start: 0, end: 1000, afterId: "a", beforeId: "b", ids: ["c", "d"], withRooms: true, max: 5, isFlipped: true }), "<query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='start'><value>1970-01-01T00:00:00.000Z</value></field><field var='end'><value>1970-01-01T00:00:01.000Z</value></field><field var='after-id'><value>a</value></field><field var='before-id'><value>b</value></field><field var='ids'><value>c</value><value>d</value></field><field var='withtext'><value>cafe</value></field><field var='include-groupchat'><value>1</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set><flip-page/></query>"],
  ["a server's key", vapidQuery(), "<vapid xmlns='https://jaseur.org/ns/web-push/0'/>"],
  ["being told", pushEnabling("example", "n", { endpoint: "https://push.example/x", p256dh: "p", auth: "a" }), "<enable xmlns='urn:xmpp:push:0' jid='example' node='n'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>https://jaseur.org/ns/web-push/0</value></field><field var='endpoint'><value>https://push.example/x</value></field><field var='p256dh'><value>p</value></field><field var='auth'><value>a</value></field></x></enable>"],
  ["no more", pushDisabling("example", "n"), "<disable xmlns='urn:xmpp:push:0' jid='example' node='n'/>"],
])("builds: %s", (_, built, source) => expect(built).toEqual(parse(source)));

it("reads how somebody wants to be called (XEP-0172)", () => {
  expect(readNick(readItems(golden("items"))!.items[0]!)).toBe("Jule");
  expect(isEvent(golden("event"))).toBe(true);
});

it("reads a server's key (docs/push.md)", () => {
  const key = "B".repeat(87);
  expect(readVapid(parse(`<iq xmlns='jabber:client'><vapid xmlns='https://jaseur.org/ns/web-push/0'>${key}</vapid></iq>`))).toBe(key);
});

it("keeps of a card what it does not write", () => {
  const old = parse(
    "<vCard xmlns='vcard-temp'><FN>Old</FN><N><FAMILY>C</FAMILY><MIDDLE>M</MIDDLE></N><EMAIL><HOME/><USERID>a@b</USERID></EMAIL><EMAIL><WORK/><USERID>c@d</USERID></EMAIL><CLASS><PRIVATE/></CLASS></vCard>",
  );
  expect(vcard({ ...readVCard(old), name: "New" }, old)).toEqual(
    parse(
      "<vCard xmlns='vcard-temp'><FN>New</FN><N><MIDDLE>M</MIDDLE><FAMILY>C</FAMILY></N><EMAIL><HOME/><USERID>a@b</USERID></EMAIL><EMAIL><WORK/><USERID>c@d</USERID></EMAIL><CLASS><PRIVATE/></CLASS></vCard>",
    ),
  );
});

it("hashes what a client can (XEP-0115 section 5.2)", async () => {
  const info = {
    identities: [{ category: "client", type: "pc", name: "Exodus 0.9.1" }],
    features: [
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/disco#items",
      "http://jabber.org/protocol/caps",
      "http://jabber.org/protocol/disco#info",
    ],
  };
  expect((await capsOf(info)).attrs.ver).toBe("QgayPKawpkPSDYmwT/WM94uAlu0=");
  expect([isCapsNode(undefined), isCapsNode("https://jaseur.org/#x"), isCapsNode("urn:x")]).toEqual([true, true, false]);
  expect(discoInfo(info, "https://jaseur.org/#x").attrs.node).toBe("https://jaseur.org/#x");
});

it.each([
  ["/me waves", "waves"],
  ["/me", undefined],
  ["/meow", undefined],
  [" /me waves", undefined],
])("takes %j for what somebody does: %j (XEP-0245 section 3)", (body, action) => expect(actionIn(body)).toBe(action));

it.each([
  ["photo.jpg", "photo.jpg"],
  ["../../etc/passwd", "passwd"],
  ["C:\\autoexec.bat", "autoexec.bat"],
  ["photo\u202Egpj.exe", "photogpj.exe"],
  ["a\nb\u0000c.txt", "a b c.txt"],
  [".htaccess", "htaccess"],
  ["x".repeat(999), "x".repeat(255)],
  [undefined, ""],
])("makes a file's name harmless: %j", (name, harmless) => expect(fileName(name)).toBe(harmless));

it("quotes for clients without replies (XEP-0461 section 3.1)", () => {
  const quote = quoteOf("Anna\nEve", "> older\nWe should\n\nbake a cake");
  expect(quote).toBe("> Anna Eve:\n> We should\n> bake a cake\n");
  expect(quoted(quote)).toBe("Anna Eve:\nWe should\nbake a cake");
  expect(quoteOf("A", "line\n".repeat(1000)).split("\n")).toHaveLength(6);
});

it("gives a card another picture in place of all it had, or none (XEP-0486 section 3.2)", () => {
  const card = parse("<vCard xmlns='vcard-temp'><FN>Illyria</FN><PHOTO><BINVAL>AAAA</BINVAL></PHOTO><PHOTO><BINVAL>BBBB</BINVAL></PHOTO></vCard>");
  const picture = { type: "image/jpeg", base64: "Q0ND" };
  expect(withPhoto(card, picture)).toEqual(
    parse("<vCard xmlns='vcard-temp'><FN>Illyria</FN><PHOTO><TYPE>image/jpeg</TYPE><BINVAL>Q0ND</BINVAL></PHOTO></vCard>"),
  );
  expect(withPhoto(card, undefined)).toEqual(parse("<vCard xmlns='vcard-temp'><FN>Illyria</FN></vCard>"));
  expect(withPhoto(undefined, picture).children).toHaveLength(1);
});
