/* SPDX-License-Identifier: MIT
 *
 * The index of words. Messages get into it when the writer has nothing better to do; until
 * then a search reads them (searching.c).
 */
#include "storage/archive.h"
#include "storage/sqlite/sqlite.h"
#include "storage/sqlite/tokenizer.h"

enum {
	/* Messages, or pages, of one slice: a few milliseconds. */
	SLICE_MESSAGES = 512,
	SLICE_PAGES = 128,

	/* Erasing the words of removed messages rewrites the index: seldom, unless it is
	 * quiet. */
	PURGE_MS = 3600 * 1000,
};

/* --- one message ---------------------------------------------------------------------- */

/* What the index knows of a message. */
struct document {
	bool found; /* and has words */
	struct str talk, body;
};

static enum status
get_text(struct sqlite *q, int64_t seq, struct arena *a, struct str *text)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_GET);
	enum status s;
	bool row;

	*text = S("");
	bind_number(st, 1, seq);
	if ((s = db_step(&q->db, st, &row)) == OK && row) {
		*text = str_copy(a, column_str(st, 5));
		db_through(st);
	}
	return s;
}

static enum status
get_document(struct sqlite *q, int64_t seq, struct arena *a, struct document *d)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_GET);
	struct str text;
	int64_t archive, of;
	uint64_t tag;
	enum status s;

	bind_number(st, 1, seq);
	if ((s = db_step(&q->db, st, &d->found)) != OK || !d->found)
		return s;
	archive = sqlite3_column_int64(st, 0);
	d->talk = str_format(a, "%lld", (long long)sqlite3_column_int64(st, 1));
	tag = (uint64_t)sqlite3_column_int64(st, 3);
	of = sqlite3_column_int64(st, 4);
	text = str_copy(a, column_str(st, 5));
	db_through(st);
	if (of && (s = get_text(q, of, a, &text)) != OK)
		return s;
	text = archived_read(text, tag, a).words;
	d->found = text.len > 0;
	d->body = tokenizer_text(a, archive, text);
	return OK;
}

static enum status
run_on(struct sqlite *q, enum sql which, int64_t seq, const struct document *d)
{
	sqlite3_stmt *st = db_sql(&q->db, which);

	if (!d->found)
		return OK;
	bind_number(st, 1, seq);
	bind_text(st, 2, d->talk);
	bind_text(st, 3, d->body);
	return db_run(&q->db, st);
}

static enum status
change(struct sqlite *q, enum sql which, int64_t seq)
{
	struct document d;
	struct arena a;
	enum status s;

	arena_init(&a, 4096);
	if ((s = get_document(q, seq, &a, &d)) == OK)
		s = run_on(q, which, seq, &d);
	arena_fini(&a);
	return s;
}

enum status
index_forget(struct sqlite *q, int64_t seq)
{
	enum status s;

	if (seq > q->indexed)
		return OK;
	if ((s = change(q, SQL_INDEX_REMOVE, seq)) != OK || q->purging)
		return s;
	q->purging = true;
	return progress_save(q);
}

enum status
index_renew(struct sqlite *q, int64_t seq)
{
	return seq > q->indexed ? OK : change(q, SQL_INDEX_ADD, seq);
}

/* --- upkeep --------------------------------------------------------------------------- */

bool
index_is_due(const struct sqlite *q, bool quiet)
{
	int64_t waiting = q->listing.last - q->indexed;

	if (waiting >= sqlite_tuning.index_messages || (quiet && waiting > 0))
		return true;
	return q->purging &&
	       (quiet || q->purge_began || loop_now_ms() - q->purged_ms >= PURGE_MS);
}

static enum status
add_slice(struct sqlite *q)
{
	int64_t seq, last = q->indexed + SLICE_MESSAGES;
	enum status s;

	if (last > q->listing.last)
		last = q->listing.last;
	for (seq = q->indexed + 1; seq <= last; seq++)
		if ((s = change(q, SQL_INDEX_ADD, seq)) != OK)
			return s;
	q->indexed = last;
	return progress_save(q);
}

/* All segments of the index become one, without what was removed. */
static enum status
purge_slice(struct sqlite *q)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_INDEX_PURGE);
	int before = sqlite3_total_changes(q->db.sqlite);
	enum status s;

	bind_number(st, 1, q->purge_began ? SLICE_PAGES : -SLICE_PAGES);
	if ((s = db_run(&q->db, st)) != OK)
		return s;
	if (!q->purge_began)
		q->purged_ms = loop_now_ms();
	q->purge_began = sqlite3_total_changes(q->db.sqlite) - before >= 2;
	if (q->purge_began)
		return OK;
	q->purging = false;
	return progress_save(q);
}

enum status
index_slice(struct sqlite *q)
{
	return q->indexed < q->listing.last ? add_slice(q) : purge_slice(q);
}
