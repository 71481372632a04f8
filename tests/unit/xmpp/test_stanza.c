/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "xml/parser.h"
#include "xmpp/ns.h"
#include "xmpp/stanza_error.h"

static struct arena arena;

static struct jid
jid(const char *text)
{
	struct jid j;

	assert_int_equal(jid_parse(&arena, str_from_c(text), &j), OK);
	return j;
}

/* Reads the text as a stanza of romeo's session. */
static enum stanza_fault
read_stanza(const char *text, struct jid *claimed, struct stanza **out)
{
	AUTO(frozen) xml = NULL;
	struct stanza_input in = {
		.ns = NS_CLIENT,
		.from = jid("romeo@montague.lit/orchard"),
		.to_self = jid("romeo@montague.lit"),
		.lang = S("it"),
	};

	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &xml), OK);
	return stanza_read(xml, &in, &arena, claimed, out);
}

static void
stanza_read_judges_each_part_of_the_head(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum stanza_fault fault;
	} cases[] = {
		{ "<message to='a@b'><body>hi</body></message>", STANZA_OK },
		{ "<message type='nonsense'/>", STANZA_OK },
		{ "<presence/>", STANZA_OK },
		{ "<presence type='nonsense'/>", STANZA_BAD_TYPE },
		{ "<presence type=''/>", STANZA_BAD_TYPE },
		{ "<iq type='get' id='1'><q xmlns='x'/></iq>", STANZA_OK },
		{ "<iq type='get'><q xmlns='x'/></iq>", STANZA_BAD_ID },
		{ "<iq id='1'><q xmlns='x'/></iq>", STANZA_BAD_TYPE },
		{ "<iq type='get' id='1'/>", STANZA_BAD_CHILDREN },
		{ "<iq type='set' id='1'><a/><b/></iq>", STANZA_BAD_CHILDREN },
		{ "<iq type='result' id='1'/>", STANZA_OK },
		{ "<iq type='result' id='1'><a/></iq>", STANZA_OK },
		{ "<message to='@'/>", STANZA_BAD_TO },
		{ "<message to=''/>", STANZA_BAD_TO },
		{ "<message from='a@/'/>", STANZA_BAD_FROM },
		{ "<msg/>", STANZA_UNKNOWN },
		{ "<message xmlns='jabber:server'/>", STANZA_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stanza *st = NULL;
		struct jid claimed;

		assert_int_equal(read_stanza(cases[i].text, &claimed, &st), cases[i].fault);
		assert_int_equal(st != NULL, cases[i].fault == STANZA_OK);
		stanza_free(&st);
	}
}

static void
an_absent_to_means_oneself_but_for_presence(void **state)
{
	(void)state;
	struct stanza *st = NULL;
	struct jid claimed;

	assert_int_equal(read_stanza("<message/>", &claimed, &st), STANZA_OK);
	assert_str(jid_full(st->to), "romeo@montague.lit");
	stanza_free(&st);
	assert_int_equal(read_stanza("<presence/>", &claimed, &st), STANZA_OK);
	assert_true(jid_is_empty(st->to));
	stanza_free(&st);
}

static void
the_language_is_the_streams_unless_the_stanza_has_one(void **state)
{
	(void)state;
	struct stanza *st = NULL;
	struct jid claimed;

	read_stanza("<message/>", &claimed, &st);
	assert_str(st->lang, "it");
	stanza_free(&st);
	read_stanza("<message xml:lang='fr'/>", &claimed, &st);
	assert_str(st->lang, "fr");
	stanza_free(&st);
}

static void
what_is_written_is_read_back_the_same(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"<message to='juliet@capulet.lit/balcony' type='chat' "
		"id='a'><body>hi</body></message>",
		"<message to=\"juliet@capulet.lit/it's &lt;&amp;&gt; &quot;x&quot;\" "
		"id='&#39;&amp;'/>",
		"<iq to='capulet.lit' type='get' id='1'><x:q xmlns:x='urn:x' x:a='1'/></iq>",
		"<presence xml:lang='en-GB'><show>away</show></presence>",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct stanza *st = NULL, *again = NULL;
		struct jid claimed;
		struct str text;

		assert_int_equal(read_stanza(texts[i], &claimed, &st), STANZA_OK);
		text = stanza_text(st, &arena);
		assert_true(text.len <= stanza_wire_max(st));
		assert_int_equal(stanza_from_text(text, &arena, &again), OK);
		assert_int_equal(again->kind, st->kind);
		assert_int_equal(again->type, st->type);
		assert_true(jid_eq(again->to, st->to));
		assert_true(jid_eq(again->from, st->from));
		assert_true(str_eq(again->id, st->id));
		assert_true(str_eq(again->lang, st->lang));
		assert_true(str_eq(frozen_content(again->xml), frozen_content(st->xml)));
		stanza_free(&st);
		stanza_free(&again);
	}
}

static void
readdressing_shares_the_content(void **state)
{
	(void)state;
	struct stanza *st = NULL, *copy;
	struct jid claimed;

	read_stanza("<message to='a@b'><body>hi</body></message>", &claimed, &st);
	copy = stanza_readdress(st, jid("x@y"), jid("c@d/e"));
	assert_ptr_equal(copy->xml, st->xml);
	stanza_free(&st);
	assert_str(stanza_text(copy, &arena),
	    "<message to='c@d/e' from='x@y' xml:lang='it'><body>hi</body></message>");
	stanza_free(&copy);
}

static void
an_error_goes_back_with_the_same_id(void **state)
{
	(void)state;
	struct stanza *st = NULL, *answer;
	struct jid claimed;

	read_stanza("<iq to='c@d' type='get' id='7'><q xmlns='x'/></iq>", &claimed, &st);
	answer = stanza_error_answer(
	    st, ERR_SERVICE_UNAVAILABLE, S("no <one>"), (struct str){ 0 }, &arena);
	assert_str(stanza_text(answer, &arena),
	    "<iq to='romeo@montague.lit/orchard' from='c@d' type='error' id='7'>"
	    "<error type='cancel'><service-unavailable "
	    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
	    "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no &lt;one&gt;</text>"
	    "</error></iq>");
	assert_false(stanza_may_be_answered(answer));
	stanza_free(&answer);
	stanza_free(&st);
}

static void
every_condition_has_a_name(void **state)
{
	(void)state;
	for (enum stanza_error e = ERR_NONE + 1; e < STANZA_ERRORS; e++)
		assert_true(stanza_error_name(e).len > 0);
	for (enum stream_error e = 0; e < STREAM_ERRORS; e++)
		assert_true(stream_error_name(e).len > 0);
}

static int
empty_arena(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stanza_read_judges_each_part_of_the_head),
		cmocka_unit_test(an_absent_to_means_oneself_but_for_presence),
		cmocka_unit_test(the_language_is_the_streams_unless_the_stanza_has_one),
		cmocka_unit_test(what_is_written_is_read_back_the_same),
		cmocka_unit_test(readdressing_shares_the_content),
		cmocka_unit_test(an_error_goes_back_with_the_same_id),
		cmocka_unit_test(every_condition_has_a_name),
	};

	arena_init(&arena, 4096);
	return cmocka_run_group_tests(tests, NULL, empty_arena);
}
