/* SPDX-License-Identifier: MIT
 *
 * The parts of mod_muc: rooms in which people talk (XEP-0045 1.35.5).
 *
 *   room.h          a room in memory: occupants and their seats
 *   room_conf.h     what owners decide           config_form.h  as a form
 *   affiliations.h  who is what                  rules.h        who may do what
 *   rooms.c         loading, keeping, letting go; changes and their rows
 *   service.c       what comes for the service or a room, and whose it is
 *   join.c          coming in, going, other nicknames
 *   presence.c      who is told what of whom
 *   messages.c      what is said
 *   relay.c         requests from one occupant to another
 *   info.c          what is told about rooms
 *   archive.c       the room's archive
 *
 * A room is at home where its address is (account_home): only that worker touches it.
 *
 * How a change is made, here by a request, so that nobody hears of what is not on disk:
 *
 *     b = room_change(c, r);
 *     affiliations_set(r->affiliations, b, ...);
 *     occupant_set_affiliation(o, ...);
 *     room_show(c, r, o, &(struct notice){ ... });
 *     iq_result(c, S(""));
 *     room_commit(c, r, &b);
 *     return DONE;
 *
 * What is sent between the two waits for the commit. If that fails nothing of it is sent, the
 * sender of c->stanza gets the error, and the room ends for who is in it: who comes back finds
 * what the store has.
 */
#ifndef MODULES_MUC_MUC_H
#define MODULES_MUC_MUC_H

#include "modules/muc/room.h"
#include "router/module.h"

extern const struct module mod_muc;

/* What the room says beside somebody's presence, in <x xmlns='...muc#user'/>. */
struct notice {
	uint16_t codes[6];    /* status codes but 110 and 100, which come by themselves; 0 ends */
	struct str actor;     /* nickname of who did it, or "no string" */
	struct str reason;    /* or "no string" */
	struct str nick;      /* the new one, with code 303; or "no string" */
	struct str extension; /* markup inside the element, such as <destroy/>; or "no string" */
};

/* --- rooms.c: changes ----------------------------------------------------------------- */

/* Rows (room, ..., ""): that it exists and its configuration; its subject. */
#define KIND_ROOM S("room")
#define KIND_SUBJECT S("room-subject")

/* From now on what the call sends is held, until room_commit. */
struct store_batch *room_change(struct call *c, struct room *r);
void room_commit(struct call *c, struct room *r, struct store_batch **b);

/* Puts the row of KIND_ROOM into the batch, as the room is now: configuration, locked. */
void room_save(struct room *r, struct store_batch *b);

/* Everybody is told and out (presence.c's room_remove with the notice), and the rows are
 * erased. Within a change. */
void room_destroy(
    struct call *c, struct room *r, struct store_batch *b, const struct notice *n);

/* --- presence.c ----------------------------------------------------------------------- */


/* Tells everybody who is to see it the occupant's presence, role and affiliation as they are
 * now; its own seats in any case. n may be NULL. */
void room_show(struct call *c, struct room *r, struct occupant *o, const struct notice *n);

/* The same after a change of role that may have made it seen, or unseen (section 5.1.3): use
 * this for changes of roles; `was` is the role before. */
void room_show_role(struct call *c, struct room *r, struct occupant *o, enum room_role was,
    const struct notice *n);

/* The occupant is out: all are told `unavailable`, and it is freed. A room that is not
 * persistent and empty afterwards goes with it, but not before the call is over. */
void room_remove(struct call *c, struct room *r, struct occupant *o, const struct notice *n);

/* --- messages.c ----------------------------------------------------------------------- */

/* A message of the room itself to all who are in it: markup of what is in it. */
void room_announce(struct call *c, struct room *r, struct str content);

/* The same, with nothing but status codes (section 10.2.1: 104, 170, ...); 0 ends. */
void room_announce_codes(struct call *c, struct room *r, const uint16_t *codes);

/* To one address, from the room. */
void room_tell(struct call *c, struct room *r, struct jid to, enum stanza_type type,
    struct str content);

/* --- what others answer --------------------------------------------------------------- */

/*
 * A request or message for a room's bare address; `by` is the sender's seat, NULL when it is
 * not in the room. Rows of such functions are in service.c, selected by type and payload.
 */
typedef enum verdict room_request_fn(struct call *c, struct room *r, struct seat *by);

#endif
