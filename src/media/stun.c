/* SPDX-License-Identifier: MIT */
#include "media/stun.h"

#include "base/hash.h"

enum {
	COOKIE = 0x2112a442, /* RFC 8489 section 5 */
	COOKIE_AT = 4,
	TRANSACTION_AT = 8,
	TRANSACTION = 12, /* bytes */
	HEAD = 4,         /* of an attribute: its type and length */
	SHA1 = 20,        /* bytes */
	FAMILY_IPV4 = 1,
	FAMILY_IPV6 = 2,
	MUST_BE_KNOWN = 0x8000, /* types below (RFC 8489 section 14) */
};

static uint16_t
get16(const char *at)
{
	return (uint16_t)((unsigned char)at[0] << 8 | (unsigned char)at[1]);
}

static uint32_t
get32(const char *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void
put16(uint8_t *at, size_t n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

static void
put32(uint8_t *at, uint32_t n)
{
	put16(at, n >> 16);
	put16(at + 2, n & 0xffff);
}

static size_t
padded(size_t bytes)
{
	return (bytes + 3) & ~(size_t)3;
}

/* CRC-32 of ITU V.42, XORed as RFC 8489 section 14.7 wants it. */
static uint32_t
fingerprint(const void *bytes, size_t n)
{
	const uint8_t *at = bytes;
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= at[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc ^ 0x5354554e;
}

/* --- reading ---------------------------------------------------------------------------- */

/* The last attribute must be a fingerprint, if one is (section 14.7). */
static bool
check_fingerprint(struct str bytes, size_t at, struct str value)
{
	return value.len == 4 && at + HEAD + 4 == bytes.len &&
	       get32(value.at) == fingerprint(bytes.at, at);
}

enum status
stun_read(struct str datagram, struct stun *out)
{
	struct stun m = { .bytes = datagram };
	unsigned type;

	if (datagram.len < STUN_HEADER || (datagram.at[0] & 0xc0) || datagram.len % 4 ||
	    get16(datagram.at + 2) != datagram.len - STUN_HEADER ||
	    get32(datagram.at + COOKIE_AT) != COOKIE)
		return E_INVALID;
	type = get16(datagram.at);
	m.kind = (enum stun_class)((type >> 4 & 1) | (type >> 7 & 2));
	m.method = (type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80);
	for (size_t at = STUN_HEADER, len; at < datagram.len; at += HEAD + padded(len)) {
		len = get16(datagram.at + at + 2);
		if (padded(len) > datagram.len - at - HEAD)
			return E_INVALID;
		type = get16(datagram.at + at);
		if (type == STUN_FINGERPRINT &&
		    !check_fingerprint(datagram, at, str_slice(datagram, at + HEAD, len)))
			return E_INVALID;
		if (type == STUN_MESSAGE_INTEGRITY && !m.signed_to) {
			if (len != SHA1)
				return E_INVALID;
			m.signed_to = at;
		}
	}
	*out = m;
	return OK;
}

size_t
stun_frame(struct str bytes)
{
	size_t len;

	if (bytes.len && (bytes.at[0] & 0x80))
		return STUN_NO_FRAME;
	if (bytes.len < HEAD)
		return 0;
	len = get16(bytes.at + 2);
	if (bytes.at[0] & 0x40)
		len = CHANNEL_HEAD + padded(len);
	else if (len % 4)
		return STUN_NO_FRAME;
	else
		len += STUN_HEADER;
	return len <= STUN_FRAME_MAX ? len : STUN_NO_FRAME;
}

/* What stands behind the integrity is not covered by it (RFC 8489 section 14.5). */
static size_t
end_of(const struct stun *m)
{
	return m->signed_to ? m->signed_to : m->bytes.len;
}

bool
stun_next(const struct stun *m, unsigned type, size_t *at, struct str *value)
{
	size_t i = *at ? *at : STUN_HEADER, len;

	for (; i < end_of(m); i += HEAD + padded(len)) {
		len = get16(m->bytes.at + i + 2);
		if (get16(m->bytes.at + i) != type)
			continue;
		*value = str_slice(m->bytes, i + HEAD, len);
		*at = i + HEAD + padded(len);
		return true;
	}
	*at = i;
	return false;
}

struct str
stun_find(const struct stun *m, unsigned type)
{
	struct str value = { 0 };
	size_t at = 0;

	return stun_next(m, type, &at, &value) ? value : (struct str){ 0 };
}

static bool
is_known(unsigned type)
{
	static const uint16_t known[] = { STUN_USERNAME, STUN_MESSAGE_INTEGRITY,
		STUN_ERROR_CODE, STUN_UNKNOWN_ATTRIBUTES, STUN_CHANNEL_NUMBER, STUN_LIFETIME,
		STUN_XOR_PEER_ADDRESS, STUN_DATA_VALUE, STUN_REALM, STUN_NONCE,
		STUN_XOR_RELAYED_ADDRESS, STUN_REQUESTED_ADDRESS_FAMILY, STUN_EVEN_PORT,
		STUN_REQUESTED_TRANSPORT, STUN_XOR_MAPPED_ADDRESS };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == type)
			return true;
	return false;
}

unsigned
stun_unknown(const struct stun *m)
{
	for (size_t at = STUN_HEADER; at < end_of(m);
	     at += HEAD + padded(get16(m->bytes.at + at + 2))) {
		unsigned type = get16(m->bytes.at + at);

		if (type < MUST_BE_KNOWN && !is_known(type))
			return type;
	}
	return 0;
}

/* From and to the form on the wire: XORed with the cookie and the transaction. */
static void
turn_over(const uint8_t *header, const uint8_t *in, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = in[i] ^ header[COOKIE_AT + i];
}

enum status
stun_read_address(const struct stun *m, struct str value, struct endpoint *out)
{
	const uint8_t *header = (const uint8_t *)m->bytes.at;
	uint8_t at[16];
	struct endpoint e;

	if (value.len == 8 && value.at[1] == FAMILY_IPV4) {
		turn_over(header, (const uint8_t *)value.at + 4, at, 4);
		e.address = address_of_ipv4(at);
	} else if (value.len == 20 && value.at[1] == FAMILY_IPV6) {
		turn_over(header, (const uint8_t *)value.at + 4, at, 16);
		memcpy(e.address.at, at, 16);
	} else {
		return E_INVALID;
	}
	e.port = get16(value.at + 2) ^ (COOKIE >> 16);
	*out = e;
	return OK;
}

/* The header's length counts to the end of the integrity, whatever follows (section 14.5). */
static void
sign(const void *bytes, size_t len, struct str key, char out[SHA1])
{
	uint8_t head[STUN_HEADER];
	struct str pieces[2];

	memcpy(head, bytes, STUN_HEADER);
	put16(head + 2, len + HEAD + SHA1 - STUN_HEADER);
	pieces[0] = str_of((const char *)head, STUN_HEADER);
	pieces[1] = str_of((const char *)bytes + STUN_HEADER, len - STUN_HEADER);
	hash_hmac(HASH_SHA1, key, pieces, 2, out);
}

bool
stun_is_signed(const struct stun *m, struct str key)
{
	char wanted[SHA1];

	if (!m->signed_to)
		return false;
	sign(m->bytes.at, m->signed_to, key, wanted);
	return str_eq_secret(
	    str_of(wanted, SHA1), str_slice(m->bytes, m->signed_to + HEAD, SHA1));
}

/* --- writing ---------------------------------------------------------------------------- */

void
stun_begin(
    struct stun_writer *w, enum stun_class kind, unsigned method, const uint8_t transaction[12])
{
	unsigned k = kind;

	put16(w->at, (method & 0xf) | (method & 0x70) << 1 | (method & 0xf80) << 2 |
			 (k & 1) << 4 | (k & 2) << 7);
	put16(w->at + 2, 0);
	put32(w->at + COOKIE_AT, COOKIE);
	memcpy(w->at + TRANSACTION_AT, transaction, TRANSACTION);
	w->len = STUN_HEADER;
}

void
stun_answer(struct stun_writer *w, const struct stun *m, enum stun_class kind)
{
	stun_begin(w, kind, m->method, (const uint8_t *)m->bytes.at + TRANSACTION_AT);
}

/* Room for an attribute; the padding is zero. */
static uint8_t *
add(struct stun_writer *w, unsigned type, size_t bytes)
{
	uint8_t *at = w->at + w->len;

	assert(w->len + HEAD + padded(bytes) <= sizeof(w->at));
	put16(at, type);
	put16(at + 2, bytes);
	memset(at + HEAD, 0, padded(bytes));
	w->len += HEAD + padded(bytes);
	put16(w->at + 2, w->len - STUN_HEADER);
	return at + HEAD;
}

void
stun_add(struct stun_writer *w, unsigned type, struct str value)
{
	uint8_t *at = add(w, type, value.len);

	if (value.len)
		memcpy(at, value.at, value.len);
}

void
stun_add_u32(struct stun_writer *w, unsigned type, uint32_t value)
{
	put32(add(w, type, 4), value);
}

void
stun_add_address(struct stun_writer *w, unsigned type, const struct endpoint *e)
{
	bool ipv4 = address_is_ipv4(&e->address);
	uint8_t *at = add(w, type, ipv4 ? 8 : 20);

	at[1] = ipv4 ? FAMILY_IPV4 : FAMILY_IPV6;
	put16(at + 2, e->port ^ (COOKIE >> 16));
	turn_over(w->at, e->address.at + (ipv4 ? 12 : 0), at + 4, ipv4 ? 4 : 16);
}

void
stun_add_error(struct stun_writer *w, unsigned code, struct str reason)
{
	uint8_t *at = add(w, STUN_ERROR_CODE, 4 + reason.len);

	at[2] = (uint8_t)(code / 100);
	at[3] = (uint8_t)(code % 100);
	memcpy(at + 4, reason.at, reason.len);
}

void
stun_add_integrity(struct stun_writer *w, struct str key)
{
	char mac[SHA1];

	sign(w->at, w->len, key, mac);
	stun_add(w, STUN_MESSAGE_INTEGRITY, str_of(mac, SHA1));
}

void
stun_add_fingerprint(struct stun_writer *w)
{
	uint8_t *at = add(w, STUN_FINGERPRINT, 4);

	put32(at, fingerprint(w->at, w->len - HEAD - 4));
}

void
stun_begin_data(struct stun_writer *w, const uint8_t transaction[12],
    const struct endpoint *from, size_t bytes)
{
	stun_begin(w, STUN_INDICATION, STUN_DATA, transaction);
	stun_add_address(w, STUN_XOR_PEER_ADDRESS, from);
	put16(add(w, STUN_DATA_VALUE, 0) - 2, bytes);
	put16(w->at + 2, w->len + padded(bytes) - STUN_HEADER);
}
