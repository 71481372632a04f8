/* SPDX-License-Identifier: MIT */
#include "modules/search/people.h"

#include "../unit.h"
#include "base/limits.h"

static struct arena arena;
static struct people people;

static void
put(const char *user, enum card_class class, const char *name, const char *email)
{
	struct card card = { .class = class };

	card.field[CARD_FULL_NAME] = str_from_c(name);
	card.field[CARD_EMAIL] = str_from_c(email);
	people_put(&people, str_from_c(user), &card);
}

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	put("romeo", CARD_UNSAID, "Roméo Montague", "romeo@montague.example");
	put("juliet", CARD_UNSAID, "Juliet Capulet-Montague", "j.capulet@verona.example");
	put("taro", CARD_UNSAID, "山田太郎", NULL);
	put("nurse", CARD_PRIVATE, "Angelica", NULL);
	put("mercutio", CARD_PUBLIC, "  MERCUTIO  ", "m@verona.example");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	people_fini(&people);
	arena_fini(&arena);
	return 0;
}

static struct str
names(const struct people_found *f)
{
	struct str all = S("");

	for (size_t i = 0; i < f->n; i++)
		all = str_format(&arena, "%.*s%s%.*s", STR_ARG(all), i ? " " : "",
		    STR_ARG(person_field(f->at[i], PERSON_USER)));
	return all;
}

static struct str
find(unsigned field, const char *text)
{
	struct result_set_request page = { .max = 100 };
	struct people_found found;
	struct question q;

	question_begin(&arena, &q);
	q.unsaid_too = true;
	assert_int_equal(question_add(&arena, &q, field, str_from_c(text)), OK);
	people_find(&arena, &people, &q, &page, &found);
	return names(&found);
}

static void
people_are_found_by_the_words_they_have(void **state)
{
	static const struct {
		unsigned field;
		const char *text, *found;
	} table[] = {
		{ PERSON_CARD + CARD_FULL_NAME, "montague", "juliet romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "MONT", "juliet romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "tague", "" },
		{ PERSON_CARD + CARD_FULL_NAME, "romeo m", "romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "montague romeo", "" },
		{ PERSON_CARD + CARD_FULL_NAME, "太郎", "taro" },
		{ PERSON_CARD + CARD_FULL_NAME, "mercutio", "mercutio" },
		{ PERSON_CARD + CARD_EMAIL, "romeo", "romeo" },
		{ PERSON_USER, "j", "juliet" },
		{ PERSON_CARD + CARD_NICKNAME, "romeo", "" },
		{ PERSON_ANY, "verona juliet", "juliet" },
		{ PERSON_ANY, "montague verona", "juliet" },
		{ PERSON_ANY, "angelica", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_str(find(table[i].field, table[i].text), table[i].found);
}

static void
stars_stand_for_any_characters_of_the_whole_field(void **state)
{
	static const struct {
		unsigned field;
		const char *text, *found;
	} table[] = {
		{ PERSON_CARD + CARD_FULL_NAME, "montague*", "" },
		{ PERSON_CARD + CARD_FULL_NAME, "*montague", "juliet romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "*tag*", "juliet romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "r*o*e", "romeo" },
		{ PERSON_CARD + CARD_FULL_NAME, "r*o*x", "" },
		{ PERSON_CARD + CARD_FULL_NAME, "mercutio*", "mercutio" },
		{ PERSON_CARD + CARD_FULL_NAME, "mer**tio", "mercutio" },
		{ PERSON_CARD + CARD_EMAIL, "*@verona.example", "juliet mercutio" },
		{ PERSON_ANY, "*@verona* *capulet*", "juliet" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_str(find(table[i].field, table[i].text), table[i].found);
}

static void
who_says_nothing_is_found_where_everybody_is(void **state)
{
	struct result_set_request page = { .max = 100 };
	struct people_found found;
	struct question q;

	(void)state;
	question_begin(&arena, &q);
	people_find(&arena, &people, &q, &page, &found);
	assert_str(names(&found), "mercutio");
	q.unsaid_too = true;
	people_find(&arena, &people, &q, &page, &found);
	assert_str(names(&found), "juliet mercutio romeo taro");
}

static void
a_question_is_bounded(void **state)
{
	struct question q;
	char text[DIRECTORY_QUESTION_BYTES + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	question_begin(&arena, &q);
	assert_int_equal(question_add(&arena, &q, 1, str_of(text, sizeof(text))), E_LIMIT);
	question_begin(&arena, &q);
	for (int i = 0; i < DIRECTORY_WISHES_MAX; i++)
		assert_int_equal(question_add(&arena, &q, PERSON_ANY, S("a")), OK);
	assert_int_equal(question_add(&arena, &q, PERSON_ANY, S("a")), E_LIMIT);
	question_begin(&arena, &q);
	assert_int_equal(question_add(&arena, &q, 1, S(" ** ")), OK);
	assert_int_equal(question_add(&arena, &q, 1, S("")), OK);
	assert_int_equal(question_add(&arena, &q, 1, (struct str){ 0 }), OK);
	assert_int_equal(q.n, 0);
}

/* --- pages ---------------------------------------------------------------------------- */

static void
pages_are_those_of_a_list(void **state)
{
	static const struct {
		struct result_set_request page;
		const char *found;
		unsigned index;
	} table[] = {
		{ { true, RESULT_SET_FIRST, { 0 }, 0, 2 }, "juliet mercutio", 0 },
		{ { true, RESULT_SET_AFTER, S("mercutio"), 0, 2 }, "romeo taro", 2 },
		{ { true, RESULT_SET_AFTER, S("nobody"), 0, 2 }, "romeo taro", 2 },
		{ { true, RESULT_SET_AFTER, S("taro"), 0, 2 }, "", 4 },
		{ { true, RESULT_SET_BEFORE, S("taro"), 0, 2 }, "mercutio romeo", 1 },
		{ { true, RESULT_SET_BEFORE, S("mercutio"), 0, 2 }, "juliet", 0 },
		{ { true, RESULT_SET_LAST, { 0 }, 0, 3 }, "mercutio romeo taro", 1 },
		{ { true, RESULT_SET_LAST, { 0 }, 0, 9 }, "juliet mercutio romeo taro", 0 },
		{ { true, RESULT_SET_INDEX, { 0 }, 3, 2 }, "taro", 3 },
		{ { true, RESULT_SET_FIRST, { 0 }, 0, 0 }, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct people_found found;
		struct question q;

		question_begin(&arena, &q);
		q.unsaid_too = true;
		people_find(&arena, &people, &q, &table[i].page, &found);
		assert_str(names(&found), table[i].found);
		assert_int_equal(found.index, table[i].index);
		assert_int_equal(found.count, 4);
	}
}

static void
who_is_put_again_is_another_and_who_is_dropped_is_none(void **state)
{
	size_t bytes = people.bytes;

	(void)state;
	put("romeo", CARD_UNSAID, "Antonio", NULL);
	assert_true(people.bytes < bytes);
	assert_str(find(PERSON_ANY, "romeo"), "romeo"); /* his user name */
	assert_str(find(PERSON_CARD + CARD_FULL_NAME, "rom"), "");
	assert_str(find(PERSON_CARD + CARD_FULL_NAME, "antonio"), "romeo");
	people_drop(&people, S("romeo"));
	people_drop(&people, S("romeo"));
	assert_false(people_have(&people, S("romeo")));
	assert_true(people_have(&people, S("juliet")));
	assert_str(find(PERSON_CARD + CARD_FULL_NAME, "antonio"), "");
	for (size_t i = people.n; i > 0; i--)
		people_drop(&people, person_field(*(const struct person *const *)people.at, 0));
	assert_int_equal(people.bytes, 0);
}

/* The longest that cards can be. */
static void
all_fields_may_be_as_long_as_they_can(void **state)
{
	char text[CARD_FIELD_MAX], user[1023];
	struct card card = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	memset(user, 'u', sizeof(user));
	for (enum card_field f = 0; f < CARD_FIELDS; f++)
		card.field[f] = str_of(text, sizeof(text));
	people_put(&people, str_of(user, sizeof(user)), &card);
	assert_int_equal(find(PERSON_CARD + CARD_COUNTRY, "xx*").len, sizeof(user));
	assert_int_equal(find(PERSON_USER, "uu").len, sizeof(user));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    people_are_found_by_the_words_they_have, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    stars_stand_for_any_characters_of_the_whole_field, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_says_nothing_is_found_where_everybody_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_question_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pages_are_those_of_a_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_is_put_again_is_another_and_who_is_dropped_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    all_fields_may_be_as_long_as_they_can, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
