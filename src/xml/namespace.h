/* SPDX-License-Identifier: MIT
 *
 * Prefixes and default namespaces while an element is scanned (Namespaces in XML 1.0, third
 * edition). Internal to the scan.
 *
 * Functions that return bool refuse with false; s->error then says why.
 */
#ifndef XML_NAMESPACE_H
#define XML_NAMESPACE_H

#include "xml/token.h"

static inline bool
check(struct scan *s, bool good, enum xml_error error)
{
	if (!good)
		token_refused(s, error);
	return good;
}

static inline bool
same_bytes(const byte *base, uint32_t a, uint32_t b, uint32_t len)
{
	return memcmp(base + a, base + b, len) == 0;
}

static inline bool
ns_eq(const struct scan *s, const byte *base, uint32_t at, uint16_t len, struct scan_ns b)
{
	const char *bytes = (const char *)base;

	return len == b.len &&
	       (at == b.at || memcmp(scan_ns_str(s, bytes, at, len).at,
				  scan_ns_str(s, bytes, b.at, len).at, len) == 0);
}

/*
 * True for jabber:server and jabber:component:accept, which are read as jabber:client: see
 * element.h. Prefixes of attributes keep them.
 */
bool ns_is_client_elsewhere(struct str ns);

/* jabber:client, in the tail. */
struct scan_ns ns_client(struct scan *s);

/* The attribute s->attr, which has just ended, is xmlns or xmlns:prefix. */
bool ns_declare(struct scan *s, const byte *base);

/*
 * Looks up a prefix; the level is 0 when it is declared outside the element. The prefixes xml
 * (attributes do not ask) and xmlns are for no element.
 */
bool ns_resolve(
    struct scan *s, const byte *base, uint32_t prefix, uint16_t len, struct scan_binding *out);

/* Namespaces of the attributes with prefixes, once all declarations of the tag are known. */
bool ns_resolve_attributes(struct scan *s, const byte *base, uint32_t cell);

/* Declared on an element inside the content, not on the root or the stream. */
static inline bool
ns_is_inside(const struct scan_binding *b)
{
	return b->level > 1;
}

#endif
