/* SPDX-License-Identifier: MIT
 *
 * What back ends need to know of the messages that archives are made of.
 */
#ifndef STORAGE_ARCHIVE_H
#define STORAGE_ARCHIVE_H

#include "storage/store.h"

/*
 * Facts that are kept with a message's place, so that most questions are answered without
 * looking at the messages: 40 bits, of which the two hashes only exclude.
 */
enum {
	TAG_NAME_BITS = 24,     /* hash of the stanza's own id; 0: it has none */
	TAG_RESOURCE_BITS = 14, /* hash of the contact's resource; 0: the address was bare */
	TAG_OUTGOING = 38,      /* bit numbers */
	TAG_COUNTS = 39,
};

uint64_t tag_of(const struct store_message *m);

static inline bool
tag_is_outgoing(uint64_t tag)
{
	return tag >> TAG_OUTGOING & 1;
}

/* Something to read, for either side. */
static inline bool
tag_is_message(uint64_t tag)
{
	return tag >> TAG_COUNTS & 1;
}

/* To be read: came in, and is something to read. */
static inline bool
tag_counts(uint64_t tag)
{
	return tag_is_message(tag) && !tag_is_outgoing(tag);
}

/* False: it is not the id, or resource, of such a message. */
bool tag_may_be_named(uint64_t tag, struct str name);
bool tag_may_have_resource(uint64_t tag, struct str resource);

/* Of the text of a message: what was said, for a search; its own id, or "no string"; the
 * address of the other side. All empty when the text is no stanza. */
struct archived {
	struct str words, name, contact;
};

struct archived archived_read(struct str text, uint64_t tag, struct arena *a);

/* Whether the address is the one that is asked for: all of it, or any resource of it. */
bool contact_matches(struct str contact, struct str with);

#endif
