/* SPDX-License-Identifier: MIT
 *
 * The back end that keeps everything in memory and nothing afterwards: for tests, and for
 * servers that are meant to forget.
 *
 * A group holds the lock from begin to commit or abandon, so readers see all of it or
 * nothing. What it changes is noted, to be undone when a batch or the group fails.
 */
#include "storage/memory/memory.h"

struct memory_reader {
	struct backend_reader reader;
	struct memory *memory;
};

static struct memory *
memory_of(struct backend *b)
{
	return list_entry(b, struct memory, backend);
}

/* --- changes -------------------------------------------------------------------------- */

static void
note(struct memory *m, struct row *row, bool came)
{
	if (m->n_changes == m->room) {
		m->room = m->room ? 2 * m->room : 64;
		m->changes = mem_resize(m->changes, m->room * sizeof(*m->changes));
	}
	m->changes[m->n_changes++] = (struct change){ row, came };
}

void
memory_add(struct memory *m, const struct key *key, struct str value)
{
	struct row *row = row_new(&m->rows, key, value);

	ordered_insert(&m->rows, row);
	note(m, row, true);
}

void
memory_drop(struct memory *m, struct row *row)
{
	ordered_remove(&m->rows, row);
	note(m, row, false);
}

static void
undo_to(struct memory *m, size_t mark)
{
	while (m->n_changes > mark) {
		struct change c = m->changes[--m->n_changes];

		if (c.came) {
			ordered_remove(&m->rows, c.row);
			free(c.row);
		} else {
			ordered_insert(&m->rows, c.row);
		}
	}
}

/* --- operations ----------------------------------------------------------------------- */

static struct key
item_key(const struct op *op)
{
	return (struct key){ op->owner, SHAPE_ITEM, op->word, .item = op->item };
}

static struct key
entry_key(const struct op *op)
{
	return (struct key){ op->owner, SHAPE_ENTRY, op->word, .id = op->id };
}

static enum status
create(struct memory *m, const struct key *key, struct str value)
{
	if (ordered_find(&m->rows, key))
		return E_EXISTS;
	memory_add(m, key, value);
	return OK;
}

static void
drop_if_there(struct memory *m, const struct key *key)
{
	struct row *row = ordered_find(&m->rows, key);

	if (row)
		memory_drop(m, row);
}

static bool
same_word(const struct key *a, const struct key *b)
{
	return a->shape == b->shape && str_eq(a->word, b->word) && str_eq(a->owner, b->owner);
}

/* All rows from `first` on that are of the same kind or log, with ids up to `last`. */
static void
drop_word(struct memory *m, const struct key *first, uint64_t last)
{
	struct row *row = ordered_from(&m->rows, first);

	while (row && same_word(&row->key, first) && row->key.id <= last) {
		struct row *next = row->next[0];

		memory_drop(m, row);
		row = next;
	}
}

static void
drop_owner(struct memory *m, struct str owner)
{
	struct row *row = ordered_from(&m->rows, &(struct key){ .owner = owner });

	while (row && str_eq(row->key.owner, owner)) {
		struct row *next = row->next[0];

		memory_drop(m, row);
		row = next;
	}
}

static enum status
apply_op(struct memory *m, const struct op *op)
{
	struct key item = item_key(op), entry = entry_key(op);

	switch (op->code) {
	case OP_PUT:
		drop_if_there(m, &item);
		memory_add(m, &item, op->value);
		return OK;
	case OP_CREATE:
		return create(m, &item, op->value);
	case OP_REMOVE:
		drop_if_there(m, &item);
		return OK;
	case OP_REMOVE_KIND:
		drop_word(m, &item, UINT64_MAX);
		return OK;
	case OP_APPEND:
		return create(m, &entry, op->value);
	case OP_CUT:
		drop_if_there(m, &entry);
		return OK;
	case OP_TRIM:
		entry.id = 0;
		drop_word(m, &entry, op->id);
		return OK;
	case OP_ERASE:
		drop_owner(m, op->owner);
		return OK;
	case OP_ARCHIVE:
		return memory_archive(m, op);
	case OP_REPLACE:
		memory_replace(m, op);
		return OK;
	case OP_FORGET:
		memory_forget(m, op);
		return OK;
	}
	assert(!"unknown operation");
	return E_INVALID;
}

/* --- groups --------------------------------------------------------------------------- */

static enum status
memory_begin(struct backend *b)
{
	struct memory *m = memory_of(b);

	pthread_rwlock_wrlock(&m->lock);
	assert(m->n_changes == 0);
	return OK;
}

static enum status
memory_apply(struct backend *b, const struct store_batch *batch)
{
	struct memory *m = memory_of(b);
	size_t mark = m->n_changes, at = 0;
	struct op op;
	enum status s;

	while (batch_next(batch, &at, &op)) {
		if ((s = apply_op(m, &op)) != OK) {
			undo_to(m, mark);
			return s;
		}
	}
	return OK;
}

static enum status
memory_commit(struct backend *b)
{
	struct memory *m = memory_of(b);

	for (size_t i = 0; i < m->n_changes; i++)
		if (!m->changes[i].came)
			free(m->changes[i].row);
	m->n_changes = 0;
	pthread_rwlock_unlock(&m->lock);
	return OK;
}

static void
memory_abandon(struct backend *b)
{
	struct memory *m = memory_of(b);

	undo_to(m, 0);
	pthread_rwlock_unlock(&m->lock);
}

static enum status
memory_upkeep(struct backend *b, msec_t idle_ms, msec_t *next_ms)
{
	(void)b;
	(void)idle_ms;
	*next_ms = UPKEEP_NONE;
	return OK;
}

/* --- reads ---------------------------------------------------------------------------- */

static enum status
read_row(struct read *r, const struct row *row, struct str kind)
{
	return read_add(r,
	    &(struct store_row){
		.kind = kind, .item = row->key.item, .id = row->key.id, .value = row->value });
}

static enum status
read_item(struct memory *m, struct read *r)
{
	const struct store_query *q = &r->query;
	struct key key = { q->owner, SHAPE_ITEM, q->kinds[0], .item = q->item };
	struct row *row = ordered_find(&m->rows, &key);

	return row ? read_row(r, row, q->kinds[0]) : OK;
}

static enum status
read_kinds(struct memory *m, struct read *r)
{
	enum status s;

	for (unsigned i = 0; i < r->query.n_kinds; i++) {
		struct key key = { r->query.owner, SHAPE_ITEM, r->query.kinds[i] };
		struct row *row = ordered_from(&m->rows, &key);

		for (; row && same_word(&row->key, &key); row = row->next[0])
			if ((s = read_row(r, row, r->query.kinds[i])) != OK)
				return s;
	}
	return OK;
}

static enum status
read_items(struct memory *m, struct read *r)
{
	const struct store_query *q = &r->query;
	struct key key = { q->owner, SHAPE_ITEM, q->kinds[0], .item = q->item };
	struct row *row = ordered_from(&m->rows, &key);
	enum status s;

	for (; row && same_word(&row->key, &key); row = row->next[0]) {
		if (q->limit && r->rows.n == q->limit)
			break;
		if (str_cmp(row->key.item, q->item) > 0 &&
		    (s = read_row(r, row, q->kinds[0])) != OK)
			return s;
	}
	return OK;
}

static bool
is_at(struct str owner, struct str host)
{
	size_t at = str_find(owner, '@');

	return at < owner.len && str_eq(str_slice(owner, at + 1, SIZE_MAX), host);
}

static enum status
read_owners(struct memory *m, struct read *r)
{
	const struct store_query *q = &r->query;
	struct key past = { q->item, SHAPE_END }; /* all rows of the owner before */
	struct row *row, *found;
	enum status s;

	while ((row = ordered_from(&m->rows, &past)) && !(q->limit && r->rows.n == q->limit)) {
		struct key key = { row->key.owner, SHAPE_ITEM, q->kinds[0] };
		struct store_row one = { .owner = key.owner };

		if (is_at(key.owner, q->owner) && (found = ordered_find(&m->rows, &key))) {
			if (q->values)
				one.value = found->value;
			if ((s = read_add(r, &one)) != OK)
				return s;
		}
		past.owner = key.owner;
	}
	return OK;
}

/* The first entry of a log to be read, in the direction of the query. */
static struct row *
first_entry(
    struct memory *m, const struct key *log, uint64_t first, uint64_t last, bool backwards)
{
	struct key key = *log;

	if (!backwards) {
		key.id = first;
		return ordered_from(&m->rows, &key);
	}
	/* No entry has an item, so this key is behind the last one of any id. */
	if (last == UINT64_MAX)
		key.item = S("\0");
	else
		key.id = last + 1;
	return ordered_before(&m->rows, &key);
}

static enum status
read_log(struct memory *m, struct read *r)
{
	const struct store_query *q = &r->query;
	struct key log = { q->owner, SHAPE_ENTRY, q->kinds[0] };
	uint64_t first, last, n = 0;
	struct row *row;
	enum status s;

	if (!read_range(q, &first, &last))
		return OK;
	row = first_entry(m, &log, first, last, q->backwards);
	while (row && same_word(&row->key, &log) && row->key.id >= first &&
	       row->key.id <= last && !(q->limit && n == q->limit)) {
		n++;
		if (q->what == STORE_COUNT) {
			r->rows.count++;
			r->rows.bytes += row->value.len;
		} else if ((s = read_row(r, row, q->kinds[0])) != OK) {
			return s;
		}
		row = q->backwards ? ordered_before(&m->rows, &row->key) : row->next[0];
	}
	return OK;
}

static struct memory *
read_from(struct backend_reader *r)
{
	return list_entry(r, struct memory_reader, reader)->memory;
}

static enum status
memory_read_begin(struct backend_reader *r)
{
	pthread_rwlock_rdlock(&read_from(r)->lock);
	return OK;
}

static void
memory_read_end(struct backend_reader *r)
{
	pthread_rwlock_unlock(&read_from(r)->lock);
}

static enum status
memory_read(struct backend_reader *reader, struct read *r)
{
	struct memory *m = read_from(reader);

	switch (r->query.what) {
	case STORE_ITEM:
		return read_item(m, r);
	case STORE_KINDS:
		return read_kinds(m, r);
	case STORE_ITEMS:
		return read_items(m, r);
	case STORE_OWNERS:
		return read_owners(m, r);
	case STORE_LOG:
	case STORE_COUNT:
		return read_log(m, r);
	case STORE_ARCHIVE:
	case STORE_MESSAGES:
	case STORE_NAMED:
	case STORE_TALKS:
		return memory_read_archive(m, r);
	}
	assert(!"unknown question");
	return E_INVALID;
}

/* --- life ----------------------------------------------------------------------------- */

static enum status
memory_open(
    const struct store_conf *conf, struct arena *a, struct str *reason, struct backend **out)
{
	struct memory *m = mem_zalloc(sizeof(*m));
	pthread_rwlockattr_t attr;

	(void)conf;
	(void)a;
	(void)reason;
	m->backend.calls = &backend_memory;
	ordered_init(&m->rows);
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&m->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	*out = &m->backend;
	return OK;
}

static void
memory_close(struct backend **b)
{
	struct memory *m = memory_of(TAKE(*b));

	ordered_fini(&m->rows);
	pthread_rwlock_destroy(&m->lock);
	free(m->changes);
	free(m);
}

static enum status
memory_reader_open(struct backend *b, struct backend_reader **out)
{
	struct memory_reader *r = mem_zalloc(sizeof(*r));

	r->reader.calls = &backend_memory;
	r->memory = memory_of(b);
	*out = &r->reader;
	return OK;
}

static void
memory_reader_close(struct backend_reader **r)
{
	free(list_entry(TAKE(*r), struct memory_reader, reader));
}

const struct backend_calls backend_memory = {
	.name = "memory",
	.open = memory_open,
	.close = memory_close,
	.begin = memory_begin,
	.apply = memory_apply,
	.commit = memory_commit,
	.abandon = memory_abandon,
	.upkeep = memory_upkeep,
	.reader_open = memory_reader_open,
	.reader_close = memory_reader_close,
	.read_begin = memory_read_begin,
	.read = memory_read,
	.read_end = memory_read_end,
};
