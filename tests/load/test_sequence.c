/* SPDX-License-Identifier: MIT */
#include "../unit/unit.h"

#include "bench/sequence.h"

static void
sequence_finds_what_went_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *arrivals; /* a digit each */
		uint64_t sent, lost, duplicated, reordered;
	} cases[] = {
		{ "", 0, 0, 0, 0 },
		{ "01234", 5, 0, 0, 0 },
		{ "", 3, 3, 0, 0 },
		{ "012", 5, 2, 0, 0 },  /* the last two */
		{ "0134", 5, 1, 0, 0 }, /* one in between */
		{ "34", 5, 3, 0, 0 },   /* the first */
		{ "01123", 4, 0, 1, 0 },
		{ "0120", 3, 0, 1, 0 },
		{ "000", 1, 0, 2, 0 },
		{ "0213", 4, 0, 0, 1 },
		{ "3210", 4, 0, 0, 3 },
		{ "02113", 4, 0, 1, 1 }, /* late, and again */
		{ "0241", 5, 1, 0, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sequence q = { 0 };

		for (const char *c = cases[i].arrivals; *c; c++)
			sequence_arrived(&q, (uint64_t)(*c - '0'));
		assert_int_equal(sequence_lost(&q, cases[i].sent), cases[i].lost);
		assert_int_equal(q.duplicated, cases[i].duplicated);
		assert_int_equal(q.reordered, cases[i].reordered);
		sequence_fini(&q);
	}
}

static void
a_large_gap_can_close_again(void **state)
{
	(void)state;
	struct sequence q = { 0 };

	sequence_arrived(&q, 1000);
	assert_int_equal(sequence_lost(&q, 1001), 1000);
	for (uint64_t n = 0; n < 1000; n++)
		sequence_arrived(&q, n);
	assert_int_equal(sequence_lost(&q, 1001), 0);
	assert_int_equal(q.reordered, 1000);
	assert_int_equal(q.duplicated, 0);
	sequence_fini(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence_finds_what_went_wrong),
		cmocka_unit_test(a_large_gap_can_close_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
