/* SPDX-License-Identifier: MIT */
#include "modules/roster/items.h"

#include "base/buf.h"
#include "base/limits.h"
#include "modules/list.h"
#include "modules/roster/groups.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

struct roster *
roster_of(struct account *a)
{
	return module_account_state(&mod_roster, a);
}

bool
roster_has_room(const struct call *c)
{
	const struct roster_conf *conf = module_conf(&mod_roster, c->host);

	return table_count(&roster_of(c->account)->items) < conf->max_items;
}

/* --- items ---------------------------------------------------------------------------- */

static struct str
item_key(const void *value)
{
	return jid_full(((const struct roster_item *)value)->jid);
}

struct roster_item *
roster_item_get(struct roster *r, struct jid contact)
{
	return r->items.key_of ? table_get(&r->items, jid_full(contact)) : NULL;
}

/* The next own item, with what groups add to it. */
static const struct roster_item *
next_own(struct account *a, struct roster_walk *walk)
{
	struct roster *r = roster_of(a);
	const struct roster_item *item =
	    r->items.key_of ? table_next(&r->items, &walk->own) : NULL;

	if (!item || !groups_share(a->jid, item->jid))
		return item;
	walk->item = *item;
	walk->item.state |= SUB_BOTH;
	walk->item.listed = true;
	return &walk->item;
}

/* Whether an earlier group of the account has brought the contact already. */
static bool
was_seen(const struct membership *m, size_t group, struct jid contact)
{
	for (size_t i = 0; i < group; i++)
		if (group_has(m->groups[i], contact))
			return true;
	return false;
}

/* The next contact that only groups bring. */
static const struct roster_item *
next_shared(struct account *a, struct roster_walk *walk)
{
	const struct membership *m = groups_of(a->jid);
	const struct group_member *member;

	for (; m && walk->group < m->n; walk->group++) {
		while ((member = group_next(m->groups[walk->group], &walk->member))) {
			if (jid_eq(member->jid, a->jid) ||
			    roster_item_get(roster_of(a), member->jid) ||
			    was_seen(m, walk->group, member->jid))
				continue;
			walk->item = (struct roster_item){
				.jid = member->jid, .state = SUB_BOTH, .listed = true
			};
			return &walk->item;
		}
		walk->member = (struct table_walk){ 0 };
	}
	return NULL;
}

const struct roster_item *
roster_next(struct account *a, struct roster_walk *walk)
{
	const struct roster_item *item = walk->own_done ? NULL : next_own(a, walk);

	if (item)
		return item;
	walk->own_done = true;
	return next_shared(a, walk);
}

bool
roster_allows(struct account *a, struct jid contact)
{
	const struct roster_item *item = roster_item_get(roster_of(a), jid_to_bare(contact));

	return jid_eq_bare(a->jid, contact) || (item && item->state & SUB_FROM) ||
	       groups_share(a->jid, jid_to_bare(contact));
}

bool
roster_follows(struct account *a, struct jid contact)
{
	const struct roster_item *item = roster_item_get(roster_of(a), jid_to_bare(contact));

	return (item && item->state & SUB_TO) || groups_share(a->jid, jid_to_bare(contact));
}

bool
roster_lists(struct account *a, struct jid contact)
{
	const struct roster_item *item = roster_item_get(roster_of(a), jid_to_bare(contact));

	return (item && item->listed) || groups_share(a->jid, jid_to_bare(contact));
}

struct roster_item *
roster_item_put(struct roster *r, const struct roster_item *like)
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

void
roster_item_drop(struct roster *r, struct jid contact)
{
	free(table_remove(&r->items, jid_full(contact)));
}

static void
write_attributes(struct xml_writer *w, const struct roster_item *item, unsigned state)
{
	xml_attr(w, S("jid"), jid_full(item->jid));
	if (item->name.at)
		xml_attr(w, S("name"), item->name);
	xml_attr(w, S("subscription"), subscription_name(state));
	if (state & SUB_PENDING_OUT)
		xml_attr(w, S("ask"), S("subscribe"));
	if (state & SUB_APPROVED)
		xml_attr(w, S("approved"), S("true"));
}

static void
write_own_groups(struct xml_writer *w, const struct roster_item *item)
{
	struct str rest = item->groups, group;

	for (uint16_t i = 0; i < item->n_groups && str_split(&rest, '\0', &group); i++)
		xml_leaf(w, S(""), S("group"), group);
}

/* As the store has it. */
static void
write_kept(struct xml_writer *w, const struct roster_item *item)
{
	xml_open(w, NS_ROSTER, S("item"));
	write_attributes(w, item, item->state);
	if (item->state & SUB_PENDING_IN)
		xml_attr(w, S("asked"), S("true"));
	if (!item->listed)
		xml_attr(w, S("listed"), S("false"));
	write_own_groups(w, item);
	xml_close(w);
}

static bool
has_own_group(const struct roster_item *item, struct str name)
{
	struct str rest = item->groups, group;

	for (uint16_t i = 0; i < item->n_groups && str_split(&rest, '\0', &group); i++)
		if (str_eq(group, name))
			return true;
	return false;
}

void
roster_item_write(struct xml_writer *w, struct account *a, const struct roster_item *item)
{
	const struct membership *m = groups_of(a->jid);
	unsigned state = item->state;

	if (groups_share(a->jid, item->jid))
		state = SUB_BOTH;
	xml_open(w, NS_ROSTER, S("item"));
	write_attributes(w, item, state);
	write_own_groups(w, item);
	for (size_t i = 0; m && i < m->n; i++)
		if (group_has(m->groups[i], item->jid) &&
		    !has_own_group(item, group_shown_name(m->groups[i])))
			xml_leaf(w, S(""), S("group"), group_shown_name(m->groups[i]));
	xml_close(w);
}

struct str
roster_version(struct account *account, struct arena *a)
{
	unsigned long long own = roster_of(account)->version;
	struct str of_groups = groups_version(account->jid, a);

	return of_groups.len ? str_format(a, "%llu-%.*s", own, STR_ARG(of_groups))
			     : str_format(a, "%llu", own);
}

enum status
roster_item_read(struct elem e, struct arena *a, struct roster_item *out)
{
	struct buf groups;

	if (elem_attr(e, S("name"), a, &out->name) && out->name.len > ROSTER_NAME_MAX)
		return E_LIMIT;
	buf_init(&groups, ROSTER_GROUPS_MAX * (ROSTER_NAME_MAX + 1));
	for (struct elem g = elem_child(e, elem_ns(e), S("group")); elem_exists(g);
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

void
roster_load(void *state, struct account *account, struct str contact, struct str value)
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
	if (roster_item_read(e, &a, &item) == OK)
		roster_item_put(r, &item);
	arena_fini(&a);
}

void
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

void
roster_keep_version(struct call *c, struct store_batch *b)
{
	struct roster *r = roster_of(c->account);

	r->version++;
	store_put(b, jid_full(c->account->jid), KIND_ROSTER, S(""),
	    str_format(c->arena, "%llu", (unsigned long long)r->version));
}

void
roster_keep_item(struct call *c, struct store_batch *b, const struct roster_item *item)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	write_kept(&w, item);
	store_put(
	    b, jid_full(c->account->jid), KIND_ROSTER, jid_full(item->jid), xml_written(&w));
}

static struct stanza *
make_push(struct call *c, const struct roster_item *item, bool removed, struct jid to)
{
	struct str version = roster_version(c->account, c->arena);
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = IQ_SET,
		.to = to,
		.from = c->account->jid,
		.id = str_format(c->arena, "push-%.*s", STR_ARG(version)),
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_open(&w, NS_ROSTER, S("query"));
	xml_attr(&w, S("ver"), version);
	if (removed) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("jid"), jid_full(item->jid));
		xml_attr(&w, S("subscription"), S("remove"));
		xml_close(&w);
	} else {
		roster_item_write(&w, c->account, item);
	}
	xml_close(&w);
	return stanza_finish(&w, &head);
}

/* XEP-0356 section 4.4: components that may read the roster. */
static void
push_to_components(struct call *c, const struct roster_item *item, bool removed)
{
	struct component_list all = hosts_components();

	for (size_t i = 0; i < all.count; i++) {
		const struct component_conf *conf = &all.at[i];
		struct jid to;

		if (!(conf->roster & ACCESS_GET) || !conf->roster_push ||
		    !component_has_powers_at(conf, jid_domain(c->account->jid)))
			continue;
		to = jid_join(c->arena, (struct str){ 0 }, conf->name, (struct str){ 0 });
		call_send(c, make_push(c, item, removed, to));
	}
}

void
roster_push(struct call *c, const struct roster_item *item, bool removed)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->wants_roster)
			call_send_session(c, s, make_push(c, item, removed, s->jid));
	}
	push_to_components(c, item, removed);
}

void
roster_send(struct call *c, struct jid contact, enum stanza_type type)
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

void
roster_take_out(struct call *c, struct store_batch *b, struct jid contact)
{
	struct roster *r = roster_of(c->account);
	struct roster_item *item = roster_item_get(r, contact);
	unsigned state = item->state;

	store_remove(b, jid_full(c->account->jid), KIND_ROSTER, jid_full(contact));
	store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(contact));
	roster_keep_version(c, b);
	roster_push(c, item, true);
	if (state & SUB_FROM)
		call_contact(c, ON_CONTACT_HIDDEN, contact);
	if (state & (SUB_TO | SUB_PENDING_OUT))
		roster_send(c, contact, PRESENCE_UNSUBSCRIBE);
	if (state & (SUB_FROM | SUB_PENDING_IN))
		roster_send(c, contact, PRESENCE_UNSUBSCRIBED);
	roster_item_drop(r, contact);
}

void
roster_remove(struct call *c, struct jid contact)
{
	struct store_batch *b = store_batch_new(account_store());

	call_hold_in_order(c);
	if (c->stanza)
		iq_result(c, (struct str){ 0 });
	roster_take_out(c, b, contact);
	call_commit(c, &b);
}

void
roster_set(struct call *c, const struct roster_item *like)
{
	struct roster *r = roster_of(c->account);
	const struct roster_item *old = roster_item_get(r, like->jid), *item;
	unsigned before = old ? old->state : 0, after = like->state;
	struct store_batch *b = store_batch_new(account_store());

	item = roster_item_put(r, like);
	call_hold_in_order(c);
	if (before & SUB_PENDING_IN && !(after & SUB_PENDING_IN))
		store_remove(b, jid_full(c->account->jid), KIND_REQUEST, jid_full(item->jid));
	roster_keep_item(c, b, item);
	roster_keep_version(c, b);
	if (c->stanza)
		iq_result(c, (struct str){ 0 });
	roster_push(c, item, false);
	if (!(before & SUB_FROM) && after & SUB_FROM &&
	    !groups_share(c->account->jid, item->jid))
		call_contact(c, ON_CONTACT_SHOWN, item->jid);
	call_commit(c, &b);
}
