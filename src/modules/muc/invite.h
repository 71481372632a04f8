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
	struct str id;     /* of the message, or "no string" */
};

/* Sends it, with the room's password. */
void room_invite(struct call *c, struct room *r, const struct invitation *in);

/* An error has come back from somebody who is not in the room. False: not of an invitation that
 * an occupant has sent. */
bool room_on_invite_error(struct call *c, struct room *r);

#endif
