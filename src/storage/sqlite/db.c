/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/db.h"

#include <errno.h>
#include <pthread.h>

#include "storage/backend.h"
#include "storage/sqlite/tokenizer.h"

enum {
	/* Pages kept in memory, in KiB. The writer's are the tops of the trees and what is
	 * being filled; readers have the system's cache behind theirs. */
	WRITER_CACHE_KIB = 8 * 1024,
	READER_CACHE_KIB = 1024,
};

/* --- life ----------------------------------------------------------------------------- */

static void
configure_library(void)
{
	/* Counts every allocation under one lock otherwise. Refused, and not needed, when
	 * somebody has begun to use the library already. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum status
set_up(struct db *db, unsigned who)
{
	char sql[160];

	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, DB_BUSY_MS);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);

	if (tokenizer_register(db->sqlite) != SQLITE_OK) {
		snprintf(db->trouble, TROUBLE_MAX, "this SQLite was built without FTS5");
		return E_UNSUPPORTED;
	}

	/* Damage in a page is found when it is read. Temporary tables and what savepoints
	 * need to undo stay in memory. What was removed is overwritten. */
	snprintf(sql, sizeof(sql),
	    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
	    "PRAGMA secure_delete = ON; PRAGMA cache_size = -%d",
	    who == SQL_WRITER ? WRITER_CACHE_KIB : READER_CACHE_KIB);
	return db_exec(db, sql);
}

enum status
db_open(struct db *db, const char *path, unsigned who, char *trouble)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int flags = who == SQL_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int result;

	pthread_once(&once, configure_library);
	*db = (struct db){ .trouble = trouble };
	result = sqlite3_open_v2(path, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK)
		return db_status(db, result);
	return set_up(db, who);
}

enum status
db_use_wal(struct db *db, bool sync)
{
	sqlite3_stmt *st;
	bool is_wal;
	int result;

	result = sqlite3_prepare_v2(db->sqlite, "PRAGMA journal_mode = WAL", -1, &st, NULL);
	if (result != SQLITE_OK)
		return db_status(db, result);
	result = sqlite3_step(st);
	if (result != SQLITE_ROW) {
		sqlite3_finalize(st);
		return db_status(db, result);
	}
	/* Where it cannot be done the mode stays what it was, and that is the answer. */
	is_wal = str_eq(column_str(st, 0), S("wal"));
	sqlite3_finalize(st);
	if (!is_wal) {
		snprintf(db->trouble, TROUBLE_MAX,
		    "the file system does not support a write-ahead log in shared memory");
		return E_UNSUPPORTED;
	}
	return db_exec(db, sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
}

enum status
db_prepare(struct db *db, unsigned who)
{
	for (unsigned i = 0; i < SQL_COUNT; i++) {
		int result;

		if (!(sql_texts[i].who & who))
			continue;
		result = sqlite3_prepare_v3(db->sqlite, sql_texts[i].text, -1,
		    SQLITE_PREPARE_PERSISTENT, &db->statements[i], NULL);
		if (result != SQLITE_OK)
			return db_status(db, result);
	}
	return OK;
}

void
db_close(struct db *db)
{
	for (unsigned i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sqlite);
	*db = (struct db){ .trouble = db->trouble };
}

/* --- results -------------------------------------------------------------------------- */

static enum status
status_of(struct db *db, int result)
{
	int number;

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return OK;
	case SQLITE_CONSTRAINT:
		return E_EXISTS;
	case SQLITE_TOOBIG:
		return E_LIMIT;
	case SQLITE_FULL:
		return E_FULL;
	case SQLITE_IOERR:
		/* Only writes to the file itself are recognised as "full" by SQLite: not a
		 * quota, nor the file that the processes share. */
		number = sqlite3_system_errno(db->sqlite);
		return number == ENOSPC || number == EDQUOT ? E_FULL : E_IO;
	default:
		return E_IO;
	}
}

enum status
db_status(struct db *db, int result)
{
	enum status s = status_of(db, result);

	if (s != OK && s != E_EXISTS)
		snprintf(db->trouble, TROUBLE_MAX, "%s (SQLite %d)",
		    db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(result), result);
	return s;
}

/* --- statements ----------------------------------------------------------------------- */

enum status
db_exec(struct db *db, const char *sql)
{
	return db_status(db, sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

enum status
db_number(struct db *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *st;
	int result = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL);
	enum status s;

	if (result != SQLITE_OK)
		return db_status(db, result);
	result = sqlite3_step(st);
	if (result == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	s = db_status(db, result);
	sqlite3_finalize(st);
	return s;
}

enum status
db_run(struct db *db, sqlite3_stmt *st)
{
	int result = sqlite3_step(st);
	enum status s = db_status(db, result);

	assert(result != SQLITE_ROW);
	sqlite3_reset(st);
	return s;
}

enum status
db_step(struct db *db, sqlite3_stmt *st, bool *row)
{
	int result = sqlite3_step(st);
	enum status s = db_status(db, result);

	*row = result == SQLITE_ROW;
	if (!*row)
		sqlite3_reset(st);
	return s;
}

void
db_through(sqlite3_stmt *st)
{
	sqlite3_reset(st);
}

enum status
db_find(struct db *db, sqlite3_stmt *st, bool *found, int64_t *out)
{
	enum status s = db_step(db, st, found);

	if (!*found)
		return s;
	*out = sqlite3_column_int64(st, 0);
	db_through(st);
	return OK;
}
