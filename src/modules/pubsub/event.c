/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/event.h"

#include <stdlib.h>

#include "loop/worker.h"
#include "modules/pubsub/bulletin.h"
#include "router/account.h"
#include "router/route.h"
#include "xmpp/delay.h"
#include "xmpp/ns.h"

/* --- writing -------------------------------------------------------------------------- */

void
item_write(struct xml_writer *w, const struct node_config *conf, struct str id,
    struct str publisher, struct str payload)
{
	xml_open(w, S(""), S("item"));
	xml_attr(w, S("id"), id);
	if (conf->item_reply == ITEM_REPLY_PUBLISHER)
		xml_attr(w, S("publisher"), jid_bare(jid_trusted(publisher)));
	if (payload.len)
		xml_raw(w, payload);
	xml_close(w);
}

/* Begins <message><event>; what follows is the event's content. */
static void
event_begin(struct xml_writer *w, struct arena *a)
{
	stanza_begin(w, a, STANZA_MESSAGE);
	xml_open(w, NS_PUBSUB_EVENT, S("event"));
}

/* To be addressed. */
static struct stanza *
event_end(struct xml_writer *w, const struct place *p, const struct node_config *conf)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = conf->type ? MESSAGE_NORMAL : MESSAGE_HEADLINE,
		.from = p->jid,
		.to = p->jid,
	};

	xml_close(w);
	return stanza_finish(w, &head);
}

static void
open_items(struct xml_writer *w, struct str node)
{
	xml_open(w, S(""), S("items"));
	xml_attr(w, S("node"), node);
}

/* --- who gets them -------------------------------------------------------------------- */

static bool
is_told(struct place *p, const struct node *n, const struct subscriber *s)
{
	return !s->pending && s->deliver && !subscriber_is_over(s) &&
	       place_shows(p, n, jid_trusted(s->jid));
}

/* Takes over the event. */
static void
spread(struct change *ch, struct node *n, struct stanza *event)
{
	struct table_walk walk = { 0 };
	const struct subscriber *s;

	while (n->conf.deliver && (s = subscriber_next(n, &walk)))
		if (is_told(ch->place, n, s))
			call_send(ch->call,
			    stanza_readdress(event, event->from, jid_trusted(s->jid)));
	if (n->conf.deliver && ch->place->face->gather)
		ch->place->face->gather(ch->place, n, event, ch->bulletin);
	stanza_free(&event);
}

void
notify_published(struct change *ch, struct node *n, const struct node_new_item *item)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	open_items(&w, n->name);
	if (item->id.len)
		item_write(&w, &n->conf, item->id, item->publisher,
		    n->conf.deliver_payloads ? item->payload : (struct str){ 0 });
	xml_close(&w);
	spread(ch, n, event_end(&w, ch->place, &n->conf));
}

void
notify_retracted(struct change *ch, struct node *n, struct str id)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	open_items(&w, n->name);
	xml_open(&w, S(""), S("retract"));
	xml_attr(&w, S("id"), id);
	xml_close(&w);
	xml_close(&w);
	spread(ch, n, event_end(&w, ch->place, &n->conf));
}

void
notify_purged(struct change *ch, struct node *n)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	xml_open(&w, S(""), S("purge"));
	xml_attr(&w, S("node"), n->name);
	xml_close(&w);
	spread(ch, n, event_end(&w, ch->place, &n->conf));
}

/* Section 8.2.5: the new configuration where notifications have payloads. */
void
notify_configured(struct change *ch, struct node *n)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	xml_open(&w, S(""), S("configuration"));
	xml_attr(&w, S("node"), n->name);
	if (n->conf.deliver_payloads)
		node_config_write(&w, ch->in.arena, FORM_RESULT, 0, &n->conf);
	xml_close(&w);
	spread(ch, n, event_end(&w, ch->place, &n->conf));
}

void
notify_deleted(struct change *ch, struct node *n, struct str redirect)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	xml_open(&w, S(""), S("delete"));
	xml_attr(&w, S("node"), n->name);
	if (redirect.len) {
		xml_open(&w, S(""), S("redirect"));
		xml_attr(&w, S("uri"), redirect);
		xml_close(&w);
	}
	xml_close(&w);
	spread(ch, n, event_end(&w, ch->place, &n->conf));
}

/* --- about subscriptions -------------------------------------------------------------- */

void
send_to_owners(struct change *ch, struct node *n, struct stanza *st)
{
	const struct affiliate *a;

	if (ch->place->account)
		call_send(ch->call, stanza_readdress(st, st->from, ch->place->jid));
	for (uint32_t i = 0; (a = affiliate_at(n, i)); i++)
		if (a->is == AFFILIATION_OWNER)
			call_send(
			    ch->call, stanza_readdress(st, st->from, jid_trusted(a->jid)));
	stanza_free(&st);
}

static struct stanza *
subscription_event(
    struct change *ch, struct node *n, struct jid jid, const struct subscriber *s)
{
	struct xml_writer w;

	event_begin(&w, ch->in.arena);
	xml_open(&w, S(""), S("subscription"));
	xml_attr(&w, S("node"), n->name);
	xml_attr(&w, S("jid"), jid_full(jid));
	xml_attr(&w, S("subscription"), subscriber_state(s));
	xml_close(&w);
	return event_end(&w, ch->place, &n->conf);
}

void
notify_subscription(
    struct change *ch, struct node *n, struct jid jid, const struct subscriber *s)
{
	AUTO(stanza) st = subscription_event(ch, n, jid, s);

	call_send(ch->call, stanza_readdress(st, st->from, jid));
}

void
notify_owners(struct change *ch, struct node *n, struct jid jid, const struct subscriber *s)
{
	if (n->conf.notify_sub)
		send_to_owners(ch, n, subscription_event(ch, n, jid, s));
}

/* --- the last item -------------------------------------------------------------------- */

struct latecomer {
	struct place *place; /* whose account is held */
	struct account *account;
	struct jid from;
	struct node_config conf;  /* without texts */
	uint32_t number, changes; /* of the node */
	struct str node, to;
};

/* Without a recipient. */
static struct stanza *
write_entry(const struct latecomer *l, const struct node_entry *e, struct arena *a)
{
	const struct place as = { .jid = l->from };
	AUTO(stanza) event = NULL;
	struct xml_writer w;

	event_begin(&w, a);
	open_items(&w, l->node);
	item_write(&w, &l->conf, e->id, e->publisher,
	    l->conf.deliver_payloads ? e->payload : (struct str){ 0 });
	xml_close(&w);
	event = event_end(&w, &as, &l->conf);
	return delay_stamp(event, jid_full(l->from), (usec_t)e->seq, a);
}

static void
show(const struct stanza *showing, struct jid to)
{
	route(stanza_readdress(showing, showing->from, to));
}

static void
on_last(void *waiter, const struct store_rows *rows)
{
	struct latecomer *l = waiter;
	struct node *n = node_numbered(&l->place->nodes, l->number);
	const struct node_entry *e;
	struct arena a;
	size_t count;

	arena_init(&a, 1024);
	e = node_entries(&l->conf, rows, &a, &count);
	if (rows->status == OK && count) {
		AUTO(stanza) showing = write_entry(l, e, &a);

		show(showing, jid_trusted(l->to));
		if (n && !l->conf.expire_s)
			node_remember(n, showing, l->changes);
	}
	arena_fini(&a);
	if (l->account)
		account_release(l->account);
	free(l);
}

void
send_last_item(struct place *p, const struct node *n, struct jid to)
{
	struct str text = jid_full(to);
	struct latecomer *l;
	char *at;

	if (n->showing)
		show(n->showing, to);
	if (n->showing || !n->last.len)
		return;
	l = mem_zalloc(sizeof(*l) + n->name.len + text.len);
	at = (char *)(l + 1);
	l->place = p;
	l->account = p->account;
	l->from = p->jid;
	l->conf = n->conf;
	l->number = n->number;
	l->changes = n->changes;
	l->node = str_place(&at, n->name);
	l->to = str_place(&at, text);
	if (p->account)
		account_hold(p->account);
	place_read_item(p, n, n->last, on_last, l);
}
