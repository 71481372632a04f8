/* SPDX-License-Identifier: MIT
 *
 * How a node is configured (XEP-0060 section 16.4.4): a value that is read from forms, compared
 * with them, written as forms, and kept as bytes. One table in node_config.c has all fields;
 * docs of each are in its labels.
 */
#ifndef MODULES_PUBSUB_NODE_CONFIG_H
#define MODULES_PUBSUB_NODE_CONFIG_H

#include "modules/pubsub/access.h"
#include "xmpp/form.h"

enum send_last { SEND_LAST_NEVER, SEND_LAST_ON_SUB, SEND_LAST_ON_PRESENCE };
enum item_reply { ITEM_REPLY_NONE, ITEM_REPLY_OWNER, ITEM_REPLY_PUBLISHER };
enum node_full { NODE_FULL_RETRACT, NODE_FULL_DISCARD, NODE_FULL_REJECT };

/* Most nodes have none. */
struct node_texts {
	struct str title, description, payload_type, language;
	struct str groups; /* of the roster, each followed by a NUL byte */
};

struct node_config {
	uint8_t access;     /* enum access_model */
	uint8_t publish;    /* enum publish_model */
	uint8_t send_last;  /* enum send_last */
	uint8_t item_reply; /* enum item_reply: with whose address an item is shown */
	uint8_t full;       /* enum node_full: what becomes of the oldest item */
	uint8_t type;       /* of notifications: 0 headline, 1 normal */
	bool persist, deliver, deliver_payloads, subscribe;
	bool notify_config, notify_delete, notify_retract, notify_sub;
	uint32_t max_items;
	uint32_t max_payload;           /* bytes; 0: what the place allows */
	uint32_t expire_s;              /* after which items go; 0: never */
	const struct node_texts *texts; /* NULL: none */
};

/* What a node of an account has when nothing is asked for: one item, for who may see the
 * presence (XEP-0163 section 3); and one of a service: many, for all. */
struct node_config node_config_of_account(void);
struct node_config node_config_of_service(void);

/* What one of an account has that keeps things for its owner alone, as many as there can be. */
struct node_config node_config_of_private(void);

enum node_config_strictness {
	NODE_CONFIG_KNOWN_ONLY, /* publish-options (section 7.1.5): each field is a condition */
	NODE_CONFIG_LENIENT,    /* a configuration: fields that we do not have are left out */
};

/*
 * Puts what the form says into the configuration; its texts live in the arena.
 *
 * E_UNSUPPORTED  a field is not known (unless lenient), or has a value that is not offered
 * E_INVALID      a value is none, or the form is another one
 */
MUST_CHECK enum status node_config_read(const struct form *f, struct str form_type,
    enum node_config_strictness strictness, struct arena *a, struct node_config *conf);

bool node_config_eq(const struct node_config *a, const struct node_config *b);

/* Writes <x/>. With FORM_FORM as what may be changed; `accesses` are bits of those models that
 * the place offers. */
void node_config_write(struct xml_writer *w, struct arena *a, enum form_kind kind,
    unsigned accesses, const struct node_config *conf);

/* What anybody who finds the node may know of it, as fields of NS_NODE_META: at most `max`. */
size_t node_config_meta(
    const struct node_config *conf, struct arena *a, struct form_field *fields, size_t max);

/* Only what is not zero is kept. E_INVALID: not such bytes. The texts are slices of them, and
 * where they are is in `texts`. */
struct str node_config_pack(const struct node_config *conf, struct arena *a);
MUST_CHECK enum status node_config_unpack(
    struct str bytes, struct node_texts *texts, struct node_config *out);

/* Gives the configuration texts of its own, in one block, which node_config_disown frees. */
void node_config_own(struct node_config *conf);
void node_config_disown(struct node_config *conf);

/* The title, "no string" when there is none; the groups likewise. */
static inline struct str
node_config_title(const struct node_config *conf)
{
	return conf->texts ? conf->texts->title : (struct str){ 0 };
}

static inline struct str
node_config_groups(const struct node_config *conf)
{
	return conf->texts ? conf->texts->groups : (struct str){ 0 };
}

#endif
