/* SPDX-License-Identifier: MIT */
#include "base/encode.h"

static const char standard[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex_digits[] = "0123456789abcdef";

/* The last two characters of the alphabet are what differs between the two. */
static int
sextet(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == alphabet[62])
		return 62;
	if (c == alphabet[63])
		return 63;
	return -1;
}

static struct str
encode64(struct arena *a, struct str bytes, const char *alphabet, bool padded)
{
	char *out = arena_alloc(a, bytes.len / 3 * 4 + 4);
	size_t n = 0, i = 0;

	while (i < bytes.len) {
		size_t left = bytes.len - i, used = left < 3 ? left : 3;
		uint32_t group = 0;

		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < used ? (uint8_t)bytes.at[i + k] : 0);
		for (size_t k = 0; k <= used; k++)
			out[n++] = alphabet[group >> (18 - 6 * k) & 63];
		for (size_t k = used; padded && k < 3; k++)
			out[n++] = '=';
		i += used;
	}
	return str_of(out, n);
}

/* text: without padding. */
static enum status
decode64(struct arena *a, struct str text, const char *alphabet, struct str *out)
{
	char *bytes = arena_alloc(a, text.len / 4 * 3 + 3);
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	if (text.len % 4 == 1)
		return E_INVALID;
	for (size_t i = 0; i < text.len; i++) {
		int value = sextet(text.at[i], alphabet);

		if (value < 0)
			return E_INVALID;
		bits = bits << 6 | (uint32_t)value;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			bytes[n++] = (char)(uint8_t)(bits >> n_bits);
			bits &= (1u << n_bits) - 1;
		}
	}
	if (bits) /* of the last character, belonging to no byte */
		return E_INVALID;
	*out = str_of(bytes, n);
	return OK;
}

struct str
base64_encode(struct arena *a, struct str bytes)
{
	return encode64(a, bytes, standard, true);
}

enum status
base64_decode(struct arena *a, struct str text, struct str *out)
{
	if (text.len % 4)
		return E_INVALID;
	/* At most two; a third is then refused as outside the alphabet. */
	for (int i = 0; i < 2 && text.len && text.at[text.len - 1] == '='; i++)
		text.len--;
	return decode64(a, text, standard, out);
}

struct str
base64url_encode(struct arena *a, struct str bytes)
{
	return encode64(a, bytes, for_urls, false);
}

enum status
base64url_decode(struct arena *a, struct str text, struct str *out)
{
	return decode64(a, text, for_urls, out);
}

struct str
hex_encode(struct arena *a, struct str bytes)
{
	char *out = arena_alloc(a, bytes.len * 2);

	for (size_t i = 0; i < bytes.len; i++) {
		out[2 * i] = hex_digits[(uint8_t)bytes.at[i] >> 4];
		out[2 * i + 1] = hex_digits[(uint8_t)bytes.at[i] & 15];
	}
	return str_of(out, bytes.len * 2);
}

int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum status
hex_decode(struct arena *a, struct str text, struct str *out)
{
	char *bytes = arena_alloc(a, text.len / 2);

	if (text.len % 2)
		return E_INVALID;
	for (size_t i = 0; i < text.len / 2; i++) {
		int high = hex_value(text.at[2 * i]), low = hex_value(text.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return E_INVALID;
		bytes[i] = (char)(uint8_t)(high << 4 | low);
	}
	*out = str_of(bytes, text.len / 2);
	return OK;
}

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct str
percent_encode(struct arena *a, struct str s, const char *plain)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(a, 3 * s.len);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char byte = (unsigned char)s.at[i];

		if (is_alphanumeric(s.at[i]) || (byte && strchr(plain, byte))) {
			out[n++] = s.at[i];
			continue;
		}
		out[n++] = '%';
		out[n++] = digits[byte >> 4];
		out[n++] = digits[byte & 15];
	}
	return str_of(out, n);
}
