/* SPDX-License-Identifier: MIT
 *
 * For the tests of the back end in SQLite: opening it again in another way, and looking at
 * its files without it.
 */
#ifndef TESTS_STORAGE_SQLITE_H
#define TESTS_STORAGE_SQLITE_H

#include <fcntl.h>

#include "base/log.h"
#include "disk.h"
#include "opened.h"
#include "storage/sqlite/sqlite.h"

static struct sqlite_tuning usual;

static inline int
begin(void **state)
{
	*state = opened_prepare(S("sqlite"));
	return 0;
}

static inline int
begin_open(void **state)
{
	begin(state);
	opened_open(*state);
	return 0;
}

static inline int
end(void **state)
{
	disk_mend();
	opened_close(*state);
	sqlite_tuning = usual;
	return 0;
}

static inline int
begin_on_disk(void **state)
{
	disk_install();
	return begin(state);
}

static inline void
reopen_with(struct opened *o, struct sqlite_tuning tuning)
{
	store_close(&o->s);
	sqlite_tuning = tuning;
	opened_open(o);
}

static inline void
reopen(struct opened *o)
{
	reopen_with(o, sqlite_tuning);
}

static inline const char *
file_in(struct opened *o, const char *name)
{
	return str_format(&o->a, "%s/%s", o->dir, name).at;
}

/* As an operator would, with a connection of one's own. */
static inline int64_t
number(struct opened *o, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int64_t n;

	assert_int_equal(sqlite3_open(file_in(o, "store.db"), &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static inline void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* 0 when every page is as it should be. */
static inline int64_t
damages(struct opened *o)
{
	return number(
	    o, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'");
}

/* Runs the tests. Failures that they bring about are logged, which nobody needs to read. */
#define RUN_SQLITE_TESTS(tests)                                                                \
	__extension__({                                                                        \
		int failed_;                                                                   \
		assert_int_equal(log_open(&(struct log_conf){ .path = "/dev/null" }), OK);     \
		usual = sqlite_tuning;                                                         \
		failed_ = cmocka_run_group_tests(tests, NULL, NULL);                           \
		log_close();                                                                   \
		failed_;                                                                       \
	})

#define CLOSED(test) cmocka_unit_test_setup_teardown(test, begin, end)
#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, begin_on_disk, end)
#define OPEN(test) cmocka_unit_test_setup_teardown(test, begin_open, end)

#endif
