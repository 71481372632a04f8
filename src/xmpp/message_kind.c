/* SPDX-License-Identifier: MIT */
#include "xmpp/message_kind.h"

#include "xmpp/ns.h"

/* An element with its meaning; without a name, every one of the namespace. The first that
 * fits counts. */
struct meaning {
	struct str ns, name;
	uint32_t part; /* 0: says nothing by itself */
};

#define ALL S("")

/* An event of a room's subscribers: docs/rooms.md. */
static bool
is_heard(struct elem e)
{
	struct elem items = elem_child(e, NS_PUBSUB_EVENT, S("items"));
	struct str node = { 0 };
	struct arena a;
	bool heard;

	if (!elem_is(e, NS_PUBSUB_EVENT, S("event")) || !elem_exists(items))
		return false;
	arena_init(&a, 128);
	heard = elem_attr(items, S("node"), &a, &node) && str_eq(node, NS_MUC_SUB_MESSAGES);
	arena_fini(&a);
	return heard;
}

static uint32_t
meaning_of(struct elem e)
{
	const struct meaning meanings[] = {
		{ NS_CLIENT, S("body"), PART_BODY },
		{ NS_CLIENT, S("subject"), PART_SUBJECT },
		{ NS_CLIENT, S("thread"), 0 },
		{ NS_CHAT_STATES, ALL, PART_STATE },
		{ NS_RECEIPTS, S("request"), PART_REQUEST },
		{ NS_RECEIPTS, ALL, PART_RECEIPT },
		{ NS_MARKERS, S("markable"), PART_REQUEST },
		{ NS_MARKERS, ALL, PART_MARKER },
		{ NS_HINTS, S("no-copy"), HINT_PRIVATE },
		{ NS_HINTS, S("no-store"), HINT_NO_STORE },
		{ NS_HINTS, S("no-permanent-store"), HINT_NO_PERMANENT_STORE },
		{ NS_HINTS, S("store"), HINT_STORE },
		{ NS_HINTS, ALL, 0 },
		{ NS_STANZA_ID, ALL, 0 },
		{ NS_DELAY, ALL, PART_DELAYED },
		{ NS_FALLBACK, ALL, 0 },
		{ NS_REACTIONS, ALL, PART_REACTION },
		{ NS_CORRECTION, ALL, PART_CORRECTION },
		{ NS_RETRACTION, S("retract"), PART_RETRACTION },
		{ NS_REPLY, ALL, PART_REPLY },
		{ NS_OMEMO, ALL, PART_ENCRYPTED },
		{ NS_OMEMO_LEGACY, ALL, PART_ENCRYPTED },
		{ NS_OPENPGP, ALL, PART_ENCRYPTED },
		{ NS_OPENPGP_LEGACY, ALL, PART_ENCRYPTED },
		{ NS_ENCRYPTION, ALL, PART_ENCRYPTED },
		{ NS_CALLS, ALL, PART_CALL },
		{ NS_DIRECT_INVITE, ALL, PART_INVITE },
		{ NS_PUBSUB_EVENT, ALL, PART_EVENT },
		{ NS_CARBONS, S("private"), HINT_PRIVATE },
		{ NS_CARBONS, ALL, PART_WRAPPED },
		{ NS_MAM, S("result"), PART_WRAPPED },
	};

	if (is_heard(e))
		return PART_HEARD;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (str_eq(elem_ns(e), meanings[i].ns) &&
		    (meanings[i].name.len == 0 || str_eq(elem_name(e), meanings[i].name)))
			return meanings[i].part;
	if (elem_is(e, NS_MUC_USER, S("x")))
		return elem_exists(elem_child(e, NS_MUC_USER, S("invite"))) ? PART_INVITE
									    : PART_ROOM;
	return PART_OTHER;
}

enum {
	HINTS = HINT_PRIVATE | HINT_NO_STORE | HINT_NO_PERMANENT_STORE | HINT_STORE,
	/* Said by somebody, to be read. */
	SAID = PART_BODY | PART_ENCRYPTED | PART_CALL | PART_INVITE | PART_HEARD,
	/* Said about what was said. */
	ABOUT = PART_RECEIPT | PART_MARKER | PART_REACTION | PART_CORRECTION | PART_RETRACTION,
};

static uint32_t
parts_of(struct elem message, enum stanza_type type)
{
	uint32_t parts = 0;

	for (struct elem e = elem_first(message); elem_exists(e); e = elem_next(e))
		parts |= meaning_of(e);
	return type == MESSAGE_ERROR ? parts & ~(uint32_t)HINTS : parts;
}

struct message_kind
message_kind(const struct stanza *st)
{
	assert(st->kind == STANZA_MESSAGE);
	return (struct message_kind){
		.type = st->type,
		.parts = parts_of(stanza_root(st), st->type),
		.from_full = !jid_is_bare(st->from),
	};
}

/* The message inside <sent/> or <received/>, ELEM_NONE when there is none. */
static struct elem
forwarded(const struct stanza *copy)
{
	struct elem root = stanza_root(copy), way = elem_child(root, NS_CARBONS, S("received"));

	if (!elem_exists(way))
		way = elem_child(root, NS_CARBONS, S("sent"));
	return elem_child(elem_child(way, NS_FORWARD, S("forwarded")), NS_CLIENT, S("message"));
}

/* The copy has the type of what it holds (section 7). */
struct message_kind
message_kind_of_copy(const struct stanza *copy)
{
	struct message_kind k = message_kind(copy);
	struct elem inner = forwarded(copy);

	if (elem_exists(inner))
		k.parts = parts_of(inner, copy->type);
	return k;
}

static bool
is_conversation(struct message_kind k)
{
	return k.type == MESSAGE_CHAT || k.type == MESSAGE_NORMAL;
}

/* What a room says without a word, of its configuration for example, is for its occupants. */
bool
message_kind_is_fleeting(struct message_kind k)
{
	const uint32_t said = k.parts & ~(uint32_t)(PART_DELAYED | HINTS);

	return k.type != MESSAGE_ERROR && said != PART_ROOM &&
	       (said & ~(uint32_t)(PART_STATE | PART_ROOM)) == 0;
}

bool
message_kind_is_kept(struct message_kind k)
{
	return is_conversation(k) && !(k.parts & HINT_NO_STORE) && !message_kind_is_fleeting(k);
}

bool
message_kind_is_archived(struct message_kind k)
{
	if (k.type == MESSAGE_ERROR || k.type == MESSAGE_GROUPCHAT)
		return false;
	if (k.parts & (HINT_NO_STORE | HINT_NO_PERMANENT_STORE))
		return false;
	return (k.parts & HINT_STORE) || (is_conversation(k) && (k.parts & (SAID | ABOUT)));
}

bool
message_kind_is_copied(struct message_kind k, bool sent)
{
	const uint32_t messaging =
	    PART_STATE | PART_RECEIPT | PART_MARKER | PART_REQUEST | PART_INVITE | PART_HEARD;

	if (k.type == MESSAGE_ERROR || k.type == MESSAGE_GROUPCHAT)
		return false;
	/* A copy is never copied, nor what pretends to be one. */
	if (k.parts & (HINT_PRIVATE | PART_WRAPPED))
		return false;
	/* A room sends its private messages to each device that has joined. */
	if (!sent && k.from_full && (k.parts & PART_ROOM))
		return false;
	return k.type == MESSAGE_CHAT || (k.type == MESSAGE_NORMAL && (k.parts & PART_BODY)) ||
	       (k.parts & messaging);
}

bool
message_kind_can_wait(struct message_kind k)
{
	if (k.type == MESSAGE_ERROR)
		return false;
	if (k.type == MESSAGE_HEADLINE)
		return true;
	/* Whatever is not known here might be urgent; what was kept has waited. */
	return (k.parts & (SAID | PART_SUBJECT | PART_OTHER | PART_WRAPPED | PART_DELAYED)) ==
	       0;
}

bool
message_kind_is_announced(struct message_kind k)
{
	return is_conversation(k) && (k.parts & SAID) && !(k.parts & PART_WRAPPED);
}
