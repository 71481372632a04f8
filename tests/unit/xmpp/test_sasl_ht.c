/* SPDX-License-Identifier: MIT */
#include "xmpp/sasl.h"

#include "sasl_fixture.h"

enum { NOW = 1000000, LATER = 2000000 };

static const char *const secrets[] = {
	"old-old-old-old-old-old-old-old-old-old-old",
	"new-new-new-new-new-new-new-new-new-new-new",
};

static struct fast_token
token(const char *mechanism, int which, usec_t expires_us)
{
	struct fast_token t = { .expires_us = expires_us };

	memcpy(t.mechanism, mechanism, strlen(mechanism));
	memcpy(t.secret, secrets[which], FAST_TOKEN_BYTES);
	return t;
}

static struct str
proof(struct str name, int which, struct str binding)
{
	const struct str pieces[] = { S("Initiator"), binding };
	char *bytes = arena_alloc(&arena, name.len + 1 + HASH_MAX);

	memcpy(bytes, name.at, name.len);
	bytes[name.len] = '\0';
	hash_hmac(HASH_SHA256, str_of(secrets[which], FAST_TOKEN_BYTES), pieces, 2,
	    bytes + name.len + 1);
	return str_of(bytes, name.len + 1 + 32);
}

static struct sasl_turn
play(
    const char *mechanism, struct str message, uint64_t count, const struct fast_tokens *tokens)
{
	struct sasl_turn turn =
	    start_with(&bound, &(struct sasl_request){ .mechanism = str_from_c(mechanism),
				   .initial = message,
				   .count = count,
				   .now_us = NOW });

	if (turn.what != SASL_NEED_ACCOUNT)
		return turn;
	assert_true(turn.tokens);
	assert_str(jid_full(turn.user), "user@example.org");
	return sasl_supply(exchange, &pencil, tokens);
}

static void
the_hashes_are_those_of_the_draft(void **state)
{
	(void)state;
	/* By Python's hmac. */
	static const char
	    initiator[] = "17c7839f39272185462539382a0b82602b4ef730ac5bffa4f3dae6cf74c65e35",
	    responder[] = "172c9bb4d5216e59a6ee1b50563de7f625da1c5bda016d6db9083d0056d45e3c";
	struct fast_tokens t = { .current = token("HT-SHA-256-EXPR", 0, LATER) };
	struct str message = proof(S("user"), 0, S("THIS IS FAKE CB DATA"));
	struct sasl_turn turn;

	assert_str(hex_encode(&arena, str_slice(message, 5, 32)), initiator);
	turn = play("HT-SHA-256-EXPR", message, 0, &t);
	assert_int_equal(turn.what, SASL_SUCCESS);
	assert_str(hex_encode(&arena, turn.bytes), responder);
}

static void
each_binding_has_its_bytes(void **state)
{
	(void)state;
	static const struct {
		const char *mechanism;
		struct str bytes;
		bool good;
	} cases[] = {
		{ "HT-SHA-256-EXPR", S("THIS IS FAKE CB DATA"), true },
		{ "HT-SHA-256-ENDP", S("end\0point"), true },
		{ "HT-SHA-256-NONE", S(""), true },
		{ "HT-SHA-256-EXPR", S("end\0point"), false },
		{ "HT-SHA-256-ENDP", S("end"), false },
		{ "HT-SHA-256-ENDP", S(""), false },
		{ "HT-SHA-256-NONE", S("end\0point"), false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fast_tokens t = { .current = token(cases[i].mechanism, 0, LATER) };
		struct sasl_turn turn =
		    play(cases[i].mechanism, proof(S("user"), 0, cases[i].bytes), 0, &t);

		if (cases[i].good)
			assert_int_equal(turn.what, SASL_SUCCESS);
		else
			assert_failure(turn, SASL_NOT_AUTHORIZED);
	}
	assert_failure(play("HT-SHA-256-UNIQ", proof(S("user"), 0, S("")), 0, NULL),
	    SASL_INVALID_MECHANISM);
}

static void
a_token_is_good_for_its_mechanism_only(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-EXPR", 0, LATER),
		.fresh = token("HT-SHA-256-ENDP", 1, LATER) };

	assert_failure(
	    play("HT-SHA-256-NONE", proof(S("user"), 0, S("")), 0, &t), SASL_NOT_AUTHORIZED);
	assert_failure(
	    play("HT-SHA-256-NONE", proof(S("user"), 1, S("")), 0, &t), SASL_NOT_AUTHORIZED);
}

static void
the_first_use_of_a_fresh_token_ends_the_old_one(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER),
		.fresh = token("HT-SHA-256-NONE", 1, LATER + 1) };
	const struct fast_tokens *after;

	/* Until then both are good, and nothing moves. */
	assert_int_equal(
	    play("HT-SHA-256-NONE", proof(S("user"), 0, S("")), 0, &t).what, SASL_SUCCESS);
	after = sasl_tokens(exchange);
	assert_memory_equal(after, &t, sizeof(t));

	assert_int_equal(
	    play("HT-SHA-256-NONE", proof(S("user"), 1, S("")), 0, &t).what, SASL_SUCCESS);
	after = sasl_tokens(exchange);
	assert_true(fast_token_is_empty(&after->fresh));
	assert_memory_equal(&after->current, &t.fresh, sizeof(t.fresh));

	t = *after;
	assert_failure(
	    play("HT-SHA-256-NONE", proof(S("user"), 0, S("")), 0, &t), SASL_NOT_AUTHORIZED);
	assert_null(sasl_tokens(exchange));
}

static void
a_token_is_good_until_it_expires(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, NOW + 1) };
	struct str message = proof(S("user"), 0, S(""));

	assert_int_equal(play("HT-SHA-256-NONE", message, 0, &t).what, SASL_SUCCESS);
	t.current.expires_us = NOW;
	assert_failure(play("HT-SHA-256-NONE", message, 0, &t), SASL_CREDENTIALS_EXPIRED);
	t.fresh = token("HT-SHA-256-NONE", 1, NOW);
	assert_failure(play("HT-SHA-256-NONE", proof(S("user"), 1, S("")), 0, &t),
	    SASL_CREDENTIALS_EXPIRED);
	/* Who does not have it is not told that it has expired. */
	t.fresh = (struct fast_token){ 0 };
	assert_failure(
	    play("HT-SHA-256-NONE", proof(S("user"), 1, S("")), 0, &t), SASL_NOT_AUTHORIZED);
}

static void
a_count_must_grow(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER) };
	struct str message = proof(S("user"), 0, S(""));

	assert_int_equal(play("HT-SHA-256-NONE", message, 7, &t).what, SASL_SUCCESS);
	t = *sasl_tokens(exchange);
	assert_true(t.current.count == 7);
	assert_failure(play("HT-SHA-256-NONE", message, 7, &t), SASL_NOT_AUTHORIZED);
	assert_failure(play("HT-SHA-256-NONE", message, 6, &t), SASL_NOT_AUTHORIZED);
	assert_int_equal(play("HT-SHA-256-NONE", message, 8, &t).what, SASL_SUCCESS);
	assert_true(sasl_tokens(exchange)->current.count == 8);
	/* Without early data there need be none. */
	assert_int_equal(play("HT-SHA-256-NONE", message, 0, &t).what, SASL_SUCCESS);
	assert_true(sasl_tokens(exchange)->current.count == 7);
}

static void
early_data_needs_a_count(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER) };
	struct sasl_request r = { .mechanism = S("HT-SHA-256-NONE"),
		.initial = proof(S("user"), 0, S("")),
		.early_data = true,
		.now_us = NOW };

	assert_failure(start_with(&bound, &r), SASL_NOT_AUTHORIZED);
	r.count = 1;
	assert_int_equal(start_with(&bound, &r).what, SASL_NEED_ACCOUNT);
	assert_int_equal(sasl_supply(exchange, &pencil, &t).what, SASL_SUCCESS);
}

static void
the_account_must_exist_and_be_open(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER) };
	struct credentials closed = { .disabled = true };
	struct sasl_request r = { .mechanism = S("HT-SHA-256-NONE"),
		.initial = proof(S("user"), 0, S("")),
		.now_us = NOW };

	start_with(&bound, &r);
	assert_failure(sasl_supply(exchange, NULL, &t), SASL_NOT_AUTHORIZED);
	start_with(&bound, &r);
	assert_failure(sasl_supply(exchange, &closed, &t), SASL_ACCOUNT_DISABLED);
	assert_null(sasl_tokens(exchange));
	start_with(&bound, &r);
	assert_failure(sasl_supply(exchange, &pencil, NULL), SASL_NOT_AUTHORIZED);
}

static void
an_empty_slot_matches_nothing(void **state)
{
	(void)state;
	static const char zeros[FAST_TOKEN_BYTES];
	const struct str word = S("Initiator");
	struct fast_tokens t = { 0 };
	char bytes[5 + HASH_MAX] = "user";

	hash_hmac(HASH_SHA256, str_of(zeros, sizeof(zeros)), &word, 1, bytes + 5);
	assert_failure(
	    play("HT-SHA-256-NONE", str_of(bytes, 5 + 32), 0, &t), SASL_NOT_AUTHORIZED);
	t.current.expires_us = LATER;
	assert_failure(
	    play("HT-SHA-256-NONE", str_of(bytes, 5 + 32), 0, &t), SASL_NOT_AUTHORIZED);
}

static void
malformed_messages_are_refused(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER) };
	struct str good = proof(S("user"), 0, S(""));
	char longer[38] = { 0 };

	for (size_t len = 0; len < good.len; len++)
		assert_failure(play("HT-SHA-256-NONE", str_slice(good, 0, len), 0, &t),
		    SASL_MALFORMED_REQUEST);
	memcpy(longer, good.at, good.len);
	assert_failure(play("HT-SHA-256-NONE", str_of(longer, good.len + 1), 0, &t),
	    SASL_MALFORMED_REQUEST);
	assert_failure(
	    play("HT-SHA-256-NONE", proof(S(""), 0, S("")), 0, &t), SASL_NOT_AUTHORIZED);
	assert_failure(
	    play("HT-SHA-256-NONE", proof(S("\xff"), 0, S("")), 0, &t), SASL_NOT_AUTHORIZED);
	assert_failure(play("HT-SHA-256-NONE", proof(S("user@example.org"), 0, S("")), 0, &t),
	    SASL_NOT_AUTHORIZED);
}

static void
every_changed_byte_of_the_hash_makes_it_fail(void **state)
{
	(void)state;
	struct fast_tokens t = { .current = token("HT-SHA-256-NONE", 0, LATER) };
	struct str good = proof(S("user"), 0, S(""));

	for (size_t i = 5; i < good.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *bytes = str_to_c(&arena, good);

			bytes[i] = (char)(bytes[i] ^ 1 << bit);
			assert_failure(play("HT-SHA-256-NONE", str_of(bytes, good.len), 0, &t),
			    SASL_NOT_AUTHORIZED);
		}
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(the_hashes_are_those_of_the_draft),
		CASE(each_binding_has_its_bytes),
		CASE(a_token_is_good_for_its_mechanism_only),
		CASE(the_first_use_of_a_fresh_token_ends_the_old_one),
		CASE(a_token_is_good_until_it_expires),
		CASE(a_count_must_grow),
		CASE(early_data_needs_a_count),
		CASE(the_account_must_exist_and_be_open),
		CASE(an_empty_slot_matches_nothing),
		CASE(malformed_messages_are_refused),
		CASE(every_changed_byte_of_the_hash_makes_it_fail),
	};

	return cmocka_run_group_tests_name("sasl_ht", tests, set_up_all, NULL);
}
