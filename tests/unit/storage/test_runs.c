/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "storage/sqlite/runs.h"

static void
entries_come_back_as_they_were(void **state)
{
	struct run r = { 0 }, again;
	struct run_entry e;

	(void)state;
	for (uint64_t i = 0; i < RUN_ENTRIES; i++) {
		e = (struct run_entry){ UINT64_C(1700000000000000) + i * 1000, (int64_t)i + 5,
			UINT64_C(0xffffffffff) - i };
		assert_true(run_add(&r, &e));
	}
	e.id++;
	assert_false(run_add(&r, &e)); /* it is full */
	assert_true(run_read(&again, r.first, 7, run_bytes(&r)));
	assert_int_equal(again.n, RUN_ENTRIES);
	for (uint64_t i = 0; i < RUN_ENTRIES; i++) {
		e = run_entry(&again, i);
		assert_int_equal(e.id, UINT64_C(1700000000000000) + i * 1000);
		assert_int_equal(e.seq, i + 5);
		assert_int_equal(e.tag, UINT64_C(0xffffffffff) - i);
	}
}

static void
an_id_too_far_from_the_first_needs_another_run(void **state)
{
	struct run r = { 0 };
	struct run_entry e = { 1, 1, 0 };

	(void)state;
	assert_true(run_add(&r, &e));
	e.id += (UINT64_C(1) << 48) - 1;
	assert_true(run_add(&r, &e));
	e.id++;
	assert_false(run_add(&r, &e));
}

static void
ranks_count_what_is_not_behind(void **state)
{
	struct run r = { 0 };

	(void)state;
	for (uint64_t id = 10; id <= 50; id += 10)
		assert_true(run_add(&r, &(struct run_entry){ id, 1, 0 }));
	assert_int_equal(run_rank(&r, 0), 0);
	assert_int_equal(run_rank(&r, 9), 0);
	assert_int_equal(run_rank(&r, 10), 1);
	assert_int_equal(run_rank(&r, 35), 3);
	assert_int_equal(run_rank(&r, 50), 5);
	assert_int_equal(run_rank(&r, UINT64_MAX), 5);
}

static void
damaged_rows_are_noticed(void **state)
{
	char bytes[(RUN_ENTRIES + 1) * RUN_ENTRY_BYTES] = { 0 };
	struct run r;

	(void)state;
	assert_false(run_read(&r, 1, 0, S("")));
	assert_false(run_read(&r, 1, 0, str_of(bytes, RUN_ENTRY_BYTES - 1)));
	assert_false(run_read(&r, 1, 0, str_of(bytes, sizeof(bytes))));
	assert_true(run_read(&r, 1, 0, str_of(bytes, RUN_ENTRY_BYTES)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come_back_as_they_were),
		cmocka_unit_test(an_id_too_far_from_the_first_needs_another_run),
		cmocka_unit_test(ranks_count_what_is_not_behind),
		cmocka_unit_test(damaged_rows_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
