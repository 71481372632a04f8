/* SPDX-License-Identifier: MIT */
#include "modules/invites/invite_commands.h"

#include "modules/commands/commands.h"
#include "modules/invites/mod_invites.h"
#include "modules/list.h"
#include "router/auth.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

enum { STAGE_FORM = 1 };

/* What is being made for the person who runs the command; in the session's arena. */
struct inviting {
	struct command_step *step;
	struct invitation wish;
	struct jid account; /* that it is for; empty: any */
	uint32_t of_inviter;
};

/* --- the invitation ----------------------------------------------------------------------- */

/* Section 5.1: the link, its page, and the end. */
static struct str
result_form(struct arena *a, const struct invitation *i, struct str token)
{
	struct str page = invite_page_url(a, i->host, token);
	struct form_field fields[] = {
		{ .var = S("uri"), FIELD_VALUE(invite_uri(a, i, token)) },
		{ .var = S("expire"), FIELD_VALUE(date_format(a, i->expires_us)) },
		{ .var = S("landing-url"), .values = &page, .count = 1 },
	};
	struct form form = {
		.kind = FORM_RESULT,
		.form_type = NS_INVITATION,
		.fields = fields,
		.count = page.at ? 3 : 2,
	};
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_COMMANDS);
	form_write(&w, &form);
	return xml_written(&w);
}

static void
on_made(void *waiter, enum status s, struct str token, const struct invitation *i)
{
	struct inviting *v = waiter;
	struct command_step *step = v->step;

	switch (s) {
	case OK:
		command_done(step,
		    &(struct command_outcome){ .markup = result_form(step->arena, i, token) });
		break;
	case E_EXISTS:
		command_refuse_form(step, S("Another invitation reserves that name already."));
		break;
	case E_LIMIT:
		command_fail(step, ERR_RESOURCE_CONSTRAINT,
		    S("There are too many invitations that nobody has used yet."));
		break;
	default:
		command_fail(step, stanza_error_of_status(s), (struct str){ 0 });
	}
}

static struct inviting *
inviting_begin(struct command_step *s, const struct host *host)
{
	struct inviting *v = arena_zalloc(s->session, sizeof(*v));

	v->step = s;
	v->wish = (struct invitation){
		.host = host->name,
		.inviter = jid_to_bare(s->who),
		.uses = 1,
		.expires_us = loop_wall_us() + invites_conf_of(host)->lifetime_ms * 1000,
	};
	return v;
}

/* --- section 5.1: a user invites somebody ------------------------------------------------- */

static bool
may_invite(const struct command *command, const struct host *host, struct jid who)
{
	const struct invites_conf *conf = invites_conf_of(host);

	(void)command;
	return conf && (conf->users != USERS_INVITE_NOBODY || command_is_admin(host, who));
}

static void
invite(struct command_step *s)
{
	const struct host *host = host_find(s->host);
	const struct invites_conf *conf = host ? invites_conf_of(host) : NULL;
	struct inviting *v;

	if (!conf) {
		command_fail(s, ERR_SERVICE_UNAVAILABLE, (struct str){ 0 });
		return;
	}
	v = inviting_begin(s, host);
	v->wish.befriends = true;
	v->wish.registers =
	    invites_make_accounts(host) &&
	    (conf->users == USERS_INVITE_TO_ACCOUNTS || command_is_admin(host, s->who));
	invitation_make(&v->wish, conf->per_user, on_made, v);
}

/* --- section 5.4: an administrator has an account made ------------------------------------ */

static bool
may_create(const struct command *command, const struct host *host, struct jid who)
{
	(void)command;
	return invites_make_accounts(host) && command_is_admin(host, who);
}

static void
ask_for_account(struct command_step *s)
{
	command_show(s, STAGE_FORM,
	    &(struct form){
		.title = S("Create account"),
		.instructions = S("Whoever gets the invitation makes an account with it."),
		.fields = FORM_FIELDS(
		    { .var = S("username"), .label = S("Username; empty: as one likes") },
		    { .var = S("roster-subscription"),
			.type = FIELD_BOOLEAN,
			.label = S("We become each other's contacts") }),
	    },
	    COMMAND_COMPLETE, COMMAND_COMPLETE);
}

static void
on_name_found(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct inviting *v = waiter;

	(void)account, (void)tokens;
	if (s == E_NOT_FOUND)
		invitation_make(&v->wish, 0, on_made, v);
	else if (s == OK)
		command_refuse_form(v->step, S("There is an account of that name already."));
	else
		command_fail(v->step, stanza_error_of_status(s), (struct str){ 0 });
}

static void
create_account(struct command_step *s)
{
	const struct host *host = host_find(s->host);
	struct str name = s->form ? str_trim(form_value(s->form, S("username"))) : S("");
	struct inviting *v;

	if (s->stage != STAGE_FORM) {
		ask_for_account(s);
		return;
	}
	if (!host || !invites_make_accounts(host)) {
		command_fail(s, ERR_SERVICE_UNAVAILABLE, (struct str){ 0 });
		return;
	}
	v = inviting_begin(s, host);
	v->wish.registers = true;
	if (!s->form ||
	    form_bool(s->form, S("roster-subscription"), &v->wish.befriends) == E_INVALID ||
	    (name.len && jid_prep_local(s->session, name, &v->wish.name) != OK)) {
		command_refuse_form(s, S("That cannot be the name of an account."));
		return;
	}
	if (!v->wish.name.len) {
		invitation_make(&v->wish, 0, on_made, v);
		return;
	}
	v->account = jid_join(s->session, v->wish.name, host->name, (struct str){ 0 });
	auth()->find(v->account, (struct str){ 0 }, on_name_found, v);
}

void
invite_commands_register(void)
{
	static const struct command commands[] = {
		{ S("urn:xmpp:invite#invite"), S("Invite user"), &mod_invites, may_invite,
		    invite },
		{ S("urn:xmpp:invite#create-account"), S("Create account"), &mod_invites,
		    may_create, create_account },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		command_register(&commands[i]);
}
