/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/limits.h"
#include "http/head.h"

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
a_head_is_read_into_its_parts(void **state)
{
	struct http_head h;

	(void)state;
	assert_int_equal(http_head_parse(&arena,
			     S("PUT /a/b?c=d HTTP/1.1\r\nHost: Example.org:5281\r\n"
			       "content-LENGTH:  42 \r\nX-One: a\r\nx-one:b\t\r\nEmpty:\r\n"
			       "Expect: 100-Continue\r\n\r\n"),
			     &h),
	    0);
	assert_int_equal(h.method, HTTP_PUT);
	assert_str(h.target, "/a/b?c=d");
	assert_int_equal(h.minor, 1);
	assert_int_equal(h.n_fields, 6);
	assert_str(h.host, "Example.org:5281");
	assert_true(h.has_length && h.keep_alive && h.asks_to_go_on && !h.is_chunked);
	assert_int_equal(h.length, 42);
	assert_str(http_head_field(&h, S("x-one"), &arena), "a, b");
	assert_str(http_head_field(&h, S("empty"), &arena), "");
	assert_non_null(http_head_field(&h, S("empty"), &arena).at);
	assert_null(http_head_field(&h, S("none"), &arena).at);
}

static void
a_connection_stays_open_unless_somebody_says_otherwise(void **state)
{
	static const struct {
		struct str head;
		bool stays;
	} table[] = {
		{ S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), true },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), false },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"), false },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, upgrade\r\n\r\n"),
		    true },
		{ S("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), false },
		{ S("GET / HTTP/1.7\r\nHost: a\r\n\r\n"), true },
	};
	struct http_head h;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(http_head_parse(&arena, table[i].head, &h), 0);
		assert_int_equal(h.keep_alive, table[i].stays);
	}
}

/* Each is understood differently by some program that may stand in front of us. */
static void
what_can_be_understood_in_two_ways_is_refused(void **state)
{
	static const struct {
		struct str head;
		unsigned status;
	} table[] = {
		/* Lengths (RFC 9112 section 6.3). */
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
		    "chunked\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: "
		    "1\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
		    "99999999999999999999\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"), 400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
		    "chunked\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n"),
		    400 },
		{ S("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400 },
		/* Fields (section 5). */
		{ S("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\n\tfolded: b\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX\xff: x\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX\"y: x\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n"), 417 },
		/* The request line (section 3). */
		{ S("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 400 },
		{ S("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / a HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET /\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / http/1.1\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / HTTP/11\r\nHost: a\r\n\r\n"), 400 },
		{ S("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), 400 },
		{ S("\r\n\r\n"), 400 },
		{ S("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505 },
		{ S("PRI * HTTP/2.0\r\n\r\n"), 505 },
		{ S("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 501 },
		{ S("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 501 },
		{ S("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 501 },
		{ S("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400 },
	};
	struct http_head h;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (http_head_parse(&arena, table[i].head, &h) != table[i].status)
			fail_msg(
			    "%u expected of %.*s", table[i].status, STR_ARG(table[i].head));
}

static void
bounds_are_kept(void **state)
{
	struct str fields = S(""), long_target;
	char *a = arena_alloc(&arena, HTTP_TARGET_MAX);
	struct http_head h;

	(void)state;
	memset(a, 'a', HTTP_TARGET_MAX);
	a[0] = '/';
	long_target = str_of(a, HTTP_TARGET_MAX);
	assert_int_equal(
	    http_head_parse(&arena,
		str_format(&arena, "GET %.*s HTTP/1.0\r\n\r\n", STR_ARG(long_target)), &h),
	    0);
	assert_int_equal(
	    http_head_parse(&arena,
		str_format(&arena, "GET %.*sa HTTP/1.0\r\n\r\n", STR_ARG(long_target)), &h),
	    414);
	for (int i = 0; i < HTTP_FIELDS_MAX; i++)
		fields = str_format(&arena, "%.*sa:b\r\n", STR_ARG(fields));
	assert_int_equal(
	    http_head_parse(
		&arena, str_format(&arena, "GET / HTTP/1.0\r\n%.*s\r\n", STR_ARG(fields)), &h),
	    0);
	assert_int_equal(h.n_fields, HTTP_FIELDS_MAX);
	assert_int_equal(
	    http_head_parse(&arena,
		str_format(&arena, "GET / HTTP/1.0\r\n%.*sa:b\r\n\r\n", STR_ARG(fields)), &h),
	    431);
}

/* The answer to the whole, given after each piece. */
static enum http_part
find_in_pieces(struct str bytes, size_t cut, size_t *end)
{
	size_t from = 0;
	enum http_part p = http_head_find(str_slice(bytes, 0, cut), &from, end);

	return p == HTTP_PART_OPEN ? http_head_find(bytes, &from, end) : p;
}

static void
the_end_is_found_at_every_split(void **state)
{
	static const struct {
		struct str bytes;
		enum http_part part;
		size_t end;
	} table[] = {
		{ S("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"), HTTP_PART_WHOLE, 27 },
		{ S("\r\nGET / HTTP/1.1\r\n\r\n"), HTTP_PART_WHOLE, 20 },
		{ S("\r\n\r\nGET / HTTP/1.1\r\n\r\n"), HTTP_PART_WHOLE, 4 },
		{ S("GET / HTTP/1.1\r\nHost: a\r\n\r"), HTTP_PART_OPEN, 0 },
		{ S("GET / HTTP/1.1\r\nHost: a\n\r\n"), HTTP_PART_BAD, 0 },
		{ S("GET / HTTP/1.1\nHost: a\r\n\r\n"), HTTP_PART_BAD, 0 },
		{ S("\nGET / HTTP/1.1\r\n\r\n"), HTTP_PART_BAD, 0 },
		{ S("GET / HTTP/1.1\r\n\n"), HTTP_PART_BAD, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t cut = 0; cut <= table[i].bytes.len; cut++) {
			size_t end = 0;

			assert_int_equal(
			    find_in_pieces(table[i].bytes, cut, &end), table[i].part);
			if (table[i].part == HTTP_PART_WHOLE)
				assert_int_equal(end, table[i].end);
		}
}

static void
lists_and_tokens_are_told_apart(void **state)
{
	(void)state;
	assert_true(http_list_has(S("keep-alive, Upgrade"), S("upgrade")));
	assert_true(http_list_has(S("upgrade\t,x"), S("upgrade")));
	assert_false(http_list_has(S("upgraded, x upgrade"), S("upgrade")));
	assert_false(http_list_has((struct str){ 0 }, S("upgrade")));
	assert_true(http_is_token(S("X-a_b!#$%&'*+.^`|~09")));
	assert_false(http_is_token(S("")));
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;
		bool is_one = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			      (c >= 'a' && c <= 'z') || (c && strchr("!#$%&'*+-.^_`|~", c));

		assert_int_equal(http_is_token(str_of(&byte, 1)), is_one);
	}
	assert_str(http_method_name(HTTP_PATCH), "PATCH");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_head_is_read_into_its_parts, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_connection_stays_open_unless_somebody_says_otherwise, begin, finish),
		cmocka_unit_test_setup_teardown(
		    what_can_be_understood_in_two_ways_is_refused, begin, finish),
		cmocka_unit_test_setup_teardown(bounds_are_kept, begin, finish),
		cmocka_unit_test(the_end_is_found_at_every_split),
		cmocka_unit_test(lists_and_tokens_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
