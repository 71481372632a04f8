/* SPDX-License-Identifier: MIT */
#include "xmpp/precis.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "xmpp/codepoint.h"

/* What distinguishes the profiles: how one code point is mapped, and what may remain. */
struct profile {
	/* Appends what c becomes; at most one unit for each byte of its UTF-8. */
	size_t (*map)(int32_t c, UChar *to);
	bool freeform; /* the FreeformClass, else the IdentifierClass */
	bool bidi;     /* the Bidi Rule applies */
};

static size_t
append(int32_t c, UChar *to)
{
	if (c <= 0xffff) {
		to[0] = (UChar)c;
		return 1;
	}
	to[0] = U16_LEAD(c);
	to[1] = U16_TRAIL(c);
	return 2;
}

/*
 * Width, then case (RFC 8265 section 3.3). Lower case is that of each code point alone, so
 * that a letter does not depend on its neighbours: a final capital sigma becomes an ordinary
 * small one. Only one capital has a lower case of two code points.
 */
static size_t
map_username(int32_t c, UChar *to)
{
	const int32_t capital_i_with_dot = 0x130;
	const UChar dot_above = 0x307;

	if (c < 0x80) {
		to[0] = (UChar)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
		return 1;
	}
	c = codepoint_map_width(c);
	if (c == capital_i_with_dot) {
		to[0] = 'i';
		to[1] = dot_above;
		return 2;
	}
	return append(u_tolower(c), to);
}

/* Any space becomes SPACE (RFC 8265 section 4.2.2, rule 2). */
static size_t
map_opaque(int32_t c, UChar *to)
{
	return append(c >= 0x80 && u_charType(c) == U_SPACE_SEPARATOR ? ' ' : c, to);
}

static const struct profile username = { map_username, false, true };
static const struct profile opaque = { map_opaque, true, false };

/* Text on its way through the steps; wiped by those who prepare secrets. */
struct steps {
	UChar mapped[PRECIS_IN_MAX];
	UChar composed[PRECIS_MAX];
	int32_t text[PRECIS_MAX];
};

static size_t
map(const struct profile *p, struct str in, UChar *to)
{
	size_t count = 0;

	for (size_t i = 0; i < in.len;) {
		int32_t c;

		U8_NEXT_UNSAFE((const uint8_t *)in.at, i, c);
		count += p->map(c, to + count);
	}
	return count;
}

/* Normalization Form C. E_LIMIT: more units than the result may have bytes. */
static enum status
compose(const UChar *in, size_t count, UChar out[PRECIS_MAX], size_t *out_count)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
	int32_t n;

	assert(U_SUCCESS(error)); /* the tables are part of the library */
	n = unorm2_normalize(nfc, in, (int32_t)count, out, PRECIS_MAX, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR)
		return E_LIMIT;
	assert(U_SUCCESS(error) || error == U_STRING_NOT_TERMINATED_WARNING);
	*out_count = (size_t)n;
	return OK;
}

static size_t
decode(const UChar *in, size_t count, int32_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; n++) {
		out[n] = in[i++];
		if (U16_IS_LEAD(in[i - 1]))
			out[n] = U16_GET_SUPPLEMENTARY(out[n], in[i++]);
	}
	return n;
}

static bool
is_allowed(const struct profile *p, const int32_t *text, size_t count)
{
	bool rtl = false, context = false;

	for (size_t i = 0; i < count; i++) {
		if (text[i] > ' ' && text[i] <= '~')
			continue;
		switch (codepoint_property(text[i])) {
		case CODEPOINT_VALID:
			break;
		case CODEPOINT_FREEFORM:
			if (!p->freeform)
				return false;
			break;
		case CODEPOINT_CONTEXT:
			context = true;
			break;
		case CODEPOINT_DISALLOWED:
			return false;
		}
		rtl = rtl || (p->bidi && codepoint_is_rtl(text[i]));
	}
	return (!context || codepoint_context_rules(text, count)) &&
	       (!rtl || codepoint_bidi_rule(text, count));
}

/* E_LIMIT: does not fit. */
static enum status
encode(const int32_t *text, size_t count, char out[PRECIS_MAX], size_t *len)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t c = (uint32_t)text[i];

		if (U8_LENGTH(c) > (int)(PRECIS_MAX - n))
			return E_LIMIT;
		U8_APPEND_UNSAFE((uint8_t *)out, n, c);
	}
	*len = n;
	return OK;
}

static enum status
prepare(
    const struct profile *p, struct str in, struct steps *w, char out[PRECIS_MAX], size_t *len)
{
	size_t count;
	enum status s;

	if (in.len > PRECIS_IN_MAX)
		return E_LIMIT;
	if (in.len == 0 || !str_is_utf8(in))
		return E_INVALID;
	count = map(p, in, w->mapped);
	if ((s = compose(w->mapped, count, w->composed, &count)) != OK)
		return s;
	count = decode(w->composed, count, w->text);
	if (!is_allowed(p, w->text, count))
		return E_INVALID;
	return encode(w->text, count, out, len);
}

enum status
precis_username(struct str in, char out[PRECIS_MAX], size_t *len)
{
	struct steps steps;

	return prepare(&username, in, &steps, out, len);
}

static bool
is_printable_ascii(struct str s)
{
	const uint64_t each = UINT64_C(0x0101010101010101);
	size_t i = 0;

	/* Eight at a time: below SPACE borrows, DEL carries, the rest has the high bit. */
	for (; s.len - i >= 8; i += 8) {
		uint64_t eight;

		memcpy(&eight, s.at + i, 8);
		if (((eight - each * ' ') | (eight + each) | eight) & (each * 0x80))
			return false;
	}
	for (; i < s.len; i++)
		if (s.at[i] < ' ' || s.at[i] > '~')
			return false;
	return true;
}

enum status
precis_opaque(struct str in, char out[PRECIS_MAX], size_t *len)
{
	struct steps steps;

	/* Most resources: nothing to map, all of it allowed. */
	if (in.len > 0 && in.len <= PRECIS_MAX && is_printable_ascii(in)) {
		memcpy(out, in.at, in.len);
		*len = in.len;
		return OK;
	}
	return prepare(&opaque, in, &steps, out, len);
}

enum status
precis_password(struct arena *a, struct str in, struct str *out)
{
	struct steps steps;
	char text[PRECIS_MAX];
	enum status s;
	size_t len;

	if ((s = prepare(&opaque, in, &steps, text, &len)) == OK)
		*out = str_copy(a, str_of(text, len));
	mem_wipe(&steps, sizeof(steps));
	mem_wipe(text, sizeof(text));
	return s;
}
