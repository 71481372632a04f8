/* SPDX-License-Identifier: MIT
 *
 * A reader's connection. Each read is a transaction, so that it sees the database as of one
 * commit: all of a batch or nothing.
 */
#include "storage/sqlite/sqlite.h"

/* Recent entries that are copied at a time, so that the writer never waits for long. */
enum { COPY_ENTRIES = 64 };

struct sqlite_reader {
	struct backend_reader reader;
	struct db db;
	struct recent *recent;
	unsigned index; /* in recent.readers */
};

/* --- keyed values --------------------------------------------------------------------- */

/* *shelf is 0 when there is none. */
static enum status
find_shelf(struct sqlite_reader *r, struct str owner, enum shape shape, struct str word,
    int64_t *shelf)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_SHELF_FIND_OF);
	bool found;

	*shelf = 0;
	bind_text(st, 1, owner);
	bind_number(st, 2, shape);
	bind_text(st, 3, word);
	return db_find(&r->db, st, &found, shelf);
}

static enum status
read_item(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	sqlite3_stmt *st = db_sql(&r->db, SQL_ITEM_GET);
	int64_t shelf;
	enum status s;
	bool row;

	if ((s = find_shelf(r, q->owner, SHAPE_ITEMS, q->kinds[0], &shelf)) != OK || !shelf)
		return s;
	bind_number(st, 1, shelf);
	bind_text(st, 2, q->item);
	if ((s = db_step(&r->db, st, &row)) != OK || !row)
		return s;
	s = read_add(
	    rd, &(struct store_row){
		    .kind = q->kinds[0], .item = q->item, .value = column_str(st, 0) });
	db_through(st);
	return s;
}

static enum status
read_kind(struct sqlite_reader *r, struct read *rd, struct str kind)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_ITEMS_GET);
	int64_t shelf;
	enum status s;
	bool row;

	if ((s = find_shelf(r, rd->query.owner, SHAPE_ITEMS, kind, &shelf)) != OK || !shelf)
		return s;
	bind_number(st, 1, shelf);
	while ((s = db_step(&r->db, st, &row)) == OK && row) {
		s = read_add(rd,
		    &(struct store_row){
			.kind = kind, .item = column_str(st, 0), .value = column_str(st, 1) });
		if (s != OK)
			break;
	}
	db_through(st);
	return s;
}

static enum status
read_kinds(struct sqlite_reader *r, struct read *rd)
{
	enum status s = OK;

	for (unsigned i = 0; i < rd->query.n_kinds && s == OK; i++)
		s = read_kind(r, rd, rd->query.kinds[i]);
	return s;
}

static enum status
read_owners(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	sqlite3_stmt *st = db_sql(&r->db, SQL_OWNERS_GET);
	enum status s;
	bool row;

	bind_text(st, 1, q->owner);
	bind_text(st, 2, q->item);
	bind_text(st, 3, q->kinds[0]);
	bind_number(st, 4, q->limit ? (int64_t)q->limit : -1);
	while ((s = db_step(&r->db, st, &row)) == OK && row)
		if ((s = read_add(rd, &(struct store_row){ .owner = column_str(st, 0) })) != OK)
			break;
	db_through(st);
	return s;
}

/* --- logs ----------------------------------------------------------------------------- */

/* An entry where it was found: by its place, or in the index of recent ones. */
struct found {
	bool any;
	uint64_t id;
	int64_t seq;
	uint64_t bytes;
};

/* A walk over both. */
struct log_walk {
	struct sqlite_reader *reader;
	int64_t shelf;
	uint64_t first, last;
	bool backwards;

	sqlite3_stmt *places;
	struct found placed; /* the next one that has a place */

	struct recent_entry copy[COPY_ENTRIES];
	size_t n_copied, at_copied;
	struct found recent; /* the next one that is in the index */
};

static enum status
next_placed(struct log_walk *w)
{
	enum status s = db_step(&w->reader->db, w->places, &w->placed.any);

	if (w->placed.any) {
		w->placed.id = id_from_sql(sqlite3_column_int64(w->places, 0));
		w->placed.seq = sqlite3_column_int64(w->places, 1);
		w->placed.bytes = (uint64_t)sqlite3_column_int64(w->places, 2);
	}
	return s;
}

/* Steps on from w->recent; from the start when there was none yet. */
static void
next_recent(struct log_walk *w, struct recent_position from)
{
	const struct recent_entry *e;

	if (w->at_copied == w->n_copied) {
		w->n_copied = recent_copy(
		    w->reader->recent, w->shelf, from, w->backwards, w->copy, COPY_ENTRIES);
		w->at_copied = 0;
	}
	e = &w->copy[w->at_copied++];
	w->recent.any = w->n_copied > 0 && e->id >= w->first && e->id <= w->last;
	if (w->recent.any)
		w->recent = (struct found){ true, e->id, e->seq, e->bytes };
}

static void
skip_recent(struct log_walk *w)
{
	next_recent(w, (struct recent_position){ w->recent.id, w->recent.seq });
}

static enum status
log_walk_begin(struct log_walk *w)
{
	struct recent_position start = { w->first, INT64_MIN };

	if (w->backwards)
		start = (struct recent_position){ w->last, INT64_MAX };
	w->places = db_sql(&w->reader->db, w->backwards ? SQL_LOG_DOWN : SQL_LOG_UP);
	bind_number(w->places, 1, w->shelf);
	bind_number(w->places, 2, id_to_sql(w->first));
	bind_number(w->places, 3, id_to_sql(w->last));
	next_recent(w, start);
	return next_placed(w);
}

/* What has a place goes first when both are the same. */
static bool
placed_is_next(const struct log_walk *w)
{
	if (!w->placed.any || !w->recent.any)
		return w->placed.any;
	return w->backwards ? w->placed.id >= w->recent.id : w->placed.id <= w->recent.id;
}

/* The next candidate; .any is false after the last. */
static enum status
log_walk_next(struct log_walk *w, struct found *out, bool *has_place)
{
	*has_place = placed_is_next(w);
	if (!*has_place) {
		*out = w->recent;
		if (out->any)
			skip_recent(w);
		return OK;
	}
	*out = w->placed;
	while (w->recent.any && w->recent.id == out->id)
		skip_recent(w);
	return next_placed(w);
}

static enum status
count(struct read *rd, const struct found *f)
{
	rd->rows.count++;
	rd->rows.bytes += f->bytes;
	return OK;
}

/* Adds the entry to the answer if this transaction sees it. */
static enum status
read_entry(struct log_walk *w, struct read *rd, const struct found *f, bool *seen)
{
	struct db *db = &w->reader->db;
	sqlite3_stmt *st = db_sql(db, SQL_ENTRY_GET);
	enum status s;

	bind_number(st, 1, f->seq);
	bind_number(st, 2, w->shelf);
	bind_number(st, 3, id_to_sql(f->id));
	if ((s = db_step(db, st, seen)) != OK || !*seen)
		return s;
	if (rd->query.what == STORE_COUNT)
		s = count(rd, f);
	else
		s = read_add(rd,
		    &(struct store_row){
			.kind = rd->query.kinds[0], .id = f->id, .value = column_str(st, 0) });
	db_through(st);
	return s;
}

static enum status
walk_log(struct log_walk *w, struct read *rd)
{
	struct found f;
	uint64_t n = 0;
	bool has_place, seen = true;
	enum status s;

	if ((s = log_walk_begin(w)) != OK)
		return s;
	while (!rd->query.limit || n < rd->query.limit) {
		if ((s = log_walk_next(w, &f, &has_place)) != OK || !f.any)
			return s;
		if (has_place && rd->query.what == STORE_COUNT)
			s = count(rd, &f);
		else
			s = read_entry(w, rd, &f, &seen);
		if (s != OK)
			return s;
		if (has_place && !seen) {
			snprintf(w->reader->reader.trouble, TROUBLE_MAX,
			    "place %lld of shelf %lld has no entry", (long long)id_to_sql(f.id),
			    (long long)w->shelf);
			return E_IO;
		}
		n += seen;
	}
	return OK;
}

static enum status
read_log(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	struct log_walk w = { .reader = r, .backwards = q->backwards };
	enum status s;

	if (!read_range(q, &w.first, &w.last))
		return OK;
	s = find_shelf(r, q->owner, SHAPE_LOG, q->kinds[0], &w.shelf);
	if (s != OK || !w.shelf)
		return s;
	s = walk_log(&w, rd);
	db_through(w.places);
	return s;
}

/* --- reads ---------------------------------------------------------------------------- */

static enum status
read_any(struct sqlite_reader *r, struct read *rd)
{
	switch (rd->query.what) {
	case STORE_ITEM:
		return read_item(r, rd);
	case STORE_KINDS:
		return read_kinds(r, rd);
	case STORE_OWNERS:
		return read_owners(r, rd);
	case STORE_LOG:
	case STORE_COUNT:
		return read_log(r, rd);
	}
	assert(!"unknown question");
	return E_INVALID;
}

enum status
sqlite_read(struct backend_reader *reader, struct read *rd)
{
	struct sqlite_reader *r = list_entry(reader, struct sqlite_reader, reader);
	enum status s;

	recent_reader_enter(r->recent, r->index);
	if ((s = db_run(&r->db, db_sql(&r->db, SQL_BEGIN_READ))) == OK)
		s = read_any(r, rd);
	if (s == OK)
		s = db_run(&r->db, db_sql(&r->db, SQL_COMMIT));
	if (s != OK)
		db_rollback(&r->db);
	recent_reader_leave(r->recent, r->index);
	return s;
}

/* --- life ----------------------------------------------------------------------------- */

enum status
sqlite_reader_open(struct backend *b, struct backend_reader **out)
{
	struct sqlite *q = list_entry(b, struct sqlite, backend);
	struct sqlite_reader *r = mem_zalloc(sizeof(*r));
	struct backend_reader *reader = &r->reader;
	enum status s;

	reader->calls = &backend_sqlite;
	r->recent = &q->recent;
	if ((s = db_open(&r->db, q->directory.file, SQL_READER, reader->trouble)) != OK ||
	    (s = db_prepare(&r->db, SQL_READER)) != OK) {
		snprintf(b->trouble, TROUBLE_MAX, "%s", reader->trouble);
		sqlite_reader_close(&reader);
		return s;
	}
	assert(q->recent.n_readers < RECENT_READERS_MAX);
	r->index = q->recent.n_readers++;
	*out = reader;
	return OK;
}

void
sqlite_reader_close(struct backend_reader **at)
{
	struct sqlite_reader *r = list_entry(TAKE(*at), struct sqlite_reader, reader);

	db_close(&r->db);
	free(r);
}
