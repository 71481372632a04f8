/* SPDX-License-Identifier: MIT */
#include "xmpp/fast_token.h"

#include "../unit.h"

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
an_issued_token_goes_into_the_fresh_slot_and_is_new_each_time(void **state)
{
	(void)state;
	struct fast_tokens t = { 0 };
	struct fast_token first;

	assert_true(fast_token_is_empty(&t.fresh));
	fast_tokens_issue(&t, S("HT-SHA-256-ENDP"), 77);
	assert_false(fast_token_is_empty(&t.fresh));
	assert_true(fast_token_is_empty(&t.current));
	assert_str(fast_token_mechanism(&t.fresh), "HT-SHA-256-ENDP");
	assert_true(t.fresh.expires_us == 77);
	assert_true(t.fresh.count == 0);

	first = t.fresh;
	fast_tokens_issue(&t, S("HT-SHA-256-ENDP"), 77);
	assert_false(str_eq(fast_token_secret(&t.fresh), fast_token_secret(&first)));
}

static void
a_secret_is_text_without_anything_to_escape(void **state)
{
	(void)state;
	struct fast_tokens t = { 0 };

	fast_tokens_issue(&t, S("HT-SHA-256-NONE"), 1);
	for (size_t i = 0; i < FAST_TOKEN_BYTES; i++) {
		char c = t.fresh.secret[i];

		assert_true((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '-' || c == '_');
	}
}

static void
what_was_encoded_is_decoded(void **state)
{
	(void)state;
	struct fast_tokens t = { 0 }, back;

	for (int slots = 0; slots < 4; slots++) {
		t = (struct fast_tokens){ 0 };
		if (slots & 1) {
			fast_tokens_issue(&t, S("HT-SHA-256-NONE"), 1234567890123456);
			t.current = t.fresh;
			t.current.count = UINT64_MAX;
			t.fresh = (struct fast_token){ 0 };
		}
		if (slots & 2)
			fast_tokens_issue(&t, S("HT-SHA-256-EXPR"), INT64_MAX);
		assert_int_equal(fast_tokens_decode(fast_tokens_encode(&arena, &t), &back), OK);
		assert_memory_equal(&back, &t, sizeof(t));
	}
}

static void
decoding_refuses_every_cut_every_addition_and_later_versions(void **state)
{
	(void)state;
	struct fast_tokens t = { 0 }, back;
	struct str whole;
	char *bytes;

	fast_tokens_issue(&t, S("HT-SHA-256-NONE"), 1);
	t.current = t.fresh;
	whole = fast_tokens_encode(&arena, &t);
	for (size_t len = 0; len < whole.len; len++)
		assert_int_equal(
		    fast_tokens_decode(str_slice(whole, 0, len), &back), E_INVALID);

	bytes = arena_zalloc(&arena, whole.len + 1);
	memcpy(bytes, whole.at, whole.len);
	assert_int_equal(fast_tokens_decode(str_of(bytes, whole.len + 1), &back), E_INVALID);
	bytes[0] = 2;
	assert_int_equal(fast_tokens_decode(str_of(bytes, whole.len), &back), E_UNSUPPORTED);
	bytes[0] = 1;
	bytes[1] = FAST_MECHANISM_BYTES + 1;
	assert_int_equal(fast_tokens_decode(str_of(bytes, whole.len), &back), E_INVALID);
	bytes[1] = FAST_MECHANISM_BYTES;
	bytes[5] = '\0'; /* a name that ends before its length */
	assert_int_equal(fast_tokens_decode(str_of(bytes, whole.len), &back), E_INVALID);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(an_issued_token_goes_into_the_fresh_slot_and_is_new_each_time),
		CASE(a_secret_is_text_without_anything_to_escape),
		CASE(what_was_encoded_is_decoded),
		CASE(decoding_refuses_every_cut_every_addition_and_later_versions),
	};

	return cmocka_run_group_tests_name("fast_token", tests, NULL, NULL);
}
