/* SPDX-License-Identifier: MIT
 *
 * The back end in SQLite on disks that fail or are full: at every single call.
 */
#include "letters.h"
#include "opened_sqlite.h"

#include <signal.h>
#include <sys/resource.h>

/*
 * Appends and puts, one batch after the other, and notes what was acknowledged. However the
 * disk fails, no batch may be kept in part, and none may be lost that was acknowledged or
 * appear though it failed.
 */
enum { TRIED = 12 };

static void
try_batches(struct opened *o, enum status *outcome)
{
	for (uint64_t i = 0; i < TRIED; i++) {
		struct store_batch *b = store_batch_new(o->s);
		char item[8];

		snprintf(item, sizeof(item), "%02llu", (unsigned long long)i);
		store_append(b, S("a@h"), S("l"), i + 1, S("v"));
		store_put(b, S("a@h"), S("k"), str_from_c(item), S("v"));
		store_append(b, str_from_c(item), S("l"), i + 1, S("v"));
		if (i % 4 == 3)
			store_cut(b, S("a@h"), S("l"), i);
		outcome[i] = store_commit_wait(&b);
	}
}

static void
check_batches(struct opened *o, const enum status *outcome)
{
	struct str log = S(""), items = S("");

	for (unsigned i = 0; i < TRIED; i++) {
		if (outcome[i] != OK)
			continue;
		items = join(o, items, str_format(&o->a, "k/%02u=v", i));
		/* Every third of four is cut by the fourth. */
		if (i % 4 != 2 || outcome[i + 1] != OK)
			log = join(o, log, str_format(&o->a, "%u=v", i + 1));
	}
	assert_str(show_log(o, "a@h", "l"), log.len ? log.at : "");
	assert_str(show_kind(o, "a@h", "k"), items.len ? items.at : "");
}

static bool
is_failure(enum status s, int as)
{
	return s == ((as & 0xff) == SQLITE_FULL ? E_FULL : E_IO);
}

/* True when the nth call was made. */
static bool
survive(unsigned calls, unsigned nth, bool stays, int as)
{
	struct opened *o = opened_prepare(S("sqlite"));
	enum status outcome[TRIED];
	struct str reason;
	bool made;
	enum status s;

	sqlite_tuning = usual;
	sqlite_tuning.round_entries = 4;
	sqlite_tuning.checkpoint_pages = 6;
	o->conf.sync = (calls & DISK_SYNC) != 0;
	disk_fail(calls, nth, stays, as);
	s = opened_try(o, &reason);
	if (s != OK) {
		assert_true(is_failure(s, as));
		assert_true(reason.len > 0);
		made = !disk_mend();
		assert_true(made);
		opened_open(o);
	} else {
		try_batches(o, outcome);
		made = !disk_mend();
		for (unsigned i = 0; i < TRIED; i++)
			assert_true(outcome[i] == OK || is_failure(outcome[i], as));
		check_batches(o, outcome);
		assert_int_equal(append(o, "y@h", "l", 1, "v"), OK);
		reopen(o);
		check_batches(o, outcome);
		assert_str(show_log(o, "y@h", "l"), "1=v");
	}

	/* The disk is well again, and so is the store. */
	assert_int_equal(append(o, "z@h", "l", 1, "v"), OK);
	assert_str(show_log(o, "z@h", "l"), "1=v");
	store_close(&o->s);
	assert_int_equal(damages(o), 0);
	opened_close(o);
	return made;
}

static void
survive_all(unsigned calls, bool stays, int as)
{
	unsigned nth = 1;

	while (survive(calls, nth, stays, as))
		nth++;
	assert_true(nth > 2);
}

static void
a_write_that_fails_once_costs_no_more_than_its_group(void **state)
{
	(void)state;
	survive_all(DISK_WRITE | DISK_SHARED, false, SQLITE_IOERR_WRITE);
}

static void
a_sync_that_fails_once_costs_no_more_than_its_group(void **state)
{
	(void)state;
	survive_all(DISK_SYNC, false, SQLITE_IOERR_FSYNC);
}

static void
a_read_that_fails_once_costs_no_more_than_its_group(void **state)
{
	(void)state;
	survive_all(DISK_READ, false, SQLITE_IOERR_READ);
}

static void
a_full_disk_refuses_batches_until_there_is_room(void **state)
{
	(void)state;
	survive_all(DISK_WRITE | DISK_SHARED, true, SQLITE_FULL);
}

/* --- archives ------------------------------------------------------------------------- */

/* A message that both sides keep, in two batches, as they come. */
static enum status
keep_for_both(struct opened *o, uint64_t id)
{
	struct store_batch *b = store_batch_new(o->s);
	enum status s = letter_out(o, "romeo@h", "juliet@h", id, "word");

	letter_put(o, b, "juliet@h", "romeo@h", id, false, s == OK ? id : 0, "word");
	return store_commit_wait(&b);
}

/*
 * Messages, a tombstone, old ones removed: whatever the disk does, the archive has what was
 * acknowledged, whole and findable, and a reopened one the same.
 */
static bool
archive_survives(unsigned calls, unsigned nth, bool stays, int as)
{
	enum { MESSAGES = 8 };
	struct opened *o = opened_prepare(S("sqlite"));
	struct store_query q = { .what = STORE_ARCHIVE, .owner = S("juliet@h"), .limit = 99 };
	struct str expected = S(""), found;
	struct store_batch *b;
	uint64_t count = 0;
	bool made;

	sqlite_tuning = usual;
	sqlite_tuning.list_entries = 3;
	sqlite_tuning.index_messages = 3;
	sqlite_tuning.checkpoint_pages = 6;
	o->conf.sync = (calls & DISK_SYNC) != 0;
	opened_open(o);
	disk_fail(calls, nth, stays, as);
	for (uint64_t id = 1; id <= MESSAGES; id++) {
		enum status s = keep_for_both(o, id);

		assert_true(s == OK || is_failure(s, as));
		if (s != OK)
			continue;
		count++;
		expected =
		    join(o, expected, str_format(&o->a, "%llu=word", (unsigned long long)id));
	}
	made = !disk_mend();
	for (unsigned again = 0; again < 2; again++) {
		q.text = S("");
		found =
		    join(o, expected, str_format(&o->a, "0/%llu", (unsigned long long)count));
		assert_str(show_page(o, &q), found.at);
		q.text = S("word");
		assert_str(show_page(o, &q), join(o, expected, S("?")).at);
		reopen(o);
	}
	b = store_batch_new(o->s);
	store_archive_trim(b, S("juliet@h"), MESSAGES);
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, &q), "?");
	store_close(&o->s);
	assert_int_equal(damages(o), 0);
	opened_close(o);
	return made;
}

static void
archives_survive_disks_that_fail_at_any_call(void **state)
{
	static const struct {
		unsigned calls;
		bool stays;
		int as;
	} table[] = {
		{ DISK_WRITE | DISK_SHARED, false, SQLITE_IOERR_WRITE },
		{ DISK_WRITE | DISK_SHARED, true, SQLITE_FULL },
		{ DISK_SYNC, false, SQLITE_IOERR_FSYNC },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (unsigned nth = 1;
		     archive_survives(table[i].calls, nth, table[i].stays, table[i].as); nth++)
			;
}

static void
a_full_disk_still_serves_reads(void **state)
{
	struct opened *o = *state;

	opened_open(o);
	assert_int_equal(append(o, "a@h", "l", 1, "v"), OK);
	disk_fail(DISK_WRITE | DISK_SHARED | DISK_SYNC, 1, true, SQLITE_FULL);
	for (uint64_t id = 2; id < 5; id++) {
		assert_int_equal(append(o, "a@h", "l", id, "v"), E_FULL);
		assert_str(show_log(o, "a@h", "l"), "1=v");
	}
	disk_mend();
	assert_int_equal(append(o, "a@h", "l", 5, "v"), OK);
	assert_str(show_log(o, "a@h", "l"), "1=v 5=v");
}

/* Not our own refusal but the system's: files may not grow. */
static void
a_file_that_may_not_grow_refuses_batches_until_it_may(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_COUNT, S("a@h"), { S("l") }, 1 };
	struct rlimit before, small;
	enum status s;
	uint64_t id = 1;
	char value[5001];

	opened_open(o);
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 400 * 1024, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while ((s = append(o, "a@h", "l", id, value)) == OK)
		id++;
	assert_int_equal(s, E_IO);
	assert_int_equal(append(o, "a@h", "l", id, value), E_IO);
	assert_str(show(o, &q), str_format(&o->a, "%llu:%llu", (unsigned long long)id - 1,
				    (unsigned long long)(id - 1) * 5000)
				    .at);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(append(o, "a@h", "l", id, value), OK);
	reopen(o);
	assert_str(show(o, &q), str_format(&o->a, "%llu:%llu", (unsigned long long)id,
				    (unsigned long long)id * 5000)
				    .at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLOSED(a_file_that_may_not_grow_refuses_batches_until_it_may),
		ON_DISK(a_write_that_fails_once_costs_no_more_than_its_group),
		ON_DISK(a_sync_that_fails_once_costs_no_more_than_its_group),
		ON_DISK(a_read_that_fails_once_costs_no_more_than_its_group),
		ON_DISK(a_full_disk_refuses_batches_until_there_is_room),
		ON_DISK(a_full_disk_still_serves_reads),
		ON_DISK(archives_survive_disks_that_fail_at_any_call),
	};

	return RUN_SQLITE_TESTS(tests);
}
