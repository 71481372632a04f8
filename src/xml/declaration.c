/* SPDX-License-Identifier: MIT
 *
 * The XML declaration (XML 1.0 section 2.8). Says nothing that we do not know, but may ask
 * for an encoding that is not ours (RFC 6120 section 4.9.3.22).
 */
#include "xml/chars.h"
#include "xml/scan.h"

/* White space in front, then the piece; both are taken off *rest. */
static bool
take(struct str *rest, struct str piece)
{
	struct str at = *rest;

	while (at.len && char_is((unsigned char)at.at[0], CHAR_SPACE))
		at = str_slice(at, 1, at.len);
	if (!str_starts(at, piece))
		return false;
	*rest = str_slice(at, piece.len, at.len);
	return true;
}

/* White space, then name = 'value'; all taken off *rest when it is there. */
static bool
take_pair(struct str *rest, struct str name, struct str *value)
{
	struct str at = *rest;
	char quote;
	size_t len;

	if (at.len == 0 || !char_is((unsigned char)at.at[0], CHAR_SPACE) || !take(&at, name) ||
	    !take(&at, S("=")))
		return false;
	if (take(&at, S("'")))
		quote = '\'';
	else if (take(&at, S("\"")))
		quote = '"';
	else
		return false;
	len = str_find(at, quote);
	if (len == at.len)
		return false;
	*value = str_slice(at, 0, len);
	*rest = str_slice(at, len + 1, at.len);
	return true;
}

static bool
is_version(struct str v)
{
	uint64_t minor;

	return str_starts(v, S("1.")) &&
	       str_to_u64(str_slice(v, 2, v.len), UINT32_MAX, &minor) == OK;
}

static bool
is_encoding_name(struct str v)
{
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.at[i];

		if (c >= 0x80 || !char_is(c, CHAR_NAME) ||
		    (i == 0 && (!char_is(c, CHAR_NAME_START) || c == '_')))
			return false;
	}
	return v.len > 0;
}

bool
declaration_check(struct str text, enum xml_error *error)
{
	struct str rest = str_slice(text, 5, text.len), value;

	*error = XML_NOT_WELL_FORMED;
	if (!take_pair(&rest, S("version"), &value) || !is_version(value))
		return false;
	if (take_pair(&rest, S("encoding"), &value)) {
		if (!is_encoding_name(value))
			return false;
		if (!str_eq_nocase(value, S("utf-8"))) {
			*error = XML_BAD_ENCODING;
			return false;
		}
	}
	if (take_pair(&rest, S("standalone"), &value) && !str_eq(value, S("yes")) &&
	    !str_eq(value, S("no")))
		return false;
	return take(&rest, S("?>")) && rest.len == 0;
}
