/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/siphash.h"

/* The key and the texts of the reference implementation's test: bytes that count up. The
 * values are SipHash-1-3 by that implementation. */
static void
agrees_with_the_reference_for_every_tail_length(void **state)
{
	(void)state;
	static const uint64_t expected[] = {
		UINT64_C(0xabac0158050fc4dc),
		UINT64_C(0xc9f49bf37d57ca93),
		UINT64_C(0x82cb9b024dc7d44d),
		UINT64_C(0x8bf80ab8e7ddf7fb),
		UINT64_C(0xcf75576088d38328),
		UINT64_C(0xdef9d52f49533b67),
		UINT64_C(0xc50d2b50c59f22a7),
		UINT64_C(0xd3927d989bb11140),
		UINT64_C(0x369095118d299a8e),
		UINT64_C(0x25a48eb36c063de4),
		UINT64_C(0x79de85ee92ff097f),
		UINT64_C(0x70c118c1f94dc352),
		UINT64_C(0x78a384b157b4d9a2),
		UINT64_C(0x306f760c1229ffa7),
		UINT64_C(0x605aa111c0f95d34),
		UINT64_C(0xd320d86d2a519956),
		UINT64_C(0xcc4fdd1a7d908b66),
		UINT64_C(0x9cf2689063dbd80c),
		UINT64_C(0x8ffc389cb473e63e),
		UINT64_C(0xf21f9de58d297d1c),
		UINT64_C(0xc0dc2f46a6cce040),
		UINT64_C(0xb992abfe2b45f844),
		UINT64_C(0x7ffe7b9ba320872e),
		UINT64_C(0x525a0e7fdae6c123),
	};
	const struct siphash_key key = { UINT64_C(0x0706050403020100),
		UINT64_C(0x0f0e0d0c0b0a0908) };
	char text[64];

	for (size_t n = 0; n < sizeof(expected) / sizeof(expected[0]); n++) {
		text[n] = (char)n;
		assert_true(siphash(key, str_of(text, n)) == expected[n]);
	}
}

/* Python 3.11 hashes bytes with SipHash-1-3: PYTHONHASHSEED=0 python3 -c 'print(hash(b"a"))' */
static void
agrees_with_another_implementation(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		uint64_t hash;
	} cases[] = {
		{ S("a"), UINT64_C(0x407448d2b89b1813) },
		{ S("abcdefg"), UINT64_C(0x6db12aae9070f506) },
		{ S("abcdefgh"), UINT64_C(0x3f7b849c0b8e35ea) },
		{ S("romeo@example.net/orchard"), UINT64_C(0x8746716e6e052fde) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(siphash((struct siphash_key){ 0 }, cases[i].text) == cases[i].hash);
}

static void
siphash_str_is_the_same_within_a_process(void **state)
{
	(void)state;
	assert_true(siphash_str(S("juliet")) == siphash_str(S("juliet")));
	assert_true(siphash_str(S("juliet")) != siphash_str(S("juliett")));
	assert_true(siphash_str((struct str){ 0 }) == siphash_str(S("")));
	assert_true(siphash_str(S("a")) != siphash((struct siphash_key){ 0 }, S("a")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_reference_for_every_tail_length),
		cmocka_unit_test(agrees_with_another_implementation),
		cmocka_unit_test(siphash_str_is_the_same_within_a_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
