/* SPDX-License-Identifier: MIT */
#include "xmpp/caps.h"

#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"

static struct arena arena;
static struct frozen *block; /* what is read at the moment */

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

static const struct xml_bounds wide = {
	.bytes = 1 << 20, .depth = 8, .attributes = 8, .elements = 20000
};

static struct elem
root_of(struct str document)
{
	frozen_free(&block);
	assert_int_equal(xml_parse(document, &wide, &block), OK);
	return frozen_root(block);
}

#define INFO "<query xmlns='http://jabber.org/protocol/disco#info'>"

static struct elem
info(const char *content)
{
	return root_of(str_format(&arena, INFO "%s</query>", content));
}

/* XEP-0115 sections 5.2 and 5.3. */
#define EXODUS                                                                                 \
	"<identity category='client' type='pc' name='Exodus 0.9.1'/>"                          \
	"<feature var='http://jabber.org/protocol/disco#info'/>"                               \
	"<feature var='http://jabber.org/protocol/muc'/>"                                      \
	"<feature var='http://jabber.org/protocol/caps'/>"                                     \
	"<feature var='http://jabber.org/protocol/disco#items'/>"

#define PSI                                                                                    \
	"<identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>"                \
	"<identity xml:lang='el' category='client' name='\u03a8 0.11' type='pc'/>"             \
	"<feature var='http://jabber.org/protocol/caps'/>"                                     \
	"<feature var='http://jabber.org/protocol/disco#info'/>"                               \
	"<feature var='http://jabber.org/protocol/disco#items'/>"                              \
	"<feature var='http://jabber.org/protocol/muc'/>"                                      \
	"<x xmlns='jabber:x:data' type='result'>"                                              \
	"<field var='FORM_TYPE' type='hidden'>"                                                \
	"<value>urn:xmpp:dataforms:softwareinfo</value></field>"                               \
	"<field var='ip_version' type='text-multi'>"                                           \
	"<value>ipv4</value><value>ipv6</value></field>"                                       \
	"<field var='os'><value>Mac</value></field>"                                           \
	"<field var='os_version'><value>10.5.1</value></field>"                                \
	"<field var='software'><value>Psi</value></field>"                                     \
	"<field var='software_version'><value>0.11</value></field></x>"

static void
caps_input_is_that_of_the_examples_of_xep_0115(void **state)
{
	(void)state;
	struct str s;

	assert_int_equal(caps_input(&arena, info(EXODUS), &s), OK);
	assert_str(s,
	    "client/pc//Exodus 0.9.1<http://jabber.org/protocol/caps<"
	    "http://jabber.org/protocol/disco#info<http://jabber.org/protocol/disco#items<"
	    "http://jabber.org/protocol/muc<");
	assert_str(caps_hash(&arena, HASH_SHA1, s), "QgayPKawpkPSDYmwT/WM94uAlu0=");
	assert_int_equal(caps_input(&arena, info(PSI), &s), OK);
	assert_str(s,
	    "client/pc/el/\u03a8 0.11<client/pc/en/Psi 0.11<http://jabber.org/protocol/caps<"
	    "http://jabber.org/protocol/disco#info<http://jabber.org/protocol/disco#items<"
	    "http://jabber.org/protocol/muc<urn:xmpp:dataforms:softwareinfo<"
	    "ip_version<ipv4<ipv6<os<Mac<os_version<10.5.1<software<Psi<"
	    "software_version<0.11<");
	assert_str(caps_hash(&arena, HASH_SHA1, s), "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

#define FORM(content) "<x xmlns='jabber:x:data' type='result'>" content "</x>"
#define TYPE(value) "<field var='FORM_TYPE' type='hidden'><value>" value "</value></field>"

static void
caps_input_sorts_by_bytes_and_passes_over_what_has_no_part(void **state)
{
	(void)state;
	static const struct {
		const char *content, *s;
	} cases[] = {
		{ "", "" },
		{ "<identity category='a'/>", "a///<" },
		/* by category, then type, then language: "-" comes before "/" in a joined one
		 */
		{ "<identity category='a-b' type='x'/><identity category='a' type='y'/>",
		    "a/y//<a-b/x//<" },
		{ "<identity category='a' type='b' xml:lang='de'/>"
		  "<identity category='a' type='b'/>",
		    "a/b//<a/b/de/<" },
		{ "<feature var='b'/><feature var='B'/><feature var='\u00e9'/>"
		  "<feature var='bb'/>",
		    "B<b<bb<\u00e9<" },
		{ FORM(TYPE("t") "<field var='v'><value>b</value><value>a</value></field>"
				 "<field var='u'/>"),
		    "t<u<v<a<b<" },
		{ FORM(TYPE("b")) FORM(TYPE("a")), "a<b<" },
		{ FORM("<field var='v'><value>1</value></field>"), "" }, /* no type */
		{ FORM("<field var='FORM_TYPE'><value>t</value></field>"),
		    "" }, /* not hidden */
		{ FORM() FORM() FORM(TYPE("t")), "t<" },
		{ "<set xmlns='http://jabber.org/protocol/rsm'/><feature var='f'/>", "f<" },
	};
	struct str s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(caps_input(&arena, info(cases[i].content), &s), OK);
		assert_str(s, cases[i].s);
	}
}

/* Section 5.1: otherwise a name could pretend to be features. */
static void
caps_input_keeps_the_separator_escaped_in_names(void **state)
{
	(void)state;
	struct str s;

	assert_int_equal(
	    caps_input(&arena,
		info("<identity category='client' name='A&lt;http://jabber.org/protocol/muc'/>"
		     "<feature var='&amp;lt;&lt;'/>"),
		&s),
	    OK);
	assert_str(s, "client///A&lt;http://jabber.org/protocol/muc<&lt;&lt;<");
}

static void
caps_input_refuses_what_is_ill_formed(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"<identity category='a' type='b' name='c'/>"
		"<identity category='a' type='b' name='c'/>",
		"<feature var='a'/><feature var='b'/><feature var='a'/>",
		FORM(TYPE("t")) FORM(TYPE("t") "<field var='v'/>"),
		FORM("<field var='FORM_TYPE' type='hidden'>"
		     "<value>a</value><value>b</value></field>"),
		"<identity type='b'/>",
		"<feature/>",
		"<feature var=''/>",
		"<x xmlns='jabber:x:data'/>",
		FORM("<field/>"),
		FORM(TYPE("t") "<field var='v'/><field var='v'/>"),
	};
	struct str s = S("untouched");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(caps_input(&arena, info(cases[i]), &s), E_INVALID);
	assert_int_equal(
	    caps_input(&arena, root_of(S("<query xmlns='urn:a'/>")), &s), E_INVALID);
	assert_int_equal(caps_input(&arena, ELEM_NONE, &s), E_INVALID);
	assert_int_equal(caps2_input(&arena, ELEM_NONE, S(""), &s), E_INVALID);
	assert_str(s, "untouched");
}

static void
inputs_are_bounded(void **state)
{
	(void)state;
	struct str s, parts[CAPS_PARTS_MAX + 1];
	struct buf b;

	for (size_t n = CAPS_PARTS_MAX; n <= CAPS_PARTS_MAX + 1; n++) {
		buf_init(&b, 1 << 20);
		for (size_t i = 0; i < n; i++) {
			parts[i] = str_format(&arena, "<feature var='%zu'/>", i);
			assert_int_equal(buf_add(&b, parts[i]), OK);
		}
		assert_int_equal(caps_input(&arena, info(str_to_c(&arena, buf_str(&b))), &s),
		    n > CAPS_PARTS_MAX ? E_LIMIT : OK);
		buf_fini(&b);
	}
	for (size_t n = CAPS_FORMS_MAX; n <= CAPS_FORMS_MAX + 1; n++) {
		buf_init(&b, 1 << 20);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(
			    buf_add(&b, str_format(&arena, FORM(TYPE("%zu")), i)), OK);
		assert_int_equal(
		    caps2_input(&arena, info(str_to_c(&arena, buf_str(&b))), S(""), &s),
		    n > CAPS_FORMS_MAX ? E_LIMIT : OK);
		buf_fini(&b);
	}
}

/* XEP-0390 sections 4.5.1 and 4.5.2. */
static const char simple[] =
    "<query xmlns='http://jabber.org/protocol/disco#info'>"
    "<identity category='client' name='BombusMod' type='mobile'/>"
    "<feature var='http://jabber.org/protocol/si'/>"
    "<feature var='http://jabber.org/protocol/bytestreams'/>"
    "<feature var='http://jabber.org/protocol/chatstates'/>"
    "<feature var='http://jabber.org/protocol/disco#info'/>"
    "<feature var='http://jabber.org/protocol/disco#items'/>"
    "<feature var='urn:xmpp:ping'/>"
    "<feature var='jabber:iq:time'/>"
    "<feature var='jabber:iq:privacy'/>"
    "<feature var='jabber:iq:version'/>"
    "<feature var='http://jabber.org/protocol/rosterx'/>"
    "<feature var='urn:xmpp:time'/>"
    "<feature var='jabber:x:oob'/>"
    "<feature var='http://jabber.org/protocol/ibb'/>"
    "<feature var='http://jabber.org/protocol/si/profile/file-transfer'/>"
    "<feature var='urn:xmpp:receipts'/>"
    "<feature var='jabber:iq:roster'/>"
    "<feature var='jabber:iq:last'/>"
    "</query>";

static const char complex[] =
    "<query xmlns='http://jabber.org/protocol/disco#info'>"
    "<identity category='client' name='Tkabber' type='pc' xml:lang='en'/>"
    "<identity category='client' name='\u0422\u043a\u0430\u0431\u0431\u0435\u0440' type='pc' "
    "xml:lang='ru'/>"
    "<feature var='games:board'/>"
    "<feature var='http://jabber.org/protocol/activity'/>"
    "<feature var='http://jabber.org/protocol/activity+notify'/>"
    "<feature var='http://jabber.org/protocol/bytestreams'/>"
    "<feature var='http://jabber.org/protocol/chatstates'/>"
    "<feature var='http://jabber.org/protocol/commands'/>"
    "<feature var='http://jabber.org/protocol/disco#info'/>"
    "<feature var='http://jabber.org/protocol/disco#items'/>"
    "<feature var='http://jabber.org/protocol/evil'/>"
    "<feature var='http://jabber.org/protocol/feature-neg'/>"
    "<feature var='http://jabber.org/protocol/geoloc'/>"
    "<feature var='http://jabber.org/protocol/geoloc+notify'/>"
    "<feature var='http://jabber.org/protocol/ibb'/>"
    "<feature var='http://jabber.org/protocol/iqibb'/>"
    "<feature var='http://jabber.org/protocol/mood'/>"
    "<feature var='http://jabber.org/protocol/mood+notify'/>"
    "<feature var='http://jabber.org/protocol/rosterx'/>"
    "<feature var='http://jabber.org/protocol/si'/>"
    "<feature var='http://jabber.org/protocol/si/profile/file-transfer'/>"
    "<feature var='http://jabber.org/protocol/tune'/>"
    "<feature var='http://www.facebook.com/xmpp/messages'/>"
    "<feature var='http://www.xmpp.org/extensions/xep-0084.html#ns-metadata+notify'/>"
    "<feature var='jabber:iq:avatar'/>"
    "<feature var='jabber:iq:browse'/>"
    "<feature var='jabber:iq:dtcp'/>"
    "<feature var='jabber:iq:filexfer'/>"
    "<feature var='jabber:iq:ibb'/>"
    "<feature var='jabber:iq:inband'/>"
    "<feature var='jabber:iq:jidlink'/>"
    "<feature var='jabber:iq:last'/>"
    "<feature var='jabber:iq:oob'/>"
    "<feature var='jabber:iq:privacy'/>"
    "<feature var='jabber:iq:roster'/>"
    "<feature var='jabber:iq:time'/>"
    "<feature var='jabber:iq:version'/>"
    "<feature var='jabber:x:data'/>"
    "<feature var='jabber:x:event'/>"
    "<feature var='jabber:x:oob'/>"
    "<feature var='urn:xmpp:avatar:metadata+notify'/>"
    "<feature var='urn:xmpp:ping'/>"
    "<feature var='urn:xmpp:receipts'/>"
    "<feature var='urn:xmpp:time'/>"
    "<x xmlns='jabber:x:data' type='result'>"
    "<field type='hidden' var='FORM_TYPE'>"
    "<value>urn:xmpp:dataforms:softwareinfo</value>"
    "</field>"
    "<field var='software'>"
    "<value>Tkabber</value>"
    "</field>"
    "<field var='software_version'>"
    "<value>0.11.1-svn-20111216-mod (Tcl/Tk 8.6b2)</value>"
    "</field>"
    "<field var='os'>"
    "<value>Windows</value>"
    "</field>"
    "<field var='os_version'>"
    "<value>XP</value>"
    "</field>"
    "</x>"
    "</query>";

static void
caps2_input_is_that_of_the_examples_of_xep_0390(void **state)
{
	(void)state;
	struct str s;

	assert_int_equal(caps2_input(&arena, root_of(str_from_c(simple)), S(""), &s), OK);
	assert_int_equal(s.len, 0x1d9);
	assert_str(
	    caps_hash(&arena, HASH_SHA256, s), "kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8=");
	assert_int_equal(caps2_input(&arena, root_of(str_from_c(complex)), S("de"), &s), OK);
	assert_int_equal(s.len, 0x543);
	assert_str(
	    caps_hash(&arena, HASH_SHA256, s), "u79ZroNJbdSWhdSp311mddz44oHHPsEBntQ5b1jqBSY=");
}

static void
caps2_input_separates_every_part(void **state)
{
	(void)state;
	static const struct {
		const char *content, *lang, *s;
	} cases[] = {
		{ "", "", "\x1c\x1c\x1c" },
		{ "<feature var='b'/><feature var='a'/>", "",
		    "a\x1f"
		    "b\x1f\x1c\x1c\x1c" },
		{ "<feature var='ab'/><feature var='a'/>", "",
		    "a\x1f"
		    "ab\x1f\x1c\x1c\x1c" },
		/* a tab comes before the separator */
		{ "<feature var='a&#9;b'/><feature var='a'/>", "",
		    "a\tb\x1f"
		    "a\x1f\x1c\x1c\x1c" },
		{ "<identity category='c' type='t'/>", "",
		    "\x1c"
		    "c\x1ft\x1f\x1f\x1f\x1e\x1c\x1c" },
		/* the language in force, unless the identity has its own */
		{ "<identity category='c'/><identity category='b' xml:lang='en'/>", "de",
		    "\x1c"
		    "b\x1f\x1f"
		    "en\x1f\x1f\x1e"
		    "c\x1f\x1f"
		    "de\x1f\x1f\x1e\x1c\x1c" },
		{ FORM(TYPE("t") "<field var='v'><value>2</value><value>1</value></field>"
				 "<field var='A'/>"),
		    "",
		    "\x1c\x1c"
		    "A\x1f\x1e"
		    "FORM_TYPE\x1ft\x1f\x1e"
		    "v\x1f"
		    "1\x1f"
		    "2\x1f\x1e\x1d\x1c" },
		{ FORM(TYPE("b")) FORM(TYPE("a")), "",
		    "\x1c\x1c"
		    "FORM_TYPE\x1f"
		    "a\x1f\x1e\x1d"
		    "FORM_TYPE\x1f"
		    "b\x1f\x1e\x1d\x1c" },
	};
	struct str s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    caps2_input(&arena, info(cases[i].content), str_from_c(cases[i].lang), &s),
		    OK);
		assert_str(s, cases[i].s);
	}
	assert_int_equal(caps2_input(&arena,
			     root_of(S("<query xmlns='http://jabber.org/protocol/disco#info' "
				       "xml:lang='fr'><identity category='c'/></query>")),
			     S("de"), &s),
	    OK);
	assert_str(s, "\x1c"
		      "c\x1f\x1f"
		      "fr\x1f\x1f\x1e\x1c\x1c");
}

static void
caps2_input_refuses_what_it_does_not_cover(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"<set xmlns='http://jabber.org/protocol/rsm'/>",
		"<item/>",
		FORM(TYPE("t") "<reported/>"),
		FORM(TYPE("t") "<item/>"),
		FORM("<field var='v'/>"),
		FORM("<field var='FORM_TYPE'><value>t</value></field>"),
		FORM("<field var='FORM_TYPE' type='hidden'/>"),
	};
	struct str s = S("untouched");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(caps2_input(&arena, info(cases[i]), S(""), &s), E_INVALID);
	assert_str(s, "untouched");
}

/* On which the whole construction rests (section 8.1). */
static void
separators_cannot_stand_in_markup(void **state)
{
	(void)state;
	for (int c = 0x1c; c <= 0x1f; c++) {
		assert_int_equal(
		    xml_parse(str_format(&arena, INFO "<feature var='a&#%d;b'/></query>", c),
			&wide, &block),
		    E_INVALID);
		assert_int_equal(
		    xml_parse(str_format(&arena, INFO "<feature var='a%cb'/></query>", c),
			&wide, &block),
		    E_INVALID);
	}
}

static void
hash_functions_are_known_by_name(void **state)
{
	(void)state;
	enum hash kind;

	for (enum hash h = 0; h < HASHES; h++) {
		assert_true(caps_hash_named(caps_hash_name(h), &kind));
		assert_int_equal(kind, h);
	}
	assert_true(caps_hash_named(S("sha-1"), &kind));
	assert_int_equal(kind, HASH_SHA1);
	assert_false(caps_hash_named(S("SHA-1"), &kind));
	assert_false(caps_hash_named(S("md5"), &kind));
	assert_false(caps_hash_named(S(""), &kind));
}

static void
caps2_node_is_split_as_it_was_made(void **state)
{
	(void)state;
	struct str node = caps2_node(&arena, HASH_SHA256, S("u79Zr+/="));
	struct str hash = S("untouched");
	enum hash kind = HASH_SHA512;

	assert_str(node, "urn:xmpp:caps#sha-256.u79Zr+/=");
	assert_int_equal(caps2_node_split(S("urn:xmpp:caps"), &kind, &hash), E_INVALID);
	assert_int_equal(caps2_node_split(S("urn:xmpp:caps#"), &kind, &hash), E_INVALID);
	assert_int_equal(caps2_node_split(S("urn:xmpp:caps#sha-256"), &kind, &hash), E_INVALID);
	assert_int_equal(
	    caps2_node_split(S("urn:xmpp:caps#md5.aa="), &kind, &hash), E_UNSUPPORTED);
	assert_int_equal(
	    caps2_node_split(S("urn:xmpp:caps#a.sha-256.aa="), &kind, &hash), E_UNSUPPORTED);
	assert_str(hash, "untouched");
	assert_int_equal(kind, HASH_SHA512);
	assert_int_equal(caps2_node_split(node, &kind, &hash), OK);
	assert_int_equal(kind, HASH_SHA256);
	assert_str(hash, "u79Zr+/=");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_input_is_that_of_the_examples_of_xep_0115),
		cmocka_unit_test(caps_input_sorts_by_bytes_and_passes_over_what_has_no_part),
		cmocka_unit_test(caps_input_keeps_the_separator_escaped_in_names),
		cmocka_unit_test(caps_input_refuses_what_is_ill_formed),
		cmocka_unit_test(inputs_are_bounded),
		cmocka_unit_test(caps2_input_is_that_of_the_examples_of_xep_0390),
		cmocka_unit_test(caps2_input_separates_every_part),
		cmocka_unit_test(caps2_input_refuses_what_it_does_not_cover),
		cmocka_unit_test(separators_cannot_stand_in_markup),
		cmocka_unit_test(hash_functions_are_known_by_name),
		cmocka_unit_test(caps2_node_is_split_as_it_was_made),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
