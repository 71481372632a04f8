/* SPDX-License-Identifier: MIT
 *
 * Rosters: shown and changed, as if their users did it; and made mutual, for portals that
 * mirror contacts. The work is modules/roster/edit.h's, at the account's home.
 */
#include "daemon/operations.h"
#include "modules/roster/edit.h"
#include "modules/roster/groups.h"
#include "router/account.h"

struct roster_args {
	struct str address;
	struct str contact;
	struct str name;
	struct str_list groups;
	struct str contact_name;
	struct str_list contact_groups;
};

/* A visit, or two: to the account and, for friends, to the contact. */
struct roster_visit {
	struct home_visit v; /* first */
	struct jid account, contact;
	json_t *contacts;
	struct roster_edit edit;
	enum status status;
};

static struct roster_visit *
roster_visit_of(struct home_visit *v)
{
	return (struct roster_visit *)(void *)v; /* its first member */
}

/* NULL: the call was refused. */
static struct roster_visit *
begin(struct operation_call *c, bool with_contact)
{
	const struct roster_args *args = c->args;
	struct roster_visit *r = arena_zalloc(&c->arena, sizeof(*r));

	r->v.call = c;
	if (!operation_account(c, args->address, &r->account))
		return NULL;
	if (with_contact && (jid_parse(&c->arena, args->contact, &r->contact) != OK ||
				!jid_is_bare(r->contact))) {
		operation_refuse(c, ERR_JID_MALFORMED, "\"%.*s\" is not a bare address",
		    STR_ARG(args->contact));
		return NULL;
	}
	r->v.account = r->account;
	return r;
}

/* --- showing ------------------------------------------------------------------------------ */

/* Own groups, then the names of those shared. */
static json_t *
groups_json(struct account *a, const struct roster_item *item)
{
	const struct membership *m = groups_of(a->jid);
	json_t *groups = json_array();
	struct str rest = item->groups, group;

	for (uint16_t i = 0; i < item->n_groups && str_split(&rest, '\0', &group); i++)
		json_array_append_new(groups, operation_text(group));
	for (size_t i = 0; m && i < m->n; i++)
		if (group_has(m->groups[i], item->jid))
			json_array_append_new(
			    groups, operation_text(group_shown_name(m->groups[i])));
	return groups;
}

static json_t *
item_json(struct account *a, const struct roster_item *item)
{
	json_t *row = json_pack("{s:o, s:o, s:b, s:b, s:b, s:o}", "contact",
	    operation_text(jid_full(item->jid)), "subscription",
	    operation_text(subscription_name(item->state)), "asked",
	    (item->state & SUB_PENDING_OUT) != 0, "request",
	    (item->state & SUB_PENDING_IN) != 0, "shared", groups_share(a->jid, item->jid),
	    "groups", groups_json(a, item));

	if (item->name.at)
		json_object_set_new(row, "name", operation_text(item->name));
	return row;
}

static void
show_at_home(struct home_visit *v, struct account *a, enum status s)
{
	struct roster_visit *r = roster_visit_of(v);
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	r->status = s;
	if (a) {
		r->contacts = json_array();
		while ((item = roster_next(a, &walk)))
			json_array_append_new(r->contacts, item_json(a, item));
	}
	home_visit_end(v);
}

static void
refuse_edit(struct roster_visit *r)
{
	struct operation_call *c = r->v.call;
	struct str account = jid_full(r->v.account);

	switch (r->status) {
	case E_NOT_FOUND:
		operation_refuse(c, ERR_ITEM_NOT_FOUND,
		    "there is no account %.*s, or it has no such contact", STR_ARG(account));
		break;
	case E_DENIED:
		operation_refuse(c, ERR_NOT_ALLOWED,
		    "%.*s is the account itself, or a group brings it",
		    STR_ARG(jid_full(r->contact)));
		break;
	case E_INVALID:
		operation_refuse(c, ERR_NOT_ACCEPTABLE, "a group is empty, or there twice");
		break;
	case E_LIMIT:
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "a name is too long, or there are too many groups or contacts");
		break;
	default:
		operation_refuse_store(c, r->status);
	}
}

static void
tell_shown(struct home_visit *v)
{
	struct roster_visit *r = roster_visit_of(v);

	if (r->contacts)
		operation_answer(v->call,
		    json_pack("{s:o, s:o}", "address", operation_text(jid_full(r->account)),
			"contacts", r->contacts));
	else
		refuse_edit(r);
}

static void
roster_show(struct operation_call *c)
{
	struct roster_visit *r = begin(c, false);

	if (!r)
		return;
	r->v.visit = show_at_home;
	r->v.back = tell_shown;
	home_visit_begin(&r->v);
}

/* --- changing ----------------------------------------------------------------------------- */

static void
on_edited(void *waiter, enum status s)
{
	struct roster_visit *r = waiter;

	r->status = s;
	home_visit_end(&r->v);
}

static void
edit_at_home(struct home_visit *v, struct account *a, enum status s)
{
	struct roster_visit *r = roster_visit_of(v);

	if (a)
		roster_edit(a, &r->edit, on_edited, r);
	else
		on_edited(r, s);
}

static void
tell_edited(struct home_visit *v)
{
	struct roster_visit *r = roster_visit_of(v);

	if (r->status == OK)
		operation_answer(v->call,
		    json_pack("{s:o, s:o}", "address", operation_text(jid_full(r->account)),
			"contact", operation_text(jid_full(r->contact))));
	else
		refuse_edit(r);
}

static void
roster_set_operation(struct operation_call *c)
{
	const struct roster_args *args = c->args;
	struct roster_visit *r = begin(c, true);

	if (!r)
		return;
	r->edit = (struct roster_edit){ ROSTER_SET, r->contact, args->name, args->groups };
	r->v.visit = edit_at_home;
	r->v.back = tell_edited;
	home_visit_begin(&r->v);
}

static void
roster_remove_operation(struct operation_call *c)
{
	struct roster_visit *r = begin(c, true);

	if (!r)
		return;
	r->edit = (struct roster_edit){ .what = ROSTER_REMOVE, .contact = r->contact };
	r->v.visit = edit_at_home;
	r->v.back = tell_edited;
	home_visit_begin(&r->v);
}

/* --- friends ------------------------------------------------------------------------------ */

/* First one side, then the other: both must exist, which the second visit would find out too
 * late, so both are visited once before. */
enum friend_step { LOOK_AT_CONTACT, CHANGE_ACCOUNT, CHANGE_CONTACT };

struct friendship {
	struct roster_visit r; /* first */
	enum friend_step step;
};

static void
befriend_at_home(struct home_visit *v, struct account *a, enum status s)
{
	struct friendship *f = (struct friendship *)(void *)v;

	if (a && f->step != LOOK_AT_CONTACT)
		roster_edit(a, &f->r.edit, on_edited, &f->r);
	else
		on_edited(&f->r, a ? OK : s);
}

static void
befriend_next(struct home_visit *v)
{
	struct friendship *f = (struct friendship *)(void *)v;
	const struct roster_args *args = v->call->args;

	if (f->r.status != OK || f->step == CHANGE_CONTACT) {
		tell_edited(v);
		return;
	}
	f->step++;
	v->account = f->step == CHANGE_ACCOUNT ? f->r.account : f->r.contact;
	f->r.edit = f->step == CHANGE_ACCOUNT
			? (struct roster_edit){ ROSTER_BEFRIEND, f->r.contact, args->name,
				  args->groups }
			: (struct roster_edit){ ROSTER_BEFRIEND, f->r.account,
				  args->contact_name, args->contact_groups };
	home_visit_begin(v);
}

static void
roster_befriend(struct operation_call *c)
{
	const struct roster_args *args = c->args;
	struct friendship *f = arena_zalloc(&c->arena, sizeof(*f));
	struct roster_visit *r = &f->r;

	r->v.call = c;
	if (!operation_account(c, args->address, &r->account) ||
	    !operation_account(c, args->contact, &r->contact))
		return;
	r->v.account = r->contact;
	r->v.visit = befriend_at_home;
	r->v.back = befriend_next;
	home_visit_begin(&r->v);
}

/* --- the table ---------------------------------------------------------------------------- */

#define ADDRESS_OPTION                                                                         \
	{                                                                                      \
		"address", STRING, FIELD(roster_args, address), NULL, "1", ADDRESS_MAX_TEXT,   \
		    "The account whose roster it is."                                          \
	}
#define CONTACT_OPTION                                                                         \
	{                                                                                      \
		"contact", STRING, FIELD(roster_args, contact), NULL, "1", ADDRESS_MAX_TEXT,   \
		    "Bare address of the contact."                                             \
	}
#define NAME_OPTION                                                                            \
	{                                                                                      \
		"name", STRING, FIELD(roster_args, name), "", NULL, "1023",                    \
		    "How the account calls the contact."                                       \
	}
#define GROUPS_OPTION                                                                          \
	{                                                                                      \
		"groups", STRINGS, FIELD(roster_args, groups), "", NULL, "64",                 \
		    "In which of its groups the contact is."                                   \
	}

static const struct answer_field contact_fields[] = {
	{ "contact", A_TEXT, "Its address." },
	{ "name", A_TEXT, "How the account calls it.", true },
	{ "subscription", A_TEXT, "none, to, from or both." },
	{ "asked", A_TRUTH, "Whether the account has asked to see it." },
	{ "request", A_TRUTH, "Whether it has asked, and waits for the answer." },
	{ "shared", A_TRUTH, "Whether a group of shared contacts brings it." },
	{ "groups", A_TEXTS, "Its groups, those that are shared included." },
};

static const struct answer_field edited_fields[] = {
	{ "address", A_TEXT, "The account." },
	{ "contact", A_TEXT, "The contact." },
};

const struct operation operation_roster_show = {
	.name = "roster.show",
	.doc = "Shows an account's contacts.",
	.method = "GET",
	.path = "/rosters/{address}",
	.scope = SCOPE_ROSTERS_READ,
	.subjects = "address",
	.args_size = sizeof(struct roster_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = LIST(struct answer_field, { "address", A_TEXT, "The account." },
	    { "contacts", A_ROWS, "Its contacts.", .rows = TABLE(contact_fields) }),
	.run = roster_show,
};

const struct operation operation_roster_set = {
	.name = "roster.set",
	.doc =
	    "Puts a contact into a roster, or gives it another name and other groups, as the "
	    "user himself would.",
	.method = "PUT",
	.path = "/rosters/{address}/{contact}",
	.scope = SCOPE_ROSTERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct roster_args),
	.args = LIST(struct option, ADDRESS_OPTION, CONTACT_OPTION, NAME_OPTION, GROUPS_OPTION),
	.answer = TABLE(edited_fields),
	.run = roster_set_operation,
};

const struct operation operation_roster_remove = {
	.name = "roster.remove",
	.doc =
	    "Takes a contact out of a roster and ends both subscriptions, as the user himself "
	    "would.",
	.method = "DELETE",
	.path = "/rosters/{address}/{contact}",
	.scope = SCOPE_ROSTERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct roster_args),
	.args = LIST(struct option, ADDRESS_OPTION, CONTACT_OPTION),
	.answer = TABLE(edited_fields),
	.run = roster_remove_operation,
};

const struct operation operation_roster_befriend = {
	.name = "roster.befriend",
	.doc = "Makes two accounts see each other, without either having to ask.",
	.method = "POST",
	.path = "/rosters/{address}/friends",
	.scope = SCOPE_ROSTERS_WRITE,
	.subjects = "address contact",
	.args_size = sizeof(struct roster_args),
	.args = LIST(struct option, ADDRESS_OPTION, CONTACT_OPTION, NAME_OPTION, GROUPS_OPTION,
	    { "contact_name", STRING, FIELD(roster_args, contact_name), "", NULL, "1023",
		"How the contact calls the account." },
	    { "contact_groups", STRINGS, FIELD(roster_args, contact_groups), "", NULL, "64",
		"In which of the contact's groups the account is." }),
	.answer = TABLE(edited_fields),
	.run = roster_befriend,
};
