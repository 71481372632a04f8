/* SPDX-License-Identifier: MIT */
#include "modules/upload/file_name.h"

#include "base/encode.h"
#include "base/limits.h"

/* What comes next, of well-formed UTF-8. */
static uint32_t
next_character(struct str s, size_t *at)
{
	unsigned char first = (unsigned char)s.at[*at];
	size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	uint32_t c = more ? first & (0x3fu >> more) : first;

	for (size_t i = 1; i <= more; i++)
		c = c << 6 | ((unsigned char)s.at[*at + i] & 0x3fu);
	*at += more + 1;
	return c;
}

static bool
is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || /* C0 and C1 controls */
	       c == '/' || c == '\\' || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || /* zero width, marks of direction */
	       (c >= 0x2028 && c <= 0x202e) || /* separators of lines, embeddings, overrides */
	       (c >= 0x2060 && c <= 0x206f) || /* isolates, and what nobody sees */
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f); /* tags */
}

enum status
file_name_clean(struct arena *a, struct str name, struct str *out)
{
	char *clean;
	size_t n = 0;

	if (name.len == 0 || !str_is_utf8(name))
		return E_INVALID;
	if (name.len > UPLOAD_NAME_MAX)
		return E_LIMIT;
	clean = arena_alloc(a, name.len);
	for (size_t at = 0; at < name.len;) {
		size_t from = at;
		uint32_t c = next_character(name, &at);

		if (is_harmful(c) || (c == '.' && from == 0)) {
			clean[n++] = '_';
		} else {
			memcpy(clean + n, name.at + from, at - from);
			n += at - from;
		}
	}
	*out = str_of(clean, n);
	return OK;
}

/* --- written for others ----------------------------------------------------------------- */

struct str
file_name_in_url(struct arena *a, struct str name)
{
	return percent_encode(a, name, "-._~");
}

/* For who does not know the other form: what is not ASCII, or would end the quotes or be
 * taken for an encoding, becomes "_". */
static struct str
ascii_of(struct arena *a, struct str name)
{
	char *out = arena_alloc(a, name.len);
	size_t n = 0;

	for (size_t at = 0; at < name.len;) {
		uint32_t c = next_character(name, &at);

		bool is_plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\' && c != '%';

		out[n++] = (char)(is_plain ? c : '_');
	}
	return str_of(out, n);
}

struct str
file_name_disposition(struct arena *a, struct str name, bool is_shown)
{
	return str_format(a, "%s; filename=\"%.*s\"; filename*=UTF-8''%.*s",
	    is_shown ? "inline" : "attachment", STR_ARG(ascii_of(a, name)),
	    STR_ARG(percent_encode(a, name, "!#$&+-.^_`|~"))); /* RFC 8187 section 3.2.1 */
}
