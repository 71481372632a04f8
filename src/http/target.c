/* SPDX-License-Identifier: MIT */
#include "http/target.h"

#include "base/encode.h"

/* Percent-decodes into the arena. False: a "%" without two digits. */
static bool
decode(struct arena *a, struct str s, bool plus_is_space, struct str *out)
{
	char *at = arena_alloc(a, s.len);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == '%') {
			int high = i + 2 < s.len ? hex_value(s.at[i + 1]) : -1;
			int low = i + 2 < s.len ? hex_value(s.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			at[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			at[n++] = (char)(plus_is_space && s.at[i] == '+' ? ' ' : s.at[i]);
		}
	}
	*out = str_of(at, n);
	return true;
}

/* --- the path --------------------------------------------------------------------------- */

/* A slash that came as "%2F" would change the segments. */
static bool
hides_slash(struct str s)
{
	for (size_t i = 0; i + 2 < s.len; i++)
		if (s.at[i] == '%' && hex_value(s.at[i + 1]) == 2 &&
		    hex_value(s.at[i + 2]) == 15)
			return true;
	return false;
}

static bool
is_clean(struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((unsigned char)path.at[i] < ' ' || path.at[i] == 0x7f || path.at[i] == '\\')
			return false;
	return str_is_utf8(path);
}

/* Only the last segment may be empty, none "." or "..". */
static bool
is_normal(struct str path)
{
	struct str rest = str_slice(path, 1, path.len), segment;

	while (str_split(&rest, '/', &segment))
		if ((segment.len == 0 && rest.at) || str_eq(segment, S(".")) ||
		    str_eq(segment, S("..")))
			return false;
	return true;
}

static enum status
parse_path(struct arena *a, struct str text, struct str *out)
{
	struct str path;

	if (!str_starts(text, S("/")) || hides_slash(text) || !decode(a, text, false, &path) ||
	    !is_clean(path) || !is_normal(path))
		return E_INVALID;
	*out = path;
	return OK;
}

/* Cuts "http://authority" off, should it stand there. */
static struct str
cut_authority(struct str *text)
{
	struct str rest = *text, authority;
	size_t slash;

	if (str_eq_nocase(str_slice(rest, 0, 7), S("http://")))
		rest = str_slice(rest, 7, rest.len);
	else if (str_eq_nocase(str_slice(rest, 0, 8), S("https://")))
		rest = str_slice(rest, 8, rest.len);
	else
		return (struct str){ 0 };
	slash = str_find(rest, '/');
	authority = str_slice(rest, 0, slash);
	*text = str_slice(rest, slash, rest.len);
	return authority;
}

enum status
http_target_parse(struct arena *a, struct str text, struct http_target *out)
{
	struct http_target t = { .authority = cut_authority(&text) };
	size_t mark = str_find(text, '?');
	enum status s;

	if (str_eq(text, S("*"))) {
		*out = (struct http_target){ .path = text };
		return OK;
	}
	if ((s = parse_path(a, str_slice(text, 0, mark), &t.path)) != OK)
		return s;
	if (mark < text.len)
		t.query = str_slice(text, mark + 1, text.len);
	*out = t;
	return OK;
}

/* --- the query -------------------------------------------------------------------------- */

struct str
http_query_value(struct str query, struct str name, struct arena *a)
{
	struct str pair, key, value;

	while (str_split(&query, '&', &pair)) {
		size_t equals = str_find(pair, '=');

		if (!decode(a, str_slice(pair, 0, equals), true, &key) || !str_eq(key, name))
			continue;
		if (decode(a, str_slice(pair, equals + 1, pair.len), true, &value) &&
		    str_is_utf8(value))
			return value;
		break;
	}
	return (struct str){ 0 };
}

/* --- the host ----------------------------------------------------------------------------- */

static bool
is_host_byte(char c, bool in_brackets)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.')
		return true;
	return in_brackets ? c == ':' : c == '-' || c == '_';
}

static bool
is_host(struct str s)
{
	bool brackets = str_starts(s, S("["));

	if (brackets) {
		if (!str_ends(s, S("]")) || s.len < 4)
			return false;
		s = str_slice(s, 1, s.len - 2);
	}
	for (size_t i = 0; i < s.len; i++)
		if (!is_host_byte(s.at[i], brackets))
			return false;
	return s.len > 0;
}

enum status
http_authority_parse(struct arena *a, struct str text, struct str *host, struct str *authority)
{
	char *lower = str_to_c(a, text);
	struct str whole = str_of(lower, text.len), name = whole;
	size_t from = str_starts(text, S("[")) ? str_find(text, ']') : 0;
	size_t colon = from + str_find(str_slice(text, from, text.len), ':');
	uint64_t port;

	for (size_t i = 0; i < text.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] + ('a' - 'A'));
	if (colon < text.len) {
		if (str_to_u64(str_slice(text, colon + 1, text.len), 65535, &port) != OK)
			return E_INVALID;
		name = str_slice(whole, 0, colon);
	}
	if (!is_host(name))
		return E_INVALID;
	*host = name;
	*authority = whole;
	return OK;
}
