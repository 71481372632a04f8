/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/buf.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "transport/chunks.h"

static struct chunks q;

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
	q = (struct chunks){ 0 };
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	chunks_clear(&q);
	assert_null(q.first);
	assert_null(q.last);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	return 0;
}

static void
an_empty_queue_holds_nothing(void **state)
{
	(void)state;
	assert_int_equal(chunks_first(&q).len, 0);
	assert_int_equal(chunks_pieces(&q, NULL, 0), 0);
	chunks_drop(&q, 0);
	chunks_add(&q, S(""));
	assert_null(q.first);
	chunks_add(&q, S("x"));
	chunks_drop(&q, 1);
	assert_null(q.first);
}

static void
bytes_leave_in_the_order_they_came_in_pieces_of_any_size(void **state)
{
	static char text[100000];
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 13 + i / 250);
	buf_init(&out, sizeof(text));
	for (size_t in = 1; in < 40000; in = in * 3 + 1) {
		for (size_t step = 1; step < 40000; step = step * 5 + 2) {
			size_t added = 0;

			while (added < sizeof(text)) {
				size_t n = sizeof(text) - added;

				if (n > in)
					n = in;
				if (added % 2) {
					chunks_add(&q, str_of(text + added, n));
				} else {
					memcpy(chunks_reserve(&q, n), text + added, n);
					chunks_added(&q, n);
				}
				added += n;
			}
			assert_int_equal(q.bytes, sizeof(text));
			while (q.bytes) {
				char *at = buf_reserve(&out, step < q.bytes ? step : q.bytes);
				size_t n = chunks_peek(&q, at, step);

				buf_added(&out, n);
				chunks_drop(&q, n);
			}
			assert_int_equal(out.len, sizeof(text));
			assert_memory_equal(out.at, text, sizeof(text));
			assert_null(q.first);
			buf_drop(&out, out.len);
		}
	}
	buf_fini(&out);
}

static void
pieces_together_are_what_was_added(void **state)
{
	struct iovec pieces[64];
	size_t sum = 0;
	int n;

	(void)state;
	for (int i = 0; i < 5000; i++)
		chunks_add(&q, S("0123456789"));
	chunks_drop(&q, 7);
	n = chunks_pieces(&q, pieces, 64);
	assert_true(n > 1);
	for (int i = 0; i < n; i++) {
		for (size_t k = 0; k < pieces[i].iov_len; k++, sum++)
			assert_int_equal(((char *)pieces[i].iov_base)[k], '0' + (sum + 7) % 10);
	}
	assert_int_equal(sum, q.bytes);
	assert_int_equal(chunks_pieces(&q, pieces, 2), 2);
	assert_int_equal(chunks_first(&q).len, pieces[0].iov_len);
}

static void
what_must_be_in_one_piece_is(void **state)
{
	static const size_t sizes[] = { 1, 1000, 1001, 4080, 5000, 17 * 1024, 17 * 1024 + 1,
		1024 * 1024 };
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(chunks_reserve(&q, sizes[i]), 'x', sizes[i]);
		chunks_added(&q, sizes[i]);
		sum += sizes[i];
	}
	assert_int_equal(q.bytes, sum);
}

static void
room_that_was_reserved_in_vain_goes_with_the_rest(void **state)
{
	(void)state;
	chunks_add(&q, S("a"));
	chunks_reserve(&q, 100000);
	chunks_drop(&q, 1);
	assert_null(q.first);
	chunks_reserve(&q, 10);
	chunks_clear(&q);
	assert_null(q.first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_queue_holds_nothing),
		TEST(bytes_leave_in_the_order_they_came_in_pieces_of_any_size),
		TEST(pieces_together_are_what_was_added),
		TEST(what_must_be_in_one_piece_is),
		TEST(room_that_was_reserved_in_vain_goes_with_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
