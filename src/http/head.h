/* SPDX-License-Identifier: MIT
 *
 * The head of a request or an answer: first line and fields (RFC 9112 sections 2 to 6, RFC 9110
 * section 5). Strict: what two programs could understand differently is refused, since whoever
 * stands in front of us (a proxy, a cache) may be the other program. So are bare LF and CR,
 * folded lines, a space before the colon, lengths given twice or in two ways, other codings
 * than chunked, and control characters.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "base/str.h"

/* Bits, since tables of routes have masks of them. */
enum http_method {
	HTTP_GET = 1,
	HTTP_HEAD = 2,
	HTTP_POST = 4,
	HTTP_PUT = 8,
	HTTP_DELETE = 16,
	HTTP_OPTIONS = 32,
	HTTP_PATCH = 64,
};

struct http_field {
	struct str name;  /* lower case */
	struct str value; /* without white space around it */
};

struct http_head {
	/* Of a request. */
	enum http_method method;
	struct str target; /* as sent, visible ASCII without "#" */

	unsigned status; /* of an answer */
	unsigned minor;  /* of the version 1.x */
	struct http_field *fields;
	size_t n_fields;

	/* What the fields say about the message itself. */
	struct str host; /* the value of Host, unchecked; "no string" in HTTP/1.0 without */
	uint64_t length; /* Content-Length; 0 without */
	bool has_length;
	bool is_chunked;
	bool keep_alive;    /* the connection may serve another request */
	bool asks_to_go_on; /* Expect: 100-continue */
};

enum http_part { HTTP_PART_OPEN, HTTP_PART_WHOLE, HTTP_PART_BAD };

/*
 * Looks for the end of a head in what has arrived so far.
 *
 * from  0 at first, then what the call before left: where to go on
 * end   written when whole: bytes of the head, with the empty line
 */
enum http_part http_head_find(struct str bytes, size_t *from, size_t *end);

/*
 * Reads a whole head; everything in *out lives in the arena.
 *
 * Returns 0, or the status to refuse it with: 400, 414, 417, 431, 501, 505. The connection
 * must end then: where the next request starts is not certain.
 */
MUST_CHECK unsigned http_head_parse(struct arena *a, struct str bytes, struct http_head *out);

/* The same of an answer; its reason phrase is read over. E_INVALID: it breaks a rule; the
 * connection must end then. */
MUST_CHECK enum status http_head_parse_answer(
    struct arena *a, struct str bytes, struct http_head *out);

/* The value of a field, several of the same name joined by ", " in the arena; "no string"
 * without. */
struct str http_head_field(const struct http_head *h, struct str name, struct arena *a);

/* True when the comma-separated list holds the word, in any case. */
bool http_list_has(struct str list, struct str word);

/* "GET"; of exactly one bit. */
struct str http_method_name(enum http_method m);

/* RFC 9110 section 5.6.2. */
bool http_is_token(struct str s);

#endif
