/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "xml/parser.h"
#include "xml/writer.h"

#define CLIENT S("jabber:client")

static const struct xml_bounds wide = {
	.bytes = 1 << 20, .depth = 64, .attributes = 64, .elements = 10000
};

static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct frozen *
parse(const char *document)
{
	struct frozen *f = NULL;

	assert_int_equal(xml_parse(str_from_c(document), &wide, &f), OK);
	return f;
}

static void
writer_builds_a_stanza_that_reads_back(void **state)
{
	(void)state;
	struct xml_writer w;
	struct frozen *f;
	struct elem e;

	xml_begin(&w, &arena, CLIENT, S("iq"));
	xml_attr(&w, S("type"), S("result"));
	xml_attr_lang(&w, S("en"));
	xml_open(&w, S("urn:a"), S("query"));
	xml_attr_u64(&w, S("n"), UINT64_MAX);
	xml_leaf(&w, S(""), S("item"), S("one"));
	xml_empty(&w, S("urn:b"), S("other"));
	xml_leaf(&w, CLIENT, S("body"), S("two"));
	xml_close(&w);
	xml_leaf(&w, S(""), S("body"), S("three"));
	f = xml_freeze(&w);
	assert_str(frozen_content(f),
	    "<query xmlns='urn:a' n='18446744073709551615'><item>one</item>"
	    "<other xmlns='urn:b'/><body xmlns='jabber:client'>two</body></query>"
	    "<body>three</body>");
	e = frozen_root(f);
	assert_true(elem_is(e, CLIENT, S("iq")));
	assert_str(elem_attr_or_none(e, S("type"), &arena), "result");
	assert_str(elem_child_text(elem_first(e), CLIENT, S("body"), &arena), "two");
	assert_str(elem_child_text(e, CLIENT, S("body"), &arena), "three");
	assert_true(elem_is(elem_first(elem_first(e)), S("urn:a"), S("item")));
	frozen_free(&f);
	assert_null(f);
}

static void
writer_escapes_so_that_every_text_reads_back(void **state)
{
	(void)state;
	static const struct {
		const char *text, *read;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "<&>'\"", "<&>'\"" },
		{ "]]>", "]]>" },
		{ "tab\tand\nline\rend\r\n", "tab\tand\nline\rend\r\n" },
		{ "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa6",
		    "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa6" },
		{ "a\x01z", "a\xef\xbf\xbdz" },                 /* no such character in XML */
		{ "a\xff\xc3z", "a\xef\xbf\xbd\xef\xbf\xbdz" }, /* not UTF-8 */
		{ "\xef\xbf\xbe", "\xef\xbf\xbd" },             /* U+FFFE */
		{ "cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xml_writer w;
		struct frozen *f;

		xml_begin(&w, &arena, CLIENT, S("message"));
		xml_attr(&w, S("id"), str_from_c(cases[i].text));
		xml_text(&w, str_from_c(cases[i].text));
		f = xml_freeze(&w);
		assert_str(elem_attr_or_none(frozen_root(f), S("id"), &arena), cases[i].read);
		assert_str(elem_text(frozen_root(f), &arena), cases[i].read);
		frozen_free(&f);
	}
}

static void
writer_escapes_anywhere_in_a_long_text(void **state)
{
	(void)state;
	static const char *const odd[] = { "<", "&", ">", "'", "\"", "\r", "\n", "\xc3\xbc",
		"\xf0\x9f\x90\xa6", "\xef\xbf\xbd" };

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		for (int at = 0; at <= 40; at++) {
			struct str text = str_format(&arena, "%.*s%s%.*s", at,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", odd[i],
			    40 - at, "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA");
			struct xml_writer w;
			struct frozen *f;

			xml_begin(&w, &arena, CLIENT, S("message"));
			xml_attr(&w, S("id"), text);
			xml_text(&w, text);
			f = xml_freeze(&w);
			assert_true(
			    str_eq(elem_attr_or_none(frozen_root(f), S("id"), &arena), text));
			assert_true(str_eq(elem_text(frozen_root(f), &arena), text));
			frozen_free(&f);
		}
	}
}

static void
xml_escape_returns_text_itself_when_nothing_needs_it(void **state)
{
	(void)state;
	struct str plain = S("nothing special");

	assert_ptr_equal(xml_escape(&arena, plain).at, plain.at);
	assert_str(xml_escape(&arena, S("a<b>'c'&\"d\"")),
	    "a&lt;b&gt;&apos;c&apos;&amp;&quot;d&quot;");
}

static void
xml_begin_inner_writes_pieces(void **state)
{
	(void)state;
	struct xml_writer w;

	xml_begin_inner(&w, &arena, CLIENT);
	assert_int_equal(xml_written(&w).len, 0);
	xml_leaf(&w, CLIENT, S("body"), S("a"));
	xml_raw(&w, S("<x xmlns='urn:x'/>"));
	xml_empty(&w, S("urn:y"), S("y"));
	assert_str(xml_written(&w), "<body>a</body><x xmlns='urn:x'/><y xmlns='urn:y'/>");
}

static void
xml_copy_keeps_what_an_element_inherits(void **state)
{
	(void)state;
	/* Copied: the child numbered by `path` from the root, into <out xmlns='urn:out'>. */
	static const struct {
		const char *document, *path, *copy;
	} cases[] = {
		{ "<m xmlns='jabber:client'><body>a</body></m>", "0",
		    "<body xmlns='jabber:client'>a</body>" },
		{ "<m xmlns='jabber:client'><x xmlns='urn:x'><y a=\"1\">t</y></x></m>", "00",
		    "<y xmlns='urn:x' a=\"1\">t</y>" },
		{ "<m xmlns='urn:m'><p:x xmlns:p='urn:p'><p:y p:a='1'/></p:x></m>", "00",
		    "<p:y xmlns:p='urn:p' p:a='1'/>" },
		{ "<m xmlns='urn:m'><p:x xmlns:p='urn:p'><y><p:z/>t<p:z/></y></p:x></m>", "00",
		    "<y xmlns='urn:m'><p:z xmlns:p='urn:p'/>t<p:z xmlns:p='urn:p'/></y>" },
		{ "<m xmlns='urn:m' xml:lang='en'><a><b/></a></m>", "00",
		    "<b xmlns='urn:m' xml:lang='en'/>" },
		{ "<m xmlns='urn:m' xml:lang='en'><a xml:lang='de'><b/></a></m>", "00",
		    "<b xmlns='urn:m' xml:lang='de'/>" },
		{ "<m xmlns='urn:m' xml:lang='en'><a xml:lang='de'/></m>", "0",
		    "<a xmlns='urn:m' xml:lang='de'/>" },
		{ "<m xmlns='urn:m'><a xmlns='urn:out'><b xmlns='urn:m'/></a></m>", "0",
		    "<a><b xmlns='urn:m'/></a>" },
		{ "<m><a xmlns='urn:a'><b xmlns=''/></a></m>", "0",
		    "<a xmlns='urn:a'><b xmlns=''/></a>" },
		{ "<m xmlns='urn:m'><a/></m>", "", "<m xmlns='urn:m'><a/></m>" },
		{ "<p:m xmlns:p='urn:m' p:a='1'><p:a/></p:m>", "",
		    "<m xmlns='urn:m' xmlns:p='urn:m' p:a='1'><a/></m>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frozen *f = parse(cases[i].document);
		struct elem e = frozen_root(f);
		struct xml_writer w;

		for (const char *c = cases[i].path; *c; c++) {
			e = elem_first(e);
			for (char n = '0'; n < *c; n++)
				e = elem_next(e);
		}
		xml_begin_inner(&w, &arena, S("urn:out"));
		xml_copy(&w, e);
		assert_str(xml_written(&w), cases[i].copy);
		frozen_free(&f);
	}
}

static void
xml_copy_knows_one_content_namespace(void **state)
{
	(void)state;
	struct frozen *f =
	    parse("<message xmlns='jabber:server'><body>a</body>"
		  "<x xmlns='urn:x'><body xmlns='jabber:server'/></x></message>");
	struct xml_writer w;

	xml_begin(&w, &arena, CLIENT, S("message"));
	xml_copy(&w, elem_first(frozen_root(f)));
	xml_open(&w, S("urn:xmpp:forward:0"), S("forwarded"));
	xml_copy(&w, frozen_root(f));
	xml_close(&w);
	frozen_free(&f);
	f = xml_freeze(&w);
	assert_str(frozen_content(f),
	    "<body>a</body><forwarded xmlns='urn:xmpp:forward:0'><message "
	    "xmlns='jabber:client'>"
	    "<body>a</body><x xmlns='urn:x'><body xmlns='jabber:client'/></x>"
	    "</message></forwarded>");
	frozen_free(&f);
}

static void
xml_freeze_makes_copied_content_self_contained(void **state)
{
	(void)state;
	struct frozen *f = parse("<m xmlns='urn:m'><c:a xmlns:c='jabber:client'><c:b/></c:a>"
				 "<x xmlns='jabber:client'><y xmlns='jabber:client'/></x></m>");
	struct xml_writer w;

	xml_begin(&w, &arena, CLIENT, S("message"));
	xml_copy(&w, elem_first(frozen_root(f)));
	xml_copy(&w, elem_next(elem_first(frozen_root(f))));
	frozen_free(&f);
	f = xml_freeze(&w);
	assert_str(frozen_content(f), "<a xmlns:c='jabber:client'><b/></a><x><y/></x>");
	frozen_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writer_builds_a_stanza_that_reads_back),
		cmocka_unit_test(writer_escapes_so_that_every_text_reads_back),
		cmocka_unit_test(writer_escapes_anywhere_in_a_long_text),
		cmocka_unit_test(xml_escape_returns_text_itself_when_nothing_needs_it),
		cmocka_unit_test(xml_begin_inner_writes_pieces),
		cmocka_unit_test(xml_copy_keeps_what_an_element_inherits),
		cmocka_unit_test(xml_copy_knows_one_content_namespace),
		cmocka_unit_test(xml_freeze_makes_copied_content_self_contained),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
