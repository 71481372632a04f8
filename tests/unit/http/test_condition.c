/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/condition.h"

#define NO ((struct str){ 0 })
#define THEN S("Sun, 06 Nov 1994 08:49:37 GMT")
#define LATER S("Sun, 06 Nov 1994 08:49:38 GMT")
#define EARLIER S("Sun, 06 Nov 1994 08:49:36 GMT")

static const struct http_version version = { S("\"x\""), 784111777, 1000 };

static void
conditions_are_judged_in_their_order(void **state)
{
	static const struct {
		struct http_condition c;
		unsigned status;
	} table[] = {
		{ { .if_match = NO }, 200 },
		/* RFC 9110 sections 13.1.1 and 13.1.2 */
		{ { .if_match = S("\"x\"") }, 200 },
		{ { .if_match = S("\"y\", \"x\"") }, 200 },
		{ { .if_match = S("*") }, 200 },
		{ { .if_match = S("W/\"x\"") }, 412 },
		{ { .if_match = S("\"y\"") }, 412 },
		{ { .if_match = S("x") }, 412 },
		{ { .if_none_match = S("\"x\"") }, 304 },
		{ { .if_none_match = S("W/\"x\"") }, 304 },
		{ { .if_none_match = S("\"y\",W/\"x\"") }, 304 },
		{ { .if_none_match = S("*") }, 304 },
		{ { .if_none_match = S("\"y\"") }, 200 },
		/* 13.1.3 and 13.1.4 */
		{ { .if_modified_since = THEN }, 304 },
		{ { .if_modified_since = LATER }, 304 },
		{ { .if_modified_since = EARLIER }, 200 },
		{ { .if_modified_since = S("yesterday") }, 200 },
		{ { .if_unmodified_since = THEN }, 200 },
		{ { .if_unmodified_since = EARLIER }, 412 },
		{ { .if_unmodified_since = S("") }, 200 },
		/* 13.2.2: tags are asked before dates */
		{ { .if_match = S("\"x\""), .if_unmodified_since = EARLIER }, 200 },
		{ { .if_none_match = S("\"y\""), .if_modified_since = LATER }, 200 },
		{ { .if_match = S("\"y\""), .if_none_match = S("\"x\"") }, 412 },
		{ { .if_none_match = S("\"x\""), .range = S("bytes=0-0") }, 304 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct http_part_of p = http_condition_judge(&table[i].c, &version);

		if (p.status != table[i].status)
			fail_msg("row %zu: %u", i, p.status);
		assert_int_equal(p.bytes, p.status == 200 ? 1000 : 0);
	}
}

static void
what_has_no_tag_and_no_date_matches_nothing(void **state)
{
	const struct http_version bare = { .bytes = 10 };

	(void)state;
	assert_int_equal(
	    http_condition_judge(&(struct http_condition){ .if_none_match = S("") }, &bare)
		.status,
	    200);
	assert_int_equal(
	    http_condition_judge(&(struct http_condition){ .if_modified_since = LATER }, &bare)
		.status,
	    200);
	assert_int_equal(
	    http_condition_judge(&(struct http_condition){ .if_match = S("\"x\"") }, &bare)
		.status,
	    412);
}

static void
ranges_are_cut_to_what_there_is(void **state)
{
	static const struct {
		struct str range, if_range;
		struct http_part_of part;
	} table[] = {
		{ S("bytes=0-0"), NO, { 206, 0, 1 } },
		{ S("bytes=0-999"), NO, { 206, 0, 1000 } },
		{ S("bytes=0-9999"), NO, { 206, 0, 1000 } },
		{ S("bytes=999-"), NO, { 206, 999, 1 } },
		{ S("bytes=500-600"), NO, { 206, 500, 101 } },
		{ S("Bytes= 500 - 600"), NO, { 206, 500, 101 } },
		{ S("bytes=-1"), NO, { 206, 999, 1 } },
		{ S("bytes=-5000"), NO, { 206, 0, 1000 } },
		{ S("bytes=1000-"), NO, { 416, 0, 0 } },
		{ S("bytes=1000-2000"), NO, { 416, 0, 0 } },
		{ S("bytes=-0"), NO, { 416, 0, 0 } },
		/* Not understood, so the whole is sent (section 14.2). */
		{ S("bytes=2-1"), NO, { 200, 0, 1000 } },
		{ S("bytes=0-0,2-2"), NO, { 200, 0, 1000 } },
		{ S("bytes=-"), NO, { 200, 0, 1000 } },
		{ S("bytes="), NO, { 200, 0, 1000 } },
		{ S("bytes"), NO, { 200, 0, 1000 } },
		{ S("lines=0-1"), NO, { 200, 0, 1000 } },
		{ S("bytes=a-b"), NO, { 200, 0, 1000 } },
		{ S("bytes=99999999999999999999-"), NO, { 200, 0, 1000 } },
		{ S("bytes=0-99999999999999999999"), NO, { 200, 0, 1000 } },
		/* Section 13.1.5 */
		{ S("bytes=0-0"), S("\"x\""), { 206, 0, 1 } },
		{ S("bytes=0-0"), S("W/\"x\""), { 200, 0, 1000 } },
		{ S("bytes=0-0"), S("\"y\""), { 200, 0, 1000 } },
		{ S("bytes=0-0"), THEN, { 206, 0, 1 } },
		{ S("bytes=0-0"), LATER, { 200, 0, 1000 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct http_condition c = { .range = table[i].range,
			.if_range = table[i].if_range };
		struct http_part_of p = http_condition_judge(&c, &version);

		if (p.status != table[i].part.status || p.from != table[i].part.from ||
		    p.bytes != table[i].part.bytes)
			fail_msg("%.*s: %u", STR_ARG(c.range), p.status);
	}
}

static void
of_nothing_no_range_can_be_had(void **state)
{
	const struct http_version empty = { .etag = S("\"x\"") };
	struct http_condition c = { .range = S("bytes=0-") };

	(void)state;
	assert_int_equal(http_condition_judge(&c, &empty).status, 416);
	c.range = S("bytes=-1");
	assert_int_equal(http_condition_judge(&c, &empty).status, 416);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_judged_in_their_order),
		cmocka_unit_test(what_has_no_tag_and_no_date_matches_nothing),
		cmocka_unit_test(ranges_are_cut_to_what_there_is),
		cmocka_unit_test(of_nothing_no_range_can_be_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
