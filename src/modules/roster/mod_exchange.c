/* SPDX-License-Identifier: MIT
 *
 * mod_exchange: gateways and portals keep a part of a roster in step with what they know.
 *
 * Source   XEP-0144 1.1.1
 * Reacts   iq-set {http://jabber.org/protocol/rosterx}x to an account, from whom it may trust
 * Keeps    nothing of its own: changes the roster
 *
 * An iq to the bare address asks the server itself (section 5), which does it for those that
 * the operator trusts (section 8.1): a gateway with its own contacts, a portal with any. All
 * others are refused; what they suggest in messages, or to one client, is for people to decide,
 * and passes as everything does.
 */
#include "base/limits.h"
#include "base/pack.h"
#include "modules/list.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"
#include "xmpp/ns.h"

struct exchange_conf {
	struct str_list gateways, portals;
};

enum suggestion { SUGGEST_ADD, SUGGEST_DELETE, SUGGEST_MODIFY, SUGGESTIONS };

/* --- whom to trust ------------------------------------------------------------------------ */

/* Names are addresses or domains, as they are written when they are normalised. */
static bool
lists(const struct str_list *names, struct jid sender)
{
	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->at[i], jid_bare(sender)) ||
		    str_eq(names->at[i], jid_domain(sender)))
			return true;
	return false;
}

static bool
may_touch(const struct exchange_conf *conf, struct jid sender, struct jid contact)
{
	return lists(&conf->portals, sender) ||
	       (lists(&conf->gateways, sender) &&
		   str_eq(jid_domain(sender), jid_domain(contact)));
}

/* --- what is suggested -------------------------------------------------------------------- */

static bool
read_action(struct elem e, struct arena *a, enum suggestion *out)
{
	static const struct str names[SUGGESTIONS] = { S("add"), S("delete"), S("modify") };
	struct str action = S("add"); /* section 3.1 */

	elem_attr(e, S("action"), a, &action);
	for (unsigned i = 0; i < SUGGESTIONS; i++)
		if (str_eq(action, names[i])) {
			*out = (enum suggestion)i;
			return true;
		}
	return false;
}

/* One action for all (section 6 rule 1). ERR_NONE, or what it is refused with. */
static enum stanza_error
read_items(struct call *c, enum suggestion *action, struct roster_item *items, size_t *n)
{
	enum suggestion own;

	*n = 0;
	for (struct elem e = elem_first(c->payload); elem_exists(e); e = elem_next(e)) {
		struct roster_item *item = &items[*n];

		if (*n == ROSTER_EXCHANGE_MAX)
			return ERR_NOT_ACCEPTABLE;
		*item = (struct roster_item){ 0 };
		if (!elem_is(e, NS_ROSTER_EXCHANGE, S("item")) ||
		    !read_action(e, c->arena, &own) || (*n && own != *action))
			return ERR_BAD_REQUEST;
		if (jid_parse(c->arena, elem_attr_or_none(e, S("jid"), c->arena), &item->jid) !=
		    OK)
			return ERR_JID_MALFORMED;
		item->jid = jid_to_bare(item->jid);
		if (!may_touch(c->conf, c->stanza->from, item->jid))
			return ERR_FORBIDDEN;
		if (roster_item_read(e, c->arena, item) != OK)
			return ERR_NOT_ACCEPTABLE;
		*action = own;
		++*n;
	}
	return *n ? ERR_NONE : ERR_BAD_REQUEST;
}

/* --- groups, each followed by a NUL byte ---------------------------------------------------
 */

static bool
has_group(struct str groups, struct str name)
{
	struct str one;

	while (groups.len && str_split(&groups, '\0', &one))
		if (one.len && str_eq(one, name))
			return true;
	return false;
}

/* Those of `from` that are in `others`, or that are not. */
static struct str
pick(struct arena *a, struct str from, struct str others, bool in, uint16_t *n)
{
	char *out = arena_alloc(a, from.len + 1), *to = out;
	struct str one;

	*n = 0;
	while (from.len && str_split(&from, '\0', &one))
		if (one.len && has_group(others, one) == in) {
			to = pack_bytes(pack_bytes(to, one), S("\0"));
			++*n;
		}
	return str_of(out, (size_t)(to - out));
}

static struct str
join(struct arena *a, struct str first, struct str second)
{
	char *out = arena_alloc(a, first.len + second.len + 1);

	return str_of(out, (size_t)(pack_bytes(pack_bytes(out, first), second) - out));
}

/* --- one contact -------------------------------------------------------------------------- */

static void
put(struct call *c, struct store_batch *b, const struct roster_item *like)
{
	const struct roster_item *item = roster_item_put(roster_of(c->account), like);

	roster_keep_item(c, b, item);
	roster_keep_version(c, b);
	roster_push(c, item, false);
}

/* Section 3.1: a new contact is also asked for its presence; one that is there gets the groups.
 */
static void
add(struct call *c, struct store_batch *b, const struct roster_item *wanted,
    const struct roster_item *old)
{
	struct roster_item item = old ? *old : *wanted;
	uint16_t n_new;
	struct str new_groups;

	if (old && old->listed) {
		new_groups = pick(c->arena, wanted->groups, old->groups, false, &n_new);
		if (n_new == 0 || item.n_groups + n_new > ROSTER_GROUPS_MAX)
			return;
		item.groups = join(c->arena, old->groups, new_groups);
		item.n_groups = (uint16_t)(item.n_groups + n_new);
		put(c, b, &item);
		return;
	}
	if (!old && !roster_has_room(c))
		return;
	item.name = wanted->name;
	item.groups = wanted->groups;
	item.n_groups = wanted->n_groups;
	item.listed = true;
	item.state = (uint8_t)subscription_outbound(item.state, PRESENCE_SUBSCRIBE).state;
	put(c, b, &item);
	roster_send(c, wanted->jid, PRESENCE_SUBSCRIBE);
}

/* Section 3.2: out of the groups that were said; with the last of them, or when none was, out
 * of the roster. */
static void
remove_suggested(struct call *c, struct store_batch *b, const struct roster_item *wanted,
    const struct roster_item *old)
{
	struct roster_item item = *old;
	uint16_t n_common;

	pick(c->arena, wanted->groups, old->groups, true, &n_common);
	if (wanted->n_groups && n_common == 0)
		return;
	item.groups = pick(c->arena, old->groups, wanted->groups, false, &item.n_groups);
	if (wanted->n_groups && item.n_groups)
		put(c, b, &item);
	else
		roster_take_out(c, b, wanted->jid);
}

/* Section 3.3. */
static void
modify(struct call *c, struct store_batch *b, const struct roster_item *wanted,
    const struct roster_item *old)
{
	struct roster_item item = *old;

	if (wanted->name.len)
		item.name = wanted->name;
	if (wanted->n_groups) {
		item.groups = wanted->groups;
		item.n_groups = wanted->n_groups;
	}
	if (!str_eq(item.name, old->name) || !str_eq(item.groups, old->groups))
		put(c, b, &item);
}

static void
apply(struct call *c, struct store_batch *b, enum suggestion action,
    const struct roster_item *wanted)
{
	const struct roster_item *old = roster_item_get(roster_of(c->account), wanted->jid);

	/* Whom a group of shared contacts brings is its affair. */
	if (jid_eq(wanted->jid, c->account->jid) || groups_share(c->account->jid, wanted->jid))
		return;
	if (action == SUGGEST_ADD)
		add(c, b, wanted, old);
	else if (old && old->listed && action == SUGGEST_DELETE)
		remove_suggested(c, b, wanted, old);
	else if (old && old->listed)
		modify(c, b, wanted, old);
}

static enum verdict
on_suggestion(struct call *c)
{
	const struct exchange_conf *conf = c->conf;
	struct roster_item *items;
	struct store_batch *b;
	enum suggestion action;
	enum stanza_error fault;
	size_t n;

	if (!lists(&conf->gateways, c->stanza->from) && !lists(&conf->portals, c->stanza->from))
		return refuse(c, ERR_FORBIDDEN);
	items = arena_alloc(c->arena, ROSTER_EXCHANGE_MAX * sizeof(*items));
	if ((fault = read_items(c, &action, items, &n)) != ERR_NONE)
		return refuse(c, fault);
	call_hold_in_order(c);
	b = store_batch_new(account_store());
	iq_result(c, (struct str){ 0 });
	for (size_t i = 0; i < n; i++)
		apply(c, b, action, &items[i]);
	call_commit(c, &b);
	return DONE;
}

static const struct hook hooks[] = {
	{ ON_IQ_SET, ACCOUNT, NS_ROSTER_EXCHANGE, S("x"), HANDLE, on_suggestion },
};

const struct module mod_exchange = {
	.name = "exchange",
	.doc = "Gateways and portals that the operator trusts change rosters.",
	.specs =
	    LIST(struct spec, { XEP, 144, "1.1.1", "the server's part, for trusted senders" }),
	.needs = LIST(const char *const, "roster"),
	.conf_size = sizeof(struct exchange_conf),
	.options = LIST(struct option,
	    { "gateways", STRINGS, FIELD(exchange_conf, gateways), "", NULL, "64",
		"Domains and addresses that may add, change and remove contacts of their own "
		"domain in anybody's roster." },
	    { "portals", STRINGS, FIELD(exchange_conf, portals), "", NULL, "64",
		"Those that may do so with any contact." }),
	.hooks = TABLE(hooks),
};
