/* SPDX-License-Identifier: MIT */
#include "base/log_line.h"

#include <inttypes.h>

#include "base/siphash.h"

/* What always fits behind the fields: the mark of a cut line and the end. */
enum { TAIL_BYTES = 32 };

/* --- bytes ---------------------------------------------------------------------------- */

static void
add(struct line *l, struct str s)
{
	if (s.len > LOG_LINE_BYTES - TAIL_BYTES - l->len)
		l->cut = true;
	else if (!l->cut && s.len) {
		memcpy(l->at + l->len, s.at, s.len);
		l->len += s.len;
	}
}

static void
add_c(struct line *l, const char *text)
{
	add(l, str_from_c(text));
}

static __attribute__((format(printf, 2, 3))) void
add_format(struct line *l, const char *format, ...)
{
	char text[64];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(len >= 0 && (size_t)len < sizeof(text));
	add(l, str_of(text, (size_t)len));
}

/* The end of the line, for which room was kept. */
static void
add_tail(struct line *l, const char *text)
{
	size_t len = strlen(text);

	assert(len <= LOG_LINE_BYTES - l->len);
	memcpy(l->at + l->len, text, len);
	l->len += len;
}

/* --- text of strangers ---------------------------------------------------------------- */

/* Takes one character off the front; false, and one byte taken, when it is not well-formed. */
static bool
take_character(struct str *s, uint32_t *out)
{
	for (size_t n = 1; n <= 4 && n <= s->len; n++) {
		struct str one = str_slice(*s, 0, n);
		uint32_t c = (unsigned char)one.at[0];

		if (!str_is_utf8(one))
			continue;
		if (n > 1)
			c &= 0x7fU >> n;
		for (size_t i = 1; i < n; i++)
			c = c << 6 | ((unsigned char)one.at[i] & 0x3f);
		*out = c;
		*s = str_slice(*s, n, s->len);
		return true;
	}
	*out = (unsigned char)s->at[0];
	*s = str_slice(*s, 1, s->len);
	return false;
}

/* Characters that would act on a terminal or a reader without being seen: controls, and
 * what joins, hides, tags or turns the direction of text. */
static bool
is_invisible(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x9f },
		{ 0xad, 0xad },
		{ 0x061c, 0x061c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

static void
add_escape(struct line *l, uint32_t c, bool json)
{
	switch (c) {
	case '"':
		add_c(l, "\\\"");
		return;
	case '\\':
		add_c(l, "\\\\");
		return;
	case '\n':
		add_c(l, "\\n");
		return;
	case '\r':
		add_c(l, "\\r");
		return;
	case '\t':
		add_c(l, "\\t");
		return;
	default:
		break;
	}
	if (!json)
		add_format(l, "\\u{%" PRIx32 "}", c);
	else if (c < 0x10000)
		add_format(l, "\\u%04" PRIx32, c);
	else
		add_format(l, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((c - 0x10000) >> 10),
		    0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Between quotes. */
static void
add_quoted(struct line *l, struct str s, bool json)
{
	bool shortened = s.len > LOG_TEXT_BYTES;

	if (shortened) {
		s.len = LOG_TEXT_BYTES;
		/* Not in the midst of a character: what is left of it would look malformed. */
		for (int i = 0; i < 3 && ((unsigned char)s.at[s.len] & 0xc0) == 0x80; i++)
			s.len--;
	}
	add_c(l, "\"");
	while (s.len) {
		struct str rest = s;
		uint32_t c;

		if (!take_character(&rest, &c)) {
			if (json)
				add_c(l, "\xef\xbf\xbd"); /* U+FFFD, which says just that */
			else
				add_format(l, "\\x%02" PRIx32, c);
		} else if (c == '"' || c == '\\' || is_invisible(c)) {
			add_escape(l, c, json);
		} else {
			add(l, str_of(s.at, s.len - rest.len));
		}
		s = rest;
	}
	add_c(l, shortened ? "\xe2\x80\xa6\"" : "\""); /* an ellipsis */
}

/* Needs no quotes in logfmt. */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] <= ' ' || s.at[i] > '~' || s.at[i] == '"' || s.at[i] == '=' ||
		    s.at[i] == '\\')
			return false;
	return s.len > 0 && s.len <= LOG_TEXT_BYTES;
}

static void
add_text(struct line *l, struct str s, bool json)
{
	if (!json && is_plain(s))
		add(l, s);
	else
		add_quoted(l, s, json);
}

static void
add_account(struct line *l, struct str s, const struct line_style *style)
{
	char pseudonym[17];

	switch (style->accounts) {
	case LOG_ACCOUNTS_PLAIN:
		add_text(l, s, style->json);
		break;
	case LOG_ACCOUNTS_HASHED:
		snprintf(pseudonym, sizeof(pseudonym), "%016" PRIx64, siphash_str(s));
		add_text(l, str_from_c(pseudonym), style->json);
		break;
	case LOG_ACCOUNTS_HIDDEN:
		add_text(l, S("-"), style->json);
		break;
	}
}

/* --- the line ------------------------------------------------------------------------- */

static void
add_time(struct line *l)
{
	struct timespec now;
	struct tm t;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &t);
	add_format(l, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", t.tm_year + 1900, t.tm_mon + 1,
	    t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, now.tv_nsec / 1000);
}

static void
add_head(
    struct line *l, const struct line_style *style, enum log_level level, const char *event)
{
	/* syslog(3): LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG */
	static const int syslog_levels[LOG_LEVELS] = { 3, 4, 6, 7 };

	if (style->journal)
		add_format(l, "<%d>", syslog_levels[level]);
	if (style->json) {
		add_c(l, "{\"time\":\"");
		add_time(l);
		add_c(l, "\",\"level\":\"");
		add_c(l, log_level_name(level));
		add_c(l, "\",\"event\":\"");
		add_c(l, event);
		add_c(l, "\"");
		return;
	}
	if (!style->journal) {
		add_time(l);
		add_c(l, " ");
		add_c(l, log_level_name(level));
		add_c(l, " ");
	}
	add_c(l, event);
}

static void
add_field(struct line *l, const struct line_style *style, const struct log_field *f)
{
	size_t len = l->len;

	add_c(l, style->json ? ",\"" : " ");
	add_c(l, f->name);
	add_c(l, style->json ? "\":" : "=");
	switch (f->kind) {
	case LOG_IS_STR:
		add_text(l, f->text, style->json);
		break;
	case LOG_IS_ACCOUNT:
		add_account(l, f->text, style);
		break;
	case LOG_IS_U64:
		add_format(l, "%" PRIu64, f->u64);
		break;
	case LOG_IS_I64:
		add_format(l, "%" PRId64, f->i64);
		break;
	case LOG_IS_BOOL:
		add_c(l, f->truth ? "true" : "false");
		break;
	}
	if (l->cut)
		l->len = len; /* a field is shown whole or not at all */
}

void
line_format(struct line *l, const struct line_style *style, enum log_level level,
    const char *event, const struct log_field *fields, size_t n)
{
	l->len = 0;
	l->cut = false;
	add_head(l, style, level, event);
	for (size_t i = 0; i < n && !l->cut; i++)
		add_field(l, style, &fields[i]);
	if (style->json)
		add_tail(l, l->cut ? ",\"cut\":true}\n" : "}\n");
	else
		add_tail(l, l->cut ? " cut=true\n" : "\n");
}
