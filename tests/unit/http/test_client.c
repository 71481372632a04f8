/* SPDX-License-Identifier: MIT
 *
 * Requests over TLS to a server of the test's, which answers well or badly.
 */
#include "../transport/rig.h"

#include "http/client/client.h"
#include "http/client/conf.h"
#include "loop/helper.h"
#include "transport/listener.h"

enum { SERVED_MAX = 128, ASKS = 100 };

static struct arena arena;
static struct transport *transport;
static struct tls_slot *slot;
static struct listener *listener;

/* --- the server --------------------------------------------------------------------------- */

static struct served {
	struct conn *conn;
	struct buf got;
} served[SERVED_MAX];
static size_t n_served;
static unsigned n_requests;
static char last_request[4096];
static const char *answer; /* NULL: none */
static bool closes;        /* behind the answer */
static unsigned dies_with; /* closes instead of answering the n-th request; 0: none */

static size_t
on_bytes(void *user, struct str bytes)
{
	struct served *s = user;

	assert_int_equal(buf_add(&s->got, bytes), OK);
	if (!memmem(s->got.at, s->got.len, "\r\n\r\n", 4))
		return bytes.len;
	snprintf(last_request, sizeof(last_request), "%.*s", STR_ARG(buf_str(&s->got)));
	buf_drop(&s->got, s->got.len);
	if (++n_requests == dies_with) {
		conn_close(s->conn, 0);
	} else if (answer) {
		conn_write(s->conn, str_from_c(answer));
		if (closes)
			conn_close(s->conn, 1000);
	}
	return bytes.len;
}

static void
on_end(void *user, enum conn_end why)
{
	struct served *s = user;

	(void)why;
	s->conn = NULL;
}

static const struct conn_user server_calls = { .on_bytes = on_bytes, .on_end = on_end };

static void
on_accept(void *user, struct conn *c)
{
	struct served *s = &served[n_served++];

	(void)user;
	assert_true(n_served <= SERVED_MAX);
	s->conn = c;
	buf_init(&s->got, 64 * 1024);
	conn_set_user(c, &server_calls, s);
}

static struct str
url(const char *host, const char *path)
{
	return str_format(&arena, "https://%s:%u%s", host, listener_port(listener), path);
}

/* --- asking ------------------------------------------------------------------------------- */

static struct asked {
	struct http_ask *ask;
	bool told;
	enum status status;
	unsigned code;
	char body[64];
} asked[ASKS];
static unsigned n_told;
static bool all_told;
static unsigned expected;

static void
on_told(void *waiter, enum status s, const struct reply *r)
{
	struct asked *a = waiter;

	assert_false(a->told);
	assert_null(a->ask);
	a->told = true;
	a->status = s;
	if (s == OK) {
		a->code = r->head.status;
		snprintf(a->body, sizeof(a->body), "%.*s", STR_ARG(buf_str(&r->bytes)));
	}
	all_told = ++n_told == expected;
}

static enum status
start(unsigned n, struct str to)
{
	struct http_request r = { .method = HTTP_POST,
		.url = to,
		.fields = S("TTL: 60\r\n"),
		.body = S("content"),
		.told = on_told,
		.waiter = &asked[n] };

	memset(&asked[n], 0, sizeof(asked[n]));
	return http_ask(&r, &asked[n].ask);
}

static void
wait_for(unsigned n)
{
	expected = n;
	all_told = n_told == n;
	if (!all_told)
		loop_drive_until(&all_told);
	n_told = 0;
}

static struct asked *
ask(struct str to)
{
	assert_int_equal(start(0, to), OK);
	wait_for(1);
	return &asked[0];
}

static void
use(const char *ca, const char *network)
{
	struct str networks[] = { str_from_c(network) };
	struct http_client_conf conf = { .ca = rig_path(&arena, ca, "crt"),
		.networks = { networks, network ? 1 : 0 },
		.timeout_ms = 10 * 1000,
		.idle_ms = 60 * 1000 };
	struct http_client_setup *s;
	struct str reason = { 0 };

	assert_int_equal(http_client_setup_new(&conf, transport, &arena, &reason, &s), OK);
	http_client_use(s);
}

static int
begin(void **state)
{
	struct listener_conf conf = { .address = S("127.0.0.1"), .on_accept = on_accept };
	struct tls_conf tls = { .version = TLS_FROM_1_2, .tickets = true };
	const struct str alpn[] = { S("http/1.1") };
	struct tls_context *context;
	struct str reason;

	(void)state;
	assert_int_equal(workers_init(1), OK);
	assert_int_equal(helpers_start(1, 1000), OK);
	arena_init(&arena, 4096);
	transport = transport_new();
	context = rig_context(&arena, &tls, "localhost", (struct str_list){ alpn, 1 });
	slot = tls_slot_new();
	tls_slot_set(slot, context);
	tls_context_unref(&context);
	conf.tls = slot;
	assert_int_equal(listener_open(transport, &conf, &arena, &reason, &listener), OK);
	loop_drive_as(0);
	listener_start(listener);
	http_client_start();
	n_served = n_requests = n_told = dies_with = 0;
	answer = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi";
	closes = false;
	use("localhost", "127.0.0.0/8");
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	http_client_end_all();
	loop_drive();
	for (size_t i = 0; i < n_served; i++) {
		if (served[i].conn)
			conn_abort(served[i].conn);
		loop_drive();
		buf_fini(&served[i].got);
	}
	listener_close(&listener);
	loop_drive();
	helpers_stop();
	loop_drive();
	http_client_leave_worker();
	http_client_use(NULL);
	tls_slot_free(&slot);
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	arena_fini(&arena);
	return 0;
}

/* --- tests -------------------------------------------------------------------------------- */

static void
a_request_is_answered(void **state)
{
	(void)state;
	struct asked *a = ask(url("localhost", "/p?q"));
	char expect[256];

	assert_int_equal(a->status, OK);
	assert_int_equal(a->code, 201);
	assert_string_equal(a->body, "hi");
	snprintf(expect, sizeof(expect),
	    "POST /p?q HTTP/1.1\r\nHost: localhost:%u\r\nContent-Length: 7\r\nTTL: 60\r\n\r\n"
	    "content",
	    listener_port(listener));
	assert_string_equal(last_request, expect);
}

static void
a_connection_serves_again(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(url("localhost", "/"))->status, OK);
	assert_int_equal(n_served, 1);
	assert_int_equal(n_requests, 5);
}

static void
one_that_closes_does_not(void **state)
{
	(void)state;
	answer = "HTTP/1.1 200 OK\r\n\r\nto the end";
	closes = true;
	for (int i = 0; i < 3; i++) {
		struct asked *a = ask(url("localhost", "/"));

		assert_int_equal(a->status, OK);
		assert_string_equal(a->body, "to the end");
	}
	assert_int_equal(n_served, 3);
}

static void
a_kept_connection_that_dies_costs_no_request(void **state)
{
	(void)state;
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
	dies_with = 2;
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
	assert_int_equal(n_served, 2);
	assert_int_equal(n_requests, 3);
	/* But one that dies with each is no use. */
	dies_with = n_requests + 1;
	closes = true;
	answer = "";
	assert_int_equal(ask(url("localhost", "/"))->status, E_CLOSED);
}

static void
few_connections_serve_many_requests(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HTTP_ORIGIN_ASKS_MAX; i++)
		assert_int_equal(start(i, url("localhost", "/")), OK);
	assert_int_equal(start(ASKS - 1, url("localhost", "/")), E_LIMIT);
	wait_for(HTTP_ORIGIN_ASKS_MAX);
	for (unsigned i = 0; i < HTTP_ORIGIN_ASKS_MAX; i++)
		assert_int_equal(asked[i].status, OK);
	assert_in_range(n_served, 1, HTTP_ORIGIN_LINKS_MAX); /* one may have done it all */
}

static void
who_does_not_answer_is_given_up(void **state)
{
	(void)state;
	answer = NULL;
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(start(i, url("localhost", "/")), OK);
	while (n_requests == 0)
		loop_drive();
	loop_turn_clock(11 * 1000);
	wait_for(10);
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(asked[i].status, E_AGAIN);
	answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
}

static void
nonsense_is_no_answer(void **state)
{
	static const char *const nonsense[] = { "SSH-2.0-x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"HTTP/1.1 101 Yes\r\nUpgrade: x\r\n\r\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		answer = nonsense[i];
		assert_int_equal(ask(url("localhost", "/"))->status, E_INVALID);
	}
}

static void
more_than_an_answer_ends_the_connection(void **state)
{
	(void)state;
	answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\n\r\n";
	for (int i = 0; i < 2; i++)
		assert_int_equal(ask(url("localhost", "/"))->code, 200);
	assert_int_equal(n_served, 2);
}

static void
redirects_are_answers(void **state)
{
	(void)state;
	answer = "HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1/\r\n"
		 "Content-Length: 0\r\n\r\n";
	assert_int_equal(ask(url("localhost", "/"))->code, 307);
	assert_int_equal(n_requests, 1);
}

static void
who_cannot_prove_his_name_hears_nothing(void **state)
{
	(void)state;
	/* The certificate is localhost's. */
	assert_int_equal(ask(url("127.0.0.1", "/"))->status, E_CLOSED);
	/* Its authority is another's. */
	rig_identity(&arena, "other.example");
	use("other.example", "127.0.0.0/8");
	assert_int_equal(ask(url("localhost", "/"))->status, E_CLOSED);
	assert_int_equal(n_requests, 0);
}

static void
what_is_not_public_is_not_reached(void **state)
{
	(void)state;
	use("localhost", NULL);
	assert_int_equal(ask(url("localhost", "/"))->status, E_DENIED);
	assert_int_equal(ask(url("127.0.0.1", "/"))->status, E_DENIED);
	assert_int_equal(ask(url("[::ffff:127.0.0.1]", "/"))->status, E_DENIED);
	assert_int_equal(ask(S("https://169.254.169.254/latest"))->status, E_DENIED);
	assert_int_equal(n_served, 0);
}

static void
ports_are_as_the_operator_says(void **state)
{
	struct str ports[] = { S("443") };
	struct http_client_conf conf = { .ports = { ports, 1 }, .timeout_ms = 1000 };
	struct http_client_setup *s;
	struct str reason = { 0 };

	(void)state;
	assert_int_equal(http_client_setup_new(&conf, transport, &arena, &reason, &s), OK);
	http_client_use(s);
	assert_int_equal(start(0, url("localhost", "/")), E_DENIED);
	assert_int_equal(start(0, S("http://localhost/")), E_INVALID);
}

static void
nobody_at_home_is_told_at_once(void **state)
{
	struct str there = url("localhost", "/");

	(void)state;
	listener_close(&listener);
	loop_drive();
	assert_int_equal(start(0, there), OK);
	assert_int_equal(start(1, there), OK);
	wait_for(2);
	assert_int_equal(asked[0].status, E_CLOSED);
	assert_int_equal(asked[1].status, E_CLOSED);
}

static void
requests_can_be_taken_back(void **state)
{
	struct http_ask *kept;

	(void)state;
	answer = NULL;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(start(i, url("localhost", "/")), OK);
	http_ask_cancel(&asked[4].ask);
	while (n_requests == 0)
		loop_drive();
	for (unsigned i = 0; i < 4; i++)
		http_ask_cancel(&asked[i].ask);
	loop_drive();
	assert_int_equal(n_told, 0);
	kept = NULL;
	http_ask_cancel(&kept);
	answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
}

static void
the_end_is_told_to_all_and_nobody_asks_any_more(void **state)
{
	(void)state;
	answer = NULL;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(start(i, url("localhost", "/")), OK);
	while (n_requests == 0)
		loop_drive();
	http_client_end_all();
	wait_for(5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(asked[i].status, E_CLOSED);
	assert_int_equal(start(0, url("localhost", "/")), E_CLOSED);
}

static void
idle_connections_end(void **state)
{
	(void)state;
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
	loop_turn_clock(65 * 1000);
	while (served[0].conn)
		loop_drive();
	assert_int_equal(ask(url("localhost", "/"))->status, OK);
	assert_int_equal(n_served, 2);
}

static void
a_setup_says_what_is_wrong(void **state)
{
	struct str networks[] = { S("nowhere") }, ports[] = { S("https") };
	struct http_client_conf conf = { .networks = { networks, 1 } };
	struct http_client_setup *s;
	struct str reason;

	(void)state;
	assert_int_equal(
	    http_client_setup_new(&conf, transport, &arena, &reason, &s), E_INVALID);
	conf = (struct http_client_conf){ .ports = { ports, 1 } };
	assert_int_equal(
	    http_client_setup_new(&conf, transport, &arena, &reason, &s), E_INVALID);
	conf = (struct http_client_conf){ .ca = S("/nowhere/ca.pem") };
	assert_int_equal(
	    http_client_setup_new(&conf, transport, &arena, &reason, &s), E_NOT_FOUND);
	conf.ca = rig_path(&arena, "localhost", "key");
	assert_int_equal(
	    http_client_setup_new(&conf, transport, &arena, &reason, &s), E_INVALID);
}

static int
finish_all(void **state)
{
	(void)state;
	rig_remove_files();
	return 0;
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, finish)
	const struct CMUnitTest tests[] = {
		CASE(a_request_is_answered),
		CASE(a_connection_serves_again),
		CASE(one_that_closes_does_not),
		CASE(a_kept_connection_that_dies_costs_no_request),
		CASE(few_connections_serve_many_requests),
		CASE(who_does_not_answer_is_given_up),
		CASE(nonsense_is_no_answer),
		CASE(more_than_an_answer_ends_the_connection),
		CASE(redirects_are_answers),
		CASE(who_cannot_prove_his_name_hears_nothing),
		CASE(what_is_not_public_is_not_reached),
		CASE(ports_are_as_the_operator_says),
		CASE(nobody_at_home_is_told_at_once),
		CASE(requests_can_be_taken_back),
		CASE(the_end_is_told_to_all_and_nobody_asks_any_more),
		CASE(idle_connections_end),
		CASE(a_setup_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, finish_all);
}
