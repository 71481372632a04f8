/* SPDX-License-Identifier: MIT
 *
 * Pages of an archive, and single messages of it.
 */
#include "storage/sqlite/reading.h"
#include "xmpp/jid.h"

/* --- one message ---------------------------------------------------------------------- */

enum status
add_message(struct list_view *v, struct read *rd, const struct run_entry *e, struct arena *a,
    bool *added)
{
	struct jid with = jid_trusted(rd->query.contact);
	struct str text;
	enum status s;

	*added = false;
	if (!jid_is_bare(with) && !tag_may_have_resource(e->tag, jid_resource(with)))
		return OK;
	if ((s = message_text(v, e, a, &text)) != OK)
		return s;
	*added = jid_is_bare(with) ||
		 contact_matches(archived_read(text, e->tag, a).contact, rd->query.contact);
	if (!*added)
		return OK;
	return read_add(rd, &(struct store_row){ .id = e->id, .value = text });
}

/* --- a page --------------------------------------------------------------------------- */

/* E_NOT_FOUND: one of the ids is not in the archive. */
static enum status
check_ids(struct sqlite_reader *r, const struct store_query *q)
{
	struct list_view v;
	enum status s;

	if (q->n_ids == 0)
		return OK;
	if ((s = list_view(r, q->owner, S(""), 0, UINT64_MAX, &v)) != OK)
		return s;
	for (unsigned i = 0; i < q->n_ids; i++) {
		bool has;

		if ((s = list_has(&v, q->ids[i], &has)) != OK)
			return s;
		if (!has)
			return E_NOT_FOUND;
	}
	return OK;
}

/* The id at a place of the view: bisecting, because places only grow with ids. */
static enum status
id_at(struct list_view *v, uint64_t place, uint64_t *id)
{
	uint64_t low = v->first, high = v->last;
	int64_t before, rank;
	enum status s;

	if ((s = list_rank(v, v->first - 1, &before)) != OK)
		return s;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if ((s = list_rank(v, middle, &rank)) != OK)
			return s;
		if ((uint64_t)(rank - before) > place)
			high = middle;
		else
			low = middle + 1;
	}
	*id = low;
	return OK;
}

/* Cuts the view to what the page may be made of. */
static enum status
cut_to_page(const struct store_query *q, uint64_t count, struct list_view *v)
{
	if (q->skip && q->skip >= count) {
		v->first = 1;
		v->last = 0;
		return OK;
	}
	if (q->skip)
		return id_at(v, q->skip, &v->first);
	if (!q->from)
		return OK;
	if (q->backwards && v->last >= q->from)
		v->last = q->from - 1;
	if (!q->backwards && v->first <= q->from)
		v->first = q->from + 1;
	return OK;
}

static enum status
add_rows(struct list_view *v, struct read *rd)
{
	struct run_entry e;
	struct list_walk w;
	struct arena a;
	bool found = false, added;
	enum status s;

	arena_init(&a, 4096);
	s = list_walk(&w, v, rd->query.backwards);
	while (s == OK && rd->rows.n < rd->query.limit &&
	       (s = list_next(&w, &found, &e)) == OK && found) {
		s = add_message(v, rd, &e, &a, &added);
		arena_reset(&a);
	}
	if (s == OK)
		s = list_next(&w, &rd->rows.more, &e);
	list_walk_end(&w);
	arena_fini(&a);
	return s;
}

static uint64_t
lowest_id(const struct read *rd)
{
	return rd->row[rd->query.backwards ? rd->rows.n - 1 : 0].id;
}

/* The place of the page among all that it is from. */
static enum status
find_index(struct list_view *all, struct read *rd)
{
	int64_t before, rank;
	enum status s;

	if (rd->rows.n == 0)
		return OK;
	if ((s = list_rank(all, all->first - 1, &before)) != OK ||
	    (s = list_rank(all, lowest_id(rd), &rank)) != OK)
		return s;
	rd->rows.index = (uint64_t)(rank - before - 1);
	return OK;
}

enum status
read_archive(struct sqlite_reader *r, struct read *rd)
{
	const struct store_query *q = &rd->query;
	struct str with = jid_bare(jid_trusted(q->contact));
	struct list_view all, page;
	uint64_t first, last;
	enum status s;

	rd->rows.index = 0;
	if ((s = check_ids(r, q)) != OK)
		return s;
	if (!read_range(q, &first, &last))
		return OK;
	if ((s = list_view(r, q->owner, with, first, last, &all)) != OK)
		return s;
	if (q->text.len)
		return read_search(&all, rd);
	if ((s = list_count(&all, &rd->rows.count)) != OK)
		return s;
	page = all;
	if ((s = cut_to_page(q, rd->rows.count, &page)) != OK ||
	    (s = add_rows(&page, rd)) != OK)
		return s;
	if (jid_is_bare(jid_trusted(q->contact)))
		return find_index(&all, rd);
	rd->rows.count = rd->rows.index = STORE_UNKNOWN;
	return OK;
}

/* --- single messages ------------------------------------------------------------------ */

static enum status
find_entry(struct list_view *v, uint64_t id, bool *found, struct run_entry *e)
{
	struct list_view one = *v;
	struct list_walk w;
	enum status s;

	if ((s = list_has(v, id, found)) != OK || !*found)
		return s;
	one.first = one.last = id;
	if ((s = list_walk(&w, &one, false)) == OK)
		s = list_next(&w, found, e);
	list_walk_end(&w);
	return s;
}

enum status
read_messages(struct sqlite_reader *r, struct read *rd)
{
	struct str with = jid_bare(jid_trusted(rd->query.contact));
	struct list_view v;
	struct run_entry e;
	uint64_t first, last;
	struct arena a;
	bool found, added;
	enum status s;

	if (rd->query.all && (s = check_ids(r, &rd->query)) != OK)
		return s;
	if (!read_range(&rd->query, &first, &last))
		return OK;
	if ((s = list_view(r, rd->query.owner, with, first, last, &v)) != OK)
		return s;
	arena_init(&a, 4096);
	for (unsigned i = 0; i < rd->query.n_ids && s == OK; i++) {
		s = find_entry(&v, rd->query.ids[i], &found, &e);
		if (s == OK && found)
			s = add_message(&v, rd, &e, &a, &added);
		arena_reset(&a);
	}
	arena_fini(&a);
	return s;
}

static enum status
add_if_named(struct list_view *v, struct read *rd, const struct run_entry *e, struct arena *a)
{
	struct str text;
	enum status s;

	if (tag_is_outgoing(e->tag) != rd->query.outgoing ||
	    !tag_may_be_named(e->tag, rd->query.text))
		return OK;
	if ((s = message_text(v, e, a, &text)) != OK ||
	    !str_eq(archived_read(text, e->tag, a).name, rd->query.text))
		return s;
	return read_add(rd, &(struct store_row){ .id = e->id, .value = text });
}

enum status
read_named(struct sqlite_reader *r, struct read *rd)
{
	struct str with = jid_bare(jid_trusted(rd->query.contact));
	struct list_view v;
	struct list_walk w;
	struct run_entry e;
	uint64_t first, last;
	struct arena a;
	bool found;
	enum status s;

	if (str_is_empty(rd->query.text) || !read_range(&rd->query, &first, &last))
		return OK;
	if ((s = list_view(r, rd->query.owner, with, first, last, &v)) != OK)
		return s;
	arena_init(&a, 4096);
	s = list_walk(&w, &v, true);
	while (s == OK && rd->rows.n == 0 && (s = list_next(&w, &found, &e)) == OK && found) {
		s = add_if_named(&v, rd, &e, &a);
		arena_reset(&a);
	}
	list_walk_end(&w);
	arena_fini(&a);
	return s;
}
