/* SPDX-License-Identifier: MIT */
#include "../unit/unit.h"

#include "bench/histogram.h"

static void
quantiles_of_nothing_are_zero(void **state)
{
	(void)state;
	static const struct histogram h;

	assert_int_equal(histogram_quantile(&h, 0.5), 0);
	assert_int_equal(histogram_quantile(&h, 1), 0);
}

static void
small_values_are_kept_exactly(void **state)
{
	(void)state;
	struct histogram h = { 0 };

	for (uint64_t ns = 1; ns <= 100; ns++)
		histogram_add(&h, ns);
	assert_int_equal(h.count, 100);
	assert_int_equal(h.max_ns, 100);
	assert_int_equal(histogram_quantile(&h, 0), 1);
	assert_int_equal(histogram_quantile(&h, 0.01), 1);
	assert_int_equal(histogram_quantile(&h, 0.50), 50);
	assert_int_equal(histogram_quantile(&h, 0.99), 99);
	assert_int_equal(histogram_quantile(&h, 1), 100);
}

static void
a_quantile_is_at_most_a_64th_above_the_truth(void **state)
{
	(void)state;
	for (uint64_t ns = 1; ns < UINT64_MAX / 3; ns = ns * 3 / 2 + 1) {
		struct histogram h = { 0 };
		uint64_t median;

		histogram_add(&h, ns);
		histogram_add(&h, UINT64_MAX);
		median = histogram_quantile(&h, 0.5);
		assert_true(median >= ns);
		assert_true(median - ns <= ns / 64);
		assert_true(histogram_quantile(&h, 1) == UINT64_MAX);
	}
}

static void
no_quantile_exceeds_the_longest(void **state)
{
	(void)state;
	struct histogram h = { 0 };

	histogram_add(&h, 1000001);
	assert_int_equal(histogram_quantile(&h, 0.5), 1000001);
	assert_int_equal(histogram_quantile(&h, 0.999), 1000001);
}

static void
a_quantile_counts_the_share_that_does_not_exceed_it(void **state)
{
	(void)state;
	struct histogram h = { 0 };

	for (int i = 0; i < 990; i++)
		histogram_add(&h, 10);
	for (int i = 0; i < 10; i++)
		histogram_add(&h, 60);
	assert_int_equal(histogram_quantile(&h, 0.99), 10);
	assert_int_equal(histogram_quantile(&h, 0.991), 60);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_of_nothing_are_zero),
		cmocka_unit_test(small_values_are_kept_exactly),
		cmocka_unit_test(a_quantile_is_at_most_a_64th_above_the_truth),
		cmocka_unit_test(no_quantile_exceeds_the_longest),
		cmocka_unit_test(a_quantile_counts_the_share_that_does_not_exceed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
