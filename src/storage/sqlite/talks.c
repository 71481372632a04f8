/* SPDX-License-Identifier: MIT
 *
 * The conversations of an archive, each with its last message and what is unread in it.
 */
#include "base/limits.h"
#include "base/pack.h"
#include "storage/sqlite/reading.h"

/* The id up to which the owner has read; 0: nothing is known. */
static enum status
read_mark(struct sqlite_reader *r, int64_t shelf, struct str contact, uint64_t *id)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_ITEM_GET);
	enum status s;
	bool row;

	*id = 0;
	if (!shelf)
		return OK;
	bind_number(st, 1, shelf);
	bind_text(st, 2, contact);
	if ((s = db_step(&r->db, st, &row)) == OK && row) {
		*id = unpack_uint(&(struct unpack){ column_str(st, 0) }, 8);
		db_through(st);
	}
	return s;
}

/* Goes back as far as the answer lies. */
static enum status
count_unread(struct list_view *v, uint64_t mark, struct store_row *row)
{
	struct list_walk w;
	struct run_entry e;
	bool found = false, answered = false;
	enum status s = list_walk(&w, v, true);

	while (s == OK && (s = list_next(&w, &found, &e)) == OK && found) {
		if (!row->id)
			row->id = e.id;
		if (!row->other && tag_is_message(e.tag))
			row->other = e.id;
		/* What the owner has said himself comes after what he has read. */
		answered = answered || e.id <= mark ||
			   (tag_is_outgoing(e.tag) && tag_is_message(e.tag));
		row->n += !answered && tag_counts(e.tag);
		if ((answered && row->other) || row->n >= UNREAD_MAX)
			break;
	}
	list_walk_end(&w);
	return s;
}

static enum status
read_talk(
    struct list_view *archive, struct read *rd, int64_t shelf, struct str contact, int64_t list)
{
	struct store_row row = { .item = contact };
	struct list_view v;
	uint64_t mark;
	enum status s;

	if ((s = list_view_of(archive, list, 0, UINT64_MAX, &v)) != OK ||
	    (s = read_mark(archive->reader, shelf, contact, &mark)) != OK ||
	    (s = count_unread(&v, mark, &row)) != OK || !row.id)
		return s;
	return read_add(rd, &row);
}

enum status
read_talks(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	sqlite3_stmt *st = db_sql(&r->db, SQL_LISTS_OF);
	struct list_view archive;
	int64_t shelf;
	bool row;
	enum status s;

	if ((s = list_view(r, q->owner, S(""), 0, UINT64_MAX, &archive)) != OK ||
	    !archive.archive ||
	    (s = reader_find_shelf(r, q->owner, SHAPE_ITEMS, q->kinds[0], &shelf)) != OK)
		return s;
	bind_text(st, 1, q->owner);
	while ((s = db_step(&r->db, st, &row)) == OK && row) {
		struct str contact = column_str(st, 0);

		if (contact.len && (s = read_talk(&archive, rd, shelf, contact,
					sqlite3_column_int64(st, 1))) != OK)
			break;
	}
	db_through(st);
	return s;
}
