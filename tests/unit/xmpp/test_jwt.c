/* SPDX-License-Identifier: MIT
 *
 * JSON Web Tokens (RFC 7519), those of others and those that only look like it.
 */
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "../unit.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "xmpp/jwt.h"

static struct arena arena;
static EVP_PKEY *rsa, *ec, *ed, *other_rsa;
static const struct str secret = S("0123456789abcdef0123456789abcdef");
static struct jwt_rules rules = {
	.issuer = S("https://portal.example"),
	.audience = S("chat"),
	.now_us = (usec_t)1700000000 * 1000000,
	.leeway_us = 30 * 1000000,
};

#define GOOD                                                                                   \
	"{\"iss\":\"https://portal.example\",\"aud\":\"chat\",\"sub\":\"juliet\","             \
	"\"exp\":1700000060}"

static int
make_keys(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(2048);
	other_rsa = EVP_RSA_gen(2048);
	ec = EVP_EC_gen("P-256");
	ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return rsa && other_rsa && ec && ed ? 0 : 1;
}

static int
free_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other_rsa);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(ed);
	return 0;
}

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

/* --- a portal ---------------------------------------------------------------------------- */

static struct str
pem_of(EVP_PKEY *key)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *at;
	size_t len;
	struct str text;

	assert_int_equal(PEM_write_bio_PUBKEY(out, key), 1);
	len = (size_t)BIO_get_mem_data(out, &at);
	text = str_copy(&arena, str_of(at, len));
	BIO_free(out);
	return text;
}

/* DER to R and S of 32 bytes each. */
static struct str
flat(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.at;
	ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
	unsigned char *out = arena_zalloc(&arena, 64);

	BN_bn2binpad(ECDSA_SIG_get0_r(parts), out, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(parts), out + 32, 32);
	ECDSA_SIG_free(parts);
	return str_of((char *)out, 64);
}

/* key NULL: HS256 with `with`. */
static struct str
sign(EVP_PKEY *key, struct str with, struct str text)
{
	EVP_MD_CTX *context;
	unsigned char *out = arena_alloc(&arena, 512);
	size_t len = 512;
	bool is_ed = key && EVP_PKEY_is_a(key, "ED25519");

	if (!key) {
		hash_hmac(HASH_SHA256, with, &text, 1, (char *)out);
		return str_of((char *)out, 32);
	}
	context = EVP_MD_CTX_new();
	assert_int_equal(
	    EVP_DigestSignInit(context, NULL, is_ed ? NULL : EVP_sha256(), NULL, key), 1);
	assert_int_equal(
	    EVP_DigestSign(context, out, &len, (const unsigned char *)text.at, text.len), 1);
	EVP_MD_CTX_free(context);
	return EVP_PKEY_is_a(key, "EC") ? flat(str_of((char *)out, len))
					: str_of((char *)out, len);
}

static struct str
token(const char *header, const char *claims, EVP_PKEY *key, struct str with)
{
	struct str body = str_format(&arena, "%.*s.%.*s",
	    STR_ARG(base64url_encode(&arena, str_from_c(header))),
	    STR_ARG(base64url_encode(&arena, str_from_c(claims))));

	return str_format(&arena, "%.*s.%.*s", STR_ARG(body),
	    STR_ARG(base64url_encode(&arena, sign(key, with, body))));
}

static const struct jwt_keys *
keys_of(struct str text, bool is_secret)
{
	struct jwt_keys *keys = jwt_keys_new();
	struct str reason = S("");
	enum status s = is_secret ? jwt_keys_add_secret(keys, text, &arena, &reason)
				  : jwt_keys_add(keys, text, &arena, &reason);

	if (s != OK)
		print_message("%.*s\n", STR_ARG(reason));
	assert_int_equal(s, OK);
	return keys;
}

static enum jwt_verdict
check(const struct jwt_keys *keys, struct str text)
{
	struct str subject;

	return jwt_check(keys, &rules, text, &arena, &subject);
}

/* --- tests ------------------------------------------------------------------------------- */

static void
each_algorithm_is_good_with_its_own_key_and_no_other(void **state)
{
	(void)state;
	struct {
		const char *header;
		EVP_PKEY *key;
	} kinds[] = {
		{ "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", rsa },
		{ "{\"alg\":\"ES256\"}", ec },
		{ "{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\"}", ed },
		{ "{\"alg\":\"HS256\"}", NULL },
	};
	const struct jwt_keys *keys[] = {
		keys_of(pem_of(rsa), false),
		keys_of(pem_of(ec), false),
		keys_of(pem_of(ed), false),
		keys_of(secret, true),
	};
	struct str subject;

	for (size_t i = 0; i < 4; i++) {
		struct str text = token(kinds[i].header, GOOD, kinds[i].key, secret);

		assert_int_equal(jwt_check(keys[i], &rules, text, &arena, &subject), JWT_GOOD);
		assert_str(subject, "juliet");
		for (size_t k = 0; k < 4; k++)
			if (k != i)
				assert_int_equal(check(keys[k], text), JWT_BAD_ALGORITHM);
	}
	for (size_t i = 0; i < 4; i++)
		jwt_keys_free(&keys[i]);
}

static void
the_token_does_not_choose_the_algorithm(void **state)
{
	(void)state;
	const struct jwt_keys *keys = keys_of(pem_of(rsa), false);
	static const char *const headers[] = {
		"{\"alg\":\"none\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"\"}",
		"{}",
		"{\"alg\":null}",
		"{\"alg\":[\"RS256\"]}",
		"{\"alg\":\"rs256\"}",
		"{\"alg\":\"RS512\"}",
		"{\"alg\":\"PS256\"}",
		"{\"alg\":\"HS256\"}",
		"{\"alg\":\"RS256\",\"crit\":[\"b64\"]}",
	};
	struct str pem = pem_of(rsa), unsigned_token;

	/* The public key as the secret of HS256, with and without the line break at its end. */
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		assert_int_equal(
		    check(keys, token(headers[i], GOOD, NULL, pem)), JWT_BAD_ALGORITHM);
		assert_int_equal(
		    check(keys, token(headers[i], GOOD, rsa, pem)), JWT_BAD_ALGORITHM);
	}
	unsigned_token = token("{\"alg\":\"RS256\"}", GOOD, rsa, secret);
	while (!str_ends(unsigned_token, S(".")))
		unsigned_token.len--;
	assert_int_equal(check(keys, unsigned_token), JWT_BAD_SIGNATURE);
	jwt_keys_free(&keys);
}

static void
a_signature_of_another_key_or_text_is_bad(void **state)
{
	(void)state;
	EVP_PKEY *all[] = { rsa, ec, ed };
	const char *headers[] = { "{\"alg\":\"RS256\"}", "{\"alg\":\"ES256\"}",
		"{\"alg\":\"EdDSA\"}" };

	for (size_t i = 0; i < 3; i++) {
		const struct jwt_keys *keys = keys_of(pem_of(all[i]), false);
		struct str good = token(headers[i], GOOD, all[i], secret), other, swapped;
		struct str rest = good, header, claims, signature;
		char *copy;

		str_split(&rest, '.', &header);
		str_split(&rest, '.', &claims);
		str_split(&rest, '.', &signature);
		/* Other claims under this signature. */
		other = token(headers[i],
		    "{\"iss\":\"https://portal.example\",\"aud\":\"chat\",\"sub\":\"romeo\","
		    "\"exp\":1700000060}",
		    all[i], secret);
		rest = other;
		str_split(&rest, '.', &header);
		str_split(&rest, '.', &claims);
		swapped = str_format(&arena, "%.*s.%.*s.%.*s", STR_ARG(header), STR_ARG(claims),
		    STR_ARG(signature));
		assert_int_equal(check(keys, swapped), JWT_BAD_SIGNATURE);
		/* Each bit of the signature, as far as it is one. */
		for (size_t at = good.len - signature.len; at < good.len - 1; at += 7) {
			copy = str_to_c(&arena, good);
			copy[at] = copy[at] == 'A' ? 'B' : 'A';
			assert_true(check(keys, str_of(copy, good.len)) != JWT_GOOD);
		}
		/* Cut anywhere. */
		for (size_t len = 0; len < good.len; len++)
			assert_true(check(keys, str_slice(good, 0, len)) != JWT_GOOD);
		assert_true(
		    check(keys, str_format(&arena, "%.*s.", STR_ARG(good))) == JWT_MALFORMED);
		jwt_keys_free(&keys);
	}
	{
		const struct jwt_keys *keys = keys_of(pem_of(rsa), false);

		assert_int_equal(
		    check(keys, token("{\"alg\":\"RS256\"}", GOOD, other_rsa, secret)),
		    JWT_BAD_SIGNATURE);
		jwt_keys_free(&keys);
	}
}

static void
claims_are_checked(void **state)
{
	(void)state;
#define CLAIMS(iss, aud, sub, more) "{\"iss\":" iss ",\"aud\":" aud ",\"sub\":" sub more "}"
#define ISS "\"https://portal.example\""
#define EXP ",\"exp\":1700000060"
	static const struct {
		const char *claims;
		enum jwt_verdict verdict;
	} cases[] = {
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", EXP), JWT_GOOD },
		{ CLAIMS(ISS, "[\"x\",\"chat\"]", "\"j\"", EXP), JWT_GOOD },
		{ CLAIMS("\"https://portal.example/\"", "\"chat\"", "\"j\"", EXP),
		    JWT_WRONG_ISSUER },
		{ CLAIMS("\"\"", "\"chat\"", "\"j\"", EXP), JWT_WRONG_ISSUER },
		{ CLAIMS("[" ISS "]", "\"chat\"", "\"j\"", EXP), JWT_WRONG_ISSUER },
		{ "{\"aud\":\"chat\",\"sub\":\"j\",\"exp\":1700000060}", JWT_WRONG_ISSUER },
		{ CLAIMS(ISS, "\"Chat\"", "\"j\"", EXP), JWT_WRONG_AUDIENCE },
		{ CLAIMS(ISS, "[]", "\"j\"", EXP), JWT_WRONG_AUDIENCE },
		{ CLAIMS(ISS, "[1,null,[\"chat\"]]", "\"j\"", EXP), JWT_WRONG_AUDIENCE },
		{ CLAIMS(ISS, "{\"chat\":1}", "\"j\"", EXP), JWT_WRONG_AUDIENCE },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ""), JWT_EXPIRED },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":\"1700000060\""), JWT_EXPIRED },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":1699999970"), JWT_EXPIRED },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":1699999971"), JWT_GOOD },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":1e300"), JWT_GOOD },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":-1e300"), JWT_EXPIRED },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", ",\"exp\":1700000060.5"), JWT_GOOD },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", EXP ",\"nbf\":1700000030"), JWT_GOOD },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", EXP ",\"nbf\":1700000031"), JWT_TOO_EARLY },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", EXP ",\"nbf\":\"now\""), JWT_TOO_EARLY },
		{ CLAIMS(ISS, "\"chat\"", "\"\"", EXP), JWT_NO_SUBJECT },
		{ CLAIMS(ISS, "\"chat\"", "7", EXP), JWT_NO_SUBJECT },
		{ CLAIMS(ISS, "\"chat\"", "\"j\"", EXP ",\"sub\":\"admin\""), JWT_MALFORMED },
		{ CLAIMS(ISS, "\"chat\"", "\"j\\u0000k\"", EXP), JWT_MALFORMED },
		{ "[]", JWT_MALFORMED },
		{ "\"x\"", JWT_MALFORMED },
		{ "", JWT_MALFORMED },
		{ "{}x", JWT_MALFORMED },
	};
	const struct jwt_keys *keys = keys_of(secret, true);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    check(keys, token("{\"alg\":\"HS256\"}", cases[i].claims, NULL, secret)),
		    cases[i].verdict);
	/* What says it is something else is none of ours. */
	assert_int_equal(
	    check(keys, token("{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", GOOD, NULL, secret)),
	    JWT_MALFORMED);
	jwt_keys_free(&keys);
}

static void
bombs_are_refused(void **state)
{
	(void)state;
	const struct jwt_keys *keys = keys_of(secret, true);
	char *deep = arena_alloc(&arena, JWT_MAX), *large = arena_alloc(&arena, JWT_MAX + 1);
	struct str text;

	memset(deep, '[', 2500);
	deep[2500] = '\0';
	text = token("{\"alg\":\"HS256\"}", deep, NULL, secret);
	assert_int_equal(check(keys, text), JWT_MALFORMED);
	memset(large, 'A', JWT_MAX + 1);
	assert_int_equal(check(keys, str_of(large, JWT_MAX + 1)), JWT_MALFORMED);
	jwt_keys_free(&keys);
}

/* The JWK of RFC 8037 appendix A.2 and its token of A.4, whose payload is no object. */
#define ED_JWK                                                                                 \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\","                                  \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
/* RFC 7515 appendix A.3.1 */
#define EC_JWK                                                                                 \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"b\","                                     \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                               \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"

static void
sets_are_read_and_what_is_of_no_use_is_passed_by(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum status status;
	} cases[] = {
		{ ED_JWK, OK },
		{ EC_JWK, OK },
		{ "{\"keys\":[" ED_JWK "," EC_JWK "]}", OK },
		{ "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}," ED_JWK "]}",
		    OK },
		{ "{\"keys\":[1,null,\"x\",{\"kty\":\"oct\",\"k\":\"AAAA\"}," ED_JWK "]}", OK },
		{ "{\"keys\":[]}", E_INVALID },
		{ "{}", E_INVALID },
		{ "{\"kty\":\"oct\",\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}",
		    E_INVALID },
		{ "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", E_INVALID },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
		    E_INVALID },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\","
		  "\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		  "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		    E_INVALID },
		{ "{\"kty\":\"OKP\",\"crv\":\"X25519\","
		  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		    E_INVALID },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\","
		  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		    E_INVALID },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"ES256\","
		  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		    E_INVALID },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"AAAA\","
		  "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
		    E_INVALID },
		{ "{", E_INVALID },
		{ "", E_INVALID },
		{ "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", E_INVALID },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct jwt_keys *keys = jwt_keys_new();
		const struct jwt_keys *gone = keys;
		struct str reason = S("");

		assert_int_equal(jwt_keys_add(keys, str_from_c(cases[i].text), &arena, &reason),
		    cases[i].status);
		assert_true(cases[i].status == OK || reason.len > 0);
		jwt_keys_free(&gone);
	}
}

static void
a_key_is_chosen_by_its_id(void **state)
{
	(void)state;
	unsigned char raw[32];
	size_t len = sizeof(raw);
	struct str mine, set;
	const struct jwt_keys *keys;

	assert_int_equal(EVP_PKEY_get_raw_public_key(ed, raw, &len), 1);
	mine = base64url_encode(&arena, str_of((char *)raw, len));
	set = str_format(&arena,
	    "{\"keys\":[" ED_JWK ",{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"mine\","
	    "\"x\":\"%.*s\"}]}",
	    STR_ARG(mine));
	keys = keys_of(set, false);
	assert_int_equal(
	    check(keys, token("{\"alg\":\"EdDSA\",\"kid\":\"mine\"}", GOOD, ed, secret)),
	    JWT_GOOD);
	assert_int_equal(check(keys, token("{\"alg\":\"EdDSA\"}", GOOD, ed, secret)), JWT_GOOD);
	assert_int_equal(
	    check(keys, token("{\"alg\":\"EdDSA\",\"kid\":\"a\"}", GOOD, ed, secret)),
	    JWT_BAD_SIGNATURE);
	assert_int_equal(
	    check(keys, token("{\"alg\":\"EdDSA\",\"kid\":\"z\"}", GOOD, ed, secret)),
	    JWT_UNKNOWN_KEY);
	jwt_keys_free(&keys);
}

static void
weak_secrets_and_keys_are_refused(void **state)
{
	(void)state;
	struct jwt_keys *keys = jwt_keys_new();
	const struct jwt_keys *gone = keys;
	EVP_PKEY *weak = EVP_RSA_gen(1024);
	struct str reason;

	assert_int_equal(jwt_keys_add_secret(keys, S("short"), &arena, &reason), E_INVALID);
	assert_int_equal(jwt_keys_add_secret(
			     keys, S("0123456789abcdef0123456789abcde\r\n"), &arena, &reason),
	    E_INVALID);
	assert_int_equal(jwt_keys_add(keys, pem_of(weak), &arena, &reason), E_INVALID);
	EVP_PKEY_free(weak);
	jwt_keys_free(&gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    each_algorithm_is_good_with_its_own_key_and_no_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_token_does_not_choose_the_algorithm, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_signature_of_another_key_or_text_is_bad, set_up, tear_down),
		cmocka_unit_test_setup_teardown(claims_are_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bombs_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    sets_are_read_and_what_is_of_no_use_is_passed_by, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_key_is_chosen_by_its_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    weak_secrets_and_keys_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
