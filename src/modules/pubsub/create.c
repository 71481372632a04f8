/* SPDX-License-Identifier: MIT
 *
 * Nodes are made, configured and deleted (XEP-0060 sections 8.1 to 8.4).
 */
#include "base/limits.h"
#include "base/random.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/publish.h"
#include "xmpp/ns.h"

/* What the form in an element says over the configuration. False: refused. */
static bool
read_config(struct ask *q, struct elem in, struct node_config *conf)
{
	struct form f;

	if (!ask_read_form(q, in, &f))
		return false;
	switch (node_config_read(&f, NS_NODE_CONFIG, NODE_CONFIG_LENIENT, q->c->arena, conf)) {
	case OK:
		break;
	case E_UNSUPPORTED:
		refuse(q->c, ERR_NOT_ACCEPTABLE);
		return false;
	default:
		refuse(q->c, ERR_BAD_REQUEST);
		return false;
	}
	if (q->place->face->accesses & 1U << conf->access)
		return true;
	ask_refuse(q, ERR_NOT_ACCEPTABLE, S("unsupported-access-model"));
	return false;
}

/* --- creating --------------------------------------------------------------------------- */

/* Section 8.1.2: for who did not name the node. */
static enum verdict
answer_created(struct ask *q, bool is_instant)
{
	struct xml_writer w;

	if (!is_instant)
		return iq_result(q->c, (struct str){ 0 });
	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("create"));
	xml_attr(&w, S("node"), q->name);
	xml_close(&w);
	return ask_answer(q, &w);
}

enum verdict
ask_create(struct ask *q)
{
	struct elem configure = elem_child(q->pubsub, NS_PUBSUB, S("configure"));
	struct node_config conf = q->place->face->preset();
	bool is_instant = q->name.len == 0;
	struct change ch;

	if (!ask_may_create(q))
		return DONE;
	if (q->node)
		return refuse(q->c, ERR_CONFLICT);
	if (elem_exists(elem_child(configure, NS_FORM, S("x"))) &&
	    !read_config(q, configure, &conf))
		return DONE;
	if (is_instant)
		q->name = random_token(q->c->arena, RESOURCE_BYTES);
	change_begin(&ch, q->c, q->place);
	answer_created(q, is_instant);
	publish_make_node(&ch, q->name, &conf, q->c->stanza->from);
	change_end(&ch);
	return DONE;
}

/* --- configuring ------------------------------------------------------------------------ */

enum verdict
ask_configure(struct ask *q)
{
	struct xml_writer w;

	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("configure"));
	xml_attr(&w, S("node"), q->name);
	node_config_write(&w, q->c->arena, FORM_FORM, q->place->face->accesses, &q->node->conf);
	xml_close(&w);
	return ask_answer(q, &w);
}

enum verdict
ask_default(struct ask *q)
{
	struct node_config conf = q->place->face->preset();
	struct xml_writer w;

	if (!q->place->face->may_create(q->c, q->place))
		return ask_refuse_missing(q);
	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("default"));
	node_config_write(&w, q->c->arena, FORM_FORM, q->place->face->accesses, &conf);
	xml_close(&w);
	return ask_answer(q, &w);
}

/* What the node may not have any more. */
static void
shrink(struct change *ch, struct node *n)
{
	if (!n->conf.persist) {
		node_purge(n, &ch->in);
		return;
	}
	node_expire(n, &ch->in);
	while (n->n > n->conf.max_items)
		node_retract(n, &ch->in, n->items[0]);
}

/* Section 8.2.6: a form that is cancelled changes nothing. */
static bool
is_cancelled(struct ask *q)
{
	struct form f;

	return form_read(q->c->arena, elem_child(q->e, NS_FORM, S("x")), &f) == OK &&
	       f.kind == FORM_CANCEL;
}

enum verdict
ask_configure_set(struct ask *q)
{
	struct node_config conf = q->node->conf;
	struct change ch;

	if (is_cancelled(q))
		return iq_result(q->c, (struct str){ 0 });
	if (!read_config(q, q->e, &conf))
		return DONE;
	change_begin(&ch, q->c, q->place);
	iq_result(q->c, (struct str){ 0 });
	node_configure(q->node, &conf);
	shrink(&ch, q->node);
	node_keep(q->node, &ch.in);
	if (q->node->conf.notify_config)
		notify_configured(&ch, q->node);
	change_end(&ch);
	return DONE;
}

/* --- deleting --------------------------------------------------------------------------- */

enum verdict
ask_delete(struct ask *q)
{
	struct elem redirect = elem_child(q->e, NS_PUBSUB_OWNER, S("redirect"));
	struct change ch;

	change_begin(&ch, q->c, q->place);
	iq_result(q->c, (struct str){ 0 });
	if (q->node->conf.notify_delete)
		notify_deleted(
		    &ch, q->node, elem_attr_or_none(redirect, S("uri"), q->c->arena));
	people_remove(q->node, &ch.in);
	if (q->place->face->retracted)
		q->place->face->retracted(q->c, q->node->name);
	node_delete(&q->place->nodes, &q->node, &ch.in);
	change_end(&ch);
	return DONE;
}
