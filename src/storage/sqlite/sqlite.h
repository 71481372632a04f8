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
#include "storage/sqlite/runs.h"

struct sqlite;

/*
 * Recent entries get their places in rounds, log by log in order. A round may take many
 * transactions: it stands `at` the shelf that is next, and goes back to where it `began` the
 * current transaction when that is undone. Logs have one, and the lists of archives another.
 */
struct placing {
	struct recent *recent;
	size_t round_entries; /* recent ones at which a round begins */

	/* Gives places to at most *entries of the shelf, and subtracts them. */
	enum status (*place)(struct sqlite *q, int64_t shelf, size_t *entries);

	int64_t last;     /* seq of all entries, ever; never used again */
	int64_t placed;   /* every entry up to this seq has its place, or was removed */
	int64_t *shelves; /* NULL: between rounds */
	size_t n, at, began;
	int64_t up_to; /* at the end, every entry up to this seq has its place */
};

struct sqlite {
	struct backend backend;
	struct directory directory;
	struct db db;
	struct names names;
	uint64_t names_before;  /* names.added when the transaction began */
	struct recent recent;   /* entries of logs */
	struct recent unlisted; /* messages of archives, in each list that they belong to */

	int64_t top;            /* see migrations.c, progress; as in the table */
	struct placing placing; /* of `recent` */
	struct placing listing; /* of `unlisted` */
	size_t appended;        /* entries of this group */
	bool may_sweep;         /* there may be detached shelves */
	bool may_trim;          /* there may be lists to be trimmed */
	uint64_t newest;        /* id of all messages of archives, ever */
	int64_t indexed;        /* see migrations.c, progress */
	int64_t indexed_before; /* when the transaction began */
	bool purging;           /* see migrations.c, progress */
	bool purging_before;    /* when the transaction began */
	bool purge_began;       /* and that is under way */
	msec_t purged_ms;       /* when it last began */

	int wal_pages;         /* in the log, after the last commit */
	int wal_checkpoint_at; /* pages at which the next checkpoint is due */
};

/* Constants, but for tests that cannot wait so long; those set them before store_open. */
struct sqlite_tuning {
	/* Recent entries at which a round begins that gives them places. The more entries of
	 * a log get places at once, the fewer pages are written for each; the price is 24 to
	 * 100 bytes of memory each. */
	size_t round_entries;

	/* The same for messages of archives; each counts in two lists. */
	size_t list_entries;

	/* Messages that wait to be found by their words without being read, above which that
	 * is prepared whenever nobody else waits; fewer wait for quiet times. */
	int64_t index_messages;

	/* Pages in the log at which they are copied to the file: often enough for restarts to
	 * be quick, seldom enough for a page that changes all the time to be copied once. */
	int checkpoint_pages;

	/* Without groups for so long, recent entries get their places, so that the next start
	 * is quick; and the log is emptied, so that its room on the disk is free. */
	msec_t quiet_ms;
};

extern struct sqlite_tuning sqlite_tuning;

/* --- shelves.c ------------------------------------------------------------------------ */

enum shape { SHAPE_ITEMS, SHAPE_LOG, SHAPE_LIST /* of an archive; only in names */ };

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

/* Finds the entries without places; after the start, once progress is known. */
MUST_CHECK enum status log_recover(struct sqlite *q);

/* For the placing of logs. */
MUST_CHECK enum status log_place(struct sqlite *q, int64_t shelf, size_t *entries);

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

/* --- lists.c -------------------------------------------------------------------------- */

/*
 * An archive is a list of messages, and so is each of its conversations: the messages with
 * one contact. contact is bare; none: the archive itself. *list is 0 when there is none.
 */
MUST_CHECK enum status list_find(
    struct sqlite *q, struct str owner, struct str contact, int64_t *list);
MUST_CHECK enum status list_find_or_add(
    struct sqlite *q, struct str owner, struct str contact, int64_t *list);

/* Up to this id the list has nothing; 0 unless it was trimmed. */
MUST_CHECK enum status list_floor(struct sqlite *q, int64_t list, uint64_t *id);

/* All lists of the owner are nobody's from now on, and everything in them is removed. */
MUST_CHECK enum status lists_detach(struct sqlite *q, struct str owner);

/* Messages with ids up to this one are in the list no more, and are removed bit by bit. */
MUST_CHECK enum status list_trim(struct sqlite *q, int64_t list, uint64_t id);

/* Within a transaction: removes a slice of what is to be trimmed. */
MUST_CHECK enum status trim_slice(struct sqlite *q);

/* --- runs.c --------------------------------------------------------------------------- */

/* For the placing of lists. */
MUST_CHECK enum status run_place(struct sqlite *q, int64_t list, size_t *entries);

/* The row that the statement finds, or stands on next; r->n is 0 when there is none. id: for
 * SQL_RUN_AT, the last run that does not begin behind it. */
MUST_CHECK enum status run_find(
    struct db *db, enum sql which, int64_t list, uint64_t id, struct run *r);
MUST_CHECK enum status run_step(struct db *db, sqlite3_stmt *st, struct run *r);

/* The highest id that the list ever had. */
MUST_CHECK enum status list_newest(struct sqlite *q, int64_t list, uint64_t *id);

/* The message that the list has under this id; *found is false when there is none. */
MUST_CHECK enum status list_message(
    struct sqlite *q, int64_t list, uint64_t id, bool *found, int64_t *seq);

/* --- archive.c ------------------------------------------------------------------------ */

/* Finds the messages that are in no run; after the start, once progress is known. */
MUST_CHECK enum status archive_recover(struct sqlite *q);

/* E_EXISTS: the archive has had this id, or a higher one. */
MUST_CHECK enum status archive_add(struct sqlite *q, const struct op *op);

MUST_CHECK enum status archive_replace(struct sqlite *q, const struct op *op);

/* The message is in this list under this id no more. Does nothing when it never was. */
MUST_CHECK enum status archive_drop(struct sqlite *q, int64_t seq, int64_t list, uint64_t id);

/* --- index.c -------------------------------------------------------------------------- */

/* Changes of a message that was indexed: before and after. Both do nothing for others. */
MUST_CHECK enum status index_forget(struct sqlite *q, int64_t seq);
MUST_CHECK enum status index_renew(struct sqlite *q, int64_t seq);

/* Messages wait to be indexed, or words of removed ones to be erased. In quiet times all that
 * there is to do is due. */
bool index_is_due(const struct sqlite *q, bool quiet);

/* Within a transaction: a slice of either. */
MUST_CHECK enum status index_slice(struct sqlite *q);

/* --- placing.c ------------------------------------------------------------------------ */

/* True in a round, and when there are so many recent entries that one should begin. */
bool placing_is_due(const struct placing *p);

/* Within a transaction: gives places to about that many entries. */
MUST_CHECK enum status placing_slice(struct sqlite *q, struct placing *p, size_t entries);

/* Keeps how far placing, listing and indexing have come. */
MUST_CHECK enum status progress_save(struct sqlite *q);

void placing_committed(struct placing *p);
void placing_undo(struct placing *p);

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
