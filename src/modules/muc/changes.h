/* SPDX-License-Identifier: MIT
 *
 * Affiliations that change, whoever asks for it: an administrator, the form of the
 * configuration, a registration, an invitation, the operator. First everything is judged, then
 * everything is done, so that a request is carried out as a whole or not at all (XEP-0045
 * section 9.2).
 */
#ifndef MODULES_MUC_CHANGES_H
#define MODULES_MUC_CHANGES_H

#include "modules/muc/muc.h"

struct change {
	struct jid who; /* bare, or a domain */
	enum room_affiliation wanted;
	struct str reason; /* or "no string" */
	bool names;        /* the nickname reserved changes as well */
	struct str nick;   /* to this; empty: to none */
	bool invited;      /* by other words: no invitation is made of it */
};

/*
 * What is wrong with the changes, apart from who asks for them: two of one address, a nickname
 * that is another's or none, no owner left, no room in the list. ERR_NONE: nothing.
 */
enum stanza_error changes_judge(
    const struct room *r, const struct change *changes, size_t n, struct arena *a);

/*
 * Within a change of the room (muc.h): the list, and what follows for those who are in the
 * room, who are told, put into another role, or out (sections 9.1, 9.4, 10.2). Of those who are
 * not in, everybody is told if all may see addresses (section 10.3), and who became a member of
 * a room for members is invited (section 9.5).
 *
 * actor   nickname of who does it, or "no string"; by: his bare address, or empty
 */
void changes_make(struct call *c, struct room *r, struct store_batch *b,
    const struct change *changes, size_t n, struct str actor, struct jid by);

/*
 * Everybody in the room is what the list and the configuration say: who may not be in it is
 * out, with `code`. For a room that has become one for members (section 10.2: 322).
 */
void changes_expel(struct call *c, struct room *r, uint16_t code, struct str actor);

#endif
