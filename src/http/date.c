/* SPDX-License-Identifier: MIT */
#include "http/date.h"

#include "loop/worker.h"

enum { DATE_BYTES = 29 };

static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };

static void
print(int64_t s, char out[DATE_BYTES + 1])
{
	time_t moment = s;
	struct tm t = { 0 };

	gmtime_r(&moment, &t);
	/* The ranges are known, but not to the compiler. */
	snprintf(out, DATE_BYTES + 1, "%s, %02u %s %04u %02u:%02u:%02u GMT",
	    days[(unsigned)t.tm_wday % 7], (unsigned)t.tm_mday % 32,
	    months[(unsigned)t.tm_mon % 12], (unsigned)(t.tm_year + 1900) % 10000,
	    (unsigned)t.tm_hour % 24, (unsigned)t.tm_min % 60, (unsigned)t.tm_sec % 61);
}

struct str
http_date_format(struct arena *a, int64_t s)
{
	char *text = arena_alloc(a, DATE_BYTES + 1);

	print(s, text);
	return str_of(text, DATE_BYTES);
}

struct str
http_date_now(void)
{
	static _Thread_local char text[DATE_BYTES + 1];
	static _Thread_local int64_t of_s;
	int64_t now_s = loop_wall_us() / 1000000;

	if (now_s != of_s)
		print(now_s, text);
	of_s = now_s;
	return str_of(text, DATE_BYTES);
}

/* --- reading ------------------------------------------------------------------------------ */

/* Takes a number of so many digits from the front; a space may stand for the first. */
static bool
take_number(struct str *rest, size_t digits, int *out)
{
	uint64_t n;
	struct str text = str_slice(*rest, 0, digits);

	if (text.len == digits && text.at[0] == ' ')
		text = str_slice(text, 1, digits);
	if (rest->len < digits || str_to_u64(text, 9999, &n) != OK)
		return false;
	*rest = str_slice(*rest, digits, rest->len);
	*out = (int)n;
	return true;
}

static bool
take_text(struct str *rest, struct str text)
{
	if (!str_starts(*rest, text))
		return false;
	*rest = str_slice(*rest, text.len, rest->len);
	return true;
}

static bool
take_month(struct str *rest, int *out)
{
	for (int i = 0; i < 12; i++)
		if (take_text(rest, str_of(months[i], 3))) {
			*out = i;
			return true;
		}
	return false;
}

/* "08:49:37" */
static bool
take_time(struct str *rest, struct tm *t)
{
	return take_number(rest, 2, &t->tm_hour) && take_text(rest, S(":")) &&
	       take_number(rest, 2, &t->tm_min) && take_text(rest, S(":")) &&
	       take_number(rest, 2, &t->tm_sec);
}

/* "06 Nov 1994 08:49:37 GMT" */
static bool
take_fixed(struct str rest, struct tm *t)
{
	return take_number(&rest, 2, &t->tm_mday) && take_text(&rest, S(" ")) &&
	       take_month(&rest, &t->tm_mon) && take_text(&rest, S(" ")) &&
	       take_number(&rest, 4, &t->tm_year) && take_text(&rest, S(" ")) &&
	       take_time(&rest, t) && str_eq(rest, S(" GMT"));
}

/* "06-Nov-94 08:49:37 GMT": of the two centuries the one that is not far in the future. */
static bool
take_rfc850(struct str rest, struct tm *t)
{
	if (!take_number(&rest, 2, &t->tm_mday) || !take_text(&rest, S("-")) ||
	    !take_month(&rest, &t->tm_mon) || !take_text(&rest, S("-")) ||
	    !take_number(&rest, 2, &t->tm_year) || !take_text(&rest, S(" ")) ||
	    !take_time(&rest, t) || !str_eq(rest, S(" GMT")))
		return false;
	t->tm_year += t->tm_year < 70 ? 2000 : 1900;
	return true;
}

/* "Nov  6 08:49:37 1994" */
static bool
take_asctime(struct str rest, struct tm *t)
{
	return take_month(&rest, &t->tm_mon) && take_text(&rest, S(" ")) &&
	       take_number(&rest, 2, &t->tm_mday) && take_text(&rest, S(" ")) &&
	       take_time(&rest, t) && take_text(&rest, S(" ")) &&
	       take_number(&rest, 4, &t->tm_year) && rest.len == 0;
}

enum status
http_date_parse(struct str text, int64_t *out)
{
	size_t comma = str_find(text, ',');
	struct tm t = { 0 };
	struct str rest = str_slice(text, comma + 2, text.len);

	if (comma < text.len ? !take_fixed(rest, &t) && !take_rfc850(rest, &t)
			     : !take_asctime(str_slice(text, 4, text.len), &t))
		return E_INVALID;
	if (t.tm_year < 1970 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour > 23 ||
	    t.tm_min > 59 || t.tm_sec > 60)
		return E_INVALID;
	t.tm_year -= 1900;
	*out = timegm(&t);
	return OK;
}
