/* SPDX-License-Identifier: MIT
 *
 * mod_presence: who is there (RFC 6121 section 4): broadcast, probes, directed presence, and
 * unavailable presence on every way out.
 *
 * Reacts   presence sent by a session; probes for the account; a contact who may see the
 *          account from now on, or may not any more; the end of a session
 * Keeps    nothing on disk. Of a session: its last presence (session.h) and whom it sent
 *          directed presence
 */
#include "base/limits.h"
#include "modules/list.h"
#include "modules/mod_blocking.h"
#include "modules/roster/roster.h"
#include "router/deliver.h"
#include "xmpp/ns.h"

enum { PRESENCE_SENT, PRESENCE_PROBES };

/* Whom the session told of its presence beside the subscribed contacts (section 4.6.3). */
struct directed {
	struct str *to; /* full or bare addresses, each allocated */
	uint32_t n;
};

static struct directed *
directed_of(struct session *s)
{
	return module_session_state(&mod_presence, s);
}

/* --- sending -------------------------------------------------------------------------- */

/* From the session to somebody who may see it; a blocked contact sees nothing (XEP-0191). */
static void
tell(struct call *c, const struct session *s, const struct stanza *presence, struct jid to)
{
	if (blocking_blocks(c->account, to))
		return;
	module_count(&mod_presence, PRESENCE_SENT, 1);
	call_send(c, stanza_readdress(presence, s->jid, to));
}

/* To the account's own sessions, the sender's included (sections 4.2.2, 4.4.2, 4.5.2). */
static void
tell_own(struct call *c, const struct session *s, const struct stanza *presence)
{
	AUTO(stanza) st = stanza_readdress(presence, s->jid, c->account->jid);

	list_each (link, &c->account->sessions) {
		struct session *other = list_entry(link, struct session, in_account);

		if (other->presence && !other->ended)
			call_send_session(c, other, stanza_ref(st));
	}
}

static void
broadcast(struct call *c, const struct session *s, const struct stanza *presence)
{
	struct table_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_FROM)
			tell(c, s, presence, item->jid);
	tell_own(c, s, presence);
}

static struct stanza *
bare_presence(struct call *c, enum stanza_type type, struct jid from, struct jid to)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = type,
		.from = from,
		.to = to,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_PRESENCE);
	return stanza_finish(&w, &head);
}

static enum verdict
on_contact_shown(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended)
			tell(c, s, s->presence, c->contact);
	}
	return PASS;
}

/* Also to one who is blocked by now. */
static enum verdict
on_contact_hidden(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence)
			call_send(
			    c, bare_presence(c, PRESENCE_UNAVAILABLE, s->jid, c->contact));
	}
	return PASS;
}

/* --- becoming and staying available --------------------------------------------------- */

/* Section 4.7.2.3: an integer of 8 bits, 0 when there is none. */
static bool
read_priority(struct call *c, int8_t *out)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_CLIENT, S("priority"));
	struct str text;
	bool negative;
	uint64_t n;

	*out = 0;
	if (!elem_exists(e))
		return true;
	text = str_trim(elem_text(e, c->arena));
	negative = str_starts(text, S("-"));
	if (negative || str_starts(text, S("+")))
		text = str_slice(text, 1, text.len);
	if (str_to_u64(text, negative ? 128 : 127, &n) != OK)
		return false;
	*out = (int8_t)(negative ? -(int)n : (int)n);
	return true;
}

/* Section 4.3.1: asks every contact whose presence the user is subscribed to. */
static void
probe_contacts(struct call *c)
{
	struct table_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_TO && !blocking_blocks(c->account, item->jid)) {
			module_count(&mod_presence, PRESENCE_PROBES, 1);
			call_send(
			    c, bare_presence(c, PRESENCE_PROBE, c->session->jid, item->jid));
		}
}

/* The presence of the account's other sessions, which the new one is to know (4.2.2). */
static void
show_others(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *other = list_entry(link, struct session, in_account);

		if (other != c->session && other->presence && !other->ended)
			call_send_session(c, c->session,
			    stanza_readdress(other->presence, other->jid, c->session->jid));
	}
}

static enum verdict
on_available(struct call *c)
{
	struct session *s = c->session;
	bool first = !s->presence;
	bool was_reachable = s->presence && s->priority >= 0;
	int8_t priority;

	if (!read_priority(c, &priority))
		return refuse(c, ERR_BAD_REQUEST);
	s->priority = priority;
	stanza_free(&s->presence);
	s->presence = stanza_readdress(c->stanza, s->jid, (struct jid){ 0 });
	s->available_us = loop_wall_us();
	broadcast(c, s, c->stanza);
	if (first) {
		show_others(c);
		probe_contacts(c);
		session_raise(s, ON_SESSION_AVAILABLE, c->stanza);
	}
	if (!was_reachable && priority >= 0)
		session_raise(s, ON_SESSION_REACHABLE, c->stanza);
	return DONE;
}

/* --- going away ----------------------------------------------------------------------- */

static void
forget_one(struct directed *d, uint32_t i)
{
	free((void *)(uintptr_t)d->to[i].at); /* its own copy */
	d->to[i] = d->to[--d->n];
}

static void
forget_directed(struct directed *d)
{
	while (d->n)
		forget_one(d, 0);
	free(d->to);
	*d = (struct directed){ 0 };
}

static void
tell_directed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	for (uint32_t i = 0; i < d->n; i++)
		tell(c, c->session, c->stanza, jid_trusted(d->to[i]));
	forget_directed(d);
}

/* Those who are told by the broadcast are not told again (section 4.6.3). */
static void
forget_subscribed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	for (uint32_t i = 0; i < d->n;) {
		if (roster_allows(c->account, jid_trusted(d->to[i])))
			forget_one(d, i);
		else
			i++;
	}
}

/* Section 4.5.2: to the contacts, and to whoever had been told directly (4.6.3). */
static enum verdict
on_unavailable(struct call *c)
{
	broadcast(c, c->session, c->stanza);
	forget_subscribed(c);
	tell_directed(c);
	if (c->account->n_sessions == 1)
		c->account->left_us = loop_wall_us();
	return PASS;
}

/* A session that was never available may still have sent directed presence. */
static enum verdict
on_closed(struct call *c)
{
	struct directed *d = directed_of(c->session);

	if (d->n == 0)
		return PASS;
	for (uint32_t i = 0; i < d->n; i++)
		call_send(c, bare_presence(c, PRESENCE_UNAVAILABLE, c->session->jid,
				 jid_trusted(d->to[i])));
	return PASS;
}

static void
session_fini(void *state, struct session *s)
{
	(void)s;
	forget_directed(state);
}

static enum verdict
on_sent_unavailable(struct call *c)
{
	struct session *s = c->session;

	if (!s->presence) { /* who was told directly did not hear of it by a broadcast */
		tell_directed(c);
		return DONE;
	}
	session_raise(s, ON_SESSION_UNAVAILABLE, c->stanza);
	stanza_free(&s->presence);
	return DONE;
}

/* --- directed presence (section 4.6) -------------------------------------------------- */

static enum verdict
on_directed(struct call *c)
{
	struct directed *d = directed_of(c->session);
	struct str to = jid_full(c->stanza->to);
	uint32_t i = 0;

	while (i < d->n && !str_eq(d->to[i], to))
		i++;
	if (c->stanza->type == PRESENCE_UNAVAILABLE) {
		if (i < d->n)
			forget_one(d, i);
		return PASS;
	}
	if (i < d->n)
		return PASS;
	if (d->n == DIRECTED_PRESENCE_MAX)
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	d->to = mem_resize(d->to, (d->n + 1) * sizeof(*d->to));
	d->to[d->n++] = str_of(memcpy(mem_alloc(to.len), to.at, to.len), to.len);
	return PASS;
}

static enum verdict
on_sent(struct call *c)
{
	enum stanza_type type = c->stanza->type;

	if (type != PRESENCE_AVAILABLE && type != PRESENCE_UNAVAILABLE)
		return PASS;
	if (!jid_is_empty(c->stanza->to))
		return on_directed(c);
	return type == PRESENCE_AVAILABLE ? on_available(c) : on_sent_unavailable(c);
}

/* --- probes (section 4.3.2) ----------------------------------------------------------- */

static enum verdict
on_received(struct call *c)
{
	struct jid prober = c->stanza->from;
	bool any = false;

	if (c->stanza->type != PRESENCE_PROBE)
		return PASS;
	if (!roster_allows(c->account, prober)) {
		call_send(c, bare_presence(c, PRESENCE_UNSUBSCRIBED, c->account->jid, prober));
		return DONE;
	}
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended) {
			tell(c, s, s->presence, prober);
			any = true;
		}
	}
	if (!any)
		call_send(c, bare_presence(c, PRESENCE_UNAVAILABLE, c->account->jid, prober));
	return DONE;
}

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = SENT, .in = HANDLE, .run = on_sent },
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_received },
	{ .on = ON_CONTACT_SHOWN, .in = HANDLE, .run = on_contact_shown },
	{ .on = ON_CONTACT_HIDDEN, .in = HANDLE, .run = on_contact_hidden },
	{ .on = ON_SESSION_UNAVAILABLE, .in = HANDLE, .run = on_unavailable },
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_closed },
};

const struct module mod_presence = {
	.name = "presence",
	.doc = "Presence: broadcast to contacts, probes, directed presence.",
	.specs = LIST(struct spec, { RFC, 6121, "", "section 4" }),
	.needs = LIST(const char *const, "roster", "blocking"),
	.metrics = LIST(struct metric,
	    [PRESENCE_SENT] = { "presence_sent", COUNTER, "stanzas",
		"Presence sent to contacts of local accounts." },
	    [PRESENCE_PROBES] = { "presence_probes", COUNTER, "stanzas",
		"Probes sent for local accounts." }),
	.session_bytes = sizeof(struct directed),
	.session_fini = session_fini,
	.hooks = TABLE(hooks),
};
