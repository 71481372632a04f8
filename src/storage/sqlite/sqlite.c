/* SPDX-License-Identifier: MIT
 *
 * The back end in a directory of its own: an SQLite database (sqlite.org, 3.35 or later)
 * with a write-ahead log, one connection that writes and one for each reader.
 */
#include "storage/sqlite/sqlite.h"

#include "storage/sqlite/schema.h"

struct sqlite_tuning sqlite_tuning = {
	.round_entries = 128 * 1024,
	.list_entries = 512 * 1024,
	.index_messages = 4096,
	.checkpoint_pages = 4000,
	.quiet_ms = 10 * 1000,
};

/* A slice of upkeep, in log entries. */
enum { SLICE_ENTRIES = 512 };

static struct sqlite *
sqlite_of(struct backend *b)
{
	return list_entry(b, struct sqlite, backend);
}

/* --- groups --------------------------------------------------------------------------- */

static enum status
begin(struct sqlite *q)
{
	q->appended = 0;
	q->names_before = q->names.added;
	q->indexed_before = q->indexed;
	q->purging_before = q->purging;
	return db_run(&q->db, db_sql(&q->db, SQL_BEGIN_WRITE));
}

static void
abandon(struct sqlite *q)
{
	recent_undo(&q->recent, 0);
	recent_undo(&q->unlisted, 0);
	names_forget_since(&q->names, q->names_before);
	placing_undo(&q->placing);
	placing_undo(&q->listing);
	q->indexed = q->indexed_before;
	q->purging = q->purging_before;
	q->purge_began = false;
	db_rollback(&q->db);
}

static enum status
commit(struct sqlite *q)
{
	enum status s = db_run(&q->db, db_sql(&q->db, SQL_COMMIT));

	if (s != OK) {
		abandon(q);
		return s;
	}
	recent_committed(&q->recent);
	recent_committed(&q->unlisted);
	placing_committed(&q->placing);
	placing_committed(&q->listing);
	return OK;
}

static enum status
sqlite_begin(struct backend *b)
{
	return begin(sqlite_of(b));
}

static enum status
apply_all(struct sqlite *q, const struct store_batch *batch)
{
	size_t at = 0;
	struct op op;
	enum status s;

	while (batch_next(batch, &at, &op))
		if ((s = apply_op(q, &op)) != OK)
			return s;
	return OK;
}

static bool
has_one_op(const struct store_batch *batch)
{
	size_t at = 0;
	struct op op;

	return batch_next(batch, &at, &op) && at == batch->len;
}

/* Where a batch began. */
struct batch_mark {
	size_t recent, unlisted;
	uint64_t names;
	bool purging;
};

/* The batch alone cannot be written: back to where it began. */
static enum status
undo_batch(struct sqlite *q, const struct batch_mark *m)
{
	enum status s;

	recent_undo(&q->recent, m->recent);
	recent_undo(&q->unlisted, m->unlisted);
	names_forget_since(&q->names, m->names);
	q->purging = m->purging;
	if ((s = db_run(&q->db, db_sql(&q->db, SQL_ROLLBACK_TO))) != OK)
		return s;
	return db_run(&q->db, db_sql(&q->db, SQL_RELEASE));
}

static enum status
sqlite_apply(struct backend *b, const struct store_batch *batch)
{
	struct sqlite *q = sqlite_of(b);
	struct batch_mark mark = { recent_mark(&q->recent), recent_mark(&q->unlisted),
		q->names.added, q->purging };
	enum status s, undone;

	/* A single operation that is refused has not written anything. */
	if (has_one_op(batch))
		return apply_all(q, batch);
	if ((s = db_run(&q->db, db_sql(&q->db, SQL_SAVEPOINT))) != OK)
		return s;
	s = apply_all(q, batch);
	if (s == OK)
		return db_run(&q->db, db_sql(&q->db, SQL_RELEASE));
	if (s != E_EXISTS && s != E_LIMIT)
		return s;
	undone = undo_batch(q, &mark);
	return undone == OK ? s : undone;
}

/* What is due is done along with the groups, in proportion to what they add. */
static enum status
work_along(struct sqlite *q)
{
	size_t entries = q->appended + q->appended / 4 + 16;

	if (placing_is_due(&q->placing))
		return placing_slice(q, &q->placing, entries);
	if (placing_is_due(&q->listing))
		return placing_slice(q, &q->listing, entries);
	if (q->may_sweep)
		return sweep_slice(q);
	if (q->may_trim)
		return trim_slice(q);
	return OK;
}

static enum status
sqlite_commit(struct backend *b)
{
	struct sqlite *q = sqlite_of(b);
	enum status s;

	if ((s = work_along(q)) != OK) {
		abandon(q);
		return s;
	}
	return commit(q);
}

static void
sqlite_abandon(struct backend *b)
{
	abandon(sqlite_of(b));
}

/* --- upkeep --------------------------------------------------------------------------- */

static int
on_commit(void *sqlite, sqlite3 *db, const char *name, int pages)
{
	struct sqlite *q = sqlite;

	(void)db;
	(void)name;
	if (pages < q->wal_pages) /* the log began anew */
		q->wal_checkpoint_at = sqlite_tuning.checkpoint_pages;
	q->wal_pages = pages;
	return SQLITE_OK;
}

/* Copies what it can; readers that are at it keep the rest for the next time. */
static enum status
checkpoint(struct sqlite *q, int mode)
{
	int result;

	/* The writer has better things to do than to wait for readers. */
	sqlite3_busy_timeout(q->db.sqlite, 0);
	result = sqlite3_wal_checkpoint_v2(q->db.sqlite, NULL, mode, NULL, NULL);
	sqlite3_busy_timeout(q->db.sqlite, DB_BUSY_MS);

	q->wal_checkpoint_at = q->wal_pages + sqlite_tuning.checkpoint_pages;
	if (result == SQLITE_BUSY)
		return OK;
	if (result == SQLITE_OK && mode == SQLITE_CHECKPOINT_TRUNCATE)
		q->wal_pages = 0;
	return db_status(&q->db, result);
}

/* What would otherwise wait for the next groups. */
static bool
is_work_due(const struct sqlite *q, bool quiet)
{
	return q->may_sweep || q->may_trim || placing_is_due(&q->placing) ||
	       placing_is_due(&q->listing) || index_is_due(q, quiet) ||
	       (quiet && q->recent.count + q->unlisted.count > 0);
}

static enum status
work_slice(struct sqlite *q, bool quiet)
{
	if (q->may_sweep)
		return sweep_slice(q);
	if (q->may_trim)
		return trim_slice(q);
	if (placing_is_due(&q->placing) || (quiet && q->recent.count > 0))
		return placing_slice(q, &q->placing, SLICE_ENTRIES);
	if (placing_is_due(&q->listing) || (quiet && q->unlisted.count > 0))
		return placing_slice(q, &q->listing, SLICE_ENTRIES);
	return index_slice(q);
}

static enum status
work_alone(struct sqlite *q, bool quiet)
{
	enum status s;

	if ((s = begin(q)) != OK)
		return s;
	if ((s = work_slice(q, quiet)) != OK) {
		abandon(q);
		return s;
	}
	return commit(q);
}

static enum status
upkeep(struct sqlite *q, msec_t idle_ms)
{
	bool quiet = idle_ms >= sqlite_tuning.quiet_ms;

	recent_tidy(&q->recent);
	recent_tidy(&q->unlisted);
	if (q->wal_pages >= q->wal_checkpoint_at)
		return checkpoint(q, SQLITE_CHECKPOINT_PASSIVE);
	if (idle_ms > 0 && is_work_due(q, quiet))
		return work_alone(q, quiet);
	if (quiet && q->wal_pages > 0)
		return checkpoint(q, SQLITE_CHECKPOINT_TRUNCATE);
	return OK;
}

static enum status
sqlite_upkeep(struct backend *b, msec_t idle_ms, msec_t *next_ms)
{
	struct sqlite *q = sqlite_of(b);
	enum status s = upkeep(q, idle_ms);
	bool more = is_work_due(q, false) ||
		    (idle_ms >= sqlite_tuning.quiet_ms && is_work_due(q, true));
	bool later = q->wal_pages > 0 || is_work_due(q, true) || !recent_is_tidy(&q->recent) ||
		     !recent_is_tidy(&q->unlisted);

	if (s == OK && more)
		*next_ms = 0;
	else
		*next_ms = more || later ? sqlite_tuning.quiet_ms : UPKEEP_NONE;
	return s;
}

/* --- life ----------------------------------------------------------------------------- */

static enum status
read_progress(struct sqlite *q)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PROGRESS_GET);
	enum status s;
	bool row;

	if ((s = db_step(&q->db, st, &row)) != OK)
		return s;
	if (!row) {
		snprintf(q->backend.trouble, TROUBLE_MAX, "the table progress is empty");
		return E_IO;
	}
	q->placing.placed = sqlite3_column_int64(st, 0);
	q->top = sqlite3_column_int64(st, 1);
	q->listing.placed = sqlite3_column_int64(st, 2);
	q->newest = id_from_sql(sqlite3_column_int64(st, 3));
	q->indexed = sqlite3_column_int64(st, 4);
	q->purging = sqlite3_column_int64(st, 5);
	db_through(st);
	return OK;
}

static enum status
recover(struct sqlite *q)
{
	enum status s;

	if ((s = read_progress(q)) != OK || (s = log_recover(q)) != OK)
		return s;
	s = archive_recover(q);
	q->backend.archive_newest = q->newest;
	return s;
}

static enum status
open_database(struct sqlite *q, bool sync, struct arena *a, struct str *reason)
{
	struct db *db = &q->db;
	enum status s;

	if ((s = db_open(db, q->directory.file, SQL_WRITER, q->backend.trouble)) == OK &&
	    (s = schema_check(db, migrations_count, a, reason)) == OK &&
	    (s = db_use_wal(db, sync)) == OK &&
	    (s = schema_migrate(db, migrations, migrations_count, a, reason)) == OK &&
	    (s = db_prepare(db, SQL_WRITER)) == OK)
		s = recover(q);
	if (s != OK && str_is_empty(*reason))
		*reason =
		    str_format(a, "cannot open %s: %s", q->directory.file, q->backend.trouble);
	return s;
}

static void
sqlite_close(struct backend **b)
{
	struct sqlite *q = sqlite_of(TAKE(*b));

	db_close(&q->db);
	directory_close(&q->directory);
	names_fini(&q->names);
	recent_fini(&q->recent);
	recent_fini(&q->unlisted);
	free(q->placing.shelves);
	free(q->listing.shelves);
	free(q);
}

static enum status
sqlite_open(
    const struct store_conf *conf, struct arena *a, struct str *reason, struct backend **out)
{
	struct sqlite *q = mem_zalloc(sizeof(*q));
	struct backend *b = &q->backend;
	enum status s;

	b->calls = &backend_sqlite;
	names_init(&q->names);
	recent_init(&q->recent);
	recent_init(&q->unlisted);
	q->placing = (struct placing){ .recent = &q->recent,
		.round_entries = sqlite_tuning.round_entries,
		.place = log_place };
	q->listing = (struct placing){ .recent = &q->unlisted,
		.round_entries = sqlite_tuning.list_entries,
		.place = run_place };
	q->may_sweep = q->may_trim = true; /* a start may have come in the middle of it */
	q->wal_checkpoint_at = sqlite_tuning.checkpoint_pages;
	*reason = S("");
	if ((s = directory_open(&q->directory, conf->path, a, reason)) == OK)
		s = open_database(q, conf->sync, a, reason);
	if (s != OK) {
		sqlite_close(&b);
		return s;
	}
	sqlite3_wal_hook(q->db.sqlite, on_commit, q);
	*out = b;
	return OK;
}

const struct backend_calls backend_sqlite = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.apply = sqlite_apply,
	.commit = sqlite_commit,
	.abandon = sqlite_abandon,
	.upkeep = sqlite_upkeep,
	.reader_open = sqlite_reader_open,
	.reader_close = sqlite_reader_close,
	.read_begin = sqlite_read_begin,
	.read = sqlite_read,
	.read_end = sqlite_read_end,
};
