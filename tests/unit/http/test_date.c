/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/date.h"

static void
all_three_forms_are_read(void **state)
{
	static const struct {
		struct str text;
		int64_t s;
	} table[] = {
		{ S("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777 },
		{ S("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777 },
		{ S("Sun Nov  6 08:49:37 1994"), 784111777 },
		{ S("Thu, 01 Jan 1970 00:00:00 GMT"), 0 },
		{ S("Tue, 29 Feb 2000 12:00:00 GMT"), 951825600 },
		{ S("Friday, 01-Jan-27 00:00:00 GMT"), 1798761600 },
		{ S("Fri, 31 Dec 9999 23:59:59 GMT"), 253402300799 },
	};
	int64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(http_date_parse(table[i].text, &s), OK);
		assert_int_equal(s, table[i].s);
	}
}

static void
other_texts_are_no_dates(void **state)
{
	static const struct str table[] = {
		S(""),
		S(","),
		S("Sun, "),
		S("Sun, 06 Nov 1994 08:49:37"),
		S("Sun, 06 Nov 1994 08:49:37 UTC"),
		S("Sun, 06 nov 1994 08:49:37 GMT"),
		S("Sun, 6 Nov 1994 08:49:37 GMT"),
		S("Sun, 00 Nov 1994 08:49:37 GMT"),
		S("Sun, 32 Nov 1994 08:49:37 GMT"),
		S("Sun, 06 Nov 1994 24:49:37 GMT"),
		S("Sun, 06 Nov 1994 08:60:37 GMT"),
		S("Sun, 06 Nov 1994 08:49:61 GMT"),
		S("Sun, 06 Nov 1969 08:49:37 GMT"),
		S("Sun, 06 Nov 1994 08:49:37 GMT "),
		S("Sun Nov 6 08:49:37 1994"),
		S("1994-11-06T08:49:37Z"),
		S("784111777"),
	};
	int64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (http_date_parse(table[i], &s) != E_INVALID)
			fail_msg("%.*s was taken", STR_ARG(table[i]));
}

static void
what_is_written_is_read_again(void **state)
{
	struct arena a;
	int64_t s;

	(void)state;
	arena_init(&a, 1024);
	assert_str(http_date_format(&a, 784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
	for (int64_t t = 0; t < INT64_C(253402300800); t += INT64_C(86399) * 1237) {
		assert_int_equal(http_date_parse(http_date_format(&a, t), &s), OK);
		assert_int_equal(s, t);
	}
	assert_int_equal(http_date_parse(http_date_now(), &s), OK);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_three_forms_are_read),
		cmocka_unit_test(other_texts_are_no_dates),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
