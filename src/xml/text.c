/* SPDX-License-Identifier: MIT */
#include "xml/text.h"

#include "xml/run.h"

static const struct str CDATA_START = { "<![CDATA[", 9 };
static const struct str CDATA_END = { "]]>", 3 };

/* The reference at p, which is well-formed and allowed; *p moves behind it. */
static size_t
resolve(const char **p, char *out)
{
	const char *c = *p + 1;
	uint32_t code = 0;

	if (*c == '#') {
		unsigned base = c[1] == 'x' ? 16 : 10;

		for (c += base == 16 ? 2 : 1; *c != ';'; c++) {
			unsigned digit =
			    *c <= '9' ? (unsigned)(*c - '0') : ((unsigned)*c | 0x20) - 'a' + 10;

			code = code * base + digit;
		}
		*p = c + 1;
		return char_encode(code, out);
	}
	switch (*c) {
	case 'l':
		*out = '<';
		*p = c + 3;
		break;
	case 'g':
		*out = '>';
		*p = c + 3;
		break;
	case 'q':
		*out = '"';
		*p = c + 5;
		break;
	default:
		*out = c[1] == 'm' ? '&' : '\'';
		*p = c + (c[1] == 'm' ? 4 : 5);
	}
	return 1;
}

size_t
text_unescape(struct str markup, bool attribute, char *out)
{
	const char *p = markup.at, *end = markup.at + markup.len;
	size_t len = 0;

	while (p < end) {
		if (*p == '&') {
			len += resolve(&p, out + len);
		} else if (*p == '\r') {
			p += p + 1 < end && p[1] == '\n' ? 2 : 1;
			out[len++] = attribute ? ' ' : '\n';
		} else if (attribute && (*p == '\n' || *p == '\t')) {
			p++;
			out[len++] = ' ';
		} else {
			out[len++] = *p++;
		}
	}
	return len;
}

/* What the character becomes in markup; "no string" when it stays. */
static struct str
escape_of(char c, bool attribute)
{
	switch (c) {
	case '&':
		return S("&amp;");
	case '<':
		return S("&lt;");
	case '>':
		return S("&gt;");
	case '\'':
		return S("&apos;");
	case '"':
		return S("&quot;");
	case '\r': /* else it would be read as a line end */
		return S("&#13;");
	case '\n':
		return attribute ? S("&#10;") : (struct str){ 0 };
	case '\t':
		return attribute ? S("&#9;") : (struct str){ 0 };
	default:
		return (struct str){ 0 };
	}
}

/* The character at p, which is not plain, as it must be written; *len bytes are read. */
static struct str
escape_char(const unsigned char *p, const unsigned char *end, bool attribute, size_t *len)
{
	struct str escaped;
	uint32_t code;
	int n = char_decode(p, end, &code);

	*len = n > 0 ? (size_t)n : 1;
	if (n <= 0 || !char_is_allowed(code))
		return S("\xef\xbf\xbd");
	escaped = escape_of((char)*p, attribute);
	return escaped.at ? escaped : str_of((const char *)p, *len);
}

bool
text_is_plain(struct str text, bool attribute)
{
	const unsigned char *p = (const unsigned char *)text.at, *end = p + text.len;

	while ((p = run_beyond_ascii(run_plain(p, end), end)) < end) {
		size_t len;

		if (!char_is(*p, CHAR_VALUE) || *p == '>') {
			if (escape_char(p, end, attribute, &len).at != (const char *)p)
				return false;
			p += len;
		}
	}
	return true;
}

size_t
text_escape(struct str text, bool attribute, char *out)
{
	const unsigned char *p = (const unsigned char *)text.at, *end = p + text.len;
	size_t len = 0;

	while (p < end) {
		const unsigned char *q = run_beyond_ascii(run_plain(p, end), end);
		struct str put = str_of((const char *)p, (size_t)(q - p));

		if (q == p) {
			size_t read;

			put = escape_char(p, end, attribute, &read);
			q = p + read;
		}
		if (out)
			memcpy(out + len, put.at, put.len);
		len += put.len;
		p = q;
	}
	return len;
}

size_t
text_without_cdata(struct str markup, char *out)
{
	bool inside = false;
	size_t len = 0;

	while (markup.len) {
		struct str mark = inside ? CDATA_END : CDATA_START;
		char c = markup.at[0];
		struct str put = str_of(&c, 1);

		if (str_starts(markup, mark)) {
			inside = !inside;
			markup = str_slice(markup, mark.len, markup.len);
			continue;
		}
		if (c == '\r') {
			/* Written as what it means: it could end up beside the LF of another
			 * section. */
			if (markup.len > 1 && markup.at[1] == '\n')
				markup = str_slice(markup, 1, markup.len);
			put = S("\n");
		} else if (inside && c == ']') {
			/* Could become part of a "]]>" that was none. */
			put = S("&#93;");
		} else if (inside && (c == '&' || c == '<' || c == '>')) {
			put = escape_of(c, false);
		}
		if (out)
			memcpy(out + len, put.at, put.len);
		len += put.len;
		markup = str_slice(markup, 1, markup.len);
	}
	return len;
}
