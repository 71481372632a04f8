/* SPDX-License-Identifier: MIT
 *
 * What a stream header leaves in force for the elements of the stream: its namespaces and
 * its own name, which the end tag must repeat. Internal to the folder.
 *
 * The headers that everybody sends are constants, so an ordinary stream keeps nothing.
 */
#ifndef XML_SCOPE_H
#define XML_SCOPE_H

#include "base/limits.h"
#include "base/str.h"

struct scope_prefix {
	struct str prefix, ns;
};

struct scope {
	struct str header;     /* name of the header as written, "" outside of streams */
	struct str default_ns; /* "" for none */
	uint32_t n;
	bool allocated;
	struct scope_prefix prefix[XML_SCOPE_PREFIXES_MAX];
};

/* Nothing declared: framed streams, whole documents. */
extern const struct scope SCOPE_EMPTY;

/* A copy that scope_free releases; a constant when it is one of the usual. */
const struct scope *scope_keep(const struct scope *s);
void scope_free(const struct scope **s);

/* Bytes of heap it holds. */
size_t scope_held(const struct scope *s);

/*
 * The namespace of stanzas: the default one, or where that is the header's own, the one
 * among those RFC 6120 section 4.8.2 names that has a prefix. "" for none.
 */
struct str scope_content_ns(const struct scope *s);

#endif
