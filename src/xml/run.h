/* SPDX-License-Identifier: MIT
 *
 * How far a run of unremarkable bytes goes. Internal to the folder.
 *
 * Nearly all bytes of a stanza are in such runs: 16 at a time where the machine can, which
 * every x86-64 can (docs/decisions/0004-own-xml-parser.md has the figures).
 *
 * Each function returns a position from p to end: the first byte that is not in its class,
 * or one in the class that its caller has to look at as well; never one behind that.
 */
#ifndef XML_RUN_H
#define XML_RUN_H

#include "xml/chars.h"

#ifdef __SSE2__
#include <emmintrin.h>

static inline __m128i
run_load(const unsigned char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Bits for the bytes that are set in the mask. */
static inline unsigned
run_bits(__m128i mask)
{
	return (unsigned)_mm_movemask_epi8(mask);
}

static inline __m128i
run_eq(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* Control characters, and, because the comparison is signed, all from 0x80 on. */
static inline __m128i
run_odd(__m128i bytes)
{
	return _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
}

static inline __m128i
run_between(__m128i bytes, char first, char last)
{
	return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(first - 1))),
	    _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)(last + 1))));
}
#endif

/* CHAR_TEXT */
static inline const unsigned char *
run_text(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i b = run_load(p);
		unsigned stop = run_bits(_mm_or_si128(_mm_or_si128(run_odd(b), run_eq(b, '<')),
		    _mm_or_si128(run_eq(b, '&'), run_eq(b, ']'))));

		if (stop) {
			p += __builtin_ctz(stop);
			if (!char_is(*p, CHAR_TEXT))
				return p;
			p++;
		} else {
			p += 16;
		}
	}
#endif
	while (p < end && char_is(*p, CHAR_TEXT))
		p++;
	return p;
}

/* CHAR_VALUE, and the quote that does not end the value */
static inline const unsigned char *
run_value(const unsigned char *p, const unsigned char *end, unsigned char quote)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i b = run_load(p);
		unsigned stop =
		    run_bits(_mm_or_si128(_mm_or_si128(run_odd(b), run_eq(b, (char)quote)),
			_mm_or_si128(run_eq(b, '&'), run_eq(b, '<'))));

		if (stop)
			return p + __builtin_ctz(stop);
		p += 16;
	}
#else
	(void)quote;
#endif
	while (p < end && char_is(*p, CHAR_VALUE))
		p++;
	return p;
}

/* What stays as it is when text is escaped, anywhere; see text_escape */
static inline const unsigned char *
run_plain(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i b = run_load(p);
		unsigned stop =
		    run_bits(_mm_or_si128(_mm_or_si128(_mm_or_si128(run_odd(b), run_eq(b, '<')),
					      _mm_or_si128(run_eq(b, '&'), run_eq(b, '>'))),
			_mm_or_si128(run_eq(b, '\''), run_eq(b, '"'))));

		if (stop)
			return p + __builtin_ctz(stop);
		p += 16;
	}
#endif
	while (p < end && char_is(*p, CHAR_VALUE) && *p != '>')
		p++;
	return p;
}

/* CHAR_NAME */
static inline const unsigned char *
run_name(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		__m128i b = run_load(p);
		__m128i letter = run_between(_mm_or_si128(b, _mm_set1_epi8(0x20)), 'a', 'z');
		__m128i digit = _mm_andnot_si128(run_eq(b, '/'), run_between(b, '-', '9'));
		unsigned stop = 0xffff ^ run_bits(_mm_or_si128(
					     _mm_or_si128(letter, digit), run_eq(b, '_')));

		if (stop)
			return p + __builtin_ctz(stop);
		p += 16;
	}
#endif
	while (p < end && char_is(*p, CHAR_NAME))
		p++;
	return p;
}

/*
 * Characters beyond ASCII, as far as it is plain that they are well-formed and allowed:
 * U+0080 to U+07FF, U+1000 to U+CFFF, U+E000 to U+EFFF, U+10000 to U+3FFFF. Leaves others to
 * char_decode, and the last bytes.
 */
static inline const unsigned char *
run_beyond_ascii(const unsigned char *p, const unsigned char *end)
{
	while (end - p >= 4) {
		unsigned char c = p[0];
		bool second = (p[1] & 0xc0) == 0x80, third = (p[2] & 0xc0) == 0x80;

		if (c >= 0xc2 && c <= 0xdf && second)
			p += 2;
		else if (((c >= 0xe1 && c <= 0xec) || c == 0xee) && second && third)
			p += 3;
		else if (c == 0xf0 && p[1] >= 0x90 && second && third && (p[3] & 0xc0) == 0x80)
			p += 4;
		else
			break;
	}
	return p;
}

#endif
