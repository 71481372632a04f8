/* SPDX-License-Identifier: MIT
 *
 * What all mechanisms have in common: what is offered, and the order of an exchange.
 *
 * State            left by         to
 * IS_NEW           sasl_start      any of the others
 * AWAITS_MESSAGE   sasl_step       any of the others
 * AWAITS_VERDICT   sasl_judged     AWAITS_MESSAGE, AWAITS_ACCOUNT, HAS_ENDED
 * AWAITS_ACCOUNT   sasl_supply     AWAITS_MESSAGE, AWAITS_CHECK, HAS_ENDED
 * AWAITS_CHECK     sasl_checked    HAS_ENDED
 * HAS_ENDED        -
 *
 * sasl_fail goes from anywhere to HAS_ENDED. A message that comes while something else is
 * awaited is the client's fault and ends the exchange as well.
 */
#include "xmpp/sasl_mechanism.h"

#include "base/limits.h"

/* By preference (RFC 6120 section 6.3.3): bound to the channel before others, then strength. */
static const struct sasl_mechanism *const mechanisms[] = {
	&sasl_external,
	&sasl_scram[0],
	&sasl_scram[1],
	&sasl_scram[2],
	&sasl_scram[3],
	&sasl_scram[4],
	&sasl_scram[5],
	&sasl_oauthbearer,
	&sasl_plain,
	&sasl_anonymous,
	&sasl_ht[0],
	&sasl_ht[1],
	&sasl_ht[2],
	&sasl_ht[3],
};
enum { MECHANISMS = sizeof(mechanisms) / sizeof(mechanisms[0]) };

struct str
sasl_failure_name(enum sasl_failure f)
{
	static const struct str names[SASL_FAILURES] = {
		[SASL_ABORTED] = S("aborted"),
		[SASL_ACCOUNT_DISABLED] = S("account-disabled"),
		[SASL_CREDENTIALS_EXPIRED] = S("credentials-expired"),
		[SASL_ENCRYPTION_REQUIRED] = S("encryption-required"),
		[SASL_INCORRECT_ENCODING] = S("incorrect-encoding"),
		[SASL_INVALID_AUTHZID] = S("invalid-authzid"),
		[SASL_INVALID_MECHANISM] = S("invalid-mechanism"),
		[SASL_MALFORMED_REQUEST] = S("malformed-request"),
		[SASL_MECHANISM_TOO_WEAK] = S("mechanism-too-weak"),
		[SASL_NOT_AUTHORIZED] = S("not-authorized"),
		[SASL_TEMPORARY_AUTH_FAILURE] = S("temporary-auth-failure"),
	};

	return names[f];
}

/* --- what is offered ------------------------------------------------------------------ */

static const struct str binding_names[SASL_BINDINGS] = {
	[SASL_TLS_EXPORTER] = S("tls-exporter"),
	[SASL_TLS_SERVER_END_POINT] = S("tls-server-end-point"),
	[SASL_TLS_UNIQUE] = S("tls-unique"),
};

static void
offer(enum sasl_kind kind, const struct sasl_conf *conf, const struct sasl_channel *channel,
    struct sasl_offer *out)
{
	*out = (struct sasl_offer){ 0 };
	for (size_t i = 0; i < SASL_BINDINGS; i++)
		if (channel->secure && channel->binding[i].len)
			out->binding[out->n_bindings++] = binding_names[i];
	for (size_t i = 0; i < MECHANISMS; i++) {
		const struct sasl_mechanism *m = mechanisms[i];

		if (m->kind != kind || (m->secure_only && !channel->secure) ||
		    (m->binds && !out->n_bindings) || !m->is_offered(m, conf, channel))
			continue;
		assert(out->n_mechanisms < SASL_OFFER_MAX);
		out->mechanism[out->n_mechanisms++] = m->name;
	}
}

void
sasl_offer_login(
    const struct sasl_conf *conf, const struct sasl_channel *channel, struct sasl_offer *out)
{
	offer(SASL_LOGIN, conf, channel, out);
}

void
sasl_offer_fast(const struct sasl_channel *channel, struct sasl_offer *out)
{
	offer(SASL_FAST, NULL, channel, out);
}

enum sasl_binding
sasl_binding_named(struct str name)
{
	enum sasl_binding b = 0;

	while (b < SASL_BINDINGS && !str_eq(binding_names[b], name))
		b++;
	return b;
}

/* --- life ----------------------------------------------------------------------------- */

struct sasl *
sasl_new(const struct sasl_conf *conf, const struct sasl_channel *channel,
    const struct sasl_offer *offered, struct str host)
{
	struct sasl *s = mem_zalloc(sizeof(*s));
	struct jid *certified;

	arena_init_wiped(&s->arena, 2048);
	s->conf = *conf;
	s->conf.secret = str_copy(&s->arena, conf->secret);
	s->channel = *channel;
	for (size_t i = 0; i < SASL_BINDINGS; i++)
		s->channel.binding[i] = str_copy(&s->arena, channel->binding[i]);
	certified = arena_alloc(&s->arena, channel->n_certified * sizeof(*certified));
	for (size_t i = 0; i < channel->n_certified; i++)
		certified[i] = jid_copy(&s->arena, channel->certified[i]);
	s->channel.certified = certified;
	s->offered = *offered;
	s->host = str_copy(&s->arena, host);
	return s;
}

void
sasl_free(struct sasl **s)
{
	if (!*s)
		return;
	arena_fini(&(*s)->arena);
	free(*s);
	*s = NULL;
}

const struct fast_tokens *
sasl_tokens(const struct sasl *s)
{
	return s->tokens;
}

/* --- turns ---------------------------------------------------------------------------- */

struct sasl_turn
sasl_challenge(struct str bytes)
{
	return (struct sasl_turn){ .what = SASL_CHALLENGE, .bytes = bytes };
}

struct sasl_turn
sasl_refuse(const struct sasl *s, enum sasl_failure f, const char *why)
{
	return (struct sasl_turn){
		.what = SASL_FAILURE, .failure = f, .why = why, .user = s->user
	};
}

struct sasl_turn
sasl_ask_account(const struct sasl *s)
{
	return (struct sasl_turn){ .what = SASL_NEED_ACCOUNT,
		.user = s->user,
		.tokens = s->mechanism->kind == SASL_FAST };
}

struct sasl_turn
sasl_ask_verdict(struct sasl *s, struct str token)
{
	return (struct sasl_turn){
		.what = SASL_NEED_VERDICT, .bytes = str_copy(&s->arena, token), .user = s->user
	};
}

struct sasl_turn
sasl_admit(const struct sasl *s, struct str additional_data)
{
	if (!s->is_known)
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, "no such account");
	if (s->account->disabled)
		return sasl_refuse(s, SASL_ACCOUNT_DISABLED, "account disabled");
	return (struct sasl_turn){
		.what = SASL_SUCCESS, .user = s->user, .bytes = additional_data
	};
}

/* Every turn leaves through here. */
static struct sasl_turn
enter(struct sasl *s, struct sasl_turn turn)
{
	switch (turn.what) {
	case SASL_CHALLENGE:
		s->state = SASL_AWAITS_MESSAGE;
		break;
	case SASL_NEED_ACCOUNT:
		s->state = SASL_AWAITS_ACCOUNT;
		break;
	case SASL_NEED_CHECK:
		s->state = SASL_AWAITS_CHECK;
		break;
	case SASL_NEED_VERDICT:
		s->state = SASL_AWAITS_VERDICT;
		break;
	case SASL_SUCCESS:
	case SASL_FAILURE:
		s->state = SASL_HAS_ENDED;
		s->end = turn;
		break;
	}
	return turn;
}

static struct sasl_turn
take_message(struct sasl *s, struct str message)
{
	if (message.len > SASL_MESSAGE_MAX)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "message too long");
	return s->mechanism->on_message(s, message);
}

static const struct sasl_mechanism *
named(struct str name)
{
	for (size_t i = 0; i < MECHANISMS; i++)
		if (str_eq(mechanisms[i]->name, name))
			return mechanisms[i];
	return NULL;
}

static bool
was_offered(const struct sasl *s, struct str name)
{
	for (unsigned i = 0; i < s->offered.n_mechanisms; i++)
		if (str_eq(s->offered.mechanism[i], name))
			return true;
	return false;
}

static struct sasl_turn
begin(struct sasl *s, const struct sasl_request *r)
{
	const struct sasl_mechanism *m = named(r->mechanism);

	if (m && m->secure_only && !s->channel.secure)
		return sasl_refuse(s, SASL_ENCRYPTION_REQUIRED, "mechanism needs TLS");
	if (!m || !was_offered(s, r->mechanism))
		return sasl_refuse(s, SASL_INVALID_MECHANISM, "mechanism was not offered");
	/* XEP-0388 section 4: whatever else arrives this early could be a replay. */
	if (r->early_data && m->kind != SASL_FAST)
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, "early data without a token");
	s->mechanism = m;
	s->count = r->count;
	s->early_data = r->early_data;
	s->now_us = r->now_us;
	/* All mechanisms let the client speak first (RFC 4422 section 5, 2a). */
	if (!r->initial.at)
		return sasl_challenge(S(""));
	return take_message(s, r->initial);
}

struct sasl_turn
sasl_start(struct sasl *s, const struct sasl_request *r)
{
	assert(s->state == SASL_IS_NEW);
	return enter(s, begin(s, r));
}

struct sasl_turn
sasl_step(struct sasl *s, struct str response)
{
	if (s->state == SASL_HAS_ENDED)
		return s->end;
	if (s->state != SASL_AWAITS_MESSAGE)
		return enter(s, sasl_refuse(s, SASL_MALFORMED_REQUEST, "response out of turn"));
	return enter(s, take_message(s, response));
}

struct sasl_turn
sasl_supply(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	if (s->state == SASL_HAS_ENDED)
		return s->end;
	assert(s->state == SASL_AWAITS_ACCOUNT);
	return enter(s, s->mechanism->on_account(s, account, tokens));
}

/* Looks at no state: the exchange may be ended meanwhile. */
void
sasl_check(struct sasl *s)
{
	s->mechanism->check(s);
}

struct sasl_turn
sasl_checked(struct sasl *s)
{
	if (s->state == SASL_HAS_ENDED)
		return s->end;
	assert(s->state == SASL_AWAITS_CHECK);
	return enter(s, s->mechanism->on_checked(s));
}

struct sasl_turn
sasl_judged(struct sasl *s, const struct jid *account, const char *why)
{
	if (s->state == SASL_HAS_ENDED)
		return s->end;
	assert(s->state == SASL_AWAITS_VERDICT);
	if (account && !jid_is_empty(s->user) && !jid_eq(s->user, *account)) {
		account = NULL;
		why = "token is for another account";
	}
	if (!account)
		return enter(s, s->mechanism->on_bad_token(s, why));
	s->user = jid_copy(&s->arena, *account);
	return enter(s, sasl_ask_account(s));
}

struct sasl_turn
sasl_fail(struct sasl *s, enum sasl_failure f)
{
	if (s->state == SASL_HAS_ENDED)
		return s->end;
	return enter(s, sasl_refuse(s, f, "given up"));
}

/* --- steps that mechanisms share ------------------------------------------------------ */

bool
sasl_take_user(
    struct sasl *s, struct str username, struct str authzid, struct sasl_turn *refusal)
{
	struct str local;
	struct jid wanted;

	if (jid_prep_local(&s->arena, username, &local) != OK) {
		*refusal = sasl_refuse(s, SASL_NOT_AUTHORIZED, "not a name of an account");
		return false;
	}
	s->user = jid_join(&s->arena, local, s->host, (struct str){ 0 });
	/* RFC 6120 section 6.3.8: whoever wants to act as itself sends none; some do. */
	if (authzid.len &&
	    (jid_parse(&s->arena, authzid, &wanted) != OK || !jid_eq(wanted, s->user))) {
		*refusal = sasl_refuse(s, SASL_INVALID_AUTHZID, "wants to act as another");
		return false;
	}
	return true;
}

void
sasl_take_account(struct sasl *s, const struct credentials *account, bool usable)
{
	struct credentials *kept = arena_alloc(&s->arena, sizeof(*kept));

	credentials_fake(s->conf.secret, jid_bare(s->user), s->conf.iterations, kept);
	if (usable)
		*kept = *account;
	s->account = kept;
	s->is_known = usable;
}
