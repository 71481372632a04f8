/* SPDX-License-Identifier: MIT
 *
 * What a client of a SOCKS5 proxy says (RFC 1928), as far as bytestreams use it (XEP-0065
 * section 10.2): no authentication, CONNECT, and a domain name that is no name but a hash.
 */
#ifndef MODULES_BYTESTREAMS_SOCKS5_H
#define MODULES_BYTESTREAMS_SOCKS5_H

#include "base/str.h"

enum {
	SOCKS5_KEY = 40,                   /* characters of a hash */
	SOCKS5_GREETING_MAX = 2 + 255,     /* bytes */
	SOCKS5_REQUEST_MAX = 5 + 255 + 2,  /* bytes */
	SOCKS5_REPLY = 5 + SOCKS5_KEY + 2, /* bytes */
};

enum socks5_reading {
	SOCKS5_UNCLEAR, /* more bytes are needed; never for as many as the maximum */
	SOCKS5_GOOD,
	SOCKS5_REFUSED, /* it is said well, but we do not do that: answer, and close */
	SOCKS5_BAD,     /* something else is spoken */
};

/* Section 6: why a request is refused. */
enum socks5_answer {
	SOCKS5_SUCCEEDED = 0,
	SOCKS5_NOT_ALLOWED = 2,
	SOCKS5_COMMAND_UNKNOWN = 7,
	SOCKS5_ADDRESS_UNKNOWN = 8,
};

/* Section 3. bytes: all that have come so far; *used: those of the greeting, but for UNCLEAR.
 * REFUSED: it does not offer to do without authentication. */
enum socks5_reading socks5_greeting(struct str bytes, size_t *used);

/* What answers it: two bytes. */
struct str socks5_greeting_answer(bool accepted);

struct socks5_request {
	char key[SOCKS5_KEY];      /* in lower case; GOOD only */
	enum socks5_answer answer; /* REFUSED only */
};

/* Sections 4 and 5; as above. */
enum socks5_reading socks5_request(struct str bytes, size_t *used, struct socks5_request *out);

/* XEP-0065 section 6.3.2: the reply says again what was asked for. Writes it, returns its
 * length. */
size_t socks5_reply(const char key[SOCKS5_KEY], char out[SOCKS5_REPLY]);

/* Without an address, where there was none that could be said again: ten bytes. */
struct str socks5_refusal(enum socks5_answer answer);

#endif
