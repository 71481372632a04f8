/* SPDX-License-Identifier: MIT
 *
 * The features of XEP-0060 (section 11) that all places have, each as a row that ROW makes of
 * its name.
 */
#ifndef MODULES_PUBSUB_FEATURES_H
#define MODULES_PUBSUB_FEATURES_H

#define PUBSUB_FEATURE(name) S("http://jabber.org/protocol/pubsub#" name)

#define PUBSUB_FEATURES(ROW)                                                                   \
	ROW("access-authorize"), ROW("access-open"), ROW("access-whitelist"),                  \
	    ROW("auto-create"), ROW("config-node"), ROW("config-node-max"),                    \
	    ROW("create-and-configure"), ROW("create-nodes"), ROW("delete-items"),             \
	    ROW("delete-nodes"), ROW("instant-nodes"), ROW("item-ids"), ROW("last-published"), \
	    ROW("leased-subscription"), ROW("manage-subscriptions"),                           \
	    ROW("member-affiliation"), ROW("meta-data"), ROW("modify-affiliations"),           \
	    ROW("multi-items"), ROW("outcast-affiliation"), ROW("persistent-items"),           \
	    ROW("publish"), ROW("publish-only-affiliation"), ROW("publish-options"),           \
	    ROW("publisher-affiliation"), ROW("purge-nodes"), ROW("retract-items"),            \
	    ROW("retrieve-affiliations"), ROW("retrieve-default"),                             \
	    ROW("retrieve-default-sub"), ROW("retrieve-items"), ROW("retrieve-subscriptions"), \
	    ROW("rsm"), ROW("subscribe"), ROW("subscription-notifications"),                   \
	    ROW("subscription-options")

#endif
