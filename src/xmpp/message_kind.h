/* SPDX-License-Identifier: MIT
 *
 * What kind of message it is: which parts it has, and what follows from them for those who
 * keep, archive, copy, hold back or announce messages. One place, so that what one device
 * reads live another finds in the archive.
 *
 * Sources  XEP-0085 2.1, XEP-0160 1.0.1, XEP-0184 1.4.0, XEP-0249 1.2, XEP-0280 1.0.1,
 *          XEP-0308 1.2.1, XEP-0313 1.1.3, XEP-0333 1.0.0, XEP-0334 1.0.0, XEP-0353 0.8.0,
 *          XEP-0424 0.4.2, XEP-0444 0.2.1, XEP-0461 0.2.1
 */
#ifndef XMPP_MESSAGE_KIND_H
#define XMPP_MESSAGE_KIND_H

#include "xmpp/stanza.h"

/* What a message has; a mask. Threads, ids and fallbacks say nothing by themselves and have no
 * bit. */
enum {
	PART_BODY = 1 << 0,
	PART_SUBJECT = 1 << 1,
	PART_ENCRYPTED = 1 << 2,  /* OMEMO, OpenPGP: what it says is not for us to see */
	PART_STATE = 1 << 3,      /* composing, paused, ... */
	PART_RECEIPT = 1 << 4,    /* "it was received" */
	PART_MARKER = 1 << 5,     /* "it was displayed" */
	PART_REQUEST = 1 << 6,    /* asks for a receipt or a marker */
	PART_REACTION = 1 << 7,   /* also one taken back */
	PART_CORRECTION = 1 << 8, /* replaces an earlier message */
	PART_RETRACTION = 1 << 9, /* takes an earlier message back */
	PART_REPLY = 1 << 10,     /* names the message it answers */
	PART_CALL = 1 << 11,      /* jingle messages: a call is coming, was taken, ... */
	PART_INVITE = 1 << 12,    /* to a room, direct or by the room */
	PART_ROOM = 1 << 13, /* comes from a room or goes to one, without being an invitation */
	PART_EVENT = 1 << 14,   /* a notification of a pubsub node */
	PART_WRAPPED = 1 << 15, /* claims to hold another message: a carbon, an archived one */
	PART_DELAYED = 1 << 16, /* has waited somewhere on its way */
	PART_HEARD = 1 << 18, /* what was said in a room to which the account has subscribed */
	PART_OTHER = 1 << 17, /* anything that is not known here */

	HINT_PRIVATE = 1 << 20, /* no copies: <private/> or <no-copy/> */
	HINT_NO_STORE = 1 << 21,
	HINT_NO_PERMANENT_STORE = 1 << 22, /* may wait for the recipient, but not be archived */
	HINT_STORE = 1 << 23,
};

struct message_kind {
	enum stanza_type type; /* MESSAGE_* */
	uint32_t parts; /* PART_*, and HINT_* unless it is an error (XEP-0334 section 5) */
	bool from_full; /* the sender's address has a resource */
};

/* The stanza must be a message. */
struct message_kind message_kind(const struct stanza *st);

/* Of the message that a carbon copy holds (XEP-0280); the copy's own when it holds none. */
struct message_kind message_kind_of_copy(const struct stanza *copy);

/* Nothing but chat states, if anything: worthless once the moment has passed. */
bool message_kind_is_fleeting(struct message_kind k);

/* Waits for a recipient who is not there (XEP-0160 section 3). */
bool message_kind_is_kept(struct message_kind k);

/*
 * Belongs to an account's archive (XEP-0313 section 9.1.1): what was said, and what later
 * changes how it is to be shown. A room's messages are in the room's archive.
 */
bool message_kind_is_archived(struct message_kind k);

/*
 * Is copied to the account's other devices (XEP-0280 section 6.1). Of errors it cannot be
 * told from the error: false.
 *
 * sent  by the account; else received
 */
bool message_kind_is_copied(struct message_kind k, bool sent);

/*
 * Nobody who is not looking at the client misses it (XEP-0352): receipts, markers, reactions,
 * headlines, notifications. Of a copy ask for the message that it holds.
 */
bool message_kind_can_wait(struct message_kind k);

/* Somebody says something to the person: worth ringing for (XEP-0357). */
bool message_kind_is_announced(struct message_kind k);

#endif
