/* SPDX-License-Identifier: MIT
 *
 * What somebody asks about himself: his subscriptions and affiliations, at one node or at all
 * of the place (XEP-0060 sections 5.6 and 5.7).
 */
#include "base/limits.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/people.h"

typedef void list_fn(struct ask *q, struct node *n, struct xml_writer *w);

static void
list_subscriptions(struct ask *q, struct node *n, struct xml_writer *w)
{
	struct subscriber_walk walk = { 0 };
	const struct subscriber *s;

	while ((s = subscriber_next_of(n, q->c->stanza->from, &walk))) {
		if (subscriber_is_over(s))
			continue;
		xml_open(w, S(""), S("subscription"));
		if (!q->name.len)
			xml_attr(w, S("node"), n->name);
		xml_attr(w, S("jid"), s->jid);
		xml_attr(w, S("subscription"), subscriber_state(s));
		xml_close(w);
	}
}

static void
list_affiliations(struct ask *q, struct node *n, struct xml_writer *w)
{
	struct standing who = place_standing(q->place, n, q->c->stanza->from);

	if (who.affiliation == AFFILIATION_NONE)
		return;
	xml_open(w, S(""), S("affiliation"));
	xml_attr(w, S("node"), n->name);
	xml_attr(w, S("affiliation"), affiliation_name(who.affiliation));
	xml_close(w);
}

static enum verdict
answer(struct ask *q, struct str name, list_fn *list)
{
	struct table_walk walk = { 0 };
	struct xml_writer w;
	struct node *n;

	if (q->name.len && !q->node)
		return ask_refuse_missing(q);
	ask_answer_begin(q, &w);
	xml_open(&w, S(""), name);
	if (q->name.len)
		xml_attr(&w, S("node"), q->name);
	if (q->node)
		list(q, q->node, &w);
	while (!q->node && (n = node_next(&q->place->nodes, &walk)))
		list(q, n, &w);
	xml_close(&w);
	return ask_answer(q, &w);
}

enum verdict
ask_own_subscriptions(struct ask *q)
{
	return answer(q, S("subscriptions"), list_subscriptions);
}

enum verdict
ask_own_affiliations(struct ask *q)
{
	return answer(q, S("affiliations"), list_affiliations);
}
