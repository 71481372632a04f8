/* SPDX-License-Identifier: MIT
 *
 * Clients and peers on the loopback interface, against the relay's own thread. That something
 * is not relayed is seen by what is sent behind it arriving first.
 */
#include "../unit.h"

#include <arpa/inet.h>
#include <time.h>
#include <unistd.h>

#include "media/credentials.h"
#include "media/relay.h"
#include "media/settings.h"
#include "media/stun.h"

enum { LONG_S = 60 }; /* until a test gives up */

static struct turn_door *door;
static struct arena arena;

struct client {
	int fd;
	struct turn_credentials login;
	char key[STUN_KEY];
	char nonce[64];
	size_t nonce_len;
	uint8_t transaction[12];
	char got[2048];
	struct stun answer;
	struct endpoint relayed;
};

static usec_t
wall_us(void)
{
	return (usec_t)time(NULL) * 1000000;
}

static int
udp(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct timeval patience = { .tv_sec = LONG_S };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void
send_to(int fd, uint16_t port, const void *bytes, size_t len)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	assert_int_equal(
	    sendto(fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to)), (ssize_t)len);
}

static struct str
receive(int fd, char *room, size_t len)
{
	ssize_t n = recv(fd, room, len, 0);

	assert_true(n >= 0);
	return str_of(room, (size_t)n);
}

static struct endpoint
loopback(uint16_t port)
{
	return (struct endpoint){ address_of_ipv4((const uint8_t[4]){ 127, 0, 0, 1 }), port };
}

static void
start(void **state)
{
	static const struct str allowed[] = { { "127.0.0.1", 9 } };
	const struct turn_conf conf = { .secret = S("0123456789abcdef"),
		.allowed_peers = { allowed, 1 },
		.credentials_ms = 3600 * 1000,
		.allocations_max = 10,
		.account_allocations_max = 2 };
	struct str reason;

	(void)state;
	turn_settings_use(&conf, (struct str_list){ 0 });
	arena_init(&arena, 4096);
	assert_int_equal(turn_door_open(S("127.0.0.1"), 0, &arena, &reason, &door), OK);
	turn_door_start(door);
}

static void
client_begin(struct client *c, const char *account)
{
	uint16_t port;
	char tag[TURN_TAG];

	*c = (struct client){ 0 };
	c->fd = udp(&port);
	turn_credentials_make(str_from_c(account), wall_us(), &arena, &c->login);
	assert_int_equal(turn_credentials_key(S("0123456789abcdef"), c->login.username,
			     S("jaseur"), wall_us(), c->key, tag),
	    OK);
}

static void
begin(struct client *c, struct stun_writer *w, enum stun_method method)
{
	c->transaction[0]++;
	stun_begin(w, STUN_REQUEST, method, c->transaction);
}

static void
ask(struct client *c, const struct stun_writer *w)
{
	send_to(c->fd, turn_door_port(door), w->at, w->len);
	assert_int_equal(stun_read(receive(c->fd, c->got, sizeof(c->got)), &c->answer), OK);
	assert_memory_equal(c->answer.bytes.at + 8, c->transaction, 12);
}

static void
sign(struct client *c, struct stun_writer *w)
{
	stun_add(w, STUN_USERNAME, c->login.username);
	stun_add(w, STUN_REALM, S("jaseur"));
	stun_add(w, STUN_NONCE, str_of(c->nonce, c->nonce_len));
	stun_add_integrity(w, str_of(c->key, STUN_KEY));
}

/* The code of the error that was answered; 0: success, which must be signed. */
static int
code(const struct client *c)
{
	struct str e = stun_find(&c->answer, STUN_ERROR_CODE);

	if (c->answer.kind == STUN_SUCCESS) {
		assert_true(stun_is_signed(&c->answer, str_of(c->key, STUN_KEY)));
		return 0;
	}
	assert_true(e.len >= 4);
	return e.at[2] * 100 + e.at[3];
}

static void
learn_nonce(struct client *c)
{
	struct stun_writer w;
	struct str nonce;

	begin(c, &w, STUN_ALLOCATE);
	stun_add_u32(&w, STUN_REQUESTED_TRANSPORT, 17 << 24);
	ask(c, &w);
	assert_int_equal(code(c), 401);
	assert_str(stun_find(&c->answer, STUN_REALM), "jaseur");
	nonce = stun_find(&c->answer, STUN_NONCE);
	c->nonce_len = nonce.len;
	memcpy(c->nonce, nonce.at, nonce.len);
}

static int
allocate(struct client *c)
{
	struct stun_writer w;

	if (!c->nonce_len)
		learn_nonce(c);
	begin(c, &w, STUN_ALLOCATE);
	stun_add_u32(&w, STUN_REQUESTED_TRANSPORT, 17 << 24);
	sign(c, &w);
	ask(c, &w);
	if (c->answer.kind == STUN_SUCCESS)
		assert_int_equal(
		    stun_read_address(&c->answer,
			stun_find(&c->answer, STUN_XOR_RELAYED_ADDRESS), &c->relayed),
		    OK);
	return code(c);
}

static int
refresh(struct client *c, uint32_t seconds)
{
	struct stun_writer w;

	begin(c, &w, STUN_REFRESH);
	stun_add_u32(&w, STUN_LIFETIME, seconds);
	sign(c, &w);
	ask(c, &w);
	return code(c);
}

static int
permit(struct client *c, const struct endpoint *peer)
{
	struct stun_writer w;

	begin(c, &w, STUN_CREATE_PERMISSION);
	stun_add_address(&w, STUN_XOR_PEER_ADDRESS, peer);
	sign(c, &w);
	ask(c, &w);
	return code(c);
}

static int
bind_channel(struct client *c, uint32_t number, const struct endpoint *peer)
{
	struct stun_writer w;

	begin(c, &w, STUN_CHANNEL_BIND);
	stun_add_u32(&w, STUN_CHANNEL_NUMBER, number << 16);
	stun_add_address(&w, STUN_XOR_PEER_ADDRESS, peer);
	sign(c, &w);
	ask(c, &w);
	return code(c);
}

static void
send_indication(struct client *c, const struct endpoint *peer, struct str data)
{
	struct stun_writer w;

	stun_begin(&w, STUN_INDICATION, STUN_SEND, c->transaction);
	stun_add_address(&w, STUN_XOR_PEER_ADDRESS, peer);
	stun_add(&w, STUN_DATA_VALUE, data);
	send_to(c->fd, turn_door_port(door), w.at, w.len);
}

static void
client_end(struct client *c)
{
	if (!address_is_none(&c->relayed.address))
		assert_int_equal(refresh(c, 0), 0);
	close(c->fd);
}

/* --- the tests ---------------------------------------------------------------------------- */

static void
binding_tells_the_address(void **state)
{
	struct client c;
	struct stun_writer w;
	struct endpoint e;
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	(void)state;
	client_begin(&c, "romeo@example.net");
	begin(&c, &w, STUN_BINDING);
	ask(&c, &w);
	assert_int_equal(c.answer.kind, STUN_SUCCESS);
	assert_int_equal(c.answer.bytes.len, 32); /* nothing that could amplify */
	assert_int_equal(
	    stun_read_address(&c.answer, stun_find(&c.answer, STUN_XOR_MAPPED_ADDRESS), &e),
	    OK);
	assert_int_equal(getsockname(c.fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(e.port, ntohs(at.sin_port));
	client_end(&c);
}

static void
data_passes_by_indications_and_channels(void **state)
{
	struct client c;
	uint16_t port;
	int peer_fd = udp(&port);
	struct endpoint peer = loopback(port), from;
	char room[64];
	struct stun m;

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	assert_int_equal(permit(&c, &peer), 0);
	send_indication(&c, &peer, S("to you"));
	assert_str(receive(peer_fd, room, sizeof(room)), "to you");
	send_to(peer_fd, c.relayed.port, "hello", 5);
	assert_int_equal(stun_read(receive(c.fd, c.got, sizeof(c.got)), &m), OK);
	assert_int_equal(m.method, STUN_DATA);
	assert_str(stun_find(&m, STUN_DATA_VALUE), "hello");
	assert_int_equal(
	    stun_read_address(&m, stun_find(&m, STUN_XOR_PEER_ADDRESS), &from), OK);
	assert_int_equal(from.port, port);

	assert_int_equal(bind_channel(&c, 0x4001, &peer), 0);
	send_to(c.fd, turn_door_port(door), "\x40\x01\0\3abc\0", 8);
	assert_str(receive(peer_fd, room, sizeof(room)), "abc");
	send_to(peer_fd, c.relayed.port, "hi", 2);
	assert_memory_equal(receive(c.fd, c.got, sizeof(c.got)).at, "\x40\x01\0\2hi", 6);
	close(peer_fd);
	client_end(&c);
}

static void
nothing_passes_without_permission(void **state)
{
	struct client c;
	uint16_t port;
	int peer_fd = udp(&port);
	struct endpoint peer = loopback(port);
	char room[64];
	struct stun m;

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	send_indication(&c, &peer, S("early"));
	send_to(c.fd, turn_door_port(door), "\x40\x01\0\3abc\0", 8); /* no such channel */
	assert_int_equal(permit(&c, &peer), 0);
	send_to(c.fd, turn_door_port(door),
	    "\x40\x01\xff\xff"
	    "abc",
	    7); /* too long */
	send_indication(&c, &peer, S("now"));
	assert_str(receive(peer_fd, room, sizeof(room)), "now");
	send_to(peer_fd, c.relayed.port, "now", 3);
	assert_int_equal(stun_read(receive(c.fd, c.got, sizeof(c.got)), &m), OK);
	assert_str(stun_find(&m, STUN_DATA_VALUE), "now");
	close(peer_fd);
	client_end(&c);
}

/* From the port of a peer that has permission, at another address. */
static void
others_do_not_reach_the_client(void **state)
{
	struct client c;
	uint16_t port;
	int peer_fd = udp(&port);
	struct endpoint peer = loopback(port);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK + 1) } };
	int other_fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct stun m;

	(void)state;
	assert_int_equal(bind(other_fd, (struct sockaddr *)&at, sizeof(at)), 0);
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	assert_int_equal(permit(&c, &peer), 0);
	send_to(other_fd, c.relayed.port, "not this", 8);
	send_to(peer_fd, c.relayed.port, "this", 4);
	assert_int_equal(stun_read(receive(c.fd, c.got, sizeof(c.got)), &m), OK);
	assert_str(stun_find(&m, STUN_DATA_VALUE), "this");
	close(other_fd);
	close(peer_fd);
	client_end(&c);
}

static void
closed_networks_are_not_reached(void **state)
{
	static const char *const texts[] = { "10.0.0.1", "192.168.1.1", "169.254.0.1",
		"127.0.0.2", "224.0.0.1", "0.0.0.0", "100.64.0.1" };
	struct endpoint peer = { .port = 53 }, six = { .port = 53 };
	struct client c;

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(address_parse(str_from_c(texts[i]), &peer.address), OK);
		assert_int_equal(permit(&c, &peer), 403);
		assert_int_equal(bind_channel(&c, 0x4000, &peer), 403);
	}
	assert_int_equal(address_parse(S("2606:4700::1"), &six.address), OK);
	assert_int_equal(permit(&c, &six), 443);
	client_end(&c);
}

static void
who_has_no_credentials_gets_nothing(void **state)
{
	struct client c, other;
	struct stun_writer w;

	(void)state;
	client_begin(&c, "romeo@example.net");
	client_begin(&other, "juliet@example.net");
	learn_nonce(&c);
	c.key[0] ^= 1; /* another password */
	assert_int_equal(allocate(&c), 401);
	c.key[0] ^= 1;
	memcpy(other.nonce, c.nonce, sizeof(c.nonce)); /* somebody else's nonce */
	other.nonce_len = c.nonce_len;
	assert_int_equal(allocate(&other), 438);
	c.nonce[0] ^= 1; /* one that we did not make */
	assert_int_equal(allocate(&c), 438);
	c.nonce[0] ^= 1;
	assert_int_equal(refresh(&c, 600), 437); /* holds nothing */
	begin(&c, &w, STUN_ALLOCATE);
	stun_add_u32(&w, STUN_REQUESTED_TRANSPORT, 6 << 24);
	sign(&c, &w);
	ask(&c, &w);
	assert_int_equal(code(&c), 442);
	begin(&c, &w, STUN_ALLOCATE);
	stun_add(&w, 0x0022, S("12345678")); /* RESERVATION-TOKEN is not known */
	sign(&c, &w);
	ask(&c, &w);
	assert_int_equal(code(&c), 420);
	client_end(&c);
	client_end(&other);
}

/* No beginning of a request is answered, and none of channel data relayed: what is whole and
 * sent behind them is the first that comes. */
static void
what_is_cut_short_is_let_go(void **state)
{
	struct client c;
	struct stun_writer w;
	uint16_t port;
	int peer_fd = udp(&port);
	struct endpoint peer = loopback(port);
	char room[64];

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	assert_int_equal(bind_channel(&c, 0x4001, &peer), 0);
	begin(&c, &w, STUN_REFRESH);
	sign(&c, &w);
	for (size_t i = 0; i < w.len; i++)
		send_to(c.fd, turn_door_port(door), w.at, i);
	for (size_t i = 0; i < 7; i++)
		send_to(c.fd, turn_door_port(door), "\x40\x01\0\3abc", i);
	begin(&c, &w, STUN_BINDING);
	ask(&c, &w);
	assert_int_equal(c.answer.kind, STUN_SUCCESS);
	send_to(c.fd, turn_door_port(door), "\x40\x01\0\3all", 7);
	assert_str(receive(peer_fd, room, sizeof(room)), "all");
	close(peer_fd);
	client_end(&c);
}

static void
channels_have_the_numbers_of_rfc_8656(void **state)
{
	struct endpoint peer = loopback(9);
	struct client c;

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	assert_int_equal(bind_channel(&c, 0x3fff, &peer), 400);
	assert_int_equal(bind_channel(&c, 0x5000, &peer), 400);
	assert_int_equal(bind_channel(&c, 0x4fff, &peer), 0);
	client_end(&c);
}

static void
an_allocation_belongs_to_its_account(void **state)
{
	struct client c;
	struct turn_credentials mine;
	char key[STUN_KEY], tag[TURN_TAG];

	(void)state;
	client_begin(&c, "romeo@example.net");
	assert_int_equal(allocate(&c), 0);
	assert_int_equal(allocate(&c), 437); /* has one */
	mine = c.login;
	memcpy(key, c.key, sizeof(key));
	turn_credentials_make(S("juliet@example.net"), wall_us(), &arena, &c.login);
	assert_int_equal(turn_credentials_key(S("0123456789abcdef"), c.login.username,
			     S("jaseur"), wall_us(), c.key, tag),
	    OK);
	assert_int_equal(refresh(&c, 0), 441);
	c.login = mine;
	memcpy(c.key, key, sizeof(key));
	client_end(&c);
}

static void
accounts_have_a_quota(void **state)
{
	struct client c[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		client_begin(&c[i], "romeo@example.net");
		assert_int_equal(allocate(&c[i]), i < 2 ? 0 : 486);
	}
	client_end(&c[0]);
	assert_int_equal(allocate(&c[2]), 0); /* there is room again */
	client_end(&c[1]);
	client_end(&c[2]);
}

static void
stop(void **state)
{
	(void)state;
	turn_door_close(&door);
	assert_null(door);
	turn_door_close(&door);
	turn_relay_end();
	turn_relay_end();
	arena_fini(&arena);
}

static void
the_relay_starts_and_ends_again(void **state)
{
	stop(state);
	start(state);
	binding_tells_the_address(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start),
		cmocka_unit_test(binding_tells_the_address),
		cmocka_unit_test(data_passes_by_indications_and_channels),
		cmocka_unit_test(nothing_passes_without_permission),
		cmocka_unit_test(others_do_not_reach_the_client),
		cmocka_unit_test(closed_networks_are_not_reached),
		cmocka_unit_test(who_has_no_credentials_gets_nothing),
		cmocka_unit_test(what_is_cut_short_is_let_go),
		cmocka_unit_test(channels_have_the_numbers_of_rfc_8656),
		cmocka_unit_test(an_allocation_belongs_to_its_account),
		cmocka_unit_test(accounts_have_a_quota),
		cmocka_unit_test(the_relay_starts_and_ends_again),
		cmocka_unit_test(stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
