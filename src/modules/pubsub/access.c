/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/access.h"

static const char *const names[ACCESS_MODELS] = { [ACCESS_WHITELIST] = "whitelist" };

bool
access_allows(enum access_model model, enum affiliation who, enum node_act act)
{
	switch (act) {
	case NODE_READ:
		return model == ACCESS_WHITELIST && who > AFFILIATION_NONE;
	case NODE_PUBLISH:
	case NODE_OWN:
		return who == AFFILIATION_OWNER;
	}
	return false;
}

struct str
access_model_name(enum access_model model)
{
	return str_from_c(names[model]);
}

bool
access_model_named(struct str name, enum access_model *out)
{
	for (enum access_model m = 0; m < ACCESS_MODELS; m++) {
		if (str_eq(name, access_model_name(m))) {
			*out = m;
			return true;
		}
	}
	return false;
}
