/* SPDX-License-Identifier: MIT
 *
 * How functions report that the world did not cooperate (style: errors). Out values are
 * written only when OK is returned. Broken invariants are asserted instead.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	OK = 0,
	E_INVALID,   /* the input breaks the rules of its format */
	E_LIMIT,     /* a bound would be exceeded */
	E_NOT_FOUND, /* no such thing */
	E_EXISTS,    /* there is such a thing already */
	E_DENIED,    /* not allowed, or proof of identity failed */
	E_AGAIN,     /* not now; the same call may succeed later */
	E_CLOSED,    /* the other side is gone */
	E_FULL,      /* no room on the disk or in a quota */
	E_IO,        /* the operating system or the disk failed */
	E_UNSUPPORTED,
};

/* A short lower-case word for logs, for example "not-found". Static. */
const char *status_name(enum status s);

#endif
