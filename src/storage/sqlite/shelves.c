/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

/* --- finding -------------------------------------------------------------------------- */

enum status
shelf_find(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t *shelf)
{
	sqlite3_stmt *st;
	enum status s;
	bool found;

	if ((*shelf = names_get(&q->names, owner, shape, word)))
		return OK;
	st = db_sql(&q->db, SQL_SHELF_FIND_OF);
	bind_text(st, 1, owner);
	bind_number(st, 2, shape);
	bind_text(st, 3, word);
	if ((s = db_find(&q->db, st, &found, shelf)) == OK && found)
		names_add(&q->names, owner, shape, word, *shelf);
	return s;
}

static enum status
owner_find(struct sqlite *q, struct str owner, bool *found, int64_t *id)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_OWNER_FIND);

	bind_text(st, 1, owner);
	return db_find(&q->db, st, found, id);
}

static enum status
owner_find_or_add(struct sqlite *q, struct str owner, int64_t *id)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_OWNER_ADD);
	size_t at = str_find(owner, '@');
	enum status s;
	bool found;

	if ((s = owner_find(q, owner, &found, id)) != OK || found)
		return s;
	bind_text(st, 1, owner);
	if (at < owner.len)
		bind_text(st, 2, str_slice(owner, at + 1, SIZE_MAX));
	else
		sqlite3_bind_null(st, 2);
	s = db_run(&q->db, st);
	*id = sqlite3_last_insert_rowid(q->db.sqlite);
	return s;
}

enum status
shelf_find_or_add(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t *shelf)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_SHELF_ADD);
	int64_t owner_id;
	enum status s;

	if ((s = shelf_find(q, owner, shape, word, shelf)) != OK || *shelf)
		return s;
	if ((s = owner_find_or_add(q, owner, &owner_id)) != OK)
		return s;
	bind_number(st, 1, owner_id);
	bind_number(st, 2, shape);
	bind_text(st, 3, word);
	if ((s = db_run(&q->db, st)) != OK)
		return s;
	*shelf = sqlite3_last_insert_rowid(q->db.sqlite);
	names_add(&q->names, owner, shape, word, *shelf);
	return OK;
}

/* --- detaching ------------------------------------------------------------------------ */

enum status
shelf_detach(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t shelf)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_SHELF_DETACH);

	names_forget(&q->names, owner, shape, word);
	q->may_sweep = true;
	bind_number(st, 1, shelf);
	return db_run(&q->db, st);
}

/* Undoing the transaction need not make these known again. */
static enum status
forget_names(struct sqlite *q, struct str owner, int64_t owner_id)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_SHELVES_OF);
	enum status s;
	bool row;

	bind_number(st, 1, owner_id);
	while ((s = db_step(&q->db, st, &row)) == OK && row)
		names_forget(
		    &q->names, owner, (unsigned)sqlite3_column_int(st, 0), column_str(st, 1));
	return s;
}

enum status
shelves_detach(struct sqlite *q, struct str owner)
{
	sqlite3_stmt *detach = db_sql(&q->db, SQL_SHELVES_DETACH);
	sqlite3_stmt *remove = db_sql(&q->db, SQL_OWNER_REMOVE);
	int64_t id;
	enum status s;
	bool found;

	if ((s = owner_find(q, owner, &found, &id)) != OK || !found)
		return s;
	if ((s = forget_names(q, owner, id)) != OK)
		return s;
	q->may_sweep = true;
	bind_number(detach, 1, id);
	if ((s = db_run(&q->db, detach)) != OK)
		return s;
	bind_number(remove, 1, id);
	return db_run(&q->db, remove);
}
