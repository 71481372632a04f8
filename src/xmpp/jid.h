/* SPDX-License-Identifier: MIT
 *
 * Addresses (RFC 7622): normalised when they enter, compared as bytes afterwards.
 */
#ifndef XMPP_JID_H
#define XMPP_JID_H

#include "xmpp/precis.h"

enum {
	JID_PART_MAX = PRECIS_MAX, /* 1023 */
	JID_MAX = 3071,            /* local@domain/resource */
};

/* "local@domain/resource" in one piece; the empty address has text NULL. By value. */
struct jid {
	const char *text;
	uint16_t local, domain, resource; /* lengths of the parts, 0 when absent */
};

/*
 * Splits and normalises an address (RFC 7622 section 3).
 *
 * text   UTF-8, any length, need not end in NUL; may be reused after the call
 * a      receives the normalised address, at most JID_MAX bytes
 * out    written only when OK is returned
 *
 * E_INVALID  a part is empty where it must not be, or breaks its string profile
 * E_LIMIT    a part is longer than 1023 bytes
 */
MUST_CHECK enum status jid_parse(struct arena *a, struct str text, struct jid *out);

/* From parts, each normalised; local and resource may be empty. Errors as jid_parse. */
MUST_CHECK enum status jid_make(
    struct arena *a, struct str local, struct str domain, struct str resource, struct jid *out);

/* The parts must have come out of a jid: nothing is checked. */
struct jid jid_join(struct arena *a, struct str local, struct str domain, struct str resource);

/* Text that was written from a jid (a store, another worker): split, not normalised. */
struct jid jid_trusted(struct str text);

/* One part each, normalised (RFC 7622 sections 3.2 to 3.4); errors as jid_parse. */
MUST_CHECK enum status jid_prep_local(struct arena *a, struct str in, struct str *out);
MUST_CHECK enum status jid_prep_domain(struct arena *a, struct str in, struct str *out);
MUST_CHECK enum status jid_prep_resource(struct arena *a, struct str in, struct str *out);

struct str jid_full(struct jid j); /* the whole text, "" for the empty address */
struct str jid_bare(struct jid j); /* local@domain, or domain */
struct str jid_local(struct jid j);
struct str jid_domain(struct jid j);
struct str jid_resource(struct jid j);
struct jid jid_to_bare(struct jid j); /* shares the text */

static inline bool
jid_is_empty(struct jid j)
{
	return j.text == NULL;
}

static inline bool
jid_is_bare(struct jid j)
{
	return j.resource == 0;
}

static inline bool
jid_is_domain(struct jid j)
{
	return j.local == 0 && j.resource == 0 && j.domain != 0;
}

bool jid_eq(struct jid a, struct jid b);
bool jid_eq_bare(struct jid a, struct jid b);
struct jid jid_copy(struct arena *a, struct jid j);

#endif
