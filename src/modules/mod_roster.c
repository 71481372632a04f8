/* SPDX-License-Identifier: MIT
 *
 * mod_roster: the contact list (RFC 6121 section 2) and the subscriptions to presence
 * (section 3), which are states of its items.
 *
 * Reacts   iq-get and iq-set {jabber:iq:roster}query to one's own account; presence of the
 *          four subscription types, sent and received
 * Keeps    "roster": a row per contact, the item as markup; the row with the empty name is
 *          the version, a number that grows with each change
 *          "roster-in": a request that waits for the user's answer, the stanza as it came
 *
 * All changes are on disk before anybody hears of them (call_hold_in_order). The states themselves are
 * xmpp/subscription.h; here they are applied, kept and told.
 */
#include "modules/mod_roster.h"

#include "base/buf.h"
#include "base/limits.h"
#include "modules/mod_presence.h"
#include "router/deliver.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

#define KIND_ROSTER S("roster")
#define KIND_REQUEST S("roster-in")

struct roster_conf {
	uint32_t max_items;
};

struct roster {
	struct table items; /* struct roster_item by address */
	uint64_t version;
};

static struct roster *
roster_of(struct account *a)
{
	return module_account_state(&mod_roster, a);
}

/* --- items ---------------------------------------------------------------------------- */

static struct str
item_key(const void *value)
{
	return jid_full(((const struct roster_item *)value)->jid);
}

static struct roster_item *
item_get(struct roster *r, struct jid contact)
{
	return r->items.key_of ? table_get(&r->items, jid_full(contact)) : NULL;
}

const struct roster_item *
roster_find(struct account *a, struct jid contact)
{
	return item_get(roster_of(a), jid_to_bare(contact));
}

const struct roster_item *
roster_next(struct account *a, struct table_walk *walk)
{
	struct roster *r = roster_of(a);

	return r->items.key_of ? table_next(&r->items, walk) : NULL;
}

bool
roster_allows(struct account *a, struct jid contact)
{
	const struct roster_item *item = roster_find(a, contact);

	return jid_eq_bare(a->jid, contact) || (item && item->state & SUB_FROM);
}

/* A copy of the item in one block, in place of the one with its address. */
static struct roster_item *
item_put(struct roster *r, const struct roster_item *like)
{
	struct str jid = jid_full(like->jid);
	struct roster_item *item =
	    mem_alloc(sizeof(*item) + jid.len + like->name.len + like->groups.len + 1);
	char *at = (char *)(item + 1);

	*item = *like;
	memcpy(at, jid.at, jid.len);
	item->jid.text = at;
	at += jid.len;
	if (like->name.at) {
		memcpy(at, like->name.at, like->name.len);
		item->name.at = at;
		at += like->name.len;
	}
	if (like->groups.len)
		memcpy(at, like->groups.at, like->groups.len);
	item->groups.at = at;
	if (!r->items.key_of)
		table_init(&r->items, item_key);
	free(table_put(&r->items, item));
	return item;
}

static void
item_drop(struct roster *r, struct jid contact)
{
	free(table_remove(&r->items, jid_full(contact)));
}

/* Writes <item/> as a client sees it; `kept` adds what only the store needs. */
static void
item_write(struct xml_writer *w, const struct roster_item *item, bool kept)
{
	struct str rest = item->groups, group;

	xml_open(w, NS_ROSTER, S("item"));
	xml_attr(w, S("jid"), jid_full(item->jid));
	if (item->name.at)
		xml_attr(w, S("name"), item->name);
	xml_attr(w, S("subscription"), subscription_name(item->state));
	if (item->state & SUB_PENDING_OUT)
		xml_attr(w, S("ask"), S("subscribe"));
	if (item->state & SUB_APPROVED)
		xml_attr(w, S("approved"), S("true"));
	if (kept && item->state & SUB_PENDING_IN)
		xml_attr(w, S("asked"), S("true"));
	if (kept && !item->listed)
		xml_attr(w, S("listed"), S("false"));
	for (uint16_t i = 0; i < item->n_groups && str_split(&rest, '\0', &group); i++)
		xml_leaf(w, S(""), S("group"), group);
	xml_close(w);
}

/*
 * The name and groups of an <item/> (section 2.1.2); not its address and state.
 *
 * E_INVALID  the same group twice, or an empty one; E_LIMIT  too long, too many
 */
static enum status
item_read(struct elem e, struct arena *a, struct roster_item *out)
{
	struct buf groups;

	if (elem_attr(e, S("name"), a, &out->name) && out->name.len > ROSTER_NAME_MAX)
		return E_LIMIT;
	buf_init(&groups, ROSTER_GROUPS_MAX * (ROSTER_NAME_MAX + 1));
	for (struct elem g = elem_child(e, NS_ROSTER, S("group")); elem_exists(g);
	     g = elem_next_like(g)) {
		struct str name = elem_text(g, a), rest = buf_str(&groups), other;

		if (name.len == 0 || name.len > ROSTER_NAME_MAX ||
		    out->n_groups == ROSTER_GROUPS_MAX) {
			buf_fini(&groups);
			return name.len == 0 ? E_INVALID : E_LIMIT;
		}
		while (str_split(&rest, '\0', &other))
			if (str_eq(other, name)) {
				buf_fini(&groups);
				return E_EXISTS;
			}
		if (buf_add(&groups, name) != OK || buf_add(&groups, S("\0")) != OK)
			break;
		out->n_groups++;
	}
	out->groups = str_copy(a, buf_str(&groups));
	buf_fini(&groups);
	return OK;
}

static void
load_item(void *state, struct account *account, struct str contact, struct str value)
{
	struct roster *r = state;
	struct roster_item item = { 0 };
	AUTO(frozen) xml = NULL;
	struct elem e;
	struct arena a;

	(void)account;
	if (contact.len == 0) {
		if (str_to_u64(value, UINT64_MAX, &r->version) != OK)
			r->version = 0;
		return;
	}
	if (xml_parse_in(value, NS_CLIENT, &xml_bounds_stored, &xml) != OK)
		return;
	arena_init(&a, 1024);
	e = frozen_root(xml);
	item.jid = jid_trusted(contact);
	item.listed = !str_eq(elem_attr_or_none(e, S("listed"), &a), S("false"));
	item.state = (uint8_t)subscription_of_name(elem_attr_or_none(e, S("subscription"), &a));
	if (elem_attr_or_none(e, S("ask"), &a).len)
		item.state |= SUB_PENDING_OUT;
	if (elem_attr_or_none(e, S("approved"), &a).len)
		item.state |= SUB_APPROVED;
	if (elem_attr_or_none(e, S("asked"), &a).len)
		item.state |= SUB_PENDING_IN;
	if (item_read(e, &a, &item) == OK)
		item_put(r, &item);
	arena_fini(&a);
}

static void
roster_fini(void *state, struct account *account)
{
	struct roster *r = state;
	struct table_walk walk = { 0 };
	void *item;

	(void)account;
	if (!r->items.key_of)
		return;
	while ((item = table_next(&r->items, &walk)))
		free(item);
	table_fini(&r->items);
}

/* --- changes -------------------------------------------------------------------------- */

static void
keep_version(struct call *c, struct store_batch *b)
{
	struct roster *r = roster_of(c->account);

	r->version++;
	store_put(b, jid_full(c->account->jid), KIND_ROSTER, S(""),
	    str_format(c->arena, "%llu", (unsigned long long)r->version));
}

static void
keep_item(struct call *c, struct store_batch *b, const struct roster_item *item)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	item_write(&w, item, true);
	store_put(
	    b, jid_full(c->account->jid), KIND_ROSTER, jid_full(item->jid), xml_written(&w));
}

/* Tells every interested session of the item as it is now (section 2.1.6); a removed one
 * has no state any more. */
static void
push(struct call *c, const struct roster_item *item, bool removed)
{
	struct roster *r = roster_of(c->account);
	struct str version = str_format(c->arena, "%llu", (unsigned long long)r->version);

	list_each(link, &c->account->sessions)
	{
		struct session *s = list_entry(link, struct session, in_account);
		struct stanza_head head = {
			.kind = STANZA_IQ,
			.type = IQ_SET,
			.to = s->jid,
			.from = c->account->jid,
			.id = str_format(c->arena, "push-%.*s", STR_ARG(version)),
		};
		struct xml_writer w;

		if (!s->wants_roster)
			continue;
		stanza_begin(&w, c->arena, STANZA_IQ);
		xml_open(&w, NS_ROSTER, S("query"));
		xml_attr(&w, S("ver"), version);
		if (removed) {
			xml_open(&w, S(""), S("item"));
			xml_attr(&w, S("jid"), jid_full(item->jid));
			xml_attr(&w, S("subscription"), S("remove"));
			xml_close(&w);
		} else {
			item_write(&w, item, false);
		}
		xml_close(&w);
		call_send_session(c, s, stanza_finish(&w, &head));
	}
}

/* --- the roster's own requests (section 2) -------------------------------------------- */

static bool
is_owner(const struct call *c)
{
	return jid_eq_bare(c->stanza->from, c->account->jid);
}

/* Section 2.6: the roster is not sent to who has this version already. */
static enum verdict
on_get(struct call *c)
{
	struct roster *r = roster_of(c->account);
	struct str version = str_format(c->arena, "%llu", (unsigned long long)r->version);
	struct str known = { 0 };
	struct table_walk walk = { 0 };
	const struct roster_item *item;
	struct xml_writer w;

	if (!is_owner(c))
		return refuse(c, ERR_FORBIDDEN);
	if (c->session)
		c->session->wants_roster = true;
	if (elem_attr(c->payload, S("ver"), c->arena, &known) && str_eq(known, version))
		return iq_result(c, (struct str){ 0 });
	iq_result_begin(c, &w);
	xml_open(&w, NS_ROSTER, S("query"));
	xml_attr(&w, S("ver"), version);
	while ((item = roster_next(c->account, &walk)))
		if (item->listed)
			item_write(&w, item, false);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Presence of one of the four types, from the account's bare address. */
static void
send_subscription(struct call *c, struct jid contact, enum stanza_type type)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = type,
		.to = contact,
		.from = c->account->jid,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_PRESENCE);
	call_send(c, stanza_finish(&w, &head));
}

/* Section 2.5.2: whoever is removed is unsubscribed both ways, and told. */
static enum verdict
remove_item(struct call *c, struct jid contact)
{
	struct roster *r = roster_of(c->account);
	struct roster_item *item = item_get(r, contact);
	struct store_batch *b;
	unsigned state;

	if (!item || !item->listed)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	state = item->state;
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	store_remove(b, jid_full(c->account->jid), KIND_ROSTER, jid_full(contact));
	store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact));
	keep_version(c, b);
	iq_result(c, (struct str){ 0 });
	push(c, item, true);
	if (state & SUB_FROM)
		presence_tell_unavailable(c, contact);
	if (state & (SUB_TO | SUB_PENDING_OUT))
		send_subscription(c, contact, PRESENCE_UNSUBSCRIBE);
	if (state & (SUB_FROM | SUB_PENDING_IN))
		send_subscription(c, contact, PRESENCE_UNSUBSCRIBED);
	item_drop(r, contact);
	call_commit(c, &b);
	return DONE;
}

static enum verdict
set_item(struct call *c, struct elem e, struct jid contact)
{
	const struct roster_conf *conf = c->conf;
	struct roster *r = roster_of(c->account);
	struct roster_item *old = item_get(r, contact), item = { .jid = contact };
	struct store_batch *b;

	switch (item_read(e, c->arena, &item)) {
	case OK:
		break;
	case E_LIMIT:
	case E_INVALID:
		return refuse(c, ERR_NOT_ACCEPTABLE); /* section 2.3.3 */
	default:
		return refuse(c, ERR_BAD_REQUEST);
	}
	if (!old && table_count(&r->items) >= conf->max_items)
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	item.state = old ? old->state : 0;
	item.listed = true;
	old = item_put(r, &item);
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	keep_item(c, b, old);
	keep_version(c, b);
	iq_result(c, (struct str){ 0 });
	push(c, old, false);
	call_commit(c, &b);
	return DONE;
}

static enum verdict
on_set(struct call *c)
{
	struct elem e = elem_first(c->payload);
	struct jid contact;

	if (!is_owner(c))
		return refuse(c, ERR_FORBIDDEN);
	/* Section 2.1.5: exactly one item, with an address. */
	if (!elem_is(e, NS_ROSTER, S("item")) || elem_exists(elem_next(e)) ||
	    jid_parse(c->arena, elem_attr_or_none(e, S("jid"), c->arena), &contact) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (jid_eq(contact, c->account->jid))
		return refuse(c, ERR_NOT_ALLOWED); /* one is not one's own contact */
	if (str_eq(elem_attr_or_none(e, S("subscription"), c->arena), S("remove")))
		return remove_item(c, contact);
	return set_item(c, e, contact);
}

/* --- subscriptions (section 3) -------------------------------------------------------- */

static bool
is_subscription(const struct stanza *st)
{
	return st->type == PRESENCE_SUBSCRIBE || st->type == PRESENCE_SUBSCRIBED ||
	       st->type == PRESENCE_UNSUBSCRIBE || st->type == PRESENCE_UNSUBSCRIBED;
}

/*
 * The item of the contact in its new state: put, kept and, if it is listed, pushed; dropped
 * when nothing is left to remember. Returns the item, or NULL.
 */
static struct roster_item *
change_state(
    struct call *c, struct store_batch *b, struct jid contact, unsigned state, bool listed)
{
	struct roster *r = roster_of(c->account);
	struct roster_item *old = item_get(r, contact);
	struct roster_item item = old ? *old : (struct roster_item){ .jid = contact };

	if (old && old->state == state && old->listed == listed)
		return old;
	item.state = (uint8_t)state;
	item.listed = listed;
	if (!listed && state == 0) {
		store_remove(b, jid_full(c->account->jid), KIND_ROSTER, jid_full(contact));
		item_drop(r, contact);
		return NULL;
	}
	old = item_put(r, &item);
	keep_item(c, b, old);
	if (listed) {
		keep_version(c, b);
		push(c, old, false);
	}
	return old;
}

/* What the contact was told by our presence ends or begins with the subscription. */
static void
tell_presence(struct call *c, struct jid contact, unsigned before, unsigned after)
{
	if (!(before & SUB_FROM) && after & SUB_FROM)
		presence_tell_available(c, contact);
	if (before & SUB_FROM && !(after & SUB_FROM))
		presence_tell_unavailable(c, contact);
}

/* Sections 3.1.2, 3.2.2, 3.3.2, 3.4.2: the user's server sends it on from the bare address. */
static enum verdict
on_sent(struct call *c)
{
	const struct roster_conf *conf = c->conf;
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
	old = item_get(r, contact);
	if (!old && table_count(&r->items) >= conf->max_items)
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

/* A request goes to every available session, and waits for the others (section 3.1.3). */
static void
deliver_to_available(struct call *c, const struct stanza *st)
{
	list_each(link, &c->account->sessions)
	{
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended)
			call_send_session(
			    c, s, stanza_readdress(st, jid_to_bare(st->from), c->account->jid));
	}
}

static enum verdict
on_received(struct call *c)
{
	const struct roster_conf *conf = c->conf;
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
	old = item_get(r, contact);
	before = old ? old->state : 0;
	step = subscription_inbound(before, c->stanza->type);
	if (step.state == before && !step.pass && !step.grant)
		return DONE;
	if (!old && table_count(&r->items) >= conf->max_items)
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
		deliver_to_available(c, c->stanza);
	change_state(c, b, contact, step.state, old && old->listed);
	if (step.grant)
		send_subscription(c, contact, PRESENCE_SUBSCRIBED);
	tell_presence(c, contact, before, step.state);
	call_commit(c, &b);
	return DONE;
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
	struct table_walk walk = { 0 };
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
	struct table_walk walk = { 0 };
	const struct roster_item *item;

	while ((item = roster_next(c->account, &walk))) {
		if (item->state & (SUB_TO | SUB_PENDING_OUT))
			send_subscription(c, item->jid, PRESENCE_UNSUBSCRIBE);
		if (item->state & (SUB_FROM | SUB_PENDING_IN))
			send_subscription(c, item->jid, PRESENCE_UNSUBSCRIBED);
	}
	return PASS;
}

static enum verdict
write_features(struct call *c)
{
	xml_empty(c->out, NS_ROSTER_VERSIONS, S("ver"));
	xml_empty(c->out, NS_PRE_APPROVAL, S("sub"));
	return PASS;
}

static const struct feature features[] = {
	{ NS_ROSTER, SERVER | ACCOUNT },
};

static const struct kept kept[] = {
	{ KIND_ROSTER, load_item },
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_ROSTER, S("query"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_ROSTER, S("query"), HANDLE, on_set },
	{ .on = ON_PRESENCE, .at = SENT, .in = HANDLE, .run = on_sent },
	{ .on = ON_PRESENCE, .at = ACCOUNT | CLIENT, .in = HANDLE, .run = on_received },
	{ .on = ON_SESSION_AVAILABLE, .in = HANDLE, .run = on_available },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_features },
};

const struct module mod_roster = {
	.name = "roster",
	.doc = "Contact lists and subscriptions to presence.",
	.specs = LIST(struct spec, { RFC, 6121, "", "sections 2 and 3" },
	    { XEP, 237, "1.3", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "presence"),
	.conf_size = sizeof(struct roster_conf),
	.options = LIST(struct option,
	    { "max_items", U32, FIELD(roster_conf, max_items), "20000", "1", "1000000",
		"Contacts, requests included, that one account may have." }),
	.account_bytes = sizeof(struct roster),
	.kept = TABLE(kept),
	.account_fini = roster_fini,
	.hooks = TABLE(hooks),
};
