/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

/* --- finding -------------------------------------------------------------------------- */

enum status
list_find(struct sqlite *q, struct str owner, struct str contact, int64_t *list)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_LIST_FIND);
	enum status s;
	bool found;

	if ((*list = names_get(&q->names, owner, SHAPE_LIST, contact)))
		return OK;
	bind_text(st, 1, owner);
	bind_text(st, 2, contact);
	if ((s = db_find(&q->db, st, &found, list)) == OK && found)
		names_add(&q->names, owner, SHAPE_LIST, contact, *list);
	return s;
}

enum status
list_find_or_add(struct sqlite *q, struct str owner, struct str contact, int64_t *list)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_LIST_ADD);
	enum status s;

	if ((s = list_find(q, owner, contact, list)) != OK || *list)
		return s;
	bind_text(st, 1, owner);
	bind_text(st, 2, contact);
	if ((s = db_run(&q->db, st)) != OK)
		return s;
	*list = sqlite3_last_insert_rowid(q->db.sqlite);
	names_add(&q->names, owner, SHAPE_LIST, contact, *list);
	return OK;
}

/* What a list is: to be trimmed up to which id, and whose. */
struct list_row {
	struct str owner, contact; /* in the arena; the owner is "no string" once erased */
	uint64_t floor;
};

static enum status
get_row(struct sqlite *q, int64_t list, struct arena *a, bool *row, struct list_row *out)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_LIST_GET);
	enum status s;

	bind_number(st, 1, list);
	if ((s = db_step(&q->db, st, row)) != OK || !*row)
		return s;
	*out = (struct list_row){
		.contact = str_copy(a, column_str(st, 1)),
		.floor = id_from_sql(sqlite3_column_int64(st, 2)),
	};
	if (sqlite3_column_type(st, 0) != SQLITE_NULL)
		out->owner = str_copy(a, column_str(st, 0));
	db_through(st);
	return OK;
}

enum status
list_floor(struct sqlite *q, int64_t list, uint64_t *id)
{
	struct list_row row = { .floor = 0 };
	struct arena a;
	enum status s;
	bool found;

	arena_init(&a, 256);
	s = get_row(q, list, &a, &found, &row);
	*id = row.floor;
	arena_fini(&a);
	return s;
}

/* --- what is to be removed ------------------------------------------------------------ */

static enum status
run_on_owner(struct sqlite *q, enum sql which, struct str owner)
{
	sqlite3_stmt *st = db_sql(&q->db, which);

	bind_text(st, 1, owner);
	return db_run(&q->db, st);
}

static enum status
run_on_list(struct sqlite *q, enum sql which, int64_t list)
{
	sqlite3_stmt *st = db_sql(&q->db, which);

	bind_number(st, 1, list);
	return db_run(&q->db, st);
}

enum status
lists_detach(struct sqlite *q, struct str owner)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_LISTS_OF);
	enum status s;
	bool row;

	bind_text(st, 1, owner);
	while ((s = db_step(&q->db, st, &row)) == OK && row) {
		names_forget(&q->names, owner, SHAPE_LIST, column_str(st, 0));
		q->may_trim = true;
	}
	if (s != OK || (s = run_on_owner(q, SQL_TRIM_ADD_OF, owner)) != OK)
		return s;
	return run_on_owner(q, SQL_LISTS_DETACH, owner);
}

enum status
list_trim(struct sqlite *q, int64_t list, uint64_t id)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_LIST_SET_FLOOR);
	enum status s;

	bind_number(st, 1, list);
	bind_number(st, 2, id_to_sql(id));
	if ((s = db_run(&q->db, st)) != OK)
		return s;
	q->may_trim = true;
	return run_on_list(q, SQL_TRIM_ADD, list);
}

/* --- trimming ------------------------------------------------------------------------- */

/* An archive's messages go with their places; those of conversations are the archive's. */
static enum status
drop(struct sqlite *q, int64_t list, const struct list_row *row, uint64_t id, int64_t seq)
{
	return row->contact.len ? OK : archive_drop(q, seq, list, id);
}

/* The first run: *through when nothing of the runs is left to be removed. */
static enum status
trim_run(
    struct sqlite *q, int64_t list, const struct list_row *row, size_t *rows, bool *through)
{
	sqlite3_stmt *remove = db_sql(&q->db, SQL_RUN_REMOVE);
	struct run r;
	size_t rank;
	enum status s;

	if ((s = run_find(&q->db, SQL_RUN_FIRST, list, 0, &r)) != OK)
		return s;
	rank = run_rank(&r, row->floor);
	*through = rank < r.n || r.n == 0;
	for (size_t i = 0; i < rank; i++) {
		struct run_entry e = run_entry(&r, i);

		if ((s = drop(q, list, row, e.id, e.seq)) != OK)
			return s;
	}
	*rows -= rank < *rows ? rank : *rows;
	if (*through)
		return OK;
	bind_number(remove, 1, list);
	bind_number(remove, 2, id_to_sql(r.first));
	return db_run(&q->db, remove);
}

static enum status
trim_recent(struct sqlite *q, int64_t list, const struct list_row *row, size_t *rows)
{
	struct recent_walk walk = recent_entries(&q->unlisted, list, 0, row->floor);
	const struct recent_entry *e;
	enum status s;

	while (*rows > 0 && (e = recent_next(&walk))) {
		recent_leave(&q->unlisted, list, e);
		if ((s = drop(q, list, row, e->id, e->seq)) != OK)
			return s;
		--*rows;
	}
	return OK;
}

/* Nothing below the floor is left. Nobody's lists, and conversations that are over, go. */
static enum status
finish(struct sqlite *q, int64_t list, const struct list_row *row)
{
	sqlite3_stmt *floor = db_sql(&q->db, SQL_TALKS_SET_FLOOR);
	struct recent_walk walk = recent_entries(&q->unlisted, list, 0, UINT64_MAX);
	struct run r;
	bool is_empty;
	enum status s;

	if ((s = run_find(&q->db, SQL_RUN_FIRST, list, 0, &r)) != OK)
		return s;
	is_empty = r.n == 0 && !recent_next(&walk);
	if (!row->owner.at || (row->contact.len && is_empty)) {
		names_forget(&q->names, row->owner, SHAPE_LIST, row->contact);
		return run_on_list(q, SQL_LIST_REMOVE, list);
	}
	if (row->contact.len)
		return OK;
	bind_text(floor, 1, row->owner);
	bind_number(floor, 2, id_to_sql(row->floor));
	if ((s = db_run(&q->db, floor)) != OK)
		return s;
	return run_on_owner(q, SQL_TRIM_ADD_TALKS, row->owner);
}

static enum status
trim_list(struct sqlite *q, int64_t list, const struct list_row *row)
{
	size_t rows = SWEEP_ROWS;
	bool through = false;
	enum status s;

	while (rows > 0 && !through)
		if ((s = trim_run(q, list, row, &rows, &through)) != OK)
			return s;
	if (!through)
		return OK;
	if ((s = trim_recent(q, list, row, &rows)) != OK || rows == 0)
		return s;
	if ((s = run_on_list(q, SQL_TRIM_REMOVE, list)) != OK)
		return s;
	return finish(q, list, row);
}

enum status
trim_slice(struct sqlite *q)
{
	struct list_row row;
	struct arena a;
	int64_t list;
	bool found;
	enum status s;

	s = db_find(&q->db, db_sql(&q->db, SQL_TRIM_NEXT), &found, &list);
	if (s != OK || !found) {
		q->may_trim = q->may_trim && s != OK;
		return s;
	}
	arena_init(&a, 1024);
	if ((s = get_row(q, list, &a, &found, &row)) == OK)
		s = found ? trim_list(q, list, &row) : run_on_list(q, SQL_TRIM_REMOVE, list);
	arena_fini(&a);
	return s == OK ? progress_save(q) : s;
}
