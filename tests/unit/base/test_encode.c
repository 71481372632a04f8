/* SPDX-License-Identifier: MIT */
#include "base/encode.h"

#include "../unit.h"

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

static void
base64_is_that_of_rfc_4648_section_10(void **state)
{
	(void)state;
	static const struct {
		struct str bytes;
		const char *text;
	} cases[] = {
		{ S(""), "" },
		{ S("f"), "Zg==" },
		{ S("fo"), "Zm8=" },
		{ S("foo"), "Zm9v" },
		{ S("foob"), "Zm9vYg==" },
		{ S("fooba"), "Zm9vYmE=" },
		{ S("foobar"), "Zm9vYmFy" },
		{ S("\xff\xef\xbe\0"), "/+++AA==" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str back;

		assert_str(base64_encode(&arena, cases[i].bytes), cases[i].text);
		assert_int_equal(base64_decode(&arena, str_from_c(cases[i].text), &back), OK);
		assert_true(str_eq(back, cases[i].bytes));
		assert_non_null(back.at);
	}
}

static void
base64_refuses_every_text_that_is_not_the_one_for_its_bytes(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("Z"),        /* no whole byte */
		S("Zg"),       /* no padding */
		S("Zg="),      /* half of it */
		S("Zg==="),    /* too much */
		S("Zg======"), /* by a whole group */
		S("Zm9v===="), /* after a whole group */
		S("===="),     /* nothing else */
		S("Z==="),     /* three */
		S("Zh=="),     /* a bit set that belongs to no byte */
		S("Zm9="),     /* the same with two bytes */
		S("Zm8=Zg=="), /* something after the padding */
		S("Zm=v"),     /* padding inside */
		S("Zm9v\n"),
		S(" Zm9v"),
		S("Zm9v Zm9v"),
		S("Zm9vZm9 "),
		S("Zm-_"),
		S("Zm9\0"),
		S("Zm9\x80"),
		S("Zm9*"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = S("untouched");

		assert_int_equal(base64_decode(&arena, cases[i], &out), E_INVALID);
		assert_str(out, "untouched");
	}
}

static void
base64_has_one_text_for_each_value_and_one_value_for_each_text(void **state)
{
	(void)state;
	static const char some[] = "AQZagw09+/-_=";
	char text[4];
	struct str bytes;

	/* Every group of four of these: what decodes must encode to itself. */
	for (size_t i = 0; i < 13 * 13 * 13 * 13; i++) {
		size_t k = i;

		for (size_t j = 0; j < 4; j++, k /= 13)
			text[j] = some[k % 13];
		if (base64_decode(&arena, str_of(text, 4), &bytes) == OK)
			assert_true(str_eq(base64_encode(&arena, bytes), str_of(text, 4)));
		if (base64url_decode(&arena, str_of(text, 4), &bytes) == OK)
			assert_true(str_eq(base64url_encode(&arena, bytes), str_of(text, 4)));
		arena_reset(&arena);
	}
}

static void
base64url_uses_its_own_alphabet_and_no_padding(void **state)
{
	(void)state;
	struct str out;

	assert_str(base64url_encode(&arena, S("\xff\xef\xbe\0")), "_---AA");
	assert_int_equal(base64url_decode(&arena, S("_---AA"), &out), OK);
	assert_true(str_eq(out, S("\xff\xef\xbe\0")));
	assert_int_equal(base64url_decode(&arena, S("_---AA=="), &out), E_INVALID);
	assert_int_equal(base64url_decode(&arena, S("/+++AA"), &out), E_INVALID);
	assert_int_equal(base64url_decode(&arena, S("_---AB"), &out), E_INVALID);
	assert_int_equal(base64url_decode(&arena, S("_---A"), &out), E_INVALID);
}

static void
hex_is_written_in_lower_case_and_read_in_both(void **state)
{
	(void)state;
	struct str out;

	assert_str(hex_encode(&arena, S("\x00\x7f\xab\xff")), "007fabff");
	assert_int_equal(hex_decode(&arena, S("007fABff"), &out), OK);
	assert_true(str_eq(out, S("\x00\x7f\xab\xff")));
	assert_int_equal(hex_decode(&arena, S(""), &out), OK);
	assert_int_equal(out.len, 0);
	assert_int_equal(hex_decode(&arena, S("abc"), &out), E_INVALID);
	assert_int_equal(hex_decode(&arena, S("ag"), &out), E_INVALID);
	assert_int_equal(hex_decode(&arena, S("-1"), &out), E_INVALID);
}

static void
percent_leaves_letters_digits_and_what_it_is_told_to(void **state)
{
	(void)state;
	assert_str(percent_encode(&arena, S("a-Z 9.\xc3\xa9%"), "-."), "a-Z%209.%C3%A9%25");
	assert_int_equal(percent_encode(&arena, S(""), "").len, 0);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(base64_is_that_of_rfc_4648_section_10),
		CASE(base64_refuses_every_text_that_is_not_the_one_for_its_bytes),
		CASE(base64_has_one_text_for_each_value_and_one_value_for_each_text),
		CASE(base64url_uses_its_own_alphabet_and_no_padding),
		CASE(hex_is_written_in_lower_case_and_read_in_both),
		CASE(percent_leaves_letters_digits_and_what_it_is_told_to),
	};

	return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
