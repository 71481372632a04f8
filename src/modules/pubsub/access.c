/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/access.h"

enum access
access_to_read(enum access_model model, const struct standing *who)
{
	if (who->affiliation == AFFILIATION_OUTCAST ||
	    who->affiliation == AFFILIATION_PUBLISH_ONLY)
		return ACCESS_BLOCKED;
	if (who->affiliation > AFFILIATION_NONE)
		return ACCESS_GIVEN;
	switch (model) {
	case ACCESS_OPEN:
		return ACCESS_GIVEN;
	case ACCESS_PRESENCE:
		return who->sees_presence ? ACCESS_GIVEN : ACCESS_NEEDS_PRESENCE;
	case ACCESS_ROSTER:
		return who->in_group ? ACCESS_GIVEN : ACCESS_NEEDS_GROUP;
	case ACCESS_AUTHORIZE:
		return who->subscribed ? ACCESS_GIVEN : ACCESS_NEEDS_APPROVAL;
	default:
		return ACCESS_CLOSED;
	}
}

bool
access_to_publish(enum publish_model model, const struct standing *who)
{
	if (who->affiliation == AFFILIATION_OUTCAST)
		return false;
	if (who->affiliation >= AFFILIATION_PUBLISH_ONLY)
		return true;
	return model == PUBLISH_OPEN || (model == PUBLISH_SUBSCRIBERS && who->subscribed);
}

static const char *const names[AFFILIATIONS] = {
	[AFFILIATION_OUTCAST] = "outcast",
	[AFFILIATION_NONE] = "none",
	[AFFILIATION_MEMBER] = "member",
	[AFFILIATION_PUBLISH_ONLY] = "publish-only",
	[AFFILIATION_PUBLISHER] = "publisher",
	[AFFILIATION_OWNER] = "owner",
};

struct str
affiliation_name(enum affiliation a)
{
	return str_from_c(names[a]);
}

bool
affiliation_named(struct str name, enum affiliation *out)
{
	for (enum affiliation a = 0; a < AFFILIATIONS; a++) {
		if (str_eq(name, affiliation_name(a))) {
			*out = a;
			return true;
		}
	}
	return false;
}
