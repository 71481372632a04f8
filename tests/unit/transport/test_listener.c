/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "transport/listener.h"

enum { WORKERS = 3, USERS_MAX = 200 };

static struct arena arena;
static struct transport *transport;
static struct listener *listener;
static struct rig_user users[USERS_MAX];
static size_t n_users;
static int per_worker[WORKERS];
static bool refuse;

static void
on_accept(void *user, struct conn *c)
{
	struct rig_user *u = &users[n_users++];

	assert_ptr_equal(user, &arena);
	assert_true(n_users <= USERS_MAX);
	if (refuse) {
		n_users--;
		conn_abort(c);
		return;
	}
	rig_user_init(u);
	u->conn = c;
	u->worker = worker_self();
	u->echo = true;
	per_worker[worker_self()]++;
	conn_set_user(c, &rig_calls, u);
}

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(workers_init(WORKERS), OK);
	loop_drive_as(0);
	arena_init(&arena, 4096);
	transport = transport_new();
	n_users = 0;
	refuse = false;
	memset(per_worker, 0, sizeof(per_worker));
	return 0;
}

static void
abort_all(void)
{
	for (size_t i = 0; i < n_users; i++) {
		if (!users[i].conn)
			continue;
		loop_drive_as((unsigned)users[i].worker);
		conn_abort(users[i].conn);
		loop_drive_as(0);
	}
	loop_drive();
	for (size_t i = 0; i < n_users; i++) {
		assert_true(users[i].ended);
		rig_user_fini(&users[i]);
	}
	n_users = 0;
}

static int
finish(void **state)
{
	(void)state;
	listener_close(&listener);
	loop_drive();
	abort_all();
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	arena_fini(&arena);
	return 0;
}

static enum status
try_to_open(const char *address, uint16_t port, struct listener **out, struct str *reason)
{
	struct listener_conf conf = { .address = str_from_c(address),
		.port = port,
		.on_accept = on_accept,
		.user = &arena };

	return listener_open(transport, &conf, &arena, reason, out);
}

static void
open_at(const char *address)
{
	struct str reason = { 0 };
	enum status s = try_to_open(address, 0, &listener, &reason);

	if (s != OK)
		print_error("%.*s\n", STR_ARG(reason));
	assert_int_equal(s, OK);
	listener_start(listener);
	loop_drive();
}

static int
connect_by(const char *address)
{
	struct sockaddr_storage sa;
	struct address at;
	socklen_t len;
	int fd;

	assert_int_equal(address_parse(str_from_c(address), &at), OK);
	len = address_to_socket(&at, listener_port(listener), &sa);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&sa, len) != 0) {
		close(fd);
		return -1;
	}
	rig_nonblocking(fd);
	return fd;
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool can = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

	if (fd >= 0)
		close(fd);
	return can;
}

/* True when the other end closed the connection. */
static bool
is_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK) == 0 || (errno != EAGAIN && errno != EINTR);
}

/* --- accepting ------------------------------------------------------------------------- */

static void
a_connection_reaches_its_user_and_talks(void **state)
{
	struct buf got;
	int fd;

	(void)state;
	buf_init(&got, 1024);
	open_at("127.0.0.1");
	assert_int_not_equal(listener_port(listener), 0);
	fd = connect_by("127.0.0.1");
	rig_send(fd, "hello", 5);
	loop_drive();
	assert_int_equal(n_users, 1);
	assert_str(conn_address(users[0].conn), "127.0.0.1");
	buf_reserve(&got, 5);
	assert_int_equal(recv(fd, got.at, 5, 0), 5);
	assert_memory_equal(got.at, "hello", 5);
	close(fd);
	buf_fini(&got);
}

static void
connections_are_dealt_out_in_turn(void **state)
{
	int fds[30];

	(void)state;
	open_at("127.0.0.1");
	for (int i = 0; i < 30; i++)
		fds[i] = connect_by("127.0.0.1");
	loop_drive();
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(per_worker[i], 10);
	for (int i = 0; i < 30; i++)
		close(fds[i]);
}

static void
one_listener_serves_both_families(void **state)
{
	int fd;

	(void)state;
	open_at("*");
	fd = connect_by("127.0.0.1");
	assert_true(fd >= 0);
	loop_drive();
	assert_int_equal(n_users, 1);
	assert_str(conn_address(users[0].conn), "127.0.0.1"); /* not ::ffff:127.0.0.1 */
	close(fd);
	if (!has_ipv6()) {
		print_message("no IPv6 here: only IPv4 was tried\n");
		return;
	}
	fd = connect_by("::1");
	assert_true(fd >= 0);
	loop_drive();
	assert_int_equal(n_users, 2);
	assert_str(conn_address(users[1].conn), "::1");
	close(fd);
}

static void
the_address_of_one_family_leaves_the_other_alone(void **state)
{
	int fd;

	(void)state;
	if (!has_ipv6()) {
		print_message("no IPv6 here: nothing to try\n");
		return;
	}
	open_at("::");
	assert_int_equal(connect_by("127.0.0.1"), -1);
	fd = connect_by("::1");
	assert_true(fd >= 0);
	close(fd);
}

static void
a_user_may_refuse(void **state)
{
	int fd;

	(void)state;
	refuse = true;
	open_at("127.0.0.1");
	fd = connect_by("127.0.0.1");
	loop_drive();
	assert_true(is_closed(fd));
	assert_int_equal(n_users, 0);
	close(fd);
}

static void
direct_tls_begins_at_once_and_closes_without_a_context(void **state)
{
	struct tls_identity id = rig_identity(&arena, "example.org");
	struct listener_conf conf = {
		.address = S("127.0.0.1"), .on_accept = on_accept, .user = &arena
	};
	struct tls_conf tls = { 0 };
	struct tls_context *context = NULL;
	struct tls_slot *slot = tls_slot_new();
	SSL_CTX *ctx = rig_client_context(0);
	struct rig_client client;
	struct str reason;
	int fd;

	(void)state;
	conf.tls = slot;
	assert_int_equal(listener_open(transport, &conf, &arena, &reason, &listener), OK);
	listener_start(listener);
	loop_drive();
	fd = connect_by("127.0.0.1");
	loop_drive();
	assert_true(is_closed(fd));
	assert_int_equal(n_users, 0);
	close(fd);

	assert_int_equal(
	    tls_context_new(&tls, &id, 1, (struct str_list){ 0 }, &arena, &reason, &context),
	    OK);
	tls_slot_set(slot, context);
	tls_context_unref(&context);
	rig_client_init(&client, ctx, connect_by("127.0.0.1"), "example.org");
	loop_drive();
	rig_shake_hands(&client);
	assert_true(client.secured);
	assert_int_equal(users[0].secured, 1);
	rig_client_fini(&client);
	SSL_CTX_free(ctx);
	listener_close(&listener);
	loop_drive();
	abort_all();
	tls_slot_free(&slot);
}

/* --- bounds ---------------------------------------------------------------------------- */

static void
who_is_not_admitted_is_closed_at_once(void **state)
{
	struct transport_conf conf = { .output_max_bytes = 65536,
		.slow_ms = 1000,
		.address_connections_max = 2,
		.address_burst = 1 };
	struct admission_counters c;
	struct str reason;
	int fds[4];

	(void)state;
	assert_int_equal(transport_configure(transport, &conf, &arena, &reason), OK);
	open_at("127.0.0.1");
	for (int i = 0; i < 4; i++)
		fds[i] = connect_by("127.0.0.1");
	loop_drive();
	assert_int_equal(n_users, 2);
	assert_false(is_closed(fds[0]));
	assert_true(is_closed(fds[2]));
	assert_true(is_closed(fds[3]));
	assert_false(conn_is_trusted(users[0].conn));
	conn_authenticated(users[0].conn);
	transport_count(transport, &c);
	assert_int_equal(c.connections, 2);
	assert_int_equal(c.unauthenticated, 1);
	assert_int_equal(c.verdicts[REFUSED_ADDRESS_CONNECTIONS], 2);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	loop_drive();
	transport_count(transport, &c);
	assert_int_equal(c.connections, 0);
}

static void
a_listener_for_proxies_charges_none_of_them_and_takes_nobody_else(void **state)
{
	struct listener_conf listening = { .address = S("127.0.0.1"),
		.from_proxies = true,
		.on_accept = on_accept,
		.user = &arena };
	struct transport_conf conf = { .output_max_bytes = 65536,
		.slow_ms = 1000,
		.address_connections_max = 1,
		.address_burst = 1 };
	struct str network = S("127.0.0.1");
	struct address client;
	struct admission_counters c;
	struct str reason;
	int fds[3];

	(void)state;
	assert_int_equal(address_parse(S("192.0.2.1"), &client), OK);
	conf.proxies = (struct str_list){ &network, 1 };
	assert_int_equal(transport_configure(transport, &conf, &arena, &reason), OK);
	assert_int_equal(listener_open(transport, &listening, &arena, &reason, &listener), OK);
	listener_start(listener);
	loop_drive();
	for (int i = 0; i < 3; i++)
		fds[i] = connect_by("127.0.0.1");
	loop_drive();
	assert_int_equal(n_users, 3);
	transport_count(transport, &c);
	assert_int_equal(c.connections, 3);
	assert_int_equal(c.addresses, 0);

	/* They count for those whom they are for. */
	loop_drive_as((unsigned)users[0].worker);
	assert_true(conn_came_from(users[0].conn, &client));
	assert_str(conn_address(users[0].conn), "192.0.2.1");
	assert_false(conn_is_trusted(users[0].conn));
	loop_drive_as((unsigned)users[1].worker);
	assert_false(conn_came_from(users[1].conn, &client));
	conn_abort(users[1].conn);
	loop_drive_as(0);
	loop_drive();
	transport_count(transport, &c);
	assert_int_equal(c.connections, 2);
	assert_int_equal(c.addresses, 1);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	loop_drive();

	network = S("192.0.2.0/24");
	assert_int_equal(transport_configure(transport, &conf, &arena, &reason), OK);
	fds[0] = connect_by("127.0.0.1");
	loop_drive();
	assert_int_equal(n_users, 3);
	assert_true(is_closed(fds[0]));
	close(fds[0]);
	transport_count(transport, &c);
	assert_int_equal(c.connections, 0);
}

static void
running_out_of_descriptors_makes_a_listener_rest(void **state)
{
	struct rlimit was, low;
	int fd, last;

	(void)state;
	open_at("127.0.0.1");
	fd = connect_by("127.0.0.1");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	low = was;
	last = dup(fd);
	assert_true(last >= 0);
	close(last);
	low.rlim_cur = (rlim_t)last; /* the next descriptor would be this one */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	loop_drive(); /* would not return if the listener was tried again and again */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(n_users, 0);
	loop_drive();
	assert_int_equal(n_users, 0);
	loop_turn_clock(2 * ACCEPT_REST_MS);
	loop_drive();
	assert_int_equal(n_users, 1);
	close(fd);
}

/* --- opening and closing ---------------------------------------------------------------- */

static void
a_closed_listener_has_freed_its_port(void **state)
{
	struct listener *other = NULL;
	struct str reason;
	uint16_t port;
	int fd;

	(void)state;
	open_at("127.0.0.1");
	port = listener_port(listener);
	fd = connect_by("127.0.0.1");
	loop_drive();
	assert_int_equal(n_users, 1);
	listener_close(&listener);
	assert_null(listener);
	assert_int_equal(try_to_open("127.0.0.1", port, &other, &reason), OK);
	listener_close(&other); /* also one that was not started */
	loop_drive();

	/* The connection is not its affair any more. */
	rig_send(fd, "still here", 10);
	loop_drive();
	assert_str(buf_str(&users[0].got), "still here");
	close(fd);
}

static void
connections_on_their_way_when_it_closes_are_dropped(void **state)
{
	int fds[4];

	(void)state;
	open_at("127.0.0.1");
	for (int i = 0; i < 4; i++)
		fds[i] = connect_by("127.0.0.1");
	listener_close(&listener);
	loop_drive();
	assert_int_equal(n_users, 0);
	for (int i = 0; i < 4; i++) {
		assert_true(is_closed(fds[i]));
		close(fds[i]);
	}
}

static void
what_cannot_be_listened_on_is_explained(void **state)
{
	struct listener *other = NULL;
	struct str reason = { 0 };

	(void)state;
	open_at("127.0.0.1");
	assert_int_equal(
	    try_to_open("127.0.0.1", listener_port(listener), &other, &reason), E_EXISTS);
	assert_true(str_ends(reason, S(": Address already in use")));
	assert_int_equal(try_to_open("localhost", 0, &other, &reason), E_INVALID);
	assert_str(reason, "\"localhost\" is not an address");
	assert_int_equal(try_to_open("192.0.2.77", 0, &other, &reason), E_IO);
	assert_null(other);
}

static void
a_unix_socket_is_for_its_owner_and_goes_with_the_listener(void **state)
{
	char folder[] = "/tmp/jaseur-listener-XXXXXX";
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct listener *other = NULL;
	struct str reason = { 0 };
	struct stat st;
	size_t at;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/admin.socket", folder);
	/* One that died left its socket behind. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	close(fd);
	open_at(sa.sun_path);
	assert_int_equal(stat(sa.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(listener_port(listener), 0);

	/* One that lives is left alone. */
	assert_int_equal(try_to_open(sa.sun_path, 0, &other, &reason), E_EXISTS);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	rig_send(fd, "status", 6);
	loop_drive();
	/* The look whether it lives was a connection, too; the other is still there. */
	assert_int_equal(n_users, 2);
	at = users[0].conn ? 0 : 1;
	assert_str(buf_str(&users[at].got), "status");
	assert_true(conn_is_trusted(users[at].conn));
	assert_int_equal(conn_address(users[at].conn).len, 0);
	close(fd);
	listener_close(&listener);
	loop_drive();
	assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

static int
clean_up(void **state)
{
	(void)state;
	rig_remove_files();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_connection_reaches_its_user_and_talks),
		TEST(connections_are_dealt_out_in_turn),
		TEST(one_listener_serves_both_families),
		TEST(the_address_of_one_family_leaves_the_other_alone),
		TEST(a_user_may_refuse),
		TEST(direct_tls_begins_at_once_and_closes_without_a_context),
		TEST(who_is_not_admitted_is_closed_at_once),
		TEST(a_listener_for_proxies_charges_none_of_them_and_takes_nobody_else),
		TEST(running_out_of_descriptors_makes_a_listener_rest),
		TEST(a_closed_listener_has_freed_its_port),
		TEST(connections_on_their_way_when_it_closes_are_dropped),
		TEST(what_cannot_be_listened_on_is_explained),
		TEST(a_unix_socket_is_for_its_owner_and_goes_with_the_listener),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
