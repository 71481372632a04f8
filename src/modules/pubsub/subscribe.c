/* SPDX-License-Identifier: MIT
 *
 * Subscribing to a node, leaving it, and what a subscriber may choose (XEP-0060 sections 6.1 to
 * 6.4). An address has one subscription to a node; so there are no ids of subscriptions, and
 * whoever names one is told that it is none.
 */
#include "modules/pubsub/approval.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/options.h"
#include "xmpp/ns.h"

/* Section 6.1.3.1: only for oneself. False: refused. */
static bool
read_own_jid(struct ask *q, struct jid *out)
{
	if (!ask_read_jid(q, q->e, out))
		return false;
	if (jid_eq_bare(*out, q->c->stanza->from))
		return true;
	ask_refuse(q, ERR_BAD_REQUEST, S("invalid-jid"));
	return false;
}

/* Of the subscriber himself, or of anybody for an owner (section 6.2.3.3). False: refused. */
static bool
read_subscriber(struct ask *q, struct jid *jid, struct subscriber **s)
{
	if (!ask_read_jid(q, q->e, jid))
		return false;
	if (!jid_eq_bare(*jid, q->c->stanza->from) && q->who.affiliation != AFFILIATION_OWNER) {
		ask_refuse_forbidden(q);
		return false;
	}
	if (elem_attr_or_none(q->e, S("subid"), q->c->arena).len) {
		ask_refuse(q, ERR_NOT_ACCEPTABLE, S("invalid-subid"));
		return false;
	}
	if ((*s = subscriber_find(q->node, *jid)))
		return true;
	ask_refuse(q, ERR_UNEXPECTED_REQUEST, S("not-subscribed"));
	return false;
}

static void
write_subscription(
    struct ask *q, struct xml_writer *w, struct jid jid, const struct subscriber *s)
{
	xml_open(w, S(""), S("subscription"));
	xml_attr(w, S("node"), q->name);
	xml_attr(w, S("jid"), jid_full(jid));
	xml_attr(w, S("subscription"), subscriber_state(s));
	if (s && !s->pending) {
		xml_open(w, S(""), S("subscribe-options"));
		xml_close(w);
	}
	xml_close(w);
}

/* --- subscribing ------------------------------------------------------------------------ */

/* Section 6.3.7: with the options of <options/> beside. False: refused. */
static bool
read_options_beside(struct ask *q, struct subscribe_options *options)
{
	struct elem e = elem_child(q->pubsub, NS_PUBSUB, S("options"));

	return !elem_exists(e) || options_read(q, e, options);
}

static void
enter(struct ask *q, struct jid jid, struct subscriber *s, bool is_new)
{
	struct xml_writer w;
	struct change ch;

	change_begin(&ch, q->c, q->place);
	subscriber_keep(q->node, s, &ch.in);
	ask_answer_begin(q, &w);
	write_subscription(q, &w, jid, s);
	ask_answer(q, &w);
	if (s->pending)
		approval_ask(&ch, q->node, jid);
	else if (is_new)
		notify_owners(&ch, q->node, jid, s);
	if (!s->pending)
		change_shows_last(&ch, q->node, jid);
	change_end(&ch);
}

enum verdict
ask_subscribe(struct ask *q)
{
	enum access access = access_to_read((enum access_model)q->node->conf.access, &q->who);
	struct subscribe_options options = options_preset();
	struct subscriber *s;
	struct jid jid;
	bool is_new;

	if (!read_own_jid(q, &jid))
		return DONE;
	if (access != ACCESS_GIVEN && access != ACCESS_NEEDS_APPROVAL)
		return ask_refuse_access(q, access);
	if (!q->node->conf.subscribe)
		return ask_refuse_unsupported(q, S("subscribe"));
	if ((s = subscriber_find(q->node, jid)) && s->pending)
		return ask_refuse(q, ERR_NOT_AUTHORIZED, S("pending-subscription"));
	if (!read_options_beside(q, &options))
		return DONE;
	is_new = !s;
	if (subscriber_add(q->node, jid, &s) != OK)
		return ask_refuse(q, ERR_POLICY_VIOLATION, S("too-many-subscriptions"));
	s->pending = access == ACCESS_NEEDS_APPROVAL;
	options_set(s, &options);
	enter(q, jid, s, is_new);
	return DONE;
}

enum verdict
ask_unsubscribe(struct ask *q)
{
	struct subscriber *s;
	struct xml_writer w;
	struct change ch;
	struct jid jid;

	if (!read_subscriber(q, &jid, &s))
		return DONE;
	change_begin(&ch, q->c, q->place);
	ask_answer_begin(q, &w);
	write_subscription(q, &w, jid, NULL);
	ask_answer(q, &w);
	if (!s->pending)
		notify_owners(&ch, q->node, jid, NULL);
	subscriber_remove(q->node, &s, &ch.in);
	change_end(&ch);
	return DONE;
}

/* --- options ---------------------------------------------------------------------------- */

static void
open_options(struct ask *q, struct xml_writer *w, struct str name, struct jid jid)
{
	ask_answer_begin(q, w);
	xml_open(w, S(""), name);
	if (q->name.len)
		xml_attr(w, S("node"), q->name);
	if (!jid_is_empty(jid))
		xml_attr(w, S("jid"), jid_full(jid));
}

enum verdict
ask_options(struct ask *q)
{
	struct subscribe_options options;
	struct subscriber *s;
	struct xml_writer w;
	struct jid jid;

	if (!read_subscriber(q, &jid, &s))
		return DONE;
	options = options_of(s);
	open_options(q, &w, S("options"), jid);
	options_write(&w, &options, q->c->arena);
	xml_close(&w);
	return ask_answer(q, &w);
}

enum verdict
ask_options_set(struct ask *q)
{
	struct subscribe_options options;
	struct subscriber *s;
	struct change ch;
	struct jid jid;

	if (!read_subscriber(q, &jid, &s))
		return DONE;
	options = options_of(s);
	if (!options_read(q, q->e, &options))
		return DONE;
	change_begin(&ch, q->c, q->place);
	options_set(s, &options);
	subscriber_keep(q->node, s, &ch.in);
	iq_result(q->c, (struct str){ 0 });
	change_end(&ch);
	return DONE;
}

/* Section 6.4: of a node, or of all. */
enum verdict
ask_default_options(struct ask *q)
{
	struct subscribe_options options = options_preset();
	struct xml_writer w;

	if (q->name.len && !q->node)
		return ask_refuse_missing(q);
	if (q->node && !place_shows(q->place, q->node, q->c->stanza->from))
		return ask_refuse_forbidden(q);
	open_options(q, &w, S("default"), (struct jid){ 0 });
	options_write(&w, &options, q->c->arena);
	xml_close(&w);
	return ask_answer(q, &w);
}
