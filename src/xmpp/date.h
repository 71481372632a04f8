/* SPDX-License-Identifier: MIT
 *
 * Moments as text: the DateTime profile of XEP-0082 1.1.1, in UTC. No locale, no time zone
 * database; the calendar is the Gregorian one for all years from 0000 to 9999.
 */
#ifndef XMPP_DATE_H
#define XMPP_DATE_H

#include "base/str.h"
#include "base/time.h"

#define DATE_MIN ((usec_t)-62167219200000000) /* 0000-01-01T00:00:00Z */
#define DATE_MAX ((usec_t)253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* "1969-07-21T02:56:15Z"; what is less than a second is cut off. DATE_MIN to DATE_MAX. */
struct str date_format(struct arena *a, usec_t moment);

/* "1969-07-21T02:56:15.000001Z". DATE_MIN to DATE_MAX. */
struct str date_format_usec(struct arena *a, usec_t moment);

/*
 * CCYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm|-hh:mm). Digits after the sixth of the fraction
 * are cut off; 24:00:00 is the end of the day, as XML Schema has it.
 *
 * E_INVALID  another format, or no such day or time
 * E_LIMIT    not between DATE_MIN and DATE_MAX in UTC
 */
MUST_CHECK enum status date_parse(struct str text, usec_t *out);

#endif
