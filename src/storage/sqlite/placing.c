/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sqlite.h"

bool
placing_is_due(const struct placing *p)
{
	return p->shelves || p->recent->count >= p->round_entries;
}

static void
begin_round(struct placing *p)
{
	p->up_to = p->last;
	p->at = p->began = 0;
	p->shelves = recent_all_shelves(p->recent, &p->n);
}

static bool
is_finished(const struct placing *p)
{
	return p->shelves && p->at == p->n;
}

static int64_t
placed(const struct placing *p)
{
	return is_finished(p) ? p->up_to : p->placed;
}

enum status
progress_save(struct sqlite *q)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_PROGRESS_SET);

	bind_number(st, 1, placed(&q->placing));
	bind_number(st, 2, q->top);
	bind_number(st, 3, placed(&q->listing));
	bind_number(st, 4, id_to_sql(q->newest));
	bind_number(st, 5, q->indexed);
	bind_number(st, 6, q->purging);
	return db_run(&q->db, st);
}

enum status
placing_slice(struct sqlite *q, struct placing *p, size_t entries)
{
	enum status s;

	if (!p->shelves)
		begin_round(p);
	while (p->at < p->n && entries > 0) {
		if ((s = p->place(q, p->shelves[p->at], &entries)) != OK)
			return s;
		/* The shelf is finished unless the entries were used up. */
		if (entries > 0)
			p->at++;
	}
	return progress_save(q);
}

void
placing_committed(struct placing *p)
{
	p->began = p->at;
	if (!is_finished(p))
		return;
	p->placed = p->up_to;
	free(p->shelves);
	p->shelves = NULL;
	p->at = p->began = 0;
}

void
placing_undo(struct placing *p)
{
	p->at = p->began;
}
