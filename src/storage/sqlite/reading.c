/* SPDX-License-Identifier: MIT
 *
 * A reader's connection. Reads happen in transactions, so that each sees the database as of
 * one commit: all of a batch or nothing.
 */
#include "storage/sqlite/reading.h"

/* --- keyed values --------------------------------------------------------------------- */

enum status
reader_find_shelf(struct sqlite_reader *r, struct str owner, enum shape shape, struct str word,
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

	if ((s = reader_find_shelf(r, q->owner, SHAPE_ITEMS, q->kinds[0], &shelf)) != OK ||
	    !shelf)
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

/* The rows that the statement finds: items and their values. */
static enum status
add_items(struct sqlite_reader *r, struct read *rd, struct str kind, sqlite3_stmt *st)
{
	enum status s;
	bool row;

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
read_kind(struct sqlite_reader *r, struct read *rd, struct str kind)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_ITEMS_GET);
	int64_t shelf;
	enum status s;

	if ((s = reader_find_shelf(r, rd->query.owner, SHAPE_ITEMS, kind, &shelf)) != OK ||
	    !shelf)
		return s;
	bind_number(st, 1, shelf);
	return add_items(r, rd, kind, st);
}

static enum status
read_items(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	sqlite3_stmt *st = db_sql(&r->db, SQL_ITEMS_AFTER);
	int64_t shelf;
	enum status s;

	if ((s = reader_find_shelf(r, q->owner, SHAPE_ITEMS, q->kinds[0], &shelf)) != OK ||
	    !shelf)
		return s;
	bind_number(st, 1, shelf);
	bind_text(st, 2, q->item);
	bind_number(st, 3, q->limit ? (int64_t)q->limit : -1);
	return add_items(r, rd, q->kinds[0], st);
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
	bind_number(st, 5, q->values);
	while ((s = db_step(&r->db, st, &row)) == OK && row)
		if ((s = read_add(rd, &(struct store_row){ .owner = column_str(st, 0),
					  .value = column_str(st, 1) })) != OK)
			break;
	db_through(st);
	return s;
}

/* --- logs ----------------------------------------------------------------------------- */

/*
 * A walk over what is in a log, from both ends of its life: entries that have a place, and
 * recent ones. An entry may be found both ways.
 */
struct log_walk {
	struct sqlite_reader *reader;
	struct read *read;
	int64_t shelf;
	uint64_t first, last;

	sqlite3_stmt *places; /* stands on the next entry that has a place */
	bool placed;          /* there is one */
	uint64_t placed_id;

	struct recent_entry copies[COPY_ENTRIES];
	size_t n_copies, at_copy;
	const struct recent_entry *recent; /* the next one; NULL: there is none */
};

static enum status
next_placed(struct log_walk *w)
{
	enum status s = db_step(&w->reader->db, w->places, &w->placed);

	if (w->placed)
		w->placed_id = id_from_sql(sqlite3_column_int64(w->places, 0));
	return s;
}

static void
next_recent(struct log_walk *w, struct recent_position from)
{
	const struct recent_entry *e;

	if (w->at_copy == w->n_copies) {
		w->n_copies = recent_copy(w->reader->recent, w->shelf, from,
		    w->read->query.backwards, w->copies, COPY_ENTRIES);
		w->at_copy = 0;
	}
	e = &w->copies[w->at_copy];
	w->recent = NULL;
	if (w->at_copy < w->n_copies && e->id >= w->first && e->id <= w->last) {
		w->recent = e;
		w->at_copy++;
	}
}

static void
skip_recent(struct log_walk *w)
{
	next_recent(w, (struct recent_position){ w->recent->id, w->recent->seq });
}

static enum status
log_walk_begin(struct log_walk *w)
{
	const struct store_query *q = &w->read->query;
	struct recent_position start = { w->first, INT64_MIN };
	enum sql up = SQL_LOG_UP, down = SQL_LOG_DOWN;

	if (q->backwards)
		start = (struct recent_position){ w->last, INT64_MAX };
	if (q->what == STORE_COUNT) {
		up = SQL_PLACES_UP;
		down = SQL_PLACES_DOWN;
	}
	w->places = db_sql(&w->reader->db, q->backwards ? down : up);
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
	if (!w->placed || !w->recent)
		return w->placed;
	return w->read->query.backwards ? w->placed_id >= w->recent->id
					: w->placed_id <= w->recent->id;
}

/* column: of the statement that stands on the entry, where its value is. */
static enum status
add_entry(struct log_walk *w, uint64_t id, uint64_t bytes, sqlite3_stmt *st, int column)
{
	struct read *rd = w->read;

	if (rd->query.what == STORE_COUNT) {
		rd->rows.count++;
		rd->rows.bytes += bytes;
		return OK;
	}
	if (sqlite3_column_type(st, column) == SQLITE_NULL) {
		snprintf(w->reader->reader.trouble, TROUBLE_MAX,
		    "entry %lld of shelf %lld is missing", (long long)id_to_sql(id),
		    (long long)w->shelf);
		return E_IO;
	}
	return read_add(
	    rd, &(struct store_row){
		    .kind = rd->query.kinds[0], .id = id, .value = column_str(st, column) });
}

static enum status
read_placed(struct log_walk *w)
{
	enum status s;

	while (w->recent && w->recent->id == w->placed_id)
		skip_recent(w);
	s = add_entry(
	    w, w->placed_id, (uint64_t)sqlite3_column_int64(w->places, 1), w->places, 2);
	return s == OK ? next_placed(w) : s;
}

/* Adds the entry to the answer if this transaction sees its row. */
static enum status
read_recent(struct log_walk *w, bool *seen)
{
	struct db *db = &w->reader->db;
	sqlite3_stmt *st = db_sql(db, SQL_ENTRY_GET);
	const struct recent_entry *e = w->recent;
	enum status s;

	bind_number(st, 1, e->seq);
	bind_number(st, 2, w->shelf);
	bind_number(st, 3, id_to_sql(e->id));
	if ((s = db_step(db, st, seen)) == OK && *seen) {
		s = add_entry(w, e->id, e->tag, st, 0);
		db_through(st);
	}
	skip_recent(w);
	return s;
}

static enum status
walk_log(struct log_walk *w)
{
	unsigned limit = w->read->query.limit;
	uint64_t n = 0;
	bool seen;
	enum status s = log_walk_begin(w);

	while (s == OK && (w->placed || w->recent) && !(limit && n == limit)) {
		seen = true;
		s = placed_is_next(w) ? read_placed(w) : read_recent(w, &seen);
		n += seen;
	}
	return s;
}

static enum status
read_log(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	struct log_walk w;
	enum status s;

	w.reader = r;
	w.read = rd;
	w.n_copies = w.at_copy = 0;
	if (!read_range(q, &w.first, &w.last))
		return OK;
	s = reader_find_shelf(r, q->owner, SHAPE_LOG, q->kinds[0], &w.shelf);
	if (s != OK || !w.shelf)
		return s;
	s = walk_log(&w);
	db_through(w.places);
	return s;
}

/* --- reads ---------------------------------------------------------------------------- */

static struct sqlite_reader *
reader_of(struct backend_reader *r)
{
	return list_entry(r, struct sqlite_reader, reader);
}

enum status
sqlite_read_begin(struct backend_reader *reader)
{
	struct sqlite_reader *r = reader_of(reader);
	enum status s;

	recent_reader_enter(r->recent, r->index);
	recent_reader_enter(r->unlisted, r->index);
	s = db_run(&r->db, db_sql(&r->db, SQL_BEGIN_READ));
	if (s != OK) {
		recent_reader_leave(r->recent, r->index);
		recent_reader_leave(r->unlisted, r->index);
	}
	return s;
}

void
sqlite_read_end(struct backend_reader *reader)
{
	struct sqlite_reader *r = reader_of(reader);

	/* Nothing was written that could be lost. */
	if (db_run(&r->db, db_sql(&r->db, SQL_COMMIT)) != OK)
		db_rollback(&r->db);
	recent_reader_leave(r->recent, r->index);
	recent_reader_leave(r->unlisted, r->index);
}

enum status
sqlite_read(struct backend_reader *reader, struct read *rd)
{
	struct sqlite_reader *r = reader_of(reader);

	switch (rd->query.what) {
	case STORE_ITEM:
		return read_item(r, rd);
	case STORE_KINDS:
		return read_kinds(r, rd);
	case STORE_ITEMS:
		return read_items(r, rd);
	case STORE_OWNERS:
		return read_owners(r, rd);
	case STORE_LOG:
	case STORE_COUNT:
		return read_log(r, rd);
	case STORE_ARCHIVE:
		return read_archive(r, rd);
	case STORE_MESSAGES:
		return read_messages(r, rd);
	case STORE_NAMED:
		return read_named(r, rd);
	case STORE_TALKS:
		return read_talks(r, rd);
	}
	assert(!"unknown question");
	return E_INVALID;
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
	r->unlisted = &q->unlisted;
	if ((s = db_open(&r->db, q->directory.file, SQL_READER, reader->trouble)) != OK ||
	    (s = db_prepare(&r->db, SQL_READER)) != OK) {
		snprintf(b->trouble, TROUBLE_MAX, "%s", reader->trouble);
		sqlite_reader_close(&reader);
		return s;
	}
	assert(q->recent.n_readers < RECENT_READERS_MAX);
	r->index = q->recent.n_readers++;
	q->unlisted.n_readers = q->recent.n_readers;
	*out = reader;
	return OK;
}

void
sqlite_reader_close(struct backend_reader **at)
{
	struct sqlite_reader *r = reader_of(TAKE(*at));

	db_close(&r->db);
	free(r);
}
