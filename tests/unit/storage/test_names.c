/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "storage/sqlite/names.h"

static void
names_are_told_apart_by_owner_shape_and_word(void **state)
{
	struct names n;

	(void)state;
	names_init(&n);
	names_add(&n, S("ab"), 0, S("c"), 1);
	names_add(&n, S("a"), 0, S("bc"), 2);
	names_add(&n, S("ab"), 1, S("c"), 3);
	names_add(&n, S(""), 0, S(""), 4);
	assert_int_equal(names_get(&n, S("ab"), 0, S("c")), 1);
	assert_int_equal(names_get(&n, S("a"), 0, S("bc")), 2);
	assert_int_equal(names_get(&n, S("ab"), 1, S("c")), 3);
	assert_int_equal(names_get(&n, S(""), 0, S("")), 4);
	assert_int_equal(names_get(&n, S("abc"), 0, S("")), 0);
	names_forget(&n, S("ab"), 1, S("c"));
	names_forget(&n, S("ab"), 1, S("c"));
	assert_int_equal(names_get(&n, S("ab"), 1, S("c")), 0);
	assert_int_equal(names_get(&n, S("ab"), 0, S("c")), 1);
	names_fini(&n);
}

static void
the_oldest_name_is_forgotten_when_there_are_too_many(void **state)
{
	struct names n;
	char owner[16];

	(void)state;
	names_init(&n);
	for (int i = 1; i <= STORE_NAMES + 2; i++) {
		snprintf(owner, sizeof(owner), "%d", i);
		names_add(&n, str_from_c(owner), 0, S("w"), i);
	}
	assert_int_equal(table_count(&n.known), STORE_NAMES);
	assert_int_equal(names_get(&n, S("1"), 0, S("w")), 0);
	assert_int_equal(names_get(&n, S("2"), 0, S("w")), 0);
	assert_int_equal(names_get(&n, S("3"), 0, S("w")), 3);
	assert_int_equal(names_get(&n, str_from_c(owner), 0, S("w")), STORE_NAMES + 2);
	names_fini(&n);
}

static void
names_of_an_undone_transaction_are_forgotten(void **state)
{
	struct names n;
	uint64_t before;

	(void)state;
	names_init(&n);
	names_add(&n, S("a"), 0, S("w"), 1);
	before = n.added;
	names_add(&n, S("b"), 0, S("w"), 2);
	names_add(&n, S("c"), 0, S("w"), 3);
	names_forget_since(&n, before);
	assert_int_equal(names_get(&n, S("a"), 0, S("w")), 1);
	assert_int_equal(names_get(&n, S("b"), 0, S("w")), 0);
	assert_int_equal(names_get(&n, S("c"), 0, S("w")), 0);
	names_fini(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_told_apart_by_owner_shape_and_word),
		cmocka_unit_test(the_oldest_name_is_forgotten_when_there_are_too_many),
		cmocka_unit_test(names_of_an_undone_transaction_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
