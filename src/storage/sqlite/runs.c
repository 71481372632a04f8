/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/runs.h"

#include "base/pack.h"
#include "storage/sqlite/sqlite.h"

enum { ID_BYTES = 6, SEQ_BYTES = 5, TAG_BYTES = 5 };

_Static_assert(ID_BYTES + SEQ_BYTES + TAG_BYTES == RUN_ENTRY_BYTES, "an entry's parts");

/* --- packing -------------------------------------------------------------------------- */

bool
run_add(struct run *r, const struct run_entry *e)
{
	char *at = r->bytes + r->n * RUN_ENTRY_BYTES;

	if (r->n == 0)
		r->first = e->id;
	if (r->n == RUN_ENTRIES || (e->id - r->first) >> (8 * ID_BYTES))
		return false;
	at = pack_uint(at, e->id - r->first, ID_BYTES);
	at = pack_uint(at, (uint64_t)e->seq, SEQ_BYTES);
	pack_uint(at, e->tag, TAG_BYTES);
	r->n++;
	return true;
}

struct run_entry
run_entry(const struct run *r, size_t n)
{
	struct unpack u = { str_of(r->bytes + n * RUN_ENTRY_BYTES, RUN_ENTRY_BYTES) };
	struct run_entry e;

	e.id = r->first + unpack_uint(&u, ID_BYTES);
	e.seq = (int64_t)unpack_uint(&u, SEQ_BYTES);
	e.tag = unpack_uint(&u, TAG_BYTES);
	return e;
}

bool
run_read(struct run *r, uint64_t first, int64_t ordinal, struct str entries)
{
	if (entries.len == 0 || entries.len % RUN_ENTRY_BYTES != 0 ||
	    entries.len > sizeof(r->bytes))
		return false;
	r->first = first;
	r->ordinal = ordinal;
	r->n = entries.len / RUN_ENTRY_BYTES;
	memcpy(r->bytes, entries.at, entries.len);
	return true;
}

size_t
run_rank(const struct run *r, uint64_t id)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (run_entry(r, middle).id <= id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- rows ----------------------------------------------------------------------------- */

enum status
run_step(struct db *db, sqlite3_stmt *st, struct run *r)
{
	enum status s;
	bool row;

	r->n = 0;
	if ((s = db_step(db, st, &row)) != OK || !row)
		return s;
	if (!run_read(r, id_from_sql(sqlite3_column_int64(st, 0)), sqlite3_column_int64(st, 1),
		column_str(st, 2))) {
		db_through(st);
		snprintf(db->trouble, TROUBLE_MAX, "a run of messages is damaged");
		return E_IO;
	}
	return OK;
}

enum status
run_find(struct db *db, enum sql which, int64_t list, uint64_t id, struct run *r)
{
	sqlite3_stmt *st = db_sql(db, which);
	enum status s;

	bind_number(st, 1, list);
	if (which == SQL_RUN_AT)
		bind_number(st, 2, id_to_sql(id));
	s = run_step(db, st, r);
	if (s == OK && r->n > 0)
		db_through(st);
	return s;
}

static enum status
put_run(struct sqlite *q, int64_t list, const struct run *r)
{
	sqlite3_stmt *st = db_sql(&q->db, SQL_RUN_PUT);

	if (r->n == 0)
		return OK;
	bind_number(st, 1, list);
	bind_number(st, 2, id_to_sql(r->first));
	bind_number(st, 3, r->ordinal);
	bind_blob(st, 4, run_bytes(r));
	return db_run(&q->db, st);
}

/* --- the writer's lists --------------------------------------------------------------- */

/* The run is written and another begun behind it when the entry does not fit. */
static enum status
append(struct sqlite *q, int64_t list, struct run *r, const struct recent_entry *e)
{
	struct run_entry entry = { e->id, e->seq, e->tag };
	enum status s;

	if (run_add(r, &entry))
		return OK;
	if ((s = put_run(q, list, r)) != OK)
		return s;
	r->ordinal += (int64_t)r->n;
	r->n = 0;
	run_add(r, &entry);
	return OK;
}

enum status
run_place(struct sqlite *q, int64_t list, size_t *entries)
{
	struct recent_walk walk = recent_entries(&q->unlisted, list, 0, UINT64_MAX);
	const struct recent_entry *e;
	struct run r = { 0 };
	enum status s;

	if ((s = run_find(&q->db, SQL_RUN_LAST, list, 0, &r)) != OK)
		return s;
	while (*entries > 0 && (e = recent_next(&walk))) {
		if ((s = append(q, list, &r, e)) != OK)
			return s;
		recent_leave(&q->unlisted, list, e);
		--*entries;
	}
	return put_run(q, list, &r);
}

enum status
list_newest(struct sqlite *q, int64_t list, uint64_t *id)
{
	struct run r;
	enum status s;

	*id = 0;
	if (recent_last(&q->unlisted, list, id))
		return OK;
	if ((s = run_find(&q->db, SQL_RUN_LAST, list, 0, &r)) != OK)
		return s;
	if (r.n == 0)
		return list_floor(q, list, id);
	*id = run_entry(&r, r.n - 1).id;
	return OK;
}

enum status
list_message(struct sqlite *q, int64_t list, uint64_t id, bool *found, int64_t *seq)
{
	struct recent_walk walk = recent_entries(&q->unlisted, list, id, id);
	const struct recent_entry *e = recent_next(&walk);
	struct run r;
	size_t rank;
	enum status s;

	*found = e != NULL;
	if (e) {
		*seq = e->seq;
		return OK;
	}
	if ((s = run_find(&q->db, SQL_RUN_AT, list, id, &r)) != OK || r.n == 0)
		return s;
	rank = run_rank(&r, id);
	*found = rank > 0 && run_entry(&r, rank - 1).id == id;
	if (*found)
		*seq = run_entry(&r, rank - 1).seq;
	return OK;
}
