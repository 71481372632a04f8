/* SPDX-License-Identifier: MIT */
#include "rig.h"

static struct http_id held;
static bool gone, body_ended;
static struct buf streamed;
static struct conn_user taker;
static char taken[64];

/* --- routes --------------------------------------------------------------------------------
 */

static void
say_path(struct http_exchange *x)
{
	http_answer(x, 200, S("text/plain"), x->path);
}

static void
echo(struct http_exchange *x)
{
	http_answer(x, 200, S("text/plain"), x->body);
}

static void
on_gone(struct http_exchange *x)
{
	gone = true;
	http_answer(x, 204, S(""), S(""));
}

static void
hold(struct http_exchange *x)
{
	held = http_exchange_id(x);
	x->on_gone = on_gone;
}

static void
refuse(struct http_exchange *x)
{
	http_refuse(x, 403, S("Not \"you\"."));
}

static void
in_pieces(struct http_exchange *x)
{
	http_answer_begin(x, 200, S("text/plain"));
	http_answer_more(x, S("one"));
	http_answer_more(x, S(""));
	http_answer_more(x, S("three"));
	http_answer_end(x);
}

static void
begin_stream(struct http_exchange *x)
{
	held = http_exchange_id(x);
	x->on_gone = on_gone;
	body_ended = false;
	buf_drop(&streamed, streamed.len);
	if (http_query(x, S("hold")).at)
		http_pause(x);
	if (http_query(x, S("no")).at)
		http_answer(x, 403, S(""), S(""));
}

static void
take_piece(struct http_exchange *x, struct str bytes)
{
	assert_int_equal(buf_add(&streamed, bytes), OK);
	if (http_query(x, S("slow")).at)
		http_pause(x);
	if (http_query(x, S("enough")).at)
		http_answer(x, 403, S(""), S(""));
}

static void
end_stream(struct http_exchange *x)
{
	body_ended = true;
	http_answer(x, 201, S("text/plain"), buf_str(&streamed));
}

static size_t
take_upgraded(void *user, struct str bytes)
{
	(void)user;
	snprintf(taken, sizeof(taken), "%.*s", STR_ARG(bytes));
	return bytes.len;
}

static void
on_end(void *user, enum conn_end why)
{
	(void)user;
	(void)why;
}

static void
upgrade(struct http_exchange *x)
{
	struct conn *c;

	taker = (struct conn_user){ .on_bytes = take_upgraded, .on_end = on_end };
	http_add_header(x, S("X-Key"), S("k"));
	c = http_upgrade(x, S("test"));
	assert_non_null(c);
	conn_set_user(c, &taker, NULL);
	assert_true(conn_write(c, S("hello")));
}

static const struct http_route table[] = {
	{ S("/"), HTTP_GET, .run = say_path },
	{ S("/p/"), HTTP_GET, .run = say_path },
	{ S("/echo"), HTTP_POST | HTTP_PUT, .body_max = 10, .run = echo },
	{ S("/hold"), HTTP_GET, .run = hold },
	{ S("/no"), HTTP_GET, .flags = HTTP_CORS, .run = refuse },
	{ S("/pieces"), HTTP_GET, .run = in_pieces },
	{ S("/stream"), HTTP_PUT, .body_max = 20000, .run = begin_stream, .on_body = take_piece,
	    .on_body_end = end_stream },
	{ S("/upgrade"), HTTP_GET, .run = upgrade },
};

static const struct http_routes routes = TABLE(table);

static int
begin(void **state)
{
	(void)state;
	rig_begin(routes);
	buf_init(&streamed, RIG_BYTES_MAX);
	gone = body_ended = false;
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_end();
	buf_fini(&streamed);
	return 0;
}

/* --- one after the other ---------------------------------------------------------------------
 */

static void
requests_are_answered_at_every_split(void **state)
{
	struct str two =
	    S("GET /p/a HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\n"
	      "Content-Length: 5\r\n\r\nhello");
	struct str chunked = S("PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
			       "\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\nGET /p/b HTTP/1.1\r\nHost: "
			       "a\r\n\r\n");

	(void)state;
	for (size_t cut = 1; cut < two.len; cut++) {
		rig_say(str_slice(two, 0, cut));
		rig_say(str_slice(two, cut, two.len));
		assert_true(rig_saw("\r\n\r\n/p/a"));
		assert_true(rig_saw("\r\n\r\nhello"));
	}
	for (size_t cut = 1; cut < chunked.len; cut++) {
		rig_say(str_slice(chunked, 0, cut));
		rig_say(str_slice(chunked, cut, chunked.len));
		assert_true(rig_saw("\r\n\r\nhello"));
		assert_true(rig_saw("\r\n\r\n/p/b"));
	}
	assert_int_equal(got.len, 0);
	assert_false(client_ended);
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
	(void)state;
	rig_say(S(
	    "GET /hold HTTP/1.1\r\nHost: a\r\n\r\nGET /p/second HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_int_equal(got.len, 0);
	http_answer(http_find(held), 200, S("text/plain"), S("first"));
	assert_null(http_find(held));
	rig_say(S(""));
	assert_true(rig_saw("first"));
	assert_true(rig_saw("/p/second"));
}

static void
a_flood_of_requests_takes_several_turns(void **state)
{
	struct buf flood;
	int answers = 0;

	(void)state;
	buf_init(&flood, RIG_BYTES_MAX);
	for (int i = 0; i < 20 * TURN_REQUESTS; i++)
		assert_int_equal(buf_add(&flood, S("GET / HTTP/1.1\r\nHost: a\r\n\r\n")), OK);
	rig_send(client, flood.at, flood.len);
	buf_fini(&flood);
	for (int i = 0; i < 1000 && answers < 20 * TURN_REQUESTS; i++) {
		rig_say(S(""));
		while (rig_saw("HTTP/1.1 200 OK\r\n"))
			answers++;
		loop_turn_clock(1);
	}
	assert_int_equal(answers, 20 * TURN_REQUESTS);
}

static void
a_client_that_wants_to_go_is_let_go(void **state)
{
	(void)state;
	rig_say(S("GET /p/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
	assert_true(rig_saw("Connection: close\r\n"));
	assert_true(client_ended);
	rig_reconnect();
	rig_say(S("GET /p/a HTTP/1.0\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 200 OK"));
	assert_true(client_ended);
}

static void
a_head_is_answered_without_its_body(void **state)
{
	(void)state;
	rig_say(
	    S("HEAD /p/c HTTP/1.1\r\nHost: a\r\n\r\nHEAD /pieces HTTP/1.1\r\nHost: a\r\n\r\n"
	      "GET /p/x HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("Content-Length: 4\r\n"));
	assert_true(rig_saw("\r\n\r\nHTTP/1.1 200 OK"));
	assert_true(rig_saw("Transfer-Encoding: chunked\r\n"));
	assert_true(rig_saw("\r\n\r\nHTTP/1.1 200 OK"));
	assert_true(rig_saw("/p/x"));
}

static void
pieces_are_chunks_or_end_with_the_connection(void **state)
{
	(void)state;
	rig_say(S("GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n"));
	assert_false(client_ended);
	rig_say(S("GET /pieces HTTP/1.0\r\n\r\n"));
	assert_true(rig_saw("Connection: close\r\n\r\nonethree"));
	assert_int_equal(got.len, 0);
	assert_true(client_ended);
}

/* --- refusing
 * ---------------------------------------------------------------------------------- */

static void
what_is_wrong_is_answered_and_ends_the_connection(void **state)
{
	static const struct {
		struct str bytes;
		const char *line;
	} cases[] = {
		{ S("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n" },
		{ S("GET / HTTP/1.1\n"), "HTTP/1.1 400 " },
		{ S("\x16\x03\x01"), "HTTP/1.1 400 " },
		{ S("GET /../a HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 400 " },
		{ S("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 400 " },
		{ S("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), "HTTP/1.1 400 " },
		{ S("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 501 " },
		{ S("GET / HTTP/3.0\r\nHost: a\r\n\r\n"), "HTTP/1.1 505 " },
		{ S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
		    "chunked\r\n\r\nx\r\n"),
		    "HTTP/1.1 400 " },
		{ S("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n"
		    "01234567890\r\n"),
		    "HTTP/1.1 413 " },
		{ S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"),
		    "HTTP/1.1 413 " },
		{ S("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"),
		    "HTTP/1.1 413 " },
		{ S("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 20001\r\n\r\n"),
		    "HTTP/1.1 413 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_say(cases[i].bytes);
		if (!rig_saw(cases[i].line) || !rig_saw("application/problem+json") ||
		    !rig_saw("Connection: close\r\n\r\n{\"title\":"))
			fail_msg("%.*s", STR_ARG(cases[i].bytes));
		assert_true(client_ended);
		/* What follows is not taken for a request. */
		assert_false(rig_saw("HTTP/1.1"));
		rig_reconnect();
	}
}

static void
what_is_refused_in_order_leaves_the_connection_open(void **state)
{
	(void)state;
	rig_say(S("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 405 Method Not Allowed\r\n"));
	assert_true(rig_saw("Allow: POST, PUT, OPTIONS\r\n"));
	rig_say(S("GET /no HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 403 Forbidden\r\n"));
	assert_true(rig_saw("Access-Control-Allow-Origin: *\r\n"));
	assert_true(rig_saw("\r\n\r\n{\"title\":\"Forbidden\",\"status\":403,\"detail\":\"Not "
			    "\\\"you\\\".\"}\n"));
	rig_say(S("PUT /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 411 Length Required\r\n"));
	rig_say(S("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 204 No Content\r\n"));
	assert_false(client_ended);
}

static void
a_head_that_is_too_long_is_cut_off(void **state)
{
	struct arena a;
	char *long_text;

	(void)state;
	arena_init(&a, 1024);
	long_text = arena_alloc(&a, site_conf.head_bytes);
	memset(long_text, 'a', site_conf.head_bytes);
	rig_say(str_format(&a, "GET /%.*s", HTTP_TARGET_MAX + 64, long_text));
	assert_true(rig_saw("HTTP/1.1 414 "));
	rig_reconnect();
	rig_say(S("GET / HTTP/1.1\r\nHost: a\r\nX: "));
	rig_say(str_of(long_text, site_conf.head_bytes));
	assert_true(rig_saw("HTTP/1.1 431 "));
	assert_true(client_ended);
	arena_fini(&a);
}

/* --- bodies
 * ------------------------------------------------------------------------------------- */

static void
a_body_is_asked_for_when_it_is_wanted(void **state)
{
	(void)state;
	rig_say(S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: "
		  "100-continue\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 100 Continue\r\n\r\n"));
	rig_say(S("hello"));
	assert_true(rig_saw("\r\n\r\nhello"));
	rig_say(S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: "
		  "100-continue\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 413 "));
	assert_false(rig_saw("100 Continue"));
	assert_true(client_ended);
}

static void
a_streamed_body_comes_in_pieces_at_the_routes_pace(void **state)
{
	(void)state;
	rig_say(S("PUT /stream?hold HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: "
		  "100-continue\r\n\r\n"));
	assert_int_equal(got.len, 0);
	http_resume(http_find(held));
	rig_say(S(""));
	assert_true(rig_saw("HTTP/1.1 100 Continue\r\n\r\n"));
	rig_say(S("he"));
	assert_str(buf_str(&streamed), "he");
	rig_say(S("llo"));
	assert_true(rig_saw("HTTP/1.1 201 Created\r\n"));
	assert_true(rig_saw("\r\n\r\nhello"));

	rig_say(S("PUT /stream?slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"));
	assert_str(buf_str(&streamed), "he");
	http_resume(http_find(held));
	rig_say(S(""));
	assert_str(buf_str(&streamed), "hello");
	assert_false(body_ended);
	http_resume(http_find(held));
	rig_say(S(""));
	assert_true(rig_saw("\r\n\r\nhello"));

	/* The last piece of a known length is held. */
	rig_say(S("PUT /stream?slow HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
	assert_false(body_ended);
	http_resume(http_find(held));
	loop_turn_clock(1);
	rig_say(S(""));
	assert_true(rig_saw("\r\n\r\nhello"));

	rig_say(S("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 201 Created\r\n"));
	assert_false(client_ended);
}

static void
a_route_may_have_enough(void **state)
{
	(void)state;
	rig_say(S("PUT /stream?no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
	assert_true(rig_saw("HTTP/1.1 403 "));
	assert_true(rig_saw("Connection: close\r\n"));
	assert_true(client_ended);
	rig_reconnect();
	rig_say(S("PUT /stream?enough HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"));
	assert_true(rig_saw("HTTP/1.1 403 "));
	assert_str(buf_str(&streamed), "he");
	assert_true(client_ended);
	assert_false(body_ended);
}

/* --- time
 * ---------------------------------------------------------------------------------------- */

static void
who_is_slow_with_a_head_is_told_so(void **state)
{
	(void)state;
	rig_say(S("GET / HTT"));
	for (msec_t ms = 0; ms < site_conf.head_ms * 2 && !client_ended; ms += 1000) {
		loop_turn_clock(1000);
		rig_say(client_ended || ms >= site_conf.head_ms ? S("") : S("x"));
	}
	assert_true(rig_saw("HTTP/1.1 408 "));
	assert_true(client_ended);
}

static void
who_is_slow_with_a_body_is_told_so(void **state)
{
	(void)state;
	rig_say(S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1"));
	loop_turn_clock(site_conf.body_ms * 2);
	rig_say(S(""));
	assert_true(rig_saw("HTTP/1.1 408 "));
	assert_true(client_ended);
	rig_reconnect();
	rig_say(S("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n1"));
	loop_turn_clock(site_conf.body_ms * 2);
	rig_say(S(""));
	assert_true(gone && client_ended);
}

static void
who_sends_enough_of_a_body_may_take_long(void **state)
{
	char bytes[5000];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	rig_say(S("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n"));
	for (int i = 0; i < 4; i++) {
		rig_say(str_of(bytes, sizeof(bytes)));
		loop_turn_clock(site_conf.body_ms * 3 / 2);
	}
	rig_say(S(""));
	assert_true(rig_saw("HTTP/1.1 201 "));
}

static void
a_route_that_waits_is_waited_for(void **state)
{
	(void)state;
	rig_say(S("PUT /stream?hold HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"));
	loop_turn_clock(site_conf.body_ms * 3);
	rig_say(S(""));
	assert_false(client_ended);
	http_resume(http_find(held));
	rig_say(S("hello"));
	assert_true(rig_saw("\r\n\r\nhello"));
	rig_say(S("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"));
	loop_turn_clock(site_conf.idle_ms * 3);
	rig_say(S(""));
	assert_false(client_ended);
	http_answer(http_find(held), 204, S(""), S(""));
	rig_say(S(""));
	assert_true(rig_saw("HTTP/1.1 204 No Content\r\n"));
}

static void
an_idle_connection_is_closed_in_silence(void **state)
{
	(void)state;
	rig_say(S("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
	got.len = 0;
	loop_turn_clock(site_conf.idle_ms * 2);
	rig_say(S(""));
	assert_true(client_ended);
	assert_int_equal(got.len, 0);
}

/* --- leaving
 * --------------------------------------------------------------------------------------- */

static void
a_route_hears_when_its_client_has_left(void **state)
{
	(void)state;
	rig_say(S("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"));
	rig_reconnect();
	assert_true(gone);
	assert_null(http_find(held));
	gone = false;
	rig_say(S("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"));
	rig_reconnect();
	assert_true(gone);
	gone = false;
	rig_say(S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe"));
	rig_reconnect();
	assert_false(gone);
}

static void
a_stopping_server_lets_answers_finish(void **state)
{
	(void)state;
	rig_say(S("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"));
	http_end_all();
	rig_say(S(""));
	assert_false(client_ended);
	http_answer(http_find(held), 200, S("text/plain"), S("done"));
	rig_say(S(""));
	assert_true(rig_saw("Connection: close\r\n"));
	assert_true(rig_saw("done"));
	assert_true(client_ended);
	rig_reconnect();
	http_end_all();
	rig_say(S(""));
	assert_true(client_ended);
}

/* --- another protocol
 * ----------------------------------------------------------------------------- */

static void
an_upgraded_connection_is_its_takers_at_every_split(void **state)
{
	struct str bytes = S("GET /upgrade HTTP/1.1\r\nHost: a\r\n\r\nraw");

	(void)state;
	for (size_t cut = 1; cut < bytes.len; cut++) {
		taken[0] = '\0';
		rig_say(str_slice(bytes, 0, cut));
		rig_say(str_slice(bytes, cut, bytes.len));
		assert_true(rig_saw("HTTP/1.1 101 "));
		assert_true(rig_saw("Upgrade: test\r\nX-Key: k\r\n\r\nhello"));
		/* Of what came before the cut an earlier call told. */
		assert_true(taken[0] && strstr("raw", taken));
		rig_reconnect();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    requests_are_answered_at_every_split, begin, finish),
		cmocka_unit_test_setup_teardown(
		    pipelined_requests_are_answered_in_order, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_flood_of_requests_takes_several_turns, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_client_that_wants_to_go_is_let_go, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_head_is_answered_without_its_body, begin, finish),
		cmocka_unit_test_setup_teardown(
		    pieces_are_chunks_or_end_with_the_connection, begin, finish),
		cmocka_unit_test_setup_teardown(
		    what_is_wrong_is_answered_and_ends_the_connection, begin, finish),
		cmocka_unit_test_setup_teardown(
		    what_is_refused_in_order_leaves_the_connection_open, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_head_that_is_too_long_is_cut_off, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_body_is_asked_for_when_it_is_wanted, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_streamed_body_comes_in_pieces_at_the_routes_pace, begin, finish),
		cmocka_unit_test_setup_teardown(a_route_may_have_enough, begin, finish),
		cmocka_unit_test_setup_teardown(
		    who_is_slow_with_a_head_is_told_so, begin, finish),
		cmocka_unit_test_setup_teardown(
		    who_is_slow_with_a_body_is_told_so, begin, finish),
		cmocka_unit_test_setup_teardown(
		    who_sends_enough_of_a_body_may_take_long, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_route_that_waits_is_waited_for, begin, finish),
		cmocka_unit_test_setup_teardown(
		    an_idle_connection_is_closed_in_silence, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_route_hears_when_its_client_has_left, begin, finish),
		cmocka_unit_test_setup_teardown(
		    a_stopping_server_lets_answers_finish, begin, finish),
		cmocka_unit_test_setup_teardown(
		    an_upgraded_connection_is_its_takers_at_every_split, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
