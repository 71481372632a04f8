/* SPDX-License-Identifier: MIT */
#include "base/pack.h"

#include "../unit.h"

static void
what_was_packed_is_unpacked(void **state)
{
	(void)state;
	char bytes[32], text[3];
	char *to = bytes;

	to = pack_uint(to, 0x7f, 1);
	to = pack_uint(to, UINT64_MAX, 8);
	to = pack_bytes(to, S("abc"));
	to = pack_uint(to, 0x010203, 3);
	assert_int_equal(to - bytes, 15);
	assert_memory_equal(to - 3, "\1\2\3", 3);

	struct unpack u = { .rest = str_of(bytes, 15) };

	assert_int_equal(unpack_uint(&u, 1), 0x7f);
	assert_true(unpack_uint(&u, 8) == UINT64_MAX);
	unpack_bytes(&u, text, 3);
	assert_memory_equal(text, "abc", 3);
	assert_false(unpack_is_done(&u));
	assert_int_equal(unpack_uint(&u, 3), 0x010203);
	assert_true(unpack_is_done(&u));
}

static void
unpack_yields_zeros_from_the_first_thing_that_is_missing(void **state)
{
	(void)state;
	struct unpack u = { .rest = S("\1\2\3") };
	char text[2] = "xy";

	assert_int_equal(unpack_uint(&u, 2), 0x0102);
	assert_int_equal(unpack_uint(&u, 2), 0);
	assert_int_equal(unpack_uint(&u, 1), 0); /* though one byte is there */
	unpack_bytes(&u, text, 2);
	assert_memory_equal(text, "\0\0", 2);
	assert_false(unpack_is_done(&u));
}

static void
unpack_reads_nothing_from_nothing(void **state)
{
	(void)state;
	struct unpack u = { 0 };

	assert_true(unpack_is_done(&u));
	unpack_bytes(&u, NULL, 0);
	assert_true(unpack_is_done(&u));
	assert_int_equal(unpack_uint(&u, 1), 0);
	assert_false(unpack_is_done(&u));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_is_unpacked),
		cmocka_unit_test(unpack_yields_zeros_from_the_first_thing_that_is_missing),
		cmocka_unit_test(unpack_reads_nothing_from_nothing),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
