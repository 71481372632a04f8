/* SPDX-License-Identifier: MIT */
#include "transport/recognise.h"

#include "base/limits.h"
#include "transport/proxy_header.h"

enum {
	HANDSHAKE = 22, /* RFC 8446 section 5.1; the version behind it begins with 3 */
	STUN_COOKIE_AT = 4,
	SOCKS_VERSION = 5, /* RFC 1928 section 3 */
};

enum agreement { NONE, SO_FAR, WHOLE };

static enum agreement
agreement(struct str bytes, struct str wanted)
{
	if (str_starts(bytes, wanted))
		return WHOLE;
	return str_starts(wanted, bytes) ? SO_FAR : NONE;
}

static enum spoken
spoken_if(enum agreement a, enum spoken s)
{
	return a == WHOLE ? s : a == SO_FAR ? SPOKEN_UNCLEAR : SPOKEN_UNKNOWN;
}

/* The two bits in front of the type are zero, the length is one of whole words, and the
 * cookie follows (RFC 8489 section 5). */
static enum spoken
recognise_stun(struct str bytes)
{
	if (bytes.len >= STUN_COOKIE_AT && bytes.at[STUN_COOKIE_AT - 1] & 3)
		return SPOKEN_UNKNOWN;
	return spoken_if(
	    agreement(str_slice(bytes, STUN_COOKIE_AT, bytes.len), S("\x21\x12\xa4\x42")),
	    SPOKEN_STUN);
}

/* White space may stand before a stream's header, and empty lines before a request (RFC 9112
 * section 2.2). Who sends nothing else is left to the XML parser's patience. */
static enum spoken
recognise_text(struct str bytes)
{
	size_t at = 0;

	while (at < bytes.len && at < FIRST_BYTES_MAX && strchr(" \t\r\n", bytes.at[at]) &&
	       bytes.at[at])
		at++;
	if (at == FIRST_BYTES_MAX)
		return SPOKEN_XMPP;
	if (at == bytes.len)
		return SPOKEN_UNCLEAR;
	if (bytes.at[at] == '<')
		return SPOKEN_XMPP;
	return bytes.at[at] >= 'A' && bytes.at[at] <= 'Z' ? SPOKEN_HTTP : SPOKEN_UNKNOWN;
}

/* --- streams ------------------------------------------------------------------------------ */

/* Position behind the tag that begins at `at`, which may hold '>' in quotes, and whether one of
 * its attributes has that value. 0: its end is not there. */
static size_t
behind_tag(struct str bytes, size_t at, struct str value, bool *has_value)
{
	size_t from;

	for (; at < bytes.len && bytes.at[at] != '>'; at++) {
		char quote = bytes.at[at];

		if (quote != '\'' && quote != '"')
			continue;
		from = at + 1;
		at = from + str_find(str_slice(bytes, from, bytes.len), quote);
		*has_value |= str_eq(str_slice(bytes, from, at - from), value);
	}
	return at < bytes.len ? at + 1 : 0;
}

enum spoken
recognise_stream(struct str bytes)
{
	struct str ns = S("jabber:component:accept");
	bool is_component = false;
	size_t start = str_find(bytes, '<'), end = behind_tag(bytes, start, ns, &is_component);

	if (end && str_starts(str_slice(bytes, start, end), S("<?"))) {
		is_component = false;
		start = end + str_find(str_slice(bytes, end, bytes.len), '<');
		end = behind_tag(bytes, start, ns, &is_component);
	}
	if (!end && bytes.len < STREAM_HEADER_LOOK)
		return SPOKEN_UNCLEAR;
	return is_component ? SPOKEN_COMPONENT : SPOKEN_XMPP;
}

/* --- all ---------------------------------------------------------------------------------- */

enum spoken
recognise(struct str bytes)
{
	enum agreement proxy = agreement(bytes, proxy_signature_2);

	if (bytes.len == 0)
		return SPOKEN_UNCLEAR;
	if ((unsigned char)bytes.at[0] == HANDSHAKE)
		return spoken_if(agreement(bytes, S("\x16\x03")), SPOKEN_TLS);
	if (bytes.at[0] == SOCKS_VERSION)
		return SPOKEN_SOCKS;
	if ((unsigned char)bytes.at[0] <= 3)
		return recognise_stun(bytes);
	if (proxy == NONE)
		proxy = agreement(bytes, proxy_signature_1);
	return proxy == NONE ? recognise_text(bytes) : spoken_if(proxy, SPOKEN_PROXY);
}
