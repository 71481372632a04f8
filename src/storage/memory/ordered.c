/* SPDX-License-Identifier: MIT */
#include "storage/memory/ordered.h"

static int
key_cmp(const struct key *a, const struct key *b)
{
	int order = str_cmp(a->owner, b->owner);

	if (order == 0)
		order = (a->shape > b->shape) - (a->shape < b->shape);
	if (order == 0)
		order = str_cmp(a->word, b->word);
	if (order == 0)
		order = str_cmp(a->item, b->item);
	if (order == 0)
		order = (a->id > b->id) - (a->id < b->id);
	return order;
}

/* --- rows ----------------------------------------------------------------------------- */

/* One in four rows of a level is in the next. The dice (xorshift64) decide about balance
 * only; whoever guesses them gains nothing, because keys do not enter. */
static unsigned
throw_height(struct ordered *o)
{
	unsigned height;

	o->dice ^= o->dice << 13;
	o->dice ^= o->dice >> 7;
	o->dice ^= o->dice << 17;
	height = 1 + (unsigned)__builtin_ctzll(o->dice) / 2;
	return height < ORDERED_HEIGHT ? height : ORDERED_HEIGHT;
}

struct row *
row_new(struct ordered *o, const struct key *key, struct str value)
{
	unsigned height = throw_height(o);
	size_t links = height * sizeof(struct row *);
	struct row *r = mem_alloc(
	    sizeof(*r) + links + key->owner.len + key->word.len + key->item.len + value.len);
	char *at = (char *)r + sizeof(*r) + links;

	r->key = (struct key){
		.owner = str_place(&at, key->owner),
		.shape = key->shape,
		.word = str_place(&at, key->word),
		.item = str_place(&at, key->item),
		.id = key->id,
	};
	r->value = str_place(&at, value);
	r->height = height;
	return r;
}

/* --- the list ------------------------------------------------------------------------- */

void
ordered_init(struct ordered *o)
{
	*o = (struct ordered){ .dice = UINT64_C(88172645463325252) };
}

void
ordered_fini(struct ordered *o)
{
	struct row *r;

	while ((r = o->first[0])) {
		o->first[0] = r->next[0];
		free(r);
	}
	ordered_init(o);
}

/* Where a key stands or belongs: the last row before it, and on each level the link past it. */
struct path {
	struct row *before; /* NULL: it is the first */
	struct row **links[ORDERED_HEIGHT];
};

static void
path_to(struct ordered *o, const struct key *key, struct path *p)
{
	p->before = NULL;
	for (unsigned level = ORDERED_HEIGHT; level-- > 0;) {
		struct row **link = p->before ? &p->before->next[level] : &o->first[level];

		while (*link && key_cmp(&(*link)->key, key) < 0) {
			p->before = *link;
			link = &p->before->next[level];
		}
		p->links[level] = link;
	}
}

struct row *
ordered_from(struct ordered *o, const struct key *key)
{
	struct path p;

	path_to(o, key, &p);
	return *p.links[0];
}

struct row *
ordered_before(struct ordered *o, const struct key *key)
{
	struct path p;

	path_to(o, key, &p);
	return p.before;
}

struct row *
ordered_find(struct ordered *o, const struct key *key)
{
	struct row *r = ordered_from(o, key);

	return r && key_cmp(&r->key, key) == 0 ? r : NULL;
}

void
ordered_insert(struct ordered *o, struct row *row)
{
	struct path p;

	path_to(o, &row->key, &p);
	for (unsigned level = 0; level < row->height; level++) {
		row->next[level] = *p.links[level];
		*p.links[level] = row;
	}
}

void
ordered_remove(struct ordered *o, struct row *row)
{
	struct path p;

	path_to(o, &row->key, &p);
	for (unsigned level = 0; level < row->height; level++) {
		assert(*p.links[level] == row);
		*p.links[level] = row->next[level];
	}
}
