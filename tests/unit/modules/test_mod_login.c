/* SPDX-License-Identifier: MIT */
#include "../router/house.h"

#include "base/limits.h"
#include "loop/clock.h"
#include "modules/mod_login.h"
#include "router/auth.h"

static int
open_house(void **state)
{
	(void)state;
	house.also = &mod_login;
	house_open(1);
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	house_close();
	return 0;
}

static struct jid
account(const char *text)
{
	return jid_trusted(str_from_c(text));
}

/* An account without a password. */
static void
add_account(const char *address, bool disabled)
{
	struct credentials c = { .created_us = 1, .disabled = disabled };

	house_row(address, KIND_ACCOUNT, S(""), credentials_encode(&house.arena, &c));
}

static bool done;
static enum status made_status;

static void
on_made(void *waiter, enum status s, struct str token, usec_t expires_us)
{
	struct str *out = waiter;

	assert_true(s != OK || expires_us > loop_wall_us());
	*out = str_copy(&house.arena, token);
	made_status = s;
	done = true;
}

static struct str
make(const char *address, msec_t lifetime_ms)
{
	struct str token = { 0 };

	done = false;
	login_token_make(account(address), lifetime_ms, on_made, &token);
	while (!done)
		loop_drive();
	return token;
}

struct outcome {
	bool known;
	enum status status;
	char account[64];
	const char *why;
};

static void
on_judged(void *waiter, enum status s, struct jid found, const char *why)
{
	struct outcome *o = waiter;

	assert_false(o->known);
	*o = (struct outcome){ .known = true, .status = s, .why = why };
	if (s == OK)
		memcpy(o->account, jid_full(found).at, jid_full(found).len);
}

static void
begin(struct outcome *o, struct str token, const char *wanted)
{
	*o = (struct outcome){ 0 };
	auth_tokens()->judge(
	    hosts_at(0), token, wanted ? account(wanted) : (struct jid){ 0 }, on_judged, o);
}

static struct outcome
judge(struct str token, const char *wanted)
{
	struct outcome o;

	begin(&o, token, wanted);
	while (!o.known)
		loop_drive();
	return o;
}

static void
a_token_is_good_once_for_its_account(void **state)
{
	(void)state;
	struct str token;
	struct outcome o;

	add_account("juliet@lit", false);
	token = make("juliet@lit", 0);
	assert_int_equal(made_status, OK);
	o = judge(token, NULL);
	assert_int_equal(o.status, OK);
	assert_string_equal(o.account, "juliet@lit");
	o = judge(token, NULL);
	assert_int_equal(o.status, E_DENIED);
	assert_string_equal(o.why, "unknown or used token");
}

/* Who guesses whose it is does not take it away from its owner. */
static void
for_another_account_it_is_neither_good_nor_used(void **state)
{
	(void)state;
	struct str token = make("juliet@lit", 0);

	assert_int_equal(judge(token, "romeo@lit").status, E_DENIED);
	assert_int_equal(judge(token, "juliet@lit").status, OK);
}

static void
of_two_that_come_at_once_one_gets_in(void **state)
{
	(void)state;
	struct str token = make("juliet@lit", 0);
	struct outcome one, other;

	begin(&one, token, NULL);
	begin(&other, token, NULL);
	while (!one.known || !other.known)
		loop_drive();
	assert_int_equal((one.status == OK) + (other.status == OK), 1);
}

static void
a_token_ends_in_time_and_at_most_as_configured(void **state)
{
	(void)state;
	struct str brief = make("juliet@lit", 5000), usual = make("juliet@lit", 0);
	struct str wanted_long = make("juliet@lit", 3600 * 1000);

	loop_turn_clock(6000);
	loop_drive();
	assert_string_equal(judge(brief, NULL).why, "expired token");
	assert_int_equal(judge(usual, NULL).status, OK);
	loop_turn_clock(60 * 1000);
	loop_drive();
	assert_int_equal(judge(wanted_long, NULL).status, E_DENIED);
}

static void
nothing_but_the_whole_token_will_do(void **state)
{
	(void)state;
	struct str token = make("juliet@lit", 0);
	char *copy;

	for (size_t len = 0; len < token.len; len++)
		assert_int_equal(judge(str_slice(token, 0, len), NULL).status, E_DENIED);
	for (size_t at = 0; at < token.len; at++) {
		copy = str_to_c(&house.arena, token);
		copy[at] = copy[at] == 'A' ? 'B' : 'A';
		assert_int_equal(judge(str_of(copy, token.len), NULL).status, E_DENIED);
	}
	assert_int_equal(judge(S("jaseur_login_99aaaa"), NULL).status, E_DENIED);
	assert_int_equal(judge(token, NULL).status, OK);
}

static void
an_account_has_so_many_tokens_and_its_oldest_gives_way(void **state)
{
	(void)state;
	struct str tokens[LOGIN_TOKENS_OF_ACCOUNT_MAX + 1];

	for (size_t i = 0; i <= LOGIN_TOKENS_OF_ACCOUNT_MAX; i++)
		tokens[i] = make("juliet@lit", 0);
	assert_int_equal(judge(tokens[0], NULL).status, E_DENIED);
	for (size_t i = 1; i <= LOGIN_TOKENS_OF_ACCOUNT_MAX; i++)
		assert_int_equal(judge(tokens[i], NULL).status, OK);
}

static void
who_does_not_exist_or_is_disabled_gets_none(void **state)
{
	(void)state;
	make("nobody@lit", 0);
	assert_int_equal(made_status, E_NOT_FOUND);
	add_account("tybalt@lit", true);
	make("tybalt@lit", 0);
	assert_int_equal(made_status, E_DENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_good_once_for_its_account),
		cmocka_unit_test(for_another_account_it_is_neither_good_nor_used),
		cmocka_unit_test(of_two_that_come_at_once_one_gets_in),
		cmocka_unit_test(a_token_ends_in_time_and_at_most_as_configured),
		cmocka_unit_test(nothing_but_the_whole_token_will_do),
		cmocka_unit_test(an_account_has_so_many_tokens_and_its_oldest_gives_way),
		cmocka_unit_test(who_does_not_exist_or_is_disabled_gets_none),
	};

	return cmocka_run_group_tests(tests, open_house, close_house);
}
