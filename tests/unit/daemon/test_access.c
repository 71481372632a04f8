/* SPDX-License-Identifier: MIT */
#include "../router/house.h"

#include "daemon/access.h"
#include "daemon/operation_path.h"
#include "daemon/operations.h"
#include "loop/clock.h"

static const struct operation_actor root = {
	.who = S("test"), .address = S("local"), .scopes = SCOPE_ADMIN
};
static const struct api_conf usual = {
	.token_rate = 10, .token_burst = 20, .failures_a_hour = 5
};

static json_t *answer;
static unsigned status;
static bool done;

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	access_configure(&usual);
	return access_start() == OK ? 0 : 1;
}

static int
close_house(void **state)
{
	(void)state;
	json_decref(answer);
	access_leave_worker();
	house_close();
	return 0;
}

static void
on_answer(void *asker, unsigned got, const json_t *body)
{
	(void)asker;
	done = true;
	status = got;
	json_decref(answer);
	answer = json_deep_copy(body);
}

static void
ask(const char *method, const char *path, const char *given)
{
	json_t *args = json_loads(given, 0, NULL);
	struct str methods;
	const struct operation *op =
	    operation_at(str_from_c(method), str_from_c(path), args, &house.arena, &methods);

	done = false;
	operation_ask(op, args, &root, on_answer, NULL);
	json_decref(args);
	while (!done)
		loop_drive();
}

/* "Bearer jaseur_api_..." of a new token; its id goes to *id. */
static struct str
new_token(const char *given, struct str *id)
{
	ask("POST", "/tokens", given);
	assert_int_equal(status, 201);
	if (id)
		*id = str_copy(&house.arena, operation_text_of(answer, "id"));
	return str_format(
	    &house.arena, "Bearer %.*s", STR_ARG(operation_text_of(answer, "token")));
}

static enum access verdict;
static uint32_t scopes;

static void
on_judged(void *waiter, enum access got, const struct operation_actor *actor)
{
	(void)waiter;
	done = true;
	verdict = got;
	scopes = actor ? actor->scopes : 0;
	assert_true((got == ACCESS_GRANTED) == (actor != NULL));
}

static enum access
judge_from(struct str authorization, const char *address)
{
	done = false;
	access_judge(authorization, str_from_c(address), on_judged, NULL);
	while (!done)
		loop_drive();
	return verdict;
}

static enum access
judge(struct str authorization)
{
	return judge_from(authorization, "192.0.2.1");
}

static void
a_token_grants_its_scopes_until_it_is_revoked(void **state)
{
	(void)state;
	struct str id, token;

	token = new_token("{\"name\":\"x\",\"scope\":[\"users:read\",\"messages:send\"]}", &id);
	assert_int_equal(judge(token), ACCESS_GRANTED);
	assert_int_equal(scopes, SCOPE_USERS_READ | SCOPE_MESSAGES_SEND);
	ask("GET", "/tokens", "{}");
	assert_non_null(
	    json_object_get(json_array_get(json_object_get(answer, "tokens"), 0), "used"));
	ask("DELETE",
	    str_to_c(&house.arena, str_format(&house.arena, "/tokens/%.*s", STR_ARG(id))),
	    "{}");
	assert_int_equal(status, 200);
	assert_int_equal(judge(token), ACCESS_WRONG);
	ask("DELETE", "/tokens/none", "{}");
	assert_int_equal(status, 404);
}

static void
only_the_whole_token_will_do(void **state)
{
	(void)state;
	struct str token = new_token("{\"name\":\"x\",\"scope\":[\"admin\"]}", NULL);
	char *copy;
	unsigned n = 0;

	assert_int_equal(judge(S("")), ACCESS_MISSING);
	assert_int_equal(judge((struct str){ 0 }), ACCESS_MISSING);
	assert_int_equal(judge(S("Bearer ")), ACCESS_MISSING);
	assert_int_equal(judge(S("Basic YTpi")), ACCESS_MISSING);
	for (size_t at = strlen("Bearer "); at < token.len; at++) {
		/* Each from a network of its own, or they would be locked out. */
		const char *from =
		    str_to_c(&house.arena, str_format(&house.arena, "2001:db8:0:%x::1", ++n));

		copy = str_to_c(&house.arena, token);
		copy[at] = copy[at] == 'A' ? 'B' : 'A';
		assert_int_equal(judge_from(str_of(copy, token.len), from), ACCESS_WRONG);
		if (at > strlen("Bearer "))
			assert_int_equal(
			    judge_from(str_slice(token, 0, at), from), ACCESS_WRONG);
	}
	assert_int_equal(judge(token), ACCESS_GRANTED);
	loop_turn_clock(60 * 60 * 1000);
	loop_drive();
}

static void
a_token_ends_in_time(void **state)
{
	(void)state;
	struct str brief =
	    new_token("{\"name\":\"x\",\"scope\":[\"admin\"],\"expires\":\"1m\"}", NULL);
	struct str lasting =
	    new_token("{\"name\":\"x\",\"scope\":[\"admin\"],\"expires\":\"never\"}", NULL);

	assert_int_equal(judge(brief), ACCESS_GRANTED);
	loop_turn_clock(61 * 1000);
	loop_drive();
	assert_int_equal(judge(brief), ACCESS_WRONG);
	assert_int_equal(judge(lasting), ACCESS_GRANTED);
	loop_turn_clock(60 * 60 * 1000);
	loop_drive();
}

static void
a_token_may_ask_so_often_and_then_in_time_again(void **state)
{
	(void)state;
	struct str token = new_token("{\"name\":\"x\",\"scope\":[\"admin\"]}", NULL);
	struct str other = new_token("{\"name\":\"y\",\"scope\":[\"admin\"]}", NULL);
	unsigned granted = 0;

	while (judge(token) == ACCESS_GRANTED)
		granted++;
	assert_int_equal(verdict, ACCESS_TOO_FAST);
	/* The clock of the test also goes on by itself. */
	assert_true(granted >= 20);
	assert_int_equal(judge(other), ACCESS_GRANTED);
	loop_turn_clock(1000);
	loop_drive();
	assert_int_equal(judge(token), ACCESS_GRANTED);
}

static void
an_address_with_too_many_wrong_tokens_is_locked_out_for_a_while(void **state)
{
	(void)state;
	struct str token = new_token("{\"name\":\"x\",\"scope\":[\"admin\"]}", NULL);

	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(
		    judge_from(S("Bearer jaseur_api_x"), "198.51.100.7"), ACCESS_WRONG);
	assert_int_equal(judge_from(token, "198.51.100.7"), ACCESS_LOCKED);
	assert_int_equal(judge_from(token, "198.51.100.8"), ACCESS_GRANTED);
	/* All of a network of IPv6 are one. */
	for (unsigned i = 0; i < 5; i++)
		judge_from(S("Bearer jaseur_api_x"), "2001:db8:ffff::1");
	assert_int_equal(judge_from(token, "2001:db8:ffff::2"), ACCESS_LOCKED);
	assert_int_equal(judge_from(token, "2001:db8:fffe::2"), ACCESS_GRANTED);
	loop_turn_clock(60 * 60 * 1000);
	loop_drive();
	assert_int_equal(judge_from(token, "198.51.100.7"), ACCESS_GRANTED);
}

/* What is on disk grants the same to the next server, and holds no token. */
static void
tokens_are_kept_as_hashes(void **state)
{
	(void)state;
	struct str id,
	    token = new_token(
		"{\"name\":\"kept\",\"scope\":[\"users:read\"],\"hosts\":[\"LIT\"]}", &id);
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = S(""),
		.kinds = { S("api-token") },
		.n_kinds = 1,
		.item = id,
	};
	struct store_rows *rows = store_read_wait(house.store, &q);
	struct str secret = str_slice(token, token.len - 43, 43);

	assert_int_equal(rows->n, 1);
	assert_null(memmem(rows->row[0].value.at, rows->row[0].value.len, secret.at, 43));
	store_rows_free(&rows);
	access_leave_worker();
	loop_drive();
	assert_int_equal(judge(token), ACCESS_WRONG);
	assert_int_equal(access_start(), OK);
	loop_drive();
	assert_int_equal(judge(token), ACCESS_GRANTED);
	assert_int_equal(scopes, SCOPE_USERS_READ);
	ask("POST", "/tokens",
	    "{\"name\":\"x\",\"scope\":[\"admin\"],\"hosts\":[\"nowhere\"]}");
	assert_int_equal(status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_grants_its_scopes_until_it_is_revoked),
		cmocka_unit_test(only_the_whole_token_will_do),
		cmocka_unit_test(a_token_ends_in_time),
		cmocka_unit_test(a_token_may_ask_so_often_and_then_in_time_again),
		cmocka_unit_test(
		    an_address_with_too_many_wrong_tokens_is_locked_out_for_a_while),
		cmocka_unit_test(tokens_are_kept_as_hashes),
	};

	return cmocka_run_group_tests(tests, open_house, close_house);
}
