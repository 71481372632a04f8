/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/table.h"

struct person {
	char name[8];
	size_t len;
	unsigned seen;
};

static struct str
person_name(const void *value)
{
	const struct person *p = value;

	return str_of(p->name, p->len);
}

enum { PEOPLE = 3000 };

/* people[i] is called i, in decimal. */
static struct person people[PEOPLE];
static struct table table;

static int
begin(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PEOPLE; i++) {
		people[i].len =
		    (size_t)snprintf(people[i].name, sizeof(people[i].name), "%u", i);
		people[i].seen = 0;
	}
	table_init(&table, person_name);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	table_fini(&table);
	return 0;
}

/* Reproducible; xorshift. */
static unsigned
pick(unsigned below)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

static void
an_empty_table_finds_nothing_and_has_no_memory(void **state)
{
	(void)state;
	struct table_walk walk = { 0 };

	assert_null(table_get(&table, S("1")));
	assert_null(table_remove(&table, S("1")));
	assert_null(table_next(&table, &walk));
	assert_null(table.slots);
	assert_null(table_put(&table, &people[1]));
	assert_ptr_equal(table_remove(&table, S("1")), &people[1]);
	assert_null(table.slots);
}

static void
putting_under_a_known_key_replaces_and_returns_the_old_value(void **state)
{
	(void)state;
	struct person twin = people[7];

	assert_null(table_put(&table, &people[7]));
	assert_ptr_equal(table_put(&table, &twin), &people[7]);
	assert_int_equal(table_count(&table), 1);
	assert_ptr_equal(table_get(&table, S("7")), &twin);
}

static void
the_empty_key_is_a_key(void **state)
{
	(void)state;
	struct person nobody = { .len = 0 };

	table_put(&table, &nobody);
	assert_ptr_equal(table_get(&table, S("")), &nobody);
	assert_ptr_equal(table_get(&table, (struct str){ 0 }), &nobody);
}

static void
a_table_agrees_with_an_array_after_any_operations(void **state)
{
	(void)state;
	static bool present[PEOPLE];
	size_t count = 0;

	for (unsigned round = 0; round < 200000; round++) {
		/* The range of keys grows and shrinks, so the table does. */
		unsigned i = pick(round / 50000 % 2 ? PEOPLE : 40);
		struct str name = person_name(&people[i]);

		switch (pick(3)) {
		case 0:
			assert_ptr_equal(
			    table_put(&table, &people[i]), present[i] ? &people[i] : NULL);
			count += !present[i];
			present[i] = true;
			break;
		case 1:
			assert_ptr_equal(
			    table_remove(&table, name), present[i] ? &people[i] : NULL);
			count -= present[i];
			present[i] = false;
			break;
		default:
			assert_ptr_equal(
			    table_get(&table, name), present[i] ? &people[i] : NULL);
		}
		assert_int_equal(table_count(&table), count);
	}
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_ptr_equal(
		    table_get(&table, person_name(&people[i])), present[i] ? &people[i] : NULL);
}

static void
a_table_shrinks_with_the_first_value_put_after_many_left(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PEOPLE; i++)
		table_put(&table, &people[i]);
	assert_true(table.n_slots >= PEOPLE);
	for (unsigned i = 1; i < PEOPLE; i++)
		table_remove(&table, person_name(&people[i]));
	table_put(&table, &people[1]);
	assert_true(table.n_slots <= 16);
	assert_ptr_equal(table_get(&table, S("0")), &people[0]);
	assert_ptr_equal(table_get(&table, S("1")), &people[1]);
}

static void
a_walk_sees_every_value_once(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 200; n++) {
		struct table_walk walk = { 0 };
		struct person *p;
		unsigned seen = 0;

		table_put(&table, &people[n - 1]);
		while ((p = table_next(&table, &walk))) {
			p->seen++;
			seen++;
		}
		assert_int_equal(seen, n);
		for (unsigned i = 0; i < n; i++)
			assert_int_equal(people[i].seen, n - i);
		assert_null(table_next(&table, &walk));
	}
}

/* Clusters that go around the end of the array are where this could fail, so many keys and
 * sizes are tried. */
static void
a_walk_that_removes_as_it_goes_misses_and_repeats_nothing(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		unsigned n = 1 + pick(24), from = pick(PEOPLE - 24);
		struct table_walk walk = { 0 };
		struct person *p;

		for (unsigned i = from; i < from + n; i++) {
			people[i].seen = 0;
			table_put(&table, &people[i]);
		}
		while ((p = table_next(&table, &walk))) {
			p->seen++;
			if (pick(3))
				assert_ptr_equal(table_remove(&table, person_name(p)), p);
		}
		for (unsigned i = from; i < from + n; i++) {
			assert_int_equal(people[i].seen, 1);
			table_remove(&table, person_name(&people[i]));
		}
		assert_int_equal(table_count(&table), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    an_empty_table_finds_nothing_and_has_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(
		    putting_under_a_known_key_replaces_and_returns_the_old_value, begin, end),
		cmocka_unit_test_setup_teardown(the_empty_key_is_a_key, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_table_agrees_with_an_array_after_any_operations, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_table_shrinks_with_the_first_value_put_after_many_left, begin, end),
		cmocka_unit_test_setup_teardown(a_walk_sees_every_value_once, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_walk_that_removes_as_it_goes_misses_and_repeats_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
