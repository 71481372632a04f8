/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "xmpp/nickname.h"

static void
assert_key(const char *nick, const char *expected)
{
	struct arena a;
	struct str key;

	arena_init(&a, 256);
	assert_int_equal(nickname_key(&a, str_from_c(nick), &key), OK);
	assert_str(key, expected);
	arena_fini(&a);
}

/* XEP-0045 section 17.1: none that looks empty. */
static void
a_nickname_that_nobody_sees_is_none(void **state)
{
	static const char *const nothing[] = { "", " ", "\xc2\xa0", "\xe2\x80\x8b",
		"\xc2\xad\xe2\x80\x8d ", "\xe3\x85\xa4", "\xef\xb8\x8f" };
	struct arena a;
	struct str key;

	(void)state;
	arena_init(&a, 256);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		assert_int_equal(nickname_key(&a, str_from_c(nothing[i]), &key), E_INVALID);
	assert_int_equal(nickname_key(&a, S("\xff"), &key), E_INVALID);
	arena_fini(&a);
}

static void
nicknames_that_look_the_same_are_the_same(void **state)
{
	(void)state;
	assert_key("Third Witch", "third witch");
	assert_key(" THIRD\xe3\x80\x80\xc2\xa0 witch ", "third witch");
	assert_key("\xef\xbc\xb4hird\xe2\x80\x8b witch", "third witch"); /* wide T */
	assert_key("stra\xc3\x9f"
		   "e",
	    "strasse");
	assert_key("e\xcc\x81", "\xc3\xa9");  /* combined */
	assert_key("\xef\xac\x81sh", "fish"); /* a ligature */
}

static void
the_longest_nickname_has_a_key(void **state)
{
	char longest[1023];
	struct arena a;
	struct str key;

	(void)state;
	arena_init(&a, 256);
	/* The character that becomes the most of all. */
	for (size_t i = 0; i < sizeof(longest); i += 3)
		memcpy(longest + i, "\xef\xb7\xba", 3);
	assert_int_equal(nickname_key(&a, str_of(longest, sizeof(longest)), &key), OK);
	assert_true(key.len > sizeof(longest));
	assert_int_equal(
	    nickname_key(&a, str_of(longest, sizeof(longest) + 1), &key), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nickname_that_nobody_sees_is_none),
		cmocka_unit_test(nicknames_that_look_the_same_are_the_same),
		cmocka_unit_test(the_longest_nickname_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
