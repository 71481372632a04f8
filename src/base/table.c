/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include "base/siphash.h"

enum { SMALLEST = 8 };

struct table_slot {
	uint64_t hash;
	void *value; /* NULL: empty */
};

void
table_init(struct table *t, struct str (*key_of)(const void *value))
{
	*t = (struct table){ .key_of = key_of };
}

void
table_fini(struct table *t)
{
	free(t->slots);
	table_init(t, t->key_of);
}

static uint32_t
home_of(const struct table *t, uint64_t hash)
{
	return (uint32_t)hash & (t->n_slots - 1);
}

static uint32_t
next_slot(const struct table *t, uint32_t i)
{
	return (i + 1) & (t->n_slots - 1);
}

/* The slot that has the key, or the empty one where it would go. There are slots. */
static uint32_t
find(const struct table *t, struct str key, uint64_t hash)
{
	uint32_t i = home_of(t, hash);

	while (t->slots[i].value) {
		if (t->slots[i].hash == hash && str_eq(t->key_of(t->slots[i].value), key))
			break;
		i = next_slot(t, i);
	}
	return i;
}

static void
resize(struct table *t, uint32_t n_slots)
{
	struct table was = *t;

	t->slots = mem_zalloc(n_slots * sizeof(t->slots[0]));
	t->n_slots = n_slots;
	for (uint32_t k = 0; k < was.n_slots; k++) {
		uint32_t i;

		if (!was.slots[k].value)
			continue;
		i = home_of(t, was.slots[k].hash);
		while (t->slots[i].value)
			i = next_slot(t, i);
		t->slots[i] = was.slots[k];
	}
	free(was.slots);
}

/* Sees to a size that suits one value more. Tables shrink here and not in table_remove, so
 * that the slots stay in place while somebody walks and removes. */
static void
make_room(struct table *t)
{
	uint64_t need = (uint64_t)t->count + 1;
	uint32_t n = t->n_slots ? t->n_slots : SMALLEST;

	assert(need <= UINT32_MAX / 4);
	while (need > n / 4 * 3)
		n *= 2;
	if (need < n / 8)
		while (n > SMALLEST && need < n / 4)
			n /= 2;
	if (n != t->n_slots)
		resize(t, n);
}

void *
table_get(const struct table *t, struct str key)
{
	if (!t->count)
		return NULL;
	return t->slots[find(t, key, siphash_str(key))].value;
}

void *
table_put(struct table *t, void *value)
{
	struct str key = t->key_of(value);
	uint64_t hash = siphash_str(key);
	uint32_t i;
	void *before;

	assert(value);
	make_room(t);
	i = find(t, key, hash);
	before = t->slots[i].value;
	t->slots[i] = (struct table_slot){ hash, value };
	if (!before)
		t->count++;
	return before;
}

void *
table_remove(struct table *t, struct str key)
{
	uint32_t hole, i;
	void *value;

	if (!t->count)
		return NULL;
	hole = find(t, key, siphash_str(key));
	value = t->slots[hole].value;
	if (!value)
		return NULL;
	if (--t->count == 0) {
		table_fini(t);
		return value;
	}

	/* Values behind the hole move up, unless that would put them before their home. */
	for (i = next_slot(t, hole); t->slots[i].value; i = next_slot(t, i)) {
		uint32_t home = home_of(t, t->slots[i].hash);
		uint32_t from_home = (i - home) & (t->n_slots - 1);
		uint32_t from_hole = (i - hole) & (t->n_slots - 1);

		if (from_home < from_hole)
			continue;
		t->slots[hole] = t->slots[i];
		hole = i;
	}
	t->slots[hole] = (struct table_slot){ 0 };
	return value;
}

/*
 * Removing moves values down the array to the current slot, from slots up to the next empty
 * one. A walk that goes down from an empty slot has seen all those, and comes to those that
 * it has not seen where they were.
 */
void *
table_next(const struct table *t, struct table_walk *walk)
{
	if (!t->count)
		return NULL;
	if (walk->seen == 0)
		while (t->slots[walk->from].value)
			walk->from++;
	while (++walk->seen < t->n_slots) {
		uint32_t i = (walk->from - walk->seen) & (t->n_slots - 1);

		if (t->slots[i].value)
			return t->slots[i].value;
	}
	walk->seen = t->n_slots;
	return NULL;
}
