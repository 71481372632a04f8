/* SPDX-License-Identifier: MIT
 *
 * The features of XEP-0060 (section 11) that all places have.
 */
#ifndef MODULES_PUBSUB_FEATURES_H
#define MODULES_PUBSUB_FEATURES_H

/* A row of a table of struct feature. */
#define PUBSUB_FEATURE(name, at)                                                               \
	{                                                                                      \
		S("http://jabber.org/protocol/pubsub#" name), at                               \
	}

#define PUBSUB_FEATURES(at)                                                                    \
	PUBSUB_FEATURE("access-authorize", at), PUBSUB_FEATURE("access-open", at),             \
	    PUBSUB_FEATURE("access-whitelist", at), PUBSUB_FEATURE("auto-create", at),         \
	    PUBSUB_FEATURE("config-node", at), PUBSUB_FEATURE("config-node-max", at),          \
	    PUBSUB_FEATURE("create-and-configure", at), PUBSUB_FEATURE("create-nodes", at),    \
	    PUBSUB_FEATURE("delete-items", at), PUBSUB_FEATURE("delete-nodes", at),            \
	    PUBSUB_FEATURE("instant-nodes", at), PUBSUB_FEATURE("item-ids", at),               \
	    PUBSUB_FEATURE("last-published", at), PUBSUB_FEATURE("leased-subscription", at),   \
	    PUBSUB_FEATURE("manage-subscriptions", at),                                        \
	    PUBSUB_FEATURE("member-affiliation", at), PUBSUB_FEATURE("meta-data", at),         \
	    PUBSUB_FEATURE("modify-affiliations", at), PUBSUB_FEATURE("multi-items", at),      \
	    PUBSUB_FEATURE("outcast-affiliation", at), PUBSUB_FEATURE("persistent-items", at), \
	    PUBSUB_FEATURE("publish", at), PUBSUB_FEATURE("publish-only-affiliation", at),     \
	    PUBSUB_FEATURE("publish-options", at),                                             \
	    PUBSUB_FEATURE("publisher-affiliation", at), PUBSUB_FEATURE("purge-nodes", at),    \
	    PUBSUB_FEATURE("retract-items", at), PUBSUB_FEATURE("retrieve-affiliations", at),  \
	    PUBSUB_FEATURE("retrieve-default", at),                                            \
	    PUBSUB_FEATURE("retrieve-default-sub", at), PUBSUB_FEATURE("retrieve-items", at),  \
	    PUBSUB_FEATURE("retrieve-subscriptions", at), PUBSUB_FEATURE("rsm", at),           \
	    PUBSUB_FEATURE("subscribe", at), PUBSUB_FEATURE("subscription-options", at),       \
	    PUBSUB_FEATURE("subscription-notifications", at)

#endif
