/* SPDX-License-Identifier: MIT
 *
 * mod_commands: commands that people run from their clients, step by step.
 *
 * Source   XEP-0050 1.3.0
 * Reacts   iq-set {http://jabber.org/protocol/commands}command to the server from its own
 *          accounts; disco#info and disco#items of the commands' nodes
 * Keeps    sessions, in memory, with the account of whoever runs the command: a few for each,
 *          for some minutes
 */
#include "modules/commands/commands.h"

#include "base/limits.h"
#include "base/random.h"
#include "xmpp/disco.h"
#include "xmpp/ns.h"

enum { COMMANDS_BEGUN, COMMANDS_REFUSED };
enum { ID_BYTES = 12 };

struct commands_conf {
	struct str_list admins;
	msec_t session_ms;
};

/* A step from being asked to being answered. */
struct step {
	struct command_step step; /* first: what the command sees */
	struct command_session *session;
	struct stanza *request;
	struct arena arena;
};

/*
 *   waiting  for the person     begin, command_show, command_refuse_form; step is NULL
 *   running  the command has a step to answer      run_step; step is set
 *   gone     running, and its account has been put away: ends with the step
 */
struct command_session {
	struct list in_account;
	const struct command *command;
	struct account *account; /* held while running */
	struct str id, who;      /* in the arena */
	unsigned stage, actions, steps;
	enum command_action usual;
	void *state;
	struct step *step;
	bool gone;
	struct timer expiry;
	struct arena arena;
};

/* With each account. */
struct commands_state {
	struct list sessions; /* command_session.in_account, oldest first; zeroed while none */
	unsigned n;
};

/* --- all commands ------------------------------------------------------------------------- */

static const struct command *commands[COMMANDS_MAX];
static size_t n_commands;

void
command_register(const struct command *command)
{
	assert(n_commands < COMMANDS_MAX);
	commands[n_commands++] = command;
}

static void
stop(void)
{
	n_commands = 0;
}

static bool
is_offered(const struct command *command, const struct host *host)
{
	return !command->of || module_conf(command->of, host);
}

static bool
may_run(const struct command *command, const struct host *host, struct jid who)
{
	return command->may ? command->may(command, host, who)
			    : str_eq(jid_domain(who), host->name);
}

static const struct command *
find_command(const struct host *host, struct str node)
{
	for (size_t i = 0; i < n_commands; i++)
		if (str_eq(commands[i]->node, node) && is_offered(commands[i], host))
			return commands[i];
	return NULL;
}

bool
command_is_admin(const struct host *host, struct jid who)
{
	const struct commands_conf *conf = module_conf(&mod_commands, host);
	bool found = false;
	struct arena a;
	struct jid j;

	arena_init(&a, 512);
	for (size_t i = 0; conf && i < conf->admins.count && !found; i++)
		found = jid_parse(&a, conf->admins.at[i], &j) == OK && jid_is_bare(j) &&
			j.local && jid_eq_bare(j, who);
	arena_fini(&a);
	return found;
}

/* --- sessions ----------------------------------------------------------------------------- */

static struct commands_state *
state_of(struct account *a)
{
	return module_account_state(&mod_commands, a);
}

static void
session_release(struct command_session *s)
{
	timer_stop(&s->expiry);
	arena_fini(&s->arena);
	free(s);
}

/* One that has a step to answer is freed with its answer. */
static void
end_session(struct command_session *s)
{
	assert(!s->gone);
	list_remove(&s->in_account);
	state_of(s->account)->n--;
	if (s->step)
		s->gone = true;
	else
		session_release(s);
}

static void
on_expired(struct timer *t)
{
	end_session(list_entry(t, struct command_session, expiry));
}

/* Whoever has as many as he may loses the oldest. */
static struct command_session *
begin_session(struct call *c, const struct command *command)
{
	struct commands_state *state = state_of(c->account);
	struct command_session *s = mem_zalloc(sizeof(*s));

	if (!state->sessions.next)
		list_init(&state->sessions);
	else if (state->n == COMMAND_SESSIONS_MAX)
		end_session(
		    list_entry(state->sessions.next, struct command_session, in_account));
	arena_init_wiped(&s->arena, 1024);
	s->command = command;
	s->account = c->account;
	s->id = random_token(&s->arena, ID_BYTES);
	s->who = str_copy(&s->arena, jid_full(c->stanza->from));
	timer_init(&s->expiry, on_expired);
	list_append(&state->sessions, &s->in_account);
	state->n++;
	module_count(&mod_commands, COMMANDS_BEGUN, 1);
	return s;
}

static struct command_session *
find_session(struct call *c, struct str id)
{
	struct commands_state *state = state_of(c->account);

	if (!state->sessions.next)
		return NULL;
	list_each (link, &state->sessions) {
		struct command_session *s =
		    list_entry(link, struct command_session, in_account);

		if (str_eq(s->id, id) && str_eq(s->who, jid_full(c->stanza->from)))
			return s;
	}
	return NULL;
}

static void
account_fini(void *state, struct account *a)
{
	struct commands_state *all = state;

	(void)a;
	if (!all->sessions.next)
		return;
	list_each (link, &all->sessions) {
		struct command_session *s =
		    list_entry(link, struct command_session, in_account);

		list_remove(&s->in_account);
		timer_stop(&s->expiry);
		if (s->step)
			s->gone = true;
		else
			session_release(s);
	}
}

/* --- answers ------------------------------------------------------------------------------ */

static const struct {
	enum command_action action;
	const char *name;
} actions[] = {
	{ COMMAND_PREV, "prev" },
	{ COMMAND_NEXT, "next" },
	{ COMMAND_COMPLETE, "complete" },
};

enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

static struct str
action_name(enum command_action action)
{
	size_t i = 0;

	while (actions[i].action != action)
		i++;
	return str_from_c(actions[i].name);
}

/* With a condition of section 4.4, or none. */
static struct str
specific(struct arena *a, struct str condition)
{
	struct xml_writer w;

	if (!condition.len)
		return (struct str){ 0 };
	xml_begin_inner(&w, a, NS_CLIENT);
	xml_empty(&w, NS_COMMANDS, condition);
	return xml_written(&w);
}

static enum verdict
refuse_command(struct call *c, enum stanza_error error, struct str condition, struct str text)
{
	module_count(&mod_commands, COMMANDS_REFUSED, 1);
	return refuse_with(c, error, text, specific(c->arena, condition));
}

static void
begin_answer(struct xml_writer *w, struct step *p, const char *status)
{
	xml_begin_inner(w, &p->arena, NS_CLIENT);
	xml_open(w, NS_COMMANDS, S("command"));
	xml_attr(w, S("node"), p->session->command->node);
	xml_attr(w, S("sessionid"), p->session->id);
	xml_attr(w, S("status"), str_from_c(status));
	xml_attr_lang(w, S("en"));
}

/* The answer has been sent. */
static void
end_step(struct step *p, bool is_over)
{
	struct command_session *s = p->session;
	struct account *account = s->account;
	bool gone = s->gone;

	s->step = NULL;
	s->state = p->step.state;
	stanza_free(&p->request);
	arena_fini(&p->arena);
	free(p);
	if (gone)
		session_release(s);
	else if (is_over)
		end_session(s);
	account_release(account);
}

static struct step *
step_of(struct command_step *s)
{
	return (struct step *)(void *)s; /* its first member */
}

void
command_show(struct command_step *step, unsigned stage, const struct form *form,
    unsigned offered, enum command_action usual)
{
	struct step *p = step_of(step);
	struct command_session *s = p->session;
	const struct commands_conf *conf;
	const struct host *host = host_find(step->host);
	struct xml_writer w;

	s->stage = stage;
	s->actions = offered;
	s->usual = usual;
	begin_answer(&w, p, "executing");
	xml_open(&w, S(""), S("actions"));
	xml_attr(&w, S("execute"), action_name(usual));
	for (size_t i = 0; i < ACTIONS; i++)
		if (offered & (unsigned)actions[i].action)
			xml_empty(&w, S(""), str_from_c(actions[i].name));
	xml_close(&w);
	form_write(&w, form);
	xml_close(&w);
	route_result(p->request, xml_written(&w));
	conf = host ? module_conf(&mod_commands, host) : NULL;
	if (!s->gone && conf)
		timer_set(&s->expiry, conf->session_ms);
	end_step(p, !conf);
}

void
command_done(struct command_step *step, const struct command_outcome *o)
{
	static const char *const kinds[] = { "info", "warn", "error" };
	struct step *p = step_of(step);
	struct xml_writer w;

	begin_answer(&w, p, "completed");
	if (o->note.at) {
		xml_open(&w, S(""), S("note"));
		xml_attr(&w, S("type"), str_from_c(kinds[o->kind]));
		xml_text(&w, o->note);
		xml_close(&w);
	}
	if (o->markup.len)
		xml_raw(&w, o->markup);
	xml_close(&w);
	route_result(p->request, xml_written(&w));
	end_step(p, true);
}

static void
send_error(struct step *p, enum stanza_error error, struct str condition, struct str text)
{
	route(stanza_error_answer(
	    p->request, error, text, specific(&p->arena, condition), &p->arena));
	module_count(&mod_commands, COMMANDS_REFUSED, 1);
}

void
command_refuse_form(struct command_step *step, struct str text)
{
	struct step *p = step_of(step);

	send_error(p, ERR_BAD_REQUEST, S("bad-payload"), text);
	end_step(p, p->session->stage == 0);
}

void
command_fail(struct command_step *step, enum stanza_error error, struct str text)
{
	struct step *p = step_of(step);

	send_error(p, error, S(""), text);
	end_step(p, true);
}

/* --- requests ----------------------------------------------------------------------------- */

/* The form goes with the step. */
static enum verdict
run_step(struct call *c, struct command_session *s, enum command_action action)
{
	struct elem x = elem_child(c->payload, NS_FORM, S("x"));
	struct step *p = mem_zalloc(sizeof(*p));
	struct form *form = NULL;

	arena_init_wiped(&p->arena, 4096);
	p->request = stanza_ref(c->stanza);
	p->session = s;
	if (s->stage > 0 && action != COMMAND_PREV && elem_exists(x)) {
		form = arena_alloc(&p->arena, sizeof(*form));
		if (form_read(&p->arena, x, form) != OK) {
			stanza_free(&p->request);
			arena_fini(&p->arena);
			free(p);
			return refuse_command(
			    c, ERR_BAD_REQUEST, S("bad-payload"), S("This is no form."));
		}
	}
	p->step = (struct command_step){
		.command = s->command,
		.who = p->request->from,
		.host = jid_domain(p->request->to),
		.stage = s->stage,
		.action = action,
		.form = form,
		.arena = &p->arena,
		.session = &s->arena,
		.state = s->state,
	};
	s->step = p;
	account_hold(s->account);
	s->command->run(&p->step);
	return DONE;
}

static enum verdict
begin(struct call *c, struct str node, struct str action)
{
	const struct command *command = find_command(c->host, node);

	if (!command)
		return refuse_command(c, ERR_ITEM_NOT_FOUND, S(""), (struct str){ 0 });
	if (!may_run(command, c->host, c->stanza->from))
		return refuse_command(c, ERR_FORBIDDEN, S(""), (struct str){ 0 });
	if (!str_eq(action, S("execute")))
		return refuse_command(
		    c, ERR_BAD_REQUEST, S("bad-action"), S("Nothing has been begun."));
	return run_step(c, begin_session(c, command), COMMAND_NEXT);
}

static enum verdict
cancel(struct call *c, struct command_session *s)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_COMMANDS, S("command"));
	xml_attr(&w, S("node"), s->command->node);
	xml_attr(&w, S("sessionid"), s->id);
	xml_attr(&w, S("status"), S("canceled"));
	xml_close(&w);
	end_session(s);
	return iq_result_finish(c, &w);
}

/* COMMAND_... that the name stands for at the session's stage; 0: it is not offered. */
static unsigned
resolve(const struct command_session *s, struct str name)
{
	if (str_eq(name, S("execute")))
		return s->usual;
	for (size_t i = 0; i < ACTIONS; i++)
		if (str_eq(name, str_from_c(actions[i].name)))
			return (unsigned)actions[i].action & s->actions;
	return 0;
}

static enum verdict
go_on(struct call *c, struct str node, struct str id, struct str action)
{
	struct command_session *s = find_session(c, id);
	unsigned wanted;

	if (!s)
		return refuse_command(
		    c, ERR_NOT_ALLOWED, S("session-expired"), (struct str){ 0 });
	if (!str_eq(s->command->node, node))
		return refuse_command(c, ERR_BAD_REQUEST, S("bad-sessionid"),
		    S("The session is one of another command."));
	if (s->step)
		return refuse_command(
		    c, ERR_BAD_REQUEST, S("bad-action"), S("The step before is not over yet."));
	if (str_eq(action, S("cancel")))
		return cancel(c, s);
	if (!may_run(s->command, c->host, c->stanza->from)) {
		end_session(s);
		return refuse_command(c, ERR_FORBIDDEN, S(""), (struct str){ 0 });
	}
	if (!(wanted = resolve(s, action)))
		return refuse_command(c, ERR_BAD_REQUEST, S("bad-action"), (struct str){ 0 });
	if (++s->steps == COMMAND_STEPS_MAX) {
		end_session(s);
		return refuse_command(
		    c, ERR_NOT_ALLOWED, S("session-expired"), (struct str){ 0 });
	}
	return run_step(c, s, (enum command_action)wanted);
}

/* Section 4.1: the word of an action. */
static bool
is_action(struct str name)
{
	for (size_t i = 0; i < ACTIONS; i++)
		if (str_eq(name, str_from_c(actions[i].name)))
			return true;
	return str_eq(name, S("execute")) || str_eq(name, S("cancel"));
}

static enum verdict
on_set(struct call *c)
{
	struct str node = elem_attr_or_none(c->payload, S("node"), c->arena);
	struct str action = S("execute"), id = { 0 };

	if (!c->session)
		return refuse_command(c, ERR_FORBIDDEN, S(""), (struct str){ 0 });
	elem_attr(c->payload, S("action"), c->arena, &action);
	if (!is_action(action))
		return refuse_command(
		    c, ERR_BAD_REQUEST, S("malformed-action"), (struct str){ 0 });
	if (!elem_attr(c->payload, S("sessionid"), c->arena, &id))
		return begin(c, node, action);
	if (!id.len)
		return refuse_command(
		    c, ERR_BAD_REQUEST, S("bad-sessionid"), (struct str){ 0 });
	return go_on(c, node, id, action);
}

/* --- discovery (sections 2.1 and 2.2) ----------------------------------------------------- */

static enum verdict
answer_info(struct call *c, struct str node, struct str type, struct str name)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"), node);
	disco_write_identity(&w, S("automation"), type, name);
	disco_write_feature(&w, NS_COMMANDS);
	disco_write_feature(&w, NS_FORM);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static enum verdict
on_info(struct call *c)
{
	struct str node = elem_attr_or_none(c->payload, S("node"), c->arena);
	const struct command *command;

	if (str_eq(node, NS_COMMANDS))
		return answer_info(c, node, S("command-list"), S("Commands"));
	if (!node.len || !(command = find_command(c->host, node)))
		return PASS;
	if (!may_run(command, c->host, c->stanza->from))
		return refuse(c, ERR_FORBIDDEN);
	return answer_info(c, node, S("command-node"), command->name);
}

static enum verdict
on_items(struct call *c)
{
	struct str node = elem_attr_or_none(c->payload, S("node"), c->arena);
	struct xml_writer w;

	if (!str_eq(node, NS_COMMANDS))
		return PASS;
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	xml_attr(&w, S("node"), node);
	for (size_t i = 0; i < n_commands; i++) {
		if (!is_offered(commands[i], c->host) ||
		    !may_run(commands[i], c->host, c->stanza->from))
			continue;
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("jid"), c->host->name);
		xml_attr(&w, S("node"), commands[i]->node);
		xml_attr(&w, S("name"), commands[i]->name);
		xml_close(&w);
	}
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct feature features[] = { { NS_COMMANDS, SERVER } };

static const struct hook hooks[] = {
	{ ON_IQ_SET, SERVER, NS_COMMANDS, S("command"), HANDLE, on_set },
	{ ON_IQ_GET, SERVER, NS_DISCO_INFO, S("query"), HANDLE, on_info },
	{ ON_IQ_GET, SERVER, NS_DISCO_ITEMS, S("query"), HANDLE, on_items },
};

const struct module mod_commands = {
	.name = "commands",
	.doc =
	    "Commands that people run from their clients, and administrators the server with.",
	.specs = LIST(struct spec, { XEP, 50, "1.3.0", "complete, in English" },
	    { XEP, 133, "1.3.1", "accounts, sessions, rosters, announcements" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct commands_conf),
	.options = LIST(struct option,
	    { "admins", STRINGS, FIELD(commands_conf, admins), NULL, NULL, "64",
		"Addresses of the accounts that may administer the host." },
	    { "session", TIME, FIELD(commands_conf, session_ms), "10m", "1s", "1d",
		"How long a command waits for its next step." }),
	.metrics = LIST(struct metric,
	    [COMMANDS_BEGUN] = { "commands_begun", COUNTER, "commands", "Commands begun." },
	    [COMMANDS_REFUSED] = { "commands_refused", COUNTER, "steps",
		"Steps of commands that were refused or failed." }),
	.account_bytes = sizeof(struct commands_state),
	.account_fini = account_fini,
	.hooks = TABLE(hooks),
	.stop = stop,
};
