/* SPDX-License-Identifier: MIT
 *
 * Expected values from Python's hashlib and hmac; the first ones are also in RFC 2202 and
 * RFC 4231 (test case 2), and in FIPS 180-4's examples.
 */
#include "base/hash.h"

#include "base/encode.h"

#include <pthread.h>

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
check(enum hash kind, const char *out, const char *expected)
{
	assert_str(hex_encode(&arena, str_of(out, hash_size(kind))), expected);
}

static void
hash_of_is_the_standard_function(void **state)
{
	(void)state;
	static const char *const of_abc[HASHES] = {
		"a9993e364706816aba3e25717850c26c9cd0d89d",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	};
	char out[HASH_MAX];

	for (enum hash h = 0; h < HASHES; h++) {
		hash_of(h, S("abc"), out);
		check(h, out, of_abc[h]);
	}
	hash_of(HASH_SHA1, (struct str){ 0 }, out);
	check(HASH_SHA1, out, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void
hash_hmac_is_that_of_rfc_2104_for_keys_of_any_length(void **state)
{
	(void)state;
	static const struct {
		enum hash hash;
		size_t key_len; /* of 'k's; 0: "Jefe" */
		const char *expected;
	} cases[] = {
		{ HASH_SHA1, 0, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
		{ HASH_SHA256, 0,
		    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		{ HASH_SHA512, 0,
		    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
		    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737" },
		{ HASH_SHA1, 131, "f185bdce0d2f1a208b8fd1003b09df07f3ac38e4" },
		{ HASH_SHA256, 131,
		    "73ede9f936226cee277c188d304ec445da77fa5883761dde0733921af5208c93" },
		{ HASH_SHA512, 131,
		    "dda038cca0d5f19892ead071223afb56acfb150588201a43ffcc443daf7ffb93"
		    "3e270a8403c09c2f85bea7990db5216cbfa377a203a84bb11447f2b2a027c0f3" },
		{ HASH_SHA512, 128,
		    "eb78c8cef9ba493561c6b4eaa11d777a540e3c28eda3b5d9231fc42e3172f538"
		    "21f6f2094d38b0d157e43ccb90da232aa7038cb66160a22e60e97f2999f2dc60" },
	};
	char ks[131], out[HASH_MAX];

	memset(ks, 'k', sizeof(ks));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str key = cases[i].key_len ? str_of(ks, cases[i].key_len) : S("Jefe");
		struct str in =
		    cases[i].key_len ? S("long key") : S("what do ya want for nothing?");

		hash_hmac(cases[i].hash, key, &in, 1, out);
		check(cases[i].hash, out, cases[i].expected);
	}
	hash_hmac(HASH_SHA256, (struct str){ 0 }, NULL, 0, out);
	check(HASH_SHA256, out,
	    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void
hash_hmac_takes_pieces_as_if_they_were_one(void **state)
{
	(void)state;
	struct str whole = S("what do ya want for nothing?");
	char expected[HASH_MAX], out[HASH_MAX];

	hash_hmac(HASH_SHA256, S("Jefe"), &whole, 1, expected);
	for (size_t cut = 0; cut <= whole.len; cut++) {
		const struct str pieces[] = { str_slice(whole, 0, cut), { 0 },
			str_slice(whole, cut, whole.len) };

		hash_hmac(HASH_SHA256, S("Jefe"), pieces, 3, out);
		assert_memory_equal(out, expected, hash_size(HASH_SHA256));
	}
}

static void
hash_pbkdf2_is_that_of_rfc_8018(void **state)
{
	(void)state;
	static const char *const expected[HASHES] = {
		"4b007901b765489abead49d926f721d065a429c1", /* RFC 6070 */
		"c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a",
		"d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
		"143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5",
	};
	char out[HASH_MAX];

	for (enum hash h = 0; h < HASHES; h++) {
		hash_pbkdf2(h, S("password"), S("salt"), 4096, out);
		check(h, out, expected[h]);
	}
}

static void *
hash_often(void *expected)
{
	char out[HASH_MAX];

	for (int i = 0; i < 1000; i++) {
		hash_of(HASH_SHA256, S("abc"), out);
		if (memcmp(out, expected, hash_size(HASH_SHA256)) != 0)
			return expected;
	}
	return NULL;
}

static void
any_thread_may_hash(void **state)
{
	(void)state;
	pthread_t threads[4];
	char expected[HASH_MAX];

	hash_of(HASH_SHA256, S("abc"), expected);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hash_often, expected), 0);
	for (size_t i = 0; i < 4; i++) {
		void *wrong;

		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
}

static void
pieces_are_hashed_as_if_they_were_one(void **state)
{
	(void)state;
	struct str all = S("the quick brown fox jumps over the lazy dog, and so on and on");
	char whole[HASH_MAX], out[HASH_MAX];

	hash_of(HASH_SHA256, all, whole);
	for (size_t cut = 0; cut <= all.len; cut++) {
		struct hash_stream *h = hash_begin(HASH_SHA256);

		hash_add(h, str_slice(all, 0, cut));
		hash_add(h, str_slice(all, cut, SIZE_MAX));
		hash_end(&h, out);
		assert_null(h);
		assert_memory_equal(out, whole, hash_size(HASH_SHA256));
	}
	struct hash_stream *h = hash_begin(HASH_SHA256);
	hash_add(h, all);
	hash_drop(&h);
	hash_drop(&h);
}

/* RFC 1321 appendix A.5. */
static void
hash_md5_is_that_of_rfc_1321(void **state)
{
	char out[16];

	(void)state;
	hash_md5(S("abc"), out);
	assert_memory_equal(
	    out, "\x90\x01\x50\x98\x3c\xd2\x4f\xb0\xd6\x96\x3f\x7d\x28\xe1\x7f\x72", 16);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(hash_of_is_the_standard_function),
		CASE(hash_md5_is_that_of_rfc_1321),
		CASE(hash_hmac_is_that_of_rfc_2104_for_keys_of_any_length),
		CASE(hash_hmac_takes_pieces_as_if_they_were_one),
		CASE(hash_pbkdf2_is_that_of_rfc_8018),
		CASE(pieces_are_hashed_as_if_they_were_one),
		CASE(any_thread_may_hash),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
