/* SPDX-License-Identifier: MIT */
#include "xmpp/vcard4.h"

#include "../unit.h"
#include "xml/parser.h"

#define CARD(content) "<vCard xmlns='vcard-temp'>" content "</vCard>"
#define VCARD(content) "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>" content "</vcard>"

static struct arena arena;
static struct frozen *block, *other;

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
	frozen_free(&other);
	arena_fini(&arena);
	return 0;
}

static struct elem
parse(const char *text, struct frozen **into)
{
	frozen_free(into);
	assert_int_equal(xml_parse(str_from_c(text), &xml_bounds_stored, into), OK);
	return frozen_root(*into);
}

static void
assert_text(struct str got, const char *expected)
{
	assert_string_equal(str_to_c(&arena, got), expected);
}

/* XEP-0292 section 7, and its example in section 8. */
static const struct {
	const char *card, *vcard;
} pairs[] = {
	{ CARD("<FN>Peter &lt;Saint-Andre&gt;</FN>"),
	    VCARD("<fn><text>Peter &lt;Saint-Andre&gt;</text></fn>") },
	{ CARD("<N><FAMILY>Saint-Andre</FAMILY><GIVEN>Peter</GIVEN></N>"),
	    VCARD("<n><surname>Saint-Andre</surname><given>Peter</given><additional/>"
		  "<prefix/><suffix/></n>") },
	{ CARD("<NICKNAME>stpeter</NICKNAME><NICKNAME>psa</NICKNAME>"),
	    VCARD("<nickname><text>stpeter</text></nickname>"
		  "<nickname><text>psa</text></nickname>") },
	{ CARD("<BDAY>1966-08-06</BDAY>"), VCARD("<bday><date>1966-08-06</date></bday>") },
	{ CARD("<ADR><WORK/><EXTADD>Suite 600</EXTADD><LOCALITY>Denver</LOCALITY>"
	       "<PCODE>80202</PCODE><CTRY>USA</CTRY></ADR>"),
	    VCARD("<adr><parameters><type><text>work</text></type></parameters><pobox/>"
		  "<ext>Suite 600</ext><street/><locality>Denver</locality>"
		  "<region/><code>80202</code><country>USA</country></adr>") },
	{ CARD("<TEL><HOME/><VOICE/><NUMBER>+1-303-555-1212</NUMBER></TEL>"),
	    VCARD("<tel><parameters><type><text>home</text><text>voice</text></type>"
		  "</parameters><uri>tel:+1-303-555-1212</uri></tel>") },
	{ CARD("<EMAIL><USERID>a@b</USERID></EMAIL>"),
	    VCARD("<email><text>a@b</text></email>") },
	{ CARD("<JABBERID>stpeter@jabber.org</JABBERID>"),
	    VCARD("<impp><uri>xmpp:stpeter@jabber.org</uri></impp>") },
	{ CARD("<TITLE>Executive Director</TITLE><ROLE>Patron Saint</ROLE><TZ>MST</TZ>"),
	    VCARD("<title><text>Executive Director</text></title>"
		  "<role><text>Patron Saint</text></role><tz><text>MST</text></tz>") },
	{ CARD("<ORG><ORGNAME>XSF</ORGNAME><ORGUNIT>Board</ORGUNIT></ORG>"),
	    VCARD("<org><text>XSF</text><text>Board</text></org>") },
	{ CARD("<URL>https://stpeter.im/</URL>"),
	    VCARD("<url><uri>https://stpeter.im/</uri></url>") },
	{ CARD("<DESC>More</DESC>"), VCARD("<note><text>More</text></note>") },
};

static void
each_form_becomes_the_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct elem card = parse(pairs[i].card, &block);

		assert_true(vcard4_can_say(&arena, card));
		assert_text(vcard4_of_card(&arena, card, ELEM_NONE), pairs[i].vcard);
		assert_text(vcard4_to_card(&arena, parse(pairs[i].vcard, &block), ELEM_NONE),
		    pairs[i].card);
	}
}

static void
what_one_form_alone_has_stays_there(void **state)
{
	(void)state;
	assert_text(
	    vcard4_of_card(&arena, parse(CARD("<FN>new</FN><PHOTO/>"), &block),
		parse(VCARD("<fn><text>old</text></fn><gender><sex>M</sex></gender>"
			    "<impp><uri>irc:x</uri></impp><impp><uri>xmpp:a@b</uri></impp>"),
		    &other)),
	    VCARD("<fn><text>new</text></fn><gender><sex>M</sex></gender>"
		  "<impp><uri>irc:x</uri></impp>"));
	assert_text(
	    vcard4_to_card(&arena,
		parse(VCARD("<fn><text>new</text></fn><gender><sex>M</sex></gender>"), &block),
		parse(CARD("<FN>old</FN><URL>http://x</URL><PHOTO><BINVAL>AA</BINVAL></PHOTO>"),
		    &other)),
	    CARD("<FN>new</FN><PHOTO><BINVAL>AA</BINVAL></PHOTO>"));
}

static void
what_is_empty_says_nothing(void **state)
{
	static const char *const empty[] = {
		CARD(""),
		CARD("<FN/><N/><ADR><HOME/></ADR><TEL><NUMBER> </NUMBER></TEL><ORG/>"),
		CARD("<PHOTO><BINVAL>AA</BINVAL></PHOTO>"),
		CARD("<FN xmlns='urn:other'>x</FN>"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct elem card = parse(empty[i], &block);

		assert_false(vcard4_can_say(&arena, card));
		assert_text(vcard4_of_card(&arena, card, ELEM_NONE),
		    "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_becomes_the_other),
		cmocka_unit_test(what_one_form_alone_has_stays_there),
		cmocka_unit_test(what_is_empty_says_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
