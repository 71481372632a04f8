/* SPDX-License-Identifier: MIT */
#include "xmpp/sasl.h"

#include "sasl_fixture.h"

static struct sasl_turn
play(struct str message, const struct credentials *account)
{
	struct sasl_turn turn = start(&bound, "PLAIN", message);

	if (turn.what != SASL_NEED_ACCOUNT)
		return turn;
	assert_false(turn.tokens);
	assert_int_equal(sasl_supply(exchange, account, NULL).what, SASL_NEED_CHECK);
	sasl_check(exchange);
	return sasl_checked(exchange);
}

static void
the_right_password_gets_in(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("\0user\0pencil"),
		S("\0USER\0pencil"),
		S("user@example.org\0user\0pencil"),
		S("User@EXAMPLE.org\0user\0pencil"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sasl_turn turn = play(cases[i], &pencil);

		assert_int_equal(turn.what, SASL_SUCCESS);
		assert_str(jid_full(turn.user), "user@example.org");
		assert_null(turn.bytes.at); /* success without additional data */
	}
}

static void
a_wrong_password_and_no_account_are_answered_alike(void **state)
{
	(void)state;
	struct credentials no_password = { 0 };

	assert_failure(play(S("\0user\0Pencil"), &pencil), SASL_NOT_AUTHORIZED);
	assert_failure(play(S("\0user\0pencil "), &pencil), SASL_NOT_AUTHORIZED);
	assert_failure(play(S("\0user\0pen\tcil"), &pencil), SASL_NOT_AUTHORIZED);
	assert_failure(play(S("\0user\0pencil"), NULL), SASL_NOT_AUTHORIZED);
	assert_failure(play(S("\0user\0pencil"), &no_password), SASL_NOT_AUTHORIZED);
}

static void
a_disabled_account_is_told_so_only_with_the_right_password(void **state)
{
	(void)state;
	struct credentials closed = pencil;

	closed.disabled = true;
	assert_failure(play(S("\0user\0pencil"), &closed), SASL_ACCOUNT_DISABLED);
	assert_failure(play(S("\0user\0pencils"), &closed), SASL_NOT_AUTHORIZED);
}

static void
nobody_acts_as_another(void **state)
{
	(void)state;
	static const struct str cases[] = {
		S("admin@example.org\0user\0pencil"),
		S("user@example.com\0user\0pencil"),
		S("user@example.org/x\0user\0pencil"),
		S("user\0user\0pencil"),
		S("@\0user\0pencil"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_failure(play(cases[i], &pencil), SASL_INVALID_AUTHZID);
}

static void
malformed_messages_are_refused(void **state)
{
	(void)state;
	static const struct {
		struct str message;
		enum sasl_failure failure;
	} cases[] = {
		{ S(""), SASL_MALFORMED_REQUEST },
		{ S("\0"), SASL_MALFORMED_REQUEST },
		{ S("\0\0"), SASL_MALFORMED_REQUEST },
		{ S("\0\0\0"), SASL_MALFORMED_REQUEST },
		{ S("user\0pencil"), SASL_MALFORMED_REQUEST },
		{ S("\0user"), SASL_MALFORMED_REQUEST },
		{ S("\0user\0"), SASL_MALFORMED_REQUEST },
		{ S("\0\0pencil"), SASL_MALFORMED_REQUEST },
		{ S("\0user\0pencil\0"), SASL_MALFORMED_REQUEST },
		{ S("\0user\0pen\0cil"), SASL_MALFORMED_REQUEST },
		{ S("\0user\0pencil\xff"), SASL_MALFORMED_REQUEST },
		{ S("\0\xc3\0pencil"), SASL_MALFORMED_REQUEST },
		{ S("\xed\xa0\x80\0user\0pencil"), SASL_MALFORMED_REQUEST },
		{ S("\0user@example.org\0pencil"), SASL_NOT_AUTHORIZED },
		{ S("\0us er\0pencil"), SASL_NOT_AUTHORIZED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_failure(play(cases[i].message, &pencil), cases[i].failure);
}

static void
every_changed_byte_of_a_good_message_makes_it_fail(void **state)
{
	(void)state;
	struct str good = S("user@example.org\0user\0pencil");

	for (size_t i = 0; i < good.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *bytes = str_to_c(&arena, good);
			struct sasl_turn turn;

			bytes[i] = (char)(bytes[i] ^ 1 << bit);
			turn = play(str_of(bytes, good.len), &pencil);
			/* Other letter case is the same name. */
			if (turn.what == SASL_SUCCESS) {
				assert_int_equal(bit, 5);
				assert_true(i < 21);
			}
		}
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(the_right_password_gets_in),
		CASE(a_wrong_password_and_no_account_are_answered_alike),
		CASE(a_disabled_account_is_told_so_only_with_the_right_password),
		CASE(nobody_acts_as_another),
		CASE(malformed_messages_are_refused),
		CASE(every_changed_byte_of_a_good_message_makes_it_fail),
	};

	return cmocka_run_group_tests_name("sasl_plain", tests, set_up_all, NULL);
}
