/* SPDX-License-Identifier: MIT
 *
 * Which characters may stand where (XML 1.0 fifth edition, sections 2.2 and 2.3). Internal to
 * the folder.
 */
#ifndef XML_CHARS_H
#define XML_CHARS_H

#include "base/lang.h"

/* Of one byte; bytes from 0x80 on have no class and are decoded. */
enum {
	CHAR_SPACE = 1,      /* space, tab, CR, LF */
	CHAR_NAME_START = 2, /* may begin a name; the colon is left out */
	CHAR_NAME = 4,       /* may continue one; the colon is left out */
	CHAR_TEXT = 8,       /* character data that needs no look: all but < & ] and CR */
	CHAR_VALUE = 16,     /* the same in an attribute: all but < & ' " tab, CR, LF */
	CHAR_CDATA = 32,     /* the same in a CDATA section: all but ] */
};

extern const uint8_t char_class[256];

static inline bool
char_is(unsigned char c, unsigned kinds)
{
	return (char_class[c] & kinds) != 0;
}

/*
 * Decodes the character at p < end (RFC 3629: no surrogates, no overlong forms).
 * Returns its length, 0 when the bytes end inside it, -1 when it is malformed.
 */
int char_decode(const unsigned char *p, const unsigned char *end, uint32_t *code);

/* Writes the character; at most 4 bytes. */
size_t char_encode(uint32_t code, char *out);

/* The production Char. */
bool char_is_allowed(uint32_t code);

/* NameStartChar and NameChar for characters from U+0080 on. */
bool char_starts_name(uint32_t code);
bool char_continues_name(uint32_t code);

#endif
