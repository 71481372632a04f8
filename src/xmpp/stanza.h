/* SPDX-License-Identifier: MIT
 *
 * A stanza (RFC 6120 section 8): an immutable, counted head - kind, type, addresses, id,
 * language - around a frozen content that many heads may share. Giving one content a new
 * head is how a fan-out works: 500 copies are 500 heads and one body.
 *
 * Attributes of a stanza's root other than those five are not carried: RFC 6120 defines no
 * others, and extensions put theirs on child elements.
 */
#ifndef XMPP_STANZA_H
#define XMPP_STANZA_H

#include <stdatomic.h>

#include "xml/element.h"
#include "xml/writer.h"
#include "xmpp/jid.h"

enum stanza_kind { STANZA_MESSAGE, STANZA_PRESENCE, STANZA_IQ };

enum stanza_type {
	MESSAGE_NORMAL,
	MESSAGE_CHAT,
	MESSAGE_GROUPCHAT,
	MESSAGE_HEADLINE,
	MESSAGE_ERROR,
	PRESENCE_AVAILABLE,
	PRESENCE_UNAVAILABLE,
	PRESENCE_SUBSCRIBE,
	PRESENCE_SUBSCRIBED,
	PRESENCE_UNSUBSCRIBE,
	PRESENCE_UNSUBSCRIBED,
	PRESENCE_PROBE,
	PRESENCE_ERROR,
	IQ_GET,
	IQ_SET,
	IQ_RESULT,
	IQ_ERROR,
	STANZA_TYPES,
};

struct stanza {
	atomic_uint refs;
	uint8_t kind;        /* enum stanza_kind */
	uint8_t type;        /* enum stanza_type */
	bool escape_heads;   /* an address, the id or the language needs escaping on the wire */
	struct jid to, from; /* empty when absent */
	struct str id, lang; /* "no string" when absent; unescaped */
	struct frozen *xml;  /* root element and content; the root's attributes are history */
};

/* What a head is made of. Everything is copied but the content, which gains a reference. */
struct stanza_head {
	enum stanza_kind kind;
	enum stanza_type type;
	struct jid to, from;
	struct str id, lang;
};

struct stanza *stanza_new(const struct stanza_head *head, struct frozen *xml);
struct stanza *stanza_ref(const struct stanza *st); /* to be counted is no change */
void stanza_free(struct stanza **st);               /* drops one reference */

/* The same content and head, but for the addresses. */
struct stanza *stanza_readdress(const struct stanza *st, struct jid from, struct jid to);

/*
 * From a first-level element of the content namespace `ns` (jabber:client, ...). `from` is
 * what the server stamps; when it is empty the sender's own claim is taken. That claim is
 * returned in *claimed (empty when there is none) for the caller to judge (RFC 6120 section
 * 8.1.2.1). `lang` is used when the
 * stanza has no xml:lang of its own (section 8.1.5).
 *
 * to_self   stands for an absent `to` in a message or iq (section 10.3)
 *
 * The element must be <message/>, <presence/> or <iq/>.
 */
enum stanza_fault {
	STANZA_OK,
	STANZA_UNKNOWN,      /* another name or namespace: unsupported-stanza-type */
	STANZA_BAD_TYPE,     /* unknown iq type, or none: bad-request */
	STANZA_BAD_ID,       /* iq without id: bad-request */
	STANZA_BAD_CHILDREN, /* iq get/set without exactly one child: bad-request */
	STANZA_BAD_TO,       /* jid-malformed */
	STANZA_BAD_FROM,     /* the claim is no address: invalid-from */
};
struct stanza_input {
	struct str ns;
	struct jid from, to_self;
	struct str lang;
};
MUST_CHECK enum stanza_fault stanza_read(struct frozen *xml, const struct stanza_input *in,
    struct arena *a, struct jid *claimed, struct stanza **out);

/* From bytes that stanza_wire wrote, with both addresses (store, other nodes). */
MUST_CHECK enum status stanza_from_text(struct str text, struct arena *a, struct stanza **out);

/* Bytes that stanza_wire will write at most, and `declare`. */
size_t stanza_wire_max(const struct stanza *st);

/*
 * Writes the stanza as it goes over a stream, and returns the byte after.
 *
 * declare  S("") where the stream's default namespace is the stanza's; else the attribute that
 *          makes it so, with a space in front
 */
char *stanza_wire(const struct stanza *st, struct str declare, char *at);

/* The same into an arena, for stores and logs. */
struct str stanza_text(const struct stanza *st, struct arena *a);

/* "chat", "get", ...; "no string" for a normal message and available presence. */
struct str stanza_type_name(enum stanza_type type);
struct str stanza_kind_name(enum stanza_kind kind);

bool stanza_is_error(const struct stanza *st);

/* Neither an error nor a result: may be answered with an error. */
bool stanza_may_be_answered(const struct stanza *st);

/* The root, and the first child: an iq's payload. */
struct elem stanza_root(const struct stanza *st);
struct elem stanza_payload(const struct stanza *st);

/*
 * Starts writing a stanza's content; finish with stanza_finish.
 *
 *     struct xml_writer w;
 *     stanza_begin(&w, arena, STANZA_IQ);
 *     xml_empty(&w, NS_PING, S("ping"));
 *     struct stanza *st = stanza_finish(&w, &head);
 */
void stanza_begin(struct xml_writer *w, struct arena *a, enum stanza_kind kind);
struct stanza *stanza_finish(struct xml_writer *w, const struct stanza_head *head);

/* Writes it as an element inside another, where it is forwarded (XEP-0297); xml_close() ends
 * it.
 */
void stanza_open(struct xml_writer *w, const struct stanza *st);

/* A copy whose content is followed by more markup (a delay stamp, a stanza-id). */
struct stanza *stanza_with(const struct stanza *st, struct str markup, struct arena *a);

#endif
