/* SPDX-License-Identifier: MIT
 *
 * Whole exchanges: the first byte picks a mechanism, the second the circumstances, then come
 * the client's messages, each after its length in two bytes. Nonces and salt are zeros, so
 * that the corpus can hold exchanges that succeed.
 */
#define random_bytes unused_random_bytes
#include "base/random.c"
#undef random_bytes

#include "xmpp/sasl.h"

void
random_bytes(void *at, size_t bytes)
{
	memset(at, 0, bytes);
}

/* Bits of the second byte. */
enum {
	SECURE = 1,
	HAS_ACCOUNT = 2,
	HAS_TOKENS = 4,
	IS_DISABLED = 8,
	HASH_LISTS = 16,
	LOWER_COUNT = 32,
	EARLY = 64,
	NO_INITIAL = 128,
};

static const struct sasl_conf conf = {
	.hashes = 1u << HASH_SHA1 | 1u << HASH_SHA256 | 1u << HASH_SHA512,
	.plain = true,
	.external = true,
	.anonymous = true,
	.iterations = 1,
	.secret = S("0123456789abcdef0123456789abcdef"),
};

static struct credentials account;
static struct fast_tokens tokens;

static void
prepare(void)
{
	enum status made;

	if (account.keys[0].iterations)
		return;
	made = credentials_set_password(&account, S("pencil"), conf.iterations);
	assert(made == OK);
	fast_tokens_issue(&tokens, S("HT-SHA-256-NONE"), 2);
	memset(tokens.fresh.secret, 't', FAST_TOKEN_BYTES);
	tokens.fresh.count = 5;
	tokens.current = tokens.fresh;
	memset(tokens.fresh.secret, 'f', FAST_TOKEN_BYTES);
}

static bool
take_message(struct str *rest, struct str *message)
{
	size_t len;

	if (rest->len < 2)
		return false;
	len = (size_t)(uint8_t)rest->at[0] << 8 | (uint8_t)rest->at[1];
	*message = str_slice(*rest, 2, len);
	*rest = str_slice(*rest, 2 + len, rest->len);
	return true;
}

static void
check_turn(struct sasl_turn turn, unsigned flags)
{
	switch (turn.what) {
	case SASL_CHALLENGE:
		assert(turn.bytes.at && str_is_utf8(turn.bytes));
		break;
	case SASL_NEED_ACCOUNT:
		assert(str_eq(jid_domain(turn.user), S("example.org")));
		break;
	case SASL_SUCCESS:
		assert(jid_is_bare(turn.user) && !str_is_empty(jid_local(turn.user)));
		assert(str_eq(jid_domain(turn.user), S("example.org")));
		assert(turn.anonymous || (flags & HAS_ACCOUNT && !(flags & IS_DISABLED)));
		break;
	case SASL_FAILURE:
		assert(turn.why && turn.failure < SASL_FAILURES);
		break;
	case SASL_NEED_CHECK:
		break;
	case SASL_NEED_VERDICT: /* fuzz_bearer.c */
		assert(!"no tokens are taken here");
	}
}

static void
play(struct sasl *s, const struct sasl_request *r, struct str rest, unsigned flags)
{
	struct credentials known = account;
	struct sasl_turn turn = sasl_start(s, r);
	struct str message;

	known.disabled = flags & IS_DISABLED;
	for (;;) {
		check_turn(turn, flags);
		switch (turn.what) {
		case SASL_CHALLENGE:
			if (!take_message(&rest, &message))
				return;
			turn = sasl_step(s, message);
			break;
		case SASL_NEED_ACCOUNT:
			turn = sasl_supply(s, flags & HAS_ACCOUNT ? &known : NULL,
			    flags & HAS_TOKENS ? &tokens : NULL);
			break;
		case SASL_NEED_CHECK:
			sasl_check(s);
			turn = sasl_checked(s);
			break;
		case SASL_NEED_VERDICT:
			return;
		case SASL_SUCCESS:
		case SASL_FAILURE:
			assert(sasl_step(s, S("more")).what == turn.what);
			return;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jid certified[] = { jid_trusted(S("user@example.org")),
		jid_trusted(S("other@example.org")), jid_trusted(S("user@example.com")) };
	struct sasl_channel channel = { .certified = certified, .n_certified = 3 };
	struct sasl_request r = { .now_us = 1 };
	struct sasl_conf how = conf;
	struct sasl_offer login, fast;
	struct str rest;
	struct sasl *s;
	unsigned flags, which;
	char *copy;

	if (size < 2)
		return 0;
	prepare();
	which = data[0];
	flags = data[1];
	copy = mem_alloc(size - 2);
	memcpy(copy, data + 2, size - 2);
	rest = str_of(copy, size - 2);

	how.hash_lists = flags & HASH_LISTS;
	channel.secure = flags & SECURE;
	channel.binding[SASL_TLS_EXPORTER] = S("exporter");
	channel.binding[SASL_TLS_SERVER_END_POINT] = S("end\0point");
	sasl_offer_login(&how, &channel, &login);
	sasl_offer_fast(&channel, &fast);
	which %= login.n_mechanisms + fast.n_mechanisms;
	if (which < login.n_mechanisms) {
		r.mechanism = login.mechanism[which];
		s = sasl_new(&how, &channel, &login, S("example.org"));
	} else {
		r.mechanism = fast.mechanism[which - login.n_mechanisms];
		s = sasl_new(&how, &channel, &fast, S("example.org"));
		r.count = flags & LOWER_COUNT ? 5 : 6;
	}
	r.early_data = flags & EARLY;
	if (!(flags & NO_INITIAL) && !take_message(&rest, &r.initial))
		r.initial = S("");
	play(s, &r, rest, flags);
	sasl_free(&s);
	free(copy);
	return 0;
}
