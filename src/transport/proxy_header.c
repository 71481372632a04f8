/* SPDX-License-Identifier: MIT */
#include "transport/proxy_header.h"

const struct str proxy_signature_1 = S("PROXY ");
const struct str proxy_signature_2 = S("\r\n\r\n\0\r\nQUIT\n");

/* --- version 1: a line of text (section 2.1) ------------------------------------------- */

/* The line without its end. Neither CR nor LF may stand alone. */
static enum proxy_verdict
find_line(struct str bytes, struct str *out)
{
	size_t len = bytes.len < PROXY_HEADER_MAX ? bytes.len : PROXY_HEADER_MAX;
	size_t at = 0;

	while (at < len && bytes.at[at] != '\r' && bytes.at[at] != '\n')
		at++;
	if (at + 1 >= PROXY_HEADER_MAX)
		return PROXY_BAD;
	if (at == len || (at + 1 == len && bytes.at[at] == '\r'))
		return PROXY_UNCLEAR;
	if (bytes.at[at] != '\r' || bytes.at[at + 1] != '\n')
		return PROXY_BAD;
	*out = str_slice(bytes, 0, at);
	return PROXY_GOOD;
}

static bool
take_address(struct str *line, bool ipv4, struct address *out)
{
	struct str word;

	return str_split(line, ' ', &word) && address_parse(word, out) == OK &&
	       (str_find(word, ':') == word.len) == ipv4;
}

static bool
take_port(struct str *line)
{
	struct str word;
	uint64_t port;

	return str_split(line, ' ', &word) && str_to_u64(word, UINT16_MAX, &port) == OK &&
	       (word.len == 1 || word.at[0] != '0');
}

static enum proxy_verdict
read_line(struct str line, struct proxy_header *out)
{
	struct proxy_header h = { .bytes = line.len + S("\r\n").len };
	struct address to;
	struct str word;
	bool ipv4;

	line = str_slice(line, proxy_signature_1.len, line.len);
	if (!str_split(&line, ' ', &word))
		return PROXY_BAD;
	if (str_eq(word, S("UNKNOWN"))) { /* whatever follows is ignored */
		*out = h;
		return PROXY_GOOD;
	}
	ipv4 = str_eq(word, S("TCP4"));
	if ((!ipv4 && !str_eq(word, S("TCP6"))) || !take_address(&line, ipv4, &h.from) ||
	    !take_address(&line, ipv4, &to) || !take_port(&line) || !take_port(&line) ||
	    line.at || address_is_none(&h.from))
		return PROXY_BAD;
	*out = h;
	return PROXY_GOOD;
}

static enum proxy_verdict
read_version_1(struct str bytes, struct proxy_header *out)
{
	struct str line;
	enum proxy_verdict v = find_line(bytes, &line);

	return v == PROXY_GOOD ? read_line(line, out) : v;
}

/* --- version 2: a structure (section 2.2) ----------------------------------------------- */

enum {
	COMMAND_AT = 12, /* and version */
	FAMILY_AT = 13,  /* and protocol */
	LENGTH_AT = 14,
	HEAD = 16,
	COMMAND_LOCAL = 0x20,
	COMMAND_PROXY = 0x21,
	TCP_IPV4 = 0x11,
	TCP_IPV6 = 0x21,
	FAMILY_LAST = 3,   /* unspecified, IPv4, IPv6, Unix */
	PROTOCOL_LAST = 2, /* unspecified, stream, datagram */
	IPV4_BYTES = 12,   /* two addresses, two ports */
	IPV6_BYTES = 36,
};

static enum proxy_verdict
read_version_2(struct str bytes, struct proxy_header *out)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	struct proxy_header h = { .bytes = HEAD };
	size_t len, addresses = 0;

	if (bytes.len < HEAD)
		return PROXY_UNCLEAR;
	len = (size_t)at[LENGTH_AT] << 8 | at[LENGTH_AT + 1];
	if ((at[COMMAND_AT] != COMMAND_LOCAL && at[COMMAND_AT] != COMMAND_PROXY) ||
	    at[FAMILY_AT] >> 4 > FAMILY_LAST || (at[FAMILY_AT] & 0xf) > PROTOCOL_LAST)
		return PROXY_BAD;
	if (at[COMMAND_AT] == COMMAND_PROXY && at[FAMILY_AT] == TCP_IPV4)
		addresses = IPV4_BYTES;
	else if (at[COMMAND_AT] == COMMAND_PROXY && at[FAMILY_AT] == TCP_IPV6)
		addresses = IPV6_BYTES;
	if (len < addresses)
		return PROXY_BAD;
	if (bytes.len < HEAD + addresses)
		return PROXY_UNCLEAR;
	if (addresses == IPV4_BYTES)
		h.from = address_of_ipv4(at + HEAD);
	else if (addresses == IPV6_BYTES)
		memcpy(h.from.at, at + HEAD, sizeof(h.from.at));
	if (addresses && address_is_none(&h.from))
		return PROXY_BAD;
	h.bytes += addresses;
	h.rest = len - addresses;
	*out = h;
	return PROXY_GOOD;
}

/* --- which ------------------------------------------------------------------------------- */

enum proxy_verdict
proxy_header_read(struct str bytes, struct proxy_header *out)
{
	if (str_starts(bytes, proxy_signature_1))
		return read_version_1(bytes, out);
	if (str_starts(bytes, proxy_signature_2))
		return read_version_2(bytes, out);
	return str_starts(proxy_signature_1, bytes) || str_starts(proxy_signature_2, bytes)
		   ? PROXY_UNCLEAR
		   : PROXY_BAD;
}
