/* SPDX-License-Identifier: MIT
 *
 * Owners look at who is subscribed or affiliated to a node, and change it (XEP-0060 sections
 * 8.8 and 8.9). Of several changes in one request those that may be made are made; the others
 * come back in the error, as they are.
 */
#include "base/limits.h"
#include "modules/pubsub/approval.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/event.h"
#include "xmpp/ns.h"

/* --- several changes ---------------------------------------------------------------------- */

/* What is asked for about one address. */
struct wish {
	struct jid jid;
	struct str text; /* of the address, also if it is none */
	bool is_jid, refused;
	struct str value;
	struct str was; /* if it is refused */
};

struct wishes {
	struct str list, entry, attr; /* names of the elements and the attribute */
	struct wish at[NODE_CHANGES_MAX];
	size_t n;
};

static bool
is_named(const struct wishes *w, struct str jid)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eq(w->at[i].is_jid ? jid_full(w->at[i].jid) : w->at[i].text, jid))
			return true;
	return false;
}

/* False: refused. */
static bool
read_wishes(struct ask *q, struct wishes *w)
{
	struct arena *a = q->c->arena;

	for (struct elem e = elem_child(q->e, NS_PUBSUB_OWNER, w->entry); elem_exists(e);
	     e = elem_next_like(e)) {
		struct wish *wish = &w->at[w->n];

		if (w->n == NODE_CHANGES_MAX) {
			refuse(q->c, ERR_NOT_ACCEPTABLE);
			return false;
		}
		*wish = (struct wish){ .text = elem_attr_or_none(e, S("jid"), a),
			.value = elem_attr_or_none(e, w->attr, a),
			.was = S("none") };
		wish->is_jid = wish->text.len && jid_parse(a, wish->text, &wish->jid) == OK;
		if (is_named(w, wish->is_jid ? jid_full(wish->jid) : wish->text)) {
			refuse(q->c, ERR_BAD_REQUEST);
			return false;
		}
		w->n++;
	}
	if (w->n == 0)
		refuse(q->c, ERR_BAD_REQUEST);
	return w->n > 0;
}

static void
answer_refused(struct ask *q, const struct wishes *wishes)
{
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = IQ_ERROR,
		.from = q->c->stanza->to,
		.to = q->c->stanza->from,
		.id = q->c->stanza->id,
	};
	struct xml_writer w;

	ask_answer_begin(q, &w);
	xml_open(&w, S(""), wishes->list);
	xml_attr(&w, S("node"), q->name);
	for (size_t i = 0; i < wishes->n; i++) {
		if (!wishes->at[i].refused)
			continue;
		xml_open(&w, S(""), wishes->entry);
		xml_attr(&w, S("jid"), wishes->at[i].text);
		xml_attr(&w, wishes->attr, wishes->at[i].was);
		xml_close(&w);
	}
	xml_close(&w);
	xml_close(&w);
	stanza_error_write(&w, ERR_NOT_ACCEPTABLE, (struct str){ 0 }, (struct str){ 0 });
	call_send(q->c, stanza_finish(&w, &head));
}

/* What comes of one wish. False: it is refused. */
typedef bool grant_fn(struct ask *q, struct change *ch, struct wish *wish);

static enum verdict
change_all(struct ask *q, struct wishes *w, grant_fn *grant)
{
	bool any_refused = false;
	struct change ch;

	if (!read_wishes(q, w))
		return DONE;
	change_begin(&ch, q->c, q->place);
	for (size_t i = 0; i < w->n; i++) {
		w->at[i].refused = !w->at[i].is_jid || !grant(q, &ch, &w->at[i]);
		any_refused |= w->at[i].refused;
	}
	if (any_refused)
		answer_refused(q, w);
	else
		iq_result(q->c, (struct str){ 0 });
	change_end(&ch);
	return DONE;
}

/* --- subscriptions ---------------------------------------------------------------------- */

enum verdict
ask_subscriptions(struct ask *q)
{
	struct table_walk walk = { 0 };
	const struct subscriber *s;
	struct xml_writer w;

	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("subscriptions"));
	xml_attr(&w, S("node"), q->name);
	while ((s = subscriber_next(q->node, &walk))) {
		if (subscriber_is_over(s))
			continue;
		xml_open(&w, S(""), S("subscription"));
		xml_attr(&w, S("jid"), s->jid);
		xml_attr(&w, S("subscription"), subscriber_state(s));
		xml_close(&w);
	}
	xml_close(&w);
	return ask_answer(q, &w);
}

/* A new subscriber, or one who waited. */
static bool
admit(struct change *ch, struct node *n, struct jid jid)
{
	struct subscriber *s = subscriber_find(n, jid);

	if (s && s->pending) {
		approval_give(ch, n, jid, true);
		return true;
	}
	if (s)
		return true;
	if (subscriber_add(n, jid, &s) != OK)
		return false;
	s->pending = false;
	s->deliver = true;
	s->until_us = 0;
	subscriber_keep(n, s, &ch->in);
	notify_subscription(ch, n, jid, s);
	return true;
}

static void
dismiss(struct change *ch, struct node *n, struct subscriber *s)
{
	notify_subscription(ch, n, jid_trusted(s->jid), NULL);
	subscriber_remove(n, &s, &ch->in);
}

static bool
grant_subscription(struct ask *q, struct change *ch, struct wish *wish)
{
	struct subscriber *s = subscriber_find(q->node, wish->jid);

	wish->was = subscriber_state(s);
	if (str_eq(wish->value, S("subscribed")))
		return affiliation_of(q->node, wish->jid) != AFFILIATION_OUTCAST &&
		       admit(ch, q->node, wish->jid);
	if (!str_eq(wish->value, S("none")))
		return false;
	if (s)
		dismiss(ch, q->node, s);
	return true;
}

enum verdict
ask_subscriptions_set(struct ask *q)
{
	struct wishes w = { S("subscriptions"), S("subscription"), S("subscription") };

	return change_all(q, &w, grant_subscription);
}

/* --- affiliations ----------------------------------------------------------------------- */

static void
write_affiliation(struct xml_writer *w, struct str jid, enum affiliation is)
{
	xml_open(w, S(""), S("affiliation"));
	xml_attr(w, S("jid"), jid);
	xml_attr(w, S("affiliation"), affiliation_name(is));
	xml_close(w);
}

enum verdict
ask_affiliations(struct ask *q)
{
	const struct affiliate *a;
	struct xml_writer w;

	ask_answer_begin(q, &w);
	xml_open(&w, S(""), S("affiliations"));
	xml_attr(&w, S("node"), q->name);
	if (q->place->account)
		write_affiliation(&w, jid_full(q->place->jid), AFFILIATION_OWNER);
	for (uint32_t i = 0; (a = affiliate_at(q->node, i)); i++)
		write_affiliation(&w, a->jid, (enum affiliation)a->is);
	xml_close(&w);
	return ask_answer(q, &w);
}

/* Section 4.1: owners resign, but not the last; publishers do not become members. */
static bool
may_become(struct ask *q, struct jid who, enum affiliation is, enum affiliation will)
{
	if (is == will)
		return true;
	if (q->place->face->is_owner(q->place, who))
		return false;
	if (is == AFFILIATION_PUBLISHER)
		return will != AFFILIATION_MEMBER;
	return is != AFFILIATION_OWNER ||
	       (will == AFFILIATION_NONE &&
		   (q->place->account || affiliates_with(q->node, AFFILIATION_OWNER) > 1));
}

/* Section 8.9.4. */
static void
notify_affiliation(struct change *ch, struct node *n, struct jid jid, enum affiliation is)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_HEADLINE,
		.from = ch->place->jid,
		.to = jid,
	};
	struct xml_writer w;

	stanza_begin(&w, ch->in.arena, STANZA_MESSAGE);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), S("affiliations"));
	xml_attr(&w, S("node"), n->name);
	write_affiliation(&w, jid_full(jid), is);
	xml_close(&w);
	xml_close(&w);
	call_send(ch->call, stanza_finish(&w, &head));
}

static void
expel(struct change *ch, struct node *n, struct jid who)
{
	struct subscriber_walk walk = { 0 };
	struct subscriber *s;

	while ((s = subscriber_next_of(n, who, &walk)))
		dismiss(ch, n, s);
}

static bool
grant_affiliation(struct ask *q, struct change *ch, struct wish *wish)
{
	struct jid bare = jid_to_bare(wish->jid);
	enum affiliation is = q->place->face->is_owner(q->place, bare)
				  ? AFFILIATION_OWNER
				  : affiliation_of(q->node, bare);
	enum affiliation will;

	wish->was = affiliation_name(is);
	if (!affiliation_named(wish->value, &will) || !may_become(q, bare, is, will))
		return false;
	if (is == will)
		return true;
	if (affiliate_set(q->node, &ch->in, bare, will) != OK)
		return false;
	if (will == AFFILIATION_OUTCAST)
		expel(ch, q->node, bare);
	notify_affiliation(ch, q->node, bare, will);
	return true;
}

enum verdict
ask_affiliations_set(struct ask *q)
{
	struct wishes w = { S("affiliations"), S("affiliation"), S("affiliation") };

	return change_all(q, &w, grant_affiliation);
}
