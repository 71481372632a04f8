/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include "transport/reception.h"

#define GET "GET / HTTP/1.1\r\n\r\n"
#define STREAM "<stream:stream to='example.org'>"
#define V1 "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"
#define V2                                                                                     \
	"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13\xc0\0\2\1\xc6\x33\x64\2\xdd\x04\x14\x66\3\0\4abcd"

enum { GREETING_MS = 60 * 1000 };

static struct arena arena;
static struct transport *transport;
static struct tls_slot *slot;
static SSL_CTX *client_ctx;
static struct rig_client client;
static int peer = -1;

/* --- who speaks ------------------------------------------------------------------------ */

/* The user of whoever accepted, and who that was. */
static struct rig_user user;
static const char *spoken;

static void
take(struct conn *c, const char *protocol)
{
	assert_null(spoken);
	spoken = protocol;
	user.conn = c;
	conn_set_user(c, &rig_calls, &user);
}

static void
accept_client(struct conn *c)
{
	take(c, "client");
}

static void
accept_http(struct conn *c)
{
	take(c, "http");
}

static void
accept_none(struct conn *c)
{
	assert_null(spoken);
	spoken = "refused";
	conn_abort(c);
}

static const struct speaker speakers[] = {
	{ .says = SPOKEN_XMPP, .alpn = { "xmpp-client", 11 }, .accept = accept_client },
	{ .says = SPOKEN_HTTP,
	    .alpn = { "http/1.1", 8 },
	    .in_clear = true,
	    .accept = accept_http },
	{ .says = SPOKEN_STUN, .accept = accept_none },
};

static struct reception reception;

static void
offer(bool tls, bool tls_only)
{
	reception = (struct reception){
		.transport = transport,
		.speakers = speakers,
		.n = 3,
		.tls = tls ? slot : NULL,
		.tls_only = tls_only,
	};
}

/* --- connections ------------------------------------------------------------------------- */

static struct conn *waiting;

/* One that is counted and comes from a proxy at 127.0.0.1, which is not bounded. */
static void
connect_now(void)
{
	struct address from = { 0 };
	struct visit visit;
	int ours;

	rig_tcp_pair(&ours, &peer, 0);
	assert_int_equal(
	    admission_enter(transport_admission(transport), &from, &visit), ADMITTED);
	assert_int_equal(address_parse(S("127.0.0.1"), &from), OK);
	assert_int_equal(conn_adopt(transport, ours, &from, &visit, &waiting), OK);
	rig_user_init(&user);
	spoken = NULL;
	reception_accept(&reception, waiting);
	loop_drive();
}

static size_t
connections_now(void)
{
	struct admission_counters c;

	transport_count(transport, &c);
	return c.connections;
}

static void
end_connection(void)
{
	if (peer >= 0)
		close(peer);
	peer = -1;
	loop_drive();
	if (user.conn)
		conn_abort(user.conn);
	loop_drive();
	rig_user_fini(&user);
	assert_int_equal(connections_now(), 0);
}

static bool
is_cut_off(void)
{
	char byte;

	return recv(peer, &byte, 1, 0) == 0 || errno == ECONNRESET;
}

static void
expect(const char *protocol, struct str got)
{
	if (!protocol) {
		assert_null(spoken);
		assert_true(is_cut_off());
		assert_int_equal(connections_now(), 0);
		return;
	}
	assert_non_null(spoken);
	assert_string_equal(spoken, protocol);
	if (user.conn)
		assert_memory_equal(user.got.at, got.at, got.len);
	assert_int_equal(user.got.len, user.conn ? got.len : 0);
}

/* --- the test's own ------------------------------------------------------------------------
 */

static int
begin(void **state)
{
	static const struct str alpn[] = { { "xmpp-client", 11 }, { "http/1.1", 8 } };
	static const struct tls_conf conf = { .tickets = true };
	struct tls_context *context;

	(void)state;
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
	arena_init(&arena, 4096);
	transport = transport_new();
	slot = tls_slot_new();
	context = rig_context(&arena, &conf, "example.org", (struct str_list){ alpn, 2 });
	tls_slot_set(slot, context);
	tls_context_unref(&context);
	client_ctx = rig_client_context(0);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	SSL_CTX_free(client_ctx);
	tls_slot_free(&slot);
	transport_free(&transport);
	loop_drive_end();
	workers_fini();
	chunks_release_pools();
	arena_fini(&arena);
	return 0;
}

/* In two pieces. */
static void
send_split(struct str bytes, size_t cut)
{
	if (cut)
		rig_send(peer, bytes.at, cut);
	loop_drive();
	if (cut < bytes.len && connections_now())
		rig_send(peer, bytes.at + cut, bytes.len - cut);
	loop_drive();
}

static void
send_whole(struct str bytes)
{
	send_split(bytes, bytes.len);
}

/* --- in clear ------------------------------------------------------------------------------
 */

static void
at_every_split_first_bytes_choose_who_speaks_and_reach_him(void **state)
{
	static const struct {
		struct str bytes;
		const char *tls_only, *any; /* who gets it; NULL: it is cut off */
	} table[] = {
		{ { STREAM, sizeof(STREAM) - 1 }, NULL, "client" },
		{ { "\r\n" STREAM, sizeof(STREAM) + 1 }, NULL, "client" },
		{ { GET, sizeof(GET) - 1 }, "http", "http" },
		{ { "PUT /a", 6 }, "http", "http" },
		{ { "\0\1\0\0\x21\x12\xa4\x42", 8 }, NULL, "refused" },
		{ { V1, sizeof(V1) - 1 }, NULL, NULL }, { { V2, sizeof(V2) - 1 }, NULL, NULL },
		{ { "\x16\x02\x00", 3 }, NULL, NULL }, { { "\xff\xff", 2 }, NULL, NULL },
		{ { "SSH-2.0-x\r\n", 11 }, "http", "http" }, /* which says 400 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t cut = 0; cut <= table[i].bytes.len; cut++)
			for (int tls_only = 0; tls_only <= 1; tls_only++) {
				offer(true, tls_only);
				connect_now();
				send_split(table[i].bytes, cut);
				expect(tls_only ? table[i].tls_only : table[i].any,
				    table[i].bytes);
				end_connection();
			}
}

static void
without_a_slot_nobody_gets_tls(void **state)
{
	(void)state;
	offer(false, false);
	connect_now();
	send_whole(S("\x16\x03\x01\x00\x05"));
	expect(NULL, S(""));
	end_connection();
}

static void
an_empty_slot_ends_the_connection(void **state)
{
	(void)state;
	tls_slot_set(slot, NULL);
	offer(true, true);
	connect_now();
	send_whole(S("\x16\x03\x01\x00\x05"));
	expect(NULL, S(""));
	end_connection();
}

static void
who_says_nothing_is_cut_off_in_time(void **state)
{
	static const struct str said[] = { { "", 0 }, { "\x16", 1 }, { " ", 1 },
		{ "\x16\x03\x01\x02", 4 } /* a handshake that stops */ };

	(void)state;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		offer(true, true);
		connect_now();
		if (said[i].len)
			rig_send(peer, said[i].at, said[i].len);
		loop_drive();
		loop_turn_clock(GREETING_MS / 2);
		loop_drive();
		assert_int_equal(connections_now(), 1);
		loop_turn_clock(GREETING_MS);
		loop_drive();
		expect(NULL, S(""));
		end_connection();
	}
}

static void
who_leaves_without_a_word_is_forgotten(void **state)
{
	(void)state;
	offer(true, true);
	connect_now();
	end_connection();
	connect_now();
	send_whole(S("\r"));
	end_connection();
	assert_null(spoken);
}

static void
receptions_end_cuts_off_only_those_who_wait(void **state)
{
	(void)state;
	offer(true, false);
	connect_now();
	receptions_end();
	loop_drive();
	expect(NULL, S(""));
	end_connection();
	connect_now();
	send_whole(S(STREAM));
	receptions_end();
	loop_drive();
	expect("client", S(STREAM));
	end_connection();
}

/* --- under TLS -----------------------------------------------------------------------------
 */

static void
shake_hands(const char *alpn, size_t len)
{
	assert_int_equal(
	    SSL_CTX_set_alpn_protos(client_ctx, (const unsigned char *)alpn, (unsigned)len), 0);
	connect_now();
	rig_client_init(&client, client_ctx, peer, "example.org");
	peer = -1; /* closed with the client */
	rig_shake_hands(&client);
}

static void
end_client(void)
{
	rig_client_fini(&client);
	end_connection();
}

static void
under_tls_the_name_of_the_protocol_decides_whatever_the_bytes_are(void **state)
{
	(void)state;
	offer(true, true);
	shake_hands("\x0bxmpp-client", 12);
	assert_true(client.secured);
	expect("client", S(""));
	rig_client_write(&client, GET, sizeof(GET) - 1);
	loop_drive();
	expect("client", S(GET));
	assert_str(conn_tls_alpn(user.conn), "xmpp-client");
	end_client();

	shake_hands("\x02h2\x08http/1.1", 12);
	expect("http", S(""));
	rig_client_write(&client, STREAM, sizeof(STREAM) - 1);
	loop_drive();
	expect("http", S(STREAM));
	end_client();
}

static int alert;

static void
note_alert(const SSL *ssl, int where, int value)
{
	(void)ssl;
	if (where == SSL_CB_READ_ALERT)
		alert = value & 0xff;
}

/* RFC 7301 section 3.2. */
static void
a_client_that_knows_only_other_protocols_is_refused(void **state)
{
	(void)state;
	offer(true, true);
	SSL_CTX_set_info_callback(client_ctx, note_alert);
	shake_hands("\x02h2", 3);
	assert_true(client.failed);
	assert_int_equal(alert, SSL_AD_NO_APPLICATION_PROTOCOL);
	assert_null(spoken);
	end_client();
}

static void
without_a_name_the_first_bytes_under_tls_decide_at_every_split(void **state)
{
	static const struct {
		struct str bytes;
		const char *who;
	} table[] = {
		{ { STREAM, sizeof(STREAM) - 1 }, "client" },
		{ { " " STREAM, sizeof(STREAM) }, "client" },
		{ { "PUT / HTTP/1.1\r\n", 16 }, "http" },
		{ { "\0\1\0\0\x21\x12\xa4\x42", 8 }, "refused" },
		{ { "\x16\x03\x01\x00\x05", 5 }, NULL }, /* TLS in TLS */
		{ { V1, sizeof(V1) - 1 }, NULL },
		{ { "\x01\x02\x03", 3 }, "" }, /* unclear, until it ends */
	};

	(void)state;
	offer(true, true);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (size_t cut = 1; cut <= table[i].bytes.len; cut++) {
			size_t rest = table[i].bytes.len - cut;

			shake_hands("", 0);
			assert_true(client.secured);
			assert_null(spoken);
			rig_client_write(&client, table[i].bytes.at, cut);
			loop_drive();
			if (rest && connections_now()) {
				rig_client_write(&client, table[i].bytes.at + cut, rest);
				loop_drive();
			}
			if (table[i].who && !*table[i].who) {
				assert_null(spoken);
			} else if (table[i].who) {
				expect(table[i].who, table[i].bytes);
			} else {
				assert_null(spoken);
				assert_int_equal(connections_now(), 0);
			}
			end_client();
		}
}

static void
a_handshake_begins_at_every_split_also_where_clear_text_is_spoken(void **state)
{
	static const char stream[] = STREAM;
	char hello[2048];
	int len;
	BIO *in, *out;

	(void)state;
	SSL_CTX_set_alpn_protos(client_ctx, NULL, 0);
	for (int cut = 1; cut < 12; cut++) {
		SSL *ssl = SSL_new(client_ctx);

		offer(true, cut % 2);
		connect_now();
		in = BIO_new(BIO_s_mem());
		out = BIO_new(BIO_s_mem());
		SSL_set_bio(ssl, in, out);
		SSL_set_connect_state(ssl);
		SSL_do_handshake(ssl);
		len = BIO_read(out, hello, sizeof(hello));
		assert_true(len > cut);
		rig_send(peer, hello, (size_t)cut);
		loop_drive();
		rig_send(peer, hello + cut, (size_t)(len - cut));
		loop_drive();
		len = (int)recv(peer, hello, sizeof(hello), 0);
		assert_true(len > 0);
		BIO_write(in, hello, len);
		assert_int_equal(SSL_do_handshake(ssl), 1);
		/* The end of the handshake and the first bytes come in one. */
		assert_int_equal(
		    SSL_write(ssl, stream, sizeof(stream) - 1), sizeof(stream) - 1);
		len = BIO_read(out, hello, sizeof(hello));
		rig_send(peer, hello, (size_t)len);
		loop_drive();
		expect("client", S(STREAM));
		assert_true(conn_is_secure(user.conn));
		SSL_free(ssl);
		end_connection();
	}
}

static void
a_single_speaker_is_waited_for_only_because_of_clear_text(void **state)
{
	(void)state;
	offer(true, true);
	assert_true(reception_is_needed(&reception));
	reception.n = 1; /* XMPP */
	assert_false(reception_is_needed(&reception));
	reception.tls_only = false;
	assert_false(reception_is_needed(&reception));
	reception.from_proxies = true;
	assert_true(reception_is_needed(&reception));
	offer(true, true);
	reception.speakers = &speakers[1]; /* HTTP, which answers in clear text, too */
	reception.n = 1;
	assert_true(reception_is_needed(&reception));

	shake_hands("", 0);
	expect("http", S("")); /* there is nobody else */
	end_client();
	connect_now();
	send_whole(S(GET));
	expect("http", S(GET));
	end_connection();
}

/* --- behind a proxy --------------------------------------------------------------------------
 */

static void
behind_a_proxy_the_client_is_whom_the_header_names_at_every_split(void **state)
{
	static const struct {
		struct str header;
		const char *from;
	} table[] = {
		{ { V1, sizeof(V1) - 1 }, "192.0.2.1" },
		{ { V2, sizeof(V2) - 1 }, "192.0.2.1" },
		{ { "PROXY UNKNOWN x\r\n", 17 }, "127.0.0.1" },
		{ { "\r\n\r\n\0\r\nQUIT\n\x20\0\0\3abc", 19 }, "127.0.0.1" },
	};
	char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t len = table[i].header.len + sizeof(GET) - 1;

		memcpy(bytes, table[i].header.at, table[i].header.len);
		memcpy(bytes + table[i].header.len, GET, sizeof(GET) - 1);
		for (size_t cut = 1; cut < len; cut++) {
			offer(true, true);
			reception.from_proxies = true;
			connect_now();
			rig_send(peer, bytes, cut);
			loop_drive();
			rig_send(peer, bytes + cut, len - cut);
			loop_drive();
			expect("http", S(GET));
			assert_str(conn_address(user.conn), table[i].from);
			assert_int_equal(conn_is_trusted(user.conn),
			    strcmp(table[i].from, "127.0.0.1") == 0);
			end_connection();
		}
	}
}

static void
behind_a_proxy_a_single_speaker_comes_right_behind_the_header(void **state)
{
	(void)state;
	offer(true, false);
	reception.n = 1;
	reception.from_proxies = true;
	connect_now();
	send_whole(S(V1));
	expect("client", S("")); /* before the client's first byte */
	send_whole(S("hello"));
	expect("client", S("hello"));
	end_connection();

	/* And TLS begins for him. */
	reception.tls_only = true;
	assert_int_equal(SSL_CTX_set_alpn_protos(client_ctx, NULL, 0), 0);
	connect_now();
	send_whole(S(V2));
	expect("client", S(""));
	rig_client_init(&client, client_ctx, peer, "example.org");
	peer = -1;
	rig_shake_hands(&client);
	assert_true(client.secured);
	assert_int_equal(user.secured, 1);
	assert_str(conn_address(user.conn), "192.0.2.1");
	end_client();
}

static void
a_header_that_is_none_ends_the_connection(void **state)
{
	static const struct str table[] = { { GET, sizeof(GET) - 1 },
		{ STREAM, sizeof(STREAM) - 1 }, { "\x16\x03\x01", 3 },
		{ "PROXY TCP4 1 2 3 4\r\n", 20 }, { "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\0", 16 } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		offer(true, false);
		reception.from_proxies = true;
		connect_now();
		send_whole(table[i]);
		expect(NULL, S(""));
		end_connection();
	}
}

static void
a_client_behind_a_proxy_is_bounded_as_if_he_came_himself(void **state)
{
	struct transport_conf conf = { 0 };
	struct admission_counters c;
	struct str reason;
	struct conn *first;
	int first_peer;

	(void)state;
	option_preset(transport_section.options, &conf, &arena);
	conf.address_connections_max = 1;
	assert_int_equal(transport_configure(transport, &conf, &arena, &reason), OK);
	offer(false, false);
	reception.from_proxies = true;
	connect_now();
	send_whole(S(V1));
	send_whole(S(GET));
	expect("http", S(GET));
	first = user.conn;
	first_peer = peer;
	rig_user_fini(&user);
	conn_set_user(first, &rig_calls, &(struct rig_user){ .conn = first });

	connect_now();
	send_whole(S(V2));
	assert_null(spoken);
	assert_true(is_cut_off());
	transport_count(transport, &c);
	assert_int_equal(c.connections, 1);
	assert_int_equal(c.verdicts[REFUSED_ADDRESS_CONNECTIONS], 1);
	close(peer);
	rig_user_fini(&user);

	connect_now();
	send_whole(S("PROXY TCP4 192.0.2.2 198.51.100.2 1 2\r\n"));
	send_whole(S(GET));
	expect("http", S(GET));
	transport_count(transport, &c);
	assert_int_equal(c.connections, 2);
	conn_abort(first);
	close(first_peer);
	end_connection();
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
		TEST(at_every_split_first_bytes_choose_who_speaks_and_reach_him),
		TEST(without_a_slot_nobody_gets_tls),
		TEST(an_empty_slot_ends_the_connection),
		TEST(who_says_nothing_is_cut_off_in_time),
		TEST(who_leaves_without_a_word_is_forgotten),
		TEST(receptions_end_cuts_off_only_those_who_wait),
		TEST(under_tls_the_name_of_the_protocol_decides_whatever_the_bytes_are),
		TEST(a_client_that_knows_only_other_protocols_is_refused),
		TEST(without_a_name_the_first_bytes_under_tls_decide_at_every_split),
		TEST(a_handshake_begins_at_every_split_also_where_clear_text_is_spoken),
		TEST(a_single_speaker_is_waited_for_only_because_of_clear_text),
		TEST(behind_a_proxy_the_client_is_whom_the_header_names_at_every_split),
		TEST(behind_a_proxy_a_single_speaker_comes_right_behind_the_header),
		TEST(a_header_that_is_none_ends_the_connection),
		TEST(a_client_behind_a_proxy_is_bounded_as_if_he_came_himself),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
