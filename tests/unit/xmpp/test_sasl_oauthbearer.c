/* SPDX-License-Identifier: MIT */
#include "sasl_fixture.h"

#include "base/limits.h"

#define A "\x01"

static int
set_up_bearer(void **state)
{
	set_up(state);
	conf.bearer = true;
	return 0;
}

static struct jid
account(const char *text)
{
	return jid_trusted(str_from_c(text));
}

static void
assert_verdict_wanted(struct sasl_turn turn, const char *token, const char *user)
{
	assert_int_equal(turn.what, SASL_NEED_VERDICT);
	assert_str(turn.bytes, token);
	assert_str(jid_full(turn.user), user);
}

static void
a_good_token_lets_its_account_in(void **state)
{
	(void)state;
	struct jid juliet = account("juliet@example.org");
	struct sasl_turn turn =
	    start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer t0k.en" A A));

	assert_verdict_wanted(turn, "t0k.en", "");
	turn = sasl_judged(exchange, &juliet, NULL);
	assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
	assert_str(jid_full(turn.user), "juliet@example.org");
	turn = sasl_supply(exchange, &pencil, NULL);
	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(jid_full(turn.user), "juliet@example.org");
	assert_null(turn.bytes.at);
}

static void
what_the_client_says_it_is_must_be_right(void **state)
{
	(void)state;
	static const struct {
		const char *authzid, *user; /* NULL: refused */
	} cases[] = {
		{ "a=user@example.org", "user@example.org" },
		{ "a=USER@example.org", "user@example.org" },
		{ "a=user", "user@example.org" },
		{ "a=us=3Der=2C", "us=er,@example.org" },
		{ "a=user@example.com", NULL },
		{ "a=user@example.org/x", NULL },
		{ "a=a@b@c", NULL },
		{ "a=us er", NULL },
	};
	struct jid user = account("user@example.org"), other = account("other@example.org");
	struct sasl_turn turn;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str message =
		    str_format(&arena, "n,%s," A "auth=Bearer x" A A, cases[i].authzid);

		turn = start(&bound, "OAUTHBEARER", message);
		if (cases[i].user)
			assert_verdict_wanted(turn, "x", cases[i].user);
		else
			assert_failure(turn, SASL_INVALID_AUTHZID);
	}
	/* A token of somebody else does not help. */
	start(&bound, "OAUTHBEARER", S("n,a=user@example.org," A "auth=Bearer x" A A));
	turn = sasl_judged(exchange, &other, NULL);
	assert_int_equal(turn.what, SASL_CHALLENGE);
	start(&bound, "OAUTHBEARER", S("n,a=user@example.org," A "auth=Bearer x" A A));
	assert_int_equal(sasl_judged(exchange, &user, NULL).what, SASL_NEED_ACCOUNT);
}

/* RFC 7628 section 3.2.3 */
static void
a_bad_token_is_told_in_json_before_the_failure(void **state)
{
	(void)state;
	struct sasl_turn turn;

	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	turn = sasl_judged(exchange, NULL, "expired token");
	assert_int_equal(turn.what, SASL_CHALLENGE);
	assert_str(turn.bytes, "{\"status\":\"invalid_token\"}");
	turn = sasl_step(exchange, S(A));
	assert_failure(turn, SASL_NOT_AUTHORIZED);
	assert_string_equal(turn.why, "expired token");

	/* Another token at that point is no second attempt. */
	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	sasl_judged(exchange, NULL, "expired token");
	assert_failure(
	    sasl_step(exchange, S("n,," A "auth=Bearer y" A A)), SASL_NOT_AUTHORIZED);
}

static void
an_account_that_is_gone_or_disabled_does_not_get_in(void **state)
{
	(void)state;
	struct jid user = account("user@example.org");
	struct credentials disabled = pencil;

	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	sasl_judged(exchange, &user, NULL);
	assert_failure(sasl_supply(exchange, NULL, NULL), SASL_NOT_AUTHORIZED);
	disabled.disabled = true;
	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	sasl_judged(exchange, &user, NULL);
	assert_failure(sasl_supply(exchange, &disabled, NULL), SASL_ACCOUNT_DISABLED);
}

static void
an_account_needs_no_password(void **state)
{
	(void)state;
	struct jid user = account("user@example.org");
	struct credentials none = { 0 };

	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	sasl_judged(exchange, &user, NULL);
	assert_int_equal(sasl_supply(exchange, &none, NULL).what, SASL_SUCCESS);
}

static void
messages_are_read_as_written(void **state)
{
	(void)state;
	static const struct {
		const char *message;
		size_t len;
		const char *token; /* NULL: malformed; "": asks what is wanted */
	} cases[] = {
#define MESSAGE(text) (text), sizeof(text) - 1
		{ MESSAGE("n,," A "auth=Bearer x" A A), "x" },
		{ MESSAGE("y,," A "auth=bearer x" A A), "x" },
		{ MESSAGE("n,," A "host=h" A "port=5222" A "auth=Bearer x" A A), "x" },
		{ MESSAGE("n,," A "auth=Bearer a=b==" A A), "a=b==" },
		{ MESSAGE("n,," A "auth=" A A), "" },
		{ MESSAGE("n,," A "auth=Basic x" A A), "" },
		{ MESSAGE("n,," A "auth=Bearer " A A), "" },
		{ MESSAGE("n,," A "auth=Bearer a b" A A), "" },
		{ MESSAGE("n,," A "auth=Bearer x" A "auth=Bearer y" A A), NULL },
		{ MESSAGE("n,," A "auth=Bearer x" A), NULL },
		{ MESSAGE("n,," A "auth=Bearer x"), NULL },
		{ MESSAGE("n,," A "auth=Bearer x" A A A), NULL },
		{ MESSAGE("n,," A "auth=Bearer x" A A "more"), NULL },
		{ MESSAGE("n,," A A), NULL },
		{ MESSAGE("n,," A "host=h" A A), NULL },
		{ MESSAGE("n,," A "=Bearer x" A "auth=Bearer x" A A), NULL },
		{ MESSAGE("n,," A "auth" A A), NULL },
		{ MESSAGE("n," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("n,,," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("p=tls-exporter,," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("x,," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("n,b=user," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("n,a=," A "auth=Bearer x" A A), NULL },
		{ MESSAGE("n,a=u=41," A "auth=Bearer x" A A), NULL },
		{ MESSAGE(A), NULL },
		{ MESSAGE("n,," A "auth=Bearer x\0" A A), NULL },
		{ MESSAGE("n,," A "auth=Bearer \xff" A A), NULL },
	};
	struct sasl_turn turn;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		turn = start(&bound, "OAUTHBEARER", str_of(cases[i].message, cases[i].len));
		if (!cases[i].token)
			assert_failure(turn, SASL_MALFORMED_REQUEST);
		else if (!cases[i].token[0])
			assert_int_equal(turn.what, SASL_CHALLENGE);
		else
			assert_verdict_wanted(turn, cases[i].token, "");
	}
}

/* Cut at each byte, it is whole only at its end. */
static void
a_message_that_was_cut_is_not_taken(void **state)
{
	(void)state;
	struct str whole = S("n,a=user," A "host=h" A "auth=Bearer x" A A);

	for (size_t len = 0; len < whole.len; len++)
		assert_failure(start(&bound, "OAUTHBEARER", str_slice(whole, 0, len)),
		    SASL_MALFORMED_REQUEST);
}

static void
it_is_offered_over_a_secure_channel_where_tokens_are_taken(void **state)
{
	(void)state;
	assert_failure(start(&clear, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A)),
	    SASL_ENCRYPTION_REQUIRED);
	conf.bearer = false;
	assert_failure(start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A)),
	    SASL_INVALID_MECHANISM);
}

/* --- PLAIN with a token in the password's place --------------------------------------------
 */

static void
a_token_may_stand_where_plain_has_the_password(void **state)
{
	(void)state;
	struct jid user = account("user@example.org");
	struct sasl_turn turn = start(&bound, "PLAIN", S("\0user\0jaseur_login_00abc"));

	assert_verdict_wanted(turn, "jaseur_login_00abc", "user@example.org");
	assert_int_equal(sasl_judged(exchange, &user, NULL).what, SASL_NEED_ACCOUNT);
	assert_int_equal(sasl_supply(exchange, &pencil, NULL).what, SASL_SUCCESS);
	turn = start(&bound, "PLAIN", S("\0user\0Bearer ey.J.x"));
	assert_verdict_wanted(turn, "ey.J.x", "user@example.org");
	assert_failure(sasl_judged(exchange, NULL, "bad signature"), SASL_NOT_AUTHORIZED);
	/* Anything else is a password, and so is everything where tokens are not taken. */
	assert_int_equal(start(&bound, "PLAIN", S("\0user\0bearer x")).what, SASL_NEED_ACCOUNT);
	conf.bearer = false;
	assert_int_equal(
	    start(&bound, "PLAIN", S("\0user\0jaseur_login_00abc")).what, SASL_NEED_ACCOUNT);
}

static void
a_token_for_another_is_refused_with_plain_too(void **state)
{
	(void)state;
	struct jid other = account("other@example.org");

	start(&bound, "PLAIN", S("\0user\0jaseur_login_00abc"));
	assert_failure(sasl_judged(exchange, &other, NULL), SASL_NOT_AUTHORIZED);
}

static void
given_up_while_the_token_is_judged_it_stays_so(void **state)
{
	(void)state;
	struct jid user = account("user@example.org");

	start(&bound, "OAUTHBEARER", S("n,," A "auth=Bearer x" A A));
	assert_failure(sasl_step(exchange, S(A)), SASL_MALFORMED_REQUEST);
	assert_failure(sasl_judged(exchange, &user, NULL), SASL_MALFORMED_REQUEST);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_bearer, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_good_token_lets_its_account_in),
		TEST(what_the_client_says_it_is_must_be_right),
		TEST(a_bad_token_is_told_in_json_before_the_failure),
		TEST(an_account_that_is_gone_or_disabled_does_not_get_in),
		TEST(an_account_needs_no_password),
		TEST(messages_are_read_as_written),
		TEST(a_message_that_was_cut_is_not_taken),
		TEST(it_is_offered_over_a_secure_channel_where_tokens_are_taken),
		TEST(a_token_may_stand_where_plain_has_the_password),
		TEST(a_token_for_another_is_refused_with_plain_too),
		TEST(given_up_while_the_token_is_judged_it_stays_so),
	};

	return cmocka_run_group_tests(tests, set_up_all, NULL);
}
