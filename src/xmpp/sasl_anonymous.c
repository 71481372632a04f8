/* SPDX-License-Identifier: MIT
 *
 * ANONYMOUS (RFC 4505, XEP-0175 1.2): whoever comes gets a new address that nobody can guess
 * and that no account stands behind.
 *
 *     client  [trace]     (looked at for its form only: we do not want to know)
 */
#include "xmpp/sasl_mechanism.h"

#include "base/encode.h"
#include "base/random.h"

enum {
	TRACE_MAX_CHARS = 255, /* RFC 4505 section 2 */
	LOCAL_BYTES = 16,
};

static bool
is_offered(const struct sasl_mechanism *m, const struct sasl_conf *conf,
    const struct sasl_channel *channel)
{
	(void)m, (void)channel;
	return conf->anonymous;
}

static size_t
chars(struct str utf8)
{
	size_t n = 0;

	for (size_t i = 0; i < utf8.len; i++)
		n += ((uint8_t)utf8.at[i] & 0xc0) != 0x80;
	return n;
}

static struct sasl_turn
on_message(struct sasl *s, struct str message)
{
	char unguessable[LOCAL_BYTES];
	struct str local;

	if (!str_is_utf8(message) || chars(message) > TRACE_MAX_CHARS ||
	    str_find(message, '\0') < message.len)
		return sasl_refuse(s, SASL_MALFORMED_REQUEST, "trace too long or no text");
	random_bytes(unguessable, sizeof(unguessable));
	local = hex_encode(&s->arena, str_of(unguessable, sizeof(unguessable)));
	s->user = jid_join(&s->arena, local, s->host, (struct str){ 0 });
	return (struct sasl_turn){ .what = SASL_SUCCESS, .user = s->user, .anonymous = true };
}

const struct sasl_mechanism sasl_anonymous = {
	.name = S("ANONYMOUS"),
	.is_offered = is_offered,
	.on_message = on_message,
};
