/* SPDX-License-Identifier: MIT
 *
 * Names and secrets in any script, brought into the one form that is compared as bytes:
 * the profiles of RFC 8265 on the framework of RFC 8264.
 *
 * The order of operations is that of RFC 8264 section 7: the code points are judged after
 * they were mapped. Where the Unicode tables of two versions differ, text that was stored
 * is not prepared again.
 */
#ifndef XMPP_PRECIS_H
#define XMPP_PRECIS_H

#include "base/str.h"

enum {
	PRECIS_MAX = 1023, /* bytes of prepared text */
	PRECIS_IN_MAX =
	    4 * PRECIS_MAX, /* bytes before; composition and width can shrink text */
};

/*
 * UsernameCaseMapped (RFC 8265 section 3.3). *len is written only when OK is returned; the
 * bytes of out are undefined otherwise.
 *
 * E_INVALID  empty, not UTF-8, or breaks a rule
 * E_LIMIT    longer than PRECIS_MAX bytes afterwards, or PRECIS_IN_MAX before
 */
MUST_CHECK enum status precis_username(struct str in, char out[PRECIS_MAX], size_t *len);

/* OpaqueString (RFC 8265 section 4.2): case and width stay. Errors as precis_username. */
MUST_CHECK enum status precis_opaque(struct str in, char out[PRECIS_MAX], size_t *len);

/* OpaqueString of a password, in an arena (one that is wiped, if need be). */
MUST_CHECK enum status precis_password(struct arena *a, struct str in, struct str *out);

#endif
