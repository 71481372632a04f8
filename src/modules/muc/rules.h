/* SPDX-License-Identifier: MIT
 *
 * Who may do what in a room (XEP-0045 section 5, and what sections 8 to 10 say of errors): pure
 * rules about what somebody is to a room, what the other is, and what is wanted. Nobody else
 * compares affiliations or roles to decide that something is allowed.
 *
 * Functions that judge return ERR_NONE, or the error with which the request is to be refused.
 */
#ifndef MODULES_MUC_RULES_H
#define MODULES_MUC_RULES_H

#include "xmpp/stanza_error.h"

/* Lasting, of a bare address; from the least to the most. */
enum room_affiliation {
	ROOM_OUTCAST,
	ROOM_NONE,
	ROOM_MEMBER,
	ROOM_ADMIN,
	ROOM_OWNER,
	ROOM_AFFILIATIONS,
};

/* Of an occupant while it is there; from the least to the most. */
enum room_role {
	ROOM_ABSENT, /* "none" */
	ROOM_VISITOR,
	ROOM_PARTICIPANT,
	ROOM_MODERATOR,
	ROOM_ROLES,
};

/* "outcast", "none", "member", ... The latter: false when the word is none. */
struct str room_affiliation_name(enum room_affiliation a);
bool room_affiliation_named(struct str name, enum room_affiliation *out);

/* "none", "visitor", ... */
struct str room_role_name(enum room_role r);
bool room_role_named(struct str name, enum room_role *out);

/* What somebody is to a room. */
struct standing {
	enum room_affiliation affiliation;
	enum room_role role;
};

/* --- roles that follow from affiliations ------------------------------------------------ */

/* Whether somebody may enter at all (section 5.2.1). */
bool rules_may_enter(enum room_affiliation a, bool members_only);

/* The role that an occupant begins with (section 5.1.2). */
enum room_role rules_first_role(enum room_affiliation a, bool moderated);

/*
 * The role of an occupant whose affiliation has become `now` (section 5.1.3): what is implied
 * by an affiliation is gained with it, and lost with it; what a moderator or admin had given it
 * stays. ROOM_ABSENT for an outcast.
 */
enum room_role rules_role_after(struct standing was, enum room_affiliation now, bool moderated);

/* --- roles (sections 8 and 9.6 to 9.8) --------------------------------------------------- */

/* `self`: both are the same occupant. wanted ROOM_ABSENT: a kick. */
enum stanza_error rules_set_role(
    struct standing actor, struct standing target, enum room_role wanted, bool self);

/* Who may see the list of those with a role. */
enum stanza_error rules_list_role(struct standing actor, enum room_role listed);

/* --- affiliations (sections 9.1 to 9.5, 10.3 to 10.8) --------------------------------------
 */

/* That a room keeps an owner is looked at by who knows all changes of a request:
 * rules_owners_after. */
enum stanza_error rules_set_affiliation(enum room_affiliation actor,
    enum room_affiliation target, enum room_affiliation wanted, bool self);

/* A room had that many owners and will have this many (section 10.4). */
enum stanza_error rules_owners_after(size_t owners);

/*
 * Who may see the list of those with an affiliation.
 *
 * anonymous  only moderators see addresses
 * readers    roles that may see it, as bits (1U << role): muc#roomconfig_getmemberlist
 */
enum stanza_error rules_list_affiliation(
    struct standing actor, enum room_affiliation listed, bool anonymous, unsigned readers);

/* --- the rest ------------------------------------------------------------------------------
 */

/* Those with the role, and those who get it whenever they enter. */
bool rules_is_moderator(struct standing s);

/*
 * Who may invite (sections 7.8.2 and 9.5): everybody who is in, but into a room for members
 * only admins, and members if muc#roomconfig_allowinvites says so (`members_may`).
 */
enum stanza_error rules_invite(struct standing actor, bool members_only, bool members_may);

#endif
