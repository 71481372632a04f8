/* SPDX-License-Identifier: MIT
 *
 * SCRAM (RFC 5802) with SHA-1, SHA-256 (RFC 7677) and SHA-512, each also bound to the channel
 * (-PLUS), with the hash of what was offered (XEP-0474 0.5.0).
 *
 *     client  gs2-flag "," ["a=" authzid] "," "n=" name ",r=" nonce *("," extension)
 *     server  "r=" both nonces ",s=" salt ",i=" iterations [",h=" hash]
 *     client  "c=" binding ",r=" both nonces *("," extension) ",p=" proof
 *     server  "v=" signature
 *
 * Until the proof was checked, an account that does not exist looks like any other: the salt
 * is made up, and the same hashes are computed.
 */
#include "xmpp/sasl_mechanism.h"

#include "base/encode.h"
#include "base/random.h"

enum { NONCE_BYTES = 18 }; /* of ours, before base64 */

struct scram {
	enum sasl_binding binding; /* SASL_BINDINGS: not bound */
	struct str gs2_header;     /* up to and with its second comma */
	struct str client_bare;    /* client-first-message-bare */
	struct str nonce;          /* theirs and ours */
	struct str server_first;
};

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)channel;
	return conf->hashes & 1u << m->hash;
}

/* --- the attributes of a message (RFC 5802 section 7) --------------------------------- */

/* Cuts off the next one, "x=value" with a value that is not empty. */
static bool
take_attribute(struct str *rest, char *name, struct str *value)
{
	struct str piece;

	if (!str_split(rest, ',', &piece) || piece.len < 3 || piece.at[1] != '=')
		return false;
	*name = piece.at[0];
	*value = str_slice(piece, 2, piece.len);
	return true;
}

static bool
take_named(struct str *rest, char name, struct str *value)
{
	char found;

	return take_attribute(rest, &found, value) && found == name;
}

/*
 * Extensions we do not know are ignored, as they ask to be. Not so "m", which stands for
 * those that may not be (section 5.1), and not a second one of those that have their place.
 */
static bool
is_extension(char name)
{
	return ((name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z')) &&
	       !memchr("mnrcp", name, 5);
}

/* saslname: "=2C" is a comma, "=3D" an equals sign, another "=" is an error. */
static bool
unescape(struct arena *a, struct str in, struct str *out)
{
	char *text = arena_alloc(a, in.len);
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		struct str escape = str_slice(in, i, 3);

		if (in.at[i] != '=') {
			text[n++] = in.at[i];
			continue;
		}
		if (str_eq(escape, S("=2C")))
			text[n++] = ',';
		else if (str_eq(escape, S("=3D")))
			text[n++] = '=';
		else
			return false;
		i += 2;
	}
	*out = str_of(text, n);
	return n > 0;
}

static bool
is_nonce(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < 0x21 || text.at[i] > 0x7e || text.at[i] == ',')
			return false;
	return text.len > 0;
}

/* --- the client's first message ------------------------------------------------------- */

static bool
offers_binding(const struct sasl *s)
{
	for (unsigned i = 0; i < s->offered.n_mechanisms; i++)
		if (str_ends(s->offered.mechanism[i], S("-PLUS")))
			return true;
	return false;
}

/* The first part of the GS2 header (section 6); what it asks for must fit the mechanism. */
static bool
take_flag(struct sasl *s, struct scram *c, struct str flag, struct sasl_turn *refusal)
{
	c->binding = SASL_BINDINGS;
	if (str_starts(flag, S("p="))) {
		c->binding = sasl_binding_named(str_slice(flag, 2, flag.len));
		if (!s->mechanism->binds) {
			*refusal = sasl_refuse(
			    s, SASL_MALFORMED_REQUEST, "channel binding without -PLUS");
			return false;
		}
		if (c->binding == SASL_BINDINGS || !s->channel.binding[c->binding].len) {
			*refusal = sasl_refuse(
			    s, SASL_NOT_AUTHORIZED, "channel binding was not offered");
			return false;
		}
		return true;
	}
	if (s->mechanism->binds || !(str_eq(flag, S("n")) || str_eq(flag, S("y")))) {
		*refusal = sasl_refuse(s, SASL_MALFORMED_REQUEST, "wrong GS2 flag");
		return false;
	}
	/* "I could, but you cannot": someone has cut our -PLUS out of what it saw. */
	if (str_eq(flag, S("y")) && offers_binding(s)) {
		*refusal = sasl_refuse(s, SASL_NOT_AUTHORIZED,
		    "client saw no -PLUS mechanism though it was offered");
		return false;
	}
	return true;
}

static struct sasl_turn
client_first(struct sasl *s, struct scram *c, struct str message)
{
	struct str rest = message, flag, authzid, name, theirs, value;
	char attribute, ours[NONCE_BYTES];
	struct sasl_turn refusal;

	if (!str_is_utf8(message) || str_find(message, '\0') < message.len)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "not text");
	if (!str_split(&rest, ',', &flag) || !str_split(&rest, ',', &authzid) || !rest.at)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "no GS2 header");
	c->gs2_header =
	    str_copy(&s->arena, str_slice(message, 0, (size_t)(rest.at - message.at)));
	c->client_bare = str_copy(&s->arena, rest);
	if (!take_flag(s, c, flag, &refusal))
		return refusal;
	if (authzid.len &&
	    !(str_starts(authzid, S("a=")) &&
		unescape(&s->arena, str_slice(authzid, 2, authzid.len), &authzid)))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad authzid");

	if (!take_named(&rest, 'n', &name) || !unescape(&s->arena, name, &name))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad name");
	if (!take_named(&rest, 'r', &theirs) || !is_nonce(theirs))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad nonce");
	while (rest.at)
		if (!take_attribute(&rest, &attribute, &value) || !is_extension(attribute))
			return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad extension");

	if (!sasl_take_user(s, name, authzid, &refusal))
		return refusal;
	random_bytes(ours, sizeof(ours));
	c->nonce = str_format(&s->arena, "%.*s%.*s", STR_ARG(theirs),
	    STR_ARG(base64_encode(&s->arena, str_of(ours, sizeof(ours)))));
	return sasl_ask_account(s);
}

/* --- the server's first message ------------------------------------------------------- */

/* Sorted by bytes (i;octet) and joined. */
static char *
join_sorted(char *to, const struct str *names, unsigned n)
{
	struct str sorted[SASL_OFFER_MAX];

	for (unsigned i = 0; i < n; i++) {
		unsigned at = i;

		for (; at > 0 && str_cmp(sorted[at - 1], names[i]) > 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = names[i];
	}
	for (unsigned i = 0; i < n; i++) {
		if (i)
			*to++ = '\x1e';
		memcpy(to, sorted[i].at, sorted[i].len);
		to += sorted[i].len;
	}
	return to;
}

/* XEP-0474 section 5.1: a hash of the lists that the client was shown. */
static struct str
hash_of_offer(struct sasl *s)
{
	char lists[(SASL_OFFER_MAX + SASL_BINDINGS) * 32], hash[HASH_MAX], *to = lists;

	to = join_sorted(to, s->offered.mechanism, s->offered.n_mechanisms);
	if (s->offered.n_bindings) {
		*to++ = '\x1f';
		to = join_sorted(to, s->offered.binding, s->offered.n_bindings);
	}
	hash_of(s->mechanism->hash, str_of(lists, (size_t)(to - lists)), hash);
	return base64_encode(&s->arena, str_of(hash, hash_size(s->mechanism->hash)));
}

static struct sasl_turn
on_account(struct sasl *s, const struct credentials *account, const struct fast_tokens *tokens)
{
	enum hash h = s->mechanism->hash;
	struct scram *c = s->own;
	const struct scram_keys *keys;
	struct str salt;

	(void)tokens;
	sasl_take_account(s, account, account && account->keys[h].iterations);
	keys = &s->account->keys[h];
	salt = base64_encode(&s->arena, str_of(keys->salt, keys->salt_len));
	c->server_first = str_format(&s->arena, "r=%.*s,s=%.*s,i=%u", STR_ARG(c->nonce),
	    STR_ARG(salt), (unsigned)keys->iterations);
	if (s->conf.hash_lists)
		c->server_first = str_format(&s->arena, "%.*s,h=%.*s", STR_ARG(c->server_first),
		    STR_ARG(hash_of_offer(s)));
	return sasl_challenge(c->server_first);
}

/* --- the client's final message ------------------------------------------------------- */

/*
 * The client has the password when its proof, less what anyone can compute from the messages
 * and StoredKey, hashes to StoredKey (section 3).
 */
static bool
is_proved(struct sasl *s, struct str proof, const struct str *auth_message, size_t n)
{
	enum hash h = s->mechanism->hash;
	const struct scram_keys *keys = &s->account->keys[h];
	struct str stored_key = str_of(keys->stored_key, hash_size(h));
	char client_key[HASH_MAX], hashed[HASH_MAX];
	bool same;

	hash_hmac(h, stored_key, auth_message, n, client_key);
	for (size_t i = 0; i < proof.len; i++)
		client_key[i] = (char)(client_key[i] ^ proof.at[i]);
	hash_of(h, str_of(client_key, proof.len), hashed);
	same = str_eq_secret(str_of(hashed, stored_key.len), stored_key);
	mem_wipe(client_key, sizeof(client_key));
	return same;
}

/* The GS2 header of the first message again, and the bytes of the channel we see. */
static bool
is_same_channel(const struct sasl *s, const struct scram *c, struct str said)
{
	struct str bytes = { 0 };

	if (c->binding != SASL_BINDINGS)
		bytes = s->channel.binding[c->binding];
	return str_starts(said, c->gs2_header) &&
	       str_eq_secret(str_slice(said, c->gs2_header.len, said.len), bytes);
}

static struct sasl_turn
client_final(struct sasl *s, const struct scram *c, struct str message)
{
	enum hash h = s->mechanism->hash;
	struct str rest = message, channel, nonce, proof, without_proof;
	char attribute, signature[HASH_MAX];
	bool proved;

	if (!str_is_utf8(message) || str_find(message, '\0') < message.len)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "not text");
	if (!take_named(&rest, 'c', &channel) ||
	    base64_decode(&s->arena, channel, &channel) != OK)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad channel binding");
	if (!take_named(&rest, 'r', &nonce))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad nonce");
	do {
		size_t before = message.len - rest.len; /* and a comma */

		if (!take_attribute(&rest, &attribute, &proof))
			return sasl_refuse(s, SASL_MALFORMED_REQUEST, "no proof");
		without_proof = str_slice(message, 0, before - 1);
	} while (is_extension(attribute));
	if (attribute != 'p' || rest.at || base64_decode(&s->arena, proof, &proof) != OK ||
	    proof.len != hash_size(h))
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "bad proof");
	if (!is_same_channel(s, c, channel))
		return sasl_refuse(
		    s, SASL_NOT_AUTHORIZED, "client is bound to another channel");
	if (!str_eq(nonce, c->nonce))
		return sasl_refuse(s, SASL_NOT_AUTHORIZED, "nonce of another exchange");

	const struct str auth_message[] = { c->client_bare, S(","), c->server_first, S(","),
		without_proof };
	const size_t n = sizeof(auth_message) / sizeof(auth_message[0]);

	proved = is_proved(s, proof, auth_message, n);
	hash_hmac(h, str_of(s->account->keys[h].server_key, hash_size(h)), auth_message, n,
	    signature);
	if (!proved)
		return sasl_refuse(
		    s, SASL_NOT_AUTHORIZED, s->is_known ? "wrong password" : "no such account");
	return sasl_admit(
	    s, str_format(&s->arena, "v=%.*s",
		   STR_ARG(base64_encode(&s->arena, str_of(signature, hash_size(h))))));
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	if (!s->own)
		return client_first(
		    s, s->own = arena_zalloc(&s->arena, sizeof(struct scram)), message);
	return client_final(s, s->own, message);
}

#define SCRAM(text, is_bound, which)                                                           \
	{                                                                                      \
		.name = S("SCRAM-" text), .binds = is_bound, .hash = which,                    \
		.is_offered = is_offered, .on_message = on_message, .on_account = on_account,  \
	}

const struct sasl_mechanism sasl_scram[6] = {
	SCRAM("SHA-512-PLUS", true, HASH_SHA512),
	SCRAM("SHA-256-PLUS", true, HASH_SHA256),
	SCRAM("SHA-1-PLUS", true, HASH_SHA1),
	SCRAM("SHA-512", false, HASH_SHA512),
	SCRAM("SHA-256", false, HASH_SHA256),
	SCRAM("SHA-1", false, HASH_SHA1),
};
