/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "xmpp/words.h"

static struct str
show_words(struct arena *a, struct str text, bool asked)
{
	struct str all = S(""), word;
	struct words w;
	bool joined;

	words_begin(&w, text, asked);
	while (words_next(&w, &word, &joined))
		all = str_format(a, "%.*s%s%.*s", STR_ARG(all),
		    all.len == 0 ? ""
		    : joined     ? "+"
				 : " ",
		    STR_ARG(word));
	return all;
}

static void
texts_fall_into_words(void **state)
{
	static const struct {
		const char *text, *words, *asked;
	} table[] = {
		{ "", "", "" },
		{ "Hello, World!", "hello world", NULL },
		{ "don't 3.14 x_y", "don t 3 14 x y", NULL },
		{ "Ünïcödé ŞIŠ", "unicode sis", NULL },
		{ "e\xcc\x81tat", "etat", NULL },           /* a combining accent */
		{ "\xef\xac\x81n", "fin", NULL },           /* a ligature */
		{ "\xef\xbc\xa1\xef\xbc\x91", "a1", NULL }, /* full width */
		{ "Ελλάδα Россия", "ελλαδα россия", NULL },
		{ "\xd7\xa9\xd7\x81\xd6\xb8\xd7\x9c\xd7\x95\xd6\xb9\xd7\x9d",
		    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", NULL },
		{ "東京都", "東京+京都+都", "東京+京都" },
		{ "東", "東", NULL },
		{ "IT東京です", "it 東京+京で+です+す", "it 東京+京で+です" },
		{ "한국어 말", "한국+국어+어 말", "한국+국어 말" },
		{ "ไทย", "ไท+ทย+ย", "ไท+ทย" },
		{ "ok😀😀👍", "ok 😀 😀 👍", NULL },
		{ "%_*\"'()-;", "", NULL },
		{ "a\xff"
		  "b\xc3",
		    "a b", NULL },
	};
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct str text = str_from_c(table[i].text);
		const char *asked = table[i].asked ? table[i].asked : table[i].words;

		assert_str(show_words(&a, text, false), table[i].words);
		assert_str(show_words(&a, text, true), asked);
	}
	arena_fini(&a);
}

static void
a_nul_separates_words(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	assert_str(show_words(&a, S("a\0b"), false), "a b");
	arena_fini(&a);
}

static void
long_words_are_cut(void **state)
{
	char text[1000];
	struct words w;
	struct str word;
	bool joined;

	(void)state;
	memset(text, 'x', sizeof(text));
	words_begin(&w, str_of(text, sizeof(text)), false);
	assert_true(words_next(&w, &word, &joined));
	assert_int_equal(word.len, WORD_BYTES);
	assert_false(words_next(&w, &word, &joined));
}

static bool
matches(const char *question, const char *text)
{
	struct arena a;
	struct words_query q;
	bool found;

	arena_init(&a, 1024);
	q = words_ask(&a, str_from_c(question));
	found = words_match(&q, str_from_c(text), &a);
	arena_fini(&a);
	return found;
}

static void
all_that_is_asked_must_occur(void **state)
{
	(void)state;
	assert_true(matches("world hello", "Hello, world"));
	assert_false(matches("world hello you", "Hello, world"));
	assert_true(matches("hello wor", "Hello, world"));
	assert_false(matches("hello wo", "Hello, world"));  /* too short for a beginning */
	assert_false(matches("hel world", "Hello, world")); /* only the last is one */
	assert_true(matches("京都", "東京都へ"));
	assert_false(matches("京へ", "東京都へ"));
	assert_true(matches("都", "東京都"));
	assert_true(matches("京", "東京都"));
	assert_true(matches("京 hello", "hello 東京都"));
	assert_false(matches("京都", "京 都"));
	assert_false(matches("", "anything"));
	assert_false(matches("...", "anything"));
}

static void
a_question_has_so_many_words(void **state)
{
	char text[4 * SEARCH_WORDS_MAX + 1] = "";
	struct arena a;
	size_t n = 0;

	(void)state;
	arena_init(&a, 1024);
	for (size_t i = 0; i < 2 * SEARCH_WORDS_MAX; i++)
		memcpy(text + 2 * i, "a ", 2);
	for (struct words_query q = words_ask(&a, str_from_c(text)); n < q.n; n++)
		assert_int_equal(q.phrase[n].n, 1);
	assert_int_equal(n, SEARCH_WORDS_MAX);
	arena_fini(&a);
}

static void
a_text_is_folded_whole(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	assert_str(words_fold(&a, S("  Ünïcödé,\t\n O'Brien "), 100), "unicode, o'brien");
	assert_str(words_fold(&a, S("J.Doe@EXAMPLE.org"), 100), "j.doe@example.org");
	assert_str(words_fold(&a,
		       S("a\xe3\x80\x80"
			 "b\xff"
			 "c\x01"
			 "d"),
		       100),
	    "a b c d");
	assert_str(words_fold(&a, S("東京"), 5), "東");
	assert_str(words_fold(&a, S("a b"), 2), "a");
	assert_str(words_fold(&a, S(" "), 2), "");
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_fall_into_words),
		cmocka_unit_test(a_nul_separates_words),
		cmocka_unit_test(long_words_are_cut),
		cmocka_unit_test(all_that_is_asked_must_occur),
		cmocka_unit_test(a_question_has_so_many_words),
		cmocka_unit_test(a_text_is_folded_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
