/* SPDX-License-Identifier: MIT
 *
 * What archives keep, and the round that erases the rest, in a server on one thread whose
 * clock is turned. Ids in an archive are moments, so messages are put there as old as wanted.
 */
#include "../router/house.h"

#include "loop/clock.h"
#include "modules/archive/archive.h"
#include "storage/faults.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

static struct jid juliet, nurse;
static usec_t opened_us;

static struct archive_conf *
conf(void)
{
	return (struct archive_conf *)(uintptr_t)house.conf[dispatch_index(&mod_archive)];
}

/* n messages, the last one `age_ms` old when the house was opened, one a second. */
static void
keep(struct jid owner, unsigned n, msec_t age_ms)
{
	struct store_batch *b = store_batch_new(house.store);

	for (unsigned i = 0; i < n; i++) {
		struct store_message m = {
			.owner = jid_full(owner),
			.contact = S("romeo@lit/orchard"),
			.id = (uint64_t)(opened_us - age_ms * 1000 -
					 (usec_t)(n - 1 - i) * 1000 * 1000),
			.text = S("<message xmlns='jabber:client'><body>x</body></message>"),
		};

		store_archive(b, &m);
	}
	assert_int_equal(store_commit_wait(&b), OK);
}

static unsigned
kept(struct jid owner)
{
	struct store_query q = { .what = STORE_ARCHIVE, .owner = jid_full(owner) };
	struct store_rows *rows = store_read_wait(house.store, &q);
	unsigned n = (unsigned)rows->count;

	assert_int_equal(rows->status, OK);
	store_rows_free(&rows);
	return n;
}

static void
on_written(void *waiter, enum status s)
{
	assert_int_equal(s, OK);
	*(bool *)waiter = true;
}

/* Those who wrote something before have been answered. */
static void
await_writer(void)
{
	struct store_batch *b = store_batch_new(house.store);
	bool written = false;

	store_remove(b, S("lit"), S("none"), S(""));
	store_commit(&b, on_written, &written);
	loop_drive_until(&written);
}

/* Time goes by, and whatever is due is done: a round takes one account after the other, with a
 * little time between them, which begins when the one before is written. */
static void
pass(msec_t ms)
{
	struct store_stats before, after;
	unsigned idle = 0;

	loop_turn_clock(ms);
	while (idle < 3) {
		store_stats(house.store, &before);
		loop_turn_clock(20);
		loop_drive();
		await_writer();
		house_settle(); /* one read by itself */
		store_stats(house.store, &after);
		idle = after.reads > before.reads + 1 || after.batches > before.batches + 1
			   ? 0
			   : idle + 1;
	}
}

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	juliet = jid_trusted(S("juliet@lit"));
	nurse = jid_trusted(S("nurse@lit"));
	house_row("juliet@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("nurse@lit", KIND_ACCOUNT, S(""), S("x"));
	opened_us = loop_wall_us();
	pass(0); /* what others read and write at the start */
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	house_close();
	return 0;
}

struct said {
	bool done;
	enum status s;
	struct retention r;
	bool own;
};

static void
on_said(void *waiter, enum status s)
{
	*(struct said *)waiter = (struct said){ .done = true, .s = s };
}

static enum status
say(struct jid who, const struct retention *r)
{
	struct said said = { 0 };

	retention_set(who, r, on_said, &said);
	loop_drive_until(&said.done);
	return said.s;
}

static void
on_read(void *waiter, enum status s, const struct retention *r, bool own)
{
	*(struct said *)waiter = (struct said){ true, s, *r, own };
}

static struct said
asked(struct jid who)
{
	struct said said = { 0 };

	retention_read(who, on_read, &said);
	loop_drive_until(&said.done);
	return said;
}

/* --- the round ------------------------------------------------------------------------ */

static void
what_is_too_old_goes_in_the_first_round_and_then_every_few_hours(void **state)
{
	(void)state;
	conf()->retention.max_age_ms = DAY_MS;
	keep(juliet, 3, DAY_MS + HOUR_MS);
	keep(juliet, 2, DAY_MS - HOUR_MS);
	keep(juliet, 1, HOUR_MS);
	keep(nurse, 1, 2 * DAY_MS);
	pass(50 * 1000);
	assert_int_equal(kept(juliet), 6);
	pass(20 * 1000);
	assert_int_equal(kept(juliet), 3);
	assert_int_equal(kept(nurse), 0);
	pass(2 * HOUR_MS);
	assert_int_equal(kept(juliet), 3);
	pass(5 * HOUR_MS);
	assert_int_equal(kept(juliet), 1);
	pass(25 * HOUR_MS);
	assert_int_equal(kept(juliet), 0);
}

static void
the_oldest_go_when_there_are_too_many(void **state)
{
	(void)state;
	conf()->retention.max_messages = 4;
	keep(juliet, 7, HOUR_MS);
	keep(nurse, 4, HOUR_MS);
	pass(61 * 1000);
	assert_int_equal(kept(juliet), 4);
	assert_int_equal(kept(nurse), 4);
	keep(juliet, 3, 0);
	pass(7 * HOUR_MS);
	assert_int_equal(kept(juliet), 4);
}

static void
what_was_said_for_an_account_holds_whatever_its_host_keeps(void **state)
{
	struct retention all = { 0 }, two = { .max_messages = 2 };

	(void)state;
	conf()->retention = (struct retention){ DAY_MS, 4 };
	assert_int_equal(say(juliet, &all), OK);
	assert_int_equal(say(nurse, &two), OK);
	keep(juliet, 9, 30 * (msec_t)DAY_MS);
	keep(nurse, 3, 30 * (msec_t)DAY_MS);
	pass(61 * 1000);
	assert_int_equal(kept(juliet), 9);
	assert_int_equal(kept(nurse), 2);
}

/* Nobody else's archive is looked at. */
static void
where_a_host_keeps_everything_those_are_found_for_whom_something_was_said(void **state)
{
	struct retention day = { .max_age_ms = DAY_MS };

	(void)state;
	assert_int_equal(say(nurse, &day), OK);
	keep(juliet, 2, 2 * DAY_MS);
	keep(nurse, 2, 2 * DAY_MS);
	keep(nurse, 1, HOUR_MS);
	pass(61 * 1000);
	assert_int_equal(kept(juliet), 2);
	assert_int_equal(kept(nurse), 1);
}

/* --- saying it ------------------------------------------------------------------------ */

static void
what_is_too_much_goes_as_soon_as_it_is_said(void **state)
{
	struct retention three = { .max_messages = 3 }, day = { .max_age_ms = DAY_MS };

	(void)state;
	keep(juliet, 5, 2 * DAY_MS);
	keep(juliet, 2, HOUR_MS);
	assert_int_equal(say(juliet, &three), OK);
	assert_int_equal(kept(juliet), 3);
	assert_int_equal(say(juliet, &day), OK);
	assert_int_equal(kept(juliet), 2);
}

static void
it_is_shown_and_can_be_taken_back(void **state)
{
	struct retention r = { .max_age_ms = HOUR_MS, .max_messages = UINT32_MAX };
	struct said said;

	(void)state;
	conf()->retention.max_messages = 7;
	said = asked(juliet);
	assert_int_equal(said.s, OK);
	assert_false(said.own);
	assert_int_equal(said.r.max_messages, 7);
	assert_int_equal(say(juliet, &r), OK);
	said = asked(juliet);
	assert_true(said.own);
	assert_int_equal(said.r.max_age_ms, HOUR_MS);
	assert_int_equal(said.r.max_messages, UINT32_MAX);
	assert_int_equal(say(juliet, NULL), OK);
	said = asked(juliet);
	assert_false(said.own);
	assert_int_equal(said.r.max_messages, 7);
	assert_int_equal(asked(jid_trusted(S("juliet@elsewhere"))).s, E_NOT_FOUND);
}

static void
what_cannot_be_written_was_not_said(void **state)
{
	struct retention none = { .max_messages = 1 };

	(void)state;
	keep(juliet, 2, HOUR_MS);
	assert_int_equal(say(jid_trusted(S("nobody@lit")), &none), E_NOT_FOUND);
	store_fail(house.store, FAULT_WRITE, 1, E_FULL);
	assert_int_equal(say(juliet, &none), E_FULL);
	assert_false(asked(juliet).own);
	assert_int_equal(kept(juliet), 2);
}

/* --- failures ------------------------------------------------------------------------- */

/* One archive, while the nth such call fails. */
static enum status
applied(enum store_fault what, unsigned nth)
{
	struct said said = { 0 };

	store_fail(house.store, what, nth, E_IO);
	retention_apply(juliet, on_said, &said);
	loop_drive_until(&said.done);
	return said.s;
}

static void
what_could_not_be_read_or_erased_is_left_for_the_next_time(void **state)
{
	/* The row, how many there are, which may stay; what is too old, what is too much. */
	enum { READS = 3, COMMITS = 2 };

	(void)state;
	conf()->retention = (struct retention){ DAY_MS, 2 };
	keep(juliet, 5, HOUR_MS);
	for (unsigned n = 1; n <= READS; n++)
		assert_int_equal(applied(FAULT_READ, n), E_IO);
	for (unsigned n = 1; n <= COMMITS; n++)
		assert_int_equal(applied(FAULT_COMMIT, n), E_IO);
	assert_int_equal(kept(juliet), 5);
	assert_int_equal(applied(FAULT_READ, READS + 1), OK);
	store_fail(house.store, FAULT_READ, 0, OK);
	assert_int_equal(kept(juliet), 2);
}

/* Nothing is erased because of bytes that nobody understands, and others have their turn. */
static void
a_row_that_is_damaged_erases_nothing(void **state)
{
	(void)state;
	conf()->retention.max_messages = 1;
	house_row("juliet@lit", KIND_RETENTION, S(""), S("\x01nonsense"));
	keep(juliet, 3, HOUR_MS);
	keep(nurse, 3, HOUR_MS);
	assert_int_equal(asked(juliet).s, E_IO);
	pass(61 * 1000);
	assert_int_equal(kept(juliet), 3);
	assert_int_equal(kept(nurse), 1);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
	const struct CMUnitTest tests[] = {
		CASE(what_is_too_old_goes_in_the_first_round_and_then_every_few_hours),
		CASE(the_oldest_go_when_there_are_too_many),
		CASE(what_was_said_for_an_account_holds_whatever_its_host_keeps),
		CASE(where_a_host_keeps_everything_those_are_found_for_whom_something_was_said),
		CASE(what_is_too_much_goes_as_soon_as_it_is_said),
		CASE(it_is_shown_and_can_be_taken_back),
		CASE(what_cannot_be_written_was_not_said),
		CASE(what_could_not_be_read_or_erased_is_left_for_the_next_time),
		CASE(a_row_that_is_damaged_erases_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
