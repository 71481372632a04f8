/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/ask.h"

#include "base/limits.h"
#include "router/route.h"
#include "xmpp/ns.h"

/* --- refusing ------------------------------------------------------------------------- */

enum verdict
ask_refuse(struct ask *q, enum stanza_error error, struct str condition)
{
	struct xml_writer w;

	xml_begin_inner(&w, q->c->arena, NS_CLIENT);
	xml_empty(&w, NS_PUBSUB_ERRORS, condition);
	return refuse_with(q->c, error, (struct str){ 0 }, xml_written(&w));
}

enum verdict
ask_refuse_unsupported(struct ask *q, struct str feature)
{
	struct xml_writer w;

	xml_begin_inner(&w, q->c->arena, NS_CLIENT);
	xml_open(&w, NS_PUBSUB_ERRORS, S("unsupported"));
	xml_attr(&w, S("feature"), feature);
	xml_close(&w);
	return refuse_with(
	    q->c, ERR_FEATURE_NOT_IMPLEMENTED, (struct str){ 0 }, xml_written(&w));
}

/* Somebody to whom an account looks like none (RFC 6121 section 8.5.1). */
static bool
is_stranger(const struct ask *q)
{
	return q->place->account && !q->place->face->sees(q->place, q->c->stanza->from);
}

enum verdict
ask_refuse_access(struct ask *q, enum access access)
{
	switch (access) {
	case ACCESS_NEEDS_PRESENCE:
		return ask_refuse(q, ERR_NOT_AUTHORIZED, S("presence-subscription-required"));
	case ACCESS_NEEDS_GROUP:
		return ask_refuse(q, ERR_NOT_AUTHORIZED, S("not-in-roster-group"));
	case ACCESS_NEEDS_APPROVAL:
		return ask_refuse(q, ERR_NOT_AUTHORIZED, S("not-subscribed"));
	case ACCESS_CLOSED:
		return is_stranger(q) ? refuse(q->c, ERR_SERVICE_UNAVAILABLE)
				      : ask_refuse(q, ERR_NOT_ALLOWED, S("closed-node"));
	default:
		return ask_refuse_forbidden(q);
	}
}

enum verdict
ask_refuse_forbidden(struct ask *q)
{
	bool is_hidden =
	    is_stranger(q) && (!q->node || q->node->conf.access == ACCESS_WHITELIST);

	return refuse(q->c, is_hidden ? ERR_SERVICE_UNAVAILABLE : ERR_FORBIDDEN);
}

enum verdict
ask_refuse_missing(struct ask *q)
{
	return refuse(q->c, is_stranger(q) ? ERR_SERVICE_UNAVAILABLE : ERR_ITEM_NOT_FOUND);
}

bool
ask_may_create(struct ask *q)
{
	if (!q->place->face->may_create(q->c, q->place)) {
		ask_refuse_forbidden(q);
		return false;
	}
	if (nodes_count(&q->place->nodes) >= q->conf->max_nodes) {
		refuse(q->c, ERR_RESOURCE_CONSTRAINT);
		return false;
	}
	return true;
}

/* --- answering, reading ---------------------------------------------------------------- */

void
ask_answer_begin(struct ask *q, struct xml_writer *w)
{
	iq_result_begin(q->c, w);
	xml_open(w, elem_ns(q->pubsub), S("pubsub"));
}

enum verdict
ask_answer(struct ask *q, struct xml_writer *w)
{
	xml_close(w);
	return iq_result_finish(q->c, w);
}

bool
ask_read_jid(struct ask *q, struct elem e, struct jid *out)
{
	struct str text = elem_attr_or_none(e, S("jid"), q->c->arena);

	if (text.len && jid_parse(q->c->arena, text, out) == OK)
		return true;
	ask_refuse(q, ERR_BAD_REQUEST, text.len ? S("invalid-jid") : S("jid-required"));
	return false;
}

bool
ask_read_form(struct ask *q, struct elem in, struct form *f)
{
	if (form_read(q->c->arena, elem_child(in, NS_FORM, S("x")), f) == OK)
		return true;
	refuse(q->c, ERR_BAD_REQUEST);
	return false;
}

/* --- finding the operation --------------------------------------------------------------- */

enum {
	NODE = 1,          /* the node must be named, and exist */
	NAMED = 2,         /* it must be named */
	INDEX = 4,         /* if it exists, its index is to be there */
	OWNERS = 8 | NODE, /* for its owners */
	BESIDE = 16,       /* may stand beside another operation, as a part of it */
};

struct operation {
	enum stanza_type type;
	bool owner; /* in NS_PUBSUB_OWNER */
	struct str name;
	unsigned needs;
	ask_fn *run;
};

/* Those that may have others beside them come first. */
static const struct operation operations[] = {
	{ IQ_GET, false, S("items"), NODE, ask_items },
	{ IQ_GET, false, S("subscriptions"), 0, ask_own_subscriptions },
	{ IQ_GET, false, S("affiliations"), 0, ask_own_affiliations },
	{ IQ_GET, false, S("options"), NODE, ask_options },
	{ IQ_GET, false, S("default"), 0, ask_default_options },
	{ IQ_SET, false, S("publish"), NAMED | INDEX, ask_publish },
	{ IQ_SET, false, S("retract"), NODE | INDEX, ask_retract },
	{ IQ_SET, false, S("create"), 0, ask_create },
	{ IQ_SET, false, S("subscribe"), NODE, ask_subscribe },
	{ IQ_SET, false, S("unsubscribe"), NODE, ask_unsubscribe },
	{ IQ_SET, false, S("options"), NODE | BESIDE, ask_options_set },
	{ IQ_GET, true, S("configure"), OWNERS, ask_configure },
	{ IQ_GET, true, S("default"), 0, ask_default },
	{ IQ_GET, true, S("subscriptions"), OWNERS, ask_subscriptions },
	{ IQ_GET, true, S("affiliations"), OWNERS, ask_affiliations },
	{ IQ_SET, true, S("configure"), OWNERS | INDEX, ask_configure_set },
	{ IQ_SET, true, S("delete"), OWNERS, ask_delete },
	{ IQ_SET, true, S("purge"), OWNERS, ask_purge },
	{ IQ_SET, true, S("subscriptions"), OWNERS, ask_subscriptions_set },
	{ IQ_SET, true, S("affiliations"), OWNERS, ask_affiliations_set },
};

/* NULL: none, or *several. */
static const struct operation *
operation_of(struct ask *q, bool *several)
{
	bool owner = str_eq(elem_ns(q->pubsub), NS_PUBSUB_OWNER);
	const struct operation *found = NULL;

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		const struct operation *o = &operations[i];
		struct elem e;

		if (o->type != q->c->stanza->type || o->owner != owner ||
		    !elem_exists(e = elem_child(q->pubsub, elem_ns(q->pubsub), o->name)))
			continue;
		if (found && !(o->needs & BESIDE)) {
			*several = true;
			return NULL;
		}
		if (!found) {
			found = o;
			q->e = e;
		}
	}
	return found;
}

/* The request once more. */
static void
on_listed(void *waiter, struct place *p, enum status s)
{
	struct stanza *request = waiter;

	if (s == OK || s == E_NOT_FOUND) {
		p->face->again(p, request);
		return;
	}
	route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	stanza_free(&request);
}

static enum verdict
run(struct ask *q, const struct operation *o)
{
	q->name = elem_attr_or_none(q->e, S("node"), q->c->arena);
	if (!q->name.len && is_stranger(q))
		return refuse(q->c, ERR_SERVICE_UNAVAILABLE);
	if (q->name.len > NODE_NAME_MAX)
		return refuse(q->c, ERR_NOT_ACCEPTABLE);
	if (o->needs & (NODE | NAMED) && !q->name.len)
		return ask_refuse(q, ERR_BAD_REQUEST, S("nodeid-required"));
	if (q->name.len)
		q->node = node_find(&q->place->nodes, q->name);
	if (o->needs & NODE && !q->node)
		return ask_refuse_missing(q);
	if (q->node)
		q->who = place_standing(q->place, q->node, q->c->stanza->from);
	if ((o->needs & OWNERS) == OWNERS && q->who.affiliation != AFFILIATION_OWNER)
		return ask_refuse_forbidden(q);
	if (o->needs & INDEX && q->node && !q->node->is_listed) {
		place_list(q->place, q->node, on_listed, stanza_ref(q->c->stanza));
		return DONE;
	}
	return o->run(q);
}

enum verdict
ask_serve(struct call *c, struct place *p, const struct place_conf *conf)
{
	struct ask q = { .c = c, .place = p, .conf = conf, .pubsub = c->payload };
	bool several = false;
	const struct operation *o = operation_of(&q, &several);

	if (o)
		return run(&q, o);
	if (several)
		return refuse(c, ERR_BAD_REQUEST);
	return refuse(
	    c, is_stranger(&q) ? ERR_SERVICE_UNAVAILABLE : ERR_FEATURE_NOT_IMPLEMENTED);
}
