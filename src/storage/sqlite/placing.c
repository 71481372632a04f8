/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

bool
placing_is_due(const struct sqlite *q)
{
	return q->placing.shelves || q->recent.count >= sqlite_tuning.round_entries;
}

static void
begin_round(struct sqlite *q)
{
	struct placing *p = &q->placing;

	*p = (struct placing){ .up_to = q->last_seq };
	p->shelves = recent_all_shelves(&q->recent, &p->n);
}

static enum status
add_place(struct sqlite *q, int64_t shelf, const struct recent_entry *e)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PLACE_ADD);
	int64_t id = id_to_sql(e->id);

	if (id > q->top)
		q->top = id;
	bind_number(st, 1, shelf);
	bind_number(st, 2, id);
	bind_number(st, 3, e->seq);
	bind_number(st, 4, (int64_t)e->bytes);
	return db_run(&q->db, st);
}

/* Subtracts what was done from *entries; the shelf is finished unless that becomes 0. */
static enum status
place_shelf(struct sqlite *q, int64_t shelf, size_t *entries)
{
	struct recent_walk walk = recent_entries(&q->recent, shelf, 0, UINT64_MAX);
	const struct recent_entry *e;
	enum status s;

	while (*entries > 0 && (e = recent_next(&walk))) {
		if ((s = add_place(q, shelf, e)) != OK)
			return s;
		recent_leave(&q->recent, shelf, e);
		--*entries;
	}
	return OK;
}

static bool
is_finished(const struct placing *p)
{
	return p->shelves && p->at == p->n;
}

static enum status
save_progress(struct sqlite *q)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PROGRESS_SET);

	bind_number(st, 1, is_finished(&q->placing) ? q->placing.up_to : q->placed);
	bind_number(st, 2, q->top);
	return db_run(&q->db, st);
}

enum status
placing_slice(struct sqlite *q, size_t entries)
{
	struct placing *p = &q->placing;
	enum status s;

	if (!p->shelves)
		begin_round(q);
	while (p->at < p->n && entries > 0) {
		if ((s = place_shelf(q, p->shelves[p->at], &entries)) != OK)
			return s;
		if (entries > 0)
			p->at++;
	}
	return save_progress(q);
}

void
placing_committed(struct sqlite *q)
{
	struct placing *p = &q->placing;

	p->began = p->at;
	if (!is_finished(p))
		return;
	q->placed = p->up_to;
	free(p->shelves);
	*p = (struct placing){ NULL };
}

void
placing_undo(struct sqlite *q)
{
	q->placing.at = q->placing.began;
}
