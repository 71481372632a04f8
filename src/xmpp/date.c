/* SPDX-License-Identifier: MIT */
#include "xmpp/date.h"

enum {
	SECONDS = 20,  /* bytes of CCYY-MM-DDThh:mm:ssZ */
	WITH_USEC = 27 /* bytes of CCYY-MM-DDThh:mm:ss.ffffffZ */
};

static const usec_t USEC_PER_SECOND = 1000000;
static const int64_t SECONDS_PER_DAY = 86400;

/*
 * Days since 1970-01-01. Years are counted from March, so that the leap day is the last of
 * its year, and in eras of 400 years, after which the calendar repeats. From March, the
 * months have 31 30 31 30 31, 31 30 31 30 31, 31 .. days: 153 for each five.
 */
enum { DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

struct day {
	int64_t year;
	int64_t month, day; /* from 1 */
};

/* Division that rounds down, also below zero. */
static int64_t
floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

static int64_t
days_of(struct day d)
{
	int64_t year = d.month > 2 ? d.year : d.year - 1;
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t months = d.month > 2 ? d.month - 3 : d.month + 9;
	int64_t day_of_year = (153 * months + 2) / 5 + d.day - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - DAYS_TO_1970;
}

static struct day
day_of(int64_t days)
{
	int64_t era = floor_div(days + DAYS_TO_1970, DAYS_PER_ERA);
	int64_t day = days + DAYS_TO_1970 - era * DAYS_PER_ERA;
	/* Leap days before that day are taken out before dividing by the days of a year. */
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t months = (5 * day_of_year + 2) / 153;

	return (struct day){
		.year = era * 400 + year + (months >= 10),
		.month = months < 10 ? months + 3 : months - 9,
		.day = day_of_year - (153 * months + 2) / 5 + 1,
	};
}

static char *
put(char *at, int64_t n, int digits)
{
	for (int i = digits - 1; i >= 0; i--, n /= 10)
		at[i] = (char)('0' + n % 10);
	return at + digits;
}

static char *
put_seconds(char *at, usec_t moment)
{
	int64_t seconds = floor_div(moment, USEC_PER_SECOND);
	int64_t days = floor_div(seconds, SECONDS_PER_DAY);
	int64_t of_day = seconds - days * SECONDS_PER_DAY;
	struct day d = day_of(days);

	assert(moment >= DATE_MIN && moment <= DATE_MAX);
	at = put(at, d.year, 4);
	*at++ = '-';
	at = put(at, d.month, 2);
	*at++ = '-';
	at = put(at, d.day, 2);
	*at++ = 'T';
	at = put(at, of_day / 3600, 2);
	*at++ = ':';
	at = put(at, of_day / 60 % 60, 2);
	*at++ = ':';
	return put(at, of_day % 60, 2);
}

struct str
date_format(struct arena *a, usec_t moment)
{
	char *text = arena_alloc(a, SECONDS);

	*put_seconds(text, moment) = 'Z';
	return str_of(text, SECONDS);
}

struct str
date_format_usec(struct arena *a, usec_t moment)
{
	int64_t fraction = moment - floor_div(moment, USEC_PER_SECOND) * USEC_PER_SECOND;
	char *text = arena_alloc(a, WITH_USEC), *at = put_seconds(text, moment);

	*at++ = '.';
	*put(at, fraction, 6) = 'Z';
	return str_of(text, WITH_USEC);
}

/* Takes digits from the front; false when there are fewer, or the number is larger. */
static bool
take(struct str *in, size_t digits, int64_t max, int64_t *out)
{
	uint64_t n;

	if (in->len < digits || str_to_u64(str_slice(*in, 0, digits), (uint64_t)max, &n) != OK)
		return false;
	*in = str_slice(*in, digits, in->len);
	*out = (int64_t)n;
	return true;
}

static bool
take_byte(struct str *in, char byte)
{
	if (in->len == 0 || in->at[0] != byte)
		return false;
	*in = str_slice(*in, 1, in->len);
	return true;
}

static int64_t
days_of_month(int64_t year, int64_t month)
{
	if (month == 12)
		return 31;
	return days_of((struct day){ year, month + 1, 1 }) -
	       days_of((struct day){ year, month, 1 });
}

static bool
take_day(struct str *in, int64_t *days)
{
	struct day d;

	if (!take(in, 4, 9999, &d.year) || !take_byte(in, '-') || !take(in, 2, 12, &d.month) ||
	    !take_byte(in, '-') || !take(in, 2, 31, &d.day))
		return false;
	if (d.month == 0 || d.day == 0 || d.day > days_of_month(d.year, d.month))
		return false;
	*days = days_of(d);
	return true;
}

/* "." and at least one digit, or nothing. */
static bool
take_fraction(struct str *in, usec_t *usec)
{
	usec_t unit = USEC_PER_SECOND / 10;
	int64_t digit;

	*usec = 0;
	if (!take_byte(in, '.'))
		return true;
	if (!take(in, 1, 9, &digit))
		return false;
	do {
		*usec += digit * unit;
		unit /= 10;
	} while (take(in, 1, 9, &digit));
	return true;
}

static bool
take_time(struct str *in, usec_t *usec)
{
	int64_t hour, minute, second;
	usec_t fraction;

	if (!take(in, 2, 24, &hour) || !take_byte(in, ':') || !take(in, 2, 59, &minute) ||
	    !take_byte(in, ':') || !take(in, 2, 59, &second) || !take_fraction(in, &fraction))
		return false;
	*usec = (hour * 3600 + minute * 60 + second) * USEC_PER_SECOND + fraction;
	return *usec <= SECONDS_PER_DAY * USEC_PER_SECOND;
}

/* What is to be added to reach UTC; XML Schema knows offsets of up to 14 hours. */
static bool
take_zone(struct str *in, usec_t *usec)
{
	int64_t hours, minutes, sign = -1;

	*usec = 0;
	if (take_byte(in, 'Z'))
		return true;
	if (take_byte(in, '-'))
		sign = 1;
	else if (!take_byte(in, '+'))
		return false;
	if (!take(in, 2, 14, &hours) || !take_byte(in, ':') || !take(in, 2, 59, &minutes) ||
	    (hours == 14 && minutes > 0))
		return false;
	*usec = sign * (hours * 3600 + minutes * 60) * USEC_PER_SECOND;
	return true;
}

enum status
date_parse(struct str text, usec_t *out)
{
	usec_t moment, time, zone;
	int64_t days;

	if (!take_day(&text, &days) || !take_byte(&text, 'T') || !take_time(&text, &time) ||
	    !take_zone(&text, &zone) || text.len > 0)
		return E_INVALID;
	moment = days * SECONDS_PER_DAY * USEC_PER_SECOND + time + zone;
	if (moment < DATE_MIN || moment > DATE_MAX)
		return E_LIMIT;
	*out = moment;
	return OK;
}
