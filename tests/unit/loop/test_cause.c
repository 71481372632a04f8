/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "loop/cause.h"
#include "loop/drive.h"
#include "loop/helper.h"
#include "loop/worker.h"
#include "storage/faults.h"

static struct cause cause;
static bool over;
static int over_on;            /* worker */
static struct cause *over_for; /* what that worker worked for then */
static struct store *store;

static void
on_over(struct cause *c)
{
	assert_ptr_equal(c, &cause);
	assert_false(over);
	over = true;
	over_on = worker_self();
	over_for = cause_swap(NULL);
	cause_swap(over_for);
}

static int
begin(void **state)
{
	struct store_conf conf = { .backend = S("memory"), .readers = 1, .group_max = 16 };
	struct arena a;
	struct str reason;

	(void)state;
	over = false;
	assert_int_equal(workers_init(2), OK);
	assert_int_equal(helpers_start(1, 8), OK);
	arena_init(&a, 256);
	assert_int_equal(store_open(&conf, &a, &reason, &store), OK);
	arena_fini(&a);
	loop_drive_as(0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	assert_null(cause_swap(NULL));
	store_close(&store);
	helpers_stop();
	loop_drive();
	loop_drive_end();
	workers_fini();
	return 0;
}

/* Runs `what` for the cause, and lets go of it. */
static void
begin_with(void (*what)(void))
{
	struct cause *own = &cause;

	cause_init(&cause, on_over);
	cause_swap(&cause);
	what();
	cause_swap(NULL);
	cause_drop(&own);
}

static void
nothing(void)
{
}

static void
what_sets_nothing_off_is_over_at_once(void **state)
{
	(void)state;
	begin_with(nothing);
	assert_true(over);
	assert_null(over_for);
}

/* --- letters -------------------------------------------------------------------------- */

static void
pass_on(const void *letter)
{
	int hops = *(const int *)letter - 1;

	assert_false(over);
	if (hops)
		worker_post((unsigned)hops % 2, pass_on, &hops, sizeof(hops));
}

static void
post_some(void)
{
	for (int hops = 1; hops < 6; hops++)
		worker_post(1, pass_on, &hops, sizeof(hops));
}

static void
a_cause_lasts_until_the_last_letter_of_its_letters_is_opened(void **state)
{
	(void)state;
	begin_with(post_some);
	assert_false(over);
	loop_drive();
	assert_true(over);
	assert_null(over_for);
}

static unsigned unrelated;

static void
work_for_nobody(const void *letter)
{
	(void)letter;
	assert_null(cause_swap(NULL));
	unrelated++;
}

static void
post_one(void)
{
	int hops = 1;

	worker_post(0, pass_on, &hops, sizeof(hops));
}

static void
other_letters_have_no_part_in_it(void **state)
{
	(void)state;
	worker_post(0, work_for_nobody, "", 1);
	begin_with(post_one);
	worker_post(0, work_for_nobody, "", 1);
	loop_drive();
	assert_int_equal(unrelated, 2);
	assert_true(over);
}

/* --- the store ------------------------------------------------------------------------ */

static enum status written;
static bool answered;

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	(void)waiter;
	(void)rows;
	assert_false(over);
	answered = true;
}

/* A write whose answer leads to a read: mod_offline counts, then keeps. */
static void
on_written(void *waiter, enum status s)
{
	struct store_query q = { .what = STORE_ITEM,
		.owner = S("romeo@lit"),
		.kinds = { S("kind") },
		.n_kinds = 1 };

	(void)waiter;
	assert_false(over);
	written = s;
	store_read(store, &q, on_rows, NULL);
}

static void
write_one(void)
{
	struct store_batch *b = store_batch_new(store);

	store_put(b, S("romeo@lit"), S("kind"), S(""), S("value"));
	store_commit(&b, on_written, NULL);
}

static void
a_cause_lasts_until_its_writes_and_reads_are_answered(void **state)
{
	(void)state;
	answered = false;
	begin_with(write_one);
	assert_false(over);
	loop_drive_until(&answered);
	loop_drive();
	assert_int_equal(written, OK);
	assert_true(over);
}

static void
write_unheard(void)
{
	struct store_batch *b = store_batch_new(store);

	store_put(b, S("romeo@lit"), S("kind"), S(""), S("value"));
	store_commit(&b, NULL, NULL);
}

static void
nobody_need_listen_for_the_answer(void **state)
{
	(void)state;
	begin_with(write_unheard);
	assert_false(over);
	loop_drive_until(&over);
}

static void
a_write_that_fails_is_over_as_well(void **state)
{
	(void)state;
	store_fail(store, FAULT_COMMIT, 1, E_FULL);
	begin_with(write_unheard);
	loop_drive_until(&over);
}

/* --- helpers -------------------------------------------------------------------------- */

static void
work(void *job)
{
	(void)job;
	assert_null(cause_swap(NULL));
}

static void
on_worked(void *job)
{
	(void)job;
	assert_false(over);
}

static void
ask_a_helper(void)
{
	assert_int_equal(helper_run(NULL, work, on_worked), OK);
}

static void
a_cause_lasts_until_helpers_have_answered(void **state)
{
	(void)state;
	begin_with(ask_a_helper);
	assert_false(over);
	loop_drive_until(&over);
	assert_int_equal(over_on, 0);
}

/* --- queues of one's own -------------------------------------------------------------- */

static struct cause *kept;

static void
keep(void)
{
	kept = cause_take();
}

static void
what_is_put_into_a_queue_is_waited_for(void **state)
{
	(void)state;
	begin_with(keep);
	loop_drive();
	assert_false(over);
	cause_drop(&kept);
	assert_true(over);
	assert_null(kept);
	cause_drop(&kept);
	assert_null(cause_take());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_sets_nothing_off_is_over_at_once, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_cause_lasts_until_the_last_letter_of_its_letters_is_opened, begin, end),
		cmocka_unit_test_setup_teardown(other_letters_have_no_part_in_it, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_cause_lasts_until_its_writes_and_reads_are_answered, begin, end),
		cmocka_unit_test_setup_teardown(nobody_need_listen_for_the_answer, begin, end),
		cmocka_unit_test_setup_teardown(a_write_that_fails_is_over_as_well, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_cause_lasts_until_helpers_have_answered, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_is_put_into_a_queue_is_waited_for, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
