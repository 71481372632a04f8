/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "xml/parser.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

#define CARBON "<received xmlns='urn:xmpp:carbons:2'/>"
#define STATE "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
#define RECEIPT "<received xmlns='urn:xmpp:receipts' id='1'/>"
#define MARKER "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"
#define BODY "<body>hi</body>"
#define HINT(name) "<" name " xmlns='urn:xmpp:hints'/>"
#define ROOM "<x xmlns='http://jabber.org/protocol/muc#user'/>"
#define INVITE "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/></x>"
#define CALL "<propose xmlns='urn:xmpp:jingle-message:0' id='1'/>"
#define EVENT "<event xmlns='http://jabber.org/protocol/pubsub#event'/>"

static struct message_kind
ask(const char *text, struct message_kind (*of)(const struct stanza *st))
{
	struct stanza_input in = { .ns = NS_CLIENT, .to_self = jid_trusted(S("juliet@b")) };
	AUTO(frozen) xml = NULL;
	AUTO(stanza) st = NULL;
	struct arena arena;
	struct message_kind k;
	struct jid claimed;

	arena_init(&arena, 1024);
	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &xml), OK);
	assert_int_equal(stanza_read(xml, &in, &arena, &claimed, &st), STANZA_OK);
	st->from = claimed;
	k = of(st);
	arena_fini(&arena);
	return k;
}

static struct message_kind
kind_of(const char *text)
{
	return ask(text, message_kind);
}

#define HEARD                                                                                  \
	"<event xmlns='http://jabber.org/protocol/pubsub#event'>"                              \
	"<items node='urn:xmpp:mucsub:nodes:messages'><item/></items></event>"

static void
message_kind_names_the_parts(void **state)
{
	(void)state;
	static const struct {
		const char *content;
		uint32_t parts;
	} cases[] = {
		{ "", 0 },
		{ BODY "<subject>s</subject><thread>t</thread>", PART_BODY | PART_SUBJECT },
		{ "<body/>", PART_BODY },
		{ "<body xmlns='urn:example'>hi</body>", PART_OTHER },
		{ STATE, PART_STATE },
		{ RECEIPT, PART_RECEIPT },
		{ "<request xmlns='urn:xmpp:receipts'/>", PART_REQUEST },
		{ MARKER, PART_MARKER },
		{ "<markable xmlns='urn:xmpp:chat-markers:0'/>", PART_REQUEST },
		{ "<acknowledged xmlns='urn:xmpp:chat-markers:0' id='1'/>", PART_MARKER },
		{ "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>", PART_REACTION },
		{ "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>", PART_CORRECTION },
		{ "<retract xmlns='urn:xmpp:message-retract:1' id='1'/>", PART_RETRACTION },
		{ "<reply xmlns='urn:xmpp:reply:0' to='a@b' id='1'/>", PART_REPLY },
		{ "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/>", 0 },
		{ "<encrypted xmlns='urn:xmpp:omemo:2'/>", PART_ENCRYPTED },
		{ "<encrypted xmlns='eu.siacs.conversations.axolotl'/>", PART_ENCRYPTED },
		{ "<openpgp xmlns='urn:xmpp:openpgp:0'/>", PART_ENCRYPTED },
		{ CALL, PART_CALL },
		{ "<x xmlns='jabber:x:conference' jid='a@b'/>", PART_INVITE },
		{ INVITE, PART_INVITE },
		{ ROOM, PART_ROOM },
		{ EVENT, PART_EVENT },
		{ HEARD, PART_HEARD },
		{ CARBON, PART_WRAPPED },
		{ "<sent xmlns='urn:xmpp:carbons:2'/>", PART_WRAPPED },
		{ "<result xmlns='urn:xmpp:mam:2' id='1'/>", PART_WRAPPED },
		{ "<private xmlns='urn:xmpp:carbons:2'/>", HINT_PRIVATE },
		{ HINT("no-copy"), HINT_PRIVATE },
		{ HINT("no-store"), HINT_NO_STORE },
		{ HINT("no-permanent-store"), HINT_NO_PERMANENT_STORE },
		{ HINT("store"), HINT_STORE },
		{ HINT("unheard-of"), 0 },
		{ "<origin-id xmlns='urn:xmpp:sid:0' id='1'/>", 0 },
		{ "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>",
		    PART_DELAYED },
		{ "<confirm xmlns='http://jabber.org/protocol/http-auth'/>", PART_OTHER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512];

		snprintf(
		    text, sizeof(text), "<message type='chat'>%s</message>", cases[i].content);
		assert_int_equal(kind_of(text).parts, cases[i].parts);
		assert_int_equal(kind_of(text).type, MESSAGE_CHAT);
	}
}

/* Columns: Kept, Archived, copied when Sent, copied when Received, can Wait, announced (N),
 * Fleeting. */
static void
verdicts(const char *text, char out[8])
{
	struct message_kind k = kind_of(text);
	size_t n = 0;

	if (message_kind_is_kept(k))
		out[n++] = 'K';
	if (message_kind_is_archived(k))
		out[n++] = 'A';
	if (message_kind_is_copied(k, true))
		out[n++] = 'S';
	if (message_kind_is_copied(k, false))
		out[n++] = 'R';
	if (message_kind_can_wait(k))
		out[n++] = 'W';
	if (message_kind_is_announced(k))
		out[n++] = 'N';
	if (message_kind_is_fleeting(k))
		out[n++] = 'F';
	out[n] = '\0';
}

static void
each_kind_of_message_is_treated_by_its_rules(void **state)
{
	(void)state;
	static const struct {
		const char *attrs, *content, *verdicts;
	} cases[] = {
		/* what people say */
		{ "type='chat'", BODY, "KASRN" },
		{ "", BODY, "KASRN" },
		{ "type='groupchat'", BODY, "" },
		{ "type='headline'", BODY, "W" },
		{ "type='error'", BODY, "" },
		{ "type='chat'", "<encrypted xmlns='urn:xmpp:omemo:2'/>", "KASRN" },
		{ "type='chat'", CALL HINT("store"), "KASRN" },
		{ "", HEARD, "KASRN" },
		/* what clients say about it */
		{ "type='chat'", STATE, "SRWF" },
		{ "", STATE, "SRWF" },
		{ "type='chat'", STATE "<thread>t</thread>" HINT("no-store"), "SRWF" },
		{ "type='chat'", BODY STATE, "KASRN" },
		{ "type='chat'", RECEIPT, "KASRW" },
		{ "", RECEIPT, "KASRW" },
		{ "", MARKER, "KASRW" },
		{ "", MARKER HINT("store"), "KASRW" },
		{ "type='chat'", "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>", "KASRW" },
		{ "", "<retract xmlns='urn:xmpp:message-retract:1' id='1'/>", "KAW" },
		{ "type='chat'", BODY "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>",
		    "KASRN" },
		{ "type='chat'", BODY "<reply xmlns='urn:xmpp:reply:0' id='1'/>", "KASRN" },
		/* hints */
		{ "type='chat'", BODY HINT("no-store"), "SRN" },
		{ "type='chat'", BODY HINT("no-permanent-store"), "KSRN" },
		{ "type='chat'", BODY HINT("no-copy"), "KAN" },
		{ "type='chat'", BODY "<private xmlns='urn:xmpp:carbons:2'/>", "KAN" },
		{ "type='headline'", BODY HINT("store"), "AW" },
		{ "type='error'", BODY HINT("store"), "" },
		{ "type='groupchat'", BODY HINT("store"), "" },
		/* rooms (XEP-0280 section 6.1) */
		{ "type='chat' from='room@c/nick'", BODY ROOM, "KASN" },
		{ "type='chat' from='room@c'", BODY ROOM, "KASRN" },
		{ "type='chat' from='room@c/nick'", STATE ROOM, "SWF" },
		{ "type='groupchat' from='room@c'", ROOM, "W" },
		{ "from='room@c'", INVITE, "KASRN" },
		{ "from='a@b/c'", "<x xmlns='jabber:x:conference' jid='r@c'/>", "KASRN" },
		/* what is none of these */
		{ "", "", "WF" },
		{ "type='chat'", "", "SRWF" },
		{ "", "<x xmlns='jabber:x:data' type='form'/>", "K" },
		{ "type='chat'", "<x xmlns='urn:example'/>", "KSR" },
		{ "", "<subject>s</subject>", "K" },
		{ "type='headline'", EVENT, "W" },
		{ "", EVENT, "KW" },
		{ "", RECEIPT "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>",
		    "KASR" },
		/* what pretends to hold another message */
		{ "type='chat'", CARBON, "K" },
		{ "type='chat'", BODY CARBON, "KA" },
		{ "", "<result xmlns='urn:xmpp:mam:2' id='1'/>", "K" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512], got[8];

		snprintf(text, sizeof(text), "<message %s>%s</message>", cases[i].attrs,
		    cases[i].content);
		verdicts(text, got);
		if (strcmp(got, cases[i].verdicts) != 0)
			print_message("# %s\n", text);
		assert_string_equal(got, cases[i].verdicts);
	}
}

static void
a_copy_is_asked_for_what_it_holds(void **state)
{
	(void)state;
#define HOLDS(way, content)                                                                    \
	"<message><" way " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"  \
	"<message xmlns='jabber:client'>" content "</message></forwarded></" way "></message>"

	assert_true(
	    message_kind_can_wait(ask(HOLDS("received", RECEIPT), message_kind_of_copy)));
	assert_false(message_kind_can_wait(ask(HOLDS("received", BODY), message_kind_of_copy)));
	assert_true(message_kind_is_fleeting(ask(HOLDS("sent", STATE), message_kind_of_copy)));
	assert_int_equal(
	    ask("<message>" BODY "</message>", message_kind_of_copy).parts, PART_BODY);
	assert_int_equal(
	    ask("<message>" CARBON "</message>", message_kind_of_copy).parts, PART_WRAPPED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_kind_names_the_parts),
		cmocka_unit_test(each_kind_of_message_is_treated_by_its_rules),
		cmocka_unit_test(a_copy_is_asked_for_what_it_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
