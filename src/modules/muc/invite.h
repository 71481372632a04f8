/* SPDX-License-Identifier: MIT
 *
 * Invitations that a room passes on (XEP-0045 section 7.8.2).
 */
#ifndef MODULES_MUC_INVITE_H
#define MODULES_MUC_INVITE_H

#include "modules/muc/muc.h"

struct invitation {
	struct jid to;
	struct jid from;   /* who invites; empty: the room itself */
	struct str reason; /* or "no string" */
	bool continues;    /* a conversation of two (section 7.9)... */
	struct str thread; /* of that thread, or "no string" */
};

/* Sends it, with the room's password. */
void room_invite(struct call *c, struct room *r, const struct invitation *in);

#endif
