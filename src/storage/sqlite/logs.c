/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

/* --- after the start ------------------------------------------------------------------ */

enum status
log_recover(struct sqlite *q)
{
	sqlite3_stmt *entries = db_sql(&q->db, SQL_ENTRIES_FROM);
	enum status s;
	bool row;

	s = db_find(&q->db, db_sql(&q->db, SQL_ENTRY_LAST), &row, &q->placing.last);
	if (s != OK)
		return s;
	bind_number(entries, 1, q->placing.placed);
	while ((s = db_step(&q->db, entries, &row)) == OK && row)
		recent_add(&q->recent, sqlite3_column_int64(entries, 1),
		    id_from_sql(sqlite3_column_int64(entries, 2)),
		    sqlite3_column_int64(entries, 0),
		    (uint64_t)sqlite3_column_int64(entries, 3));
	recent_committed(&q->recent);
	return s;
}

/* --- adding --------------------------------------------------------------------------- */

static enum status
has_place(struct sqlite *q, int64_t shelf, uint64_t id, bool *has)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PLACE_FIND);
	int64_t one;

	/* Ids are made from the time, so a new one is higher than those whose entries were
	 * placed; only clocks that went back, and tests, need to look. */
	*has = false;
	if (id_to_sql(id) > q->top)
		return OK;
	bind_number(st, 1, shelf);
	bind_number(st, 2, id_to_sql(id));
	return db_find(&q->db, st, has, &one);
}

enum status
log_append(struct sqlite *q, int64_t shelf, uint64_t id, struct str value)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_ENTRY_ADD);
	bool has;
	enum status s;

	if ((s = has_place(q, shelf, id, &has)) != OK)
		return s;
	if (has || recent_has(&q->recent, shelf, id))
		return E_EXISTS;
	recent_add(&q->recent, shelf, id, ++q->placing.last, value.len);
	q->appended++;
	bind_number(st, 1, q->placing.last);
	bind_number(st, 2, shelf);
	bind_number(st, 3, id_to_sql(id));
	bind_blob(st, 4, value);
	return db_run(&q->db, st);
}

/* --- places --------------------------------------------------------------------------- */

static enum status
add_place(struct sqlite *q, int64_t shelf, const struct recent_entry *e)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PLACE_ADD);
	int64_t id = id_to_sql(e->id);

	if (id > q->top)
		q->top = id;
	bind_number(st, 1, shelf);
	bind_number(st, 2, id);
	bind_number(st, 3, e->seq);
	bind_number(st, 4, (int64_t)e->tag);
	return db_run(&q->db, st);
}

enum status
log_place(struct sqlite *q, int64_t shelf, size_t *entries)
{
	struct recent_walk walk = recent_entries(&q->recent, shelf, 0, UINT64_MAX);
	const struct recent_entry *e;
	enum status s;

	while (*entries > 0 && (e = recent_next(&walk))) {
		if ((s = add_place(q, shelf, e)) != OK)
			return s;
		recent_leave(&q->recent, shelf, e);
		--*entries;
	}
	return OK;
}

/* --- removing ------------------------------------------------------------------------- */

/* At most so many; *more tells whether there are others. */
static enum status
remove_recent(
    struct sqlite *q, int64_t shelf, uint64_t first, uint64_t last, size_t rows, bool *more)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_ENTRY_REMOVE);
	struct recent_walk walk = recent_entries(&q->recent, shelf, first, last);
	const struct recent_entry *e = NULL;
	enum status s;

	for (; rows > 0 && (e = recent_next(&walk)); rows--) {
		recent_leave(&q->recent, shelf, e);
		bind_number(st, 1, e->seq);
		if ((s = db_run(&q->db, st)) != OK)
			return s;
	}
	*more = e && recent_next(&walk);
	return OK;
}

static enum status
remove_placed(struct sqlite *q, enum sql which, int64_t shelf, uint64_t first, uint64_t last)
{
	sqlite3_stmt *st = db_sql(&q->db, which);

	bind_number(st, 1, shelf);
	bind_number(st, 2, id_to_sql(first));
	bind_number(st, 3, id_to_sql(last));
	return db_run(&q->db, st);
}

enum status
log_remove(struct sqlite *q, int64_t shelf, uint64_t first, uint64_t last)
{
	enum status s;
	bool more;

	if ((s = remove_recent(q, shelf, first, last, SIZE_MAX, &more)) != OK ||
	    (s = remove_placed(q, SQL_ENTRIES_REMOVE, shelf, first, last)) != OK)
		return s;
	return remove_placed(q, SQL_PLACES_REMOVE, shelf, first, last);
}

/* The id before which a log has so many places; false: it has fewer. */
static enum status
place_after(struct sqlite *q, int64_t shelf, size_t rows, bool *found, int64_t *id)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PLACES_SKIP);

	bind_number(st, 1, shelf);
	bind_number(st, 2, (int64_t)rows);
	return db_find(&q->db, st, found, id);
}

enum status
log_is_longer(struct sqlite *q, int64_t shelf, size_t rows, bool *longer)
{
	struct recent_walk walk = recent_entries(&q->recent, shelf, 0, UINT64_MAX);
	int64_t id;

	*longer = (size_t)(walk.end - walk.at) > rows;
	return *longer ? OK : place_after(q, shelf, rows, longer, &id);
}

enum status
log_remove_slice(struct sqlite *q, int64_t shelf, size_t rows, bool *more)
{
	int64_t id;
	enum status s;

	if ((s = remove_recent(q, shelf, 0, UINT64_MAX, rows, more)) != OK || *more)
		return s;
	if ((s = place_after(q, shelf, rows, more, &id)) != OK)
		return s;
	return log_remove(q, shelf, 0, *more ? id_from_sql(id) : UINT64_MAX);
}
