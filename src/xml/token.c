/* SPDX-License-Identifier: MIT */
#include "xml/token.h"

const byte *
token_refused(struct scan *s, enum xml_error error)
{
	s->error = error;
	s->result = SCAN_BAD;
	return NULL;
}

const byte *
token_cut(struct scan *s, const byte *base, const byte *p)
{
	s->at = position(base, p);
	s->result = SCAN_MORE;
	return NULL;
}

/* Any characters but the ASCII ones that mean something; at least one. */
static const byte *
skip_chars(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *q = run_beyond_ascii(p, end);
	uint32_t code;
	int n;

	if (q != p)
		return q;
	n = char_decode(p, end, &code);
	if (n == 0)
		return token_cut(s, base, p);
	if (n < 0)
		return token_refused(s, XML_BAD_ENCODING);
	if (!char_is_allowed(code))
		return token_refused(s, XML_NOT_WELL_FORMED);
	return p + n;
}

/* At '&'. Only characters and the five entities of XML itself (RFC 6120 section 11.1). */
static const byte *
skip_reference(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	static const struct str known[] = { { "lt", 2 }, { "gt", 2 }, { "amp", 3 },
		{ "quot", 4 }, { "apos", 4 } };
	const byte *name = p + 1, *c = name;
	struct str text;

	if (c < end && *c == '#') {
		uint32_t code = 0, base_of = 10;
		const byte *digits = ++c;

		if (c < end && *c == 'x') {
			base_of = 16;
			digits = ++c;
		}
		for (; c < end && *c != ';'; c++) {
			uint32_t digit;

			if (*c >= '0' && *c <= '9')
				digit = *c - (uint32_t)'0';
			else if (base_of == 16 && (*c | 0x20) >= 'a' && (*c | 0x20) <= 'f')
				digit = (*c | 0x20) - (uint32_t)'a' + 10;
			else
				return token_refused(s, XML_NOT_WELL_FORMED);
			code = code * base_of + digit;
			if (code > 0x10ffff)
				return token_refused(s, XML_NOT_WELL_FORMED);
			if (c - p >= XML_REFERENCE_MAX)
				return token_refused(s, XML_TOO_COMPLEX);
		}
		if (c == end)
			return token_cut(s, base, p);
		if (c == digits || !char_is_allowed(code))
			return token_refused(s, XML_NOT_WELL_FORMED);
		return c + 1;
	}
	while (c < end && char_is(*c, c == name ? CHAR_NAME_START : CHAR_NAME))
		c++;
	/* Longer than all we know, or of other characters: whatever it is, it is an entity. */
	if (c - name > 4 || (c < end && (*c >= 0x80 || *c == ':')))
		return token_refused(s, XML_RESTRICTED);
	if (c == end)
		return token_cut(s, base, p);
	if (*c != ';' || c == name)
		return token_refused(s, XML_NOT_WELL_FORMED);
	text = str_of((const char *)name, (size_t)(c - name));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(text, known[i]))
			return c + 1;
	return token_refused(s, XML_RESTRICTED);
}

/* True when "]]>" stands at p, where a ']' is; false also when the bytes end inside. */
static bool
ends_cdata(const byte *p, const byte *end)
{
	return end - p >= 3 && p[1] == ']' && p[2] == '>';
}

/* True when it could still become one. */
static bool
may_end_cdata(const byte *p, const byte *end)
{
	return end - p < 2 || (end - p < 3 && p[1] == ']');
}

const byte *
token_any_text(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	uint16_t *flags = &s->tape[s->open[s->depth - 1].cell + 1].tag.flags;

	while (p) {
		p = run_text(p, end);
		if (p == end)
			return token_cut(s, base, p);
		if (*p == '<')
			return p;
		if (*p == '&') {
			*flags |= CELL_ESCAPED;
			p = skip_reference(s, base, p, end);
		} else if (*p == '\r') {
			*flags |= CELL_ESCAPED;
			p++;
		} else if (*p == ']') {
			if (ends_cdata(p, end))
				return token_refused(s, XML_NOT_WELL_FORMED);
			if (may_end_cdata(p, end))
				return token_cut(s, base, p);
			p++;
		} else {
			p = skip_chars(s, base, p, end);
		}
	}
	return NULL;
}

const byte *
token_cdata(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	while (p) {
		while (p < end && char_is(*p, CHAR_CDATA))
			p++;
		if (p == end)
			return token_cut(s, base, p);
		if (*p == ']') {
			if (ends_cdata(p, end))
				return p + 3;
			if (may_end_cdata(p, end))
				return token_cut(s, base, p);
			p++;
		} else {
			p = skip_chars(s, base, p, end);
		}
	}
	return NULL;
}

const byte *
token_any_value(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	byte quote = s->quote;

	while (p) {
		p = run_value(p, end, quote);
		if (p == end)
			return token_cut(s, base, p);
		if (*p == quote)
			return p;
		switch (*p) {
		case '\'':
		case '"':
			p++;
			break;
		case '<':
			return token_refused(s, XML_NOT_WELL_FORMED);
		case '&':
			s->tape[s->attr].attr.flags |= CELL_ESCAPED;
			p = skip_reference(s, base, p, end);
			break;
		case '\t':
		case '\n':
		case '\r':
			s->tape[s->attr].attr.flags |= CELL_ESCAPED;
			p++;
			break;
		default:
			p = skip_chars(s, base, p, end);
		}
	}
	return NULL;
}

const byte *
token_any_name(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *part = base + (s->colon ? s->colon + 1 : s->token);

	for (;;) {
		uint32_t code;
		int n;

		if (p == part && p < end && *p < 0x80 && !char_is(*p, CHAR_NAME_START))
			return token_refused(s, XML_NOT_WELL_FORMED);
		p = run_name(p, end);
		if (p == end)
			return token_cut(s, base, p);
		if (*p >= 0x80) {
			n = char_decode(p, end, &code);
			if (n == 0)
				return token_cut(s, base, p);
			if (n < 0)
				return token_refused(s, XML_BAD_ENCODING);
			if (!(p == part ? char_starts_name(code) : char_continues_name(code)))
				return token_refused(s, XML_NOT_WELL_FORMED);
			p += n;
			continue;
		}
		if (*p != ':')
			break;
		if (s->colon)
			return token_refused(s, XML_NOT_WELL_FORMED);
		s->colon = position(base, p++);
		part = p;
	}
	if (position(base, p) - s->token > XML_NAME_MAX)
		return token_refused(s, XML_TOO_COMPLEX);
	return p;
}
