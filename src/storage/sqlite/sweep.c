/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

static enum status
remove_slice(struct sqlite *q, int64_t shelf, int64_t shape, bool *more)
{
	return shape == SHAPE_LOG ? log_remove_slice(q, shelf, SWEEP_ROWS, more)
				  : items_remove_slice(q, shelf, SWEEP_ROWS, more);
}

enum status
sweep_slice(struct sqlite *q)
{
	sqlite3_stmt *detached = db_sql(&q->db, SQL_SHELF_DETACHED);
	sqlite3_stmt *remove = db_sql(&q->db, SQL_SHELF_REMOVE);
	int64_t shelf, shape;
	bool row, more;
	enum status s;

	if ((s = db_step(&q->db, detached, &row)) != OK)
		return s;
	if (!row) {
		q->may_sweep = false;
		return OK;
	}
	shelf = sqlite3_column_int64(detached, 0);
	shape = sqlite3_column_int64(detached, 1);
	db_through(detached);

	if ((s = remove_slice(q, shelf, shape, &more)) != OK || more)
		return s;
	bind_number(remove, 1, shelf);
	return db_run(&q->db, remove);
}
