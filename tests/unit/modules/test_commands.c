/* SPDX-License-Identifier: MIT
 *
 * Commands of several stages (XEP-0050 section 2.4.2), with one of the test's own.
 */
#include "../router/house.h"

#include "base/limits.h"
#include "modules/commands/commands.h"

/* Asks for a name, then for a town; "later" as the town is answered when the test says so. */
static struct command_step *waiting;

static void
ask_for(struct command_step *s, unsigned stage, struct str var, unsigned actions,
    enum command_action usual)
{
	command_show(s, stage,
	    &(struct form){ .kind = FORM_FORM, .fields = FORM_FIELDS({ .var = var }) }, actions,
	    usual);
}

static void
greet(struct command_step *s)
{
	struct str *name = s->state;

	if (s->stage == 0 || s->action == COMMAND_PREV) {
		ask_for(s, 1, S("name"), COMMAND_NEXT, COMMAND_NEXT);
	} else if (s->stage == 1) {
		if (!s->form || !form_value(s->form, S("name")).len) {
			command_refuse_form(s, S("Who?"));
			return;
		}
		s->state = name = arena_alloc(s->session, sizeof(*name));
		*name = str_copy(s->session, form_value(s->form, S("name")));
		ask_for(s, 2, S("town"), COMMAND_PREV | COMMAND_COMPLETE, COMMAND_COMPLETE);
	} else if (s->form && str_eq(form_value(s->form, S("town")), S("later"))) {
		waiting = s;
	} else {
		command_done(
		    s, &(struct command_outcome){ .kind = NOTE_WARN,
			   .note = str_format(s->arena, "Hello, %.*s.", STR_ARG(*name)) });
	}
}

static const struct command greeting = { .node = S("greet"), .name = S("Greet"), .run = greet };

static struct person romeo;
static char session_id[64];

static int
set_up(void **state)
{
	(void)state;
	house_open(1);
	command_register(&greeting);
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&romeo, "romeo@lit", "orchard");
	waiting = NULL;
	session_id[0] = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	person_leave(&romeo);
	house_close();
	return 0;
}

static void
send(const char *action, const char *var, const char *value)
{
	char text[1024];
	char form[256] = "";

	if (var)
		snprintf(form, sizeof(form),
		    "<x xmlns='jabber:x:data' type='submit'><field var='%s'><value>%s</value>"
		    "</field></x>",
		    var, value);
	snprintf(text, sizeof(text),
	    "<iq type='set' id='1' to='lit'><command "
	    "xmlns='http://jabber.org/protocol/commands'"
	    " node='greet' %s%s%s action='%s'>%s</command></iq>",
	    session_id[0] ? "sessionid='" : "", session_id, session_id[0] ? "'" : "", action,
	    form);
	person_forget(&romeo);
	person_send(&romeo, text);
}

/* Sends it, and waits for what has that in it. */
static void
expect(const char *action, const char *var, const char *value, const char *part)
{
	send(action, var, value);
	person_await(&romeo, 1);
	if (!person_has(&romeo, part))
		fail_msg("%.*s", STR_ARG(romeo.got[0]));
}

static void
begin(void)
{
	const char *at;

	expect("execute", NULL, NULL, "<actions execute='next'><next/></actions>");
	at = memmem(romeo.got[0].at, romeo.got[0].len, "sessionid='", 11);
	assert_non_null(at);
	at += 11;
	memcpy(session_id, at, (size_t)(strchr(at, '\'') - at));
}

static void
a_session_goes_forth_and_back(void **state)
{
	(void)state;
	begin();
	expect("prev", NULL, NULL, "<bad-action");
	expect("complete", "name", "Juliet", "<bad-action");
	expect("next", NULL, NULL, "<bad-payload");
	expect("next", "name", "Paris", "<actions execute='complete'><prev/><complete/>");
	expect("next", "town", "Verona", "<bad-action");
	expect("prev", NULL, NULL, "<actions execute='next'><next/></actions>");
	expect("execute", "name", "Juliet", "var='town'");
	expect("execute", "town", "Verona", "<note type='warn'>Hello, Juliet.</note>");
	assert_true(person_has(&romeo, "status='completed'"));
	expect("execute", "town", "Verona", "<session-expired");
}

static void
a_step_at_a_time(void **state)
{
	(void)state;
	begin();
	expect("next", "name", "Juliet", "var='town'");
	send("complete", "town", "later");
	loop_drive();
	assert_non_null(waiting);
	expect("cancel", NULL, NULL, "<bad-action");
	person_forget(&romeo);
	command_fail(waiting, ERR_CONFLICT, S("Two of them."));
	person_await(&romeo, 1);
	assert_true(person_has(&romeo, "<conflict"));
	expect("cancel", NULL, NULL, "<session-expired");
}

/* The account is read again meanwhile: its sessions are over. */
static void
an_answer_may_come_too_late(void **state)
{
	(void)state;
	begin();
	expect("next", "name", "Juliet", "var='town'");
	send("complete", "town", "later");
	loop_drive();
	assert_non_null(waiting);
	account_reload(account_loaded(jid_trusted(S("romeo@lit"))));
	house_settle();
	person_forget(&romeo);
	ask_for(waiting, 3, S("more"), COMMAND_NEXT, COMMAND_NEXT);
	person_await(&romeo, 1);
	assert_true(person_has(&romeo, "status='executing'"));
	expect("next", NULL, NULL, "<session-expired");
}

static void
so_many_steps_and_no_more(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < COMMAND_STEPS_MAX - 1; i++)
		expect("next", NULL, NULL, "<bad-payload");
	expect("next", NULL, NULL, "<session-expired");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_session_goes_forth_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_step_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_answer_may_come_too_late, set_up, tear_down),
		cmocka_unit_test_setup_teardown(so_many_steps_and_no_more, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
