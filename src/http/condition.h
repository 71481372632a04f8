/* SPDX-License-Identifier: MIT
 *
 * Conditional and partial requests (RFC 9110 sections 13 and 14).
 */
#ifndef HTTP_CONDITION_H
#define HTTP_CONDITION_H

#include "base/str.h"

/* What there is to send. */
struct http_version {
	struct str etag;    /* with quotes, strong; "no string": none */
	int64_t modified_s; /* since 1970; 0: not known */
	uint64_t bytes;
};

/* The fields that bear on it; "no string" where one is missing. */
struct http_condition {
	struct str if_match, if_none_match;
	struct str if_modified_since, if_unmodified_since;
	struct str range, if_range;
};

/* What to send of it. */
struct http_part_of {
	unsigned status; /* 200, 206, 304, 412 or 416 */
	uint64_t from, bytes;
};

/*
 * For GET and HEAD. More than one range is answered with the whole, as are ranges that make
 * no sense (RFC 9110 section 14.2 leaves both to the server).
 */
struct http_part_of http_condition_judge(
    const struct http_condition *c, const struct http_version *v);

#endif
