/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "storage/sqlite/recent.h"

static int
begin(void **state)
{
	struct recent *r = mem_alloc(sizeof(*r));

	recent_init(r);
	r->n_readers = 2;
	*state = r;
	return 0;
}

static int
end(void **state)
{
	recent_fini(*state);
	free(*state);
	return 0;
}

/* --- short ways ----------------------------------------------------------------------- */

static void
commit(struct recent *r)
{
	recent_committed(r);
	recent_tidy(r);
}

static void
add_range(struct recent *r, int64_t shelf, uint64_t first, uint64_t last)
{
	for (uint64_t id = first; id <= last; id++)
		recent_add(r, shelf, id, (int64_t)id * 10, (uint32_t)id);
}

static void
leave_all(struct recent *r, int64_t shelf)
{
	struct recent_walk walk = recent_entries(r, shelf, 0, UINT64_MAX);
	const struct recent_entry *e;

	while ((e = recent_next(&walk)))
		recent_leave(r, shelf, e);
}

/* The ids that a reader is offered, "1 2 3", copied so many at a time. */
static const char *
offered(struct recent *r, int64_t shelf, bool backwards, size_t at_a_time)
{
	static char text[256];
	struct recent_position from = { backwards ? UINT64_MAX : 0,
		backwards ? INT64_MAX : INT64_MIN };
	struct recent_entry copies[16];
	size_t n, len = 0;

	text[0] = '\0';
	do {
		n = recent_copy(r, shelf, from, backwards, copies, at_a_time);
		for (size_t i = 0; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu",
			    len ? " " : "", (unsigned long long)copies[i].id);
		if (n > 0)
			from = (struct recent_position){ copies[n - 1].id, copies[n - 1].seq };
	} while (n == at_a_time);
	return text;
}

static const char *
walked(const struct recent *r, int64_t shelf, uint64_t first, uint64_t last)
{
	static char text[256];
	struct recent_walk walk = recent_entries(r, shelf, first, last);
	const struct recent_entry *e;
	size_t len = 0;

	text[0] = '\0';
	while ((e = recent_next(&walk)))
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu",
		    len ? " " : "", (unsigned long long)e->id);
	return text;
}

/* --- tests ---------------------------------------------------------------------------- */

static void
entries_are_offered_by_id_in_both_directions_and_any_portions(void **state)
{
	struct recent *r = *state;

	recent_add(r, 1, 5, 1, 0);
	recent_add(r, 1, UINT64_MAX, 2, 0);
	recent_add(r, 1, 3, 3, 0);
	recent_add(r, 2, 4, 4, 0);
	recent_add(r, 1, 0, 5, 0);
	for (size_t n = 1; n < 6; n++) {
		assert_string_equal(offered(r, 1, false, n), "0 3 5 18446744073709551615");
		assert_string_equal(offered(r, 1, true, n), "18446744073709551615 5 3 0");
		assert_string_equal(offered(r, 2, false, n), "4");
		assert_string_equal(offered(r, 3, true, n), "");
	}
	assert_int_equal(r->count, 5);
}

static void
the_writer_walks_a_range(void **state)
{
	struct recent *r = *state;

	add_range(r, 1, 1, 9);
	recent_add(r, 1, UINT64_MAX, 1000, 0);
	assert_string_equal(walked(r, 1, 3, 5), "3 4 5");
	assert_string_equal(walked(r, 1, 0, 1), "1");
	assert_string_equal(walked(r, 1, 9, UINT64_MAX), "9 18446744073709551615");
	assert_string_equal(walked(r, 1, 10, 20), "");
	assert_string_equal(walked(r, 1, 5, 3), "");
	assert_string_equal(walked(r, 2, 0, UINT64_MAX), "");
	assert_true(recent_has(r, 1, 9));
	assert_false(recent_has(r, 1, 10));
	assert_false(recent_has(r, 2, 9));
}

static void
undoing_goes_back_to_the_mark(void **state)
{
	struct recent *r = *state;
	size_t mark;

	add_range(r, 1, 1, 3);
	commit(r);
	add_range(r, 1, 4, 4);
	mark = recent_mark(r);
	leave_all(r, 1);
	add_range(r, 1, 5, 6);
	add_range(r, 2, 7, 7);
	assert_string_equal(walked(r, 1, 0, 9), "5 6");
	recent_undo(r, mark);
	assert_string_equal(walked(r, 1, 0, 9), "1 2 3 4");
	assert_string_equal(offered(r, 2, false, 8), "");
	recent_undo(r, 0);
	assert_string_equal(walked(r, 1, 0, 9), "1 2 3");
	assert_int_equal(r->count, 3);
	recent_committed(r);
	recent_tidy(r);
	assert_string_equal(offered(r, 1, false, 8), "1 2 3");
}

static void
what_left_goes_at_once_when_nobody_reads(void **state)
{
	struct recent *r = *state;

	add_range(r, 1, 1, 3);
	commit(r);
	leave_all(r, 1);
	assert_string_equal(offered(r, 1, false, 8), "1 2 3"); /* not committed yet */
	assert_false(recent_has(r, 1, 2));
	commit(r);
	assert_string_equal(offered(r, 1, false, 8), "");
	assert_true(recent_is_tidy(r));
	assert_int_equal(table_count(&r->tails), 0);
}

static void
what_left_stays_for_readers_that_may_not_see_it(void **state)
{
	struct recent *r = *state;

	add_range(r, 1, 1, 3);
	commit(r);
	recent_reader_enter(r, 0);
	leave_all(r, 1);
	commit(r);
	recent_reader_enter(r, 1); /* sees the commit; need not be waited for */
	assert_string_equal(offered(r, 1, false, 8), "1 2 3");

	/* What leaves later is not let go with what left before. */
	add_range(r, 1, 4, 5);
	commit(r);
	leave_all(r, 1);
	commit(r);
	recent_reader_leave(r, 0);
	recent_tidy(r);
	assert_string_equal(offered(r, 1, false, 8), "4 5");
	recent_reader_leave(r, 1);
	recent_tidy(r);
	assert_string_equal(offered(r, 1, false, 8), "");
}

static void
a_reader_that_has_come_again_is_not_waited_for(void **state)
{
	struct recent *r = *state;

	add_range(r, 1, 1, 1);
	commit(r);
	recent_reader_enter(r, 0);
	leave_all(r, 1);
	commit(r);
	recent_reader_leave(r, 0);
	recent_reader_enter(r, 0);
	recent_tidy(r);
	assert_string_equal(offered(r, 1, false, 8), "");
	recent_reader_leave(r, 0);
}

static void
an_id_may_come_back_while_its_old_entry_is_still_needed(void **state)
{
	struct recent *r = *state;

	recent_add(r, 1, 7, 1, 0);
	commit(r);
	recent_reader_enter(r, 0);
	leave_all(r, 1);
	recent_add(r, 1, 7, 2, 0);
	commit(r);
	assert_true(recent_has(r, 1, 7));
	assert_string_equal(offered(r, 1, false, 1), "7 7");
	assert_string_equal(offered(r, 1, true, 1), "7 7");
	recent_reader_leave(r, 0);
	recent_tidy(r);
	assert_string_equal(offered(r, 1, false, 1), "7");
	assert_int_equal(recent_entries(r, 1, 0, 9).at->seq, 2);
}

static void
numbers_of_transactions_begin_anew(void **state)
{
	struct recent *r = *state;

	r->transaction = UINT32_MAX - 1;
	for (uint64_t id = 1; id <= 5; id++) {
		char id_text[2] = { (char)('0' + id), '\0' };

		add_range(r, 1, id, id);
		recent_reader_enter(r, 0);
		commit(r);
		leave_all(r, 1);
		commit(r);
		assert_string_equal(offered(r, 1, false, 8), id_text);
		recent_reader_leave(r, 0);
		recent_tidy(r);
		assert_string_equal(offered(r, 1, false, 8), "");
	}
}

static void
shelves_are_listed_in_order(void **state)
{
	static const int64_t expected[] = { -4, 1, 3, INT64_MAX };
	struct recent *r = *state;
	int64_t *shelves;
	size_t n;

	recent_add(r, 3, 1, 1, 0);
	recent_add(r, INT64_MAX, 1, 2, 0);
	recent_add(r, 1, 1, 3, 0);
	recent_add(r, -4, 1, 4, 0);
	recent_add(r, 3, 2, 5, 0);
	shelves = recent_all_shelves(r, &n);
	assert_int_equal(n, 4);
	assert_memory_equal(shelves, expected, sizeof(expected));
	free(shelves);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
		TEST(entries_are_offered_by_id_in_both_directions_and_any_portions),
		TEST(the_writer_walks_a_range),
		TEST(undoing_goes_back_to_the_mark),
		TEST(what_left_goes_at_once_when_nobody_reads),
		TEST(what_left_stays_for_readers_that_may_not_see_it),
		TEST(a_reader_that_has_come_again_is_not_waited_for),
		TEST(an_id_may_come_back_while_its_old_entry_is_still_needed),
		TEST(numbers_of_transactions_begin_anew),
		TEST(shelves_are_listed_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
