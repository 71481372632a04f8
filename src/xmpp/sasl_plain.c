/* SPDX-License-Identifier: MIT
 *
 * PLAIN (RFC 4616): name and password in one message, so only over a secure channel. The
 * password is compared by way of the stored keys, which is slow and done by a helper.
 *
 *     client  [authzid] NUL authcid NUL passwd
 *
 * For clients that know nothing better, a bearer token may stand where the password does: one
 * that begins with BEARER_LOGIN_PREFIX as it is, any other behind "Bearer ".
 */
#include "xmpp/bearer.h"
#include "xmpp/sasl_mechanism.h"

struct plain {
	struct str password; /* "no string": a token instead */
	bool matches;        /* written by the helper */
};

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)m, (void)channel;
	return conf->plain;
}

/* The token in a password's place; "no string" when it is a password. */
static struct str
token_in(const struct sasl *s, struct str password)
{
	struct str scheme = S("Bearer ");

	if (s->conf.bearer && str_starts(password, BEARER_LOGIN_PREFIX))
		return password;
	if (s->conf.bearer && str_starts(password, scheme) && password.len > scheme.len)
		return str_slice(password, scheme.len, password.len);
	return (struct str){ 0 };
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	struct plain *p = s->own = arena_zalloc(&s->arena, sizeof(*p));
	struct str rest = message, authzid, authcid, password, surplus, token;
	struct sasl_turn refusal;

	if (!str_split(&rest, '\0', &authzid) || !str_split(&rest, '\0', &authcid) ||
	    !str_split(&rest, '\0', &password) || str_split(&rest, '\0', &surplus))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "not three parts");
	if (str_is_empty(authcid) || str_is_empty(password) || !str_is_utf8(message))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "part empty or not UTF-8");
	if (!sasl_take_user(s, authcid, authzid, &refusal))
		return refusal;
	if ((token = token_in(s, password)).at)
		return sasl_ask_verdict(s, token);
	p->password = str_copy(&s->arena, password);
	return sasl_ask_account(s);
}

static struct sasl_turn
on_account(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	const struct plain *p = s->own;

	(void)tokens;
	if (!p->password.at) {
		sasl_take_account(s, account, account != NULL);
		return sasl_admit(s, (struct str){ 0 });
	}
	sasl_take_account(s, account, account && credentials_has_password(account));
	return (struct sasl_turn){ .what = SASL_NEED_CHECK };
}

static void
check(struct sasl *s)
{
	struct plain *p = s->own;

	p->matches = credentials_match(s->account, p->password);
}

static struct sasl_turn
on_checked(struct sasl *s)
{
	const struct plain *p = s->own;

	if (!p->matches)
		return sasl_refuse(
		    s, SASL_NOT_AUTHORIZED, s->is_known ? "wrong password" : "no such account");
	return sasl_admit(s, (struct str){ 0 });
}

static struct sasl_turn
on_bad_token(struct sasl *s, const char *why)
{
	return sasl_refuse(s, SASL_NOT_AUTHORIZED, why);
}

const struct sasl_mechanism sasl_plain = {
	.name = S("PLAIN"),
	.secure_only = true,
	.is_offered = is_offered,
	.on_message = on_message,
	.on_account = on_account,
	.check = check,
	.on_checked = on_checked,
	.on_bad_token = on_bad_token,
};
