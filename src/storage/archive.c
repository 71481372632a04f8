/* SPDX-License-Identifier: MIT */
#include "storage/archive.h"

#include "base/siphash.h"
#include "xmpp/ns.h"
#include "xmpp/stanza.h"

/* Written to disk: the key never changes. Who makes two texts collide makes one more message
 * be looked at. */
static uint64_t
short_hash(struct str text, unsigned bits)
{
	static const struct siphash_key key = { UINT64_C(0x6a61736575722d61),
		UINT64_C(0x7263686976652d31) };
	uint64_t most = (UINT64_C(1) << bits) - 1;

	return text.len ? 1 + siphash(key, text) % most : 0;
}

uint64_t
tag_of(const struct store_message *m)
{
	struct str resource = jid_resource(jid_trusted(m->contact));

	return short_hash(m->name, TAG_NAME_BITS) |
	       short_hash(resource, TAG_RESOURCE_BITS) << TAG_NAME_BITS |
	       (uint64_t)m->outgoing << TAG_OUTGOING | (uint64_t)m->counts << TAG_COUNTS;
}

bool
tag_may_be_named(uint64_t tag, struct str name)
{
	return (tag & ((UINT64_C(1) << TAG_NAME_BITS) - 1)) == short_hash(name, TAG_NAME_BITS);
}

bool
tag_may_have_resource(uint64_t tag, struct str resource)
{
	return (tag >> TAG_NAME_BITS & ((UINT64_C(1) << TAG_RESOURCE_BITS) - 1)) ==
	       short_hash(resource, TAG_RESOURCE_BITS);
}

/* Bodies in all languages, and the subject. */
static struct str
words_of(const struct stanza *st, struct arena *a)
{
	struct elem root = stanza_root(st), e = elem_child(root, NS_CLIENT, S("body"));
	struct str words = elem_text(e, a), more;

	for (e = elem_next_like(e); elem_exists(e); e = elem_next_like(e)) {
		more = elem_text(e, a);
		words = str_format(a, "%.*s\n%.*s", STR_ARG(words), STR_ARG(more));
	}
	more = elem_child_text(root, NS_CLIENT, S("subject"), a);
	if (more.len)
		words = str_format(a, "%.*s\n%.*s", STR_ARG(words), STR_ARG(more));
	return words;
}

struct archived
archived_read(struct str text, uint64_t tag, struct arena *a)
{
	AUTO(stanza) st = NULL;
	struct jid contact;

	if (stanza_from_text(text, a, &st) != OK)
		return (struct archived){ 0 };
	contact = tag_is_outgoing(tag) ? st->to : st->from;
	return (struct archived){
		.words = str_copy(a, words_of(st, a)),
		.name = str_copy(a, st->id),
		.contact = str_copy(a, jid_full(contact)),
	};
}

bool
contact_matches(struct str contact, struct str with)
{
	struct jid one = jid_trusted(contact), other = jid_trusted(with);

	return jid_is_bare(other) ? jid_eq_bare(one, other) : jid_eq(one, other);
}
