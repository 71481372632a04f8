/* SPDX-License-Identifier: MIT
 *
 * States of a presence subscription and how stanzas move them (RFC 6121 appendix A).
 *
 * The nine states of the appendix are combinations of four facts; the rules below, said
 * about the facts, are its tables.
 */
#ifndef XMPP_SUBSCRIPTION_H
#define XMPP_SUBSCRIPTION_H

#include "xmpp/stanza.h"

enum {
	SUB_TO = 1,   /* the user receives the contact's presence */
	SUB_FROM = 2, /* the contact receives the user's presence */
	SUB_BOTH = SUB_TO | SUB_FROM,
	SUB_PENDING_OUT = 4, /* the user has asked: "ask='subscribe'" */
	SUB_PENDING_IN = 8,  /* the contact has asked; not shown in the roster */
	SUB_APPROVED = 16,   /* the contact's request will be granted when it comes (3.4) */
};

struct subscription_step {
	unsigned state; /* after the stanza */
	bool pass;      /* outbound: route it to the contact; inbound: deliver it to the user */
	bool grant;     /* inbound subscribe: answer with "subscribed" in the user's name */
};

/* The user sends it; `type` is one of the four subscription types. */
struct subscription_step subscription_outbound(unsigned state, enum stanza_type type);

/* The user receives it. */
struct subscription_step subscription_inbound(unsigned state, enum stanza_type type);

/* "none", "to", "from", "both" */
struct str subscription_name(unsigned state);

/* The facts SUB_TO and SUB_FROM behind such a name; 0 for any other text. */
unsigned subscription_of_name(struct str name);

#endif
