/* SPDX-License-Identifier: MIT
 *
 * mod_subscription: who may see whose presence: requests, grants and their ends, which move
 * the states of roster items (xmpp/subscription.h).
 *
 * Source   RFC 6121 section 3
 * Reacts   presence of the four subscription types, sent and received; a session that
 *          becomes available
 * Keeps    the states, with the roster's items; "roster-in": a request that waits for the
 *          user's answer, the stanza as it came
 *
 * A change is on disk before anybody hears of it (call_hold_in_order).
 */
#include "modules/roster/subscription.h"

#include "modules/list.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"
#include "xmpp/ns.h"

static bool
is_subscription(const struct stanza *st)
{
	return st->type == PRESENCE_SUBSCRIBE || st->type == PRESENCE_SUBSCRIBED ||
	       st->type == PRESENCE_UNSUBSCRIBE || st->type == PRESENCE_UNSUBSCRIBED;
}

/*
 * The item of the contact in its new state: put and kept, or dropped when nothing is left to
 * remember. Pushed when clients see a difference: of a request that waits they do not hear by
 * the roster (section 3.1.3).
 */
static void
change_state(
    struct call *c, struct store_batch *b, struct jid contact, unsigned state, bool listed)
{
	struct roster *r = roster_of(c->account);
	const struct roster_item *old = roster_item_get(r, contact);
	struct roster_item item = old ? *old : (struct roster_item){ .jid = contact };
	unsigned difference = item.state ^ state;
	bool seen = listed && (!item.listed || difference & ~(unsigned)SUB_PENDING_IN);

	if (old && difference == 0 && item.listed == listed)
		return;
	if (!listed && state == 0) {
		store_remove(b, jid_full(c->account->jid), KIND_ROSTER, jid_full(contact));
		roster_item_drop(r, contact);
		return;
	}
	item.state = (uint8_t)state;
	item.listed = listed;
	old = roster_item_put(r, &item);
	roster_keep_item(c, b, old);
	if (seen) {
		roster_keep_version(c, b);
		roster_push(c, old, false);
	}
}

/* What the contact was told by our presence ends or begins with the subscription. */
static void
tell_presence(struct call *c, struct jid contact, unsigned before, unsigned after)
{
	if (!(before & SUB_FROM) && after & SUB_FROM)
		call_contact(c, ON_CONTACT_SHOWN, contact);
	if (before & SUB_FROM && !(after & SUB_FROM))
		call_contact(c, ON_CONTACT_HIDDEN, contact);
}

/* Sections 3.1.2, 3.2.2, 3.3.2, 3.4.2: the user's server sends it on from the bare address. */
static enum verdict
on_sent(struct call *c)
{
	struct roster *r = roster_of(c->account);
	struct jid contact;
	struct roster_item *old;
	struct subscription_step step;
	struct store_batch *b;
	unsigned before;
	bool listed;

	if (!is_subscription(c->stanza))
		return PASS;
	if (jid_is_empty(c->stanza->to))
		return refuse(c, ERR_BAD_REQUEST);
	contact = jid_to_bare(c->stanza->to);
	if (jid_eq(contact, c->account->jid))
		return DONE; /* everybody is subscribed to himself (section 3.1) */
	/* Whom a group brings is subscribed both ways, for as long as it does. */
	if (groups_share(c->account->jid, contact))
		return c->stanza->type == PRESENCE_SUBSCRIBE ||
			       c->stanza->type == PRESENCE_SUBSCRIBED
			   ? DONE
			   : refuse(c, ERR_NOT_ALLOWED);
	old = roster_item_get(r, contact);
	if (!old && !roster_has_room(c))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	before = old ? old->state : 0;
	listed = old && old->listed;
	step = subscription_outbound(before, c->stanza->type);
	/* A request, an approval and a grant put the contact into the roster. */
	if (c->stanza->type == PRESENCE_SUBSCRIBE || step.state & (SUB_FROM | SUB_APPROVED))
		listed = true;
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	if (before & SUB_PENDING_IN && !(step.state & SUB_PENDING_IN))
		store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact));
	change_state(c, b, contact, step.state, listed);
	if (step.pass)
		call_send(c, stanza_readdress(c->stanza, c->account->jid, contact));
	tell_presence(c, contact, before, step.state);
	call_commit(c, &b);
	return DONE;
}

/* A request goes to every available session, and waits for the others (section 3.1.3); what
 * becomes of subscriptions goes with the push, to who asked for the roster (3.1.6, 3.2.3,
 * 3.3.3). */
static void
deliver(struct call *c)
{
	AUTO(stanza)
	st = stanza_readdress(c->stanza, jid_to_bare(c->stanza->from), c->account->jid);
	bool request = st->type == PRESENCE_SUBSCRIBE;

	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->ended && (request ? s->presence != NULL : s->wants_roster))
			call_send_session(c, s, stanza_ref(st));
	}
}

enum verdict
subscription_receive(struct call *c)
{
	struct roster *r = roster_of(c->account);
	struct jid contact = jid_to_bare(c->stanza->from);
	struct roster_item *old;
	struct subscription_step step;
	struct store_batch *b;
	unsigned before;

	if (!is_subscription(c->stanza))
		return PASS;
	if (jid_is_empty(contact) || jid_eq(contact, c->account->jid))
		return DONE;
	if (groups_share(c->account->jid, contact)) {
		if (c->stanza->type == PRESENCE_SUBSCRIBE)
			roster_send(c, contact, PRESENCE_SUBSCRIBED);
		return DONE;
	}
	old = roster_item_get(r, contact);
	before = old ? old->state : 0;
	step = subscription_inbound(before, c->stanza->type);
	if (step.state == before && !step.pass && !step.grant)
		return DONE;
	if (!old && !roster_has_room(c))
		return DONE; /* no room to remember the request */
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	if (c->stanza->type == PRESENCE_SUBSCRIBE && step.state & SUB_PENDING_IN)
		store_put(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact),
		    stanza_text(c->stanza, c->arena));
	else if (before & SUB_PENDING_IN && !(step.state & SUB_PENDING_IN))
		store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact));
	/* Sections 3.1.3 to 3.3.3: the stanza is delivered before the push that follows. */
	if (step.pass)
		deliver(c);
	change_state(c, b, contact, step.state, old && old->listed);
	if (step.grant)
		roster_send(c, contact, PRESENCE_SUBSCRIBED);
	tell_presence(c, contact, before, step.state);
	call_commit(c, &b);
	return DONE;
}

/* As if the user had approved before, and now asked back. */
void
subscription_agree(struct call *c, struct store_batch *b)
{
	struct roster *r = roster_of(c->account);
	struct jid contact = jid_to_bare(c->stanza->from);
	const struct roster_item *old = roster_item_get(r, contact);
	unsigned before = old ? old->state : 0, after;
	struct subscription_step back;

	after = subscription_outbound(before, PRESENCE_SUBSCRIBED).state;
	after = subscription_inbound(after, PRESENCE_SUBSCRIBE).state;
	back = subscription_outbound(after, PRESENCE_SUBSCRIBE);
	call_hold_in_order(c);
	if (before & SUB_PENDING_IN)
		store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact));
	change_state(c, b, contact, back.state, true);
	roster_send(c, contact, PRESENCE_SUBSCRIBED);
	if (back.pass)
		roster_send(c, contact, PRESENCE_SUBSCRIBE);
	tell_presence(c, contact, before, back.state);
	call_commit(c, &b);
}

/* --- requests that waited ------------------------------------------------------------- */

static void
on_requests(void *waiter, const struct store_rows *rows)
{
	struct session_id *id = waiter;
	struct session *s = session_find(*id);
	struct arena a;

	arena_init(&a, 4096);
	for (size_t i = 0; s && i < rows->n; i++) {
		struct stanza *st = NULL;

		if (stanza_from_text(rows->row[i].value, &a, &st) == OK)
			session_deliver(s, st);
		stanza_free(&st);
		arena_reset(&a);
	}
	arena_fini(&a);
	free(id);
}

/* Section 3.1.3: a request is shown again to each session that becomes available, until the
 * user has answered it. */
static enum verdict
on_available(struct call *c)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = jid_full(c->account->jid),
		.kinds = { KIND_REQUEST },
		.n_kinds = 1,
	};
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	struct session_id *id;

	while ((item = roster_next(c->account, &walk)) && !(item->state & SUB_PENDING_IN))
		;
	if (!item)
		return PASS;
	id = mem_alloc(sizeof(*id));
	*id = c->session->id;
	store_read(account_store(), &q, on_requests, id);
	return PASS;
}

/* Whoever knew the account learns that it is gone. */
static enum verdict
on_deleted(struct call *c)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk))) {
		if (groups_share(c->account->jid, item->jid))
			continue;
		if (item->state & (SUB_TO | SUB_PENDING_OUT))
			roster_send(c, item->jid, PRESENCE_UNSUBSCRIBE);
		if (item->state & (SUB_FROM | SUB_PENDING_IN))
			roster_send(c, item->jid, PRESENCE_UNSUBSCRIBED);
	}
	return PASS;
}

/* Section 3.4.1. */
static enum verdict
write_feature(struct call *c)
{
	xml_empty(c->out, NS_PRE_APPROVAL, S("sub"));
	return PASS;
}

static const struct hook hooks[] = {
	{ .on = ON_PRESENCE, .at = SENT, .in = HANDLE, .run = on_sent },
	{ .on = ON_PRESENCE,
	    .at = ACCOUNT | CLIENT,
	    .in = HANDLE,
	    .run = subscription_receive },
	{ .on = ON_SESSION_AVAILABLE, .in = HANDLE, .run = on_available },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_feature },
};

const struct module mod_subscription = {
	.name = "subscription",
	.doc = "Who may see whose presence.",
	.specs = LIST(struct spec, { RFC, 6121, "", "section 3, with pre-approval" }),
	.needs = LIST(const char *const, "roster"),
	.hooks = TABLE(hooks),
};
