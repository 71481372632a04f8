/* SPDX-License-Identifier: MIT
 *
 * The n-th failure: one conversation, again and again, in which the n-th of a system call
 * misbehaves, until n is past the last. Whatever is temporary must not be noticed; whatever
 * is not must end the connection, once, and lose nothing but what it has to.
 */
#include "rig.h"

#include <sys/epoll.h>
#include <sys/syscall.h>

/* --- system calls that can be told to fail ---------------------------------------------- */

enum fault {
	INTERRUPTED, /* EINTR: temporary, like the next two */
	NOT_NOW,
	SHORT,
	RESET,
	OUT_OF_MEMORY,
	FAULTS
};

static struct {
	bool armed;
	enum fault fault;
	int at;    /* which call */
	int calls; /* so far */
} plan;

static bool
fails_now(void)
{
	return plan.armed && ++plan.calls == plan.at;
}

static ssize_t
fail_with(int error)
{
	errno = error;
	return -1;
}

ssize_t
recv(int fd, void *at, size_t max, int flags)
{
	if (plan.fault != OUT_OF_MEMORY && fails_now()) {
		if (plan.fault == SHORT)
			max = max ? 1 : 0;
		else
			return fail_with(plan.fault == INTERRUPTED ? EINTR
					 : plan.fault == NOT_NOW   ? EAGAIN
								   : ECONNRESET);
	}
	return syscall(SYS_recvfrom, fd, at, max, flags, NULL, NULL);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	if (plan.fault != OUT_OF_MEMORY && fails_now()) {
		if (plan.fault == SHORT)
			return syscall(
			    SYS_sendto, fd, m->msg_iov[0].iov_base, 1, flags, NULL, 0);
		return fail_with(plan.fault == INTERRUPTED ? EINTR
				 : plan.fault == NOT_NOW   ? EAGAIN
							   : EPIPE);
	}
	return syscall(SYS_sendmsg, fd, m, flags);
}

int
epoll_ctl(int epoll_fd, int op, int fd, struct epoll_event *e)
{
	if (plan.fault == OUT_OF_MEMORY && op != EPOLL_CTL_DEL && fails_now())
		return (int)fail_with(ENOMEM);
	return (int)syscall(SYS_epoll_ctl, epoll_fd, op, fd, e);
}

/* --- the conversation -------------------------------------------------------------------- */

enum { ANSWER = 300000 };

static struct arena arena;
static struct transport *transport;
static struct tls_context *context;
static SSL_CTX *client_ctx;
static struct rig_user user;
static struct rig_client client;
static struct buf got; /* by a peer without TLS */
static char answer[ANSWER];

static void
arrived(void *u)
{
	((struct rig_user *)u)->worker = worker_self();
	assert_true(conn_write(user.conn, str_of(answer, sizeof(answer))) || plan.armed);
	conn_close(user.conn, 1000);
}

/* Asks for a move, if the pieces are such with the last byte of the request untaken. */
static void
on_request(struct rig_user *u)
{
	if (u->got.len < 7)
		return;
	u->on_got = NULL;
	conn_pause(u->conn);
	conn_move(u->conn, 1, arrived);
}

static bool
step(bool tls, int fd)
{
	if (tls) {
		rig_client_step(&client);
		return client.closed;
	}
	return rig_receive(fd, &got);
}

/* True when the answer arrived whole. */
static bool
converse(bool tls)
{
	int fd, ours;
	struct address none = { 0 };
	struct buf *answered = tls ? &client.got : &got;
	bool over = false, asked = false, whole;

	rig_user_init(&user);
	buf_init(&got, RIG_BYTES_MAX);
	rig_tcp_pair(&ours, &fd, 64 * 1024);
	if (conn_adopt(transport, ours, &none, NULL, &user.conn) != OK) {
		close(fd);
		return false;
	}
	conn_set_user(user.conn, &rig_calls, &user);
	user.share = 3;
	user.on_got = on_request;
	if (tls) {
		conn_start_tls(user.conn, context);
		rig_client_init(&client, client_ctx, fd, NULL);
	}
	for (int i = 0; i < 200 && !over; i++) {
		if (!asked && (!tls || client.secured)) {
			asked = true;
			if (tls)
				SSL_write(client.ssl, "12345678", 8);
			else
				rig_send(fd, "12345678", 8);
		}
		loop_drive();
		if (user.conn && user.worker == 0 && user.on_got)
			conn_resume(user.conn);
		over = step(tls, fd);
	}
	assert_true(over);
	whole = answered->len == ANSWER && memcmp(answered->at, answer, ANSWER) == 0;
	if (tls)
		rig_client_fini(&client);
	else
		close(fd);
	for (int i = 0; i < 5; i++) {
		loop_turn_clock(2000);
		loop_drive();
		/* A paused user hears of the end behind the bytes that it has not taken. */
		if (user.conn && user.on_got)
			conn_resume(user.conn);
	}
	assert_true(user.ended); /* rig_on_end sees that it comes once */
	rig_user_fini(&user);
	buf_fini(&got);
	return whole;
}

static void
every_call_fails_once(enum fault fault, bool tls, bool unnoticed)
{
	int n = 0;

	do {
		bool whole;

		plan.fault = fault;
		plan.at = ++n;
		plan.calls = 0;
		plan.armed = true;
		whole = converse(tls);
		plan.armed = false;
		assert_true(whole || !unnoticed);
	} while (plan.calls >= n);
	assert_true(n > 5);
}

static int
begin(void **state)
{
	static const struct tls_conf conf = { .tickets = true };

	(void)state;
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	arena_init(&arena, 4096);
	transport = transport_new();
	context = rig_context(&arena, &conf, "example.org", (struct str_list){ 0 });
	client_ctx = rig_client_context(0);
	for (size_t i = 0; i < sizeof(answer); i++)
		answer[i] = (char)(i * 7 + i / 255);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	tls_context_unref(&context);
	SSL_CTX_free(client_ctx);
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	arena_fini(&arena);
	rig_remove_files();
	return 0;
}

static void
the_conversation_works_when_nothing_fails(void **state)
{
	(void)state;
	assert_true(converse(false));
	assert_true(converse(true));
}

static void
interrupted_calls_are_not_noticed(void **state)
{
	(void)state;
	every_call_fails_once(INTERRUPTED, false, true);
	every_call_fails_once(INTERRUPTED, true, true);
}

static void
calls_that_say_not_now_are_not_noticed(void **state)
{
	(void)state;
	every_call_fails_once(NOT_NOW, false, true);
	every_call_fails_once(NOT_NOW, true, true);
}

static void
calls_that_do_a_part_are_not_noticed(void **state)
{
	(void)state;
	every_call_fails_once(SHORT, false, true);
	every_call_fails_once(SHORT, true, true);
}

static void
a_connection_that_breaks_anywhere_ends_once(void **state)
{
	(void)state;
	every_call_fails_once(RESET, false, false);
	every_call_fails_once(RESET, true, false);
}

static void
a_loop_that_cannot_watch_ends_the_connection_once(void **state)
{
	int n = 0;

	(void)state;
	do {
		plan.fault = OUT_OF_MEMORY;
		plan.at = ++n;
		plan.calls = 0;
		plan.armed = true;
		converse(true);
		plan.armed = false;
	} while (plan.calls >= n);
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_conversation_works_when_nothing_fails),
		cmocka_unit_test(interrupted_calls_are_not_noticed),
		cmocka_unit_test(calls_that_say_not_now_are_not_noticed),
		cmocka_unit_test(calls_that_do_a_part_are_not_noticed),
		cmocka_unit_test(a_connection_that_breaks_anywhere_ends_once),
		cmocka_unit_test(a_loop_that_cannot_watch_ends_the_connection_once),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
