/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "modules/push/news.h"
#include "xmpp/ns.h"
#include "xmpp/web_push.h"

static struct arena arena;
static struct jid juliet;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	juliet = jid_trusted(S("juliet@lit"));
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static const struct news like = { .kind = NEWS_MESSAGE,
	.messages = 3,
	.requests = 1,
	.sender = { "romeo@lit/o", 11 },
	.body = { "a \"b\"", 5 } };

static struct str
in_json(enum push_content content)
{
	struct news n = like;

	n.content = content;
	return news_json(&arena, &n, juliet);
}

static struct str
in_xml(enum push_content content)
{
	struct news n = like;
	struct xml_writer w;

	n.content = content;
	xml_begin_inner(&w, &arena, NS_CLIENT);
	news_write(&w, &n);
	return xml_written(&w);
}

static bool
has(struct str text, const char *part)
{
	return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

static void
more_is_said_at_each_level(void **state)
{
	static const char *const parts[] = { [PUSH_COUNT] = "message-count",
		[PUSH_SENDER] = "last-message-sender",
		[PUSH_BODY] = "last-message-body" };

	(void)state;
	for (enum push_content at = PUSH_NOTHING; at <= PUSH_BODY; at++)
		for (enum push_content part = PUSH_COUNT; part <= PUSH_BODY; part++) {
			assert_int_equal(has(in_json(at), parts[part]), part <= at);
			assert_int_equal(has(in_xml(at), parts[part]), part <= at);
		}
	assert_str(in_xml(PUSH_NOTHING), "<notification xmlns='urn:xmpp:push:0'/>");
	assert_str(in_json(PUSH_NOTHING), "{\"account\":\"juliet@lit\",\"kind\":\"message\"}");
	assert_str(in_json(PUSH_BODY),
	    "{\"account\":\"juliet@lit\",\"kind\":\"message\",\"message-count\":3,"
	    "\"pending-subscription-count\":1,\"last-message-sender\":\"romeo@lit/o\","
	    "\"last-message-body\":\"a \\\"b\\\"\"}");
}

static void
bodies_are_cut_between_characters(void **state)
{
	static const struct {
		const char *body;
		size_t max;
		const char *cut;
	} cuts[] = { { "abc", 3, "abc" }, { "abcd", 3, "abc" }, { "a\xc3\xa9", 2, "a" },
		{ "a\xc3\xa9", 3, "a\xc3\xa9" }, { "\xf0\x9f\x8c\xb9x", 3, "" },
		{ "\xf0\x9f\x8c\xb9x", 4, "\xf0\x9f\x8c\xb9" }, { "", 3, "" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct news n = { .body = str_from_c(cuts[i].body) };
		struct news *made = news_new(&n, cuts[i].max);

		assert_str(made->body, cuts[i].cut);
		news_free(&made);
	}
}

/* Control characters are six bytes each in JSON. */
static void
what_does_not_fit_is_left_out(void **state)
{
	struct news n = like;
	char controls[3000];

	(void)state;
	memset(controls, 1, sizeof(controls));
	n.content = PUSH_BODY;
	n.body = str_of(controls, 600);
	assert_true(has(news_json(&arena, &n, juliet), "last-message-body"));
	n.body = str_of(controls, 700);
	assert_false(has(news_json(&arena, &n, juliet), "last-message-body"));
	assert_true(has(news_json(&arena, &n, juliet), "last-message-sender"));
	n.sender = str_of(controls, 3000);
	assert_false(has(news_json(&arena, &n, juliet), "last-message-sender"));
	assert_true(has(news_json(&arena, &n, juliet), "message-count"));
	assert_in_range(news_json(&arena, &n, juliet).len, 1, WEB_PUSH_TEXT_MAX);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, finish)
	const struct CMUnitTest tests[] = {
		CASE(more_is_said_at_each_level),
		CASE(bodies_are_cut_between_characters),
		CASE(what_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
