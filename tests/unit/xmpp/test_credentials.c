/* SPDX-License-Identifier: MIT */
#include "xmpp/credentials.h"

#include "base/encode.h"

#include "../unit.h"

enum { QUICK = CREDENTIALS_ITERATIONS_MIN };

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

static struct credentials
made_from(const char *password)
{
	struct credentials c = { .created_us = 1234567890123456 };

	assert_int_equal(credentials_set_password(&c, str_from_c(password), QUICK), OK);
	return c;
}

static void
credentials_match_their_password_only(void **state)
{
	(void)state;
	struct credentials c = made_from("correct horse");

	assert_true(credentials_match(&c, S("correct horse")));
	assert_false(credentials_match(&c, S("correct horsf")));
	assert_false(credentials_match(&c, S("correct hors")));
	assert_false(credentials_match(&c, S("")));
	assert_false(credentials_match(&c, S("\xff")));
}

static void
credentials_match_by_whichever_hash_there_is(void **state)
{
	(void)state;

	for (enum hash only = 0; only < HASHES; only++) {
		struct credentials c = made_from("pencil");

		for (enum hash h = 0; h < HASHES; h++)
			if (h != only)
				c.keys[h].iterations = 0;
		assert_true(credentials_has_password(&c));
		assert_true(credentials_match(&c, S("pencil")));
		assert_false(credentials_match(&c, S("pencils")));
	}
}

static void
credentials_without_keys_match_nothing(void **state)
{
	(void)state;
	struct credentials c = { 0 };

	assert_false(credentials_has_password(&c));
	assert_false(credentials_match(&c, S("")));
	assert_false(credentials_match(&c, S("pencil")));
}

static void
credentials_prepare_the_password_as_opaque_string(void **state)
{
	(void)state;
	/* RFC 8265 section 4.3, examples 1 to 3: other spaces become U+0020. */
	struct credentials c = made_from("foo\xe1\x9a\x80"
					 "bar");

	assert_true(credentials_match(&c, S("foo bar")));
	assert_true(credentials_match(&c, S("foo\xc2\xa0"
					    "bar")));
	assert_false(credentials_match(&c, S("foobar")));
}

static void
credentials_refuse_a_password_that_cannot_be_prepared(void **state)
{
	(void)state;
	struct credentials c = made_from("pencil"), before = c;
	char *long_one = arena_alloc(&arena, 5000);

	memset(long_one, 'x', 5000);
	assert_int_equal(credentials_set_password(&c, S(""), QUICK), E_INVALID);
	assert_int_equal(credentials_set_password(&c, S("a\tb"), QUICK), E_INVALID);
	assert_int_equal(credentials_set_password(&c, S("\xc3"), QUICK), E_INVALID);
	assert_int_equal(credentials_set_password(&c, str_of(long_one, 5000), QUICK), E_LIMIT);
	assert_memory_equal(&c, &before, sizeof(c));
}

static void
a_new_password_keeps_the_rest_of_the_account(void **state)
{
	(void)state;
	struct credentials c = made_from("old");

	c.disabled = true;
	assert_int_equal(credentials_set_password(&c, S("new"), QUICK + 1), OK);
	assert_true(c.disabled);
	assert_true(c.created_us == 1234567890123456);
	assert_int_equal(c.keys[HASH_SHA1].iterations, QUICK + 1);
	assert_true(credentials_match(&c, S("new")));
	assert_false(credentials_match(&c, S("old")));
}

static void
the_same_password_gets_other_salt_each_time(void **state)
{
	(void)state;
	struct credentials a = made_from("pencil"), b = made_from("pencil");

	assert_memory_not_equal(a.keys[HASH_SHA256].salt, b.keys[HASH_SHA256].salt, 16);
	assert_memory_not_equal(
	    a.keys[HASH_SHA256].stored_key, b.keys[HASH_SHA256].stored_key, 32);
}

static void
stored_keys_are_those_that_another_implementation_computes(void **state)
{
	(void)state;
	/* Python's hashlib, password "pencil", the salt of RFC 7677 section 3. */
	static const struct {
		enum hash hash;
		const char *stored_key, *server_key;
	} cases[] = {
		{ HASH_SHA256, "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=",
		    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=" },
		{ HASH_SHA512,
		    "6AAub3065EYRmyFpM2RNwqK+eGnrkYuEWbXn19LsEmBqzu8QaCXNc1FwpnX9NhH2hK/"
		    "60dzj9DoO5"
		    "DvVkOHbvg==",
		    "jZHbYjC1aHh0/hKbxyBuGFjDrgjgKTT1esA7awWiKcRZ0o/"
		    "0b1yWEebBeSVkkCFewf91nLDfKF24m"
		    "vD5nmE6rA==" },
	};
	struct str salt, stored, server;

	assert_int_equal(base64_decode(&arena, S("W22ZaJ0SNY7soEsUEjb6gQ=="), &salt), OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct credentials c = { 0 };
		struct scram_keys *k = &c.keys[cases[i].hash];

		assert_int_equal(
		    base64_decode(&arena, str_from_c(cases[i].stored_key), &stored), OK);
		assert_int_equal(
		    base64_decode(&arena, str_from_c(cases[i].server_key), &server), OK);
		k->iterations = 4096;
		k->salt_len = (uint8_t)salt.len;
		memcpy(k->salt, salt.at, salt.len);
		memcpy(k->stored_key, stored.at, stored.len);
		memcpy(k->server_key, server.at, server.len);
		assert_true(credentials_match(&c, S("pencil")));
		assert_false(credentials_match(&c, S("Pencil")));
	}
}

static void
fake_credentials_stay_the_same_and_look_like_real_ones(void **state)
{
	(void)state;
	struct credentials a, b, c, d, real = made_from("pencil");

	credentials_fake(S("secret"), S("romeo@example.org"), 10000, &a);
	credentials_fake(S("secret"), S("romeo@example.org"), 10000, &b);
	credentials_fake(S("secret"), S("romep@example.org"), 10000, &c);
	credentials_fake(S("Secret"), S("romeo@example.org"), 10000, &d);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_not_equal(a.keys[0].salt, c.keys[0].salt, 16);
	assert_memory_not_equal(a.keys[0].salt, d.keys[0].salt, 16);
	for (enum hash h = 0; h < HASHES; h++) {
		assert_int_equal(a.keys[h].salt_len, real.keys[h].salt_len);
		assert_int_equal(a.keys[h].iterations, 10000);
		/* Ours have one salt for all hashes: so must these. */
		assert_memory_equal(a.keys[h].salt, a.keys[0].salt, 16);
		assert_memory_equal(real.keys[h].salt, real.keys[0].salt, 16);
	}
	assert_false(credentials_match(&a, S("pencil")));
}

static void
what_was_encoded_is_decoded(void **state)
{
	(void)state;

	for (unsigned set = 0; set < 1u << HASHES; set++)
		for (int disabled = 0; disabled < 2; disabled++) {
			struct credentials c = made_from("pencil"), back;

			c.disabled = disabled;
			for (enum hash h = 0; h < HASHES; h++)
				if (!(set & 1u << h))
					c.keys[h] = (struct scram_keys){ 0 };
			assert_int_equal(
			    credentials_decode(credentials_encode(&arena, &c), &back), OK);
			assert_true(back.created_us == c.created_us);
			assert_int_equal(back.disabled, c.disabled);
			assert_memory_equal(back.keys, c.keys, sizeof(c.keys));
		}
}

static void
decoding_refuses_every_cut_and_every_addition(void **state)
{
	(void)state;
	struct credentials c = made_from("pencil"), back = { .created_us = 7 };
	struct str whole = credentials_encode(&arena, &c);
	char *more = arena_zalloc(&arena, whole.len + 1);
	size_t good = 0;

	/* A cut at the end of one hash's keys leaves a whole value with less in it. */
	for (size_t len = 0; len < whole.len; len++)
		good += credentials_decode(str_slice(whole, 0, len), &back) == OK;
	assert_int_equal(good, 3);

	memcpy(more, whole.at, whole.len);
	assert_int_equal(credentials_decode(str_of(more, whole.len + 1), &back), E_INVALID);
}

static void
decoding_refuses_what_was_never_encoded(void **state)
{
	(void)state;
	struct credentials c = made_from("pencil"), back;
	struct str whole = credentials_encode(&arena, &c);
	static const struct {
		size_t at;
		char byte;
		enum status expected;
	} cases[] = {
		{ 0, 0, E_INVALID },
		{ 0, 2, E_UNSUPPORTED },
		{ 1, 2, E_INVALID },     /* a flag nobody knows */
		{ 10, 0, E_INVALID },    /* a hash nobody knows */
		{ 10, 2, E_INVALID },    /* one that is not the first */
		{ 11, 0x7f, E_INVALID }, /* iterations */
		{ 15, 0, E_INVALID },    /* no salt */
		{ 15, CREDENTIALS_SALT_MAX + 1, E_INVALID },
		{ 15, 15, E_INVALID },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str copy = str_copy(&arena, whole);
		char *bytes = str_to_c(&arena, copy);

		bytes[cases[i].at] = cases[i].byte;
		assert_int_equal(
		    credentials_decode(str_of(bytes, copy.len), &back), cases[i].expected);
	}
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(credentials_match_their_password_only),
		CASE(credentials_match_by_whichever_hash_there_is),
		CASE(credentials_without_keys_match_nothing),
		CASE(credentials_prepare_the_password_as_opaque_string),
		CASE(credentials_refuse_a_password_that_cannot_be_prepared),
		CASE(a_new_password_keeps_the_rest_of_the_account),
		CASE(the_same_password_gets_other_salt_each_time),
		CASE(stored_keys_are_those_that_another_implementation_computes),
		CASE(fake_credentials_stay_the_same_and_look_like_real_ones),
		CASE(what_was_encoded_is_decoded),
		CASE(decoding_refuses_every_cut_and_every_addition),
		CASE(decoding_refuses_what_was_never_encoded),
	};

	return cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
}
