/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

/* Runs a statement about a shelf and one of its items. */
static enum status
run(struct sqlite *q, enum sql which, int64_t shelf, struct str item)
{
	sqlite3_stmt *st = db_sql(&q->db, which);

	bind_number(st, 1, shelf);
	bind_text(st, 2, item);
	return db_run(&q->db, st);
}

static enum status
run_with_value(
    struct sqlite *q, enum sql which, int64_t shelf, struct str item, struct str value)
{
	bind_blob(db_sql(&q->db, which), 3, value);
	return run(q, which, shelf, item);
}

enum status
item_put(struct sqlite *q, int64_t shelf, struct str item, struct str value)
{
	return run_with_value(q, SQL_ITEM_PUT, shelf, item, value);
}

enum status
item_create(struct sqlite *q, int64_t shelf, struct str item, struct str value)
{
	return run_with_value(q, SQL_ITEM_CREATE, shelf, item, value);
}

enum status
item_remove(struct sqlite *q, int64_t shelf, struct str item)
{
	return run(q, SQL_ITEM_REMOVE, shelf, item);
}

enum status
items_remove(struct sqlite *q, int64_t shelf)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_ITEMS_REMOVE);

	bind_number(st, 1, shelf);
	return db_run(&q->db, st);
}

/* The item before which the shelf has so many; false: it has fewer. The statement stands on
 * it until it is made through. */
static enum status
item_after(struct sqlite *q, int64_t shelf, size_t rows, bool *found)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_ITEMS_SKIP);

	bind_number(st, 1, shelf);
	bind_number(st, 2, (int64_t)rows);
	return db_step(&q->db, st, found);
}

enum status
items_are_more(struct sqlite *q, int64_t shelf, size_t rows, bool *more)
{
	enum status s = item_after(q, shelf, rows, more);

	db_through(db_sql(&q->db, SQL_ITEMS_SKIP));
	return s;
}

enum status
items_remove_slice(struct sqlite *q, int64_t shelf, size_t rows, bool *more)
{
	sqlite3_stmt *after = db_sql(&q->db, SQL_ITEMS_SKIP);
	char copy[STORE_ITEM_MAX];
	struct str item;
	enum status s;

	if ((s = item_after(q, shelf, rows, more)) != OK)
		return s;
	if (!*more)
		return items_remove(q, shelf);
	item = column_str(after, 0);
	assert(item.len <= sizeof(copy));
	if (item.len)
		memcpy(copy, item.at, item.len);
	db_through(after);
	return run(q, SQL_ITEMS_REMOVE_TO, shelf, str_of(copy, item.len));
}
