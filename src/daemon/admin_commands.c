/* SPDX-License-Identifier: MIT */
#include "daemon/admin_commands.h"

#include "base/limits.h"
#include "daemon/operations.h"
#include "modules/commands/commands.h"
#include "xmpp/ns.h"

/* A command: the form of its only stage, and what it does with what was submitted. */
struct admin_command {
	struct command command; /* first */
	const char *title;      /* NULL: there is nothing to ask */
	const struct form_field *fields;
	size_t n_fields;
	void (*perform)(struct command_step *s);
	const struct operation *each; /* of run_each */
};

static const struct admin_command *
admin_command_of(const struct command *command)
{
	return (const struct admin_command *)(const void *)command; /* its first member */
}

/* What is under way for a step; in its arena. */
struct task {
	struct command_step *step;
	size_t at;               /* of the accounts: which is dealt with */
	size_t failed;           /* how many of them could not be */
	struct str why;          /* they failed, a line each */
	enum stanza_error error; /* of the last of them */
	json_t *listed;
	uint64_t count, most;
	struct str after;
};

/* --- operations -----------------------------------------------------------------------------
 */

/* The arguments are taken over. */
static void
ask(struct task *t, const struct operation *op, json_t *args, operation_answered_fn *answered)
{
	struct arena *a = t->step->arena;
	struct operation_actor actor = {
		.who = str_format(a, "account %.*s", STR_ARG(jid_bare(t->step->who))),
		.address = S("xmpp"),
		.scopes = SCOPE_ADMIN,
		.hosts = { &t->step->host, 1 },
	};

	operation_ask(op, args, &actor, answered, t);
	json_decref(args);
}

static enum stanza_error
error_named(struct str name)
{
	for (int e = ERR_NONE + 1; e < STANZA_ERRORS; e++)
		if (str_eq(stanza_error_name((enum stanza_error)e), name))
			return (enum stanza_error)e;
	return ERR_UNDEFINED_CONDITION;
}

/* Section 5: what failed is answered with an error. */
static bool
fails(struct task *t, unsigned status, const json_t *body)
{
	if (status < 400)
		return false;
	command_fail(t->step, error_named(operation_text_of(body, "condition")),
	    operation_text_of(body, "detail"));
	return true;
}

/* --- forms ----------------------------------------------------------------------------------
 */

static struct str
form_markup(struct arena *a, const struct form_field *fields, size_t n)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_COMMANDS);
	form_write(
	    &w, &(struct form){
		    .kind = FORM_RESULT, .form_type = NS_ADMIN, .fields = fields, .count = n });
	return xml_written(&w);
}

static void
finish_with(struct task *t, const struct form_field *fields, size_t n, struct str note)
{
	command_done(t->step, &(struct command_outcome){ .note = note,
				  .markup = form_markup(t->step->arena, fields, n) });
}

static struct str
submitted(const struct task *t, const char *var)
{
	return str_trim(form_value(t->step->form, str_from_c(var)));
}

static struct str
number_text(struct arena *a, uint64_t n)
{
	return str_format(a, "%llu", (unsigned long long)n);
}

static void
show(struct command_step *s)
{
	const struct admin_command *c = admin_command_of(s->command);

	command_show(s, 1,
	    &(struct form){ .kind = FORM_FORM,
		.title = str_from_c(c->title),
		.form_type = NS_ADMIN,
		.fields = c->fields,
		.count = c->n_fields },
	    COMMAND_COMPLETE, COMMAND_COMPLETE);
}

/* What is required and was not given; NULL: nothing. */
static const struct form_field *
missing(const struct command_step *s)
{
	const struct admin_command *c = admin_command_of(s->command);

	for (size_t i = 0; i < c->n_fields; i++)
		if (c->fields[i].required && !form_value(s->form, c->fields[i].var).len)
			return &c->fields[i];
	return NULL;
}

static void
run(struct command_step *s)
{
	const struct admin_command *c = admin_command_of(s->command);
	const struct form_field *lacking;

	if (s->stage == 0 && c->title) {
		show(s);
	} else if (s->stage > 0 && (!s->form || (s->form->form_type.at &&
						    !str_eq(s->form->form_type, NS_ADMIN)))) {
		command_refuse_form(s, S("The form is missing, or another."));
	} else if (s->stage > 0 && (lacking = missing(s))) {
		command_refuse_form(
		    s, str_format(s->arena, "\"%.*s\" is missing.", STR_ARG(lacking->label)));
	} else {
		c->perform(s);
	}
}

static struct task *
begin(struct command_step *s)
{
	struct task *t = arena_zalloc(s->arena, sizeof(*t));

	t->step = s;
	t->why = S("");
	t->after = S("");
	return t;
}

/* --- one account (sections 4.1 and 4.7) -----------------------------------------------------
 */

static void
on_done(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (!fails(t, status, body))
		command_done(t->step, &(struct command_outcome){ 0 });
}

static json_t *
account_and_password(const struct task *t)
{
	return json_pack("{s:o, s:o}", "address", operation_text(submitted(t, "accountjid")),
	    "password", operation_text(form_value(t->step->form, S("password"))));
}

static void
add_user(struct command_step *s)
{
	struct task *t = begin(s);

	if (str_eq(
		form_value(s->form, S("password")), form_value(s->form, S("password-verify"))))
		ask(t, &operation_user_add, account_and_password(t), on_done);
	else
		command_refuse_form(s, S("The passwords are not the same."));
}

static void
change_password(struct command_step *s)
{
	struct task *t = begin(s);

	ask(t, &operation_user_password, account_and_password(t), on_done);
}

/* --- several accounts (sections 4.2 to 4.5) -------------------------------------------------
 */

static void ask_for_next(struct task *t);

static const struct form_field *
accounts_of(const struct task *t)
{
	return form_field(t->step->form, S("accountjids"));
}

static void
finish_each(struct task *t)
{
	size_t n = accounts_of(t)->count;
	struct str note = str_format(t->step->arena, "%zu of %zu could not be dealt with.%.*s",
	    t->failed, n, STR_ARG(t->why));

	if (t->failed == n)
		command_fail(t->step, t->error, note);
	else if (t->failed)
		command_done(
		    t->step, &(struct command_outcome){ .kind = NOTE_ERROR, .note = note });
	else
		command_done(t->step, &(struct command_outcome){ 0 });
}

static void
on_each_done(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;
	struct str detail = operation_text_of(body, "detail");

	if (status >= 400) {
		t->failed++;
		t->error = error_named(operation_text_of(body, "condition"));
		t->why =
		    str_format(t->step->arena, "%.*s\n%.*s", STR_ARG(t->why), STR_ARG(detail));
	}
	t->at++;
	ask_for_next(t);
}

static void
ask_for_next(struct task *t)
{
	const struct form_field *accounts = accounts_of(t);

	if (t->at == accounts->count)
		finish_each(t);
	else
		ask(t, admin_command_of(t->step->command)->each,
		    json_pack(
			"{s:o}", "address", operation_text(str_trim(accounts->values[t->at]))),
		    on_each_done);
}

static void
run_each(struct command_step *s)
{
	struct task *t = begin(s);

	if (accounts_of(t)->count > ADMIN_ACCOUNTS_MAX)
		command_refuse_form(s, S("These are too many accounts at once."));
	else
		ask_for_next(t);
}

/* --- a roster (section 4.8) -----------------------------------------------------------------
 */

static void
write_contact(struct xml_writer *w, const json_t *contact)
{
	const json_t *groups = json_object_get(contact, "groups");
	struct str name = operation_text_of(contact, "name");

	xml_open(w, S(""), S("item"));
	xml_attr(w, S("jid"), operation_text_of(contact, "contact"));
	if (name.len)
		xml_attr(w, S("name"), name);
	xml_attr(w, S("subscription"), operation_text_of(contact, "subscription"));
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);

		xml_leaf(w, S(""), S("group"),
		    str_of(json_string_value(group), json_string_length(group)));
	}
	xml_close(w);
}

/* The roster stands in the form, as the section shows it. */
static void
on_roster(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;
	const json_t *contacts = json_object_get(body, "contacts");
	struct xml_writer w;

	if (fails(t, status, body))
		return;
	xml_begin_inner(&w, t->step->arena, NS_COMMANDS);
	xml_open(&w, NS_FORM, S("x"));
	xml_attr(&w, S("type"), S("result"));
	xml_open(&w, S(""), S("field"));
	xml_attr(&w, S("var"), S("FORM_TYPE"));
	xml_attr(&w, S("type"), S("hidden"));
	xml_leaf(&w, S(""), S("value"), NS_ADMIN);
	xml_close(&w);
	xml_open(&w, S(""), S("field"));
	xml_attr(&w, S("var"), S("accountjids"));
	xml_leaf(&w, S(""), S("value"), operation_text_of(body, "address"));
	xml_close(&w);
	xml_open(&w, NS_ROSTER, S("query"));
	for (size_t i = 0; i < json_array_size(contacts); i++)
		write_contact(&w, json_array_get(contacts, i));
	xml_close(&w);
	xml_close(&w);
	command_done(t->step, &(struct command_outcome){ .markup = xml_written(&w) });
}

static void
get_roster(struct command_step *s)
{
	struct task *t = begin(s);

	if (accounts_of(t)->count == 1)
		ask(t, &operation_roster_show,
		    json_pack("{s:o}", "address", operation_text(submitted(t, "accountjids"))),
		    on_roster);
	else
		command_refuse_form(s, S("One account at a time, please."));
}

/* --- what an account does (section 4.10) ----------------------------------------------------
 */

/* The texts of one member of each session; of addresses the resource. */
static struct form_field
of_sessions(struct arena *a, const json_t *sessions, const char *member, struct str var)
{
	size_t n = json_array_size(sessions);
	struct str *values = arena_alloc(a, n * sizeof(*values));

	for (size_t i = 0; i < n; i++) {
		values[i] = operation_text_of(json_array_get(sessions, i), member);
		if (strcmp(member, "address") == 0)
			values[i] = jid_resource(jid_trusted(values[i]));
	}
	return (struct form_field){
		.var = var, .type = FIELD_LIST_MULTI, .values = values, .count = n
	};
}

static void
on_sessions_of(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;
	const json_t *sessions = json_object_get(body, "sessions");
	struct arena *a = t->step->arena;
	struct form_field fields[3];

	if (fails(t, status, body))
		return;
	fields[0] = of_sessions(a, sessions, "from", S("ipaddresses"));
	fields[1] = (struct form_field){ .var = S("rostersize"),
		FIELD_VALUE(number_text(a, t->count)) };
	fields[2] = of_sessions(a, sessions, "address", S("onlineresources"));
	finish_with(t, fields, 3, (struct str){ 0 });
}

static void
on_roster_of(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (fails(t, status, body))
		return;
	t->count = json_array_size(json_object_get(body, "contacts"));
	ask(t, &operation_session_list,
	    json_pack("{s:o}", "address", operation_text(submitted(t, "accountjid"))),
	    on_sessions_of);
}

static void
user_stats(struct command_step *s)
{
	struct task *t = begin(s);

	ask(t, &operation_roster_show,
	    json_pack("{s:o}", "address", operation_text(submitted(t, "accountjid"))),
	    on_roster_of);
}

/* --- all accounts (sections 4.13, 4.18) -----------------------------------------------------
 */

enum { PAGE = 1000 };

static void
ask_for_page(struct task *t, operation_answered_fn *answered)
{
	ask(t, &operation_user_list,
	    json_pack("{s:o, s:o, s:i}", "host", operation_text(t->step->host), "after",
		operation_text(t->after), "limit",
		(int)(t->most && t->most - t->count < PAGE ? t->most - t->count : PAGE)),
	    answered);
}

/* Whether there is another page, which is then asked for. */
static bool
goes_on(struct task *t, const json_t *body, operation_answered_fn *answered)
{
	struct str next = operation_text_of(body, "next");

	t->count += json_array_size(json_object_get(body, "users"));
	if (!next.len || (t->most && t->count >= t->most))
		return false;
	t->after = str_copy(t->step->arena, next);
	ask_for_page(t, answered);
	return true;
}

static void
finish_with_number(struct task *t, struct str var, struct str label, uint64_t n)
{
	struct form_field field = {
		.var = var, .label = label, FIELD_VALUE(number_text(t->step->arena, n))
	};

	finish_with(t, &field, 1, (struct str){ 0 });
}

static void
on_counted(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (!fails(t, status, body) && !goes_on(t, body, on_counted))
		finish_with_number(
		    t, S("registeredusersnum"), S("The number of registered users"), t->count);
}

static void
count_registered(struct command_step *s)
{
	ask_for_page(begin(s), on_counted);
}

/* The addresses of all rows, each once; they are in order or beside each other. */
static void
add_addresses(struct task *t, const json_t *rows)
{
	struct str last = { 0 };

	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct str bare = jid_bare(
		    jid_trusted(operation_text_of(json_array_get(rows, i), "address")));

		if (!str_eq(bare, last))
			json_array_append_new(t->listed, operation_text(bare));
		last = bare;
	}
}

static void
finish_with_list(struct task *t, struct str var, struct str label, bool cut)
{
	size_t n = json_array_size(t->listed);
	struct str *values = arena_alloc(t->step->arena, n * sizeof(*values));
	struct form_field field = { .var = var,
		.label = label,
		.type = FIELD_JID_MULTI,
		.values = values,
		.count = n };

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(t->listed, i);

		values[i] = str_copy(
		    t->step->arena, str_of(json_string_value(one), json_string_length(one)));
	}
	json_decref(t->listed);
	finish_with(t, &field, 1, cut ? S("There are more.") : (struct str){ 0 });
}

static void
on_listed(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (status < 400)
		add_addresses(t, json_object_get(body, "users"));
	else
		json_decref(t->listed);
	if (!fails(t, status, body) && !goes_on(t, body, on_listed))
		finish_with_list(t, S("registereduserjids"), S("The list of all users"),
		    operation_text_of(body, "next").len > 0);
}

/* "none": as many as are ever listed. False: it is no number. */
static bool
take_most(struct task *t)
{
	struct str most = submitted(t, "max_items");

	t->most = ADMIN_LIST_MAX;
	if (!most.len || str_eq(most, S("none")))
		return true;
	return str_to_u64(most, ADMIN_LIST_MAX, &t->most) == OK && t->most > 0;
}

static void
list_registered(struct command_step *s)
{
	struct task *t = begin(s);

	if (!take_most(t)) {
		command_refuse_form(s, S("That is no such number of items."));
		return;
	}
	t->listed = json_array();
	ask_for_page(t, on_listed);
}

/* --- who is there (sections 4.15, 4.20) -----------------------------------------------------
 */

static void
ask_for_sessions(struct task *t, uint64_t limit, operation_answered_fn *answered)
{
	ask(t, &operation_session_list,
	    json_pack("{s:o, s:i}", "host", operation_text(t->step->host), "limit", (int)limit),
	    answered);
}

static void
on_online_counted(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (!fails(t, status, body))
		finish_with_number(t, S("onlineusersnum"), S("The number of online users"),
		    (uint64_t)json_integer_value(json_object_get(body, "accounts")));
}

static void
count_online(struct command_step *s)
{
	ask_for_sessions(begin(s), 1, on_online_counted);
}

static void
on_online_listed(void *asker, unsigned status, const json_t *body)
{
	struct task *t = asker;

	if (fails(t, status, body))
		return;
	t->listed = json_array();
	add_addresses(t, json_object_get(body, "sessions"));
	finish_with_list(t, S("onlineuserjids"), S("The list of online users"),
	    json_is_true(json_object_get(body, "cut")));
}

static void
list_online(struct command_step *s)
{
	struct task *t = begin(s);

	if (take_most(t))
		ask_for_sessions(t, t->most, on_online_listed);
	else
		command_refuse_form(s, S("That is no such number of items."));
}

/* --- announcements (section 4.23) -----------------------------------------------------------
 */

static void
announce(struct command_step *s)
{
	const struct form_field *lines = form_field(s->form, S("announcement"));
	struct task *t = begin(s);
	struct str body = S("");

	for (size_t i = 0; i < lines->count; i++)
		body = str_format(s->arena, "%.*s%s%.*s", STR_ARG(body), i ? "\n" : "",
		    STR_ARG(lines->values[i]));
	ask(t, &operation_message_broadcast,
	    json_pack(
		"{s:o, s:o}", "host", operation_text(s->host), "body", operation_text(body)),
	    on_done);
}

/* --- the table ------------------------------------------------------------------------------
 */

static bool
may(const struct command *command, const struct host *host, struct jid who)
{
	(void)command;
	return command_is_admin(host, who);
}

#define ACCOUNT_FIELD                                                                          \
	{                                                                                      \
		.var = S("accountjid"), .type = FIELD_JID_SINGLE, .required = true,            \
		.label = S("The address of the account")                                       \
	}
#define PASSWORD_FIELD(var_, label_)                                                           \
	{                                                                                      \
		.var = S(var_), .type = FIELD_TEXT_PRIVATE, .required = true,                  \
		.label = S(label_)                                                             \
	}

static const struct form_field account[] = { ACCOUNT_FIELD };

static const struct form_field accounts[] = {
	{ .var = S("accountjids"),
	    .type = FIELD_JID_MULTI,
	    .required = true,
	    .label = S("The addresses of the accounts") },
};

static const struct form_field account_to_add[] = {
	ACCOUNT_FIELD,
	PASSWORD_FIELD("password", "The password for this account"),
	PASSWORD_FIELD("password-verify", "The password again"),
};

static const struct form_field account_and_new_password[] = {
	ACCOUNT_FIELD,
	PASSWORD_FIELD("password", "The password for this account"),
};

static const struct form_option numbers[] = {
	{ S("25"), S("25") },
	{ S("50"), S("50") },
	{ S("75"), S("75") },
	{ S("100"), S("100") },
	{ S("150"), S("150") },
	{ S("200"), S("200") },
	{ S("None"), S("none") },
};

static const struct form_field how_many[] = {
	{ .var = S("max_items"),
	    .type = FIELD_LIST_SINGLE,
	    .label = S("Maximum number of items to show"),
	    .options = numbers,
	    .option_count = sizeof(numbers) / sizeof(numbers[0]) },
};

static const struct form_field announcement[] = {
	{ .var = S("announcement"),
	    .type = FIELD_TEXT_MULTI,
	    .required = true,
	    .label = S("Announcement") },
};

#define NODE(name) S("http://jabber.org/protocol/admin#" name)
#define FIELDS(array) array, sizeof(array) / sizeof((array)[0])

static const struct admin_command all[] = {
	{ { NODE("add-user"), S("Add a user"), NULL, may, run }, "Adding a user",
	    FIELDS(account_to_add), add_user, NULL },
	{ { NODE("delete-user"), S("Delete users"), NULL, may, run },
	    "Deleting users, with all that is kept of them", FIELDS(accounts), run_each,
	    &operation_user_delete },
	{ { NODE("disable-user"), S("Disable users"), NULL, may, run }, "Disabling users",
	    FIELDS(accounts), run_each, &operation_user_disable },
	{ { NODE("reenable-user"), S("Re-enable users"), NULL, may, run }, "Re-enabling users",
	    FIELDS(accounts), run_each, &operation_user_enable },
	{ { NODE("end-user-session"), S("End users' sessions"), NULL, may, run },
	    "Ending sessions: one, or all of an account", FIELDS(accounts), run_each,
	    &operation_session_close },
	{ { NODE("change-user-password"), S("Change a user's password"), NULL, may, run },
	    "Changing a password", FIELDS(account_and_new_password), change_password, NULL },
	{ { NODE("get-user-roster"), S("Get a user's roster"), NULL, may, run },
	    "Getting a roster", FIELDS(accounts), get_roster, NULL },
	{ { NODE("user-stats"), S("Get statistics of a user"), NULL, may, run },
	    "Getting statistics of a user", FIELDS(account), user_stats, NULL },
	{ { NODE("get-registered-users-num"), S("Get the number of registered users"), NULL,
	      may, run },
	    NULL, NULL, 0, count_registered, NULL },
	{ { NODE("get-online-users-num"), S("Get the number of online users"), NULL, may, run },
	    NULL, NULL, 0, count_online, NULL },
	{ { NODE("get-registered-users-list"), S("Get the list of registered users"), NULL, may,
	      run },
	    "Listing registered users", FIELDS(how_many), list_registered, NULL },
	{ { NODE("get-online-users-list"), S("Get the list of online users"), NULL, may, run },
	    "Listing online users", FIELDS(how_many), list_online, NULL },
	{ { NODE("announce"), S("Send an announcement to online users"), NULL, may, run },
	    "Making an announcement", FIELDS(announcement), announce, NULL },
};

void
admin_commands_register(void)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		command_register(&all[i].command);
}
