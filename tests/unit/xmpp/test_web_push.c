/* SPDX-License-Identifier: MIT
 *
 * Web Push: encryption for one browser (RFC 8291, RFC 8188), and who sends it (RFC 8292).
 */
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "../unit.h"

#include "base/encode.h"
#include "base/limits.h"
#include "xmpp/json.h"
#include "xmpp/web_push.h"

static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct str
bytes(const char *base64url)
{
	struct str out;

	assert_int_equal(base64url_decode(&arena, str_from_c(base64url), &out), OK);
	return out;
}

/* RFC 8291 section 5 and appendix A. */
static const char sender_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char sender_public[] = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocIn"
				    "mYWAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char browser_private[] = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
static const char browser_public[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4"
    "bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char browser_auth[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char salt[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char message[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

static void
the_example_of_the_rfc_is_met(void **state)
{
	AUTO(p256) sender = NULL;
	struct web_push_keys keys;
	struct str made;

	(void)state;
	assert_int_equal(p256_read(bytes(sender_private), bytes(sender_public), &sender), OK);
	assert_int_equal(web_push_keys_read(&arena, str_from_c(browser_public),
			     str_from_c(browser_auth), &keys),
	    OK);
	assert_int_equal(
	    web_push_encrypt_with(&arena, &keys, S("When I grow up, I want to be a watermelon"),
		0, sender, bytes(salt).at, &made),
	    OK);
	assert_str(base64url_encode(&arena, made), message);
}

static void
both_sides_agree_on_the_secret_of_the_rfc(void **state)
{
	AUTO(p256) browser = NULL;
	char secret[P256_SECRET];

	(void)state;
	assert_int_equal(
	    p256_read(bytes(browser_private), bytes(browser_public), &browser), OK);
	assert_int_equal(p256_agree(browser, bytes(sender_public), secret), OK);
	assert_str(base64url_encode(&arena, str_of(secret, sizeof(secret))),
	    "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
}

static void
padding_hides_the_length(void **state)
{
	struct web_push_keys keys;
	struct str a, b;

	(void)state;
	assert_int_equal(web_push_keys_read(&arena, str_from_c(browser_public),
			     str_from_c(browser_auth), &keys),
	    OK);
	assert_int_equal(web_push_encrypt(&arena, &keys, S("x"), 1000, &a), OK);
	assert_int_equal(web_push_encrypt(&arena, &keys, S("xyz"), 1000, &b), OK);
	assert_int_equal(a.len, b.len);
	assert_int_equal(web_push_encrypt(&arena, &keys, S("xyz"), WEB_PUSH_TEXT_MAX, &b), OK);
	assert_int_equal(b.len, 4096);
	/* Nothing of one message is in another. */
	assert_memory_not_equal(a.at, b.at, 16);
	assert_memory_not_equal(a.at + 21, b.at + 21, P256_PUBLIC);
}

static void
keys_that_are_none_are_refused(void **state)
{
	static const char *const points[] = { "", "AA", "BTBZMqHH6r4Tts7J_aSIgg",
		/* Another sign, another form, not on the curve, padding. */
		"BP4z9KsN6nGRTbVYI_"
		"c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A4",
		"Av4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg",
		"AP4z9KsN6nGRTbVYI_"
		"c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
		"BP4z9KsN6nGRTbVYI_"
		"c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8=" };
	struct web_push_keys keys;

	(void)state;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		assert_int_equal(web_push_keys_read(&arena, str_from_c(points[i]),
				     str_from_c(browser_auth), &keys),
		    E_INVALID);
	assert_int_equal(
	    web_push_keys_read(&arena, str_from_c(browser_public), S("AAAA"), &keys),
	    E_INVALID);
}

static void
only_pairs_are_keys(void **state)
{
	AUTO(p256) k = NULL;

	(void)state;
	assert_int_equal(
	    p256_read(bytes(browser_private), bytes(sender_public), &k), E_INVALID);
	assert_int_equal(p256_read(S("short"), bytes(sender_public), &k), E_INVALID);
	assert_null(k);
}

static void
a_key_survives_being_kept(void **state)
{
	AUTO(p256) k = p256_new();
	AUTO(p256) again = NULL;
	char secret[P256_PRIVATE], point[P256_PUBLIC], same[P256_PUBLIC];

	(void)state;
	p256_private(k, secret);
	p256_public(k, point);
	assert_int_equal(
	    p256_read(str_of(secret, P256_PRIVATE), str_of(point, P256_PUBLIC), &again), OK);
	p256_public(again, same);
	assert_memory_equal(point, same, P256_PUBLIC);
}

/* The signature as OpenSSL wants it. */
static bool
verifies(struct str point, struct str input, struct str signature)
{
	static const unsigned char before_point[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
		0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
		0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };
	unsigned char info[sizeof(before_point) + P256_PUBLIC];
	const unsigned char *at = info, *rs = (const unsigned char *)signature.at;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *der = NULL;
	EVP_PKEY *key;
	int len;
	bool ok;

	assert_int_equal(signature.len, P256_SIGNATURE);
	assert_int_equal(point.len, P256_PUBLIC);
	memcpy(info, before_point, sizeof(before_point));
	memcpy(info + sizeof(before_point), point.at, point.len);
	key = d2i_PUBKEY(NULL, &at, sizeof(info));
	assert_non_null(key);
	ECDSA_SIG_set0(sig, BN_bin2bn(rs, 32, NULL), BN_bin2bn(rs + 32, 32, NULL));
	len = i2d_ECDSA_SIG(sig, &der);
	EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL);
	ok = EVP_DigestVerify(
		 ctx, der, (size_t)len, (const unsigned char *)input.at, input.len) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

/* RFC 8292 section 2.4 shows the shape: vapid t=TOKEN, k=KEY. */
static void
the_server_identifies_itself(void **state)
{
	AUTO(p256) key = p256_new();
	struct str value = web_push_authorization(&arena, key, S("https://push.example.net"),
	    S("mailto:push@example.com"), 1453523768LL * 1000000);
	struct str t, k, head, claims, signature, input, point;

	(void)state;
	assert_true(str_starts(value, S("vapid t=")));
	value = str_slice(value, 8, value.len);
	t = str_slice(value, 0, str_find(value, ','));
	k = str_slice(value, t.len, value.len);
	assert_true(str_starts(k, S(", k=")));
	point = bytes(str_to_c(&arena, str_slice(k, 4, k.len)));
	input = t;
	assert_true(str_split(&t, '.', &head) && str_split(&t, '.', &claims) &&
		    str_split(&t, '.', &signature) && !t.at);
	input.len = head.len + 1 + claims.len;
	assert_str(bytes(str_to_c(&arena, head)), "{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
	assert_str(bytes(str_to_c(&arena, claims)),
	    "{\"aud\":\"https://push.example.net\",\"exp\":1453523768,"
	    "\"sub\":\"mailto:push@example.com\"}");
	signature = bytes(str_to_c(&arena, signature));
	assert_true(verifies(point, input, signature));
	assert_false(verifies(point, str_slice(input, 1, input.len), signature));
}

static void
texts_are_quoted_for_json(void **state)
{
	(void)state;
	assert_str(json_quote(&arena, S("")), "\"\"");
	assert_str(json_quote(&arena, S("a\"b\\c/\xc3\xa9")), "\"a\\\"b\\\\c/\xc3\xa9\"");
	assert_str(json_quote(&arena, str_of("\n\0\x1f", 3)), "\"\\n\\u0000\\u001F\"");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, finish)
	const struct CMUnitTest tests[] = {
		CASE(the_example_of_the_rfc_is_met),
		CASE(both_sides_agree_on_the_secret_of_the_rfc),
		CASE(padding_hides_the_length),
		CASE(keys_that_are_none_are_refused),
		CASE(only_pairs_are_keys),
		CASE(a_key_survives_being_kept),
		CASE(the_server_identifies_itself),
		CASE(texts_are_quoted_for_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
