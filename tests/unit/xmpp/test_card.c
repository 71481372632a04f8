/* SPDX-License-Identifier: MIT */
#include "xmpp/card.h"

#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"

static struct arena arena;
static struct frozen *block;

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

static struct card
read(struct str content)
{
	static const struct xml_bounds wide = {
		.bytes = 1 << 20, .depth = 16, .attributes = 16, .elements = 200
	};
	struct card card;

	frozen_free(&block);
	assert_int_equal(xml_parse(str_format(&arena, "<vCard xmlns='vcard-temp'>%.*s</vCard>",
				       STR_ARG(content)),
			     &wide, &block),
	    OK);
	card_read(&arena, frozen_root(block), &card);
	return card;
}

/* XEP-0054 section 3.1. */
static void
what_a_card_says_is_read(void **state)
{
	struct card c =
	    read(S("<FN>Peter Saint-Andre</FN><N><FAMILY>Saint-Andre</FAMILY>"
		   "<GIVEN> Peter\n</GIVEN><MIDDLE/></N><NICKNAME>stpeter</NICKNAME>"
		   "<URL>http://www.xmpp.org/</URL><ORG><ORGNAME>XSF</ORGNAME>"
		   "<ORGUNIT/></ORG><TITLE>Executive Director</TITLE><ADR><WORK/>"
		   "<LOCALITY>Denver</LOCALITY><CTRY>USA</CTRY></ADR><ADR><HOME/>"
		   "<LOCALITY>Elsewhere</LOCALITY></ADR><EMAIL><INTERNET/><PREF/>"
		   "<USERID>stpeter@jabber.org</USERID></EMAIL>"));

	(void)state;
	assert_int_equal(c.class, CARD_UNSAID);
	assert_str(c.field[CARD_FULL_NAME], "Peter Saint-Andre");
	assert_str(c.field[CARD_GIVEN_NAME], "Peter");
	assert_str(c.field[CARD_FAMILY_NAME], "Saint-Andre");
	assert_str(c.field[CARD_NICKNAME], "stpeter");
	assert_str(c.field[CARD_EMAIL], "stpeter@jabber.org");
	assert_str(c.field[CARD_ORGANISATION], "XSF");
	assert_null(c.field[CARD_UNIT].at);
	assert_str(c.field[CARD_TITLE], "Executive Director");
	assert_str(c.field[CARD_LOCALITY], "Denver");
	assert_str(c.field[CARD_COUNTRY], "USA");
	assert_str(read(S("<EMAIL>a@b.example</EMAIL>")).field[CARD_EMAIL], "a@b.example");
}

static void
a_card_may_say_for_whom_it_is(void **state)
{
	(void)state;
	assert_int_equal(read(S("<CLASS><PUBLIC/></CLASS>")).class, CARD_PUBLIC);
	assert_int_equal(read(S("<CLASS><PRIVATE/></CLASS>")).class, CARD_PRIVATE);
	assert_int_equal(read(S("<CLASS><CONFIDENTIAL/></CLASS>")).class, CARD_PRIVATE);
	assert_int_equal(read(S("<CLASS><PUBLIC/><PRIVATE/></CLASS>")).class, CARD_PRIVATE);
	assert_int_equal(read(S("<CLASS/>")).class, CARD_UNSAID);
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	char text[2 * CARD_FIELD_MAX];
	struct card c;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	c = read(str_format(&arena, "<FN>%.*s</FN>", (int)sizeof(text), text));
	assert_int_equal(c.field[CARD_FULL_NAME].len, CARD_FIELD_MAX - 1);
	assert_true(str_is_utf8(c.field[CARD_FULL_NAME]));
}

static void
a_card_is_read_as_it_was_kept(void **state)
{
	struct card c = read(S("<FN>A</FN><N><GIVEN>B</GIVEN></N><CLASS><PUBLIC/></CLASS>")), d;
	struct str kept = card_pack(&arena, &c);

	(void)state;
	assert_int_equal(card_unpack(kept, &d), OK);
	assert_int_equal(d.class, CARD_PUBLIC);
	for (enum card_field f = 0; f < CARD_FIELDS; f++)
		assert_true(str_eq(c.field[f], d.field[f]));
	for (size_t n = 0; n < kept.len; n++)
		assert_int_equal(card_unpack(str_slice(kept, 0, n), &d), E_INVALID);
	assert_int_equal(
	    card_unpack(str_format(&arena, "%.*s ", STR_ARG(kept)), &d), E_INVALID);
	assert_int_equal(card_unpack(S("\x03\0\0\0\0\0\0\0\0\0\0"), &d), E_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_card_says_is_read),
		cmocka_unit_test(a_card_may_say_for_whom_it_is),
		cmocka_unit_test(a_long_text_is_cut_between_characters),
		cmocka_unit_test(a_card_is_read_as_it_was_kept),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
