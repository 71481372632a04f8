/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/publish.h"

#include "base/limits.h"
#include "base/random.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/event.h"
#include "xmpp/ns.h"

/* --- what it does --------------------------------------------------------------------- */

enum stanza_error
publish_check(const struct place_conf *limits, const struct node *n,
    const struct node_config *conf, const struct node_new_item *item)
{
	uint64_t max = limits->max_item_bytes;

	if (conf->max_payload && conf->max_payload < max)
		max = conf->max_payload;
	if (item->payload.len > max)
		return ERR_NOT_ACCEPTABLE;
	if (!conf->persist || !n)
		return ERR_NONE;
	if (conf->full == NODE_FULL_REJECT && n->n >= conf->max_items &&
	    !node_item_find(n, item->id))
		return ERR_CONFLICT;
	return n->bytes + item->payload.len > limits->max_node_bytes ? ERR_RESOURCE_CONSTRAINT
								     : ERR_NONE;
}

struct node *
publish_make_node(
    struct change *ch, struct str name, const struct node_config *conf, struct jid maker)
{
	struct node *n = node_add(&ch->place->nodes, name, conf);

	node_keep(n, &ch->in);
	/* A node that was just made has room for its owner. */
	if (!ch->place->face->is_owner(ch->place, maker) &&
	    affiliate_set(n, &ch->in, maker, AFFILIATION_OWNER) != OK)
		assert(false);
	return n;
}

/* Section 7.1.2.4: the oldest go; who wants to hear of retractions does. */
static void
make_room(struct change *ch, struct node *n, struct str id)
{
	node_expire(n, &ch->in);
	while (n->n >= n->conf.max_items && !node_item_find(n, id)) {
		const struct node_item *oldest = n->items[0];

		if (n->conf.full == NODE_FULL_RETRACT && n->conf.notify_retract)
			notify_retracted(ch, n, node_item_id(oldest));
		node_retract(n, &ch->in, oldest);
	}
}

void
publish_item(struct change *ch, struct node *n, const struct node_new_item *item)
{
	if (n->conf.persist) {
		make_room(ch, n, item->id);
		node_put(n, &ch->in, item);
	}
	notify_published(ch, n, item);
	if (ch->place->face->published)
		ch->place->face->published(ch->call, n->name, item);
}

/* --- publishing (section 7.1) ----------------------------------------------------------- */

/* Section 7.1.5: each option is a condition on a node that exists, and what it is to be for
 * one that does not. False: refused. */
static bool
read_options(struct ask *q, struct node_config *conf)
{
	struct elem options = elem_child(q->pubsub, NS_PUBSUB, S("publish-options"));
	struct form f;

	*conf = q->node ? q->node->conf : q->place->face->preset();
	if (!elem_exists(options))
		return true;
	if (!ask_read_form(q, options, &f))
		return false;
	switch (node_config_read(
	    &f, NS_PUBLISH_OPTIONS, NODE_CONFIG_KNOWN_ONLY, q->c->arena, conf)) {
	case OK:
		break;
	case E_UNSUPPORTED:
		ask_refuse(q, ERR_CONFLICT, S("precondition-not-met"));
		return false;
	default:
		refuse(q->c, ERR_BAD_REQUEST);
		return false;
	}
	if (q->node ? node_config_eq(conf, &q->node->conf)
		    : (bool)(q->place->face->accesses & 1U << conf->access))
		return true;
	ask_refuse(q, ERR_CONFLICT, S("precondition-not-met"));
	return false;
}

/* Sections 4.3 and 7.1.3.6: which of item, payload and id there must be. False: refused. */
static bool
read_item(struct ask *q, const struct node_config *conf, struct node_new_item *out)
{
	struct elem item = elem_child(q->e, NS_PUBSUB, S("item")), payload = elem_first(item);

	if (!conf->persist && !conf->deliver_payloads) {
		if (!elem_exists(item))
			return true;
		ask_refuse(q, ERR_BAD_REQUEST, S("item-forbidden"));
	} else if (!elem_exists(item)) {
		ask_refuse(q, ERR_BAD_REQUEST, S("item-required"));
	} else if (elem_exists(elem_next_like(item))) {
		refuse(q->c, ERR_BAD_REQUEST);
	} else if (!elem_exists(payload) && conf->deliver_payloads) {
		ask_refuse(q, ERR_BAD_REQUEST, S("payload-required"));
	} else if (elem_exists(elem_next(payload))) {
		ask_refuse(q, ERR_BAD_REQUEST, S("invalid-payload"));
	} else {
		if (elem_exists(payload))
			out->payload = elem_markup_in(payload, S(""), q->c->arena);
		out->id = elem_attr_or_none(item, S("id"), q->c->arena);
		if (out->id.len == 0)
			out->id = random_token(q->c->arena, RESOURCE_BYTES);
		if (out->id.len <= NODE_ITEM_ID_MAX)
			return true;
		refuse(q->c, ERR_NOT_ACCEPTABLE);
	}
	return false;
}

static enum verdict
refuse_full(struct ask *q, enum stanza_error error)
{
	if (error == ERR_NOT_ACCEPTABLE)
		return ask_refuse(q, error, S("payload-too-big"));
	if (error == ERR_CONFLICT)
		return ask_refuse(q, error, S("node-full"));
	return refuse(q->c, error);
}

/* Whether the item is his own, or he may do as he likes with those of others. */
static bool
may_touch(const struct ask *q, const struct node_item *item)
{
	return q->who.affiliation >= AFFILIATION_PUBLISHER ||
	       item->publisher == node_publisher(jid_bare(q->c->stanza->from));
}

/* False: refused. */
static bool
may_publish(struct ask *q)
{
	if (!q->node)
		return ask_may_create(q);
	if (access_to_publish((enum publish_model)q->node->conf.publish, &q->who))
		return true;
	ask_refuse_forbidden(q);
	return false;
}

static void
answer_published(struct ask *q, const struct node_new_item *item)
{
	struct xml_writer w;

	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("publish"));
	xml_attr(&w, S("node"), q->name);
	if (item->id.len) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("id"), item->id);
		xml_close(&w);
	}
	xml_close(&w);
	ask_answer(q, &w);
}

enum verdict
ask_publish(struct ask *q)
{
	struct node_new_item item = { .publisher = jid_full(q->c->stanza->from) };
	const struct node_item *old;
	struct node_config conf;
	enum stanza_error full;
	struct change ch;

	if (!may_publish(q) || !read_options(q, &conf) || !read_item(q, &conf, &item))
		return DONE;
	old = q->node ? node_item_find(q->node, item.id) : NULL;
	if (old && !may_touch(q, old))
		return ask_refuse_forbidden(q);
	if ((full = publish_check(q->conf, q->node, &conf, &item)) != ERR_NONE)
		return refuse_full(q, full);
	change_begin(&ch, q->c, q->place);
	answer_published(q, &item);
	if (!q->node)
		q->node = publish_make_node(&ch, q->name, &conf, q->c->stanza->from);
	publish_item(&ch, q->node, &item);
	change_end(&ch);
	return DONE;
}

/* --- taking items back (sections 7.2 and 8.5) ------------------------------------------- */

static bool
wants_notice(struct ask *q)
{
	struct str notify = elem_attr_or_none(q->e, S("notify"), q->c->arena);

	return q->node->conf.notify_retract || str_eq(notify, S("true")) ||
	       str_eq(notify, S("1"));
}

enum verdict
ask_retract(struct ask *q)
{
	struct elem e = elem_child(q->e, NS_PUBSUB, S("item"));
	struct str id = elem_attr_or_none(e, S("id"), q->c->arena);
	const struct node_item *item;
	struct change ch;

	if (!q->node->conf.persist)
		return ask_refuse_unsupported(q, S("persistent-items"));
	if (id.len == 0)
		return ask_refuse(q, ERR_BAD_REQUEST, S("item-required"));
	item = node_item_find(q->node, id);
	if (!access_to_publish((enum publish_model)q->node->conf.publish, &q->who) ||
	    (item && !may_touch(q, item)))
		return ask_refuse_forbidden(q);
	if (!item)
		return refuse(q->c, ERR_ITEM_NOT_FOUND);
	change_begin(&ch, q->c, q->place);
	iq_result(q->c, (struct str){ 0 });
	node_retract(q->node, &ch.in, item);
	if (wants_notice(q))
		notify_retracted(&ch, q->node, id);
	if (q->place->face->retracted)
		q->place->face->retracted(q->c, q->node->name);
	change_end(&ch);
	return DONE;
}

enum verdict
ask_purge(struct ask *q)
{
	struct change ch;

	if (!q->node->conf.persist)
		return ask_refuse_unsupported(q, S("persistent-items"));
	change_begin(&ch, q->c, q->place);
	iq_result(q->c, (struct str){ 0 });
	node_purge(q->node, &ch.in);
	if (q->node->conf.notify_retract)
		notify_purged(&ch, q->node);
	if (q->place->face->retracted)
		q->place->face->retracted(q->c, q->node->name);
	change_end(&ch);
	return DONE;
}
