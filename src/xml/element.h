/* SPDX-License-Identifier: MIT
 *
 * Frozen XML: one counted block that holds a complete element - its bytes, as they will be
 * sent, and a flat index ("tape") of its elements and attributes into those bytes.
 * Immutable, shared between threads; finding something allocates nothing.
 *
 * The root's start tag is held apart from its content, so that a stanza can be given another
 * head (to, from) around the same content: frozen_content() is valid in any stream whose
 * content namespace is the root's, because
 *   - an element of the root's namespace is written without prefix, and any prefix that was
 *     declared outside the content is declared again where the content uses it;
 *   - the content is otherwise the sender's bytes.
 *
 * The content namespaces of streams stand for each other (RFC 6120 section 4.8.3): what is in
 * jabber:server or jabber:component:accept is read, and frozen, as in jabber:client. So a
 * stanza means the same wherever it came from and goes to, and nothing is hidden from us by
 * naming the one where the other holds. Only a root in one of these two that is not its
 * stream's stays there, with its content: such a stanza is to be refused.
 */
#ifndef XML_ELEMENT_H
#define XML_ELEMENT_H

#include "base/str.h"

struct frozen;

struct frozen *frozen_ref(struct frozen *f);
void frozen_free(struct frozen **f); /* drops one reference */

/* Everything between the root's start and end tag. Lives as long as the block. */
struct str frozen_content(const struct frozen *f);

/* Memory that the block takes, for queues and metrics. */
size_t frozen_bytes(const struct frozen *f);

/* An element inside a frozen block; by value, valid while the block is. */
struct elem {
	const struct frozen *of;
	uint32_t at;
};

static const struct elem ELEM_NONE = { NULL, 0 };

static inline bool
elem_exists(struct elem e)
{
	return e.of != NULL;
}

struct elem frozen_root(const struct frozen *f);

struct str elem_name(struct elem e); /* local name */
struct str elem_ns(struct elem e);   /* namespace name, "" for none; unescaped */
bool elem_is(struct elem e, struct str ns, struct str name);

/* Walking. Each returns ELEM_NONE at the end, and accepts ELEM_NONE. */
struct elem elem_first(struct elem parent);
struct elem elem_next(struct elem e);
struct elem elem_child(struct elem parent, struct str ns, struct str name);
struct elem elem_next_like(struct elem e); /* next sibling of the same namespace and name */
size_t elem_count(struct elem parent);     /* child elements */

/*
 * An attribute without namespace. Unescaped: a slice of the block where nothing was escaped,
 * else a copy in the arena. Returns false, and leaves *out, when there is none.
 */
bool elem_attr(struct elem e, struct str name, struct arena *a, struct str *out);

/* The same with a namespace; xml:lang is (NS_XML, "lang"). */
bool elem_attr_ns(
    struct elem e, struct str ns, struct str name, struct arena *a, struct str *out);

/* The attribute, or "no string"; for values whose absence equals emptiness. */
struct str elem_attr_or_none(struct elem e, struct str name, struct arena *a);

/*
 * All attributes in one pass: *at is 0 before the first call. ns is "" for none. False at the
 * end.
 *
 *     for (uint32_t at = 0; elem_attr_each(e, &at, a, &ns, &name, &value);)
 */
bool elem_attr_each(struct elem e, uint32_t *at, struct arena *a, struct str *ns,
    struct str *name, struct str *value);

/* The xml:lang in force: the element's own, or that of the nearest ancestor in the block.
 * Returns false, and leaves *out, when there is none. */
bool elem_lang(struct elem e, struct arena *a, struct str *out);

/* Attributes by number, for copying. ns is "" for none. False past the last. */
bool elem_attr_at(struct elem e, size_t n, struct arena *a, struct str *ns, struct str *name,
    struct str *value);

/* The character data directly inside, joined and unescaped as elem_attr does. */
struct str elem_text(struct elem e, struct arena *a);

/* Text of the named child, "no string" when there is none. */
struct str elem_child_text(struct elem parent, struct str ns, struct str name, struct arena *a);

/*
 * The element as markup that stands on its own where the content namespace is the default
 * (so that it can be stored, and be put into another stanza with xml_raw): a slice of the
 * block for the root's children that need no further declarations, else in the arena.
 */
struct str elem_markup(struct elem e, struct arena *a);

/* The same for a place where `ns` is the default namespace. With S("") the markup stands on
 * its own everywhere: a document, fit for xml_parse. */
struct str elem_markup_in(struct elem e, struct str ns, struct arena *a);

/* A block of its own, whose root is the element: what an envelope held (BOSH, forwarding). */
struct frozen *elem_freeze(struct elem e);

#endif
