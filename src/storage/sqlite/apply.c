/* SPDX-License-Identifier: MIT
 *
 * What each operation of a batch does.
 */
#include "storage/sqlite/sqlite.h"

/* --- keyed values --------------------------------------------------------------------- */

static enum status
put(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	enum status s = shelf_find_or_add(q, op->owner, SHAPE_ITEMS, op->word, &shelf);

	return s == OK ? item_put(q, shelf, op->item, op->value) : s;
}

static enum status
create(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	enum status s = shelf_find_or_add(q, op->owner, SHAPE_ITEMS, op->word, &shelf);

	return s == OK ? item_create(q, shelf, op->item, op->value) : s;
}

static enum status
remove_item(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	enum status s = shelf_find(q, op->owner, SHAPE_ITEMS, op->word, &shelf);

	return s == OK && shelf ? item_remove(q, shelf, op->item) : s;
}

/* Others should not have to wait until a large kind or log is removed. */
static enum status
remove_kind(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	bool large;
	enum status s = shelf_find(q, op->owner, SHAPE_ITEMS, op->word, &shelf);

	if (s != OK || !shelf)
		return s;
	if ((s = items_are_more(q, shelf, SWEEP_ROWS, &large)) != OK)
		return s;
	if (large)
		return shelf_detach(q, op->owner, SHAPE_ITEMS, op->word, shelf);
	return items_remove(q, shelf);
}

/* --- logs ----------------------------------------------------------------------------- */

static enum status
append(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	enum status s = shelf_find_or_add(q, op->owner, SHAPE_LOG, op->word, &shelf);

	return s == OK ? log_append(q, shelf, op->id, op->value) : s;
}

static enum status
cut(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	enum status s = shelf_find(q, op->owner, SHAPE_LOG, op->word, &shelf);

	return s == OK && shelf ? log_remove(q, shelf, op->id, op->id) : s;
}

static enum status
trim(struct sqlite *q, const struct op *op)
{
	int64_t shelf;
	bool large = false;
	enum status s = shelf_find(q, op->owner, SHAPE_LOG, op->word, &shelf);

	if (s != OK || !shelf)
		return s;
	if (op->id == UINT64_MAX && (s = log_is_longer(q, shelf, SWEEP_ROWS, &large)) != OK)
		return s;
	if (large)
		return shelf_detach(q, op->owner, SHAPE_LOG, op->word, shelf);
	return log_remove(q, shelf, 0, op->id);
}

/* --- archives ------------------------------------------------------------------------- */

static enum status
forget(struct sqlite *q, const struct op *op)
{
	int64_t list;
	enum status s = list_find(q, op->owner, S(""), &list);

	return s == OK && list ? list_trim(q, list, op->id) : s;
}

static enum status
erase(struct sqlite *q, const struct op *op)
{
	enum status s = shelves_detach(q, op->owner);

	return s == OK ? lists_detach(q, op->owner) : s;
}

enum status
apply_op(struct sqlite *q, const struct op *op)
{
	switch (op->code) {
	case OP_PUT:
		return put(q, op);
	case OP_CREATE:
		return create(q, op);
	case OP_REMOVE:
		return remove_item(q, op);
	case OP_REMOVE_KIND:
		return remove_kind(q, op);
	case OP_APPEND:
		return append(q, op);
	case OP_CUT:
		return cut(q, op);
	case OP_TRIM:
		return trim(q, op);
	case OP_ERASE:
		return erase(q, op);
	case OP_ARCHIVE:
		return archive_add(q, op);
	case OP_REPLACE:
		return archive_replace(q, op);
	case OP_FORGET:
		return forget(q, op);
	}
	assert(!"unknown operation");
	return E_INVALID;
}
