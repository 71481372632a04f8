/* SPDX-License-Identifier: MIT
 *
 * Moments as HTTP writes them (RFC 9110 section 5.6.7), in seconds since 1970.
 */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include "base/str.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT", from year 1970 to 9999. */
struct str http_date_format(struct arena *a, int64_t s);

/* The same of this moment; lasts until the worker's next turn. */
struct str http_date_now(void);

/* Also the two obsolete forms. E_INVALID: none of them. */
MUST_CHECK enum status http_date_parse(struct str text, int64_t *out);

#endif
