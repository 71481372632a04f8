/* SPDX-License-Identifier: MIT */
#include "storage/read.h"

#include "base/limits.h"

enum { FIRST_ROOM = 16, ARENA_BLOCK = 4000 };

/* --- the question --------------------------------------------------------------------- */

/* The place where the kind stands or belongs; few enough to look from the end. */
static unsigned
place_of(const struct store_query *q, struct str kind, bool *there)
{
	unsigned i = q->n_kinds;

	while (i > 0 && str_cmp(q->kinds[i - 1], kind) > 0)
		i--;
	*there = i > 0 && str_eq(q->kinds[i - 1], kind);
	return i;
}

static void
add_kind(struct store_query *q, struct str kind)
{
	bool there;
	unsigned place = place_of(q, kind, &there);

	if (there)
		return;
	memmove(
	    &q->kinds[place + 1], &q->kinds[place], (q->n_kinds - place) * sizeof(q->kinds[0]));
	q->kinds[place] = kind;
	q->n_kinds++;
}

static const uint64_t *
copy_ids(struct arena *a, const uint64_t *ids, unsigned n)
{
	uint64_t *copy = arena_alloc(a, n * sizeof(*copy));

	if (n)
		memcpy(copy, ids, n * sizeof(*copy));
	return copy;
}

struct read *
read_new(struct store *s, const struct store_query *q)
{
	struct read *r = mem_zalloc(sizeof(*r));
	struct arena *a = &r->rows.arena;

	assert(q->n_kinds <= sizeof(q->kinds) / sizeof(q->kinds[0]));
	arena_init(a, ARENA_BLOCK);
	r->request = (struct request){ .what = REQUEST_READ, .store = s };
	r->query = *q;
	r->query.owner = str_copy(a, q->owner);
	r->query.item = str_copy(a, q->item);
	r->query.contact = str_copy(a, q->contact);
	r->query.text = str_copy(a, q->text);
	r->query.ids = copy_ids(a, q->ids, q->n_ids);
	r->query.n_kinds = 0;
	for (unsigned i = 0; i < q->n_kinds; i++)
		add_kind(&r->query, str_copy(a, q->kinds[i]));
	return r;
}

void
read_free(struct read **at)
{
	struct read *r = TAKE(*at);

	if (!r)
		return;
	free(r->row);
	arena_fini(&r->rows.arena);
	free(r);
}

bool
read_range(const struct store_query *q, uint64_t *first, uint64_t *last)
{
	*first = q->after ? q->after + 1 : 0;
	*last = q->before ? q->before - 1 : UINT64_MAX;
	return *first <= *last && q->after != UINT64_MAX;
}

/* --- the answer ----------------------------------------------------------------------- */

enum status
read_add(struct read *r, const struct store_row *row)
{
	size_t bytes = row->owner.len + row->item.len + row->value.len;
	char *at;

	if (bytes + sizeof(*row) > STORE_ROWS_BYTES - r->bytes)
		return E_LIMIT;
	r->bytes += bytes + sizeof(*row);
	if (r->rows.n == r->room) {
		r->room = r->room ? 2 * r->room : FIRST_ROOM;
		r->row = mem_resize(r->row, r->room * sizeof(*r->row));
	}
	at = arena_alloc(&r->rows.arena, bytes);
	r->row[r->rows.n++] = (struct store_row){
		.owner = str_place(&at, row->owner),
		.kind = row->kind,
		.item = str_place(&at, row->item),
		.id = row->id,
		.value = str_place(&at, row->value),
		.other = row->other,
		.n = row->n,
	};
	return OK;
}

void
read_finish(struct read *r, enum status s)
{
	r->rows.status = s;
	if (s != OK)
		r->rows.n = r->rows.count = r->rows.bytes = 0;
	r->rows.row = r->row;
}

void
read_answer(struct read *r)
{
	r->on_rows(r->waiter, &r->rows);
	read_free(&r);
}
