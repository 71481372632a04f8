/* SPDX-License-Identifier: MIT */
#include "modules/reports/report.h"

#include "../unit.h"
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

static enum status
read(struct str attributes, struct str content, struct report *out)
{
	static const struct xml_bounds wide = {
		.bytes = 1 << 20, .depth = 16, .attributes = 16, .elements = 200
	};

	frozen_free(&block);
	assert_int_equal(
	    xml_parse(
		str_format(&arena, "<report xmlns='urn:xmpp:reporting:1' %.*s>%.*s</report>",
		    STR_ARG(attributes), STR_ARG(content)),
		&wide, &block),
	    OK);
	*out = (struct report){ .reporter = S("a@b"), .reported = S("c@d") };
	return report_read(&arena, frozen_root(block), out);
}

/* XEP-0377 sections 4 to 6. */
static void
a_report_is_kept_as_it_was_made(void **state)
{
	struct report r, back;
	struct str kept;

	(void)state;
	assert_int_equal(
	    read(S("reason='urn:xmpp:reporting:spam'"),
		S("<stanza-id xmlns='urn:xmpp:sid:0' by='x@y' id='1'/>"
		  "<stanza-id xmlns='urn:xmpp:sid:0' by='x@y'/>"
		  "<stanza-id xmlns='urn:xmpp:sid:0' by='x@y' id='2'/>"
		  "<text xml:lang='en'> Trouble </text><text>no</text><report-origin/>"),
		&r),
	    OK);
	kept = report_pack(&arena, &r);
	assert_int_equal(report_unpack(kept, &back), OK);
	assert_str(back.reporter, "a@b");
	assert_str(back.reported, "c@d");
	assert_str(back.reason, "urn:xmpp:reporting:spam");
	assert_str(back.text, "Trouble");
	assert_true(back.to_origin);
	assert_false(back.to_third_party);
	assert_int_equal(back.n, 2);
	assert_str(back.message[1].id, "2");
	for (size_t n = 0; n < kept.len; n++)
		assert_int_equal(report_unpack(str_slice(kept, 0, n), &back), E_INVALID);
	assert_int_equal(
	    report_unpack(str_format(&arena, "%.*s ", STR_ARG(kept)), &back), E_INVALID);
}

static void
a_report_is_bounded_and_has_a_reason(void **state)
{
	char reason[REPORT_REASON_MAX + 1], text[2 * REPORT_TEXT_MAX];
	struct str ids = S("");
	struct report r;

	(void)state;
	assert_int_equal(read(S(""), S(""), &r), E_INVALID);
	assert_int_equal(read(S("reason=''"), S(""), &r), E_INVALID);
	memset(reason, 'x', sizeof(reason));
	assert_int_equal(
	    read(str_format(&arena, "reason='%.*s'", (int)sizeof(reason), reason), S(""), &r),
	    E_INVALID);
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	text[0] = text[1] = 'x'; /* so that the bound falls into a character */
	text[1] = '\n';
	for (int i = 0; i < REPORT_MESSAGES_MAX + 5; i++)
		ids = str_format(&arena,
		    "%.*s<stanza-id xmlns='urn:xmpp:sid:0' by='x@y' id='%d'/>", STR_ARG(ids),
		    i);
	assert_int_equal(read(S("reason='r'"),
			     str_format(&arena, "%.*s<text>x%.*s</text>", STR_ARG(ids),
				 (int)sizeof(text), text),
			     &r),
	    OK);
	assert_int_equal(r.n, REPORT_MESSAGES_MAX);
	assert_int_equal(r.text.len, REPORT_TEXT_MAX - 1);
	assert_true(str_is_utf8(r.text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_kept_as_it_was_made),
		cmocka_unit_test(a_report_is_bounded_and_has_a_reason),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
