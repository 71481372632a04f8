/* SPDX-License-Identifier: MIT */
#include "modules/upload/media_type.h"

#include "base/limits.h"

#define BYTES S("application/octet-stream")

/* RFC 6838 section 4.2: names of types and subtypes. */
static bool
is_name(struct str s)
{
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(i > 0 && c && strchr("!#$&-^_.+", c))))
			return false;
	}
	return true;
}

enum status
media_type_read(struct arena *a, struct str text, struct str *out)
{
	struct str type = str_trim(str_slice(text, 0, str_find(text, ';')));
	size_t slash;
	char *lower;

	if (type.len == 0 || type.len > UPLOAD_TYPE_MAX)
		return E_INVALID;
	lower = arena_alloc(a, type.len);
	for (size_t i = 0; i < type.len; i++)
		lower[i] = (char)(type.at[i] >= 'A' && type.at[i] <= 'Z' ? type.at[i] | 0x20
									 : type.at[i]);
	type.at = lower;
	slash = str_find(type, '/');
	if (!is_name(str_slice(type, 0, slash)) ||
	    !is_name(str_slice(type, slash + 1, SIZE_MAX)))
		return E_INVALID;
	*out = type;
	return OK;
}

static bool
is_one_of(struct str type, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(type, list[i]))
			return true;
	return false;
}

#define IS_ONE_OF(type, list) is_one_of(type, list, sizeof(list) / sizeof((list)[0]))

/* Pictures, sound and films; what is written in XML (SVG) is none of them here. */
static bool
is_picture_or_sound(struct str type)
{
	return (str_starts(type, S("image/")) || str_starts(type, S("audio/")) ||
		   str_starts(type, S("video/"))) &&
	       !str_ends(type, S("+xml"));
}

struct str
media_type_served(struct str type)
{
	/* A list of what is harmless, not of what is not: browsers learn new types. */
	static const struct str harmless[] = {
		{ "application/gzip", 16 },
		{ "application/json", 16 },
		{ "application/pdf", 15 },
		{ "application/zip", 15 },
		{ "text/calendar", 13 },
		{ "text/csv", 8 },
		{ "text/plain", 10 },
		{ "text/vcard", 10 },
	};

	return is_picture_or_sound(type) || IS_ONE_OF(type, harmless) ||
		       (str_starts(type, S("application/vnd.")) && !str_ends(type, S("+xml")))
		   ? type
		   : BYTES;
}

bool
media_type_is_shown(struct str type)
{
	static const struct str shown[] = {
		{ "audio/aac", 9 },
		{ "audio/flac", 10 },
		{ "audio/mp4", 9 },
		{ "audio/mpeg", 10 },
		{ "audio/ogg", 9 },
		{ "audio/opus", 10 },
		{ "audio/wav", 9 },
		{ "audio/webm", 10 },
		{ "image/avif", 10 },
		{ "image/bmp", 9 },
		{ "image/gif", 9 },
		{ "image/heic", 10 },
		{ "image/jpeg", 10 },
		{ "image/jxl", 9 },
		{ "image/png", 9 },
		{ "image/webp", 10 },
		{ "video/mp4", 9 },
		{ "video/ogg", 9 },
		{ "video/quicktime", 15 },
		{ "video/webm", 10 },
	};

	return IS_ONE_OF(type, shown);
}
