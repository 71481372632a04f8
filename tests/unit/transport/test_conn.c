/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include "transport/filter.h"

static struct transport *transport;
static struct rig_user user;
static struct buf peer_got;
static int peer = -1;

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	transport = transport_new();
	rig_user_init(&user);
	buf_init(&peer_got, RIG_BYTES_MAX);
	peer = rig_connect(transport, &user, 0);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	if (user.conn)
		conn_abort(user.conn);
	loop_drive();
	assert_true(user.ended);
	if (peer >= 0)
		close(peer);
	peer = -1;
	rig_user_fini(&user);
	buf_fini(&peer_got);
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	return 0;
}

static void
send_text(const char *text)
{
	rig_send(peer, text, strlen(text));
}

/* --- bytes ------------------------------------------------------------------------------ */

static void
bytes_come_back_from_an_echo_at_every_split(void **state)
{
	static const char text[] = "<message to='juliet@example.net'/>";
	size_t len = sizeof(text) - 1;

	(void)state;
	user.echo = true;
	for (size_t cut = 0; cut <= len; cut++) {
		if (cut)
			rig_send(peer, text, cut);
		loop_drive();
		if (cut < len)
			rig_send(peer, text + cut, len - cut);
		loop_drive();
		rig_receive(peer, &peer_got);
		assert_str(buf_str(&peer_got), text);
		buf_drop(&peer_got, peer_got.len);
	}
}

static void
small_writes_of_a_turn_leave_together_and_in_order(void **state)
{
	struct buf expected;

	(void)state;
	buf_init(&expected, RIG_BYTES_MAX);
	for (int i = 0; i < 3000; i++) {
		char line[32];
		size_t len = (size_t)snprintf(line, sizeof(line), "line %d;", i);
		char *at;

		assert_int_equal(buf_add(&expected, str_of(line, len)), OK);
		if (i % 2) {
			assert_true(conn_write(user.conn, str_of(line, len)));
		} else {
			at = conn_reserve(user.conn, len + 10);
			assert_non_null(at);
			memcpy(at, line, len);
			conn_written(user.conn, len);
		}
	}
	assert_int_equal(conn_queued(user.conn), expected.len);
	assert_true(rig_receive(peer, &peer_got) == false);
	assert_int_equal(peer_got.len, 0); /* not before the turn ends */
	loop_drive();
	rig_receive(peer, &peer_got);
	assert_int_equal(peer_got.len, expected.len);
	assert_memory_equal(peer_got.at, expected.at, expected.len);
	assert_int_equal(conn_queued(user.conn), 0);
	buf_fini(&expected);
}

static void
a_flush_sends_at_once(void **state)
{
	(void)state;
	assert_true(conn_write(user.conn, S("now")));
	conn_flush(user.conn);
	rig_receive(peer, &peer_got);
	assert_str(buf_str(&peer_got), "now");
}

static void
a_large_write_arrives_whole(void **state)
{
	enum { BYTES = 3 * 1024 * 1024 };
	char *big = mem_alloc(BYTES);

	(void)state;
	for (size_t i = 0; i < BYTES; i++)
		big[i] = (char)(i * 7 + i / 251);
	assert_true(conn_write(user.conn, str_of(big, BYTES)));
	while (peer_got.len < BYTES) {
		loop_drive();
		assert_false(rig_receive(peer, &peer_got));
	}
	assert_memory_equal(peer_got.at, big, BYTES);
	free(big);
}

static struct rig_user other;

static void
look_at_the_other(struct rig_user *u)
{
	if (u->got.len > 2 * CONN_TURN_BYTES)
		assert_str(buf_str(&other.got), "hello");
}

static void
a_peer_that_sends_much_has_a_share_of_each_turn(void **state)
{
	size_t len = 8 * CONN_TURN_BYTES;
	char *big = mem_zalloc(len);
	int second;

	(void)state;
	rig_user_init(&other);
	second = rig_connect(transport, &other, 0);
	user.on_got = look_at_the_other;
	rig_send(peer, big, len);
	rig_send(second, "hello", 5);
	loop_drive();
	assert_int_equal(user.got.len, len);
	conn_abort(other.conn);
	loop_drive();
	close(second);
	rig_user_fini(&other);
	free(big);
}

/* --- pausing ----------------------------------------------------------------------------- */

static void
a_paused_connection_is_not_read(void **state)
{
	(void)state;
	conn_pause(user.conn);
	send_text("wait");
	loop_drive();
	assert_int_equal(user.got.len, 0);
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "wait");
}

static void
bytes_that_were_not_taken_are_offered_again_with_what_follows(void **state)
{
	(void)state;
	user.share = 3;
	send_text("abcdefgh");
	loop_drive();
	assert_str(buf_str(&user.got), "abc");
	send_text("ij");
	loop_drive();
	assert_str(buf_str(&user.got), "abc");
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "abcdef");
	conn_resume(user.conn);
	loop_drive();
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "abcdefghij");
}

static void
what_a_paused_connection_keeps_is_bounded(void **state)
{
	char *big = mem_zalloc(8 * CONN_TURN_BYTES);
	size_t sent = 8 * CONN_TURN_BYTES;

	(void)state;
	user.share = 1;
	rig_send(peer, big, sent);
	for (size_t i = 1; i <= 40; i++) {
		loop_drive();
		assert_int_equal(user.got.len, i);
		conn_resume(user.conn);
	}
	user.share = 0;
	conn_resume(user.conn);
	loop_drive();
	assert_int_equal(user.got.len, sent);
	free(big);
}

static void
resume_in_place(struct rig_user *u)
{
	conn_resume(u->conn);
}

static void
a_user_may_pause_and_resume_while_it_takes_bytes(void **state)
{
	(void)state;
	user.share = 2;
	user.on_got = resume_in_place;
	send_text("abcdefg");
	loop_drive();
	assert_str(buf_str(&user.got), "abcdefg");
}

static size_t
second_on_bytes(void *u, struct str bytes)
{
	struct rig_user *second = u;

	assert_int_equal(buf_add(&second->got, bytes), OK);
	return bytes.len;
}

static struct rig_user successor;

static size_t
take_one_and_hand_over(void *u, struct str bytes)
{
	static const struct conn_user second = { .on_bytes = second_on_bytes,
		.on_end = rig_on_end };

	(void)bytes;
	conn_set_user(((struct rig_user *)u)->conn, &second, &successor);
	return 1;
}

static void
a_user_may_leave_the_rest_to_its_successor(void **state)
{
	static const struct conn_user first = { .on_bytes = take_one_and_hand_over,
		.on_end = rig_on_end };

	(void)state;
	rig_user_init(&successor);
	successor.conn = user.conn;
	conn_set_user(user.conn, &first, &user);
	send_text("1rest");
	loop_drive();
	assert_str(buf_str(&successor.got), "rest");
	conn_abort(user.conn);
	loop_drive();
	assert_true(successor.ended);
	user.ended = true;
	user.conn = NULL;
	rig_user_fini(&successor);
}

/* --- ends -------------------------------------------------------------------------------- */

static void
the_end_of_the_peer_is_reported_behind_its_bytes(void **state)
{
	(void)state;
	send_text("last words");
	close(peer);
	peer = -1;
	loop_drive();
	assert_str(buf_str(&user.got), "last words");
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
}

static void
a_peer_that_closed_its_half_still_gets_what_was_queued(void **state)
{
	(void)state;
	user.echo = true;
	send_text("question");
	shutdown(peer, SHUT_WR);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
	assert_true(rig_receive(peer, &peer_got));
	assert_str(buf_str(&peer_got), "question");
}

static void
reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void
a_reset_is_an_error_and_says_so(void **state)
{
	(void)state;
	reset(peer);
	peer = -1;
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
	assert_string_equal(user.failure, "Connection reset by peer");
}

static void
bytes_before_a_reset_are_delivered_even_while_we_write(void **state)
{
	(void)state;
	send_text("before the reset");
	reset(peer);
	peer = -1;
	assert_true(conn_write(user.conn, S("into the void")));
	conn_flush(user.conn); /* fails before anything was read */
	loop_drive();
	assert_str(buf_str(&user.got), "before the reset");
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
}

static void
a_paused_connection_does_not_spin_when_the_peer_goes(void **state)
{
	(void)state;
	conn_pause(user.conn);
	send_text("unread");
	reset(peer);
	peer = -1;
	loop_drive(); /* would not return */
	assert_false(user.ended);
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "unread");
	assert_true(user.ended);
}

static void
a_close_sends_what_is_queued_and_waits_for_the_peer(void **state)
{
	(void)state;
	assert_true(conn_write(user.conn, S("</stream:stream>")));
	conn_close(user.conn, 5000);
	assert_false(conn_write(user.conn, S("too late")));
	loop_drive();
	assert_false(user.ended);
	send_text("ignored");
	loop_drive();
	assert_true(rig_receive(peer, &peer_got));
	assert_str(buf_str(&peer_got), "</stream:stream>");
	assert_false(user.ended);
	close(peer);
	peer = -1;
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_CLOSED);
	assert_int_equal(user.got.len, 0);
}

static void
a_close_that_may_not_linger_ends_in_the_same_turn(void **state)
{
	(void)state;
	assert_true(conn_write(user.conn, S("bye")));
	conn_close(user.conn, 0);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_CLOSED);
	assert_true(rig_receive(peer, &peer_got));
	assert_str(buf_str(&peer_got), "bye");
}

static void
a_close_lingers_no_longer_than_it_may(void **state)
{
	(void)state;
	conn_close(user.conn, 5000);
	loop_drive();
	loop_turn_clock(4000);
	loop_drive();
	assert_false(user.ended);
	loop_turn_clock(2000);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_CLOSED);
}

static void
an_abort_throws_away_what_is_queued(void **state)
{
	(void)state;
	assert_true(conn_write(user.conn, S("never sent")));
	conn_abort(user.conn);
	assert_false(user.ended); /* not inside the user's own call */
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_CLOSED);
	assert_true(rig_receive(peer, &peer_got));
	assert_int_equal(peer_got.len, 0);
}

static void
abort_in_place(struct rig_user *u)
{
	conn_abort(u->conn);
}

static void
a_user_may_abort_while_it_takes_bytes(void **state)
{
	(void)state;
	user.on_got = abort_in_place;
	user.share = 2;
	send_text("abcdef");
	loop_drive();
	assert_true(user.ended);
	assert_str(buf_str(&user.got), "ab");
}

static void
close_in_place(struct rig_user *u)
{
	conn_write(u->conn, S("bye"));
	conn_close(u->conn, 1000);
}

static void
a_user_may_close_while_it_takes_bytes(void **state)
{
	(void)state;
	user.on_got = close_in_place;
	send_text("abcdef");
	loop_drive();
	assert_true(rig_receive(peer, &peer_got));
	assert_str(buf_str(&peer_got), "bye");
	close(peer);
	peer = -1;
	loop_drive();
	assert_true(user.ended);
}

/* --- slow readers ------------------------------------------------------------------------- */

static void
configure(uint64_t output_max, msec_t slow_ms)
{
	struct transport_conf conf = { .output_max_bytes = output_max, .slow_ms = slow_ms };
	struct arena a;
	struct str reason;

	arena_init(&a, 256);
	assert_int_equal(transport_configure(transport, &conf, &a, &reason), OK);
	arena_fini(&a);
}

static void
a_peer_that_does_not_read_is_cut_off_at_the_bound(void **state)
{
	static char piece[10000];
	size_t sent = 0;

	(void)state;
	configure(1024 * 1024, 60000);
	while (conn_write(user.conn, str_of(piece, sizeof(piece)))) {
		sent += sizeof(piece);
		assert_true(conn_queued(user.conn) <= 1024 * 1024);
		assert_true(sent < RIG_BYTES_MAX);
	}
	assert_false(user.ended); /* not inside the user's own call */
	assert_false(conn_write(user.conn, S("x")));
	assert_null(conn_reserve(user.conn, 1));
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_SLOW);
}

static void
one_piece_may_be_larger_than_the_bound(void **state)
{
	static char piece[32 * 1024 * 1024]; /* more than the sockets' buffers take */

	(void)state;
	configure(64 * 1024, 60000);
	assert_true(conn_write(user.conn, str_of(piece, sizeof(piece))));
	assert_false(conn_write(user.conn, str_of(piece, sizeof(piece))));
	loop_drive();
	assert_int_equal(user.why, CONN_SLOW);
}

static void
who_asks_hears_once_that_all_has_left(void **state)
{
	(void)state;
	assert_true(conn_write(user.conn, S("hello")));
	loop_drive();
	assert_int_equal(user.sent, 0);
	assert_true(conn_write(user.conn, S("hello")));
	conn_tell_sent(user.conn);
	conn_tell_sent(user.conn);
	assert_int_equal(user.sent, 0);
	loop_drive();
	assert_int_equal(user.sent, 1);
	assert_true(conn_write(user.conn, S("hello")));
	loop_drive();
	assert_int_equal(user.sent, 1);
	conn_tell_sent(user.conn);
	loop_drive();
	assert_int_equal(user.sent, 2);
}

static void
nobody_hears_that_all_has_left_while_the_socket_is_full(void **state)
{
	static char piece[16384];
	static char sink[64 * 1024];

	(void)state;
	configure(RIG_BYTES_MAX, 60000);
	while (conn_queued(user.conn) == 0) {
		assert_true(conn_write(user.conn, str_of(piece, sizeof(piece))));
		loop_drive();
	}
	conn_tell_sent(user.conn);
	loop_drive();
	assert_int_equal(user.sent, 0);
	while (user.sent == 0) {
		while (recv(peer, sink, sizeof(sink), 0) > 0)
			;
		loop_drive();
	}
	assert_int_equal(user.sent, 1);
}

static void
a_full_socket_that_takes_nothing_for_long_is_cut_off(void **state)
{
	static char piece[16384];

	(void)state;
	configure(RIG_BYTES_MAX, 60000);
	while (conn_queued(user.conn) == 0) {
		assert_true(conn_write(user.conn, str_of(piece, sizeof(piece))));
		loop_drive();
	}
	loop_turn_clock(50000);
	loop_drive();
	assert_false(user.ended);
	loop_turn_clock(20000);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_SLOW);
}

static void
a_peer_that_reads_slowly_is_not_cut_off(void **state)
{
	static char piece[16384];
	static char sink[200 * 1024];

	(void)state;
	configure(RIG_BYTES_MAX, 60000);
	for (int i = 0; i < 800; i++)
		assert_true(conn_write(user.conn, str_of(piece, sizeof(piece))));
	loop_drive();
	assert_true(conn_queued(user.conn) > 0);
	for (int i = 0; i < 10; i++) {
		assert_true(recv(peer, sink, sizeof(sink), 0) > 0);
		assert_true(recv(peer, sink, sizeof(sink), 0) > 0);
		loop_turn_clock(63000);
		loop_drive();
		assert_false(user.ended);
	}
}

/* --- moving --------------------------------------------------------------------------------
 */

static int arrivals;

static void
arrived(void *u)
{
	((struct rig_user *)u)->worker = worker_self();
	arrivals++;
}

static void
arrived_and_pauses(void *u)
{
	arrived(u);
	conn_pause(((struct rig_user *)u)->conn);
}

static void
move_in_place(struct rig_user *u)
{
	conn_pause(u->conn);
	u->on_got = NULL;
	u->share = 0;
	conn_move(u->conn, 1, arrived);
}

static void
a_connection_moves_with_the_bytes_nobody_took(void **state)
{
	(void)state;
	arrivals = 0;
	user.share = 4;
	user.echo = true;
	user.on_got = move_in_place;
	send_text("login and more");
	loop_drive();
	assert_int_equal(arrivals, 1);
	assert_int_equal(user.worker, 1);
	assert_str(buf_str(&user.got), "login and more");
	rig_receive(peer, &peer_got);
	assert_str(buf_str(&peer_got), "login and more");
	loop_drive_as(1);
	conn_abort(user.conn);
	loop_drive();
	loop_drive_as(0);
}

static void
a_connection_that_pauses_on_arrival_stays_paused(void **state)
{
	(void)state;
	conn_pause(user.conn);
	conn_move(user.conn, 1, arrived_and_pauses);
	send_text("later");
	loop_drive();
	assert_int_equal(user.got.len, 0);
	loop_drive_as(1);
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "later");
	conn_abort(user.conn);
	loop_drive();
	loop_drive_as(0);
}

static void
a_connection_moves_with_output_that_did_not_leave_yet(void **state)
{
	enum { BYTES = 3 * 1024 * 1024 };
	char *big = mem_zalloc(BYTES);

	(void)state;
	conn_pause(user.conn);
	assert_true(conn_write(user.conn, str_of(big, BYTES)));
	conn_move(user.conn, 1, arrived);
	loop_drive();
	while (peer_got.len < BYTES) {
		assert_false(rig_receive(peer, &peer_got));
		loop_drive();
	}
	loop_drive_as(1);
	assert_int_equal(conn_queued(user.conn), 0);
	conn_abort(user.conn);
	loop_drive();
	loop_drive_as(0);
	free(big);
}

static void
a_connection_whose_peer_goes_while_it_moves_ends_on_arrival(void **state)
{
	(void)state;
	conn_pause(user.conn);
	conn_move(user.conn, 1, arrived);
	reset(peer);
	peer = -1;
	assert_true(conn_address(user.conn).len > 0);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
}

static void
all_connections_end_with_the_process_also_those_that_move(void **state)
{
	int second;

	(void)state;
	rig_user_init(&other);
	second = rig_connect(transport, &other, 0);
	conn_pause(user.conn);
	conn_move(user.conn, 1, arrived);
	conns_end();
	loop_drive();
	assert_true(other.ended);
	assert_int_equal(other.why, CONN_CLOSED);
	conns_end();
	loop_drive();
	assert_true(user.ended);
	close(second);
	rig_user_fini(&other);
}

/* --- filters --------------------------------------------------------------------------------
 */

/* Takes and makes frames: a length byte, then that many bytes, each xored with the key. */
struct frames {
	struct filter filter;
	char key;
	bool *freed;
};

static size_t
frames_up(struct filter *f, char *bytes, size_t len)
{
	struct frames *x = list_entry(f, struct frames, filter);
	size_t at = 0;

	while (len - at >= 1 && len - at - 1 >= (unsigned char)bytes[at]) {
		size_t n = (unsigned char)bytes[at];

		for (size_t i = 0; i < n; i++)
			bytes[at + 1 + i] ^= x->key;
		filter_offer(f, bytes + at + 1, n);
		at += 1 + n;
	}
	return at;
}

static void
frames_down(struct filter *f, struct chunks *below)
{
	struct frames *x = list_entry(f, struct frames, filter);

	while (f->down.bytes) {
		char frame[201];
		size_t n = chunks_peek(&f->down, frame + 1, sizeof(frame) - 1);

		frame[0] = (char)n;
		for (size_t i = 0; i < n; i++)
			frame[1 + i] ^= x->key;
		chunks_add(below, str_of(frame, n + 1));
		chunks_drop(&f->down, n);
	}
}

static void
frames_goodbye(struct filter *f, struct chunks *below)
{
	(void)f;
	chunks_add(below, str_of("\0", 1));
}

static void
frames_free(struct filter *f)
{
	struct frames *x = list_entry(f, struct frames, filter);

	*x->freed = true;
	free(x);
}

static const struct filter_kind frames_kind = { frames_up, frames_down, frames_goodbye,
	frames_free, NULL };

static void
add_frames(char key, bool *freed)
{
	struct frames *x = mem_zalloc(sizeof(*x));

	x->filter.kind = &frames_kind;
	x->key = key;
	x->freed = freed;
	*freed = false;
	conn_add_filter(user.conn, &x->filter);
}

static void
filters_stack(void **state)
{
	/* "abc" in a frame with key 1 in two frames with key 2. */
	static const char coded[] = { 2, 3 ^ 2, 'a' ^ 1 ^ 2, 2, 'b' ^ 1 ^ 2, 'c' ^ 1 ^ 2 };
	bool inner_freed, outer_freed;

	(void)state;
	add_frames(2, &outer_freed);
	add_frames(1, &inner_freed);
	for (size_t i = 0; i < sizeof(coded); i++) {
		assert_int_equal(user.got.len, 0);
		rig_send(peer, &coded[i], 1);
		loop_drive();
	}
	assert_str(buf_str(&user.got), "abc");
	assert_true(conn_write(user.conn, S("ab")));
	assert_true(conn_write(user.conn, S("c")));
	conn_close(user.conn, 0);
	loop_drive();
	assert_true(rig_receive(peer, &peer_got));
	/* One frame in one frame; then an empty one of the inner in one of the outer, and one
	 * of the outer itself. */
	assert_int_equal(peer_got.len, 5 + 2 + 1);
	assert_memory_equal(
	    peer_got.at, ((char[]){ 4, 3 ^ 2, 'a' ^ 3, 'b' ^ 3, 'c' ^ 3, 1, 0 ^ 2, 0 }), 8);
	assert_true(inner_freed && outer_freed);
}

static void
bytes_kept_above_a_filter_come_first(void **state)
{
	static const char coded[] = { 4, 'a', 'b', 'c', 'd', 2, 'e', 'f', 3, 'g' };
	bool freed;

	(void)state;
	add_frames(0, &freed);
	user.share = 1;
	rig_send(peer, coded, sizeof(coded));
	loop_drive();
	rig_send(peer, "hi", 2);
	for (int i = 0; i < 12; i++) {
		loop_drive();
		conn_resume(user.conn);
	}
	assert_str(buf_str(&user.got), "abcdefghi");
}

static size_t
take_words_of_three(void *arg, struct str bytes)
{
	if (bytes.len < 3) {
		conn_want_more(user.conn);
		return 0;
	}
	assert_int_equal(buf_add(&((struct rig_user *)arg)->got, str_slice(bytes, 0, 3)), OK);
	return 3;
}

static void
who_wants_more_is_offered_the_beginning_again_with_what_follows(void **state)
{
	struct conn_user calls = rig_calls;

	(void)state;
	calls.on_bytes = take_words_of_three;
	conn_set_user(user.conn, &calls, &user);
	send_text("a");
	loop_drive();
	assert_int_equal(user.got.len, 0);
	send_text("bcdefgh");
	loop_drive();
	assert_str(buf_str(&user.got), "abcdef");
	conn_pause(user.conn);
	send_text("i");
	loop_drive();
	assert_int_equal(user.got.len, 6);
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "abcdefghi");
	send_text("j");
	loop_drive();
	close(peer);
	peer = -1;
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
}

/* --- facts ----------------------------------------------------------------------------------
 */

static void
a_plain_connection_knows_its_peer_and_no_tls(void **state)
{
	struct arena a;
	struct str out;

	(void)state;
	arena_init(&a, 256);
	assert_str(conn_address(user.conn), "127.0.0.1");
	assert_true(conn_is_trusted(user.conn));
	assert_false(conn_is_secure(user.conn));
	assert_int_equal(conn_tls_version(user.conn).len, 0);
	assert_int_equal(conn_tls_sni(user.conn).len, 0);
	assert_int_equal(
	    conn_channel_binding(user.conn, CB_TLS_EXPORTER, &a, &out), E_UNSUPPORTED);
	assert_int_equal(
	    conn_certificate_addresses(user.conn, &a, &out, 1, &(size_t){ 0 }), E_NOT_FOUND);
	arena_fini(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_come_back_from_an_echo_at_every_split),
		TEST(small_writes_of_a_turn_leave_together_and_in_order),
		TEST(a_flush_sends_at_once),
		TEST(a_large_write_arrives_whole),
		TEST(a_peer_that_sends_much_has_a_share_of_each_turn),
		TEST(a_paused_connection_is_not_read),
		TEST(bytes_that_were_not_taken_are_offered_again_with_what_follows),
		TEST(what_a_paused_connection_keeps_is_bounded),
		TEST(a_user_may_pause_and_resume_while_it_takes_bytes),
		TEST(a_user_may_leave_the_rest_to_its_successor),
		TEST(the_end_of_the_peer_is_reported_behind_its_bytes),
		TEST(a_peer_that_closed_its_half_still_gets_what_was_queued),
		TEST(a_reset_is_an_error_and_says_so),
		TEST(bytes_before_a_reset_are_delivered_even_while_we_write),
		TEST(a_paused_connection_does_not_spin_when_the_peer_goes),
		TEST(a_close_sends_what_is_queued_and_waits_for_the_peer),
		TEST(a_close_that_may_not_linger_ends_in_the_same_turn),
		TEST(a_close_lingers_no_longer_than_it_may),
		TEST(an_abort_throws_away_what_is_queued),
		TEST(a_user_may_abort_while_it_takes_bytes),
		TEST(a_user_may_close_while_it_takes_bytes),
		TEST(a_peer_that_does_not_read_is_cut_off_at_the_bound),
		TEST(one_piece_may_be_larger_than_the_bound),
		TEST(who_asks_hears_once_that_all_has_left),
		TEST(nobody_hears_that_all_has_left_while_the_socket_is_full),
		TEST(a_full_socket_that_takes_nothing_for_long_is_cut_off),
		TEST(a_peer_that_reads_slowly_is_not_cut_off),
		TEST(a_connection_moves_with_the_bytes_nobody_took),
		TEST(a_connection_that_pauses_on_arrival_stays_paused),
		TEST(a_connection_moves_with_output_that_did_not_leave_yet),
		TEST(a_connection_whose_peer_goes_while_it_moves_ends_on_arrival),
		TEST(all_connections_end_with_the_process_also_those_that_move),
		TEST(filters_stack),
		TEST(bytes_kept_above_a_filter_come_first),
		TEST(who_wants_more_is_offered_the_beginning_again_with_what_follows),
		TEST(a_plain_connection_knows_its_peer_and_no_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
