/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/names.h"

#include "base/limits.h"
#include "storage/store.h"

struct name {
	struct list in_order;
	uint64_t number; /* names.added when it was */
	int64_t shelf;
	size_t len;
	char key[];
};

/* The three parts in one string: shape, length of the word in two bytes, word, owner. */
enum { HEAD_BYTES = 3 };

struct key {
	size_t len;
	char at[HEAD_BYTES + 2 * STORE_OWNER_MAX];
};

static struct str
key_make(struct key *k, struct str owner, unsigned shape, struct str word)
{
	assert(word.len <= STORE_OWNER_MAX && owner.len <= STORE_OWNER_MAX);
	k->at[0] = (char)shape;
	k->at[1] = (char)(word.len >> 8);
	k->at[2] = (char)word.len;
	if (word.len)
		memcpy(k->at + HEAD_BYTES, word.at, word.len);
	if (owner.len)
		memcpy(k->at + HEAD_BYTES + word.len, owner.at, owner.len);
	return str_of(k->at, HEAD_BYTES + word.len + owner.len);
}

static struct str
name_key(const void *value)
{
	const struct name *m = value;

	return str_of(m->key, m->len);
}

static void
forget(struct names *n, struct name *m)
{
	table_remove(&n->known, name_key(m));
	list_remove(&m->in_order);
	free(m);
}

void
names_init(struct names *n)
{
	table_init(&n->known, name_key);
	list_init(&n->in_order);
	n->added = 0;
}

void
names_fini(struct names *n)
{
	names_forget_since(n, 0);
	table_fini(&n->known);
}

int64_t
names_get(const struct names *n, struct str owner, unsigned shape, struct str word)
{
	struct key k;
	const struct name *m = table_get(&n->known, key_make(&k, owner, shape, word));

	return m ? m->shelf : 0;
}

void
names_add(struct names *n, struct str owner, unsigned shape, struct str word, int64_t shelf)
{
	struct key k;
	struct str key = key_make(&k, owner, shape, word);
	struct name *m = mem_alloc(sizeof(*m) + key.len);

	if (table_count(&n->known) >= STORE_NAMES)
		forget(n, list_entry(n->in_order.next, struct name, in_order));
	m->number = ++n->added;
	m->shelf = shelf;
	m->len = key.len;
	memcpy(m->key, key.at, key.len);
	list_append(&n->in_order, &m->in_order);
	table_put(&n->known, m);
}

void
names_forget(struct names *n, struct str owner, unsigned shape, struct str word)
{
	struct key k;
	struct name *m = table_get(&n->known, key_make(&k, owner, shape, word));

	if (m)
		forget(n, m);
}

void
names_forget_since(struct names *n, uint64_t added)
{
	while (!list_is_empty(&n->in_order)) {
		struct name *m = list_entry(n->in_order.prev, struct name, in_order);

		if (m->number <= added)
			return;
		forget(n, m);
	}
}
