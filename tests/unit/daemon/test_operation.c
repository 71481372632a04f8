/* SPDX-License-Identifier: MIT */
#include "../router/house.h"

#include "base/limits.h"
#include "daemon/audit.h"
#include "daemon/operation_path.h"
#include "daemon/operations.h"

static const struct operation_actor anybody = {
	.who = S("test"), .address = S("192.0.2.1"), .scopes = SCOPE_ADMIN
};

static char *answered; /* the last answer */
static unsigned status;
static bool done;

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	free(answered);
	answered = NULL;
	house_close();
	return 0;
}

static void
on_answer(void *asker, unsigned got, const json_t *body)
{
	(void)asker;
	assert_false(done);
	done = true;
	status = got;
	free(answered);
	answered = json_dumps(body, JSON_COMPACT);
}

/* Asks as HTTP does, with arguments as JSON. */
static const char *
ask_as(const struct operation_actor *actor, const char *method, const char *path,
    const char *given)
{
	json_t *args = json_loads(given, 0, NULL);
	struct str methods;
	const struct operation *op =
	    operation_at(str_from_c(method), str_from_c(path), args, &house.arena, &methods);

	assert_non_null(op);
	done = false;
	operation_ask(op, args, actor, on_answer, NULL);
	json_decref(args);
	while (!done)
		loop_drive();
	return answered;
}

static const char *
ask(const char *method, const char *path, const char *given)
{
	return ask_as(&anybody, method, path, given);
}

static const char *
detail(void)
{
	static char text[512];
	json_t *problem = json_loads(answered, 0, NULL);

	snprintf(
	    text, sizeof(text), "%s", json_string_value(json_object_get(problem, "detail")));
	json_decref(problem);
	return text;
}

static void
arguments_are_checked_before_anything_runs(void **state)
{
	(void)state;
	static const struct {
		const char *method, *path, *args;
		unsigned status;
		const char *detail;
	} cases[] = {
		{ "POST", "/users", "{}", 400, "\"address\" is missing" },
		{ "POST", "/users", "{\"address\":\"a@lit\"}", 400, "\"password\" is missing" },
		{ "POST", "/users", "{\"adress\":\"a@lit\"}", 400,
		    "unknown argument; did you mean \"address\"?" },
		{ "POST", "/users", "{\"address\":{}}", 400, "\"address\" must be text" },
		{ "POST", "/users", "{\"address\":null}", 400, "\"address\" must be text" },
		{ "POST", "/users", "{\"address\":5}", 400, "\"address\" must be text" },
		{ "POST", "/users", "{\"address\":[\"a\"]}", 400, "\"address\" must be text" },
		{ "POST", "/users", "{\"address\":\"\",\"password\":\"x\"}", 400,
		    "\"address\": may not be empty" },
		{ "GET", "/users", "{\"limit\":0}", 400,
		    "\"limit\": \"0\" is too little: at least 1" },
		{ "GET", "/users", "{\"limit\":-1}", 400,
		    "\"limit\": \"-1\" is not a whole number, such as 100" },
		{ "GET", "/users", "{\"limit\":true}", 400, "\"limit\" must be a number" },
		{ "GET", "/users", "{\"limit\":\"5\"}", 400, "\"limit\" must be a number" },
		{ "GET", "/users", "{\"limit\":1.5}", 400, "\"limit\" must be a number" },
		{ "GET", "/users/lit", "{}", 400,
		    "\"lit\" is not the address of an account, such as juliet@example.org" },
		{ "GET", "/users/a@elsewhere", "{}", 404,
		    "the host elsewhere is not served here" },
		{ "GET", "/users/a@lit", "{}", 404, "there is no account a@lit" },
		{ "GET", "/users", "{\"host\":\"lit\",\"after\":\"a@elsewhere\"}", 400,
		    "\"after\" is no address of that host" },
		{ "PUT", "/rosters/a@lit/b@lit", "{\"groups\":\"x\"}", 400,
		    "\"groups\" must be a list of texts" },
		{ "PUT", "/rosters/a@lit/b@lit", "{\"groups\":[1]}", 400,
		    "\"groups\" must be a list of texts" },
		{ "POST", "/tokens", "{\"name\":\"x\",\"scope\":[\"root\"]}", 400,
		    "\"scope\": \"root\" is not one of admin, users:read, users:write, "
		    "rosters:read, "
		    "rosters:write, groups:read, groups:write, sessions:read, sessions:write, "
		    "messages:send, metrics:read, config:read, audit:read, portal:login, "
		    "uploads:read, uploads:write, invites:read, invites:write, confirm:ask, "
		    "outages:read, outages:write, reports:read, reports:write, rooms:read or "
		    "rooms:write" },
		{ "POST", "/tokens", "{\"name\":\"x\",\"scope\":[]}", 400,
		    "\"scope\": may not be empty" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].method, cases[i].path, cases[i].args);
		assert_int_equal(status, cases[i].status);
		assert_string_equal(detail(), cases[i].detail);
	}
}

static void
a_problem_is_a_document_of_rfc_9457(void **state)
{
	(void)state;
	assert_string_equal(ask("GET", "/users/a@lit", "{}"),
	    "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
	    "\"condition\":\"item-not-found\",\"detail\":\"there is no account a@lit\"}");
}

static void
every_condition_has_a_status_with_a_title(void **state)
{
	(void)state;
	for (int condition = ERR_BAD_REQUEST; condition < STANZA_ERRORS; condition++)
		assert_true(
		    problem_title(problem_status((enum stanza_error)condition))[0] != '\0');
	assert_int_equal(problem_status(ERR_ITEM_NOT_FOUND), 404);
	assert_int_equal(problem_status(ERR_CONFLICT), 409);
	assert_int_equal(problem_status(ERR_FORBIDDEN), 403);
}

static void
nothing_repeats_a_secret(void **state)
{
	(void)state;
	static const char *const requests[] = {
		"{\"password\":\"hunter2\\u0007\"}",
		"{\"password\":[\"hunter2\",\"x\"]}",
		"{\"password\":\"hunter2\",\"address\":\"\"}",
		"{\"password\":\"hunter2\",\"address\":\"a@lit\"}",
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		assert_null(strstr(ask("POST", "/users", requests[i]), "hunter2"));
	ask("POST", "/messages", "{\"to\":\"a@lit\",\"body\":\"hunter2\"}");
	ask("GET", "/audit", "{}");
	assert_non_null(strstr(answered, "message.send"));
	assert_non_null(strstr(answered, "user.add"));
	assert_null(strstr(answered, "hunter2"));
}

static void
every_change_is_in_the_audit_log_and_no_look_is(void **state)
{
	(void)state;
	ask("PUT", "/groups/lit/staff", "{\"name\":\"Staff\"}");
	assert_int_equal(status, 200);
	ask("DELETE", "/groups/lit/nobody", "{}");
	assert_int_equal(status, 404);
	ask("GET", "/groups", "{}");
	ask("GET", "/audit", "{\"limit\":2}");
	assert_non_null(strstr(answered, "\"operation\":\"group.delete\""));
	assert_non_null(strstr(answered, "\"status\":404"));
	assert_non_null(strstr(answered,
	    "\"operation\":\"group.set\",\"who\":\"test\",\"address\":\"192.0.2.1\","
	    "\"arguments\":{\"name\":\"Staff\",\"host\":\"lit\",\"group\":\"staff\"}"));
	assert_null(strstr(answered, "group.list"));
	assert_non_null(strstr(answered, "\"before\":"));
	ask("DELETE", "/groups/lit/staff", "{}");
	assert_int_equal(status, 200);
}

static void
a_scope_is_needed_and_no_other_does(void **state)
{
	(void)state;
	struct operation_actor reader = anybody, writer = anybody;

	reader.scopes = SCOPE_USERS_READ;
	writer.scopes = SCOPE_USERS_WRITE;
	ask_as(&reader, "GET", "/users", "{}");
	assert_int_equal(status, 200);
	ask_as(&writer, "GET", "/users", "{}");
	assert_int_equal(status, 403);
	ask_as(&reader, "POST", "/users", "{\"address\":\"a@lit\",\"password\":\"x\"}");
	assert_int_equal(status, 403);
	ask_as(&reader, "GET", "/tokens", "{}");
	assert_int_equal(status, 403);
	ask_as(&reader, "GET", "/configuration", "{}");
	assert_int_equal(status, 403);
}

static void
who_is_bound_to_a_host_names_it_and_no_other(void **state)
{
	(void)state;
	static const struct str here[] = { S("lit") }, there[] = { S("elsewhere") };
	static const struct {
		const char *method, *path, *args;
		unsigned here, there;
	} cases[] = {
		{ "GET", "/users", "{\"host\":\"lit\"}", 200, 403 },
		{ "GET", "/users", "{\"host\":\"LIT\"}", 200, 403 },
		{ "GET", "/users", "{}", 403, 403 },
		{ "GET", "/users/b@lit", "{}", 404, 403 },
		{ "GET", "/users/a@elsewhere", "{}", 403, 404 },
		{ "GET", "/sessions", "{}", 403, 403 },
		{ "GET", "/sessions", "{\"address\":\"a@lit\"}", 200, 403 },
		{ "GET", "/statistics", "{}", 403, 403 },
		{ "GET", "/tokens", "{}", 403, 403 },
		{ "POST", "/tokens", "{\"name\":\"x\",\"scope\":[\"admin\"]}", 403, 403 },
		{ "POST", "/messages", "{\"to\":\"a@lit\",\"body\":\"x\"}", 202, 403 },
		{ "POST", "/messages",
		    "{\"to\":\"a@lit\",\"body\":\"x\",\"from\":\"elsewhere\"}", 403, 403 },
		{ "POST", "/messages/broadcast", "{\"body\":\"x\"}", 403, 403 },
		{ "POST", "/rosters/a@lit/friends", "{\"contact\":\"b@elsewhere\"}", 403, 403 },
		{ "PUT", "/groups/lit/g/members/a@elsewhere", "{}", 403, 403 },
	};
	struct operation_actor actor = anybody;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		actor.hosts = (struct str_list){ here, 1 };
		ask_as(&actor, cases[i].method, cases[i].path, cases[i].args);
		assert_int_equal(status, cases[i].here);
		actor.hosts = (struct str_list){ there, 1 };
		ask_as(&actor, cases[i].method, cases[i].path, cases[i].args);
		assert_int_equal(status, cases[i].there);
	}
}

static void
operation_text_takes_only_utf8(void **state)
{
	(void)state;
	json_t *good = operation_text(S("gr\xc3\xbcn")), *bad = operation_text(S("gr\xfcn"));

	assert_string_equal(json_string_value(good), "gr\xc3\xbcn");
	assert_string_equal(json_string_value(bad), "");
	json_decref(good);
	json_decref(bad);
}

static void
operations_are_documented_and_named_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < operations_all.count; i++) {
		const struct operation *op = operations_all.at[i];

		assert_true(
		    strspn(op->name, "abcdefghijklmnopqrstuvwxyz.") == strlen(op->name));
		assert_true(op->doc[strlen(op->doc) - 1] == '.');
		assert_non_null(op->run);
		assert_true(op->scope != SCOPE_NONE);
		assert_true(op->answer.count > 0);
		for (size_t n = 0; n < op->args.count; n++) {
			const struct option *o = &op->args.at[n];

			assert_true(o->max || o->type == BOOL || o->type == CHOICE);
			/* A secret in an address would be logged by whoever sees it. */
			assert_false(o->type == SECRET && (operation_has_in_path(op, o->name) ||
							      !operation_has_body(op)));
			assert_false(operation_has_in_path(op, o->name) && o->preset);
		}
		for (size_t n = 0; n < i; n++)
			assert_false(strcmp(op->path, operations_all.at[n]->path) == 0 &&
				     strcmp(op->method, operations_all.at[n]->method) == 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_checked_before_anything_runs),
		cmocka_unit_test(a_problem_is_a_document_of_rfc_9457),
		cmocka_unit_test(every_condition_has_a_status_with_a_title),
		cmocka_unit_test(nothing_repeats_a_secret),
		cmocka_unit_test(every_change_is_in_the_audit_log_and_no_look_is),
		cmocka_unit_test(a_scope_is_needed_and_no_other_does),
		cmocka_unit_test(who_is_bound_to_a_host_names_it_and_no_other),
		cmocka_unit_test(operation_text_takes_only_utf8),
		cmocka_unit_test(operations_are_documented_and_named_alike),
	};

	return cmocka_run_group_tests(tests, open_house, close_house);
}
