/* SPDX-License-Identifier: MIT */
#include "http/client/url.h"

enum { NAME_MAX_BYTES = 253, LABEL_MAX_BYTES = 63, HTTPS_PORT = 443 };

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_label(struct str s)
{
	if (s.len == 0 || s.len > LABEL_MAX_BYTES || s.at[0] == '-' || s.at[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.at[i]) && !(s.at[i] >= 'a' && s.at[i] <= 'z') &&
		    s.at[i] != '-' && s.at[i] != '_')
			return false;
	return true;
}

/* The last label of a name begins with a letter: no top-level domain is a number, but the odd
 * spellings of addresses end in one. */
static bool
is_name(struct str s)
{
	struct str label = { 0 };

	if (s.len == 0 || s.len > NAME_MAX_BYTES)
		return false;
	while (str_split(&s, '.', &label))
		if (!is_label(label))
			return false;
	return label.at[0] >= 'a' && label.at[0] <= 'z';
}

/* "push.example", "192.0.2.1", "[2001:db8::1]" */
static enum status
read_host(struct arena *a, struct str text, struct https_url *out)
{
	bool in_brackets = str_starts(text, S("[")) && str_ends(text, S("]"));
	char *copy;

	if (in_brackets)
		text = str_slice(text, 1, text.len - 2);
	copy = str_to_c(a, text);
	for (size_t i = 0; i < text.len; i++)
		copy[i] = lower(copy[i]);
	out->host = str_of(copy, text.len);
	out->is_address = address_parse(out->host, &out->address) == OK;
	if (out->is_address)
		return in_brackets == (str_find(out->host, ':') < text.len) ? OK : E_INVALID;
	return !in_brackets && is_name(out->host) ? OK : E_INVALID;
}

static enum status
read_port(struct str text, struct https_url *out)
{
	uint64_t port;

	if (text.len == 0 || text.at[0] == '0' || str_to_u64(text, UINT16_MAX, &port) != OK)
		return E_INVALID;
	out->port = (uint16_t)port;
	return OK;
}

/* Where a port begins, with its colon; the end when there is none. */
static size_t
port_in(struct str authority)
{
	size_t bracket = str_find(authority, ']');
	size_t from = bracket < authority.len ? bracket : 0;

	return from + str_find(str_slice(authority, from, authority.len), ':');
}

static enum status
read_authority(struct arena *a, struct str text, struct https_url *out)
{
	size_t colon = port_in(text);
	enum status s;

	out->port = HTTPS_PORT;
	if ((s = read_host(a, str_slice(text, 0, colon), out)) != OK ||
	    (colon < text.len &&
		(s = read_port(str_slice(text, colon + 1, text.len), out)) != OK))
		return s;
	out->authority = str_find(out->host, ':') < out->host.len
			     ? str_format(a, "[%.*s]", STR_ARG(out->host))
			     : out->host;
	if (out->port != HTTPS_PORT)
		out->authority =
		    str_format(a, "%.*s:%u", STR_ARG(out->authority), (unsigned)out->port);
	out->origin = str_format(a, "https://%.*s", STR_ARG(out->authority));
	return OK;
}

enum status
https_url_parse(struct arena *a, struct str text, struct https_url *out)
{
	struct https_url url = { 0 };
	struct str rest = str_slice(text, S("https://").len, text.len);
	size_t end = 0;
	enum status s;

	if (text.len > HTTPS_URL_MAX)
		return E_LIMIT;
	if (!str_eq_nocase(str_slice(text, 0, S("https://").len), S("https://")))
		return E_INVALID;
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] <= ' ' || rest.at[i] >= 0x7f || rest.at[i] == '#' ||
		    rest.at[i] == '\\')
			return E_INVALID;
	while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?')
		end++;
	if ((s = read_authority(a, str_slice(rest, 0, end), &url)) != OK)
		return s;
	url.target = str_slice(rest, end, rest.len);
	if (url.target.len == 0)
		url.target = S("/");
	else if (url.target.at[0] == '?')
		url.target = str_format(a, "/%.*s", STR_ARG(url.target));
	*out = url;
	return OK;
}
