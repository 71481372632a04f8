/* SPDX-License-Identifier: MIT */
#include "modules/bytestreams/socks5.h"

#include "base/encode.h"

enum { VERSION = 5, CONNECT = 1, DOMAIN_NAME = 3, REQUEST_HEAD = 5 };

static unsigned
byte(struct str s, size_t at)
{
	return (unsigned char)s.at[at];
}

/* VER NMETHODS METHODS */
enum socks5_reading
socks5_greeting(struct str bytes, size_t *used)
{
	size_t n;

	if (bytes.len >= 1 && byte(bytes, 0) != VERSION)
		return SOCKS5_BAD;
	if (bytes.len < 2 || bytes.len < 2 + (n = byte(bytes, 1)))
		return SOCKS5_UNCLEAR;
	*used = 2 + n;
	return str_find(str_slice(bytes, 2, n), '\0') < n ? SOCKS5_GOOD : SOCKS5_REFUSED;
}

struct str
socks5_greeting_answer(bool accepted)
{
	return accepted ? S("\x05\x00") : S("\x05\xff");
}

/* XEP-0065 section 6.3.2: the hash in hexadecimal digits. */
static bool
read_key(struct str name, char key[SOCKS5_KEY])
{
	if (name.len != SOCKS5_KEY)
		return false;
	for (size_t i = 0; i < SOCKS5_KEY; i++) {
		int value = hex_value(name.at[i]);

		if (value < 0)
			return false;
		key[i] = "0123456789abcdef"[value];
	}
	return true;
}

/* Bytes of the address of that type, with its length if it has one; 0: there is no such type.
 */
static size_t
address_bytes(struct str bytes)
{
	switch (byte(bytes, 3)) {
	case 1:
		return 4;
	case DOMAIN_NAME:
		return 1 + byte(bytes, 4);
	case 4:
		return 16;
	default:
		return 0;
	}
}

/* VER CMD RSV ATYP DST.ADDR DST.PORT. The port must be 0, and nothing depends on it. */
enum socks5_reading
socks5_request(struct str bytes, size_t *used, struct socks5_request *out)
{
	size_t address;

	if ((bytes.len >= 1 && byte(bytes, 0) != VERSION) ||
	    (bytes.len >= 3 && byte(bytes, 2) != 0))
		return SOCKS5_BAD;
	if (bytes.len < REQUEST_HEAD)
		return SOCKS5_UNCLEAR;
	if ((address = address_bytes(bytes)) == 0)
		return SOCKS5_BAD;
	if (bytes.len < 4 + address + 2)
		return SOCKS5_UNCLEAR;
	*used = 4 + address + 2;
	out->answer =
	    byte(bytes, 1) != CONNECT ? SOCKS5_COMMAND_UNKNOWN : SOCKS5_ADDRESS_UNKNOWN;
	if (byte(bytes, 1) == CONNECT && byte(bytes, 3) == DOMAIN_NAME &&
	    read_key(str_slice(bytes, REQUEST_HEAD, address - 1), out->key))
		return SOCKS5_GOOD;
	return SOCKS5_REFUSED;
}

size_t
socks5_reply(const char key[SOCKS5_KEY], char out[SOCKS5_REPLY])
{
	static const char head[] = { VERSION, SOCKS5_SUCCEEDED, 0, DOMAIN_NAME, SOCKS5_KEY };

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), key, SOCKS5_KEY);
	memset(out + sizeof(head) + SOCKS5_KEY, 0, 2);
	return SOCKS5_REPLY;
}

struct str
socks5_refusal(enum socks5_answer answer)
{
	switch (answer) {
	case SOCKS5_COMMAND_UNKNOWN:
		return S("\x05\x07\x00\x01\0\0\0\0\0\0");
	case SOCKS5_ADDRESS_UNKNOWN:
		return S("\x05\x08\x00\x01\0\0\0\0\0\0");
	default:
		return S("\x05\x02\x00\x01\0\0\0\0\0\0");
	}
}
