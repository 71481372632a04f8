/* SPDX-License-Identifier: MIT
 *
 * What is around the elements of a stream in HTTP: <body/> (XEP-0124 section 6). Without I/O.
 */
#ifndef STREAM_BOSH_BODY_H
#define STREAM_BOSH_BODY_H

#include "xml/element.h"
#include "xml/parser.h"

enum { BOSH_KEY_LEN = 40 }; /* SHA-1 in hexadecimal */

/* Attributes of a request. Those of no fixed length are read when they are needed. */
struct bosh_body {
	uint64_t rid;
	uint32_t wait_s, hold, pause_s;
	bool has_wait, has_hold, has_pause;
	bool terminates;                              /* type='terminate' */
	bool restarts;                                /* XEP-0206 section 1 */
	bool acks;                                    /* ack='1', in the first request */
	bool is_empty;                                /* no payload */
	char key[BOSH_KEY_LEN], newkey[BOSH_KEY_LEN]; /* lower case; key[0] is 0 without */
};

/*
 * Reads a request's attributes.
 *
 * E_INVALID  not <body/>, or text in it; no rid, or none between 1 and 2^53-1; another number
 * or key that is none
 */
MUST_CHECK enum status bosh_body_read(const struct frozen *xml, struct bosh_body *out);

/*
 * An element of the body by itself, in jabber:client where it names no namespace of its own
 * (XEP-0206 section 1, note).
 *
 * E_INVALID, E_LIMIT  as xml_parse: it breaks the bounds, which may be closer than those that
 *                     the body was read with
 */
MUST_CHECK enum status bosh_body_element(
    struct elem e, const struct xml_bounds *bounds, struct frozen **out);

/*
 * Whether `key` is the one before `known` in its sequence (section 15.4): its hash. Case is of
 * no importance.
 */
bool bosh_key_follows(const char key[BOSH_KEY_LEN], const char known[BOSH_KEY_LEN]);

/* The lower of the version asked for and ours, "1.11"; "no string": it is none. */
struct str bosh_version(struct arena *a, struct str asked);

/* The Content-Type of the session's answers (section 7.1), of those that cannot be taken for a
 * page by a browser. */
struct str bosh_content_type(struct str asked);

#endif
