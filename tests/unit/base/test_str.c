/* SPDX-License-Identifier: MIT */
#include "../unit.h"

static void
str_is_utf8_accepts_what_rfc_3629_allows(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		bool good;
	} cases[] = {
		{ S(""), true }, { S("plain ascii, longer than eight bytes"), true },
		{ S("gr\xc3\xbc\xc3\x9f"), true }, { S("\xe2\x82\xac"), true },
		{ S("\xf0\x9f\x90\xa6"), true }, { S("\xf4\x8f\xbf\xbf"), true },
		{ S("\xc0\xaf"), false },         /* overlong */
		{ S("\xe0\x80\xaf"), false },     /* overlong */
		{ S("\xf0\x80\x80\xaf"), false }, /* overlong */
		{ S("\xed\xa0\x80"), false },     /* surrogate */
		{ S("\xf4\x90\x80\x80"), false }, /* beyond U+10FFFF */
		{ S("\xff"), false }, { S("12345678\x80"), false },
		{ S("abc\xe2\x82"), false }, /* cut */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(str_is_utf8(cases[i].text), cases[i].good);
}

static void
str_to_u64_accepts_digits_up_to_the_maximum(void **state)
{
	(void)state;
	uint64_t n = 7;

	assert_int_equal(str_to_u64(S("0"), 10, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(str_to_u64(S("18446744073709551615"), UINT64_MAX, &n), OK);
	assert_true(n == UINT64_MAX);
	assert_int_equal(str_to_u64(S("18446744073709551616"), UINT64_MAX, &n), E_LIMIT);
	assert_int_equal(str_to_u64(S("11"), 10, &n), E_LIMIT);
	assert_int_equal(str_to_u64(S(""), 10, &n), E_INVALID);
	assert_int_equal(str_to_u64(S("-1"), 10, &n), E_INVALID);
	assert_int_equal(str_to_u64(S("1 "), 10, &n), E_INVALID);
	assert_true(n == UINT64_MAX); /* written only on success */
}

static void
str_split_yields_every_piece_also_empty_ones(void **state)
{
	(void)state;
	struct str rest = S("a,,b,"), piece;

	assert_true(str_split(&rest, ',', &piece));
	assert_str(piece, "a");
	assert_true(str_split(&rest, ',', &piece));
	assert_str(piece, "");
	assert_true(str_split(&rest, ',', &piece));
	assert_str(piece, "b");
	assert_true(str_split(&rest, ',', &piece));
	assert_str(piece, "");
	assert_false(str_split(&rest, ',', &piece));
}

static void
str_cmp_orders_prefixes_first(void **state)
{
	(void)state;
	assert_true(str_cmp(S("ab"), S("abc")) < 0);
	assert_true(str_cmp(S("b"), S("abc")) > 0);
	assert_int_equal(str_cmp(S("abc"), S("abc")), 0);
	assert_true(str_eq_nocase(S("TLS"), S("tls")));
	assert_false(str_eq_secret(S("secret"), S("secreT")));
}

static void
str_place_copies_one_behind_the_other(void **state)
{
	(void)state;
	char room[8], *at = room;
	struct str one = str_place(&at, S("one")), none = str_place(&at, (struct str){ 0 });
	struct str empty = str_place(&at, S("")), two = str_place(&at, S("two"));

	assert_ptr_equal(one.at, room);
	assert_null(none.at);
	assert_true(empty.at && empty.len == 0);
	assert_ptr_equal(two.at, room + 3);
	assert_ptr_equal(at, room + 6);
	assert_memory_equal(room, "onetwo", 6);
}

static void
formatted_text_is_whole_whatever_its_length(void **state)
{
	(void)state;
	char expected[600];
	struct arena a;

	memset(expected, 'x', sizeof(expected));
	arena_init(&a, 64);
	for (size_t len = 0; len < sizeof(expected); len++) {
		struct str got = str_format(&a, "%.*s", (int)len, expected);

		assert_int_equal(got.len, len);
		assert_memory_equal(got.at, expected, len);
		assert_int_equal(got.at[len], '\0');
	}
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formatted_text_is_whole_whatever_its_length),
		cmocka_unit_test(str_is_utf8_accepts_what_rfc_3629_allows),
		cmocka_unit_test(str_to_u64_accepts_digits_up_to_the_maximum),
		cmocka_unit_test(str_split_yields_every_piece_also_empty_ones),
		cmocka_unit_test(str_cmp_orders_prefixes_first),
		cmocka_unit_test(str_place_copies_one_behind_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
