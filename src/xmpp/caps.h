/* SPDX-License-Identifier: MIT
 *
 * What an entity can do, as a hash of its disco#info: entity capabilities in the first
 * version (XEP-0115 1.6.0) and the second (XEP-0390 0.3.2). Sorting is by bytes.
 *
 * The first version is ambiguous by design: a feature at the end of the list can be told as
 * the type of a form, and the string stays the same (XEP-0115 section 9.3). What matches may
 * be believed of the entity that sent it; it proves nothing about others that announce the
 * same hash. The second version has no such weakness.
 */
#ifndef XMPP_CAPS_H
#define XMPP_CAPS_H

#include "base/hash.h"
#include "xml/element.h"

/*
 * The verification string before it is hashed (XEP-0115 section 5.1).
 *
 * info  <query/> of disco#info
 *
 * E_INVALID  ill-formed (section 5.4): an identity, a feature or a type of form occurs
 *            twice, a type of form has several values, or a name is missing
 * E_LIMIT    more than CAPS_PARTS_MAX parts or CAPS_FORMS_MAX forms, or too large a form
 */
MUST_CHECK enum status caps_input(struct arena *a, struct elem info, struct str *out);

/*
 * The input of the hash functions (XEP-0390 section 4.1).
 *
 * lang  xml:lang that is in force around the element, or ""
 *
 * E_INVALID  an element that is not covered, or a form that is none or has no type
 * E_LIMIT    as caps_input
 */
MUST_CHECK enum status caps2_input(
    struct arena *a, struct elem info, struct str lang, struct str *out);

/* The hash of either input, in base64. */
struct str caps_hash(struct arena *a, enum hash kind, struct str input);

/* Names of hash functions (XEP-0300): "sha-1". False when it is not one of ours. */
struct str caps_hash_name(enum hash kind);
bool caps_hash_named(struct str name, enum hash *out);

/* "urn:xmpp:caps#sha-256.u79Zr...": the node that is asked (XEP-0390 section 4.3). */
struct str caps2_node(struct arena *a, enum hash kind, struct str hash);

/* E_INVALID: not such a node. E_UNSUPPORTED: another hash function. */
MUST_CHECK enum status caps2_node_split(struct str node, enum hash *kind, struct str *hash);

#endif
