/* SPDX-License-Identifier: MIT
 *
 * Full-text search: the index knows the messages up to some seq; those behind it are read.
 * In a list seqs grow with ids, so the latter are its last ones.
 */
#include "storage/sqlite/reading.h"
#include "storage/sqlite/tokenizer.h"
#include "xmpp/words.h"

struct search {
	struct list_view *view;
	struct read *read;
	struct words_query question;
	struct arena arena;     /* of one message */
	int64_t indexed;        /* seq */
	struct run_entry *tail; /* not indexed; newest first */
	size_t n_tail, room;
};

static bool
is_full(const struct search *x)
{
	return x->read->rows.n == x->read->query.limit;
}

/* Adds the message, or tells that there is more when the page is full. */
static enum status
hit(struct search *x, const struct run_entry *e)
{
	bool added;

	if (is_full(x)) {
		x->read->rows.more = true;
		return OK;
	}
	return add_message(x->view, x->read, e, &x->arena, &added);
}

/* --- what is not indexed -------------------------------------------------------------- */

static enum status
find_tail(struct search *x)
{
	struct list_walk w;
	struct run_entry e;
	bool found = false;
	enum status s = list_walk(&w, x->view, true);

	while (
	    s == OK && (s = list_next(&w, &found, &e)) == OK && found && e.seq > x->indexed) {
		if (x->n_tail == x->room) {
			x->room = x->room ? 2 * x->room : 64;
			x->tail = mem_resize(x->tail, x->room * sizeof(*x->tail));
		}
		x->tail[x->n_tail++] = e;
	}
	list_walk_end(&w);
	return s;
}

static enum status
try(struct search *x, const struct run_entry *e)
{
	struct str text;
	enum status s;

	arena_reset(&x->arena);
	if ((s = message_text(x->view, e, &x->arena, &text)) != OK)
		return s;
	if (!words_match(&x->question, archived_read(text, e->tag, &x->arena).words, &x->arena))
		return OK;
	return hit(x, e);
}

static enum status
search_tail(struct search *x)
{
	enum status s = OK;

	for (size_t i = 0; i < x->n_tail && s == OK && !x->read->rows.more; i++)
		s = try(x, &x->tail[x->read->query.backwards ? i : x->n_tail - 1 - i]);
	return s;
}

/* --- what is indexed ------------------------------------------------------------------ */

/* The seqs of the first and last message of the view. False: it is empty. */
static enum status
find_seqs(struct search *x, bool *any, int64_t *first, int64_t *last)
{
	struct list_walk w;
	struct run_entry e;
	enum status s;

	if ((s = list_walk(&w, x->view, false)) != OK || (s = list_next(&w, any, &e)) != OK)
		return s;
	list_walk_end(&w);
	if (!*any)
		return OK;
	*first = e.seq;
	if ((s = list_walk(&w, x->view, true)) != OK || (s = list_next(&w, any, &e)) != OK)
		return s;
	list_walk_end(&w);
	*last = e.seq < x->indexed ? e.seq : x->indexed;
	return OK;
}

/* The message that the index has found. */
static enum status
get_entry(struct search *x, int64_t seq, bool *found, struct run_entry *e)
{
	sqlite3_stmt *st = db_sql(&x->view->reader->db, SQL_MESSAGE_GET);
	enum status s;

	bind_number(st, 1, seq);
	if ((s = db_step(&x->view->reader->db, st, found)) != OK || !*found)
		return s;
	*found = sqlite3_column_int64(st, 0) == x->view->archive;
	*e = (struct run_entry){ id_from_sql(sqlite3_column_int64(st, 2)), seq,
		(uint64_t)sqlite3_column_int64(st, 3) };
	db_through(st);
	return OK;
}

static enum status
search_index(struct search *x)
{
	bool backwards = x->read->query.backwards, any, row = false, found;
	struct db *db = &x->view->reader->db;
	sqlite3_stmt *st = db_sql(db, backwards ? SQL_INDEX_DOWN : SQL_INDEX_UP);
	int64_t first, last;
	struct str question;
	struct run_entry e;
	enum status s;

	if ((s = find_seqs(x, &any, &first, &last)) != OK || !any)
		return s;
	question = tokenizer_question(&x->read->rows.arena, x->view->archive,
	    x->view->list == x->view->archive ? 0 : x->view->list, &x->question);
	bind_text(st, 1, question);
	bind_number(st, 2, first);
	bind_number(st, 3, last);
	while (!x->read->rows.more && (s = db_step(db, st, &row)) == OK && row) {
		arena_reset(&x->arena);
		if ((s = get_entry(x, sqlite3_column_int64(st, 0), &found, &e)) != OK ||
		    (found && (s = hit(x, &e)) != OK))
			break;
	}
	db_through(st);
	return s;
}

/* --- the search ----------------------------------------------------------------------- */

static enum status
run(struct search *x)
{
	struct db *db = &x->view->reader->db;
	enum status s;
	bool found;

	s = db_find(db, db_sql(db, SQL_INDEX_PROGRESS), &found, &x->indexed);
	if (s != OK || (s = find_tail(x)) != OK)
		return s;
	if (x->read->query.backwards)
		return (s = search_tail(x)) == OK ? search_index(x) : s;
	return (s = search_index(x)) == OK ? search_tail(x) : s;
}

enum status
read_search(struct list_view *v, struct read *rd)
{
	const struct store_query *q = &rd->query;
	struct search x = { .view = v, .read = rd };
	enum status s = OK;

	if (q->from && q->backwards && v->last >= q->from)
		v->last = q->from - 1;
	if (q->from && !q->backwards && v->first <= q->from)
		v->first = q->from + 1;
	arena_init(&x.arena, 4096);
	x.question = words_ask(&rd->rows.arena, q->text);
	rd->rows.count = rd->rows.index = STORE_UNKNOWN;
	if (x.question.n > 0 && v->archive && v->first <= v->last)
		s = run(&x);
	arena_fini(&x.arena);
	free(x.tail);
	return s;
}
