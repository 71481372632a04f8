/* SPDX-License-Identifier: MIT
 *
 * Groups of shared contacts (modules/roster/groups.h): who is in whose roster without having
 * been asked.
 */
#include "daemon/operations.h"
#include "modules/roster/groups.h"
#include "router/auth.h"

struct group_args {
	struct str host;
	struct str group;
	struct str name;
	struct str address;
};

/* What is being changed, in the call's arena. */
struct group_call {
	struct operation_call *call;
	struct group_request request;
};

/* Ids are parts of paths and of keys, so they are as names of accounts are. */
static bool
take_group(struct operation_call *c, struct str *host, struct str *id)
{
	const struct group_args *args = c->args;

	if (!operation_host(c, args->host, host))
		return false;
	if (jid_prep_local(&c->arena, args->group, id) == OK && id->len <= GROUP_ID_MAX)
		return true;
	operation_refuse(c, ERR_NOT_ACCEPTABLE,
	    "\"%.*s\" is no id of a group: like the name of an account, at most %d bytes",
	    STR_ARG(args->group), GROUP_ID_MAX);
	return false;
}

/* --- reading ------------------------------------------------------------------------------ */

static struct str
id_of(const struct group *g)
{
	return str_slice(g->key, str_find(g->key, '/') + 1, g->key.len);
}

static struct str
host_of(const struct group *g)
{
	return str_slice(g->key, 0, str_find(g->key, '/'));
}

static json_t *
describe(const struct group *g)
{
	return json_pack("{s:o, s:o, s:o, s:I}", "host", operation_text(host_of(g)), "group",
	    operation_text(id_of(g)), "name", operation_text(group_shown_name(g)), "size",
	    (json_int_t)table_count(&g->members));
}

static void
group_list(struct operation_call *c)
{
	const struct group_args *args = c->args;
	struct str host = { 0 };
	struct table_walk walk = { 0 };
	const struct group *g;
	json_t *groups;

	if (args->host.len && !operation_host(c, args->host, &host))
		return;
	groups = json_array();
	while ((g = groups_next(&walk)))
		if (!host.at || str_eq(host_of(g), host))
			json_array_append_new(groups, describe(g));
	operation_answer(c, json_pack("{s:o}", "groups", groups));
}

static void
group_show(struct operation_call *c)
{
	const struct group_args *args = c->args;
	struct table_walk walk = { 0 };
	const struct group_member *member;
	const struct group *g;
	struct str host, id;
	json_t *members, *body;

	if (!take_group(c, &host, &id))
		return;
	if (!(g = group_find(host, id, &c->arena))) {
		operation_refuse(
		    c, ERR_ITEM_NOT_FOUND, "there is no group %.*s", STR_ARG(args->group));
		return;
	}
	members = json_array();
	while ((member = group_next(g, &walk)))
		json_array_append_new(members, operation_text(jid_full(member->jid)));
	body = describe(g);
	json_object_set_new(body, "members", members);
	operation_answer(c, body);
}

/* --- changing ----------------------------------------------------------------------------- */

static void
on_changed(void *waiter, enum status s)
{
	struct group_call *g = waiter;
	struct operation_call *c = g->call;
	json_t *body;

	if (s == E_NOT_FOUND) {
		operation_refuse(c, ERR_ITEM_NOT_FOUND, "there is no such group, or member");
	} else if (s == E_LIMIT) {
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "there are too many groups, or members, or groups of this account");
	} else if (s != OK) {
		operation_refuse_store(c, s);
	} else {
		body = json_pack("{s:o, s:o}", "host", operation_text(g->request.host), "group",
		    operation_text(g->request.id));
		if (!jid_is_empty(g->request.member))
			json_object_set_new(
			    body, "address", operation_text(jid_full(g->request.member)));
		operation_answer(c, body);
	}
}

/* NULL: the call was refused. */
static struct group_call *
begin(struct operation_call *c, enum group_change_kind what)
{
	struct group_call *g = arena_zalloc(&c->arena, sizeof(*g));

	g->call = c;
	g->request.what = what;
	return take_group(c, &g->request.host, &g->request.id) ? g : NULL;
}

static void
group_set(struct operation_call *c)
{
	const struct group_args *args = c->args;
	struct group_call *g = begin(c, GROUP_SET);

	if (!g)
		return;
	g->request.name = args->name;
	groups_change(&g->request, on_changed, g);
}

static void
group_delete(struct operation_call *c)
{
	struct group_call *g = begin(c, GROUP_DELETE);

	if (g)
		groups_change(&g->request, on_changed, g);
}

static void
on_member_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct group_call *g = waiter;

	(void)account, (void)tokens;
	if (s == OK)
		groups_change(&g->request, on_changed, g);
	else if (s == E_NOT_FOUND)
		operation_refuse(g->call, ERR_ITEM_NOT_FOUND, "there is no account %.*s",
		    STR_ARG(jid_full(g->request.member)));
	else
		operation_refuse_store(g->call, s);
}

static void
group_join(struct operation_call *c)
{
	const struct group_args *args = c->args;
	struct group_call *g = begin(c, GROUP_JOIN);

	if (g && operation_account(c, args->address, &g->request.member))
		auth()->find(g->request.member, (struct str){ 0 }, on_member_found, g);
}

static void
group_leave(struct operation_call *c)
{
	const struct group_args *args = c->args;
	struct group_call *g = begin(c, GROUP_LEAVE);

	if (g && operation_account(c, args->address, &g->request.member))
		groups_change(&g->request, on_changed, g);
}

/* --- the table ---------------------------------------------------------------------------- */

#define HOST_OPTION                                                                            \
	{                                                                                      \
		"host", STRING, FIELD(group_args, host), NULL, "1", "1023",                    \
		    "Whose group it is."                                                       \
	}
#define GROUP_OPTION                                                                           \
	{                                                                                      \
		"group", STRING, FIELD(group_args, group), NULL, "1", "64", "Its id."          \
	}
#define MEMBER_OPTION                                                                          \
	{                                                                                      \
		"address", STRING, FIELD(group_args, address), NULL, "1", ADDRESS_MAX_TEXT,    \
		    "The member, an account of any host here."                                 \
	}

#define GROUP_FIELDS                                                                           \
	{ "host", A_TEXT, "Whose group it is." }, { "group", A_TEXT, "Its id." },              \
	    { "name", A_TEXT, "As clients show it." },                                         \
	{                                                                                      \
		"size", A_NUMBER, "Its members."                                               \
	}

static const struct answer_field group_fields[] = { GROUP_FIELDS };

static const struct answer_field changed_fields[] = {
	{ "host", A_TEXT, "Whose group it is." },
	{ "group", A_TEXT, "Its id." },
	{ "address", A_TEXT, "The member.", true },
};

const struct operation operation_group_list = {
	.name = "group.list",
	.doc = "Lists the groups of shared contacts.",
	.method = "GET",
	.path = "/groups",
	.scope = SCOPE_GROUPS_READ,
	.subjects = "host",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, { "host", STRING, FIELD(group_args, host), "", NULL, "1023",
					"Only of this host." }),
	.answer = LIST(struct answer_field,
	    { "groups", A_ROWS, "The groups.", .rows = TABLE(group_fields) }),
	.run = group_list,
};

const struct operation operation_group_show = {
	.name = "group.show",
	.doc = "Shows a group of shared contacts and its members.",
	.method = "GET",
	.path = "/groups/{host}/{group}",
	.scope = SCOPE_GROUPS_READ,
	.subjects = "host",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, HOST_OPTION, GROUP_OPTION),
	.answer =
	    LIST(struct answer_field, GROUP_FIELDS, { "members", A_TEXTS, "Their addresses." }),
	.run = group_show,
};

const struct operation operation_group_set = {
	.name = "group.set",
	.doc = "Makes a group of shared contacts, or gives it another name.",
	.method = "PUT",
	.path = "/groups/{host}/{group}",
	.scope = SCOPE_GROUPS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, HOST_OPTION, GROUP_OPTION,
	    { "name", STRING, FIELD(group_args, name), "", NULL, "1023",
		"As clients show it; its id when nothing is said." }),
	.answer = TABLE(changed_fields),
	.run = group_set,
};

const struct operation operation_group_delete = {
	.name = "group.delete",
	.doc = "Ends a group of shared contacts: its members lose what it brought them.",
	.method = "DELETE",
	.path = "/groups/{host}/{group}",
	.scope = SCOPE_GROUPS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, HOST_OPTION, GROUP_OPTION),
	.answer = TABLE(changed_fields),
	.run = group_delete,
};

const struct operation operation_group_join = {
	.name = "group.join",
	.doc = "Puts an account into a group: it and the others are each other's contacts.",
	.method = "PUT",
	.path = "/groups/{host}/{group}/members/{address}",
	.scope = SCOPE_GROUPS_WRITE,
	.subjects = "host address",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, HOST_OPTION, GROUP_OPTION, MEMBER_OPTION),
	.answer = TABLE(changed_fields),
	.run = group_join,
};

const struct operation operation_group_leave = {
	.name = "group.leave",
	.doc = "Takes an account out of a group.",
	.method = "DELETE",
	.path = "/groups/{host}/{group}/members/{address}",
	.scope = SCOPE_GROUPS_WRITE,
	.subjects = "host address",
	.args_size = sizeof(struct group_args),
	.args = LIST(struct option, HOST_OPTION, GROUP_OPTION, MEMBER_OPTION),
	.answer = TABLE(changed_fields),
	.run = group_leave,
};
