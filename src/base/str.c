/* SPDX-License-Identifier: MIT */
#include "base/str.h"

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.at, b.at, common) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len &&
	       str_eq(str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

struct str
str_slice(struct str s, size_t from, size_t len)
{
	if (from > s.len)
		from = s.len;
	if (len > s.len - from)
		len = s.len - from;
	return s.at ? str_of(s.at + from, len) : s;
}

size_t
str_find(struct str s, char byte)
{
	const char *at = s.len ? memchr(s.at, byte, s.len) : NULL;

	return at ? (size_t)(at - s.at) : s.len;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.len && is_space(s.at[0]))
		s = str_of(s.at + 1, s.len - 1);
	while (s.len && is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

bool
str_split(struct str *rest, char separator, struct str *piece)
{
	size_t at;

	if (!rest->at)
		return false;
	at = str_find(*rest, separator);
	*piece = str_slice(*rest, 0, at);
	*rest = at == rest->len ? (struct str){ 0 } : str_slice(*rest, at + 1, rest->len);
	return true;
}

struct str
str_place(char **at, struct str s)
{
	struct str copy = { *at, s.len };

	if (!s.at)
		return s;
	memcpy(*at, s.at, s.len);
	*at += s.len;
	return copy;
}

char *
str_to_c(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct str
str_copy(struct arena *a, struct str s)
{
	return str_of(str_to_c(a, s), s.len);
}

struct str
str_format(struct arena *a, const char *format, ...)
{
	char
	    brief[256]; /* most are: a pass that only counts costs as much as one that writes */
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(brief, sizeof(brief), format, args);
	va_end(args);
	assert(len >= 0);
	text = arena_alloc(a, (size_t)len + 1);
	if ((size_t)len < sizeof(brief)) {
		memcpy(text, brief, (size_t)len + 1);
	} else {
		va_start(args, format);
		vsnprintf(text, (size_t)len + 1, format, args);
		va_end(args);
	}
	return str_of(text, (size_t)len);
}

enum status
str_to_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;

	if (s.len == 0)
		return E_INVALID;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)(unsigned char)s.at[i] - '0';

		if (digit > 9)
			return E_INVALID;
		if (n > (UINT64_MAX - digit) / 10)
			return E_LIMIT;
		n = n * 10 + digit;
	}
	if (n > max)
		return E_LIMIT;
	*out = n;
	return OK;
}

/* Length of the well-formed sequence at the start of the bytes, 0 when there is none. */
static size_t
utf8_sequence(const unsigned char *at, size_t len)
{
	unsigned char c = at[0];

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	if (c < 0xe0)
		return len >= 2 && (at[1] & 0xc0) == 0x80 ? 2 : 0;
	if (c < 0xf0) {
		if (len < 3 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80)
			return 0;
		if ((c == 0xe0 && at[1] < 0xa0) || (c == 0xed && at[1] > 0x9f))
			return 0;
		return 3;
	}
	if (len < 4 || (at[1] & 0xc0) != 0x80 || (at[2] & 0xc0) != 0x80 ||
	    (at[3] & 0xc0) != 0x80)
		return 0;
	if ((c == 0xf0 && at[1] < 0x90) || (c == 0xf4 && at[1] > 0x8f))
		return 0;
	return 4;
}

bool
str_is_utf8(struct str s)
{
	const unsigned char *at = (const unsigned char *)s.at;
	size_t left = s.len;

	while (left) {
		uint64_t eight;
		size_t n;

		/* Eight ASCII bytes at a time: nearly all text on the wire. */
		if (left >= 8) {
			memcpy(&eight, at, 8);
			if (!(eight & UINT64_C(0x8080808080808080))) {
				at += 8;
				left -= 8;
				continue;
			}
		}
		n = utf8_sequence(at, left);
		if (n == 0)
			return false;
		at += n;
		left -= n;
	}
	return true;
}

bool
str_eq_secret(struct str a, struct str b)
{
	unsigned char differs = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		differs |= (unsigned char)(a.at[i] ^ b.at[i]);
	return differs == 0;
}
