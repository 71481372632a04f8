/* SPDX-License-Identifier: MIT */
#include "xmpp/sasl.h"

#include "sasl_fixture.h"

static void
everybody_gets_another_new_address(void **state)
{
	(void)state;
	struct str first, second;
	struct sasl_turn turn = start(&clear, "ANONYMOUS", S(""));

	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_true(turn.anonymous);
	assert_null(turn.bytes.at);
	assert_str(jid_domain(turn.user), "example.org");
	assert_true(jid_is_bare(turn.user));
	first = str_copy(&arena, jid_local(turn.user));
	assert_int_equal(first.len, 32);

	turn = start(&clear, "ANONYMOUS", (struct str){ 0 });
	assert_int_equal(turn.what, SASL_CHALLENGE);
	turn = sasl_step(exchange, S("sirhc"));
	assert_int_equal(turn.what, SASL_SUCCESS);
	second = jid_local(turn.user);
	assert_false(str_eq(first, second));
}

static void
the_address_is_one_that_others_can_write(void **state)
{
	(void)state;
	struct sasl_turn turn = start(&clear, "ANONYMOUS", S("trace"));
	struct jid parsed;

	assert_int_equal(jid_parse(&arena, jid_full(turn.user), &parsed), OK);
	assert_true(jid_eq(parsed, turn.user));
}

static void
a_trace_has_at_most_255_characters_of_text(void **state)
{
	(void)state;
	char *bytes = arena_alloc(&arena, 2 * 256);

	for (size_t i = 0; i < 256; i++)
		memcpy(bytes + 2 * i, "\xc3\xbc", 2);
	assert_int_equal(start(&clear, "ANONYMOUS", str_of(bytes, 2 * 255)).what, SASL_SUCCESS);
	assert_failure(
	    start(&clear, "ANONYMOUS", str_of(bytes, 2 * 256)), SASL_MALFORMED_REQUEST);
	assert_failure(start(&clear, "ANONYMOUS", str_of(bytes, 3)), SASL_MALFORMED_REQUEST);
	assert_failure(start(&clear, "ANONYMOUS", S("a\0b")), SASL_MALFORMED_REQUEST);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(everybody_gets_another_new_address),
		CASE(the_address_is_one_that_others_can_write),
		CASE(a_trace_has_at_most_255_characters_of_text),
	};

	return cmocka_run_group_tests_name("sasl_anonymous", tests, set_up_all, NULL);
}
