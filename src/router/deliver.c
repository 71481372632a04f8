/* SPDX-License-Identifier: MIT */
#include "router/deliver.h"

#include "router/account.h"
#include "router/route.h"
#include "router/session.h"
#include "xmpp/delay.h"

struct session *
deliver_session(const struct account *a, struct str resource)
{
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->ended && str_eq(jid_resource(s->jid), resource))
			return s;
	}
	return NULL;
}

/* Highest priority among the available sessions, -1 when none has one that counts. */
static int
top_priority(const struct account *a)
{
	int top = -1;

	list_each (link, &a->sessions) {
		const struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended && s->priority > top)
			top = s->priority;
	}
	return top;
}

/*
 * Whether a stanza to the bare address goes to this session. Conversations go to the most
 * available resources, equal priorities alike (section 8.5.2.1.1); headlines to every
 * resource that did not opt out by a negative priority; presence to every available one.
 */
static bool
is_for(const struct session *s, const struct stanza *st, int top)
{
	if (!s->presence || s->ended)
		return false;
	switch (st->type) {
	case MESSAGE_NORMAL:
	case MESSAGE_CHAT:
		return s->priority >= 0 && s->priority == top;
	case MESSAGE_HEADLINE:
		return s->priority >= 0;
	case PRESENCE_AVAILABLE:
	case PRESENCE_UNAVAILABLE:
		return true;
	default:
		return false;
	}
}

/* To a full address that is not there, chat goes as if to the bare one (8.5.3.2.1). */
bool
deliver_goes_to(const struct account *a, const struct session *s, const struct stanza *st)
{
	const struct session *named;

	if (!jid_is_bare(st->to)) {
		if ((named = deliver_session(a, jid_resource(st->to))))
			return named == s;
		if (st->type != MESSAGE_CHAT)
			return false;
	}
	return is_for(s, st, top_priority(a));
}

unsigned
deliver_reachable(const struct account *a, const struct stanza *st)
{
	int top = top_priority(a);
	unsigned n = 0;

	list_each (link, &a->sessions)
		n += is_for(list_entry(link, struct session, in_account), st, top);
	return n;
}

/* but: gets it in another way; or NULL. */
static unsigned
to_sessions(const struct account *a, const struct stanza *st, const struct session *but)
{
	int top = top_priority(a);
	unsigned n = 0;

	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s != but && is_for(s, st, top)) {
			session_deliver(s, st);
			n++;
		}
	}
	return n;
}

static struct stanza *
stamped_late(const struct call *c)
{
	return delay_stamp(
	    c->stanza, jid_domain(c->account->jid), c->passage.late_us, c->arena);
}

unsigned
deliver_to_others(struct call *c, const struct session *but)
{
	AUTO(stanza) st = c->passage.late_us ? stamped_late(c) : stanza_ref(c->stanza);

	return to_sessions(c->account, st, but);
}

static void
to_bare(struct call *c)
{
	if (to_sessions(c->account, c->stanza, NULL) > 0)
		return;
	switch (c->stanza->type) {
	case MESSAGE_NORMAL:
	case MESSAGE_CHAT:
	case MESSAGE_GROUPCHAT:
	case IQ_GET:
	case IQ_SET:
		route_bounce(c->stanza, ERR_SERVICE_UNAVAILABLE);
		break;
	default: /* headlines, errors, results and presence vanish (section 8.5.2) */
		break;
	}
}

void
deliver_by_rules(struct call *c)
{
	struct session *s;

	if (c->passage.late_us)
		call_replace(c, stamped_late(c));
	if (jid_is_bare(c->stanza->to)) {
		to_bare(c);
		return;
	}
	if ((s = deliver_session(c->account, jid_resource(c->stanza->to)))) {
		session_deliver(s, c->stanza);
		return;
	}
	switch (c->stanza->type) {
	case MESSAGE_CHAT: /* as if it were for the bare address (section 8.5.3.2.1) */
		to_bare(c);
		break;
	case MESSAGE_NORMAL:
	case MESSAGE_GROUPCHAT:
	case MESSAGE_HEADLINE:
	case IQ_GET:
	case IQ_SET:
		route_bounce(c->stanza, ERR_SERVICE_UNAVAILABLE);
		break;
	default:
		break;
	}
}
