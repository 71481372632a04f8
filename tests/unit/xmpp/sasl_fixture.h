/* SPDX-License-Identifier: MIT
 *
 * What the tests of all SASL mechanisms have in common: an exchange, the connections it can
 * come over, and an account "user@example.org" with the password "pencil".
 */
#ifndef TESTS_UNIT_XMPP_SASL_FIXTURE_H
#define TESTS_UNIT_XMPP_SASL_FIXTURE_H

#include "sasl_client.h"

#include "../unit.h"

static struct arena arena;
static struct sasl *exchange; /* the one under test, freed at the test's end */
static struct credentials pencil;

static const struct sasl_conf usual = {
	.hashes = 1u << HASH_SHA1 | 1u << HASH_SHA256 | 1u << HASH_SHA512,
	.plain = true,
	.external = true,
	.anonymous = true,
	.iterations = CREDENTIALS_ITERATIONS_MIN,
	.secret = S("0123456789abcdef0123456789abcdef"),
};
static struct sasl_conf conf; /* as usual at the start of each test */

static const struct sasl_channel clear = { 0 };
static const struct sasl_channel bound = {
	.secure = true,
	.binding = {
		[SASL_TLS_EXPORTER] = S("THIS IS FAKE CB DATA"),
		[SASL_TLS_SERVER_END_POINT] = S("end\0point"),
	},
};

static int
set_up_all(void **state)
{
	(void)state;
	for (enum hash h = 0; h < HASHES; h++)
		pencil.keys[h] = scram_keys_of(h, S("pencil"), S("sixteen bytes !!"), 4096);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	conf = usual;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	sasl_free(&exchange);
	arena_fini(&arena);
	return 0;
}

/* A new exchange, for which the list that fits the mechanism was offered. */
static inline struct sasl_turn
start_with(const struct sasl_channel *channel, const struct sasl_request *r)
{
	struct sasl_offer offered;

	if (str_starts(r->mechanism, S("HT-")))
		sasl_offer_fast(channel, &offered);
	else
		sasl_offer_login(&conf, channel, &offered);
	sasl_free(&exchange);
	exchange = sasl_new(&conf, channel, &offered, S("example.org"));
	return sasl_start(exchange, r);
}

static inline struct sasl_turn
start(const struct sasl_channel *channel, const char *mechanism, struct str initial)
{
	return start_with(channel,
	    &(struct sasl_request){ .mechanism = str_from_c(mechanism), .initial = initial });
}

static inline void
assert_failure(struct sasl_turn turn, enum sasl_failure expected)
{
	assert_int_equal(turn.what, SASL_FAILURE);
	assert_str(sasl_failure_name(turn.failure), sasl_failure_name(expected).at);
	assert_non_null(turn.why);
}

#endif
