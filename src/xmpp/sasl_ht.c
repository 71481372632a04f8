/* SPDX-License-Identifier: MIT
 *
 * HT-SHA-256-* (draft-schmaus-kitten-sasl-ht-09): a client that was here before proves with
 * one message that it has the token we gave it (XEP-0484), and we prove that we know it too.
 *
 *     client  authcid NUL HMAC(token, "Initiator" || binding)
 *     server  HMAC(token, "Responder" || binding)
 *
 * Both of a client's slots are always tried, filled or not, so that time tells nothing.
 */
#include "xmpp/sasl_mechanism.h"

struct ht {
	char said[HASH_MAX]; /* the client's hash */
};

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)conf;
	return !m->binds || channel->binding[m->binding].len > 0;
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	struct ht *t = s->own = arena_zalloc(&s->arena, sizeof(*t));
	struct str rest = message, authcid;
	struct sasl_turn refusal;

	/* The hash can hold NULs as well: only the first one separates. */
	if (!str_split(&rest, '\0', &authcid) || rest.len != hash_size(s->mechanism->hash))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "not a name and a hash");
	memcpy(t->said, rest.at, rest.len);
	if (s->early_data && s->count == 0)
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, "early data without a count");
	if (!sasl_take_user(s, authcid, (struct str){ 0 }, &refusal))
		return refusal;
	return sasl_ask_account(s);
}

static void
hash_with(const struct sasl *s, const struct fast_token *t, struct str word, char *out)
{
	struct str pieces[] = { word, { 0 } };

	if (s->mechanism->binds)
		pieces[1] = s->channel.binding[s->mechanism->binding];
	hash_hmac(s->mechanism->hash, fast_token_secret(t), pieces, 2, out);
}

static bool
is_proved(const struct sasl *s, const struct fast_token *t)
{
	const struct ht *own = s->own;
	char expected[HASH_MAX];
	bool same;

	hash_with(s, t, S("Initiator"), expected);
	same = str_eq_secret(str_of(expected, hash_size(s->mechanism->hash)),
	    str_of(own->said, hash_size(s->mechanism->hash)));
	mem_wipe(expected, sizeof(expected));
	/* A token is good for the mechanism it was asked for only (XEP-0484 section 4.4). */
	return same && str_eq(fast_token_mechanism(t), s->mechanism->name);
}

static struct sasl_turn
on_account(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	struct fast_tokens *mine = arena_zalloc(&s->arena, sizeof(*mine));
	bool fresh, current;
	char *answer = arena_alloc(&s->arena, HASH_MAX);
	struct sasl_turn turn;

	if (tokens)
		*mine = *tokens;
	sasl_take_account(s, account, account != NULL);
	fresh = is_proved(s, &mine->fresh);
	current = is_proved(s, &mine->current);
	if (!fresh && !current)
		return sasl_refuse(s, SASL_NOT_AUTHORIZED,
		    !s->is_known ? "no such account"
		    : !tokens    ? "no token"
				 : "wrong token");
	/* The first use of a new token ends the old one (XEP-0484 section 4.5). */
	if (fresh) {
		mine->current = mine->fresh;
		mine->fresh = (struct fast_token){ 0 };
	}
	if (mine->current.expires_us <= s->now_us)
		return sasl_refuse(s, SASL_CREDENTIALS_EXPIRED, "token has expired");
	/* Counters that do not grow are a replay; without early data there need be none. */
	if (s->count && s->count <= mine->current.count)
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, "token's count was seen before");
	if (s->count)
		mine->current.count = s->count;
	hash_with(s, &mine->current, S("Responder"), answer);
	turn = sasl_admit(s, str_of(answer, hash_size(s->mechanism->hash)));
	if (turn.what == SASL_SUCCESS)
		s->tokens = mine;
	return turn;
}

#define HT(text, is_bound, which)                                                              \
	{                                                                                      \
		.name = S("HT-SHA-256-" text), .kind = SASL_FAST, .secure_only = true,         \
		.binds = is_bound, .binding = which, .hash = HASH_SHA256,                      \
		.is_offered = is_offered, .on_message = on_message, .on_account = on_account,  \
	}

const struct sasl_mechanism sasl_ht[4] = {
	HT("EXPR", true, SASL_TLS_EXPORTER),
	HT("UNIQ", true, SASL_TLS_UNIQUE),
	HT("ENDP", true, SASL_TLS_SERVER_END_POINT),
	HT("NONE", false, SASL_BINDINGS),
};
