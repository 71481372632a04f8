/* SPDX-License-Identifier: MIT */
#include "xmpp/date.h"

#include "../unit.h"

static struct arena arena;

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
	arena_fini(&arena);
	return 0;
}

static void
date_parse_reads_every_form_of_the_datetime_profile(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		usec_t moment;
	} cases[] = {
		{ S("1970-01-01T00:00:00Z"), 0 },
		{ S("1969-07-21T02:56:15Z"), -14159025000000 }, /* the XEP's examples */
		{ S("1969-07-20T21:56:15-05:00"), -14159025000000 },
		{ S("1969-07-21T02:56:15.0Z"), -14159025000000 },
		{ S("1970-01-01T00:00:00.5Z"), 500000 },
		{ S("1970-01-01T00:00:00.123456Z"), 123456 },
		{ S("1970-01-01T00:00:00.1234569999999999999999999Z"), 123456 },
		{ S("1970-01-01T01:00:00+01:00"), 0 },
		{ S("1970-01-01T14:00:00+14:00"), 0 },
		{ S("1969-12-31T10:00:00-14:00"), 0 },
		{ S("1969-12-31T23:59:59.999999Z"), -1 },
		{ S("1969-12-31T24:00:00Z"), 0 },
		{ S("2000-02-29T12:00:00Z"), 951825600000000 },
		{ S("2024-12-31T23:59:59Z"), 1735689599000000 },
		{ S("1900-03-01T00:00:00Z"), -2203891200000000 },
		{ S("0000-01-01T00:00:00Z"), DATE_MIN },
		{ S("9999-12-31T23:59:59.999999Z"), DATE_MAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		usec_t moment = 77;

		if (date_parse(cases[i].text, &moment) != OK)
			fail_msg("refused: %.*s", STR_ARG(cases[i].text));
		assert_int_equal(moment, cases[i].moment);
	}
}

static void
date_parse_refuses_what_is_no_moment(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		enum status s;
	} cases[] = {
		{ S(""), E_INVALID },
		{ S("2024-01-01"), E_INVALID },
		{ S("12:00:00Z"), E_INVALID },
		{ S("20240101T00:00:00"), E_INVALID },
		{ S("2024-01-01T00:00:00"), E_INVALID }, /* the zone is mandatory */
		{ S("2024-01-01t00:00:00z"), E_INVALID },
		{ S("2024-01-01 00:00:00Z"), E_INVALID },
		{ S("2024-01-01T00:00Z"), E_INVALID },
		{ S("2024-01-01T00:00:00.Z"), E_INVALID },
		{ S("2024-01-01T00:00:00,5Z"), E_INVALID },
		{ S("2024-01-01T00:00:00ZZ"), E_INVALID },
		{ S("2024-01-01T00:00:00Z "), E_INVALID },
		{ S(" 2024-01-01T00:00:00Z"), E_INVALID },
		{ S("2024-01-01T00:00:00+0100"), E_INVALID },
		{ S("2024-01-01T00:00:00+14:01"), E_INVALID },
		{ S("2024-01-01T00:00:00+01:60"), E_INVALID },
		{ S("2024-00-01T00:00:00Z"), E_INVALID },
		{ S("2024-13-01T00:00:00Z"), E_INVALID },
		{ S("2024-01-00T00:00:00Z"), E_INVALID },
		{ S("2024-04-31T00:00:00Z"), E_INVALID },
		{ S("2023-02-29T00:00:00Z"), E_INVALID },
		{ S("1900-02-29T00:00:00Z"), E_INVALID },
		{ S("2024-01-01T24:00:01Z"), E_INVALID },
		{ S("2024-01-01T25:00:00Z"), E_INVALID },
		{ S("2024-01-01T00:60:00Z"), E_INVALID },
		{ S("2024-01-01T00:00:60Z"), E_INVALID },
		{ S("-2024-01-01T00:00:00Z"), E_INVALID },
		{ S("12024-01-01T00:00:00Z"), E_INVALID },
		{ S("+024-01-01T00:00:00Z"), E_INVALID },
		{ S("2024-01-01T00:00:00\0Z"), E_INVALID },
		{ S("0000-01-01T00:00:00+00:01"), E_LIMIT },
		{ S("9999-12-31T23:59:59-00:01"), E_LIMIT },
		{ S("9999-12-31T24:00:00Z"), E_LIMIT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		usec_t moment = 77;

		if (date_parse(cases[i].text, &moment) != cases[i].s)
			fail_msg("accepted: %.*s", STR_ARG(cases[i].text));
		assert_int_equal(moment, 77);
	}
}

static void
date_parse_refuses_every_beginning_of_a_date(void **state)
{
	(void)state;
	struct str whole = S("2024-02-29T12:34:56.789+01:30");
	usec_t moment;

	for (size_t n = 0; n < whole.len; n++)
		assert_int_equal(date_parse(str_slice(whole, 0, n), &moment), E_INVALID);
	assert_int_equal(date_parse(whole, &moment), OK);
}

static void
date_format_writes_utc(void **state)
{
	(void)state;
	assert_str(date_format(&arena, 0), "1970-01-01T00:00:00Z");
	assert_str(date_format(&arena, 999999), "1970-01-01T00:00:00Z");
	assert_str(date_format(&arena, -1), "1969-12-31T23:59:59Z");
	assert_str(date_format_usec(&arena, -1), "1969-12-31T23:59:59.999999Z");
	assert_str(date_format_usec(&arena, 1000001), "1970-01-01T00:00:01.000001Z");
	assert_str(date_format(&arena, -14159025000000), "1969-07-21T02:56:15Z");
	assert_str(date_format(&arena, 951825600000000), "2000-02-29T12:00:00Z");
	assert_str(date_format_usec(&arena, DATE_MIN), "0000-01-01T00:00:00.000000Z");
	assert_str(date_format_usec(&arena, DATE_MAX), "9999-12-31T23:59:59.999999Z");
}

static void
moments_of_ten_thousand_years_are_read_as_they_were_written(void **state)
{
	(void)state;
	const usec_t step = (usec_t)86400 * 1000000 * 3 + 12345678901; /* three days and some */
	struct str before = S("");

	for (usec_t t = DATE_MIN; t <= DATE_MAX - step; t += step) {
		struct str text = date_format_usec(&arena, t);
		usec_t back;

		assert_int_equal(date_parse(text, &back), OK);
		assert_true(back == t);
		assert_true(str_cmp(before, text) < 0); /* text sorts like time */
		before = text;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(date_parse_reads_every_form_of_the_datetime_profile),
		cmocka_unit_test(date_parse_refuses_what_is_no_moment),
		cmocka_unit_test(date_parse_refuses_every_beginning_of_a_date),
		cmocka_unit_test(date_format_writes_utc),
		cmocka_unit_test(moments_of_ten_thousand_years_are_read_as_they_were_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
