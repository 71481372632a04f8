/* SPDX-License-Identifier: MIT
 *
 * A report of somebody who sends spam or abuses people (XEP-0377 section 4): a value that is
 * read from a request and kept as bytes.
 */
#ifndef MODULES_REPORTS_REPORT_H
#define MODULES_REPORTS_REPORT_H

#include "base/limits.h"
#include "base/time.h"
#include "xml/element.h"

/* A message that is meant, by the id it got in an archive (XEP-0359). */
struct report_message {
	struct str by, id;
};

struct report {
	struct str reporter; /* bare address */
	struct str reported; /* address that was blocked */
	struct str reason;   /* a URN, at most REPORT_REASON_MAX bytes */
	struct str text;     /* the first; cut to REPORT_TEXT_MAX bytes; "no string": none */
	bool to_origin, to_third_party; /* the reporter agrees (section 5) */
	size_t n;
	struct report_message message[REPORT_MESSAGES_MAX]; /* the first */
};

/*
 * From <report/>; reporter and reported are left alone.
 *
 * E_INVALID  it has no reason, or one that is too long
 */
MUST_CHECK enum status report_read(struct arena *a, struct elem e, struct report *out);

/* As bytes; and back, as slices of these. E_INVALID: report_pack did not make them. */
struct str report_pack(struct arena *a, const struct report *r);
MUST_CHECK enum status report_unpack(struct str bytes, struct report *out);

#endif
