/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "stream/bosh_window.h"

/* Requests and answers are only pointers here; these stand for them. */
static char things[16];

static struct bosh_request *
request(size_t n)
{
	return (struct bosh_request *)(void *)&things[n];
}

static struct bosh_answer *
answer(size_t n)
{
	return (struct bosh_answer *)(void *)&things[n];
}

static void
put(struct bosh_window *w, uint64_t rid)
{
	assert_int_equal(bosh_window_place(w, rid, false), BOSH_NEW);
	bosh_window_put(w, rid, request(rid % 16));
}

static void
requests_are_worked_on_in_order(void **state)
{
	struct bosh_window w;

	(void)state;
	bosh_window_init(&w, 100, 2);
	put(&w, 101);
	assert_null(bosh_window_advance(&w));
	assert_int_equal(bosh_window_place(&w, 101, false), BOSH_AGAIN);
	put(&w, 100);
	assert_ptr_equal(bosh_window_advance(&w), request(100 % 16));
	assert_ptr_equal(bosh_window_advance(&w), request(101 % 16));
	assert_null(bosh_window_advance(&w));
	assert_int_equal(bosh_window_held(&w), 2);
}

static void
requests_are_answered_in_order(void **state)
{
	struct bosh_window w;

	(void)state;
	bosh_window_init(&w, 100, 2);
	put(&w, 100);
	assert_null(bosh_window_oldest(&w)); /* nobody has worked on it */
	bosh_window_advance(&w);
	put(&w, 101);
	assert_ptr_equal(bosh_window_take(&w), request(100 % 16));
	assert_null(bosh_window_take(&w));
	bosh_window_advance(&w);
	assert_ptr_equal(bosh_window_take(&w), request(101 % 16));
	assert_int_equal(bosh_window_held(&w), 0);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_NEW);
}

/* XEP-0124 sections 11 and 14.2. */
static void
the_window_is_as_wide_as_requests_are_allowed(void **state)
{
	struct bosh_window w;

	(void)state;
	bosh_window_init(&w, 100, 2);
	assert_int_equal(bosh_window_place(&w, 99, false), BOSH_BEYOND);
	assert_int_equal(bosh_window_place(&w, 101, false), BOSH_NEW);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_BEYOND);
	assert_int_equal(bosh_window_place(&w, 102, true), BOSH_NEW);
	assert_int_equal(bosh_window_place(&w, 103, true), BOSH_BEYOND);
	put(&w, 100);
	put(&w, 101);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_TOO_MANY);
	assert_int_equal(bosh_window_place(&w, 103, false), BOSH_BEYOND);
	assert_int_equal(bosh_window_place(&w, UINT64_MAX, true), BOSH_BEYOND);
	bosh_window_advance(&w);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_TOO_MANY);
	bosh_window_take(&w);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_NEW);
}

static void
as_many_answers_are_kept_as_requests_are_allowed(void **state)
{
	struct bosh_window w;

	(void)state;
	bosh_window_init(&w, 100, 2);
	for (uint64_t rid = 100; rid < 103; rid++) {
		struct bosh_answer *gone;

		put(&w, rid);
		bosh_window_advance(&w);
		bosh_window_take(&w);
		gone = bosh_window_keep(&w, rid, answer(rid % 16));
		assert_ptr_equal(gone, rid == 102 ? answer(100 % 16) : NULL);
	}
	assert_int_equal(bosh_window_place(&w, 100, false), BOSH_BEYOND);
	assert_int_equal(bosh_window_place(&w, 101, false), BOSH_ANSWERED);
	assert_int_equal(bosh_window_place(&w, 102, false), BOSH_ANSWERED);
	assert_ptr_equal(bosh_window_kept(&w, 101)->answer, answer(101 % 16));
	assert_null(bosh_window_kept(&w, 100));
}

static void
at_the_end_all_come_out(void **state)
{
	struct bosh_window w;

	(void)state;
	bosh_window_init(&w, 100, BOSH_REQUESTS_MAX);
	put(&w, 100);
	bosh_window_advance(&w);
	put(&w, 102);
	assert_ptr_equal(bosh_window_empty(&w), request(100 % 16));
	assert_ptr_equal(bosh_window_empty(&w), request(102 % 16));
	assert_null(bosh_window_empty(&w));
}

/* Any client: whatever it sends, in whatever order, the places are consistent. */
static void
no_order_of_ids_confuses_it(void **state)
{
	struct bosh_window w;
	uint32_t seed = 1;

	(void)state;
	bosh_window_init(&w, 1000, 3);
	for (int i = 0; i < 100000; i++) {
		uint64_t rid;

		seed = seed * 1664525 + 1013904223;
		rid = w.first - 4 + (seed >> 16) % 10;
		switch (bosh_window_place(&w, rid, seed >> 8 & 1)) {
		case BOSH_NEW:
			bosh_window_put(&w, rid, request(rid % 16));
			break;
		case BOSH_AGAIN:
			assert_ptr_equal(bosh_window_find(&w, rid), request(rid % 16));
			break;
		case BOSH_ANSWERED:
			assert_ptr_equal(bosh_window_kept(&w, rid)->answer, answer(rid % 16));
			break;
		case BOSH_TOO_MANY:
			assert_true(rid >= w.first + 3);
			break;
		case BOSH_BEYOND:
			break;
		}
		if (seed >> 9 & 1)
			bosh_window_advance(&w);
		if (seed >> 10 & 1 && bosh_window_oldest(&w)) {
			rid = w.first;
			assert_ptr_equal(bosh_window_take(&w), request(rid % 16));
			bosh_window_keep(&w, rid, answer(rid % 16));
		}
		assert_true(w.first <= w.next && bosh_window_held(&w) <= BOSH_SLOTS);
	}
	assert_true(w.first > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_worked_on_in_order),
		cmocka_unit_test(requests_are_answered_in_order),
		cmocka_unit_test(the_window_is_as_wide_as_requests_are_allowed),
		cmocka_unit_test(as_many_answers_are_kept_as_requests_are_allowed),
		cmocka_unit_test(at_the_end_all_come_out),
		cmocka_unit_test(no_order_of_ids_confuses_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
