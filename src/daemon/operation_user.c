/* SPDX-License-Identifier: MIT
 *
 * Accounts: made, changed, erased and shown. The work is mod_accounts'; this file checks
 * addresses and turns outcomes into answers.
 */
#include "daemon/operations.h"
#include "modules/mod_accounts.h"
#include "router/account.h"
#include "router/host.h"
#include "xmpp/date.h"

struct user_args {
	struct str address;
	struct str password;
};

#define ADDRESS_OPTION                                                                         \
	{                                                                                      \
		"address", STRING, FIELD(user_args, address), NULL, "1", "3071",               \
		    "Address of the account, such as juliet@example.org."                      \
	}
#define PASSWORD_OPTION                                                                        \
	{                                                                                      \
		"password", SECRET, FIELD(user_args, password), NULL, "1", "1023",             \
		    "The password."                                                            \
	}

/* What an outcome other than success means to whoever asked. */
static void
refuse_status(struct operation_call *c, enum status s)
{
	const struct jid *address = c->state;
	struct str bare = jid_bare(*address);

	switch (s) {
	case E_EXISTS:
		operation_refuse(
		    c, ERR_CONFLICT, "the account %.*s exists already", STR_ARG(bare));
		break;
	case E_NOT_FOUND:
		operation_refuse(
		    c, ERR_ITEM_NOT_FOUND, "there is no account %.*s", STR_ARG(bare));
		break;
	case E_INVALID:
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "the password holds characters that passwords may not hold (RFC 8265)");
		break;
	case E_LIMIT:
		operation_refuse(c, ERR_RESOURCE_CONSTRAINT,
		    "the password is too long, or the server is busy with others");
		break;
	default:
		operation_refuse_store(c, s);
	}
}

static void
on_done(void *waiter, enum status s)
{
	struct operation_call *c = waiter;
	const struct jid *address = c->state;

	if (s == OK)
		operation_answer(
		    c, json_pack("{s:o}", "address", operation_text(jid_bare(*address))));
	else
		refuse_status(c, s);
}

/* The address into c->state, which outlives this function; NULL when refused. */
static const struct jid *
begin(struct operation_call *c)
{
	const struct user_args *args = c->args;
	struct jid *address = arena_alloc(&c->arena, sizeof(*address));

	c->state = address;
	return operation_account(c, args->address, address) ? address : NULL;
}

static void
user_add(struct operation_call *c)
{
	const struct user_args *args = c->args;
	const struct jid *address = begin(c);

	if (address)
		accounts_create(*address, args->password, on_done, c);
}

static void
user_password(struct operation_call *c)
{
	const struct user_args *args = c->args;
	const struct jid *address = begin(c);

	if (address)
		accounts_set_password(*address, args->password, on_done, c);
}

static void
user_delete(struct operation_call *c)
{
	const struct jid *address = begin(c);

	if (address)
		accounts_erase(*address, on_done, c);
}

static void
user_disable(struct operation_call *c)
{
	const struct jid *address = begin(c);

	if (address)
		accounts_set_disabled(*address, true, on_done, c);
}

static void
user_enable(struct operation_call *c)
{
	const struct jid *address = begin(c);

	if (address)
		accounts_set_disabled(*address, false, on_done, c);
}

/* --- showing ------------------------------------------------------------------------------ */

static void
on_shown(void *waiter, const struct store_rows *rows)
{
	struct operation_call *c = waiter;
	const struct jid *address = c->state;
	struct credentials account;
	json_t *result;

	if (rows->status != OK || rows->n == 0) {
		refuse_status(c, rows->status == OK ? E_NOT_FOUND : rows->status);
		return;
	}
	if (credentials_decode(rows->row[0].value, &account) != OK) {
		refuse_status(c, E_IO);
		return;
	}
	result =
	    json_pack("{s:o, s:o, s:b, s:b}", "address", operation_text(jid_bare(*address)),
		"created", operation_text(date_format(&c->arena, account.created_us)),
		"password", credentials_has_password(&account), "disabled", account.disabled);
	mem_wipe(&account, sizeof(account));
	operation_answer(c, result);
}

static void
user_show(struct operation_call *c)
{
	const struct jid *address = begin(c);
	struct store_query q = { .what = STORE_ITEM, .kinds = { KIND_ACCOUNT }, .n_kinds = 1 };

	if (!address)
		return;
	q.owner = jid_bare(*address);
	store_read(account_store(), &q, on_shown, c);
}

/* --- listing ------------------------------------------------------------------------------ */

struct list_args {
	struct str host;
	struct str after;
	uint32_t limit;
};

/* A page is read host by host until it is full. */
struct listing {
	struct operation_call *call;
	json_t *users;
	struct str after; /* the last address read of this host; empty: from its first */
	size_t host;      /* place of the host that is read */
	size_t end;       /* place behind the last host to read */
};

static void read_next(struct listing *l);

/* The page is full, or there are no more. `next` continues behind the last address. */
static void
end_listing(struct listing *l, bool more)
{
	json_t *result = json_pack("{s:o}", "users", l->users);
	size_t n = json_array_size(l->users);

	if (more)
		json_object_set(result, "next",
		    json_object_get(json_array_get(l->users, n - 1), "address"));
	operation_answer(l->call, result);
}

static void
on_owners(void *waiter, const struct store_rows *rows)
{
	struct listing *l = waiter;
	const struct list_args *args = l->call->args;

	if (rows->status != OK) {
		json_decref(l->users);
		operation_refuse_store(l->call, rows->status);
		return;
	}
	for (size_t i = 0; i < rows->n; i++)
		json_array_append_new(l->users,
		    json_pack("{s:o}", "address", operation_text(rows->row[i].owner)));
	if (json_array_size(l->users) >= args->limit) {
		end_listing(l, true);
		return;
	}
	l->host++;
	l->after = S("");
	read_next(l);
}

static void
read_next(struct listing *l)
{
	const struct list_args *args = l->call->args;
	struct store_query q = {
		.what = STORE_OWNERS,
		.kinds = { KIND_ACCOUNT },
		.n_kinds = 1,
		.item = l->after,
		.limit = args->limit - (unsigned)json_array_size(l->users),
	};

	/* A reload may have taken hosts away meanwhile. */
	if (l->host >= l->end || l->host >= hosts_count()) {
		end_listing(l, false);
		return;
	}
	q.owner = hosts_at(l->host)->name;
	store_read(account_store(), &q, on_owners, l);
}

/* Place of the host, hosts_count() when it is none of ours. */
static size_t
host_place(struct str name)
{
	size_t i = 0;

	while (i < hosts_count() && !str_eq(hosts_at(i)->name, name))
		i++;
	return i;
}

static void
user_list(struct operation_call *c)
{
	const struct list_args *args = c->args;
	struct listing *l = arena_zalloc(&c->arena, sizeof(*l));
	struct str host = S("");
	struct jid after;

	*l = (struct listing){ .call = c, .end = hosts_count() };
	if (args->host.len) {
		if (!operation_host(c, args->host, &host))
			return;
		l->host = host_place(host);
		l->end = l->host + 1;
	}
	if (args->after.len) {
		if (jid_parse(&c->arena, args->after, &after) != OK ||
		    (host.len && !str_eq(jid_domain(after), host))) {
			operation_refuse(
			    c, ERR_JID_MALFORMED, "\"after\" is no address of that host");
			return;
		}
		l->after = jid_bare(after);
		l->host = host_place(jid_domain(after));
	}
	l->users = json_array();
	read_next(l);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct answer_field address_fields[] = {
	{ "address", A_TEXT, "The account, normalised." },
};

const struct operation operation_user_add = {
	.name = "user.add",
	.doc = "Makes an account.",
	.method = "POST",
	.path = "/users",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION, PASSWORD_OPTION),
	.status = 201,
	.answer = TABLE(address_fields),
	.run = user_add,
};

const struct operation operation_user_password = {
	.name = "user.password",
	.doc = "Gives an account another password.",
	.method = "PUT",
	.path = "/users/{address}/password",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION, PASSWORD_OPTION),
	.answer = TABLE(address_fields),
	.run = user_password,
};

const struct operation operation_user_delete = {
	.name = "user.delete",
	.doc = "Ends an account's sessions and erases all that is kept of it.",
	.method = "DELETE",
	.path = "/users/{address}",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = TABLE(address_fields),
	.run = user_delete,
};

const struct operation operation_user_disable = {
	.name = "user.disable",
	.doc = "Lets nobody log in to an account, and ends its sessions.",
	.method = "POST",
	.path = "/users/{address}/disable",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = TABLE(address_fields),
	.run = user_disable,
};

const struct operation operation_user_enable = {
	.name = "user.enable",
	.doc = "Lets people log in to an account again.",
	.method = "POST",
	.path = "/users/{address}/enable",
	.scope = SCOPE_USERS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = TABLE(address_fields),
	.run = user_enable,
};

const struct operation operation_user_show = {
	.name = "user.show",
	.doc = "Tells about an account.",
	.method = "GET",
	.path = "/users/{address}",
	.scope = SCOPE_USERS_READ,
	.subjects = "address",
	.args_size = sizeof(struct user_args),
	.args = LIST(struct option, ADDRESS_OPTION),
	.answer = LIST(struct answer_field, { "address", A_TEXT, "The account, normalised." },
	    { "created", A_TEXT, "When (XEP-0082)." },
	    { "password", A_TRUTH, "Whether it has one." },
	    { "disabled", A_TRUTH, "Whether nobody may log in." }),
	.run = user_show,
};

const struct operation operation_user_list = {
	.name = "user.list",
	.doc = "Lists the accounts of one host, or of all.",
	.method = "GET",
	.path = "/users",
	.scope = SCOPE_USERS_READ,
	.subjects = "host",
	.args_size = sizeof(struct list_args),
	.args = LIST(struct option,
	    { "host", STRING, FIELD(list_args, host), "", NULL, "1023", "Only of this host." },
	    { "after", STRING, FIELD(list_args, after), "", NULL, ADDRESS_MAX_TEXT,
		"Only behind this address: what the page before gave as \"next\"." },
	    { "limit", U32, FIELD(list_args, limit), "500", "1", "1000",
		"Accounts on a page." }),
	.answer = LIST(struct answer_field,
	    { "users", A_ROWS, "The accounts, by address.", .rows = TABLE(address_fields) },
	    { "next", A_TEXT, "For the next page, when there may be one.", true }),
	.run = user_list,
};
