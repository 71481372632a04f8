/* SPDX-License-Identifier: MIT
 *
 * What is committed firmly, on disks that are full for a while, or for good.
 */
#include "letters.h"
#include "opened_sqlite.h"

#include "base/limits.h"
#include "storage/late.h"

enum { MESSAGES = 5 };

static struct {
	enum status status[MESSAGES + 1];
	size_t n;
} answers;

static void
on_done(void *waiter, enum status s)
{
	answers.status[(size_t)(intptr_t)waiter] = s;
	answers.n++;
}

static void
begin_driven(struct opened *o)
{
	opened_open(o);
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
	answers.n = 0;
}

static void
finish(struct opened *o)
{
	store_close(&o->s);
	loop_drive();
	loop_drive_end();
	workers_fini();
}

static void
await(size_t n)
{
	while (answers.n < n)
		loop_drive();
}

/* Message n of juliet's archive. */
static void
keep(struct opened *o, size_t n, bool firmly)
{
	struct store_batch *b = store_batch_new(o->s);

	letter_put(o, b, "juliet@h", "romeo@h", n, false, 0, "word");
	if (firmly)
		store_commit_firmly(&b, on_done, (void *)(intptr_t)n);
	else
		store_commit(&b, on_done, (void *)(intptr_t)n);
}

static struct str
kept(struct opened *o)
{
	struct store_query q = { .what = STORE_ARCHIVE, .owner = S("juliet@h"), .limit = 99 };

	return show_page(o, &q);
}

static void
what_is_committed_firmly_waits_for_room_and_keeps_its_order(void **state)
{
	struct opened *o = *state;

	begin_driven(o);
	assert_false(store_is_failing(o->s));
	disk_fail(DISK_WRITE | DISK_SHARED, 1, true, SQLITE_FULL);
	for (size_t n = 1; n < MESSAGES; n++) {
		keep(o, n, true);
		keep(o, MESSAGES, false);
		await(n);
		assert_int_equal(answers.status[MESSAGES], E_FULL);
		assert_true(store_is_failing(o->s));
	}
	disk_mend();
	keep(o, MESSAGES, false);
	await(MESSAGES - 1 + MESSAGES);
	for (size_t n = 1; n <= MESSAGES; n++)
		assert_int_equal(answers.status[n], OK);
	assert_false(store_is_failing(o->s));
	assert_str(kept(o), "1=word 2=word 3=word 4=word 5=word 0/5");
	finish(o);
}

/* Nobody else writes, who would have them tried again. */
static void
they_are_tried_again_by_themselves(void **state)
{
	struct opened *o = *state;

	begin_driven(o);
	disk_fail(DISK_WRITE | DISK_SHARED, 1, true, SQLITE_FULL);
	keep(o, 1, true);
	while (!store_is_failing(o->s))
		loop_drive();
	assert_int_equal(answers.n, 0);
	disk_mend();
	await(1);
	assert_int_equal(answers.status[1], OK);
	assert_str(kept(o), "1=word 0/1");
	finish(o);
}

static void
what_fails_by_itself_while_others_are_written_is_given_up(void **state)
{
	struct opened *o = *state;

	begin_driven(o);
	store_fail_from(o->s, FAULT_WRITE, 1, E_FULL);
	keep(o, 1, true);
	keep(o, 2, true);
	while (answers.n < 3) {
		keep(o, 3, false);
		loop_drive();
	}
	while (answers.status[1] != E_FULL || answers.status[2] != E_FULL) {
		keep(o, 3, false);
		loop_drive();
	}
	store_fail(o->s, FAULT_WRITE, 0, OK);
	assert_false(store_is_failing(o->s));
	finish(o);
}

static void
what_is_wrong_with_the_batch_is_said_at_once(void **state)
{
	struct opened *o = *state;

	begin_driven(o);
	keep(o, 2, true);
	keep(o, 1, true);
	await(2);
	assert_int_equal(answers.status[2], OK);
	assert_int_equal(answers.status[1], E_EXISTS);
	finish(o);
}

static void
when_the_store_is_closed_it_is_closed_for_them(void **state)
{
	struct opened *o = *state;

	begin_driven(o);
	store_fail_from(o->s, FAULT_COMMIT, 1, E_IO);
	keep(o, 1, true);
	keep(o, 2, true);
	while (!store_is_failing(o->s))
		loop_drive();
	finish(o);
	assert_int_equal(answers.n, 2);
	assert_int_equal(answers.status[1], E_CLOSED);
	assert_int_equal(answers.status[2], E_CLOSED);
}

/* --- the list of them ----------------------------------------------------------------- */

static void
put_failed(struct chain *group, struct opened *o, bool firm, enum status st)
{
	struct store_batch *b = store_batch_new(o->s);

	store_put(b, S("a@h"), S("k"), S("i"), S("v"));
	b->firm = firm;
	b->status = st;
	chain_add(group, &b->request);
}

static size_t
free_all(struct chain *group)
{
	struct request *r;
	size_t n = 0;

	for (; (r = chain_take(group)); n++) {
		struct store_batch *b = batch_of(r);

		store_batch_free(&b);
	}
	return n;
}

static void
only_what_the_disk_refused_is_tried_again_and_as_much_as_there_is_room_for(void **state)
{
	struct opened *o = *state;
	struct late l = { .n = STORE_LATE_BATCHES - 2 };
	struct chain group = { NULL };

	opened_open(o);
	put_failed(&group, o, false, E_FULL);
	put_failed(&group, o, true, OK);
	put_failed(&group, o, true, E_EXISTS);
	put_failed(&group, o, true, E_FULL);
	put_failed(&group, o, true, E_IO);
	put_failed(&group, o, true, E_FULL);
	late_keep(&l, &group, false, 1);
	assert_int_equal(free_all(&group), 4);
	assert_int_equal(l.n, STORE_LATE_BATCHES);
	l.n = 2;
	late_take(&l, 1, &group);
	assert_int_equal(free_all(&group), 1);
	l.bytes = STORE_LATE_BYTES;
	put_failed(&group, o, true, E_FULL);
	late_keep(&l, &group, false, 1);
	assert_int_equal(free_all(&group), 1);
	assert_int_equal(free_all(&l.batches), 1);
	store_close(&o->s);
}

static void
the_pauses_between_attempts_grow_and_patience_ends(void **state)
{
	struct opened *o = *state;
	struct late l = { 0 };
	struct chain group = { NULL };
	usec_t pause = 0, at = 1000;

	opened_open(o);
	assert_true(late_due(&l) == LATE_NONE);
	put_failed(&group, o, true, E_FULL);
	late_keep(&l, &group, false, at);
	for (unsigned i = 0; i < 20; i++) {
		assert_true(late_due(&l) > at);
		assert_true(late_due(&l) - at >= pause);
		assert_true(late_due(&l) - at <= 2 * 1000 * 1000);
		pause = late_due(&l) - at;
		at = late_due(&l);
		late_take(&l, 10, &group);
		assert_false(late_is_over(&l, at));
		late_keep(&l, &group, true, at);
	}
	assert_true(pause >= 1000 * 1000);
	assert_true(late_is_over(&l, at + 3600 * (usec_t)1000000));
	free_all(&l.batches);
	store_close(&o->s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_DISK(what_is_committed_firmly_waits_for_room_and_keeps_its_order),
		ON_DISK(they_are_tried_again_by_themselves),
		ON_DISK(what_fails_by_itself_while_others_are_written_is_given_up),
		ON_DISK(what_is_wrong_with_the_batch_is_said_at_once),
		ON_DISK(when_the_store_is_closed_it_is_closed_for_them),
		ON_DISK(
		    only_what_the_disk_refused_is_tried_again_and_as_much_as_there_is_room_for),
		ON_DISK(the_pauses_between_attempts_grow_and_patience_ends),
	};

	return RUN_SQLITE_TESTS(tests);
}
