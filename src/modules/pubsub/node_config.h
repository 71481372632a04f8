/* SPDX-License-Identifier: MIT
 *
 * How a node is configured (XEP-0060 section 16.4.4): a value that is read from forms,
 * compared with them, and kept as bytes.
 *
 *   pubsub#access_model              whitelist
 *   pubsub#max_items                 1 to NODE_ITEMS_MAX, or "max"
 *   pubsub#notify_retract            yes or no
 *   pubsub#send_last_published_item  never
 *   pubsub#persist_items, _deliver_payloads, _notify_delete: yes
 *   pubsub#publish_model             publishers
 */
#ifndef MODULES_PUBSUB_NODE_CONFIG_H
#define MODULES_PUBSUB_NODE_CONFIG_H

#include "modules/pubsub/access.h"
#include "xmpp/form.h"

struct node_config {
	enum access_model access;
	uint32_t max_items;
	bool notify_retract;
};

enum { NODE_CONFIG_BYTES = 6 };

/* What a node of an account has when nothing is asked for: one item, for its owner. */
struct node_config node_config_default(void);

/*
 * Puts what the form says into the configuration.
 *
 * E_UNSUPPORTED  a field is not known, or has a value that is not offered
 * E_INVALID      a value is none
 */
MUST_CHECK enum status node_config_read(
    const struct form *f, struct str form_type, struct node_config *conf);

bool node_config_eq(const struct node_config *a, const struct node_config *b);

/* NODE_CONFIG_BYTES are written. E_INVALID: not such bytes. */
char *node_config_pack(char *to, const struct node_config *conf);
MUST_CHECK enum status node_config_unpack(struct str bytes, struct node_config *out);

#endif
