/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/notify.h"

#include "modules/mod_caps.h"
#include "modules/pubsub/pep.h"
#include "xmpp/ns.h"

/* Begins <message><event>; what follows is the event's content. */
static void
event_begin(struct call *c, struct xml_writer *w)
{
	stanza_begin(w, c->arena, STANZA_MESSAGE);
	xml_open(w, NS_PUBSUB_EVENT, S("event"));
}

static void
event_send(struct call *c, struct xml_writer *w, struct str node)
{
	struct str wanted = str_format(c->arena, "%.*s+notify", STR_ARG(node));
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_HEADLINE,
		.from = c->account->jid,
		.to = c->account->jid,
	};
	AUTO(stanza) st = NULL;

	xml_close(w);
	st = stanza_finish(w, &head);
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->presence || s->ended || caps_says(s, wanted) == CAPS_NO)
			continue;
		call_send_session(c, s, stanza_readdress(st, st->from, s->jid));
		pep_count_notified();
	}
}

static void
open_items(struct xml_writer *w, struct str node)
{
	xml_open(w, S(""), S("items"));
	xml_attr(w, S("node"), node);
}

void
notify_published(struct call *c, struct str node, struct str id, struct str payload)
{
	struct xml_writer w;

	event_begin(c, &w);
	open_items(&w, node);
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("id"), id);
	xml_raw(&w, payload);
	xml_close(&w);
	xml_close(&w);
	event_send(c, &w, node);
}

void
notify_retracted(struct call *c, struct str node, struct str id)
{
	struct xml_writer w;

	event_begin(c, &w);
	open_items(&w, node);
	xml_open(&w, S(""), S("retract"));
	xml_attr(&w, S("id"), id);
	xml_close(&w);
	xml_close(&w);
	event_send(c, &w, node);
}

void
notify_deleted(struct call *c, struct str node)
{
	struct xml_writer w;

	event_begin(c, &w);
	xml_open(&w, S(""), S("delete"));
	xml_attr(&w, S("node"), node);
	xml_close(&w);
	event_send(c, &w, node);
}
