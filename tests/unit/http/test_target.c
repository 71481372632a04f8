/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/target.h"

static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void
a_target_is_decoded_into_path_and_query(void **state)
{
	static const struct {
		struct str target;
		const char *path, *query, *authority; /* NULL: "no string" */
	} table[] = {
		{ S("/"), "/", NULL, NULL },
		{ S("/a/b.c"), "/a/b.c", NULL, NULL },
		{ S("/a/"), "/a/", NULL, NULL },
		{ S("/a?b=c%20d"), "/a", "b=c%20d", NULL },
		{ S("/a?"), "/a", "", NULL },
		{ S("/a?/../b"), "/a", "/../b", NULL },
		{ S("/%61%20+%c3%a9"), "/a +\xc3\xa9", NULL, NULL },
		{ S("/.../.a/a..b"), "/.../.a/a..b", NULL, NULL },
		{ S("/%2541"), "/%41", NULL, NULL }, /* decoded once */
		{ S("*"), "*", NULL, NULL },
		{ S("http://Example.org:80/a?b"), "/a", "b", "Example.org:80" },
		{ S("HTTPS://example.org/"), "/", NULL, "example.org" },
	};
	struct http_target t;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(http_target_parse(&arena, table[i].target, &t), OK);
		assert_str(t.path, table[i].path);
		assert_int_equal(t.query.at != NULL, table[i].query != NULL);
		assert_int_equal(t.authority.at != NULL, table[i].authority != NULL);
		if (table[i].query)
			assert_str(t.query, table[i].query);
		if (table[i].authority)
			assert_str(t.authority, table[i].authority);
	}
}

static void
what_would_have_to_be_put_right_is_refused(void **state)
{
	static const struct str table[] = {
		S("a"),
		S("//"),
		S("//a"),
		S("/a//b"),
		S("/a//"),
		S("/."),
		S("/.."),
		S("/../a"),
		S("/a/.."),
		S("/a/../b"),
		S("/a/./b"),
		S("/%2e%2e/a"),
		S("/.%2E/a"),
		S("/%2E%2e"),
		S("/%2e"),
		S("/a%2fb"),
		S("/a%2Fb"),
		S("/..%2fa"),
		S("/..%5ca"),
		S("/..\\a"),
		S("/a\\b"),
		S("/%00"),
		S("/a%0ab"),
		S("/%7f"),
		S("/%"),
		S("/%a"),
		S("/%4"),
		S("/%zz"),
		S("/a%4"),
		S("/%ff"),
		S("/%c0%ae%c0%ae/a"), /* ".." in an overlong form */
		S("/%c0%af"),
		S("/%ed%a0%80"),
		S("**"),
		S("http://example.org"),
		S("ftp://example.org/"),
		S("example.org:443"),
	};
	struct http_target t;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (http_target_parse(&arena, table[i], &t) != E_INVALID)
			fail_msg("%.*s was taken", STR_ARG(table[i]));
}

static void
parameters_are_found_and_decoded(void **state)
{
	struct str q = S("a=1&b=x+y%26z&a=2&%63=3&d&e=%ff&=f&g=%4");

	(void)state;
	assert_str(http_query_value(q, S("a"), &arena), "1");
	assert_str(http_query_value(q, S("b"), &arena), "x y&z");
	assert_str(http_query_value(q, S("c"), &arena), "3");
	assert_str(http_query_value(q, S("d"), &arena), "");
	assert_str(http_query_value(q, S(""), &arena), "f");
	assert_null(http_query_value(q, S("e"), &arena).at);
	assert_null(http_query_value(q, S("g"), &arena).at);
	assert_null(http_query_value(q, S("h"), &arena).at);
	assert_null(http_query_value((struct str){ 0 }, S("a"), &arena).at);
}

static void
hosts_are_read_in_lower_case(void **state)
{
	static const struct {
		struct str text;
		const char *host, *authority; /* NULL: refused */
	} table[] = {
		{ S("Example.ORG"), "example.org", "example.org" },
		{ S("example.org:5281"), "example.org", "example.org:5281" },
		{ S("192.0.2.1:1"), "192.0.2.1", "192.0.2.1:1" },
		{ S("[2001:DB8::1]"), "[2001:db8::1]", "[2001:db8::1]" },
		{ S("[::1]:80"), "[::1]", "[::1]:80" },
		{ S("xn--a_b-c"), "xn--a_b-c", "xn--a_b-c" },
		{ S(""), NULL, NULL },
		{ S(":80"), NULL, NULL },
		{ S("a:"), NULL, NULL },
		{ S("a:b"), NULL, NULL },
		{ S("a:65536"), NULL, NULL },
		{ S("a:1:2"), NULL, NULL },
		{ S("a b"), NULL, NULL },
		{ S("a/b"), NULL, NULL },
		{ S("a@b"), NULL, NULL },
		{ S("a,b"), NULL, NULL },
		{ S("[]"), NULL, NULL },
		{ S("[::1"), NULL, NULL },
		{ S("[::1]x"), NULL, NULL },
		{ S("[a]b]"), NULL, NULL },
		{ S("\xc3\xa9"), NULL, NULL },
	};
	struct str host, authority;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		enum status s = http_authority_parse(&arena, table[i].text, &host, &authority);

		if ((s == OK) != (table[i].host != NULL))
			fail_msg("%.*s: %s", STR_ARG(table[i].text), status_name(s));
		if (s != OK)
			continue;
		assert_str(host, table[i].host);
		assert_str(authority, table[i].authority);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_target_is_decoded_into_path_and_query, begin, finish),
		cmocka_unit_test_setup_teardown(
		    what_would_have_to_be_put_right_is_refused, begin, finish),
		cmocka_unit_test_setup_teardown(
		    parameters_are_found_and_decoded, begin, finish),
		cmocka_unit_test_setup_teardown(hosts_are_read_in_lower_case, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
