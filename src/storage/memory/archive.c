/* SPDX-License-Identifier: MIT
 *
 * Archives in memory: a row for each message of each archive, which is looked at by whoever
 * asks something. The value: 8 bytes of tag, 2 of the contact's length, the contact, the text.
 */
#include "storage/archive.h"

#include "base/limits.h"
#include "base/pack.h"
#include "storage/memory/memory.h"
#include "xmpp/jid.h"
#include "xmpp/words.h"

enum { HEAD_BYTES = 10 };

struct message {
	uint64_t id, tag;
	struct str contact, text;
};

static struct message
message_of(const struct row *row)
{
	struct unpack u = { row->value };
	struct message m = { .id = row->key.id };
	size_t len;

	m.tag = unpack_uint(&u, 8);
	len = (size_t)unpack_uint(&u, 2);
	m.contact = str_slice(u.rest, 0, len);
	m.text = str_slice(u.rest, len, SIZE_MAX);
	return m;
}

static struct key
key_of(struct str owner, uint64_t id)
{
	return (struct key){ owner, SHAPE_MESSAGE, S(""), .id = id };
}

static void
add(struct memory *m, const struct key *key, const struct message *message)
{
	struct arena a;
	char *at, *value;
	size_t len = HEAD_BYTES + message->contact.len + message->text.len;

	arena_init(&a, 1024);
	at = value = arena_alloc(&a, len);
	at = pack_uint(at, message->tag, 8);
	at = pack_uint(at, message->contact.len, 2);
	at = pack_bytes(at, message->contact);
	pack_bytes(at, message->text);
	memory_add(m, key, str_of(value, len));
	arena_fini(&a);
}

/* --- operations ----------------------------------------------------------------------- */

static bool
is_of(const struct row *row, struct str owner)
{
	return row && row->key.shape == SHAPE_MESSAGE && str_eq(row->key.owner, owner);
}

/* The messages of an owner with ids from first on, or before the end. */
static struct row *
first_from(struct memory *m, struct str owner, uint64_t id)
{
	struct key key = key_of(owner, id);
	struct row *row = ordered_from(&m->rows, &key);

	return is_of(row, owner) ? row : NULL;
}

static struct row *
last_up_to(struct memory *m, struct str owner, uint64_t id)
{
	struct key past = { owner, SHAPE_END };
	struct key key = key_of(owner, id + 1);
	struct row *row = ordered_before(&m->rows, id == UINT64_MAX ? &past : &key);

	return is_of(row, owner) ? row : NULL;
}

enum status
memory_archive(struct memory *m, const struct op *op)
{
	struct key key = key_of(op->owner, op->id);

	if (first_from(m, op->owner, op->id))
		return E_EXISTS;
	add(m, &key, &(struct message){ op->id, op->tag, op->item, op->value });
	return OK;
}

void
memory_replace(struct memory *m, const struct op *op)
{
	struct key key = key_of(op->owner, op->id);
	struct row *row = ordered_find(&m->rows, &key);
	struct message message;

	if (!row)
		return;
	message = message_of(row);
	message.text = op->value;
	memory_drop(m, row);
	add(m, &key, &message);
}

void
memory_forget(struct memory *m, const struct op *op)
{
	struct row *row;

	while ((row = first_from(m, op->owner, 0)) && row->key.id <= op->id)
		memory_drop(m, row);
}

/* --- pages ---------------------------------------------------------------------------- */

struct page {
	struct memory *memory;
	struct read *read;
	struct words_query question;
	struct arena arena; /* of one message */
	uint64_t first, last;
};

static bool
matches(struct page *p, const struct message *m)
{
	const struct store_query *q = &p->read->query;

	if (q->contact.len && !contact_matches(m->contact, q->contact))
		return false;
	if (q->text.len == 0)
		return true;
	arena_reset(&p->arena);
	return words_match(
	    &p->question, archived_read(m->text, m->tag, &p->arena).words, &p->arena);
}

static bool
is_on_page(const struct store_query *q, uint64_t id, uint64_t place)
{
	if (q->skip)
		return place >= q->skip;
	if (!q->from)
		return true;
	return q->backwards ? id < q->from : id > q->from;
}

/* All that matches, oldest first; free it. */
static struct row **
find_all(struct page *p, size_t *n)
{
	struct str owner = p->read->query.owner;
	struct row **rows = NULL, *row = first_from(p->memory, owner, p->first);
	size_t room = 0;

	*n = 0;
	for (; is_of(row, owner) && row->key.id <= p->last; row = row->next[0]) {
		struct message m = message_of(row);

		if (!matches(p, &m))
			continue;
		if (*n == room) {
			room = room ? 2 * room : 64;
			rows = mem_resize(rows, room * sizeof(struct row *));
		}
		rows[(*n)++] = row;
	}
	return rows;
}

static enum status
add_page(struct page *p, struct row **rows, size_t n)
{
	const struct store_query *q = &p->read->query;
	struct store_rows *answer = &p->read->rows;
	enum status s;

	for (size_t i = 0; i < n; i++) {
		size_t place = q->backwards ? n - 1 - i : i;
		struct message m = message_of(rows[place]);

		if (!is_on_page(q, m.id, place))
			continue;
		if (answer->n == q->limit) {
			answer->more = true;
			break;
		}
		if (answer->n == 0 || q->backwards)
			answer->index = place;
		s = read_add(p->read, &(struct store_row){ .id = m.id, .value = m.text });
		if (s != OK)
			return s;
	}
	answer->count = n;
	/* What takes too long to count elsewhere is not counted here. */
	if (q->text.len || !jid_is_bare(jid_trusted(q->contact)))
		answer->count = answer->index = STORE_UNKNOWN;
	return OK;
}

/* E_NOT_FOUND: one of the ids is not in the archive. */
static enum status
check_ids(struct page *p)
{
	const struct store_query *q = &p->read->query;

	for (unsigned i = 0; i < q->n_ids; i++) {
		struct key key = key_of(q->owner, q->ids[i]);

		if (!ordered_find(&p->memory->rows, &key))
			return E_NOT_FOUND;
	}
	return OK;
}

static enum status
read_page(struct page *p)
{
	struct row **rows;
	size_t n;
	enum status s = check_ids(p);

	if (s != OK)
		return s;
	rows = find_all(p, &n);
	s = add_page(p, rows, n);
	free(rows);
	return s;
}

/* --- single messages ------------------------------------------------------------------ */

static enum status
read_by_ids(struct page *p)
{
	const struct store_query *q = &p->read->query;
	enum status s = q->all ? check_ids(p) : OK;

	for (unsigned i = 0; i < q->n_ids && s == OK; i++) {
		struct key key = key_of(q->owner, q->ids[i]);
		struct row *row = ordered_find(&p->memory->rows, &key);
		struct message m;

		if (!row || q->ids[i] < p->first || q->ids[i] > p->last)
			continue;
		m = message_of(row);
		if (matches(p, &m))
			s = read_add(
			    p->read, &(struct store_row){ .id = m.id, .value = m.text });
	}
	return s;
}

static enum status
read_by_name(struct page *p)
{
	const struct store_query *q = &p->read->query;
	struct str with = jid_bare(jid_trusted(q->contact));
	struct row *row = last_up_to(p->memory, q->owner, p->last);

	for (; is_of(row, q->owner) && row->key.id >= p->first;
	     row = ordered_before(&p->memory->rows, &row->key)) {
		struct message m = message_of(row);

		arena_reset(&p->arena);
		if (q->text.len && tag_is_outgoing(m.tag) == q->outgoing &&
		    contact_matches(m.contact, with) &&
		    str_eq(archived_read(m.text, m.tag, &p->arena).name, q->text))
			return read_add(
			    p->read, &(struct store_row){ .id = m.id, .value = m.text });
	}
	return OK;
}

/* --- conversations -------------------------------------------------------------------- */

static uint64_t
mark_of(struct page *p, struct str contact)
{
	const struct store_query *q = &p->read->query;
	struct key key = { q->owner, SHAPE_ITEM, q->kinds[0], .item = contact };
	struct row *row = ordered_find(&p->memory->rows, &key);

	return row ? unpack_uint(&(struct unpack){ row->value }, 8) : 0;
}

static void
note(struct page *p, struct store_row *talk, const struct message *m)
{
	talk->id = m->id;
	if (tag_is_message(m->tag))
		talk->other = m->id;
	if (tag_is_message(m->tag) && tag_is_outgoing(m->tag))
		talk->n = 0;
	else if (tag_counts(m->tag) && m->id > mark_of(p, talk->item) && talk->n < UNREAD_MAX)
		talk->n++;
}

static enum status
read_talks(struct page *p)
{
	struct str owner = p->read->query.owner;
	struct row *row = first_from(p->memory, owner, 0);
	enum status s;

	for (; is_of(row, owner); row = row->next[0]) {
		struct message m = message_of(row);
		struct str contact = jid_bare(jid_trusted(m.contact));
		size_t i = 0;

		while (i < p->read->rows.n && !str_eq(p->read->row[i].item, contact))
			i++;
		if (i == p->read->rows.n &&
		    (s = read_add(p->read, &(struct store_row){ .item = contact })) != OK)
			return s;
		note(p, &p->read->row[i], &m);
	}
	return OK;
}

enum status
memory_read_archive(struct memory *m, struct read *r)
{
	struct page p = { .memory = m, .read = r };
	enum status s = OK;

	if (!read_range(&r->query, &p.first, &p.last))
		return OK;
	arena_init(&p.arena, 4096);
	switch (r->query.what) {
	case STORE_ARCHIVE:
		p.question = words_ask(&r->rows.arena, r->query.text);
		s = read_page(&p);
		break;
	case STORE_MESSAGES:
		s = read_by_ids(&p);
		break;
	case STORE_NAMED:
		s = read_by_name(&p);
		break;
	default:
		s = read_talks(&p);
	}
	arena_fini(&p.arena);
	return s;
}
