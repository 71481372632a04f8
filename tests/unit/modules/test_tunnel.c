/* SPDX-License-Identifier: MIT */
#include "../transport/rig.h"

#include "modules/bytestreams/tunnel.h"

#define KEY "0123456789abcdefabcdef0123456789abcdef01"
#define HELLO "\5\1\0"
#define REQUEST HELLO "\5\1\0\3\x28" KEY "\0\0"
#define ANSWER "\5\0\5\0\0\3\x28" KEY "\0\0"

enum { REQUEST_BYTES = sizeof(REQUEST) - 1, ANSWER_BYTES = sizeof(ANSWER) - 1 };

static struct transport *transport;

/* The two who talk, and what they heard. */
static int peer[2];
static struct buf got[2];

/* What was said about the tunnel. */
static enum status opened;
static int n_opened, n_gone;

static void
on_opened(void *waiter, enum status s)
{
	assert_ptr_equal(waiter, &opened);
	assert_int_equal(worker_self(), 0);
	opened = s;
	n_opened++;
}

static void
on_gone(void *waiter)
{
	assert_ptr_equal(waiter, &opened);
	assert_int_equal(worker_self(), 0);
	n_gone++;
}

static const struct tunnel_calls calls = { on_opened, on_gone };

static enum status
open_tunnel(uint64_t bytes_per_s)
{
	int before = n_opened;

	tunnel_open(KEY, bytes_per_s, &calls, &opened);
	loop_drive();
	assert_int_equal(n_opened, before + 1);
	return opened;
}

static int
come(void)
{
	const struct address none = { 0 };
	struct conn *c;
	int ours, theirs;

	rig_tcp_pair(&ours, &theirs, 0);
	assert_int_equal(conn_adopt(transport, ours, &none, NULL, &c), OK);
	tunnel_accept(c);
	return theirs;
}

/* True: the connection has ended. */
static bool
hear(int i)
{
	loop_drive();
	return rig_receive(peer[i], &got[i]);
}

static void
say(int i, const char *bytes, size_t len)
{
	rig_send(peer[i], bytes, len);
	loop_drive();
}

static void
ask(int i)
{
	peer[i] = come();
	say(i, REQUEST, REQUEST_BYTES);
	hear(i);
	assert_int_equal(got[i].len, ANSWER_BYTES);
	assert_memory_equal(got[i].at, ANSWER, ANSWER_BYTES);
	buf_drop(&got[i], got[i].len);
}

static void
leave(void)
{
	for (int i = 0; i < 2; i++) {
		if (peer[i] >= 0)
			close(peer[i]);
		peer[i] = -1;
		buf_drop(&got[i], got[i].len);
	}
	loop_drive();
}

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(workers_init(2), OK);
	for (unsigned w = 2; w-- > 0;) {
		loop_drive_as(w);
		tunnels_enter_worker();
	}
	transport = transport_new();
	for (int i = 0; i < 2; i++) {
		buf_init(&got[i], RIG_BYTES_MAX);
		peer[i] = -1;
	}
	n_opened = n_gone = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	leave();
	for (unsigned w = 2; w-- > 0;) {
		loop_drive_as(w);
		tunnels_leave_worker();
	}
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	for (int i = 0; i < 2; i++)
		buf_fini(&got[i]);
	return 0;
}

static void
at_every_split_two_who_ask_for_the_same_are_connected(void **state)
{
	(void)state;
	for (size_t n = 1; n < REQUEST_BYTES; n++) {
		ask(0);
		peer[1] = come();
		say(1, REQUEST, n);
		say(1, REQUEST + n, REQUEST_BYTES - n);
		hear(1);
		assert_int_equal(got[1].len, ANSWER_BYTES);
		buf_drop(&got[1], got[1].len);
		assert_int_equal(open_tunnel(0), OK);
		say(0, "there", 5);
		say(1, "back", 4);
		hear(0);
		hear(1);
		assert_str(buf_str(&got[0]), "back");
		assert_str(buf_str(&got[1]), "there");
		leave();
		assert_int_equal(n_gone, (int)n);
	}
}

static void
nothing_opens_without_both(void **state)
{
	(void)state;
	assert_int_equal(open_tunnel(0), E_NOT_FOUND);
	ask(0);
	assert_int_equal(open_tunnel(0), E_AGAIN);
	ask(1);
	assert_int_equal(open_tunnel(0), OK);
	assert_int_equal(open_tunnel(0), E_EXISTS);
	leave();
	assert_int_equal(n_gone, 1);
	assert_int_equal(open_tunnel(0), E_NOT_FOUND);
}

static void
what_comes_before_the_opening_is_dropped(void **state)
{
	(void)state;
	ask(0);
	ask(1);
	say(0, "too early", 9);
	assert_int_equal(open_tunnel(0), OK);
	say(0, "in time", 7);
	hear(1);
	assert_str(buf_str(&got[1]), "in time");
}

static void
the_other_end_gets_the_rest_and_is_closed(void **state)
{
	(void)state;
	ask(0);
	ask(1);
	assert_int_equal(open_tunnel(0), OK);
	rig_send(peer[0], "last words", 10);
	close(peer[0]);
	peer[0] = -1;
	loop_drive();
	assert_true(hear(1));
	assert_str(buf_str(&got[1]), "last words");
}

static void
who_sends_faster_than_it_may_is_held_back_and_loses_nothing(void **state)
{
	enum { RATE = 1024, BYTES = 4 * RATE };
	static const char bytes[BYTES];

	(void)state;
	ask(0);
	ask(1);
	assert_int_equal(open_tunnel(RATE), OK);
	say(0, bytes, BYTES);
	hear(1);
	assert_true(got[1].len >= RATE && got[1].len < BYTES);
	for (int i = 0; i < BYTES / RATE; i++) {
		loop_turn_clock(1000);
		hear(1);
	}
	assert_int_equal(got[1].len, BYTES);
}

static void
who_does_not_read_stops_the_other(void **state)
{
	enum { BYTES = 16 * 1024 * 1024, PIECE = 64 * 1024 };
	static const char bytes[PIECE];
	size_t sent = 0;
	ssize_t n;

	(void)state;
	ask(0);
	ask(1);
	assert_int_equal(open_tunnel(0), OK);
	while (sent < BYTES && (n = send(peer[0], bytes, PIECE, MSG_NOSIGNAL)) > 0) {
		sent += (size_t)n;
		loop_drive();
	}
	assert_true(sent < BYTES);
	while (got[1].len < sent)
		hear(1);
	assert_int_equal(got[1].len, sent);
	say(0, "more", 4);
	hear(1);
	assert_int_equal(got[1].len, sent + 4);
}

static void
who_is_not_open_in_time_is_cut_off(void **state)
{
	(void)state;
	peer[0] = come();
	ask(1);
	loop_turn_clock(2 * TUNNEL_PATIENCE_MS);
	assert_true(hear(0));
	assert_true(hear(1));
	assert_int_equal(open_tunnel(0), E_NOT_FOUND);
	leave();
	ask(0);
	ask(1);
	assert_int_equal(open_tunnel(0), OK);
	loop_turn_clock(2 * TUNNEL_PATIENCE_MS);
	assert_false(hear(0));
	assert_false(hear(1));
}

static void
only_those_who_wait_are_ended(void **state)
{
	int waiting;

	(void)state;
	ask(0);
	ask(1);
	assert_int_equal(open_tunnel(0), OK);
	waiting = come();
	tunnels_end_waiting();
	assert_false(hear(0));
	assert_false(hear(1));
	buf_drop(&got[0], got[0].len);
	assert_true(rig_receive(waiting, &got[0]));
	close(waiting);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(at_every_split_two_who_ask_for_the_same_are_connected),
		TEST(nothing_opens_without_both),
		TEST(what_comes_before_the_opening_is_dropped),
		TEST(the_other_end_gets_the_rest_and_is_closed),
		TEST(who_sends_faster_than_it_may_is_held_back_and_loses_nothing),
		TEST(who_does_not_read_stops_the_other),
		TEST(who_is_not_open_in_time_is_cut_off),
		TEST(only_those_who_wait_are_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
