/* SPDX-License-Identifier: MIT */
#include "transport/recognise.h"

#include "base/limits.h"
#include "transport/proxy_header.h"

enum {
	HANDSHAKE = 22, /* RFC 8446 section 5.1; the version behind it begins with 3 */
	STUN_COOKIE_AT = 4,
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

enum spoken
recognise(struct str bytes)
{
	enum agreement proxy = agreement(bytes, proxy_signature_2);

	if (bytes.len == 0)
		return SPOKEN_UNCLEAR;
	if ((unsigned char)bytes.at[0] == HANDSHAKE)
		return spoken_if(agreement(bytes, S("\x16\x03")), SPOKEN_TLS);
	if ((unsigned char)bytes.at[0] <= 3)
		return recognise_stun(bytes);
	if (proxy == NONE)
		proxy = agreement(bytes, proxy_signature_1);
	return proxy == NONE ? recognise_text(bytes) : spoken_if(proxy, SPOKEN_PROXY);
}
