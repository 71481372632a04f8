/* SPDX-License-Identifier: MIT */
#include "modules/muc/rules.h"

static const char *const affiliations[ROOM_AFFILIATIONS] = {
	[ROOM_OUTCAST] = "outcast",
	[ROOM_NONE] = "none",
	[ROOM_MEMBER] = "member",
	[ROOM_ADMIN] = "admin",
	[ROOM_OWNER] = "owner",
};

static const char *const roles[ROOM_ROLES] = {
	[ROOM_ABSENT] = "none",
	[ROOM_VISITOR] = "visitor",
	[ROOM_PARTICIPANT] = "participant",
	[ROOM_MODERATOR] = "moderator",
};

struct str
room_affiliation_name(enum room_affiliation a)
{
	return str_from_c(affiliations[a]);
}

bool
room_affiliation_named(struct str name, enum room_affiliation *out)
{
	for (enum room_affiliation a = 0; a < ROOM_AFFILIATIONS; a++) {
		if (str_eq(name, room_affiliation_name(a))) {
			*out = a;
			return true;
		}
	}
	return false;
}

struct str
room_role_name(enum room_role r)
{
	return str_from_c(roles[r]);
}

bool
room_role_named(struct str name, enum room_role *out)
{
	for (enum room_role r = 0; r < ROOM_ROLES; r++) {
		if (str_eq(name, room_role_name(r))) {
			*out = r;
			return true;
		}
	}
	return false;
}

/* --- roles that follow from affiliations ------------------------------------------------ */

bool
rules_may_enter(enum room_affiliation a, bool members_only)
{
	return a >= (members_only ? ROOM_MEMBER : ROOM_NONE);
}

enum room_role
rules_first_role(enum room_affiliation a, bool moderated)
{
	switch (a) {
	case ROOM_OUTCAST:
		return ROOM_ABSENT;
	case ROOM_NONE:
		return moderated ? ROOM_VISITOR : ROOM_PARTICIPANT;
	case ROOM_MEMBER:
		return ROOM_PARTICIPANT;
	default:
		return ROOM_MODERATOR;
	}
}

enum room_role
rules_role_after(struct standing was, enum room_affiliation now, bool moderated)
{
	enum room_role implied = rules_first_role(now, moderated);

	if (now == ROOM_OUTCAST || was.affiliation >= ROOM_ADMIN || was.role < implied)
		return implied;
	return was.role;
}

/* --- roles ------------------------------------------------------------------------------ */

bool
rules_is_moderator(struct standing s)
{
	return s.role == ROOM_MODERATOR || s.affiliation >= ROOM_ADMIN;
}

/* Section 8.2; section 5.1.3 for moderators. To kick oneself is to leave. */
static enum stanza_error
kick(struct standing actor, struct standing target, bool self)
{
	if (self)
		return ERR_NONE;
	if (target.affiliation > actor.affiliation)
		return ERR_NOT_ALLOWED;
	if (target.role == ROOM_MODERATOR && actor.affiliation < ROOM_ADMIN)
		return ERR_NOT_ALLOWED;
	return ERR_NONE;
}

/*
 * Section 8.4: not from one at the moderator's own level or above. Who is not affiliated has no
 * level: else moderators without affiliation could do nothing.
 */
static enum stanza_error
revoke_voice(struct standing actor, struct standing target)
{
	if (target.affiliation > ROOM_NONE && target.affiliation >= actor.affiliation)
		return ERR_NOT_ALLOWED;
	return ERR_NONE;
}

enum stanza_error
rules_set_role(struct standing actor, struct standing target, enum room_role wanted, bool self)
{
	if (!rules_is_moderator(actor))
		return ERR_FORBIDDEN;
	if (wanted == ROOM_ABSENT)
		return kick(actor, target, self);

	/* Sections 9.6 and 9.7: the list of moderators is the admins' affair, and admins and
	 * owners are always on it. */
	if (target.affiliation >= ROOM_ADMIN)
		return wanted == ROOM_MODERATOR ? ERR_NONE : ERR_NOT_ALLOWED;
	if (wanted == ROOM_MODERATOR || target.role == ROOM_MODERATOR)
		return actor.affiliation >= ROOM_ADMIN ? ERR_NONE : ERR_FORBIDDEN;
	if (wanted < target.role)
		return revoke_voice(actor, target);
	return ERR_NONE;
}

enum stanza_error
rules_list_role(struct standing actor, enum room_role listed)
{
	if (listed == ROOM_ABSENT)
		return ERR_BAD_REQUEST;
	if (listed == ROOM_MODERATOR)
		return actor.affiliation >= ROOM_ADMIN ? ERR_NONE : ERR_FORBIDDEN;
	return rules_is_moderator(actor) ? ERR_NONE : ERR_FORBIDDEN;
}

/* --- affiliations ----------------------------------------------------------------------- */

enum stanza_error
rules_set_affiliation(enum room_affiliation actor, enum room_affiliation target,
    enum room_affiliation wanted, bool self)
{
	if (actor < ROOM_ADMIN)
		return ERR_FORBIDDEN;
	if (self && wanted == ROOM_OUTCAST)
		return ERR_CONFLICT; /* section 9.1 */
	if (actor == ROOM_OWNER)
		return ERR_NONE;

	/* Sections 10.5 and 10.8: the lists of admins and owners are the owners'. */
	if (wanted >= ROOM_ADMIN)
		return ERR_FORBIDDEN;
	if (target >= ROOM_ADMIN)
		return wanted == ROOM_OUTCAST ? ERR_NOT_ALLOWED : ERR_FORBIDDEN;
	return ERR_NONE;
}

enum stanza_error
rules_owners_after(size_t owners)
{
	return owners ? ERR_NONE : ERR_CONFLICT;
}

enum stanza_error
rules_list_affiliation(
    struct standing actor, enum room_affiliation listed, bool anonymous, unsigned readers)
{
	enum room_role as = actor.role;

	switch (listed) {
	case ROOM_NONE:
		return ERR_BAD_REQUEST; /* section 5.2: there is no such list */
	case ROOM_OUTCAST:
		return actor.affiliation >= ROOM_ADMIN ? ERR_NONE : ERR_FORBIDDEN;
	case ROOM_MEMBER:
		if (actor.affiliation >= ROOM_ADMIN)
			return ERR_NONE;
		break;
	default:
		if (actor.affiliation == ROOM_OWNER)
			return ERR_NONE;
		break;
	}

	/* Section 9.5: what all can see anyway is shown to those who are in, and to members
	 * wherever they are. */
	if (as == ROOM_ABSENT && actor.affiliation >= ROOM_MEMBER)
		as = ROOM_PARTICIPANT;
	if (as == ROOM_ABSENT || anonymous || !(readers & 1U << as))
		return ERR_FORBIDDEN;
	return ERR_NONE;
}

/* --- the rest --------------------------------------------------------------------------- */

enum stanza_error
rules_invite(struct standing actor, bool members_only, bool members_may)
{
	if (actor.affiliation >= ROOM_ADMIN)
		return ERR_NONE;
	if (actor.role == ROOM_ABSENT)
		return ERR_FORBIDDEN;

	/* It puts the other on the list of members. */
	if (members_only && !(members_may && actor.affiliation == ROOM_MEMBER))
		return ERR_FORBIDDEN;
	return ERR_NONE;
}
