/* SPDX-License-Identifier: MIT */
#include "xmpp/result_set.h"

#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"

static struct arena arena;
static struct frozen *block; /* what the last request points into */

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
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

static const struct xml_bounds wide = {
	.bytes = 1 << 16, .depth = 8, .attributes = 8, .elements = 100
};

/* Pages have at most 50 items here. */
static enum status
read(const char *content, struct result_set_request *out)
{
	struct str document =
	    str_format(&arena, "<set xmlns='http://jabber.org/protocol/rsm'>%s</set>", content);

	frozen_free(&block);
	assert_int_equal(xml_parse(document, &wide, &block), OK);
	return result_set_read(&arena, frozen_root(block), 50, out);
}

/* The requests of XEP-0059 section 2, and their neighbours. */
static void
result_set_read_tells_where_the_page_is(void **state)
{
	(void)state;
	static const struct {
		const char *content;
		uint32_t max;
		enum result_set_from from;
		const char *id;
		uint64_t index;
	} cases[] = {
		{ "", 50, RESULT_SET_FIRST, "", 0 },
		{ "<max>10</max>", 10, RESULT_SET_FIRST, "", 0 },
		{ "<max>0</max>", 0, RESULT_SET_FIRST, "", 0 },
		{ "<max>50</max>", 50, RESULT_SET_FIRST, "", 0 },
		{ "<max>51</max>", 50, RESULT_SET_FIRST, "", 0 },
		{ "<max>99999999999999999999999</max>", 50, RESULT_SET_FIRST, "", 0 },
		{ "<max>\n10 </max>", 10, RESULT_SET_FIRST, "", 0 },
		{ "<max>10</max><after>peterpan@neverland.lit</after>", 10, RESULT_SET_AFTER,
		    "peterpan@neverland.lit", 0 },
		{ "<after/><max>10</max>", 10, RESULT_SET_FIRST, "", 0 },
		{ "<max>10</max><before>peter@pixyland.org</before>", 10, RESULT_SET_BEFORE,
		    "peter@pixyland.org", 0 },
		{ "<max>10</max><before/>", 10, RESULT_SET_LAST, "", 0 },
		{ "<max>10</max><index>371</index>", 10, RESULT_SET_INDEX, "", 371 },
		{ "<index>99999999999999999999999</index>", 50, RESULT_SET_INDEX, "",
		    INT64_MAX },
		{ "<after>a&amp;&lt;b</after>", 50, RESULT_SET_AFTER, "a&<b", 0 },
		{ "<max xmlns='urn:other'>x</max>", 50, RESULT_SET_FIRST, "", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_set_request r;

		assert_int_equal(read(cases[i].content, &r), OK);
		assert_true(r.asked);
		assert_int_equal(r.max, cases[i].max);
		assert_int_equal(r.from, cases[i].from);
		assert_str(r.id, cases[i].id);
		assert_int_equal(r.index, cases[i].index);
	}
}

static void
no_set_asks_for_the_first_page(void **state)
{
	(void)state;
	struct result_set_request r;

	assert_int_equal(result_set_read(&arena, ELEM_NONE, 20, &r), OK);
	assert_false(r.asked);
	assert_int_equal(r.max, 20);
	assert_int_equal(r.from, RESULT_SET_FIRST);
}

static void
result_set_read_refuses_what_makes_no_sense(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"<max/>",
		"<max>ten</max>",
		"<max>-1</max>",
		"<max>1.5</max>",
		"<index>-1</index>",
		"<index/>",
		"<before/><after/>",
		"<before>a</before><after>b</after>",
		"<before/><index>1</index>",
		"<after>a</after><index>1</index>",
	};
	struct result_set_request r = { .max = 77 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(read(cases[i], &r), E_INVALID);
	frozen_free(&block);
	assert_int_equal(xml_parse(S("<set xmlns='urn:other'/>"), &wide, &block), OK);
	assert_int_equal(result_set_read(&arena, frozen_root(block), 20, &r), E_INVALID);
	assert_int_equal(r.max, 77);
}

static void
ids_are_bounded(void **state)
{
	(void)state;
	char *id = arena_zalloc(&arena, RESULT_SET_ID_MAX + 2);
	struct result_set_request r;

	memset(id, 'a', RESULT_SET_ID_MAX);
	assert_int_equal(read(str_format(&arena, "<after>%s</after>", id).at, &r), OK);
	assert_int_equal(r.id.len, RESULT_SET_ID_MAX);
	id[RESULT_SET_ID_MAX] = 'a';
	assert_int_equal(read(str_format(&arena, "<after>%s</after>", id).at, &r), E_LIMIT);
	assert_int_equal(read(str_format(&arena, "<before>%s</before>", id).at, &r), E_LIMIT);
}

static void
result_set_write_leaves_out_what_is_not_known(void **state)
{
	(void)state;
	static const struct {
		struct result_set_page page;
		const char *content;
	} cases[] = {
		{ { S("stpeter@jabber.org"), S("peterpan@neverland.lit"), 0, 800 },
		    "<first index='0'>stpeter@jabber.org</first>"
		    "<last>peterpan@neverland.lit</last><count>800</count>" },
		{ { S("a"), S("b"), RESULT_SET_UNKNOWN, RESULT_SET_UNKNOWN },
		    "<first>a</first><last>b</last>" },
		{ { .index = 7, .count = 790 }, "<count>790</count>" },
		{ { S("<"), S("&"), 18446744073709551614u, 18446744073709551614u },
		    "<first index='18446744073709551614'>&lt;</first><last>&amp;</last>"
		    "<count>18446744073709551614</count>" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xml_writer w;

		xml_begin_inner(&w, &arena, S(""));
		result_set_write(&w, &cases[i].page);
		assert_str(xml_written(&w),
		    str_format(&arena, "<set xmlns='http://jabber.org/protocol/rsm'>%s</set>",
			cases[i].content)
			.at);
	}
}

/* XEP-0059 sections 2.2, 2.3 and 2.6: of ten items, of which .id names the fifth. */
static void
a_slice_is_the_page_that_is_asked_for(void **state)
{
	(void)state;
	static const struct {
		struct result_set_request request;
		size_t at;
		enum status status;
		struct result_set_slice slice;
	} cases[] = {
		{ { .from = RESULT_SET_FIRST, .max = 3 }, 10, OK, { 0, 3 } },
		{ { .from = RESULT_SET_FIRST, .max = 30 }, 10, OK, { 0, 10 } },
		{ { .from = RESULT_SET_FIRST, .max = 0 }, 10, OK, { 0, 0 } },
		{ { .from = RESULT_SET_LAST, .max = 3 }, 10, OK, { 7, 3 } },
		{ { .from = RESULT_SET_AFTER, .max = 3 }, 4, OK, { 5, 3 } },
		{ { .from = RESULT_SET_AFTER, .max = 30 }, 4, OK, { 5, 5 } },
		{ { .from = RESULT_SET_AFTER, .max = 3 }, 9, OK, { 10, 0 } },
		{ { .from = RESULT_SET_BEFORE, .max = 3 }, 4, OK, { 1, 3 } },
		{ { .from = RESULT_SET_BEFORE, .max = 30 }, 4, OK, { 0, 4 } },
		{ { .from = RESULT_SET_BEFORE, .max = 3 }, 0, OK, { 0, 0 } },
		{ { .from = RESULT_SET_INDEX, .max = 3, .index = 8 }, 10, OK, { 8, 2 } },
		{ { .from = RESULT_SET_INDEX, .max = 3, .index = 80 }, 10, OK, { 10, 0 } },
		{ { .from = RESULT_SET_AFTER, .max = 3 }, 10, E_NOT_FOUND, { 0, 0 } },
		{ { .from = RESULT_SET_BEFORE, .max = 3 }, 10, E_NOT_FOUND, { 0, 0 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_set_slice slice = { 0 };

		assert_int_equal(result_set_slice(&cases[i].request, 10, cases[i].at, &slice),
		    cases[i].status);
		assert_int_equal(slice.from, cases[i].slice.from);
		assert_int_equal(slice.n, cases[i].slice.n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(result_set_read_tells_where_the_page_is),
		cmocka_unit_test(no_set_asks_for_the_first_page),
		cmocka_unit_test(result_set_read_refuses_what_makes_no_sense),
		cmocka_unit_test(ids_are_bounded),
		cmocka_unit_test(result_set_write_leaves_out_what_is_not_known),
		cmocka_unit_test(a_slice_is_the_page_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
