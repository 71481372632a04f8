/* SPDX-License-Identifier: MIT
 *
 * mod_roster: the contact list.
 *
 * Source   RFC 6121 section 2
 * Reacts   iq-get and iq-set {jabber:iq:roster}query to one's own account
 *          the administration: edit.h, groups.h; the configuration: groups_conf.h
 * Keeps    "roster": a row per contact, the item as markup; the row with the empty name is
 *          the version, a number that grows with each change
 *
 * A change is on disk before anybody hears of it (call_hold_in_order).
 */
#include "modules/list.h"
#include "modules/roster/groups.h"
#include "modules/roster/items.h"
#include "xmpp/ns.h"

/* The owner, and components that the operator lets do it (XEP-0356 section 4). */
static bool
may(const struct call *c, enum component_access wanted)
{
	const struct component_conf *component;

	if (jid_eq_bare(c->stanza->from, c->account->jid))
		return true;
	component = component_with_powers(c->stanza->from, c->host->name);
	return component && component->roster & wanted;
}

/* Section 2.6: the roster is not sent to who has this version already. */
static enum verdict
on_get(struct call *c)
{
	struct str version = roster_version(c->account, c->arena);
	struct str known = { 0 };
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	struct xml_writer w;

	if (!may(c, ACCESS_GET))
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
			roster_item_write(&w, c->account, item);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Section 2.5.2: whoever is removed is unsubscribed both ways, and told. */
static enum verdict
remove_item(struct call *c, struct jid contact)
{
	const struct roster_item *item = roster_item_get(roster_of(c->account), contact);

	if (groups_share(c->account->jid, contact))
		return refuse(c, ERR_NOT_ALLOWED); /* the group would bring it back */
	if (!item || !item->listed)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	roster_remove(c, contact);
	return DONE;
}

static enum verdict
set_item(struct call *c, struct elem e, struct jid contact)
{
	struct roster *r = roster_of(c->account);
	struct roster_item *old = roster_item_get(r, contact), item = { .jid = contact };

	switch (roster_item_read(e, c->arena, &item)) {
	case OK:
		break;
	case E_LIMIT:
	case E_INVALID:
		return refuse(c, ERR_NOT_ACCEPTABLE); /* section 2.3.3 */
	default:
		return refuse(c, ERR_BAD_REQUEST);
	}
	if (!old && !roster_has_room(c))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	item.state = old ? old->state : 0;
	item.listed = true;
	roster_set(c, &item);
	return DONE;
}

static enum verdict
on_set(struct call *c)
{
	struct elem e = elem_first(c->payload);
	struct jid contact;

	if (!may(c, ACCESS_SET))
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

static enum verdict
write_feature(struct call *c)
{
	xml_empty(c->out, NS_ROSTER_VERSIONS, S("ver"));
	return PASS;
}

static enum verdict
on_deleted(struct call *c)
{
	groups_forget(c->account->jid);
	return PASS;
}

static const struct feature features[] = {
	{ NS_ROSTER, SERVER | ACCOUNT },
};

static const struct kept kept[] = {
	{ KIND_ROSTER, roster_load },
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_ROSTER, S("query"), HANDLE, on_get },
	{ ON_IQ_SET, ACCOUNT, NS_ROSTER, S("query"), HANDLE, on_set },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_feature },
};

const struct module mod_roster = {
	.name = "roster",
	.doc = "Contact lists.",
	.specs =
	    LIST(struct spec, { RFC, 6121, "", "section 2" }, { XEP, 237, "1.3", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct roster_conf),
	.options = LIST(struct option,
	    { "max_items", U32, FIELD(roster_conf, max_items), "40000", "1", "1000000",
		"Contacts, requests included, that one account may have." },
	    { "groups", STRINGS, FIELD(roster_conf, groups), "", NULL, "64",
		"Groups of shared contacts of the host, whose members are in each other's "
		"rosters: \"The House = juliet nurse romeo@other.example\". Others are made "
		"over "
		"the API." }),
	.account_bytes = sizeof(struct roster),
	.kept = TABLE(kept),
	.account_fini = roster_fini,
	.hooks = TABLE(hooks),
	.enter_worker = groups_enter_worker,
	.leave_worker = groups_leave_worker,
	.start = groups_start,
};
