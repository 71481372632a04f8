/* SPDX-License-Identifier: MIT
 *
 * Invitations (modules/invites/book.h): who may come, whose contact he becomes, and whether it
 * has been used.
 */
#include "base/limits.h"
#include "daemon/operations.h"
#include "modules/invites/mod_invites.h"
#include "modules/mod_accounts.h"
#include "xmpp/date.h"

struct invite_args {
	struct str host;
	struct str id;
	struct str name;
	struct str inviter;
	struct str note;
	bool contact_only;
	uint32_t uses;
	msec_t lifetime_ms;
};

/* What is being made, in the call's arena. */
struct invite_call {
	struct operation_call *call;
	struct invitation wish;
	struct jid account; /* that it is for; empty: any */
};

/* --- showing ------------------------------------------------------------------------------ */

static json_t *
describe(const struct invitation *i, struct arena *a)
{
	json_t *body = json_pack("{s:o, s:o, s:o, s:o, s:b, s:I, s:I, s:o, s:o}", "id",
	    operation_text(i->id), "host", operation_text(i->host), "name",
	    operation_text(i->name), "inviter",
	    operation_text(jid_is_empty(i->inviter) ? S("") : jid_full(i->inviter)), "account",
	    i->registers, "uses", (json_int_t)i->uses, "used", (json_int_t)i->used, "expires",
	    operation_text(date_format(a, i->expires_us)), "note", operation_text(i->note));

	json_object_set_new(
	    body, "usable", json_boolean(i->used < i->uses && i->expires_us > loop_wall_us()));
	return body;
}

static void
on_listed(void *waiter, const struct invitation *const *i, size_t n)
{
	struct operation_call *c = waiter;
	json_t *rows = json_array();

	for (size_t k = 0; k < n; k++) {
		json_t *row = describe(i[k], &c->arena), *users = json_array();

		for (size_t u = 0; u < i[k]->used_by.count; u++)
			json_array_append_new(users, operation_text(i[k]->used_by.at[u]));
		json_object_set_new(row, "used_by", users);
		json_array_append_new(rows, row);
	}
	operation_answer(c, json_pack("{s:o}", "invites", rows));
}

static void
invite_list(struct operation_call *c)
{
	const struct invite_args *args = c->args;
	struct str host = { 0 };

	if (args->host.len && !operation_host(c, args->host, &host))
		return;
	invitations_list(host, on_listed, c);
}

/* --- making ------------------------------------------------------------------------------- */

static void
on_made(void *waiter, enum status s, struct str token, const struct invitation *i)
{
	struct operation_call *c = waiter;
	struct str page;
	json_t *body;

	if (s == E_EXISTS) {
		operation_refuse(
		    c, ERR_CONFLICT, "another invitation reserves that name already");
	} else if (s == E_LIMIT) {
		operation_refuse(c, ERR_RESOURCE_CONSTRAINT,
		    "there are %d invitations already; revoke some", INVITES_MAX);
	} else if (s != OK) {
		operation_refuse_store(c, s);
	} else {
		body = describe(i, &c->arena);
		page = invite_page_url(&c->arena, i->host, token);
		json_object_set_new(
		    body, "uri", operation_text(invite_uri(&c->arena, i, token)));
		if (page.at)
			json_object_set_new(body, "page", operation_text(page));
		operation_answer(c, body);
	}
}

static void
on_inviter_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct invite_call *v = waiter;

	(void)account, (void)tokens;
	if (s == OK)
		invitation_make(&v->wish, 0, on_made, v->call);
	else if (s == E_NOT_FOUND)
		operation_refuse(v->call, ERR_ITEM_NOT_FOUND, "there is no account %.*s",
		    STR_ARG(jid_full(v->wish.inviter)));
	else
		operation_refuse_store(v->call, s);
}

static void
look_for_inviter(struct invite_call *v)
{
	if (v->wish.befriends)
		auth()->find(v->wish.inviter, (struct str){ 0 }, on_inviter_found, v);
	else
		invitation_make(&v->wish, 0, on_made, v->call);
}

static void
on_name_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct invite_call *v = waiter;

	(void)account, (void)tokens;
	if (s == E_NOT_FOUND)
		look_for_inviter(v);
	else if (s == OK)
		operation_refuse(v->call, ERR_CONFLICT, "the account %.*s exists already",
		    STR_ARG(jid_full(v->account)));
	else
		operation_refuse_store(v->call, s);
}

/* False: the call was refused. */
static bool
take_wish(struct operation_call *c, struct invite_call *v)
{
	const struct invite_args *args = c->args;
	const struct invites_conf *conf;
	struct invitation *wish = &v->wish;

	if (!operation_host(c, args->host, &wish->host))
		return false;
	if (!(conf = invites_conf_of(host_find(wish->host)))) {
		operation_refuse(c, ERR_NOT_ALLOWED,
		    "the module invites is not enabled at %.*s", STR_ARG(wish->host));
		return false;
	}
	if (!args->contact_only && !invites_make_accounts(host_find(wish->host))) {
		operation_refuse(c, ERR_NOT_ALLOWED,
		    "the module register is not enabled at %.*s", STR_ARG(wish->host));
		return false;
	}
	if (args->name.len && (jid_prep_local(&c->arena, args->name, &wish->name) != OK ||
				  args->contact_only || args->uses != 1)) {
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "a name is that of one account, which is made by one use");
		return false;
	}
	if (args->inviter.len) {
		if (!operation_account(c, args->inviter, &wish->inviter))
			return false;
		if (!str_eq(jid_domain(wish->inviter), wish->host)) {
			operation_refuse(c, ERR_NOT_ACCEPTABLE,
			    "who invites must have an account at %.*s", STR_ARG(wish->host));
			return false;
		}
	} else if (args->contact_only) {
		operation_refuse(c, ERR_NOT_ACCEPTABLE,
		    "an invitation makes an account, or a contact of an inviter, or both");
		return false;
	}
	wish->befriends = args->inviter.len > 0;
	wish->registers = !args->contact_only;
	wish->uses = args->uses;
	wish->note = args->note;
	wish->expires_us =
	    loop_wall_us() + (args->lifetime_ms ? args->lifetime_ms : conf->lifetime_ms) * 1000;
	return true;
}

static void
invite_create(struct operation_call *c)
{
	struct invite_call *v = arena_zalloc(&c->arena, sizeof(*v));

	v->call = c;
	if (!take_wish(c, v))
		return;
	if (!v->wish.name.len) {
		look_for_inviter(v);
		return;
	}
	v->account = jid_join(&c->arena, v->wish.name, v->wish.host, (struct str){ 0 });
	auth()->find(v->account, (struct str){ 0 }, on_name_found, v);
}

/* --- revoking ----------------------------------------------------------------------------- */

static void
on_revoked(void *waiter, enum status s)
{
	struct operation_call *c = waiter;
	const struct invite_args *args = c->args;

	if (s == E_NOT_FOUND)
		operation_refuse(
		    c, ERR_ITEM_NOT_FOUND, "there is no invitation %.*s", STR_ARG(args->id));
	else if (s != OK)
		operation_refuse_store(c, s);
	else
		operation_answer(c, json_pack("{s:o}", "id", operation_text(args->id)));
}

static void
invite_revoke(struct operation_call *c)
{
	const struct invite_args *args = c->args;
	struct str host;

	if (operation_host(c, args->host, &host))
		invitation_revoke(host, args->id, on_revoked, c);
}

/* --- the table ---------------------------------------------------------------------------- */

#define HOST_OPTION                                                                            \
	{                                                                                      \
		"host", STRING, FIELD(invite_args, host), NULL, "1", "1023",                   \
		    "The host that is invited to."                                             \
	}

#define INVITE_FIELDS                                                                          \
	{ "id", A_TEXT, "What it is called." }, { "host", A_TEXT, "The host." },               \
	    { "name", A_TEXT, "Name of the account that it makes; empty: as one likes." },     \
	    { "inviter", A_TEXT, "Whose contact one becomes; empty: nobody's." },              \
	    { "account", A_TRUTH, "Whether it makes an account." },                            \
	    { "uses", A_NUMBER, "How often it can be used." },                                 \
	    { "used", A_NUMBER, "How often it was." },                                         \
	    { "expires", A_TEXT, "When it ends (XEP-0082)." },                                 \
	    { "note", A_TEXT, "The administrator's." },                                        \
	{                                                                                      \
		"usable", A_TRUTH, "Whether it still can be used."                             \
	}

static const struct answer_field invite_fields[] = { INVITE_FIELDS,
	{ "used_by", A_TEXTS, "By whom it was used." } };

const struct operation operation_invite_create = {
	.name = "invite.create",
	.doc = "Makes an invitation: a link with which somebody gets an account, a contact, or "
	       "both.",
	.method = "POST",
	.path = "/invites/{host}",
	.scope = SCOPE_INVITES_WRITE,
	.subjects = "host",
	.only_running = true,
	.args_size = sizeof(struct invite_args),
	.args = LIST(struct option, HOST_OPTION,
	    { "name", STRING, FIELD(invite_args, name), "", NULL, "1023",
		"Name of the account, which is reserved meanwhile; as one likes when nothing "
		"is "
		"said." },
	    { "inviter", STRING, FIELD(invite_args, inviter), "", NULL, ADDRESS_MAX_TEXT,
		"An account whose contact one becomes." },
	    { "contact_only", BOOL, FIELD(invite_args, contact_only), "no", NULL, NULL,
		"It makes a contact of the inviter, and no account." },
	    { "uses", U32, FIELD(invite_args, uses), "1", "1", "1000",
		"How many accounts or contacts it makes." },
	    { "lifetime", TIME, FIELD(invite_args, lifetime_ms), "auto", "1m", "365d",
		"How long it is valid; auto: `modules.invites.lifetime`.", .words = "auto" },
	    { "note", STRING, FIELD(invite_args, note), "", NULL, "256",
		"What the administrator wants to remember of it." }),
	.status = 201,
	.answer = LIST(struct answer_field, INVITE_FIELDS,
	    { "uri", A_TEXT, "The link for apps; shown nowhere else." },
	    { "page", A_TEXT, "The same as a web page.", true }),
	.run = invite_create,
};

const struct operation operation_invite_list = {
	.name = "invite.list",
	.doc = "Lists the invitations, also those that were used or have just ended.",
	.method = "GET",
	.path = "/invites",
	.scope = SCOPE_INVITES_READ,
	.subjects = "host",
	.args_size = sizeof(struct invite_args),
	.args = LIST(struct option, { "host", STRING, FIELD(invite_args, host), "", NULL,
					"1023", "Only to this host." }),
	.answer = LIST(struct answer_field,
	    { "invites", A_ROWS, "The invitations.", .rows = TABLE(invite_fields) }),
	.run = invite_list,
};

const struct operation operation_invite_revoke = {
	.name = "invite.revoke",
	.doc = "Ends an invitation.",
	.method = "DELETE",
	.path = "/invites/{host}/{id}",
	.scope = SCOPE_INVITES_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct invite_args),
	.args = LIST(struct option, HOST_OPTION,
	    { "id", STRING, FIELD(invite_args, id), NULL, "1", "64", "What it is called." }),
	.answer = LIST(struct answer_field, { "id", A_TEXT, "What it was called." }),
	.run = invite_revoke,
};
