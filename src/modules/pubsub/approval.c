/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/approval.h"

#include "modules/pubsub/event.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

void
approval_ask(struct change *ch, struct node *n, struct jid subscriber)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.from = ch->place->jid,
		.to = ch->place->jid,
	};
	struct xml_writer w;

	stanza_begin(&w, ch->in.arena, STANZA_MESSAGE);
	form_write(&w,
	    &(struct form){ .kind = FORM_FORM,
		.title = S("Somebody wants to subscribe to your node"),
		.form_type = NS_SUBSCRIBE_AUTHORIZATION,
		.fields = FORM_FIELDS(
		    { .var = S("pubsub#node"), .label = S("The node"), FIELD_VALUE(n->name) },
		    { .var = S("pubsub#subscriber_jid"),
			.type = FIELD_JID_SINGLE,
			.label = S("Who wants to subscribe"),
			FIELD_VALUE(jid_full(subscriber)) },
		    { .var = S("pubsub#allow"),
			.type = FIELD_BOOLEAN,
			.label = S("Whether to allow it"),
			FIELD_VALUE(S("0")) }) });
	send_to_owners(ch, n, stanza_finish(&w, &head));
}

void
approval_give(struct change *ch, struct node *n, struct jid subscriber, bool allow)
{
	struct subscriber *s = subscriber_find(n, subscriber);

	s->pending = false;
	notify_subscription(ch, n, subscriber, allow ? s : NULL);
	if (!allow) {
		subscriber_remove(n, &s, &ch->in);
		return;
	}
	subscriber_keep(n, s, &ch->in);
	notify_owners(ch, n, subscriber, s);
}

/* The form of an answer. False: it is none; it may be a question to the account. */
static bool
read_answer(struct call *c, struct form *f)
{
	struct elem x = elem_child(stanza_root(c->stanza), NS_FORM, S("x"));

	return elem_exists(x) && form_read(c->arena, x, f) == OK && f->kind != FORM_FORM &&
	       str_eq(f->form_type, NS_SUBSCRIBE_AUTHORIZATION);
}

/* Who is not an owner, or answers about nobody, changes nothing. A subscriber who is not
 * waiting any more stays what he is. */
enum verdict
approval_answered(struct call *c, struct place *p)
{
	const struct subscriber *s;
	struct standing who;
	struct form f;
	struct node *n;
	struct change ch;
	struct jid jid;
	bool allow;

	if (!read_answer(c, &f))
		return PASS;
	n = node_find(&p->nodes, form_value(&f, S("pubsub#node")));
	if (!n || f.kind != FORM_SUBMIT ||
	    jid_parse(c->arena, form_value(&f, S("pubsub#subscriber_jid")), &jid) != OK ||
	    form_bool(&f, S("pubsub#allow"), &allow) != OK)
		return DONE;
	who = place_standing(p, n, c->stanza->from);
	if (who.affiliation != AFFILIATION_OWNER)
		return refuse(c, ERR_FORBIDDEN);
	if (!(s = subscriber_find(n, jid)) || !s->pending)
		return DONE;
	change_begin(&ch, c, p);
	approval_give(&ch, n, jid, allow);
	if (allow)
		change_shows_last(&ch, n, jid);
	change_end(&ch);
	return DONE;
}
