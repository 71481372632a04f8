/* SPDX-License-Identifier: MIT */
#include "xml/chars.h"

enum {
	PLAIN = CHAR_TEXT | CHAR_VALUE | CHAR_CDATA,
	DIGIT = PLAIN | CHAR_NAME,
	LETTER = PLAIN | CHAR_NAME | CHAR_NAME_START,
};

const uint8_t char_class[256] = {
	['\t'] = CHAR_SPACE | CHAR_TEXT | CHAR_CDATA,
	['\n'] = CHAR_SPACE | CHAR_TEXT | CHAR_CDATA,
	['\r'] = CHAR_SPACE | CHAR_CDATA,
	[' '] = CHAR_SPACE | PLAIN,
	['!'] = PLAIN,
	['"'] = CHAR_TEXT | CHAR_CDATA,
	['#' ... '%'] = PLAIN,
	['&'] = CHAR_CDATA,
	['\''] = CHAR_TEXT | CHAR_CDATA,
	['(' ... ','] = PLAIN,
	['-' ... '.'] = DIGIT,
	['/'] = PLAIN,
	['0' ... '9'] = DIGIT,
	[':' ... ';'] = PLAIN,
	['<'] = CHAR_CDATA,
	['=' ... '@'] = PLAIN,
	['A' ... 'Z'] = LETTER,
	['[' ... '\\'] = PLAIN,
	[']'] = CHAR_VALUE,
	['^'] = PLAIN,
	['_'] = LETTER,
	['`'] = PLAIN,
	['a' ... 'z'] = LETTER,
	['{' ... 0x7f] = PLAIN,
};

static bool
continues(const unsigned char *p, const unsigned char *end, size_t n)
{
	return n >= (size_t)(end - p) || (p[n] & 0xc0) == 0x80;
}

int
char_decode(const unsigned char *p, const unsigned char *end, uint32_t *code)
{
	size_t left = (size_t)(end - p);
	uint32_t c = p[0];

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return -1;
	/* What is there must be right, even when the rest is yet to come. */
	if (!continues(p, end, 1))
		return -1;
	if (c < 0xe0) {
		if (left < 2)
			return 0;
		*code = (c & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}
	if (left < 2)
		return 0;
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ||
	    (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f) || !continues(p, end, 2))
		return -1;
	if (left < 3)
		return 0;
	if (c < 0xf0) {
		*code = (c & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		return 3;
	}
	if (!continues(p, end, 3))
		return -1;
	if (left < 4)
		return 0;
	*code = (c & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
		(uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
	return 4;
}

size_t
char_encode(uint32_t code, char *out)
{
	unsigned char *o = (unsigned char *)out;

	if (code < 0x80) {
		o[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		o[0] = (unsigned char)(0xc0 | code >> 6);
		o[1] = (unsigned char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		o[0] = (unsigned char)(0xe0 | code >> 12);
		o[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		o[2] = (unsigned char)(0x80 | (code & 0x3f));
		return 3;
	}
	o[0] = (unsigned char)(0xf0 | code >> 18);
	o[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
	o[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	o[3] = (unsigned char)(0x80 | (code & 0x3f));
	return 4;
}

bool
char_is_allowed(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) ||
	       (code >= 0x10000 && code <= 0x10ffff);
}

bool
char_starts_name(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = { { 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x2ff }, { 0x370, 0x37d },
		{ 0x37f, 0x1fff }, { 0x200c, 0x200d }, { 0x2070, 0x218f }, { 0x2c00, 0x2fef },
		{ 0x3001, 0xd7ff }, { 0xf900, 0xfdcf }, { 0xfdf0, 0xfffd },
		{ 0x10000, 0xeffff } };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool
char_continues_name(uint32_t c)
{
	return char_starts_name(c) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f ||
	       c == 0x2040;
}
