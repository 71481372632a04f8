/* SPDX-License-Identifier: MIT */
#include "http/head.h"

#include "base/limits.h"

static const struct {
	struct str name;
	enum http_method method;
} methods[] = {
	{ S("GET"), HTTP_GET },
	{ S("HEAD"), HTTP_HEAD },
	{ S("POST"), HTTP_POST },
	{ S("PUT"), HTTP_PUT },
	{ S("DELETE"), HTTP_DELETE },
	{ S("OPTIONS"), HTTP_OPTIONS },
	{ S("PATCH"), HTTP_PATCH },
};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

struct str
http_method_name(enum http_method m)
{
	for (size_t i = 0; i < METHODS; i++)
		if (methods[i].method == m)
			return methods[i].name;
	return S("?");
}

/* --- characters ------------------------------------------------------------------------ */

/* A bit for each byte that may stand in a token. */
static const uint64_t token_bytes[4] = {
	/* !#$%&'*+-. 0-9 */
	UINT64_C(0x03ff6cfa00000000),
	/* A-Z ^_ ` a-z | ~ */
	UINT64_C(0x57ffffffc7fffffe),
	0,
	0,
};

static bool
is_token_byte(char c)
{
	unsigned char b = (unsigned char)c;

	return token_bytes[b / 64] >> (b % 64) & 1;
}

bool
http_is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_token_byte(s.at[i]))
			return false;
	return s.len > 0;
}

/* RFC 9110 section 5.5, with the bytes above ASCII that it calls obsolete. */
static bool
is_value(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char b = (unsigned char)s.at[i];

		if ((b < ' ' && b != '\t') || b == 0x7f)
			return false;
	}
	return true;
}

static struct str
trim(struct str s)
{
	while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = str_of(s.at + 1, s.len - 1);
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* --- the end of a head ------------------------------------------------------------------ */

enum http_part
http_head_find(struct str bytes, size_t *from, size_t *end)
{
	for (;;) {
		size_t line = *from;
		size_t lf = line + str_find(str_slice(bytes, line, bytes.len), '\n');

		if (lf >= bytes.len)
			return HTTP_PART_OPEN;
		if (lf == line || bytes.at[lf - 1] != '\r')
			return HTTP_PART_BAD;
		*from = lf + 1;
		/* An empty line in front of a request is forgiven (RFC 9112 section 2.2). */
		if (lf == line + 1 && line > 0) {
			*end = lf + 1;
			return HTTP_PART_WHOLE;
		}
	}
}

/* The next line, without its end. The head is whole, so there is one. */
static struct str
next_line(struct str *rest)
{
	size_t lf = str_find(*rest, '\n');
	struct str line = str_of(rest->at, lf ? lf - 1 : 0);

	*rest = str_slice(*rest, lf + 1, rest->len);
	return line;
}

/* --- the request line -------------------------------------------------------------------- */

/* "HTTP/1.1" */
static unsigned
read_version(struct str s, struct http_head *out)
{
	if (s.len != 8 || !str_starts(s, S("HTTP/")) || s.at[5] < '0' || s.at[5] > '9' ||
	    s.at[6] != '.' || s.at[7] < '0' || s.at[7] > '9')
		return 400;
	if (s.at[5] != '1')
		return 505;
	out->minor = (unsigned)(s.at[7] - '0');
	return 0;
}

static unsigned
read_target(struct str s, struct http_head *out)
{
	if (s.len > HTTP_TARGET_MAX)
		return 414;
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] <= ' ' || s.at[i] >= 0x7f || s.at[i] == '#')
			return 400;
	out->target = s;
	return s.len ? 0 : 400;
}

static unsigned
read_request_line(struct str line, struct http_head *out)
{
	size_t first = str_find(line, ' ');
	struct str method = str_slice(line, 0, first);
	struct str rest = str_slice(line, first + 1, line.len);
	size_t second = str_find(rest, ' ');
	unsigned refused;

	if (!http_is_token(method) || second == rest.len)
		return 400;
	if ((refused = read_version(str_slice(rest, second + 1, rest.len), out)) ||
	    (refused = read_target(str_slice(rest, 0, second), out)))
		return refused;
	for (size_t i = 0; i < METHODS; i++)
		if (str_eq(methods[i].name, method)) {
			out->method = methods[i].method;
			return 0;
		}
	return 501;
}

/* --- fields --------------------------------------------------------------------------- */

static unsigned
read_field(struct str line, struct http_field *out, char *name)
{
	size_t colon = str_find(line, ':');

	/* A folded line begins with white space, which no name has; nor has one before ":". */
	if (colon == line.len || !http_is_token(str_slice(line, 0, colon)))
		return 400;
	for (size_t i = 0; i < colon; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] + ('a' - 'A'));
	out->name = str_of(name, colon);
	out->value = trim(str_slice(line, colon + 1, line.len));
	return is_value(out->value) ? 0 : 400;
}

bool
http_list_has(struct str list, struct str word)
{
	struct str piece;

	while (str_split(&list, ',', &piece))
		if (str_eq_nocase(trim(piece), word))
			return true;
	return false;
}

static unsigned
note_length(struct http_head *out, struct str value)
{
	if (out->has_length || str_to_u64(value, INT64_MAX, &out->length) != OK)
		return 400;
	out->has_length = true;
	return 0;
}

static unsigned
note_coding(struct http_head *out, struct str value)
{
	if (out->is_chunked || out->minor == 0 || !str_eq_nocase(value, S("chunked")))
		return 400;
	out->is_chunked = true;
	return 0;
}

/* What the field says about the message itself. */
static unsigned
note_field(struct http_head *out, const struct http_field *f)
{
	if (str_eq(f->name, S("host"))) {
		if (out->host.at)
			return 400;
		out->host = f->value;
	} else if (str_eq(f->name, S("content-length"))) {
		return note_length(out, f->value);
	} else if (str_eq(f->name, S("transfer-encoding"))) {
		return note_coding(out, f->value);
	} else if (str_eq(f->name, S("connection"))) {
		if (http_list_has(f->value, S("close")))
			out->keep_alive = false;
	} else if (str_eq(f->name, S("expect"))) {
		if (!str_eq_nocase(f->value, S("100-continue")))
			return 417;
		out->asks_to_go_on = out->minor > 0;
	}
	return 0;
}

static size_t
count_lines(struct str s)
{
	size_t n = 0;

	for (size_t lf; (lf = str_find(s, '\n')) < s.len; n++)
		s = str_slice(s, lf + 1, s.len);
	return n;
}

/* All lines but the first. `copy` is where `rest` may be written to. */
static unsigned
read_fields(struct arena *a, char *copy, struct str rest, struct http_head *out)
{
	const char *from = rest.at;
	unsigned refused;

	out->keep_alive = out->minor > 0;
	out->n_fields = count_lines(rest) - 1;
	if (out->n_fields > HTTP_FIELDS_MAX)
		return 431;
	out->fields = arena_alloc(a, out->n_fields * sizeof(*out->fields));
	for (size_t i = 0; i < out->n_fields; i++) {
		char *name = copy + (rest.at - from);
		struct str line = next_line(&rest);

		if ((refused = read_field(line, &out->fields[i], name)) ||
		    (refused = note_field(out, &out->fields[i])))
			return refused;
	}
	return out->is_chunked && out->has_length ? 400 : 0;
}

unsigned
http_head_parse(struct arena *a, struct str bytes, struct http_head *out)
{
	char *copy = arena_alloc(a, bytes.len);
	struct str rest = str_of(copy, bytes.len);
	unsigned refused;

	memcpy(copy, bytes.at, bytes.len);
	*out = (struct http_head){ 0 };
	if (str_starts(rest, S("\r\n")))
		next_line(&rest);
	if ((refused = read_request_line(next_line(&rest), out)) ||
	    (refused = read_fields(a, copy + (rest.at - copy), rest, out)))
		return refused;
	return out->host.at || out->minor == 0 ? 0 : 400;
}

/* "HTTP/1.1 201 Created"; the reason may be missing, and some leave out the space as well. */
static unsigned
read_status_line(struct str line, struct http_head *out)
{
	struct str rest = str_slice(line, 8, line.len);
	uint64_t status;
	unsigned refused;

	if ((refused = read_version(str_slice(line, 0, 8), out)))
		return refused;
	if (rest.len < 4 || rest.at[0] != ' ' || (rest.len > 4 && rest.at[4] != ' ') ||
	    str_to_u64(str_slice(rest, 1, 3), 599, &status) != OK || status < 100 ||
	    !is_value(str_slice(rest, 4, rest.len)))
		return 400;
	out->status = (unsigned)status;
	return 0;
}

enum status
http_head_parse_answer(struct arena *a, struct str bytes, struct http_head *out)
{
	char *copy = arena_alloc(a, bytes.len);
	struct str rest = str_of(copy, bytes.len);

	memcpy(copy, bytes.at, bytes.len);
	*out = (struct http_head){ 0 };
	if (read_status_line(next_line(&rest), out) ||
	    read_fields(a, copy + (rest.at - copy), rest, out))
		return E_INVALID;
	return OK;
}

struct str
http_head_field(const struct http_head *h, struct str name, struct arena *a)
{
	struct str found = { 0 };

	for (size_t i = 0; i < h->n_fields; i++) {
		const struct http_field *f = &h->fields[i];

		if (!str_eq(f->name, name))
			continue;
		if (!found.at)
			found = f->value;
		else
			found = str_format(a, "%.*s, %.*s", STR_ARG(found), STR_ARG(f->value));
	}
	return found;
}
