/* SPDX-License-Identifier: MIT
 *
 * mod_watch: a client of somebody with very many contacts is told of those only that are seen.
 *
 * Source   docs/watch.md
 * Reacts   <watch/>, also with the bind; presence that comes to the account by subscription
 * Keeps    nothing on disk. Of a session that watches: whom (watched.h)
 *
 * A session that watches is sent the presence of the contacts that it has named, and at its
 * initial presence these alone are asked for theirs. Who is named later is asked then. All
 * that does not come by a subscription passes: requests, what was sent to the account
 * directly, rooms, the account's own resources, errors.
 */
#include "modules/list.h"
#include "modules/presence/presence.h"
#include "modules/presence/watched.h"
#include "modules/roster/roster.h"
#include "router/deliver.h"
#include "xmpp/ns.h"

enum { WATCH_HELD, WATCH_ASKED };

static struct watched *
watched_of(struct session *s)
{
	return module_session_state(&mod_watch, s);
}

static void
session_fini(void *state, struct session *s)
{
	(void)s;
	watched_fini(state);
}

/* --- asking --------------------------------------------------------------------------- */

static void
ask(struct call *c, struct jid contact)
{
	module_count(&mod_watch, WATCH_ASKED, 1);
	presence_ask(c, contact);
}

/* What mod_presence asks for other sessions. */
static enum verdict
on_available(struct call *c)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	if (!c->session->watches)
		return PASS;
	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_TO && watched_has(watched_of(c->session), item->jid))
			ask(c, item->jid);
	return PASS;
}

/* Who is no contact may become one while he is watched. */
static enum stanza_error
change(struct call *c)
{
	struct session *s = c->session;
	struct watch_request r;
	enum stanza_error wrong = watch_read(c->payload, c->arena, &r);

	if (wrong != ERR_NONE)
		return wrong;
	if (watched_change(watched_of(s), &r) != OK)
		return ERR_RESOURCE_CONSTRAINT;
	s->watches = true;
	for (size_t i = 0; s->presence && i < r.n_add; i++)
		if (roster_follows(c->account, r.add[i]))
			ask(c, r.add[i]);
	return ERR_NONE;
}

static enum verdict
on_watch(struct call *c)
{
	enum stanza_error wrong;

	if (!c->session)
		return refuse(c, ERR_NOT_ALLOWED);
	wrong = change(c);
	return wrong == ERR_NONE ? iq_result(c, (struct str){ 0 }) : refuse(c, wrong);
}

/* Nothing in <bound/> tells a client that it was refused. */
static enum verdict
on_watch_inline(struct call *c)
{
	if (change(c) == ERR_NONE)
		xml_empty(c->out, NS_WATCH, S("watching"));
	return DONE;
}

/* --- telling -------------------------------------------------------------------------- */

/* Before anything is looked at: most accounts have no such session. */
static bool
is_anyone_watching(const struct account *a)
{
	list_each (link, &a->sessions)
		if (list_entry(link, struct session, in_account)->watches)
			return true;
	return false;
}

static bool
is_seen(struct call *c, struct session *s)
{
	return !s->watches || watched_has(watched_of(s), c->stanza->from) ||
	       jid_eq_bare(c->stanza->from, c->account->jid);
}

static enum verdict
on_presence(struct call *c)
{
	if (!c->passage.by_subscription || !is_anyone_watching(c->account))
		return PASS;
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!deliver_goes_to(c->account, s, c->stanza))
			continue;
		if (is_seen(c, s))
			session_deliver(s, c->stanza);
		else
			module_count(&mod_watch, WATCH_HELD, 1);
	}
	return DONE;
}

static const struct feature features[] = {
	{ NS_WATCH, SERVER | ACCOUNT },
};

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_presence },
	{ ON_IQ_SET, ACCOUNT, NS_WATCH, S("watch"), HANDLE, on_watch },
	{ .on = ON_BIND_INLINE,
	    .ns = NS_WATCH,
	    .name = S("watch"),
	    .in = HANDLE,
	    .run = on_watch_inline },
	{ .on = ON_SESSION_AVAILABLE, .in = HANDLE, .run = on_available },
};

const struct module mod_watch = {
	.name = "watch",
	.doc =
	    "Sends clients the presence of those contacts that they look at, if they ask so.",
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster", "presence"),
	.metrics = LIST(struct metric,
	    [WATCH_HELD] = { "watch_held", COUNTER, "stanzas",
		"Presence that was not sent to clients that do not look at whom it is from." },
	    [WATCH_ASKED] = { "watch_asked", COUNTER, "contacts",
		"Contacts that were asked because a client looks at them." }),
	.session_bytes = sizeof(struct watched),
	.session_fini = session_fini,
	.hooks = TABLE(hooks),
};
