/* SPDX-License-Identifier: MIT
 *
 * A room in memory: who is in it, and what is known of it. No I/O: what is said to whom is in
 * presence.c and messages.c, how it comes and goes in rooms.c.
 *
 * An occupant has a nickname and a bare address; each of its clients that is in the room has a
 * seat. Several clients of one account may share the nickname (XEP-0045 section 7.2.9).
 */
#ifndef MODULES_MUC_ROOM_H
#define MODULES_MUC_ROOM_H

#include "base/list.h"
#include "base/table.h"
#include "modules/muc/affiliations.h"
#include "modules/muc/hats.h"
#include "modules/muc/history.h"
#include "modules/muc/room_conf.h"
#include "modules/muc/slow.h"
#include "xmpp/nickname.h"
#include "xmpp/stanza.h"

enum { ROOM_SALT_BYTES = 16, OCCUPANT_ID_BYTES = 20, OCCUPANT_ID_CHARS = 27 };

struct room {
	struct jid jid; /* bare */
	struct room_conf *conf;
	struct affiliations *affiliations;
	usec_t made_us;
	bool locked;                /* section 10.1: until its owner has configured it */
	bool destroyed;             /* nobody can come in any more */
	char salt[ROOM_SALT_BYTES]; /* of occupants' ids */

	struct table occupants;          /* by nickname_key */
	struct table seats;              /* by full address */
	struct table subscribers;        /* by bare address; subscribers.h */
	struct list in_role[ROOM_ROLES]; /* occupant.in_role */
	uint32_t n_in_role[ROOM_ROLES];
	uint32_t last_seat;     /* number of the newest */
	struct stanza *subject; /* from the occupant that set it; NULL: nobody did */
	usec_t subject_us;
	struct history history;
	struct hats *hats; /* NULL: it has none */
	/* NULL: it has no card. The hashes of its pictures (XEP-0486), hexadecimal, one a line.
	 */
	char *avatar;
	struct slow slow; /* who has spoken lately, in slow mode */
};

struct occupant {
	struct room *room;
	struct jid jid;  /* room@service/nick */
	struct str key;  /* of the nickname: nickname_key */
	struct jid real; /* bare address */
	uint8_t role, affiliation;
	char id[OCCUPANT_ID_CHARS]; /* XEP-0421 */
	struct list seats; /* seat.in_occupant, the one whose presence is shown first */
	uint32_t n_seats;
	struct list in_role;
	msec_t asked_ms; /* for voice; 0: did not */
	/* Its presence with all that the room adds, as shown to moderators and to others; made
	 * when needed. */
	struct frozen *shown[2];
};

/* Is told what is said while it has no seat. */
struct subscriber {
	struct jid jid;   /* bare */
	uint32_t n_seats; /* of all its occupants */
	struct str nick;  /* that it said it goes by */
};

struct seat {
	struct occupant *occupant;
	struct list in_occupant;
	struct jid jid;          /* full address of the client */
	struct stanza *presence; /* as it sent it, without what is the room's to say */
	uint32_t number;         /* unique in the room while it is loaded */
	uint32_t n_names;        /* nicknames it took since named_ms, against floods */
	msec_t named_ms;
};

/* --- life ----------------------------------------------------------------------------- */

/* With the preset configuration, nobody in it. */
struct room *room_new(struct jid bare);
void room_free(struct room **r); /* nobody is in it */

/* NULL: it has no card. */
void room_set_avatar(struct room *r, const struct str *hashes);

/* Replaces the configuration by a copy. */
void room_configure(struct room *r, const struct room_conf *conf);

/* --- who is here ---------------------------------------------------------------------- */

struct occupant *room_occupant(const struct room *r, struct str nick);

/* The seat of a client, by its full address; NULL when it is not here. */
struct seat *room_seat(const struct room *r, struct jid full);

/* The occupants of an account: NULL at first, then the one before; NULL at the end. Walks all
 * of them. */
struct occupant *room_next_of(const struct room *r, struct jid bare, struct occupant *after);

static inline struct seat *
occupant_seat(const struct occupant *o)
{
	return list_entry(o->seats.next, struct seat, in_occupant);
}

static inline struct str
occupant_nick(const struct occupant *o)
{
	return jid_resource(o->jid);
}

/* Whether somebody in that role sees addresses (section 7.2.4). */
static inline bool
room_shows_addresses(const struct room *r, enum room_role to)
{
	return !r->conf->anonymous || to == ROOM_MODERATOR;
}

/* Whether others see the occupant's presence (muc#roomconfig_presencebroadcast). */
static inline bool
occupant_is_seen(const struct occupant *o)
{
	return o->room->conf->broadcast & ROLE_BIT(o->role);
}

/* Of the bare address, whether it is here or not. */
static inline enum room_affiliation
room_affiliation(const struct room *r, struct jid who)
{
	return affiliations_of(r->affiliations, who);
}

/* --- changes -------------------------------------------------------------------------- */

/* The nickname is free. The room takes no reference to anything. */
struct occupant *room_add_occupant(
    struct room *r, struct str nick, struct jid real, enum room_role role);

/* Frees it; it has no seats. */
void room_drop_occupant(struct occupant **o);

/* The other has them in front of its own. */
void occupant_move_seats(struct occupant *from, struct occupant *to);

/* Another nickname, which is free or another spelling of the one it has. Returns what the
 * occupant is from now on. */
struct occupant *room_rename(struct occupant **o, struct str nick);

/* Of a client that has none; takes over the reference to its presence. */
struct seat *occupant_add_seat(struct occupant *o, struct jid full, struct stanza *presence);
void occupant_drop_seat(struct seat **s);

/* It sent another presence, which is shown from now on; takes over the reference. */
void seat_show(struct seat *s, struct stanza *presence);

void occupant_set_role(struct occupant *o, enum room_role role);
void occupant_set_affiliation(struct occupant *o, enum room_affiliation affiliation);

/* What is shown of it has to be made anew. */
void occupant_changed(struct occupant *o);

#endif
