/* SPDX-License-Identifier: MIT
 *
 * OAUTHBEARER (RFC 7628): a bearer token in one message, so only over a secure channel. Whose
 * it is the server finds out; the client may say whom it expects to become.
 *
 *     client  n,[a=authzid],^A auth=Bearer TOKEN ^A [host=... ^A] [port=... ^A] ^A
 *     server  nothing more, or {"status":"invalid_token"} (section 3.2.2), upon which the
 * client says ^A and the exchange fails
 */
#include "xmpp/sasl_mechanism.h"

/* Once the client has been told what is wrong. */
struct oauthbearer {
	const char *why; /* NULL: nothing is */
};

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)m, (void)channel;
	return conf->bearer;
}

static struct sasl_turn
on_bad_token(struct sasl *s, const char *why)
{
	struct oauthbearer *o = s->own;

	o->why = why;
	return sasl_challenge(S("{\"status\":\"invalid_token\"}"));
}

/* Names in a GS2 header have "=2C" and "=3D" for "," and "=" (RFC 5801 section 4). False: an
 * "=" that stands for neither. */
static bool
unescape(struct arena *a, struct str in, struct str *out)
{
	char *copy = arena_alloc(a, in.len);
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		struct str code = str_slice(in, i, 3);

		copy[n] = in.at[i];
		if (str_eq(code, S("=2C")) || str_eq(code, S("=3D"))) {
			copy[n] = code.at[1] == '2' ? ',' : '=';
			i += 2;
		} else if (in.at[i] == '=') {
			return false;
		}
		n++;
	}
	*out = str_of(copy, n);
	return true;
}

/* The address that the client wants to be, or its name only. */
static bool
take_authzid(struct sasl *s, struct str authzid)
{
	struct jid wanted;

	if (str_find(authzid, '@') == authzid.len) {
		if (jid_make(&s->arena, authzid, s->host, (struct str){ 0 }, &s->user) == OK)
			return true;
		s->user = (struct jid){ 0 };
		return false;
	}
	if (jid_parse(&s->arena, authzid, &wanted) != OK || !jid_is_bare(wanted) ||
	    !str_eq(jid_domain(wanted), s->host))
		return false;
	s->user = wanted;
	return true;
}

/* "n,a=juliet@example.org," without its last comma. */
static enum sasl_failure
read_header(struct sasl *s, struct str header, const char **why)
{
	struct str rest = header, flag, authzid, surplus, name;

	*why = "GS2 header is wrong";
	if (!str_split(&rest, ',', &flag) || !str_split(&rest, ',', &authzid) ||
	    !str_split(&rest, ',', &surplus) || surplus.len || rest.at)
		return SASL_MALFORMED_REQUEST;
	/* Section 3.1: there is no channel binding. */
	if (!str_eq(flag, S("n")) && !str_eq(flag, S("y")))
		return SASL_MALFORMED_REQUEST;
	*why = NULL;
	if (authzid.len == 0)
		return SASL_FAILURES;
	if (!str_starts(authzid, S("a=")) ||
	    !unescape(&s->arena, str_slice(authzid, 2, authzid.len), &name) || name.len == 0) {
		*why = "GS2 header is wrong";
		return SASL_MALFORMED_REQUEST;
	}
	if (!take_authzid(s, name)) {
		*why = "authzid is no account of this host";
		return SASL_INVALID_AUTHZID;
	}
	return SASL_FAILURES;
}

/* The pairs behind the header: the value of `auth`; false when they are not well-formed. */
static bool
read_pairs(struct str pairs, struct str *auth)
{
	struct str rest = pairs, pair;

	*auth = (struct str){ 0 };
	while (str_split(&rest, '\x01', &pair)) {
		size_t equals = str_find(pair, '=');

		/* An empty pair is the end, and the last byte was its separator. */
		if (pair.len == 0)
			return auth->at && str_is_empty(rest) && rest.at;
		if (equals == 0 || equals == pair.len)
			return false;
		if (str_eq(str_slice(pair, 0, equals), S("auth"))) {
			if (auth->at)
				return false;
			*auth = str_slice(pair, equals + 1, pair.len);
		}
	}
	return false;
}

/* RFC 6750 section 2.1: b64token; "no string" when it is none. */
static struct str
bearer_token(struct str auth)
{
	struct str scheme = S("Bearer ");
	struct str token = str_slice(auth, scheme.len, auth.len);

	if (auth.len <= scheme.len || !str_eq_nocase(str_slice(auth, 0, scheme.len), scheme))
		return (struct str){ 0 };
	for (size_t i = 0; i < token.len; i++)
		if (token.at[i] <= ' ' || (unsigned char)token.at[i] >= 0x7f)
			return (struct str){ 0 };
	return token;
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	struct oauthbearer *o = s->own;
	size_t end = str_find(message, '\x01');
	struct str auth, token;
	enum sasl_failure failure;
	const char *why;

	if (o) /* whatever it says: it has heard why */
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, o->why);
	s->own = arena_zalloc(&s->arena, sizeof(*o));
	if (!str_is_utf8(message) || str_find(message, '\0') < message.len)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "message is no text");
	failure = read_header(s, str_slice(message, 0, end), &why);
	if (failure != SASL_FAILURES)
		return sasl_refuse(s, failure, why);
	if (!read_pairs(str_slice(message, end + 1, message.len), &auth))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "pairs are wrong");
	token = bearer_token(auth);
	if (!token.at) /* section 4.3: asks how it should be done */
		return on_bad_token(s, "no bearer token");
	return sasl_ask_verdict(s, token);
}

static struct sasl_turn
on_account(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	(void)tokens;
	sasl_take_account(s, account, account != NULL);
	return sasl_admit(s, (struct str){ 0 });
}

const struct sasl_mechanism sasl_oauthbearer = {
	.name = S("OAUTHBEARER"),
	.secure_only = true,
	.is_offered = is_offered,
	.on_message = on_message,
	.on_account = on_account,
	.on_bad_token = on_bad_token,
};
