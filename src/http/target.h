/* SPDX-License-Identifier: MIT
 *
 * What a request is for: path and query (RFC 3986 sections 3.3 and 3.4, RFC 9112 section
 * 3.2). Nothing is guessed: a path that would have to be put right - dots, empty segments,
 * slashes and backslashes in disguise - is refused, so that no two spellings name one thing.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/str.h"

struct http_target {
	struct str path;  /* decoded: "/" first, UTF-8, no control characters; "*" of OPTIONS */
	struct str query; /* undecoded; "no string" without "?" */
	struct str
	    authority; /* of the absolute form "http://authority/...", else "no string" */
};

/*
 * text  visible ASCII
 * out   in the arena, or slices of text
 *
 * E_INVALID  not a form that a server of its own is asked in, or not in its only spelling
 */
MUST_CHECK enum status http_target_parse(
    struct arena *a, struct str text, struct http_target *out);

/*
 * The value of the first parameter of that name in the query, "+" being a space; "no string"
 * when there is none, or it is not UTF-8.
 */
struct str http_query_value(struct str query, struct str name, struct arena *a);

/*
 * "Host" as "example.org:5281": the name in lower case, and a port.
 *
 * E_INVALID  neither a name nor an address, or a port that is none
 */
MUST_CHECK enum status http_authority_parse(
    struct arena *a, struct str text, struct str *host, struct str *authority);

#endif
