/* SPDX-License-Identifier: MIT
 *
 * Bearer tokens in SASL messages: the first byte says by which mechanism and what becomes of
 * the token, the rest is the message.
 */
#include "xmpp/sasl.h"

/* Bits of the first byte. */
enum { BY_PLAIN = 1, IS_GOOD = 2, HAS_ACCOUNT = 4, IS_DISABLED = 8, OF_ANOTHER = 16 };

static const struct sasl_conf conf = {
	.plain = true,
	.bearer = true,
	.iterations = 1,
	.secret = S("0123456789abcdef0123456789abcdef"),
};

static struct sasl_turn
judge(struct sasl *s, struct sasl_turn asked, unsigned flags)
{
	struct jid account = asked.user;
	struct credentials none = { .disabled = flags & IS_DISABLED };
	struct sasl_turn turn;
	bool fits;

	assert(asked.bytes.len > 0);
	if (jid_is_empty(account) || flags & OF_ANOTHER)
		account = jid_trusted(S("another@example.org"));
	fits = jid_is_empty(asked.user) || jid_eq(asked.user, account);
	turn = sasl_judged(s, flags & IS_GOOD ? &account : NULL, "bad");
	assert((turn.what == SASL_NEED_ACCOUNT) == (flags & IS_GOOD && fits));
	if (turn.what != SASL_NEED_ACCOUNT)
		return turn;
	turn = sasl_supply(s, flags & HAS_ACCOUNT ? &none : NULL, NULL);
	assert((turn.what == SASL_SUCCESS) == (flags & HAS_ACCOUNT && !none.disabled));
	return turn;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sasl_channel channel = { .secure = true };
	struct sasl_offer offer;
	struct sasl_request r = { .now_us = 1 };
	struct sasl_turn turn;
	struct sasl *s;
	char *copy;

	if (size < 1)
		return 0;
	copy = mem_alloc(size);
	memcpy(copy, data + 1, size - 1);
	r.initial = str_of(copy, size - 1);
	r.mechanism = data[0] & BY_PLAIN ? S("PLAIN") : S("OAUTHBEARER");
	sasl_offer_login(&conf, &channel, &offer);
	s = sasl_new(&conf, &channel, &offer, S("example.org"));
	turn = sasl_start(s, &r);
	free(copy);
	if (turn.what == SASL_NEED_VERDICT)
		turn = judge(s, turn, data[0]);
	if (turn.what == SASL_CHALLENGE) /* RFC 7628 section 3.2.3 */
		turn = sasl_step(s, S("\x01"));
	assert(turn.what != SASL_CHALLENGE);
	sasl_free(&s);
	return 0;
}
