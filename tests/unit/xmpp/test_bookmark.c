/* SPDX-License-Identifier: MIT */
#include "xmpp/bookmark.h"

#include "../unit.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

#define OLD(attributes, content)                                                               \
	"<conference xmlns='storage:bookmarks'" attributes ">" content "</conference>"
#define NEW(attributes, content)                                                               \
	"<conference xmlns='urn:xmpp:bookmarks:1'" attributes ">" content "</conference>"

static struct arena arena;
static struct frozen *block;

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

static struct elem
parse(const char *text)
{
	frozen_free(&block);
	assert_int_equal(xml_parse(str_from_c(text), &xml_bounds_stored, &block), OK);
	return frozen_root(block);
}

static void
assert_text(struct str got, const char *expected)
{
	assert_string_equal(str_to_c(&arena, got), expected);
}

static struct str
listed(const struct bookmark *b)
{
	struct xml_writer w;

	xml_begin_inner(&w, &arena, S(""));
	bookmark_write(&w, b);
	return xml_written(&w);
}

/* XEP-0402 section 5.3, XEP-0048 section 2.1: what the two forms have in common. */
static const struct {
	const char *list, *payload;
} pairs[] = {
	{ "<conference xmlns='storage:bookmarks' jid='a@b'/>",
	    "<conference xmlns='urn:xmpp:bookmarks:1'/>" },
	{ OLD(" jid='a@b' name='Council of &lt;Oberon&gt;' autojoin='true'",
	      "<nick>Puck</nick><password>x &amp; y</password>"),
	    NEW(" name='Council of &lt;Oberon&gt;' autojoin='true'",
		"<nick>Puck</nick><password>x &amp; y</password>") },
	{ OLD(" jid='a@b'", "<nick>JC</nick>"), NEW("", "<nick>JC</nick>") },
};

static void
each_form_becomes_the_other(void **state)
{
	struct bookmark one, other;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_true(bookmark_of_list(&arena, parse(pairs[i].list), &one));
		assert_text(one.room, "a@b");
		assert_text(bookmark_payload(&arena, &one), pairs[i].payload);
		assert_text(listed(&one), pairs[i].list);
		assert_true(
		    bookmark_of_item(&arena, S("a@b"), parse(pairs[i].payload), &other));
		assert_text(listed(&other), pairs[i].list);
		assert_text(bookmark_payload(&arena, &other), pairs[i].payload);
	}
}

static void
what_is_no_room_is_no_bookmark(void **state)
{
	static const char *const none[] = {
		OLD("", ""),
		OLD(" jid=''", ""),
		OLD(" jid='@'", ""),
		OLD(" jid='a@b/c'", ""),
		NEW(" jid='a@b'", ""),
		"<url xmlns='storage:bookmarks' jid='a@b'/>",
	};
	struct bookmark b;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(bookmark_of_list(&arena, parse(none[i]), &b));
	assert_false(bookmark_of_item(&arena, S("a@b"), parse(OLD("", "")), &b));
	assert_false(bookmark_of_item(&arena, S("a@b/c"), parse(NEW("", "")), &b));
	assert_false(bookmark_of_item(&arena, S(""), parse(NEW("", "")), &b));
}

/* "1" is "true" (XML Schema, boolean), "A@B" is "a@b" (RFC 7622). */
static void
what_means_the_same_is_equal(void **state)
{
	static const struct {
		const char *list;
		bool equal;
	} others[] = {
		{ OLD(" autojoin='1' name='n' jid='A@B'", "<nick>x</nick>"), true },
		{ OLD(" autojoin='0' name='n' jid='a@b'", "<nick>x</nick>"), false },
		{ OLD(" autojoin='1' name='m' jid='a@b'", "<nick>x</nick>"), false },
		{ OLD(" autojoin='1' name='n' jid='a@c'", "<nick>x</nick>"), false },
		{ OLD(" autojoin='1' name='n' jid='a@b'", "<nick>y</nick>"), false },
		{ OLD(" autojoin='1' name='n' jid='a@b'", "<nick>x</nick><password/>"), true },
		{ OLD(" autojoin='1' name='n' jid='a@b'",
		      "<nick>x</nick><password>p</password>"),
		    false },
	};
	struct frozen *item;
	struct bookmark one, other;

	(void)state;
	assert_int_equal(xml_parse(S(NEW(" name='n' autojoin='true'", "<nick>x</nick>")),
			     &xml_bounds_stored, &item),
	    OK);
	assert_true(bookmark_of_item(&arena, S("a@b"), frozen_root(item), &one));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_true(bookmark_of_list(&arena, parse(others[i].list), &other));
		assert_int_equal(bookmark_eq(&one, &other), others[i].equal);
	}
	frozen_free(&item);
}

/* XEP-0402 section 3: they are to be preserved; lists have no place for them. */
static void
extensions_stay_with_the_item(void **state)
{
	static const char payload[] = NEW(" name='n'",
	    "<extensions><state xmlns='urn:example' minimized='true'/></extensions>");
	struct bookmark b;

	(void)state;
	assert_true(bookmark_of_item(&arena, S("a@b"), parse(payload), &b));
	assert_text(listed(&b), "<conference xmlns='storage:bookmarks' jid='a@b' name='n'/>");
	assert_text(bookmark_payload(&arena, &b), payload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_becomes_the_other),
		cmocka_unit_test(what_is_no_room_is_no_bookmark),
		cmocka_unit_test(what_means_the_same_is_equal),
		cmocka_unit_test(extensions_stay_with_the_item),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
