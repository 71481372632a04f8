/* SPDX-License-Identifier: MIT
 *
 * Reading a list: first its runs, then what is in no run yet. Ids of a list only grow, and
 * messages get into runs in that order, so the one begins where the other ends, wherever
 * that is in this transaction. recent.h tells why none is missed in between.
 */
#include "storage/sqlite/reading.h"

/* --- views ---------------------------------------------------------------------------- */

static enum status
find_list(struct sqlite_reader *r, struct str owner, struct str contact, int64_t *list,
    uint64_t *floor)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_LIST_FIND);
	enum status s;
	bool row;

	*list = 0;
	bind_text(st, 1, owner);
	bind_text(st, 2, contact);
	if ((s = db_step(&r->db, st, &row)) != OK || !row)
		return s;
	*list = sqlite3_column_int64(st, 0);
	*floor = id_from_sql(sqlite3_column_int64(st, 1));
	db_through(st);
	return OK;
}

/* Whether this transaction sees the message's row. */
static enum status
is_visible(struct sqlite_reader *r, int64_t archive, const struct recent_entry *e, bool *is)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_MESSAGE_GET);
	enum status s;

	bind_number(st, 1, e->seq);
	if ((s = db_step(&r->db, st, is)) != OK || !*is)
		return s;
	*is = sqlite3_column_int64(st, 0) == archive &&
	      id_from_sql(sqlite3_column_int64(st, 2)) == e->id;
	db_through(st);
	return OK;
}

/* Messages of a list are committed in its order: behind the last that is seen none is. */
static enum status
cut_to_visible(struct list_view *v)
{
	struct recent_position from = { UINT64_MAX, INT64_MAX };
	struct recent_entry e;
	bool is = false;
	enum status s;

	while (recent_copy(v->reader->unlisted, v->list, from, true, &e, 1) == 1 &&
	       e.id > v->placed) {
		if ((s = is_visible(v->reader, v->archive, &e, &is)) != OK)
			return s;
		if (is)
			break;
		from = (struct recent_position){ e.id, e.seq };
	}
	if (is && v->last > e.id)
		v->last = e.id;
	if (!is && v->last > v->placed)
		v->last = v->placed;
	return OK;
}

static enum status
open_view(struct list_view *v)
{
	struct run r;
	enum status s;

	v->has_runs = false;
	v->placed = 0;
	v->ordinal = 0;
	if ((s = run_find(&v->reader->db, SQL_RUN_LAST, v->list, 0, &r)) != OK)
		return s;
	if (r.n > 0) {
		v->has_runs = true;
		v->placed = run_entry(&r, r.n - 1).id;
		v->ordinal = r.ordinal + (int64_t)r.n;
	}
	return cut_to_visible(v);
}

enum status
list_view(struct sqlite_reader *r, struct str owner, struct str contact, uint64_t first,
    uint64_t last, struct list_view *v)
{
	uint64_t floor = 0, unused;
	enum status s;

	*v = (struct list_view){ .reader = r, .first = 1 };
	if ((s = find_list(r, owner, S(""), &v->archive, &floor)) != OK || !v->archive)
		return s;
	v->list = v->archive;
	if (contact.len && (s = find_list(r, owner, contact, &v->list, &unused)) != OK)
		return s;
	if (!v->list || floor == UINT64_MAX) {
		v->archive = 0;
		return OK;
	}
	v->first = first > floor ? first : floor + 1;
	v->last = last;
	return open_view(v);
}

enum status
list_view_of(
    struct list_view *archive, int64_t list, uint64_t first, uint64_t last, struct list_view *v)
{
	*v = *archive;
	v->list = list;
	v->first = first > archive->first ? first : archive->first;
	v->last = last;
	return open_view(v);
}

/* --- places --------------------------------------------------------------------------- */

static enum status
rank_in_runs(struct list_view *v, uint64_t id, int64_t *rank)
{
	struct db *db = &v->reader->db;
	struct run r;
	enum status s;

	if ((s = run_find(db, SQL_RUN_AT, v->list, id, &r)) != OK)
		return s;
	if (r.n > 0) {
		*rank = r.ordinal + (int64_t)run_rank(&r, id);
		return OK;
	}
	if ((s = run_find(db, SQL_RUN_FIRST, v->list, 0, &r)) == OK)
		*rank = r.ordinal;
	return s;
}

enum status
list_rank(struct list_view *v, uint64_t id, int64_t *rank)
{
	if (v->has_runs && id < v->placed)
		return rank_in_runs(v, id, rank);
	*rank = v->ordinal;
	if (id > v->placed)
		*rank += (int64_t)recent_count(v->reader->unlisted, v->list, v->placed + 1, id);
	return OK;
}

enum status
list_count(struct list_view *v, uint64_t *count)
{
	int64_t before, up_to;
	enum status s;

	*count = 0;
	if (!v->archive || v->first > v->last)
		return OK;
	if ((s = list_rank(v, v->first - 1, &before)) != OK ||
	    (s = list_rank(v, v->last, &up_to)) != OK)
		return s;
	*count = (uint64_t)(up_to - before);
	return OK;
}

enum status
list_has(struct list_view *v, uint64_t id, bool *has)
{
	struct list_view one = *v;
	uint64_t count;
	enum status s;

	*has = false;
	if (!v->archive || id < v->first || id > v->last)
		return OK;
	one.first = one.last = id;
	if ((s = list_count(&one, &count)) == OK)
		*has = count > 0;
	return s;
}

/* --- walks ---------------------------------------------------------------------------- */

static enum status
enter_runs(struct list_walk *w)
{
	struct list_view *v = w->view;
	struct db *db = &v->reader->db;
	uint64_t from = w->backwards ? v->last : v->first;
	enum status s;

	w->among_runs = true;
	w->run.n = 0;
	if (!w->backwards) { /* the run that holds the first, or the one behind it */
		struct run r;

		if ((s = run_find(db, SQL_RUN_AT, v->list, v->first, &r)) != OK)
			return s;
		from = r.n > 0 ? r.first : v->first;
	}
	w->runs = db_sql(db, w->backwards ? SQL_RUNS_DOWN : SQL_RUNS_UP);
	bind_number(w->runs, 1, v->list);
	bind_number(w->runs, 2, id_to_sql(from));
	return OK;
}

static enum status
next_run(struct list_walk *w)
{
	enum status s = run_step(&w->view->reader->db, w->runs, &w->run);

	w->at = w->backwards ? w->run.n : 0;
	return s;
}

static void
enter_recent(struct list_walk *w)
{
	struct list_view *v = w->view;

	w->among_runs = false;
	w->n_copies = w->at_copy = 0;
	if (w->backwards)
		w->from = (struct recent_position){ v->last, INT64_MAX };
	else if (v->first > v->placed)
		w->from = (struct recent_position){ v->first, INT64_MIN };
	else
		w->from = (struct recent_position){ v->placed, INT64_MAX };
}

enum status
list_walk(struct list_walk *w, struct list_view *v, bool backwards)
{
	w->view = v;
	w->backwards = backwards;
	w->runs = NULL;
	if (!v->archive || v->first > v->last) {
		/* No copy will be left, and no run is looked for. */
		w->view = NULL;
		return OK;
	}
	if (backwards ? v->last > v->placed : v->first > v->placed || !v->has_runs) {
		enter_recent(w);
		return OK;
	}
	return enter_runs(w);
}

/* False: there is none of them left. */
static bool
take_recent(struct list_walk *w, struct run_entry *e)
{
	const struct recent_entry *copy;

	if (w->at_copy == w->n_copies) {
		w->n_copies = recent_copy(w->view->reader->unlisted, w->view->list, w->from,
		    w->backwards, w->copies, COPY_ENTRIES);
		w->at_copy = 0;
	}
	if (w->at_copy == w->n_copies)
		return false;
	copy = &w->copies[w->at_copy++];
	w->from = (struct recent_position){ copy->id, copy->seq };
	*e = (struct run_entry){ copy->id, copy->seq, copy->tag };
	return e->id > w->view->placed;
}

static enum status
take_from_runs(struct list_walk *w, bool *found, struct run_entry *e)
{
	bool used_up = w->backwards ? w->at == 0 : w->at == w->run.n;
	enum status s;

	*found = false;
	if (used_up || w->run.n == 0) {
		if ((s = next_run(w)) != OK || w->run.n == 0)
			return s;
	}
	*e = run_entry(&w->run, w->backwards ? --w->at : w->at++);
	*found = true;
	return OK;
}

/* One of either kind; runs come first, or last when it goes backwards. */
static enum status
take(struct list_walk *w, bool *found, struct run_entry *e)
{
	enum status s;

	if (w->among_runs) {
		if ((s = take_from_runs(w, found, e)) != OK || *found || w->backwards)
			return s;
		enter_recent(w);
	}
	if ((*found = take_recent(w, e)) || !w->backwards || !w->view->has_runs)
		return OK;
	if ((s = enter_runs(w)) != OK)
		return s;
	return take_from_runs(w, found, e);
}

enum status
list_next(struct list_walk *w, bool *found, struct run_entry *e)
{
	const struct list_view *v = w->view;
	enum status s;

	*found = false;
	while (w->view) {
		if ((s = take(w, found, e)) != OK)
			return s;
		if (!*found || (w->backwards ? e->id < v->first : e->id > v->last)) {
			*found = false;
			list_walk_end(w);
		} else if (w->backwards ? e->id <= v->last : e->id >= v->first) {
			return OK;
		}
	}
	return OK;
}

void
list_walk_end(struct list_walk *w)
{
	if (w->runs)
		db_through(w->runs);
	w->runs = NULL;
	w->view = NULL;
}

/* --- messages ------------------------------------------------------------------------- */

static enum status
text_of(struct sqlite_reader *r, int64_t seq, struct arena *a, bool *found, struct str *text)
{
	sqlite3_stmt *st = db_sql(&r->db, SQL_MESSAGE_GET);
	enum status s;

	bind_number(st, 1, seq);
	if ((s = db_step(&r->db, st, found)) != OK || !*found)
		return s;
	*text = str_copy(a, column_str(st, 5));
	db_through(st);
	return OK;
}

enum status
message_text(struct list_view *v, const struct run_entry *e, struct arena *a, struct str *text)
{
	struct sqlite_reader *r = v->reader;
	sqlite3_stmt *st = db_sql(&r->db, SQL_MESSAGE_GET);
	int64_t of = 0;
	enum status s;
	bool found;

	bind_number(st, 1, e->seq);
	if ((s = db_step(&r->db, st, &found)) != OK)
		return s;
	if (found) {
		found = sqlite3_column_int64(st, 0) == v->archive &&
			id_from_sql(sqlite3_column_int64(st, 2)) == e->id;
		of = sqlite3_column_int64(st, 4);
		*text = str_copy(a, column_str(st, 5));
		db_through(st);
	}
	if (found && of)
		s = text_of(r, of, a, &found, text);
	if (s != OK || found)
		return s;
	snprintf(r->reader.trouble, TROUBLE_MAX, "message %lld of list %lld is missing",
	    (long long)e->seq, (long long)v->archive);
	return E_IO;
}
