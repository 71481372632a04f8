/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/random.h"

static void
random_bytes_fills_all_of_the_space_and_no_more(void **state)
{
	(void)state;
	unsigned char at[302] = { 0 }, seen[300] = { 0 };

	/* A byte stays 0 in all of 40 rounds once in 2^320. */
	for (int round = 0; round < 40; round++) {
		random_bytes(at + 1, 300);
		for (int i = 0; i < 300; i++)
			seen[i] |= at[1 + i];
	}
	for (int i = 0; i < 300; i++)
		assert_int_not_equal(seen[i], 0);
	assert_int_equal(at[0], 0);
	assert_int_equal(at[301], 0);
}

static void
random_u64_does_not_repeat(void **state)
{
	(void)state;
	assert_true(random_u64() != random_u64());
}

static void
random_token_is_url_safe_and_as_long_as_its_bytes_need(void **state)
{
	(void)state;
	static const size_t lengths[] = { 0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19,
		20, 22 };
	struct arena a;

	arena_init(&a, 4096);
	for (size_t bytes = 0; bytes <= 16; bytes++) {
		struct str token = random_token(&a, bytes);

		assert_int_equal(token.len, lengths[bytes]);
		for (size_t i = 0; i < token.len; i++)
			assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
					       "uvwxyz0123456789-_",
			    token.at[i]));
	}
	assert_false(str_eq(random_token(&a, 16), random_token(&a, 16)));
	arena_fini(&a);
}

static void
random_token_uses_every_letter_of_the_alphabet(void **state)
{
	(void)state;
	bool seen[256] = { false };
	unsigned letters = 0;
	struct arena a;
	struct str token;

	arena_init(&a, 4096);
	token = random_token(&a, 3000); /* a letter is missing once in 10^25 */
	for (size_t i = 0; i < token.len; i++)
		seen[(unsigned char)token.at[i]] = true;
	for (int i = 0; i < 256; i++)
		letters += seen[i];
	assert_int_equal(letters, 64);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bytes_fills_all_of_the_space_and_no_more),
		cmocka_unit_test(random_u64_does_not_repeat),
		cmocka_unit_test(random_token_is_url_safe_and_as_long_as_its_bytes_need),
		cmocka_unit_test(random_token_uses_every_letter_of_the_alphabet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
