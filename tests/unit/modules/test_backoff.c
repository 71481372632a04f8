/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "modules/push/backoff.h"

static void
each_failure_doubles_the_wait_up_to_an_hour(void **state)
{
	msec_t before = 0;

	(void)state;
	assert_int_equal(backoff_ms(1, 0, 0), 5 * 1000);
	assert_int_equal(backoff_ms(2, 0, 0), 10 * 1000);
	assert_int_equal(backoff_ms(5, 0, 0), 80 * 1000);
	for (unsigned n = 1; n < 100; n++) {
		msec_t wait = backoff_ms(n, 0, 0);

		assert_true(wait >= before && wait <= BACKOFF_MOST_MS);
		before = wait;
	}
	assert_int_equal(backoff_ms(UINT32_MAX, 0, 0), BACKOFF_MOST_MS);
}

static void
chance_adds_up_to_a_quarter(void **state)
{
	(void)state;
	assert_int_equal(backoff_ms(1, 0, 1250), 6250);
	for (uint64_t chance = 0; chance < 5000; chance += 7)
		assert_in_range(backoff_ms(1, 0, chance), 5000, 6250);
	assert_in_range(
	    backoff_ms(20, 0, UINT64_MAX), BACKOFF_MOST_MS, BACKOFF_MOST_MS * 5 / 4);
}

static void
who_asks_for_more_gets_it_up_to_a_day(void **state)
{
	(void)state;
	assert_int_equal(backoff_ms(1, 60 * 1000, 0), 60 * 1000);
	assert_int_equal(backoff_ms(5, 60 * 1000, 0), 80 * 1000);
	assert_int_equal(backoff_ms(1, INT64_MAX, 0), BACKOFF_ASKED_MOST_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_doubles_the_wait_up_to_an_hour),
		cmocka_unit_test(chance_adds_up_to_a_quarter),
		cmocka_unit_test(who_asks_for_more_gets_it_up_to_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
