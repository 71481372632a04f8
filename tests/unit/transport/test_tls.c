/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <openssl/x509v3.h>

static struct arena arena;
static struct transport *transport;
static struct tls_context *context; /* for "example.org"; replaced where a test wants another */
static SSL_CTX *client_ctx;
static struct rig_user user;
static struct rig_client client;
static bool has_client;

static const struct tls_conf usual = { .version = TLS_FROM_1_2, .tickets = true };
static const struct str_list no_alpn;

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	arena_init(&arena, 4096);
	transport = transport_new();
	context = rig_context(&arena, &usual, "example.org", no_alpn);
	rig_user_init(&user);
	has_client = false;
	return 0;
}

/* The connection ends, on the worker that has it. */
static void
end_connection(void)
{
	if (user.conn && user.worker == 1)
		loop_drive_as(1);
	if (user.conn)
		conn_abort(user.conn);
	loop_drive();
	loop_drive_as(0);
	if (has_client)
		rig_client_fini(&client);
	has_client = false;
	rig_user_fini(&user);
	rig_user_init(&user);
}

static int
finish(void **state)
{
	(void)state;
	end_connection();
	rig_user_fini(&user);
	SSL_CTX_free(client_ctx);
	client_ctx = NULL;
	tls_context_unref(&context);
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	arena_fini(&arena);
	return 0;
}

/* Direct TLS on a fresh connection; the client has not spoken yet. */
static void
start(int version, const char *sni)
{
	int fd = rig_connect(transport, &user, 0);

	if (!client_ctx)
		client_ctx = rig_client_context(version);
	conn_start_tls(user.conn, context);
	rig_client_init(&client, client_ctx, fd, sni);
	has_client = true;
}

static void
connect_to(int version, const char *sni)
{
	start(version, sni);
	rig_shake_hands(&client);
	assert_true(client.secured);
	assert_false(client.failed);
	assert_int_equal(user.secured, 1);
	assert_true(conn_is_secure(user.conn));
}

static void
exchange(void)
{
	rig_client_write(&client, "ping", 4);
	loop_drive();
	assert_str(buf_str(&user.got), "ping");
	buf_drop(&user.got, 4);
	assert_true(conn_write(user.conn, S("pong")));
	loop_drive();
	rig_client_step(&client);
	assert_str(buf_str(&client.got), "pong");
	buf_drop(&client.got, 4);
}

/* --- handshakes ------------------------------------------------------------------------- */

static void
bytes_go_both_ways_by_tls_1_3(void **state)
{
	(void)state;
	connect_to(TLS1_3_VERSION, NULL);
	assert_str(conn_tls_version(user.conn), "TLSv1.3");
	assert_str(conn_tls_cipher(user.conn), "TLS_AES_128_GCM_SHA256");
	exchange();
}

static void
bytes_go_both_ways_by_tls_1_2(void **state)
{
	(void)state;
	connect_to(TLS1_2_VERSION, NULL);
	assert_str(conn_tls_version(user.conn), "TLSv1.2");
	assert_str(conn_tls_cipher(user.conn), "ECDHE-ECDSA-AES128-GCM-SHA256");
	exchange();
}

static void
older_versions_are_refused(void **state)
{
	(void)state;
	start(TLS1_1_VERSION, NULL);
	SSL_set_security_level(client.ssl, 0);
	rig_shake_hands(&client);
	assert_true(client.failed);
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
	assert_string_equal(user.failure, "unsupported protocol");
}

static void
tls_1_2_is_refused_when_1_3_is_wanted(void **state)
{
	static const struct tls_conf strict = { .version = TLS_FROM_1_3 };

	(void)state;
	tls_context_unref(&context);
	context = rig_context(&arena, &strict, "example.org", no_alpn);
	start(TLS1_2_VERSION, NULL);
	rig_shake_hands(&client);
	assert_true(client.failed);
	assert_int_equal(user.why, CONN_ERROR);
}

/* A handshake and an exchange, the client's bytes passed on in pieces of `step`. */
static void
through_pieces(int version, size_t step)
{
	int pair[2], fd;
	struct buf waiting, answers;
	size_t at = 0;

	/* The client speaks into one socket pair, we into another; the test is in between. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	fd = rig_connect(transport, &user, 0);
	user.echo = true;
	conn_start_tls(user.conn, context);
	client_ctx = rig_client_context(version);
	rig_client_init(&client, client_ctx, pair[0], "example.org");
	has_client = true;
	buf_init(&waiting, RIG_BYTES_MAX);
	buf_init(&answers, RIG_BYTES_MAX);
	for (int round = 0; round < 2000 && client.got.len < 5; round++) {
		rig_client_step(&client);
		if (client.secured && !user.got.len && at == waiting.len)
			rig_client_write(&client, "hello", 5);
		rig_receive(pair[1], &waiting);
		if (at < waiting.len) {
			size_t n = waiting.len - at < step ? waiting.len - at : step;

			rig_send(fd, waiting.at + at, n);
			at += n;
		}
		loop_drive();
		rig_receive(fd, &answers);
		if (answers.len)
			rig_send(pair[1], answers.at, answers.len);
		buf_drop(&answers, answers.len);
	}
	assert_str(buf_str(&client.got), "hello");
	buf_fini(&waiting);
	buf_fini(&answers);
	close(fd);
	close(pair[1]);
	SSL_CTX_free(client_ctx);
	client_ctx = NULL;
	end_connection();
}

static void
a_handshake_may_come_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step += 3) {
		through_pieces(TLS1_3_VERSION, step);
		through_pieces(TLS1_2_VERSION, step);
	}
}

static void
starttls_takes_over_in_the_middle_of_a_read(void **state)
{
	int fd = rig_connect(transport, &user, 0);
	struct buf plain;
	int pair[2];

	(void)state;
	buf_init(&plain, RIG_BYTES_MAX);
	user.starttls = "<starttls/>";
	user.tls = context;
	/* The ClientHello comes with the request, before the answer. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	client_ctx = rig_client_context(0);
	rig_client_init(&client, client_ctx, pair[0], NULL);
	assert_int_equal(buf_add(&plain, S("<starttls/>")), OK);
	rig_client_step(&client);
	rig_receive(pair[1], &plain);
	rig_send(fd, plain.at, plain.len);
	loop_drive();
	buf_drop(&plain, plain.len);
	rig_receive(fd, &plain);
	assert_true(str_starts(buf_str(&plain), S("<proceed/>")));
	rig_send(pair[1], plain.at + 10, plain.len - 10);
	rig_client_step(&client);
	buf_drop(&plain, plain.len);
	rig_receive(pair[1], &plain);
	rig_send(fd, plain.at, plain.len);
	/* From here on the client has the connection to itself. */
	SSL_set_fd(client.ssl, fd);
	close(client.fd);
	close(pair[1]);
	client.fd = fd;
	has_client = true;
	rig_shake_hands(&client);
	assert_true(client.secured);
	assert_int_equal(user.secured, 1);
	exchange();
	buf_fini(&plain);
}

static void
text_that_follows_starttls_in_clear_is_not_taken_for_secure(void **state)
{
	static const char injected[] = "<starttls/><message>injected</message>";
	int fd = rig_connect(transport, &user, 0);
	struct buf got;

	(void)state;
	user.starttls = "<starttls/>";
	user.tls = context;
	rig_send(fd, injected, sizeof(injected) - 1);
	loop_drive();
	assert_int_equal(user.got.len, 0);
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
	buf_init(&got, RIG_BYTES_MAX);
	rig_receive(fd, &got);
	assert_true(str_starts(buf_str(&got), S("<proceed/>")));
	buf_fini(&got);
	close(fd);
}

static void
garbage_in_place_of_a_handshake_ends_it(void **state)
{
	static const char *const garbage[] = {
		"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
		"<?xml version='1.0'?><stream:stream>",
		"\x16\x03\x01\xff\xff",   /* a record too long */
		"\x16\x02\x01\x01\x02zz", /* no version of TLS */
		"\x17\x03\x03\x00\x01z",  /* data before the handshake */
		"\x16\x03\x01\x00\x04\x01zzz\x16\x03\x01\x00\x04zzzz", /* no ClientHello */
		"\x15\x03\x01\x00\x02\x02\x28",                        /* an alert */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		static const size_t sizes[] = { 0, 0, 5, 7, 6, 18, 7 };
		int fd = rig_connect(transport, &user, 0);

		conn_start_tls(user.conn, context);
		rig_send(fd, garbage[i], sizes[i] ? sizes[i] : strlen(garbage[i]));
		loop_drive();
		assert_true(user.ended);
		assert_int_equal(user.why, CONN_ERROR);
		assert_true(user.failure[0]);
		assert_int_equal(user.secured, 0);
		close(fd);
		end_connection();
	}
}

static void
a_record_that_stops_in_the_middle_is_the_end_and_no_more(void **state)
{
	(void)state;
	connect_to(0, NULL);
	rig_send(client.fd, "\x17\x03\x03\x00\x64half", 9);
	loop_drive();
	assert_false(user.ended);
	shutdown(client.fd, SHUT_WR);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
	assert_int_equal(user.got.len, 0);
}

static void
a_record_that_was_tampered_with_is_an_error(void **state)
{
	(void)state;
	connect_to(0, NULL);
	rig_send(client.fd,
	    "\x17\x03\x03\x00\x20"
	    "0123456789abcdef0123456789abcdef",
	    37);
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
	rig_client_step(&client); /* is told so */
	assert_true(client.failed);
}

/* --- ends -------------------------------------------------------------------------------- */

static void
a_client_that_says_goodbye_is_at_its_end(void **state)
{
	(void)state;
	connect_to(0, NULL);
	rig_client_write(&client, "last", 4);
	SSL_shutdown(client.ssl);
	loop_drive();
	assert_str(buf_str(&user.got), "last");
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
	rig_client_step(&client);
	assert_true(SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN);
}

static void
a_goodbye_waits_behind_bytes_that_a_paused_user_did_not_take(void **state)
{
	(void)state;
	connect_to(0, NULL);
	user.share = 2;
	rig_client_write(&client, "last", 4);
	SSL_shutdown(client.ssl);
	loop_drive();
	assert_str(buf_str(&user.got), "la");
	assert_false(user.ended);
	conn_resume(user.conn);
	loop_drive();
	assert_str(buf_str(&user.got), "last");
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_EOF);
}

static void
a_close_says_goodbye(void **state)
{
	(void)state;
	connect_to(0, NULL);
	assert_true(conn_write(user.conn, S("bye")));
	conn_close(user.conn, 1000);
	loop_drive();
	rig_client_step(&client);
	assert_str(buf_str(&client.got), "bye");
	assert_true(SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN);
	SSL_shutdown(client.ssl);
	close(client.fd);
	client.fd = -1;
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_CLOSED);
}

static void
an_abrupt_reset_ends_a_handshake(void **state)
{
	struct linger now = { .l_onoff = 1 };

	(void)state;
	start(0, NULL);
	rig_client_step(&client);
	loop_drive();
	setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(client.fd);
	client.fd = -1;
	loop_drive();
	assert_true(user.ended);
	assert_int_equal(user.why, CONN_ERROR);
}

/* --- bytes ------------------------------------------------------------------------------- */

static void
fill(char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 31 + i / 253);
}

static void
large_amounts_arrive_whole_in_both_directions(void **state)
{
	enum { BYTES = 2 * 1024 * 1024 };
	char *big = mem_alloc(BYTES);
	size_t sent = 0;

	(void)state;
	fill(big, BYTES);
	connect_to(0, NULL);
	SSL_set_mode(client.ssl, SSL_MODE_ENABLE_PARTIAL_WRITE);
	while (user.got.len < BYTES) {
		if (sent < BYTES) {
			int n = SSL_write(client.ssl, big + sent, (int)(BYTES - sent));

			if (n > 0)
				sent += (size_t)n;
		}
		loop_drive();
		assert_false(user.ended);
	}
	assert_memory_equal(user.got.at, big, BYTES);
	assert_true(conn_write(user.conn, str_of(big, BYTES)));
	while (client.got.len < BYTES) {
		rig_client_step(&client);
		loop_drive();
		assert_false(client.closed);
	}
	assert_memory_equal(client.got.at, big, BYTES);
	free(big);
}

static size_t records;
static size_t record_bytes;

static void
count_records(
    int write_p, int version, int type, const void *bytes, size_t len, SSL *ssl, void *arg)
{
	(void)version, (void)bytes, (void)ssl, (void)arg;
	if (!write_p && type == SSL3_RT_HEADER && ((const unsigned char *)bytes)[0] == 23) {
		records++;
		record_bytes += len;
	}
}

static void
small_writes_of_a_turn_become_one_record(void **state)
{
	(void)state;
	connect_to(0, NULL);
	SSL_set_msg_callback(client.ssl, count_records);
	records = 0;
	for (int i = 0; i < 100; i++)
		assert_true(conn_write(user.conn, S("<message>a hundred of these</message>")));
	loop_drive();
	rig_client_step(&client);
	assert_int_equal(client.got.len, 100 * 37);
	assert_int_equal(records, 1);
}

static void
bytes_are_taken_in_small_shares_without_loss(void **state)
{
	char big[40000];
	size_t turns = 0;

	(void)state;
	fill(big, sizeof(big));
	connect_to(0, NULL);
	user.share = 777;
	rig_client_write(&client, big, sizeof(big));
	while (user.got.len < sizeof(big)) {
		loop_drive();
		conn_resume(user.conn);
		assert_true(++turns < 1000);
	}
	assert_memory_equal(user.got.at, big, sizeof(big));
}

static void
what_is_written_before_the_end_of_the_handshake_follows_it(void **state)
{
	(void)state;
	start(0, NULL);
	assert_true(conn_write(user.conn, S("early")));
	rig_shake_hands(&client);
	assert_true(client.secured);
	assert_str(buf_str(&client.got), "early");
}

static void
keys_may_be_updated_in_both_directions(void **state)
{
	(void)state;
	connect_to(TLS1_3_VERSION, NULL);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(SSL_key_update(client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
		exchange();
	}
}

static void
a_renegotiation_is_refused(void **state)
{
	(void)state;
	connect_to(TLS1_2_VERSION, NULL);
	SSL_renegotiate(client.ssl);
	SSL_do_handshake(client.ssl);
	loop_drive();
	for (int i = 0; i < 5; i++) {
		rig_client_step(&client);
		loop_drive();
	}
	assert_int_equal(user.secured, 1);
	assert_int_equal(user.got.len, 0);
}

/* --- moving ------------------------------------------------------------------------------- */

static void
arrived(void *u)
{
	((struct rig_user *)u)->worker = worker_self();
}

static void
move_in_place(struct rig_user *u)
{
	u->on_got = NULL;
	conn_pause(u->conn);
	conn_move(u->conn, 1, arrived);
}

static void
a_connection_moves_between_records(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		connect_to(version, NULL);
		user.echo = true;
		user.share = 3;
		user.on_got = move_in_place;
		rig_client_write(&client, "before and ", 11);
		rig_client_write(&client, "after", 5);
		loop_drive();
		assert_int_equal(user.worker, 1);
		user.share = 0;
		loop_drive_as(1);
		conn_resume(user.conn);
		loop_drive();
		assert_str(buf_str(&user.got), "before and after");
		rig_client_step(&client);
		assert_str(buf_str(&client.got), "before and after");
		SSL_CTX_free(client_ctx);
		client_ctx = NULL;
		end_connection();
	}
}

/* --- names -------------------------------------------------------------------------------- */

static struct tls_context *
context_of_many(struct str_list alpn)
{
	static const struct str more[] = { { "Chat.Example.COM", 16 },
		{ "*.example.com", 13 } };
	struct tls_identity ids[3];
	struct tls_context *t = NULL;
	struct str reason = { 0 };

	ids[0] = rig_identity(&arena, "example.org");
	ids[1] = rig_identity(&arena, "example.net"); /* for the name in it */
	ids[2] = rig_identity(&arena, "three.test");
	ids[2].hosts = (struct str_list){ more, 2 };
	assert_int_equal(tls_context_new(&usual, ids, 3, alpn, &arena, &reason, &t), OK);
	return t;
}

static bool
shown(const char *host)
{
	X509 *x = SSL_get0_peer_certificate(client.ssl);

	return X509_check_host(x, host, strlen(host), 0, NULL) == 1;
}

static void
the_certificate_is_that_of_the_host_the_client_names(void **state)
{
	static const struct {
		const char *sni, *shown;
	} table[] = {
		{ NULL, "example.org" }, { "example.org", "example.org" },
		{ "example.net", "example.net" }, { "EXAMPLE.net", "example.net" },
		{ "chat.example.com", "three.test" }, { "any.example.com", "three.test" },
		{ "two.labels.example.com", "example.org" }, { "example.com", "example.org" },
		{ "unknown.test", "example.org" },
		{ "three.test",
		    "example.org" }, /* hosts were given: its own names do not count */
	};

	(void)state;
	tls_context_unref(&context);
	context = context_of_many(no_alpn);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
			connect_to(version, table[i].sni);
			assert_true(shown(table[i].shown));
			if (table[i].sni)
				assert_str(conn_tls_sni(user.conn), table[i].sni);
			else
				assert_int_equal(conn_tls_sni(user.conn).len, 0);
			SSL_CTX_free(client_ctx);
			client_ctx = NULL;
			end_connection();
		}
	}
}

static void
the_protocol_is_agreed_on(void **state)
{
	static const struct str ours[] = { { "xmpp-client", 11 }, { "http/1.1", 8 } };

	(void)state;
	tls_context_unref(&context);
	context = context_of_many((struct str_list){ ours, 2 });
	client_ctx = rig_client_context(0);
	SSL_CTX_set_alpn_protos(client_ctx, (const unsigned char *)"\x02h2\x08http/1.1", 12);
	connect_to(0, "example.net");
	assert_str(conn_tls_alpn(user.conn), "http/1.1");
	end_connection();

	SSL_CTX_set_alpn_protos(client_ctx, (const unsigned char *)"\x02h2", 3);
	start(0, "example.net");
	rig_shake_hands(&client);
	assert_true(client.failed);
	assert_int_equal(user.why, CONN_ERROR);
	end_connection();

	SSL_CTX_set_alpn_protos(client_ctx, NULL, 0);
	connect_to(0, "example.net");
	assert_int_equal(conn_tls_alpn(user.conn).len, 0);
}

static void
a_context_may_offer_other_protocols_with_the_same_certificates(void **state)
{
	static const struct str first[] = { { "xmpp-client", 11 } };
	static const struct str second[] = { { "http/1.1", 8 } };
	static const unsigned char wanted[] = "\x0bxmpp-client\x08http/1.1";
	struct tls_context *views[3];

	(void)state;
	tls_context_unref(&context);
	views[0] = context_of_many((struct str_list){ first, 1 });
	views[1] = tls_context_offering(views[0], (struct str_list){ second, 1 });
	views[2] = tls_context_offering(views[1], no_alpn);
	client_ctx = rig_client_context(0);
	SSL_CTX_set_alpn_protos(client_ctx, wanted, sizeof(wanted) - 1);
	for (int i = 0; i < 3; i++) {
		static const char *const agreed[] = { "xmpp-client", "http/1.1", "" };

		context = views[i]; /* the first is gone when the others are used */
		connect_to(0, "chat.example.com");
		assert_str(conn_tls_alpn(user.conn), agreed[i]);
		assert_true(shown("three.test"));
		end_connection();
		tls_context_unref(&context);
	}
}

/* --- tickets ------------------------------------------------------------------------------ */

static SSL_SESSION *ticket;

static int
keep_ticket(SSL *ssl, SSL_SESSION *s)
{
	(void)ssl;
	SSL_SESSION_free(ticket);
	ticket = s;
	return 1;
}

static void
get_ticket(int version, const char *sni)
{
	SSL_CTX_free(client_ctx);
	client_ctx = rig_client_context(version);
	SSL_CTX_set_session_cache_mode(client_ctx, SSL_SESS_CACHE_CLIENT);
	SSL_CTX_sess_set_new_cb(client_ctx, keep_ticket);
	SSL_SESSION_free(ticket);
	ticket = NULL;
	connect_to(version, sni);
	assert_false(conn_tls_is_resumed(user.conn));
	exchange();
	end_connection();
}

static void
come_again(const char *sni)
{
	start(0, sni);
	assert_non_null(ticket);
	assert_int_equal(SSL_set_session(client.ssl, ticket), 1);
	rig_shake_hands(&client);
	assert_true(client.secured);
}

static void
a_client_with_a_ticket_skips_half_of_the_handshake(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		get_ticket(version, "example.org");
		come_again("example.org");
		assert_true(conn_tls_is_resumed(user.conn));
		assert_true(SSL_session_reused(client.ssl));
		exchange();
		end_connection();
	}
	SSL_SESSION_free(ticket);
	ticket = NULL;
}

static void
a_ticket_outlives_a_reload_with_the_same_certificate_only(void **state)
{
	struct tls_identity id = rig_identity(&arena, "example.org");
	struct str reason;

	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		tls_context_unref(&context);
		assert_int_equal(
		    tls_context_new(&usual, &id, 1, no_alpn, &arena, &reason, &context), OK);
		get_ticket(version, "example.org");
		tls_context_unref(&context);
		assert_int_equal(
		    tls_context_new(&usual, &id, 1, no_alpn, &arena, &reason, &context), OK);
		come_again("example.org");
		assert_true(conn_tls_is_resumed(user.conn));
		end_connection();

		id = rig_identity(&arena, "example.org"); /* another key */
		tls_context_unref(&context);
		assert_int_equal(
		    tls_context_new(&usual, &id, 1, no_alpn, &arena, &reason, &context), OK);
		come_again("example.org");
		assert_false(conn_tls_is_resumed(user.conn));
		end_connection();
	}
	SSL_SESSION_free(ticket);
	ticket = NULL;
}

static void
a_ticket_is_of_no_use_at_a_host_with_another_certificate(void **state)
{
	(void)state;
	tls_context_unref(&context);
	context = context_of_many(no_alpn);
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		get_ticket(version, "example.org");
		come_again("example.net");
		assert_false(conn_tls_is_resumed(user.conn));
		assert_true(shown("example.net"));
		end_connection();
	}
	SSL_SESSION_free(ticket);
	ticket = NULL;
}

static void
a_ticket_dies_with_the_second_key_after_its_own(void **state)
{
	(void)state;
	get_ticket(TLS1_2_VERSION, "example.org");
	loop_turn_clock(9 * 60 * 60 * 1000); /* another key now */
	loop_drive();
	come_again("example.org");
	assert_true(conn_tls_is_resumed(user.conn));
	end_connection();
	loop_turn_clock(9 * 60 * 60 * 1000);
	loop_drive();
	come_again("example.org");
	assert_false(conn_tls_is_resumed(user.conn));
	SSL_SESSION_free(ticket);
	ticket = NULL;
}

static void
without_tickets_nothing_is_resumed(void **state)
{
	static const struct tls_conf conf = { .version = TLS_FROM_1_2 };

	(void)state;
	tls_context_unref(&context);
	context = rig_context(&arena, &conf, "example.org", no_alpn);
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		get_ticket(version, "example.org");
		assert_null(ticket);
	}
}

/* --- channel bindings --------------------------------------------------------------------- */

static void
exporters_agree(void)
{
	unsigned char theirs[32];
	struct str ours;

	assert_int_equal(SSL_export_keying_material(client.ssl, theirs, sizeof(theirs),
			     "EXPORTER-Channel-Binding", 24, (const unsigned char *)"", 0, 1),
	    1);
	assert_int_equal(conn_channel_binding(user.conn, CB_TLS_EXPORTER, &arena, &ours), OK);
	assert_int_equal(ours.len, 32);
	assert_memory_equal(ours.at, theirs, 32);
}

static void
end_points_agree(void)
{
	unsigned char theirs[EVP_MAX_MD_SIZE];
	unsigned len;
	struct str ours;

	assert_int_equal(
	    X509_digest(SSL_get0_peer_certificate(client.ssl), EVP_sha256(), theirs, &len), 1);
	assert_int_equal(
	    conn_channel_binding(user.conn, CB_TLS_SERVER_END_POINT, &arena, &ours), OK);
	assert_int_equal(ours.len, len);
	assert_memory_equal(ours.at, theirs, len);
}

static void
both_sides_see_the_same_channel_bindings(void **state)
{
	struct str ours;
	char theirs[64];
	size_t len;

	(void)state;
	for (int resumed = 0; resumed < 2; resumed++) {
		if (!resumed)
			connect_to(TLS1_3_VERSION, NULL);
		else
			come_again("example.org");
		exporters_agree();
		end_points_agree();
		assert_int_equal(conn_channel_binding(user.conn, CB_TLS_UNIQUE, &arena, &ours),
		    E_UNSUPPORTED);
		end_connection();
		if (!resumed)
			get_ticket(TLS1_3_VERSION, "example.org");
	}
	SSL_CTX_free(client_ctx);
	client_ctx = NULL;
	for (int resumed = 0; resumed < 2; resumed++) {
		if (!resumed)
			connect_to(TLS1_2_VERSION, NULL);
		else
			come_again("example.org");
		assert_int_equal(conn_tls_is_resumed(user.conn), resumed);
		exporters_agree();
		end_points_agree();
		/* The client's Finished is the first unless the session is resumed. */
		len = resumed ? SSL_get_peer_finished(client.ssl, theirs, sizeof(theirs))
			      : SSL_get_finished(client.ssl, theirs, sizeof(theirs));
		assert_int_equal(
		    conn_channel_binding(user.conn, CB_TLS_UNIQUE, &arena, &ours), OK);
		assert_int_equal(ours.len, len);
		assert_memory_equal(ours.at, theirs, len);
		end_connection();
		if (!resumed)
			get_ticket(TLS1_2_VERSION, "example.org");
	}
	SSL_SESSION_free(ticket);
	ticket = NULL;
}

static void
without_the_extended_master_secret_nothing_is_bound(void **state)
{
	struct str ours;

	(void)state;
	client_ctx = rig_client_context(TLS1_2_VERSION);
	SSL_CTX_set_options(client_ctx, SSL_OP_NO_EXTENDED_MASTER_SECRET);
	connect_to(TLS1_2_VERSION, NULL);
	assert_int_equal(
	    conn_channel_binding(user.conn, CB_TLS_EXPORTER, &arena, &ours), E_UNSUPPORTED);
	assert_int_equal(
	    conn_channel_binding(user.conn, CB_TLS_UNIQUE, &arena, &ours), E_UNSUPPORTED);
	end_points_agree();
}

/* --- certificates of clients -------------------------------------------------------------- */

static enum status
certified(struct str *names, size_t *n)
{
	return conn_certificate_addresses(user.conn, &arena, names, 4, n);
}

static void
a_client_certificate_that_the_ca_vouches_for_names_its_address(void **state)
{
	struct tls_identity mine = rig_identity(&arena, "juliet.example.org");
	struct tls_identity other = rig_identity(&arena, "mallory.example.org");
	struct tls_conf conf = { .tickets = true, .client_ca = mine.certificate };
	struct str names[4];
	size_t n = 0;

	(void)state;
	tls_context_unref(&context);
	context = rig_context(&arena, &conf, "example.org", no_alpn);
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		/* None. */
		connect_to(version, NULL);
		assert_int_equal(certified(names, &n), E_NOT_FOUND);
		end_connection();

		/* The right one, which is its own authority; again with a ticket. */
		SSL_CTX_use_certificate_chain_file(
		    client_ctx, str_to_c(&arena, mine.certificate));
		SSL_CTX_use_PrivateKey_file(
		    client_ctx, str_to_c(&arena, mine.key), SSL_FILETYPE_PEM);
		SSL_CTX_set_session_cache_mode(client_ctx, SSL_SESS_CACHE_CLIENT);
		SSL_CTX_sess_set_new_cb(client_ctx, keep_ticket);
		for (int again = 0; again < 2; again++) {
			if (again)
				come_again(NULL);
			else
				connect_to(version, NULL);
			assert_int_equal(conn_tls_is_resumed(user.conn), again);
			assert_int_equal(certified(names, &n), OK);
			assert_int_equal(n, 1);
			assert_str(names[0], "juliet.example.org");
			end_connection();
		}
		SSL_SESSION_free(ticket);
		ticket = NULL;

		/* Somebody else's: the handshake goes well, but proves nothing. */
		SSL_CTX_free(client_ctx);
		client_ctx = rig_client_context(version);
		SSL_CTX_use_certificate_chain_file(
		    client_ctx, str_to_c(&arena, other.certificate));
		SSL_CTX_use_PrivateKey_file(
		    client_ctx, str_to_c(&arena, other.key), SSL_FILETYPE_PEM);
		connect_to(version, NULL);
		assert_int_equal(certified(names, &n), E_NOT_FOUND);
		end_connection();
		SSL_CTX_free(client_ctx);
		client_ctx = NULL;
	}
}

/* --- many handshakes -----------------------------------------------------------------------
 */

enum { MANY = TLS_HANDSHAKES_MAX + 50 };

static struct rig_user many[MANY];
static int fds[MANY];

/* The first flight of a client. */
static struct str
client_hello(void)
{
	struct buf hello;
	struct str copy;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	client_ctx = rig_client_context(0);
	rig_client_init(&client, client_ctx, pair[0], NULL);
	rig_client_step(&client);
	buf_init(&hello, RIG_BYTES_MAX);
	rig_receive(pair[1], &hello);
	copy = str_copy(&arena, buf_str(&hello));
	buf_fini(&hello);
	close(pair[1]);
	rig_client_fini(&client);
	return copy;
}

static bool
is_answered(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK) == 1;
}

/* The many that have begun a handshake and not ended, in the order they came; the others wait
 * as long as there are no more places. How many had to give way depends on how fast we are. */
static void
begun_are_bounded(size_t aborted)
{
	size_t begun = 0, gave_way = 0;
	bool waits = false;

	for (size_t i = aborted; i < MANY; i++) {
		if (is_answered(fds[i]))
			assert_false(waits); /* nobody overtakes */
		else
			waits = true;
		begun += is_answered(fds[i]) && !many[i].ended;
		gave_way += many[i].ended;
	}
	if (waits)
		assert_int_equal(begun, TLS_HANDSHAKES_MAX);
	else
		assert_int_equal(begun + gave_way, MANY - aborted);
}

static void
handshakes_in_progress_are_bounded_and_the_others_wait(void **state)
{
	struct str hello = client_hello();
	size_t gave_way = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		int pair[2];
		struct address none = { 0 };

		rig_user_init(&many[i]);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
		fds[i] = pair[1];
		assert_int_equal(
		    conn_adopt(transport, pair[0], &none, NULL, &many[i].conn), OK);
		conn_set_user(many[i].conn, &rig_calls, &many[i]);
		conn_start_tls(many[i].conn, context);
		rig_send(fds[i], hello.at, hello.len);
	}
	loop_drive();
	begun_are_bounded(0);

	/* Some give up; others get their places. */
	for (size_t i = 0; i < 20; i++)
		if (many[i].conn)
			conn_abort(many[i].conn);
	loop_drive();
	begun_are_bounded(20);

	/* Those who wait get the places of the oldest when these have taken too long. */
	loop_turn_clock(TLS_HANDSHAKE_PATIENCE_MS + 1000);
	loop_drive();
	for (size_t i = 20; i < MANY; i++) {
		assert_true(is_answered(fds[i]));
		if (many[i].ended) {
			assert_string_equal(many[i].failure, "handshake gave way to others");
			assert_int_equal(i, 20 + gave_way);
			gave_way++;
		}
	}
	assert_true(gave_way >= MANY - 20 - TLS_HANDSHAKES_MAX);
	connect_to(0, NULL);
	exchange();
	for (size_t i = 0; i < MANY; i++) {
		if (many[i].conn)
			conn_abort(many[i].conn);
		close(fds[i]);
	}
	loop_drive();
	for (size_t i = 0; i < MANY; i++) {
		assert_true(many[i].ended);
		rig_user_fini(&many[i]);
	}
}

static void
handshakes_that_wait_may_be_aborted(void **state)
{
	struct str hello = client_hello();

	(void)state;
	/* More than one turn's worth. */
	for (size_t i = 0; i < 3 * TURN_HANDSHAKES; i++) {
		rig_user_init(&many[i]);
		fds[i] = rig_connect(transport, &many[i], 0);
		conn_start_tls(many[i].conn, context);
		rig_send(fds[i], hello.at, hello.len);
	}
	for (size_t i = 0; i < 3 * TURN_HANDSHAKES; i += 2)
		conn_abort(many[i].conn);
	loop_drive();
	for (size_t i = 0; i < 3 * TURN_HANDSHAKES; i++) {
		assert_int_equal(many[i].ended, i % 2 == 0);
		if (i % 2)
			assert_true(is_answered(fds[i]));
		if (many[i].conn)
			conn_abort(many[i].conn);
		close(fds[i]);
	}
	loop_drive();
	for (size_t i = 0; i < 3 * TURN_HANDSHAKES; i++)
		rig_user_fini(&many[i]);
}

/* --- contexts ------------------------------------------------------------------------------
 */

static void
a_context_says_what_is_wrong_with_its_files(void **state)
{
	struct tls_identity good = rig_identity(&arena, "good.test");
	struct tls_identity other = rig_identity(&arena, "other.test");
	struct tls_identity id;
	struct tls_conf conf = usual;
	struct tls_context *t = NULL;
	struct str reason = { 0 };

	(void)state;
	id = good;
	id.certificate = S("/nonexistent.crt");
	assert_int_equal(
	    tls_context_new(&conf, &id, 1, no_alpn, &arena, &reason, &t), E_NOT_FOUND);
	assert_str(reason, "/nonexistent.crt: No such file or directory");
	id = good;
	id.key = other.key;
	assert_int_equal(
	    tls_context_new(&conf, &id, 1, no_alpn, &arena, &reason, &t), E_INVALID);
	assert_true(str_starts(reason, other.key));
	id = good;
	id.certificate = good.key;
	assert_int_equal(
	    tls_context_new(&conf, &id, 1, no_alpn, &arena, &reason, &t), E_INVALID);
	assert_true(str_starts(reason, good.key));
	conf.client_ca = good.key;
	assert_int_equal(
	    tls_context_new(&conf, &good, 1, no_alpn, &arena, &reason, &t), E_INVALID);
	assert_null(t);
}

static void
a_connection_keeps_the_context_it_began_with(void **state)
{
	struct tls_slot *slot = tls_slot_new();
	struct tls_context *current;

	(void)state;
	assert_null(tls_slot_get(slot));
	tls_slot_set(slot, context);
	tls_context_unref(&context);
	context = tls_slot_get(slot);
	connect_to(0, NULL);
	tls_context_unref(&context);
	context = rig_context(&arena, &usual, "example.net", no_alpn);
	tls_slot_set(slot, context);
	exchange();
	end_points_agree();
	current = tls_slot_get(slot);
	assert_ptr_equal(current, context);
	tls_context_unref(&current);
	tls_slot_set(slot, NULL);
	tls_slot_free(&slot);
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
		TEST(bytes_go_both_ways_by_tls_1_3),
		TEST(bytes_go_both_ways_by_tls_1_2),
		TEST(older_versions_are_refused),
		TEST(tls_1_2_is_refused_when_1_3_is_wanted),
		TEST(a_handshake_may_come_in_pieces_of_any_size),
		TEST(starttls_takes_over_in_the_middle_of_a_read),
		TEST(text_that_follows_starttls_in_clear_is_not_taken_for_secure),
		TEST(garbage_in_place_of_a_handshake_ends_it),
		TEST(a_record_that_stops_in_the_middle_is_the_end_and_no_more),
		TEST(a_record_that_was_tampered_with_is_an_error),
		TEST(a_client_that_says_goodbye_is_at_its_end),
		TEST(a_goodbye_waits_behind_bytes_that_a_paused_user_did_not_take),
		TEST(a_close_says_goodbye),
		TEST(an_abrupt_reset_ends_a_handshake),
		TEST(large_amounts_arrive_whole_in_both_directions),
		TEST(small_writes_of_a_turn_become_one_record),
		TEST(bytes_are_taken_in_small_shares_without_loss),
		TEST(what_is_written_before_the_end_of_the_handshake_follows_it),
		TEST(keys_may_be_updated_in_both_directions),
		TEST(a_renegotiation_is_refused),
		TEST(a_connection_moves_between_records),
		TEST(the_certificate_is_that_of_the_host_the_client_names),
		TEST(the_protocol_is_agreed_on),
		TEST(a_context_may_offer_other_protocols_with_the_same_certificates),
		TEST(a_client_with_a_ticket_skips_half_of_the_handshake),
		TEST(a_ticket_outlives_a_reload_with_the_same_certificate_only),
		TEST(a_ticket_is_of_no_use_at_a_host_with_another_certificate),
		TEST(a_ticket_dies_with_the_second_key_after_its_own),
		TEST(without_tickets_nothing_is_resumed),
		TEST(both_sides_see_the_same_channel_bindings),
		TEST(without_the_extended_master_secret_nothing_is_bound),
		TEST(a_client_certificate_that_the_ca_vouches_for_names_its_address),
		TEST(handshakes_in_progress_are_bounded_and_the_others_wait),
		TEST(handshakes_that_wait_may_be_aborted),
		TEST(a_context_says_what_is_wrong_with_its_files),
		TEST(a_connection_keeps_the_context_it_began_with),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
