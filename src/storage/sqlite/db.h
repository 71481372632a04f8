/* SPDX-License-Identifier: MIT
 *
 * One connection to the database, used by one thread: its statements and what their results
 * mean.
 */
#ifndef STORAGE_SQLITE_DB_H
#define STORAGE_SQLITE_DB_H

#include <sqlite3.h>

#include "base/str.h"
#include "storage/sqlite/sql.h"

/* Who else writes is an operator with a tool, and soon done. */
enum { DB_BUSY_MS = 5000 };

struct db {
	sqlite3 *sqlite;
	sqlite3_stmt *statements[SQL_COUNT];
	char *trouble; /* TROUBLE_MAX bytes of whoever owns the connection */
};

/*
 * Opens a file that exists; reads and changes nothing yet. In any case db_close must follow.
 *
 * who      SQL_WRITER or SQL_READER
 * trouble  TROUBLE_MAX bytes that stay
 */
MUST_CHECK enum status db_open(struct db *db, const char *path, unsigned who, char *trouble);

/*
 * The writer's: commits go to a log beside the file (WAL), which readers read along with it.
 *
 * sync  a commit waits for the disk
 */
MUST_CHECK enum status db_use_wal(struct db *db, bool sync);

/* Prepares all statements of the writer or a reader. */
MUST_CHECK enum status db_prepare(struct db *db, unsigned who);

void db_close(struct db *db);

/* Runs statements without results that are needed once. */
MUST_CHECK enum status db_exec(struct db *db, const char *sql);

/* Ends the transaction, if there is one: some failures have ended it already. */
void db_rollback(struct db *db);

/* The one number that a statement, needed once, results in. */
MUST_CHECK enum status db_number(struct db *db, const char *sql, int64_t *out);

/*
 * What a result code means to us; notes the trouble unless it is OK.
 *
 * E_EXISTS  a row with this key is there
 * E_LIMIT   a value is too large for SQLite
 * E_FULL    the disk or the quota is full
 * E_IO      all the rest
 */
enum status db_status(struct db *db, int result);

/* --- statements ----------------------------------------------------------------------- */

/* A statement must be through before it is used again. */
static inline sqlite3_stmt *
db_sql(struct db *db, enum sql which)
{
	return db->statements[which];
}

/* Binds what stays where it is until the statement is through. */
static inline void
bind_number(sqlite3_stmt *st, int place, int64_t n)
{
	sqlite3_bind_int64(st, place, n);
}

static inline void
bind_text(sqlite3_stmt *st, int place, struct str s)
{
	sqlite3_bind_text(st, place, s.len ? s.at : "", (int)s.len, SQLITE_STATIC);
}

static inline void
bind_blob(sqlite3_stmt *st, int place, struct str s)
{
	sqlite3_bind_blob(st, place, s.len ? s.at : "", (int)s.len, SQLITE_STATIC);
}

/* Valid until the next step. */
static inline struct str
column_str(sqlite3_stmt *st, int column)
{
	/* As a blob also when it is text: that spares a copy that would end in NUL. */
	const char *at = sqlite3_column_blob(st, column);

	return str_of(at, (size_t)sqlite3_column_bytes(st, column));
}

/* Runs a statement without results to its end. */
MUST_CHECK enum status db_run(struct db *db, sqlite3_stmt *st);

/* The next row. After the last, or a failure, *row is false and the statement through. */
MUST_CHECK enum status db_step(struct db *db, sqlite3_stmt *st, bool *row);

/* Makes the statement through before its last row. */
void db_through(sqlite3_stmt *st);

/* Runs a statement that results in at most one row of one number. */
MUST_CHECK enum status db_find(struct db *db, sqlite3_stmt *st, bool *found, int64_t *out);

#endif
