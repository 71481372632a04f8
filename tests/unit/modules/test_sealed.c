/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "modules/components/sealed.h"

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct str
make(char purpose, struct str a, struct str b, struct str c, struct str d)
{
	struct sealed s = { purpose, { a, b, c, d } };
	struct str id;

	assert_int_equal(sealed_make(&s, &arena, &id), OK);
	return id;
}

static void
what_was_sealed_is_read_again(void **state)
{
	static const struct str odd[] = { S(""), S("a"), S("1:2:3"), S("\xe2\x99\xa5"),
		S("a b"), S("::::") };
	size_t n = sizeof(odd) / sizeof(odd[0]);
	struct sealed s;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct str id = make('P', odd[i], odd[k], S("x"), odd[(i + k) % n]);

			assert_true(sealed_read(id, 'P', &s));
			assert_true(str_eq(s.piece[0], odd[i]));
			assert_true(str_eq(s.piece[1], odd[k]));
			assert_true(str_eq(s.piece[2], S("x")));
			assert_true(str_eq(s.piece[3], odd[(i + k) % n]));
		}
}

static void
nothing_else_is_read(void **state)
{
	struct str id = make('P', S("juliet@example.org"), S("1"), S("2"), S(""));
	struct sealed s;

	(void)state;
	assert_false(sealed_read(id, 'D', &s));
	for (size_t i = 0; i < id.len; i++) { /* cut, and changed, at each byte */
		char *copy = str_to_c(&arena, id);

		assert_false(sealed_read(str_slice(id, 0, i), 'P', &s));
		copy[i] ^= 1;
		assert_false(sealed_read(str_of(copy, id.len), 'P', &s));
	}
	assert_false(sealed_read(str_format(&arena, "%.*s ", STR_ARG(id)), 'P', &s));
	/* The same bytes with another purpose have another seal. */
	assert_false(str_eq(str_slice(id, 1, 16),
	    str_slice(make('D', S("juliet@example.org"), S("1"), S("2"), S("")), 1, 16)));
}

static void
an_id_has_a_bound(void **state)
{
	char *text = arena_zalloc(&arena, SEALED_ID_BYTES + 1);
	struct sealed s = { .purpose = 'P' };
	struct str id;

	(void)state;
	memset(text, 'a', SEALED_ID_BYTES + 1);
	for (size_t i = 0; i < SEALED_PIECES; i++) {
		s.piece[i] = str_of(text, SEALED_ID_BYTES + 1);
		assert_int_equal(sealed_make(&s, &arena, &id), E_LIMIT);
		s.piece[i] = str_of(text, SEALED_ID_BYTES / SEALED_PIECES);
	}
	assert_int_equal(sealed_make(&s, &arena, &id), E_LIMIT);
	s.piece[0] = str_of(text, SEALED_ID_BYTES / SEALED_PIECES - 64);
	assert_int_equal(sealed_make(&s, &arena, &id), OK);
	assert_true(sealed_read(id, 'P', &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_was_sealed_is_read_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_else_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_id_has_a_bound, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
