/* SPDX-License-Identifier: MIT
 *
 * The back end's writing side and its parts. All of it is the writer's thread's, but for
 * `recent`, which readers ask too.
 */
#ifndef STORAGE_SQLITE_SQLITE_H
#define STORAGE_SQLITE_SQLITE_H

#include "storage/backend.h"
#include "storage/sqlite/db.h"
#include "storage/sqlite/directory.h"
#include "storage/sqlite/names.h"
#include "storage/sqlite/recent.h"

/*
 * Recent entries get their places in rounds, log by log in order. A round may take many
 * transactions: it stands `at` the shelf that is next, and goes back to where it `began` the
 * current transaction when that is undone.
 */
struct placing {
	int64_t *shelves; /* NULL: between rounds */
	size_t n, at, began;
	int64_t up_to; /* at the end, every entry up to this seq has its place */
};

struct sqlite {
	struct backend backend;
	struct directory directory;
	struct db db;
	struct names names;
	uint64_t names_before; /* names.added when the transaction began */
	struct recent recent;

	int64_t last_seq; /* of all entries, ever; never used again */
	int64_t placed;   /* see migrations.c, progress */
	int64_t top;      /* likewise, as in the table */
	struct placing placing;
	size_t appended; /* entries of this group */
	bool may_sweep;  /* there may be detached shelves */

	int wal_pages;         /* in the log, after the last commit */
	int wal_checkpoint_at; /* pages at which the next checkpoint is due */
};

/* Constants, but for tests that cannot wait so long; those set them before store_open. */
struct sqlite_tuning {
	/* Recent entries at which a round begins that gives them places. The more entries of
	 * a log get places at once, the fewer pages are written for each; the price is 24 to
	 * 100 bytes of memory each. */
	size_t round_entries;

	/* Pages in the log at which they are copied to the file: often enough for restarts to
	 * be quick, seldom enough for a page that changes all the time to be copied once. */
	int checkpoint_pages;

	/* Without groups for so long, recent entries get their places, so that the next start
	 * is quick; and the log is emptied, so that its room on the disk is free. */
	msec_t quiet_ms;
};

extern struct sqlite_tuning sqlite_tuning;

/* --- shelves.c ------------------------------------------------------------------------ */

enum shape { SHAPE_ITEMS, SHAPE_LOG };

/* *shelf is 0 when there is none. */
MUST_CHECK enum status shelf_find(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t *shelf);

MUST_CHECK enum status shelf_find_or_add(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t *shelf);

/* Takes the shelf, or all of the owner's, from their names; sweep_slice removes the rows. */
MUST_CHECK enum status shelf_detach(
    struct sqlite *q, struct str owner, enum shape shape, struct str word, int64_t shelf);
MUST_CHECK enum status shelves_detach(struct sqlite *q, struct str owner);

/* --- items.c -------------------------------------------------------------------------- */

MUST_CHECK enum status item_put(
    struct sqlite *q, int64_t shelf, struct str item, struct str value);

/* E_EXISTS: there is one. */
MUST_CHECK enum status item_create(
    struct sqlite *q, int64_t shelf, struct str item, struct str value);

MUST_CHECK enum status item_remove(struct sqlite *q, int64_t shelf, struct str item);
MUST_CHECK enum status items_remove(struct sqlite *q, int64_t shelf);

/* True when the shelf has more items than that. */
MUST_CHECK enum status items_are_more(struct sqlite *q, int64_t shelf, size_t rows, bool *more);

/* Removes about that many items; *more tells whether there are others. */
MUST_CHECK enum status items_remove_slice(
    struct sqlite *q, int64_t shelf, size_t rows, bool *more);

/* --- logs.c --------------------------------------------------------------------------- */

/* Finds the entries without places; after the start. */
MUST_CHECK enum status log_recover(struct sqlite *q);

/* E_EXISTS: the log has an entry with this id. */
MUST_CHECK enum status log_append(
    struct sqlite *q, int64_t shelf, uint64_t id, struct str value);

/* Removes the entries from first to last. */
MUST_CHECK enum status log_remove(
    struct sqlite *q, int64_t shelf, uint64_t first, uint64_t last);

/* True when the log has more entries than that. */
MUST_CHECK enum status log_is_longer(
    struct sqlite *q, int64_t shelf, size_t rows, bool *longer);

/* Removes about that many entries; *more tells whether there are others. */
MUST_CHECK enum status log_remove_slice(
    struct sqlite *q, int64_t shelf, size_t rows, bool *more);

/* Ids in the tables: signed numbers in the same order. */
static inline int64_t
id_to_sql(uint64_t id)
{
	return (int64_t)(id ^ (UINT64_C(1) << 63));
}

static inline uint64_t
id_from_sql(int64_t id)
{
	return (uint64_t)id ^ (UINT64_C(1) << 63);
}

/* --- placing.c ------------------------------------------------------------------------ */

/* True in a round, and when there are so many recent entries that one should begin. */
bool placing_is_due(const struct sqlite *q);

/* Within a transaction: gives places to about that many entries. */
MUST_CHECK enum status placing_slice(struct sqlite *q, size_t entries);

void placing_committed(struct sqlite *q);
void placing_undo(struct sqlite *q);

/* --- sweep.c -------------------------------------------------------------------------- */

/* Rows that an operation, or a slice of the sweep, removes at once. */
enum { SWEEP_ROWS = 512 };

/* Within a transaction: removes a slice of the rows of detached shelves. */
MUST_CHECK enum status sweep_slice(struct sqlite *q);

/* --- apply.c -------------------------------------------------------------------------- */

MUST_CHECK enum status apply_op(struct sqlite *q, const struct op *op);

/* --- reading.c ------------------------------------------------------------------------ */

enum status sqlite_reader_open(struct backend *b, struct backend_reader **out);
void sqlite_reader_close(struct backend_reader **r);
enum status sqlite_read_begin(struct backend_reader *r);
enum status sqlite_read(struct backend_reader *r, struct read *rd);
void sqlite_read_end(struct backend_reader *r);

#endif
