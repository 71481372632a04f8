/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <pthread.h>

#include "base/metrics.h"

enum { THREADS = 8, EACH = 20000 };

static int pings, sessions, queue, latency;

static int
begin(void **state)
{
	(void)state;
	pings = metric_register(&(struct metric){ "pings", COUNTER, "pings", "Pings sent." });
	sessions =
	    metric_register(&(struct metric){ "sessions", GAUGE, "sessions", "Open now." });
	queue = metric_register(&(struct metric){ "queue", GAUGE, "jobs", "Waiting." });
	latency = metric_register(
	    &(struct metric){ "latency", HISTOGRAM, "microseconds", "Time to answer." });
	return 0;
}

static void
registering_the_same_metric_again_gives_the_same_id(void **state)
{
	(void)state;
	int n = metrics_count();

	assert_int_equal(
	    metric_register(&(struct metric){ "pings", COUNTER, "pings", "Pings sent." }),
	    pings);
	assert_int_equal(metrics_count(), n);
	assert_string_equal(metric_at(latency)->name, "latency");
	assert_string_equal(metric_at(latency)->unit, "microseconds");
	assert_int_equal(metric_at(latency)->type, HISTOGRAM);
}

static void *
count(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < EACH; i++) {
		metric_add(pings, 2);
		metric_add(sessions, i % 2 ? -1 : 3);
		metric_set(queue, i);
		metric_observe(latency, i);
		if (i % 1000 == 0)
			assert_true(metric_value(pings) >= 2); /* while others count */
	}
	return NULL;
}

static void
many_threads_count_without_losing_anything(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	struct histogram h;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(metric_value(pings), THREADS * EACH * 2);
	assert_int_equal(metric_value(sessions), THREADS * EACH);
	metric_histogram(latency, &h);
	assert_int_equal(h.count, THREADS * EACH);
	assert_int_equal(h.sum, (uint64_t)THREADS * EACH * (EACH - 1) / 2);
}

static void *
add_one(void *unused)
{
	(void)unused;
	metric_add(pings, 1);
	return NULL;
}

static void
what_a_thread_counted_outlives_it(void **state)
{
	(void)state;
	int64_t before = metric_value(pings);

	for (int i = 0; i < 100; i++) {
		pthread_t t;

		pthread_create(&t, NULL, add_one, NULL);
		pthread_join(t, NULL);
	}
	assert_int_equal(metric_value(pings), before + 100);
}

static void
every_value_falls_into_the_first_bucket_that_reaches_it(void **state)
{
	(void)state;
	static const uint64_t values[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 1000, 1023,
		1024, 123456789, UINT64_C(1) << 40, (UINT64_C(1) << 41) - 1, UINT64_C(1) << 41,
		UINT64_C(1) << 62 };
	int id = metric_register(&(struct metric){ "buckets", HISTOGRAM, "values", "Values." });
	struct histogram before, after;

	for (unsigned b = 1; b < METRIC_BUCKETS; b++)
		assert_true(metric_bucket_bound(b) > metric_bucket_bound(b - 1));
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		unsigned b = 0;

		metric_histogram(id, &before);
		metric_observe(id, values[i]);
		metric_histogram(id, &after);
		while (metric_bucket_bound(b) < values[i])
			b++;
		assert_int_equal(after.in_bucket[b], before.in_bucket[b] + 1);
		assert_int_equal(after.count, before.count + 1);
		assert_true(after.sum == before.sum + values[i]);
	}
}

static void
a_quantile_is_known_to_a_quarter_of_its_value(void **state)
{
	(void)state;
	int id =
	    metric_register(&(struct metric){ "quantile", HISTOGRAM, "values", "Values." });
	struct histogram h;

	metric_histogram(id, &h);
	assert_int_equal(histogram_quantile(&h, 0.5), 0);
	for (unsigned i = 1; i <= 100000; i++)
		metric_observe(id, i);
	metric_histogram(id, &h);
	for (int percent = 1; percent <= 100; percent++) {
		uint64_t bound = histogram_quantile(&h, percent / 100.0);

		assert_true(bound >= (uint64_t)percent * 1000);
		assert_true(bound <= (uint64_t)percent * 1250);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registering_the_same_metric_again_gives_the_same_id),
		cmocka_unit_test(many_threads_count_without_losing_anything),
		cmocka_unit_test(what_a_thread_counted_outlives_it),
		cmocka_unit_test(every_value_falls_into_the_first_bucket_that_reaches_it),
		cmocka_unit_test(a_quantile_is_known_to_a_quarter_of_its_value),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
