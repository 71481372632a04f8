/* SPDX-License-Identifier: MIT
 *
 * What the owners of a room have decided (XEP-0045 section 10.2): a plain value, immutable once
 * it belongs to a room. A change makes another one.
 */
#ifndef MODULES_MUC_ROOM_CONF_H
#define MODULES_MUC_ROOM_CONF_H

#include "base/time.h"
#include "modules/muc/rules.h"

/* A set of roles. */
#define ROLE_BIT(role) (1U << (role))
#define ROLES_ALL                                                                              \
	(ROLE_BIT(ROOM_VISITOR) | ROLE_BIT(ROOM_PARTICIPANT) | ROLE_BIT(ROOM_MODERATOR))

struct room_conf {
	struct str name, description, language;
	struct str password; /* empty: none is needed */
	struct str contacts; /* bare addresses, one a line */
	struct str pubsub;   /* XMPP URI of a node that belongs to the room */
	bool persistent;     /* else it goes with its last occupant */
	bool is_public;      /* listed */
	bool members_only;
	bool moderated;          /* who has no affiliation comes in as a visitor */
	bool anonymous;          /* semi-anonymous: only moderators see addresses; else all */
	bool members_may_invite; /* else moderators and above */
	bool occupants_may_set_subject; /* participants; else moderators only */
	bool visitors_may_ask_for_voice;
	bool visitors_may_change_nick;
	bool archived;
	uint8_t private_messages; /* roles that may write them: a set */
	uint8_t broadcast;        /* roles whose presence others see: a set */
	uint8_t may_get_members;  /* roles that may read the lists of affiliations: a set */
	uint32_t max_occupants;   /* 0: as many as the service allows */
	uint32_t history;         /* messages that who comes in gets at most */
	uint32_t slow_mode_s;     /* between two messages of a participant (XEP-0500); 0: off */
	bool members_may_register; /* section 7.10: who asks becomes a member */
	bool members_may_ask;      /* section 9.9: else, if an administrator says so */
};

/* What a new room has. */
struct room_conf room_conf_preset(void);

/* One block on the heap that holds the texts as well. */
struct room_conf *room_conf_copy(const struct room_conf *conf);
void room_conf_free(struct room_conf **conf);

/* As bytes for the store. What older ones lack has the preset's value. */
struct str room_conf_pack(struct arena *a, const struct room_conf *conf);

/* The texts are the packed ones'. E_INVALID: it was not packed by us. */
MUST_CHECK enum status room_conf_unpack(struct str packed, struct room_conf *out);

#endif
