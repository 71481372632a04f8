/* SPDX-License-Identifier: MIT
 *
 * mod_pubsub: a service of nodes for whoever has something to tell others, pubsub.HOST.
 *
 * Source   XEP-0060 1.30.0
 * Reacts   whatever is for the service; the end of an account
 * Keeps    nodes, items and people as in node.h and people.h, under the service
 */
#include "base/limits.h"
#include "modules/list.h"
#include "modules/pubsub/approval.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/discover.h"
#include "modules/pubsub/features.h"
#include "modules/pubsub/people.h"
#include "modules/pubsub/service.h"
#include "router/module.h"
#include "router/service.h"
#include "xmpp/ns.h"

struct pubsub_conf {
	struct place_conf place;
	struct str domain;
	bool create;
	uint32_t max_own_nodes;
};

static struct str
domain(const void *conf)
{
	return ((const struct pubsub_conf *)conf)->domain;
}

static size_t
nodes_owned(const struct place *p, struct jid who)
{
	struct table_walk walk = { 0 };
	const struct node *n;
	size_t count = 0;

	while ((n = node_next(&p->nodes, &walk)))
		count += affiliation_of(n, who) == AFFILIATION_OWNER;
	return count;
}

bool
pubsub_may_create(struct call *c, struct place *p)
{
	const struct pubsub_conf *conf = c->conf;
	struct jid who = c->stanza->from;

	return conf->create && who.local && host_find(jid_domain(who)) &&
	       nodes_owned(p, who) < conf->max_own_nodes;
}

/* --- stanzas ------------------------------------------------------------------------------ */

static enum verdict
serve_disco(struct call *c, struct place *p)
{
	bool of_node = elem_attr_or_none(c->payload, S("node"), c->arena).len > 0;
	enum verdict v = PASS;

	if (elem_is(c->payload, NS_DISCO_INFO, S("query")))
		v = discover_node(c, p);
	else if (of_node)
		v = discover_node_items(c, p);
	else
		return discover_nodes(c, p);
	return v == PASS ? refuse(c, ERR_ITEM_NOT_FOUND) : v;
}

static enum verdict
serve_iq(struct call *c, struct place *p)
{
	const struct pubsub_conf *conf = c->conf;

	c->payload = stanza_payload(c->stanza);
	if (elem_is(c->payload, NS_PUBSUB, S("pubsub")) ||
	    elem_is(c->payload, NS_PUBSUB_OWNER, S("pubsub")))
		return ask_serve(c, p, &conf->place);
	if (c->stanza->type == IQ_GET && (elem_is(c->payload, NS_DISCO_INFO, S("query")) ||
					     elem_is(c->payload, NS_DISCO_ITEMS, S("query"))))
		return serve_disco(c, p);
	return refuse(c, ERR_SERVICE_UNAVAILABLE);
}

enum verdict
pubsub_serve(struct call *c, struct place *p)
{
	if (c->stanza->type == IQ_GET || c->stanza->type == IQ_SET)
		return serve_iq(c, p);
	if (c->stanza->kind == STANZA_MESSAGE && !stanza_is_error(c->stanza) &&
	    approval_answered(c, p) == PASS)
		return refuse(c, ERR_SERVICE_UNAVAILABLE);
	return DONE; /* presence, what comes back */
}

static enum verdict
arrive(struct call *c)
{
	struct place *p;

	if (c->stanza->to.local || !jid_is_bare(c->stanza->to))
		return PASS;
	return (p = pubsub_service_enter(c)) ? pubsub_serve(c, p) : DONE;
}

static enum verdict
on_account_deleted(struct call *c)
{
	const struct service *s = service_of_module(&mod_pubsub, c->host);

	if (s)
		pubsub_service_forget(s, c->account->jid);
	return PASS;
}

static const struct str features[] = { NS_PUBSUB, PUBSUB_FEATURES(PUBSUB_FEATURE),
	NS_RESULT_SET };

static const struct service_type nodes = {
	.label = "pubsub",
	.domain = domain,
	.category = S("pubsub"),
	.type = S("service"),
	.name = "Nodes",
	.features = TABLE(features),
	.arrive = arrive,
};

static const struct hook hooks[] = {
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_account_deleted },
};

const struct module mod_pubsub = {
	.name = "pubsub",
	.doc = "Nodes to which everybody may publish and subscribe: feeds, events, forums.",
	.conf_size = sizeof(struct pubsub_conf),
	.options = LIST(struct option,
	    { "domain", STRING, FIELD(pubsub_conf, domain), "", NULL, "255",
		"Domain of the service; `pubsub.` in front of the host's when it is empty." },
	    { "create", BOOL, FIELD(pubsub_conf, create), "yes", NULL, NULL,
		"Whether everybody with an account may create nodes." },
	    { "max_nodes", U32, FIELD(pubsub_conf, place.max_nodes), "10000", "1", "100000",
		"Nodes of the service." },
	    { "max_own_nodes", U32, FIELD(pubsub_conf, max_own_nodes), "100", "1", "100000",
		"Nodes of which one account may be an owner when it creates another." },
	    { "max_item_bytes", SIZE, FIELD(pubsub_conf, place.max_item_bytes), "128KiB",
		"1KiB", "4MiB", "Bytes of one item." },
	    { "max_node_bytes", SIZE, FIELD(pubsub_conf, place.max_node_bytes), "4MiB", "1KiB",
		"64MiB", "Bytes of all items of one node." }),
	.hooks = TABLE(hooks),
	.service = &nodes,
	.enter_worker = pubsub_services_worker_init,
	.leave_worker = pubsub_services_worker_fini,
};
