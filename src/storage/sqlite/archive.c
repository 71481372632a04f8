/* SPDX-License-Identifier: MIT
 *
 * The messages of archives: a row each, and a place in two lists. A message that both sides
 * keep has two rows, of which the second refers to the first for its text.
 */
#include "storage/archive.h"

#include "storage/sqlite/sqlite.h"
#include "xmpp/jid.h"

/* --- rows ----------------------------------------------------------------------------- */

struct message_row {
	bool found;
	int64_t list, of; /* of: 0 when it has its text itself */
	uint64_t id;
	struct str text; /* in the arena; only of a row that has it */
};

static enum status
get_message(struct sqlite *q, int64_t seq, struct arena *a, struct message_row *m)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_GET);
	enum status s;

	bind_number(st, 1, seq);
	if ((s = db_step(&q->db, st, &m->found)) != OK || !m->found)
		return s;
	m->list = sqlite3_column_int64(st, 0);
	m->id = id_from_sql(sqlite3_column_int64(st, 2));
	m->of = sqlite3_column_int64(st, 4);
	m->text = m->of ? S("") : str_copy(a, column_str(st, 5));
	db_through(st);
	return OK;
}

static enum status
set_text(struct sqlite *q, int64_t seq, struct str text)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_SET_TEXT);

	bind_number(st, 1, seq);
	bind_blob(st, 2, text);
	return db_run(&q->db, st);
}

/* The other side's message keeps the text that this one is about to lose. */
static enum status
hand_over(struct sqlite *q, int64_t seq, const struct message_row *m)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_COPY);
	int64_t copy;
	bool found;
	enum status s;

	if (m->of)
		return OK;
	bind_number(st, 1, seq);
	if ((s = db_find(&q->db, st, &found, &copy)) != OK || !found)
		return s;
	return set_text(q, copy, m->text);
}

static enum status
remove_row(struct sqlite *q, int64_t seq)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_REMOVE);

	bind_number(st, 1, seq);
	return db_run(&q->db, st);
}

/* --- adding --------------------------------------------------------------------------- */

/* The message of the sender's archive that has the same text; 0 when there is none. */
static enum status
find_origin(struct sqlite *q, struct str sender, uint64_t id, int64_t *seq)
{
	struct message_row m = { .found = false };
	struct arena a;
	int64_t list;
	bool found;
	enum status s;

	*seq = 0;
	if (!id)
		return OK;
	if ((s = list_find(q, sender, S(""), &list)) != OK || !list ||
	    (s = list_message(q, list, id, &found, seq)) != OK || !found)
		return s;
	/* Numbers in a run stay when their message has been removed. */
	arena_init(&a, 1024);
	s = get_message(q, *seq, &a, &m);
	arena_fini(&a);
	if (!m.found || m.list != list || m.id != id || m.of)
		*seq = 0;
	return s;
}

static enum status
add_row(struct sqlite *q, const struct op *op, int64_t list, int64_t talk, int64_t origin)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGE_ADD);

	bind_number(st, 1, q->listing.last);
	bind_number(st, 2, list);
	bind_number(st, 3, talk);
	bind_number(st, 4, id_to_sql(op->id));
	bind_number(st, 5, (int64_t)op->tag);
	if (origin) {
		bind_number(st, 6, origin);
		sqlite3_bind_null(st, 7);
	} else {
		sqlite3_bind_null(st, 6);
		bind_blob(st, 7, op->value);
	}
	return db_run(&q->db, st);
}

enum status
archive_add(struct sqlite *q, const struct op *op)
{
	struct str contact = jid_bare(jid_trusted(op->item));
	int64_t list, talk, origin;
	uint64_t newest;
	enum status s;

	if ((s = list_find_or_add(q, op->owner, S(""), &list)) != OK ||
	    (s = list_newest(q, list, &newest)) != OK)
		return s;
	if (op->id <= newest)
		return E_EXISTS;
	if ((s = list_find_or_add(q, op->owner, contact, &talk)) != OK ||
	    (s = find_origin(q, contact, op->origin, &origin)) != OK)
		return s;
	q->listing.last++;
	recent_add(&q->unlisted, list, op->id, q->listing.last, op->tag);
	recent_add(&q->unlisted, talk, op->id, q->listing.last, op->tag);
	if (op->id > q->newest)
		q->newest = op->id;
	q->appended += 2;
	return add_row(q, op, list, talk, origin);
}

/* --- changing and removing ------------------------------------------------------------ */

enum status
archive_replace(struct sqlite *q, const struct op *op)
{
	struct message_row m;
	struct arena a;
	int64_t list, seq;
	bool found;
	enum status s;

	if ((s = list_find(q, op->owner, S(""), &list)) != OK || !list ||
	    (s = list_message(q, list, op->id, &found, &seq)) != OK || !found)
		return s;
	arena_init(&a, 1024);
	if ((s = get_message(q, seq, &a, &m)) == OK && m.found && m.list == list &&
	    m.id == op->id && (s = index_forget(q, seq)) == OK &&
	    (s = hand_over(q, seq, &m)) == OK && (s = set_text(q, seq, op->value)) == OK)
		s = index_renew(q, seq);
	arena_fini(&a);
	return s;
}

enum status
archive_drop(struct sqlite *q, int64_t seq, int64_t list, uint64_t id)
{
	struct message_row m;
	struct arena a;
	enum status s;

	arena_init(&a, 1024);
	if ((s = get_message(q, seq, &a, &m)) == OK && m.found && m.list == list &&
	    m.id == id && (s = index_forget(q, seq)) == OK && (s = hand_over(q, seq, &m)) == OK)
		s = remove_row(q, seq);
	arena_fini(&a);
	return s;
}

/* --- after the start ------------------------------------------------------------------ */

/* In a round that was not finished some lists had their turn, others had not. */
static enum status
add_to_list(struct sqlite *q, int64_t list, uint64_t id, int64_t seq, uint64_t tag)
{
	struct run r;
	uint64_t newest;
	enum status s;

	if (!recent_last(&q->unlisted, list, &newest)) {
		if ((s = run_find(&q->db, SQL_RUN_LAST, list, 0, &r)) != OK)
			return s;
		if (r.n > 0 && run_entry(&r, r.n - 1).id >= id)
			return OK;
	}
	recent_add(&q->unlisted, list, id, seq, tag);
	return OK;
}

enum status
archive_recover(struct sqlite *q)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_MESSAGES_FROM);
	enum status s;
	bool row;

	s = db_find(&q->db, db_sql(&q->db, SQL_MESSAGE_LAST), &row, &q->listing.last);
	if (s != OK)
		return s;
	if (q->listing.last < q->listing.placed)
		q->listing.last = q->listing.placed;
	bind_number(st, 1, q->listing.placed);
	while ((s = db_step(&q->db, st, &row)) == OK && row) {
		int64_t seq = sqlite3_column_int64(st, 0);
		uint64_t id = id_from_sql(sqlite3_column_int64(st, 3));
		uint64_t tag = (uint64_t)sqlite3_column_int64(st, 4);

		if ((s = add_to_list(q, sqlite3_column_int64(st, 1), id, seq, tag)) != OK ||
		    (s = add_to_list(q, sqlite3_column_int64(st, 2), id, seq, tag)) != OK)
			break;
		if (id > q->newest)
			q->newest = id;
	}
	db_through(st);
	recent_committed(&q->unlisted);
	return s;
}
