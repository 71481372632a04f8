/* SPDX-License-Identifier: MIT
 *
 * Tokens and addresses of invitations (XEP-0401, 0445 and 0379).
 */
#include "unit.h"
#include "xmpp/invitation.h"

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void
tokens_differ_and_are_recognised(void **state)
{
	char a[INVITATION_TOKEN_LEN], b[INVITATION_TOKEN_LEN];

	(void)state;
	invitation_token_make(a);
	invitation_token_make(b);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_true(invitation_token_is_one(str_of(a, sizeof(a))));
	assert_true(
	    str_eq(invitation_token_id(str_of(a, sizeof(a))), str_of(a, INVITATION_ID_LEN)));
}

static void
what_is_no_token_is_told(void **state)
{
	static const char nul[INVITATION_TOKEN_LEN];
	static const struct str none[] = { S(""), S("abcdefgh"),
		S("abcdefghabcdefghabcdefghabc"), S("abcdefghabcdefghabcdefghabcde"),
		S("ABCDEFGHabcdefghabcdefghabcd"), S("abcdefghabcdefghabcdefghab 1"),
		{ nul, sizeof(nul) }, { 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(invitation_token_is_one(none[i]));
	assert_true(invitation_token_is_one(S("abcdefghabcdefghabcdefghab27")));
}

static void
addresses_are_as_clients_expect_them(void **state)
{
	static const struct {
		const char *to;
		struct invitation_link link;
		const char *uri;
	} cases[] = {
		{ "romeo@example.com",
		    { .what = INVITATION_ROSTER, .token = S("t"), .ibr = true },
		    "xmpp:romeo@example.com?roster;preauth=t;ibr=y" },
		{ "romeo@example.com", { .what = INVITATION_ROSTER, .token = S("t") },
		    "xmpp:romeo@example.com?roster;preauth=t" },
		{ "juliet@example.com",
		    { .what = INVITATION_REGISTER, .token = S("t"), .ibr = true },
		    "xmpp:juliet@example.com?register;preauth=t" },
		{ "example.com", { .what = INVITATION_REGISTER, .token = S("t") },
		    "xmpp:example.com?register;preauth=t" },
		{ "jos\xc3\xa9?x=#%@b\xc3\xbc"
		  "cher.example",
		    { .what = INVITATION_ROSTER, .token = S("t") },
		    "xmpp:jos%C3%A9%3Fx%3D%23%25@b%C3%BC"
		    "cher.example?roster;preauth=t" },
		{ "romeo@[2001:db8::1]", { .what = INVITATION_ROSTER, .token = S("t") },
		    "xmpp:romeo@[2001:db8::1]?roster;preauth=t" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct invitation_link link = cases[i].link;

		assert_int_equal(jid_parse(&arena, str_from_c(cases[i].to), &link.to), OK);
		assert_str(invitation_uri(&arena, &link), cases[i].uri);
	}
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(tokens_differ_and_are_recognised),
		CASE(what_is_no_token_is_told),
		CASE(addresses_are_as_clients_expect_them),
	};

	return cmocka_run_group_tests_name("invitation", tests, NULL, NULL);
}
