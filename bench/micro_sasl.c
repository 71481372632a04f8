/* SPDX-License-Identifier: MIT
 *
 * CPU time of the server's side of one login by SCRAM, from the client's first message to
 * the verdict, without the base64 and the XML around it. Each figure is the best of some
 * rounds: the others were disturbed. Nonces are zeros here, so that one answer of the client
 * fits every exchange; the kernel's generator adds a quarter of a microsecond.
 *
 *     build/bench/micro_sasl
 */
#define random_bytes unused_random_bytes
#include "base/random.c"
#undef random_bytes

#include "../tests/unit/xmpp/sasl_client.h"

enum { ROUNDS = 7, LOGINS = 10000 };

void
random_bytes(void *at, size_t bytes)
{
	memset(at, 0, bytes);
}

static const struct sasl_conf conf = {
	.hashes = 1u << HASH_SHA1 | 1u << HASH_SHA256 | 1u << HASH_SHA512,
	.plain = true,
	.hash_lists = true,
	.iterations = CREDENTIALS_ITERATIONS_DEFAULT,
	.secret = S("0123456789abcdef0123456789abcdef"),
};

static const struct sasl_channel channel = {
	.secure = true,
	.binding = {
		[SASL_TLS_EXPORTER] = S("0123456789abcdef0123456789abcdef"),
		[SASL_TLS_SERVER_END_POINT] = S("fedcba9876543210fedcba9876543210"),
	},
};

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* final: the client's, or "no string" to have it computed from the challenge. */
static void
log_in(struct arena *a, struct str mechanism, const struct sasl_offer *offer,
    const struct credentials *account, struct scram_client *c, struct str first,
    struct str *final)
{
	struct sasl *s = sasl_new(&conf, &channel, offer, S("example.org"));
	struct sasl_turn turn;

	sasl_start(s, &(struct sasl_request){ .mechanism = mechanism, .initial = first });
	turn = sasl_supply(s, account, NULL);
	if (!final->at)
		*final = scram_final(a, c, turn.bytes);
	turn = sasl_step(s, *final);
	if (turn.what != SASL_SUCCESS)
		abort();
	sasl_free(&s);
}

static void
measure(struct arena *a, struct str mechanism, enum hash hash, bool binds)
{
	struct scram_client c = {
		.hash = hash,
		.password = S("pencil"),
		.gs2 = binds ? S("p=tls-exporter,,") : S("n,,"),
		.channel = binds ? channel.binding[SASL_TLS_EXPORTER] : (struct str){ 0 },
		.name = S("romeo"),
	};
	struct credentials account = { 0 };
	struct str first = scram_first(a, &c), final = { 0 };
	struct sasl_offer offer;
	double best = 0;

	account.keys[hash] = scram_keys_of(hash, c.password, S("sixteen bytes !!"), 4096);
	sasl_offer_login(&conf, &channel, &offer);
	log_in(a, mechanism, &offer, &account, &c, first, &final);
	for (int round = 0; round < ROUNDS; round++) {
		double start = cpu_ns(), one;

		for (int i = 0; i < LOGINS; i++)
			log_in(a, mechanism, &offer, &account, &c, first, &final);
		one = (cpu_ns() - start) / LOGINS;
		if (round == 0 || one < best)
			best = one;
	}
	printf("%-20.*s %6.0f ns\n", STR_ARG(mechanism), best);
}

int
main(void)
{
	static const struct {
		struct str mechanism;
		enum hash hash;
		bool binds;
	} cases[] = {
		{ S("SCRAM-SHA-1"), HASH_SHA1, false },
		{ S("SCRAM-SHA-1-PLUS"), HASH_SHA1, true },
		{ S("SCRAM-SHA-256"), HASH_SHA256, false },
		{ S("SCRAM-SHA-256-PLUS"), HASH_SHA256, true },
		{ S("SCRAM-SHA-512"), HASH_SHA512, false },
		{ S("SCRAM-SHA-512-PLUS"), HASH_SHA512, true },
	};
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		measure(&a, cases[i].mechanism, cases[i].hash, cases[i].binds);
	arena_fini(&a);
	return 0;
}
