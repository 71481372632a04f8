/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "storage/memory/ordered.h"

enum { KEYS = 500, STEPS = 20000 };

static struct key
key_of(unsigned n)
{
	return (struct key){ S("owner"), SHAPE_ENTRY, S("word"), .id = 2 * n + 1 };
}

/* Rows come and go at random; an array of what is there says what must be found. */
static void
rows_are_found_before_from_and_at_any_key(void **state)
{
	bool there[KEYS] = { false };
	struct ordered o;
	uint32_t dice = 1;

	(void)state;
	ordered_init(&o);
	for (unsigned step = 0; step < STEPS; step++) {
		dice = dice * 1664525 + 1013904223;

		unsigned n = (dice >> 8) % KEYS, from = n, before = n;
		struct key key = key_of(n), between = key;
		struct row *row = ordered_find(&o, &key);

		between.id--; /* a key that no row ever has */
		assert_null(ordered_find(&o, &between));
		assert_int_equal(row != NULL, there[n]);
		while (from < KEYS && !there[from])
			from++;
		while (before > 0 && !there[before - 1])
			before--;
		row = ordered_from(&o, &between);
		assert_int_equal(row ? row->key.id : 0, from < KEYS ? key_of(from).id : 0);
		row = ordered_before(&o, &key);
		assert_int_equal(row ? row->key.id : 0, before > 0 ? key_of(before - 1).id : 0);

		if (there[n]) {
			row = ordered_find(&o, &key);
			ordered_remove(&o, row);
			free(row);
		} else {
			ordered_insert(&o, row_new(&o, &key, S("value")));
		}
		there[n] = !there[n];
	}
	ordered_fini(&o);
}

static void
keys_are_ordered_by_owner_shape_word_item_and_id(void **state)
{
	static const struct key keys[] = {
		{ { "", 0 }, SHAPE_ITEM, { "z", 1 } },
		{ { "a", 1 }, SHAPE_ITEM, { "", 0 }, { "z", 1 } },
		{ { "a", 1 }, SHAPE_ITEM, { "k", 1 }, { "", 0 } },
		{ { "a", 1 }, SHAPE_ITEM, { "k", 1 }, { "\0", 1 } },
		{ { "a", 1 }, SHAPE_ITEM, { "k", 1 }, { "b", 1 } },
		{ { "a", 1 }, SHAPE_ITEM, { "kk", 2 }, { "a", 1 } },
		{ { "a", 1 }, SHAPE_ENTRY, { "a", 1 }, { "", 0 }, 5 },
		{ { "a", 1 }, SHAPE_ENTRY, { "b", 1 }, { "", 0 }, 0 },
		{ { "a", 1 }, SHAPE_ENTRY, { "b", 1 }, { "", 0 }, UINT64_MAX },
		{ { "aa", 2 }, SHAPE_ITEM, { "", 0 } },
		{ { "\xff", 1 }, SHAPE_ITEM, { "", 0 } },
	};
	enum { N = sizeof(keys) / sizeof(keys[0]) };
	struct ordered o;
	const struct row *row;

	(void)state;
	ordered_init(&o);
	for (size_t i = 0; i < N; i++) /* 7 and 11 have no common factor: another order */
		ordered_insert(&o, row_new(&o, &keys[i * 7 % N], S("")));
	row = ordered_from(&o, &(struct key){ .shape = SHAPE_ITEM });
	for (size_t i = 0; i < N; i++, row = row->next[0]) {
		assert_true(str_eq(row->key.owner, keys[i].owner));
		assert_true(str_eq(row->key.word, keys[i].word));
		assert_true(str_eq(row->key.item, keys[i].item));
		assert_true(row->key.id == keys[i].id);
	}
	assert_null(row);
	ordered_fini(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_before_from_and_at_any_key),
		cmocka_unit_test(keys_are_ordered_by_owner_shape_word_item_and_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
