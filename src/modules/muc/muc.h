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
 *   info.c, list.c  what is told about rooms
 *   archive.c       the room's archive
 *   admin.c         roles, affiliations, lists   owner.c        configuration, the end
 *   changes.h       affiliations that change, whoever asks
 *   search.c        looking for rooms
 *   departed.c      accounts that are deleted
 *   hats.h          titles that people have        hat_commands.c  who gives them
 *   avatar.c        the room's card and pictures
 *   moderate.c, slow.h             what was said is taken back; how often one may speak
 *   visit.h         what the administration does
 *   invite.c, register.c, voice.c  who wants in, or to speak
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
	uint16_t codes[6]; /* status codes but 110 and 100, which come by themselves; 0 ends */
	struct str actor;  /* nickname of who did it, or "no string" */
	struct str reason; /* or "no string" */
	struct str nick;   /* the new one, with code 303; or "no string" */
	struct str
	    extension;   /* markup inside the element, such as <destroy/>; or "no string" */
	uint16_t own[6]; /* more codes, that only the occupant itself is told; 0 ends */
	const struct stanza *said; /* unavailable: what the client said itself; or NULL */
};

/* --- rooms.c: changes ----------------------------------------------------------------- */

/* Rows (room, ..., ""): that it exists and its configuration; its subject. */
#define KIND_ROOM S("room")
#define KIND_SUBJECT S("room-subject")

/* (room, KIND_ROOM_AVATAR, "") -> hashes of its pictures (avatar.c) */
#define KIND_ROOM_AVATAR S("room-avatar")

/* From now on what the call sends is held, until room_commit. */
struct store_batch *room_change(struct call *c, struct room *r);
void room_commit(struct call *c, struct room *r, struct store_batch **b);

/* Puts the row of KIND_ROOM into the batch, as the room is now: configuration, locked; and
 * lists it, or not any more. */
void room_save(struct room *r, struct store_batch *b);

/* That of KIND_SUBJECT. */
void room_save_subject(struct room *r, struct store_batch *b);

/* owner.c, within a change: another configuration, which all hear of; who may not be in the
 * room any more is out; the room is not locked any more. */
void room_reconfigure(struct call *c, struct room *r, struct store_batch *b,
    const struct room_conf *conf, struct str actor);

/* <destroy/>, for room_destroy (section 10.9): what is empty is not said. */
struct str room_end_notice(
    struct arena *a, struct jid venue, struct str password, struct str reason);

/* Everybody is told and out (room_dismiss with the notice), and the rows are erased. Within a
 * change. */
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

/* Everybody is out, and told so only of himself (section 10.9). */
void room_dismiss(struct call *c, struct room *r, const struct notice *n);

/* --- messages.c ----------------------------------------------------------------------- */

/* A message of the room itself to all who are in it: markup of what is in it. */
void room_announce(struct call *c, struct room *r, enum stanza_type type, struct str content);

/* The same, with nothing but status codes (section 10.2.1: 104, 170, ...); 0 ends. */
void room_announce_codes(struct call *c, struct room *r, const uint16_t *codes);

/* To one address, from the room. */
void room_tell(
    struct call *c, struct room *r, struct jid to, enum stanza_type type, struct str content);

/* --- what others answer --------------------------------------------------------------- */

/*
 * A request or message for a room's bare address; `by` is the sender's seat, NULL when it is
 * not in the room. Rows of such functions are in service.c, selected by type and payload.
 */
typedef enum verdict room_request_fn(struct call *c, struct room *r, struct seat *by);

/* --- within the parts above -------------------------------------------------------------- */

struct muc_conf {
	struct str domain; /* of the service; "no string": rooms.HOST */
	enum { CREATE_EVERYBODY, CREATE_LOCAL, CREATE_ADMINS, CREATE_NOBODY } create;
	struct str_list creators; /* addresses and domains that may in any case */
	bool archive;             /* what is said in new ones is kept */
	uint32_t max_occupants;   /* of one room */
	uint64_t max_presence_bytes;
};

enum { MUC_ROOMS, MUC_OCCUPANTS, MUC_MESSAGES, MUC_GHOSTS };

/* mod_muc.c: n more, or less. */
void muc_count(unsigned metric, int64_t n);

/* rooms.c: the room is NULL when there is none of that address. */
typedef void room_ready_fn(struct call *c, struct room *r);

/* Runs ready on the call's stanza, which is for a room, now or when the room is loaded. */
enum verdict rooms_with(struct call *c, room_ready_fn *ready);

/* The same later, for a request that had to find out something first; its stanza is the one
 * that ready() sees. False: the service is none any more. */
bool rooms_again(struct stanza *st, room_ready_fn *ready);

/* A new room, loaded, which nobody has heard of. */
struct room *rooms_make(struct jid bare);

/* Loads it, if it is not: what is not to stay goes when nobody comes. */
void rooms_touch(struct jid bare);

/* Whether the row of KIND_ROOM is of one that goes with its last occupant. */
bool room_row_is_passing(struct str value);

void rooms_worker_init(void);
void rooms_worker_fini(void);

/* join.c */
void room_on_presence(struct call *c, struct room *r);

/* A client is out: its seat, or the whole occupant with its last. */
void room_leave(struct call *c, struct room *r, struct seat *s, const struct notice *n);

/* An error came from the client: if it is not there any more its seat goes. False: it is. */
bool room_drop_ghost(struct call *c, struct room *r, struct seat *s);

/* search.c */
void room_search_worker_init(void);
void room_search_worker_fini(void);

/* moderate.c */
void room_moderation_worker_init(void);
void room_moderation_worker_fini(void);

/* messages.c */
void room_on_message(struct call *c, struct room *r);

/* The subject as it is, for one client. */
void room_tell_subject(struct call *c, struct room *r, struct jid to);

/* list.c: the row by which the service lists it, or none; goes with every room_save. */
void room_list(struct room *r, struct store_batch *b);

/* archive.c: a message as it was sent to all, from the text that is kept of it. */
MUST_CHECK enum status room_archived_stanza(
    const struct room *r, struct str text, struct arena *a, struct stanza **out);

/* The same, put into the archive with the rows of the call. */
void room_archive(struct call *c, struct room *r, const struct occupant *by, uint64_t id,
    const struct stanza *st);

/* relay.c: an iq for an occupant's address. */
void room_on_relay(struct call *c, struct room *r);

/* presence.c: all occupants that are seen, but the client's own, for who comes in. */
void room_show_all(struct call *c, struct room *r, const struct seat *to);

/* One occupant to its own clients, or one of them; n may be NULL. */
void room_show_self(struct call *c, struct room *r, struct occupant *o, struct seat *only,
    const struct notice *n);

/* The occupant is not to be seen any more under this nickname: to all, its own clients first.
 */
void room_show_end(struct call *c, struct room *r, struct occupant *o, enum room_role role,
    const struct notice *n);

/* One of several clients is out; only it is told. */
void room_show_seat_end(struct call *c, struct room *r, struct seat *s, const struct notice *n);

/* claims.c: copies what is in a stanza of a client, without what only rooms may say. */
void room_copy_content(struct xml_writer *w, const struct room *r, const struct stanza *st);

/* <stanza-id/> (XEP-0359). */
void room_write_archive_id(struct xml_writer *w, const struct room *r, uint64_t id);

/* <occupant-id/> (XEP-0421). */
void room_write_id(struct xml_writer *w, const struct occupant *o);

#endif
