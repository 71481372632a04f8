/* SPDX-License-Identifier: MIT
 *
 * How the store's front makes groups and what its queues do, seen on a disk that waits until
 * it is told to go on.
 */
#include "opened_sqlite.h"

static struct {
	enum status status[200];
	size_t n, expected;
	bool all;
} answers;

static void
expect(size_t n)
{
	answers.expected = n;
	answers.all = answers.n == n;
}

static void
on_done(void *waiter, enum status s)
{
	answers.status[(size_t)(intptr_t)waiter] = s;
	answers.all = ++answers.n == answers.expected;
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	*(int *)waiter = rows->status == OK ? (int)rows->n : -1;
	answers.all = ++answers.n == answers.expected;
}

/* Two driven workers, this thread being the first; a batch is being written, and its sync
 * waits. */
static void
hold(struct opened *o)
{
	struct store_batch *b;

	o->conf.sync = true;
	opened_open(o);
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	answers.n = 0;
	disk_hold();
	b = store_batch_new(o->s);
	store_create(b, S("a@h"), S("k"), S("first"), S("v"));
	store_commit(&b, on_done, (void *)0);
	disk_wait_for_sync();
}

static void
release(size_t n)
{
	expect(n);
	disk_release();
	loop_drive_until(&answers.all);
}

static void
finish(struct opened *o)
{
	store_close(&o->s);
	loop_drive_end();
	workers_fini();
}

static void
on_one_of_many(void *waiter, enum status s)
{
	(void)waiter;
	assert_int_equal(s, OK);
	answers.all = ++answers.n == answers.expected;
}

static void
workers_stop_reading_while_too_much_waits(void **state)
{
	struct opened *o = *state;
	struct store_batch *b;

	hold(o);
	for (size_t i = 1; i <= STORE_HIGH_BATCHES + 1; i++) {
		assert_false(worker_is_congested());
		b = store_batch_new(o->s);
		store_put(b, S("a@h"), S("k"), S("i"), S("v"));
		store_commit(&b, on_one_of_many, NULL);
	}
	assert_true(worker_is_congested());
	release(STORE_HIGH_BATCHES + 2);
	assert_false(worker_is_congested());
	finish(o);
}

static void
batches_that_wait_become_one_group_each_with_its_own_outcome(void **state)
{
	enum { N = 41 };
	struct opened *o = *state;
	struct store_stats n;

	hold(o);
	for (size_t i = 1; i < N; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_append(b, S("a@h"), S("l"), i, S("v"));
		store_create(b, S("a@h"), S("k"),
		    i % 8 == 0 ? S("first") : str_format(&o->a, "%zu", i), S("v"));
		store_commit(&b, on_done, (void *)(intptr_t)i);
	}
	loop_drive();
	assert_int_equal(answers.n, 0);
	release(N);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(answers.status[i], i > 0 && i % 8 == 0 ? E_EXISTS : OK);
	store_stats(o->s, &n);
	assert_int_equal(n.groups, 2);
	assert_int_equal(n.group_most, N - 1);
	assert_str(
	    show(o, &(struct store_query){ STORE_COUNT, S("a@h"), { S("l") }, 1 }), "35:35");
	finish(o);
}

static void
a_commit_that_fails_fails_all_batches_of_its_group(void **state)
{
	enum { N = 41 };
	struct opened *o = *state;

	hold(o);
	for (size_t i = 1; i < N; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_append(b, S("new@h"), S("l"), i, S("v"));
		store_commit(&b, on_done, (void *)(intptr_t)i);
	}
	disk_fail(DISK_SYNC, 1, false, SQLITE_IOERR_FSYNC);
	release(N);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(answers.status[i], i == 0 ? OK : E_IO);
	assert_str(show_log(o, "new@h", "l"), "");
	assert_int_equal(append(o, "new@h", "l", 1, "v"), OK);
	assert_str(show_log(o, "new@h", "l"), "1=v");
	finish(o);
}

static void
a_read_waits_for_its_own_workers_batches_and_for_no_others(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_KINDS, S("a@h"), { S("k") }, 1 };
	int own = -2, others = -2;

	hold(o);
	store_read(o->s, &q, on_rows, &own);
	loop_drive_as(1);
	store_read(o->s, &q, on_rows, &others);
	expect(1);
	loop_drive_until(&answers.all);
	assert_int_equal(others, 0);
	assert_int_equal(own, -2);
	release(3);
	assert_int_equal(own, 1);
	finish(o);
}

static void
a_full_queue_refuses_batches_and_was_congested_before(void **state)
{
	enum { MIB = 1024 * 1024, FIT = STORE_QUEUE_BYTES / MIB };
	struct opened *o = *state;
	char *value = memset(arena_alloc(&o->a, MIB), 'x', MIB);

	hold(o);
	for (size_t i = 1; i <= FIT + 1; i++) {
		struct store_batch *b = store_batch_new(o->s);

		/* With its names a little less than a MiB each. */
		assert_int_equal(store_is_congested(o->s), i > FIT / 2 + 1);
		store_append(b, S("a@h"), S("l"), i, str_of(value, MIB - 100));
		store_commit(&b, on_done, (void *)(intptr_t)i);
	}
	release(FIT + 2);
	for (size_t i = 0; i <= FIT + 1; i++)
		assert_int_equal(answers.status[i], i == FIT + 1 ? E_LIMIT : OK);
	assert_false(store_is_congested(o->s));
	finish(o);
}

static void
too_many_reads_are_refused(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_KINDS, S("a@h"), { S("k") }, 1 };
	static int found[STORE_QUEUE_READS + 1];

	hold(o);
	for (size_t i = 0; i <= STORE_QUEUE_READS; i++)
		store_read(o->s, &q, on_rows, &found[i]);
	assert_true(store_is_congested(o->s));
	release(STORE_QUEUE_READS + 2);
	for (size_t i = 0; i <= STORE_QUEUE_READS; i++)
		assert_int_equal(found[i], i == STORE_QUEUE_READS ? -1 : 1);
	finish(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_DISK(workers_stop_reading_while_too_much_waits),
		ON_DISK(batches_that_wait_become_one_group_each_with_its_own_outcome),
		ON_DISK(a_commit_that_fails_fails_all_batches_of_its_group),
		ON_DISK(a_read_waits_for_its_own_workers_batches_and_for_no_others),
		ON_DISK(a_full_queue_refuses_batches_and_was_congested_before),
		ON_DISK(too_many_reads_are_refused),
	};

	return RUN_SQLITE_TESTS(tests);
}
