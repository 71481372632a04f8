/* SPDX-License-Identifier: MIT
 *
 * <request/> for a slot (XEP-0363 1.2.0 sections 4 and 5).
 */
#ifndef MODULES_UPLOAD_REQUEST_H
#define MODULES_UPLOAD_REQUEST_H

#include "base/time.h"
#include "xml/element.h"

/* Section 5. They are kept for different times, and have quotas of their own. */
enum upload_purpose {
	UPLOAD_MESSAGE,
	UPLOAD_PROFILE,
	UPLOAD_EPHEMERAL,
	UPLOAD_PERMANENT,
	UPLOAD_PURPOSES
};

struct upload_request {
	struct str name; /* clean: see file_name.h */
	struct str type; /* see media_type.h; "no string" when none was given */
	uint64_t bytes;  /* not 0 */
	enum upload_purpose purpose;
	usec_t expires_us; /* UPLOAD_EPHEMERAL: expire-before; else 0 */
};

/*
 * Strings live in the arena.
 *
 * E_INVALID      something is missing or has no valid form, or there are two purposes
 * E_LIMIT        the name is too long
 * E_UNSUPPORTED  a purpose that is not known
 */
MUST_CHECK enum status upload_request_read(
    struct elem e, struct arena *a, struct upload_request *out);

/* "message", ... */
struct str upload_purpose_name(enum upload_purpose p);

#endif
