/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdatomic.h>

#include "xmpp/jwt.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"

enum algorithm { RS256, ES256, EDDSA, HS256, ALGORITHMS };

enum {
	RSA_BITS_MIN = 2048, /* RFC 7518 section 3.3 */
	SECRET_BYTES_MIN = 32,
	ES256_BYTES = 64, /* RFC 7518 section 3.4: R and S, 32 bytes each */
};

struct key {
	enum algorithm algorithm;
	struct str id;     /* "no string": none */
	EVP_PKEY *public;  /* but for HS256 */
	struct str secret; /* HS256 */
};

struct jwt_keys {
	atomic_uint refs;
	struct arena arena; /* wiped */
	struct key at[JWT_KEYS_MAX];
	size_t n;
};

static const struct str algorithm_names[ALGORITHMS] = {
	[RS256] = S("RS256"),
	[ES256] = S("ES256"),
	[EDDSA] = S("EdDSA"),
	[HS256] = S("HS256"),
};

const char *
jwt_verdict_name(enum jwt_verdict v)
{
	static const char *const names[JWT_VERDICTS] = {
		[JWT_GOOD] = "good",
		[JWT_MALFORMED] = "malformed",
		[JWT_BAD_ALGORITHM] = "algorithm is not accepted",
		[JWT_UNKNOWN_KEY] = "unknown key",
		[JWT_BAD_SIGNATURE] = "bad signature",
		[JWT_WRONG_ISSUER] = "wrong issuer",
		[JWT_WRONG_AUDIENCE] = "wrong audience",
		[JWT_EXPIRED] = "expired",
		[JWT_TOO_EARLY] = "not valid yet",
		[JWT_NO_SUBJECT] = "no subject",
	};

	return names[v];
}

/* --- keys ------------------------------------------------------------------------------- */

struct jwt_keys *
jwt_keys_new(void)
{
	struct jwt_keys *keys = mem_zalloc(sizeof(*keys));

	atomic_init(&keys->refs, 1);
	arena_init_wiped(&keys->arena, 1024);
	return keys;
}

/* Only the count changes: what others look at does not. */
static struct jwt_keys *
counted(const struct jwt_keys *keys)
{
	return (struct jwt_keys *)(uintptr_t)keys;
}

const struct jwt_keys *
jwt_keys_ref(const struct jwt_keys *keys)
{
	atomic_fetch_add_explicit(&counted(keys)->refs, 1, memory_order_relaxed);
	return keys;
}

void
jwt_keys_free(const struct jwt_keys **keys)
{
	struct jwt_keys *gone = counted(TAKE(*keys));

	if (!gone || atomic_fetch_sub_explicit(&gone->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < gone->n; i++)
		EVP_PKEY_free(gone->at[i].public);
	arena_fini(&gone->arena);
	free(gone);
}

/* The algorithm that a public key is for; ALGORITHMS: none. */
static enum algorithm
algorithm_of(const EVP_PKEY *public)
{
	char curve[32] = "";
	size_t len;

	if (EVP_PKEY_is_a(public, "RSA"))
		return EVP_PKEY_get_bits(public) >= RSA_BITS_MIN ? RS256 : ALGORITHMS;
	if (EVP_PKEY_is_a(public, "ED25519"))
		return EDDSA;
	if (EVP_PKEY_is_a(public, "EC") &&
	    EVP_PKEY_get_group_name(public, curve, sizeof(curve), &len) == 1 &&
	    (strcmp(curve, "prime256v1") == 0 || strcmp(curve, "P-256") == 0))
		return ES256;
	return ALGORITHMS;
}

/* Takes over the key. */
static enum status
add(struct jwt_keys *keys, EVP_PKEY *public, struct str id)
{
	enum algorithm algorithm = algorithm_of(public);

	if (algorithm == ALGORITHMS || keys->n == JWT_KEYS_MAX) {
		EVP_PKEY_free(public);
		return algorithm == ALGORITHMS ? E_INVALID : E_LIMIT;
	}
	keys->at[keys->n++] = (struct key){
		.algorithm = algorithm,
		.id = id.at ? str_copy(&keys->arena, id) : (struct str){ 0 },
		.public = public,
	};
	return OK;
}

static enum status
add_pem(struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason)
{
	BIO *in = BIO_new_mem_buf(text.at, (int)text.len);
	EVP_PKEY *public = PEM_read_bio_PUBKEY(in, NULL, NULL, NULL);
	enum status s = public ? add(keys, public, (struct str){ 0 }) : E_INVALID;

	BIO_free(in);
	if (s != OK)
		*reason = str_format(a, "%s",
		    s == E_LIMIT ? "more keys than are allowed"
		    : public     ? "neither RSA of 2048 bits or more, nor P-256, nor Ed25519"
				 : "not a public key in PEM");
	return s;
}

/* --- JWK (RFC 7517, RFC 7518 section 6, RFC 8037) ------------------------------------------
 */

static struct str
member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return str_of(json_string_value(value), json_string_length(value));
}

/* A member that holds bytes. */
static bool
member_bytes(const json_t *object, const char *name, struct arena *a, struct str *out)
{
	struct str text = member(object, name);

	return text.len && base64url_decode(a, text, out) == OK && out->len > 0;
}

/* NULL when the parameters make no key. */
static EVP_PKEY *
make_key(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *made = NULL;

	if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, params) != 1)
		made = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return made;
}

static EVP_PKEY *
rsa_key(const json_t *jwk, struct arena *a)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	struct str n, e;
	BIGNUM *modulus = NULL, *exponent = NULL;
	EVP_PKEY *made = NULL;

	if (member_bytes(jwk, "n", a, &n) && member_bytes(jwk, "e", a, &e)) {
		modulus = BN_bin2bn((const unsigned char *)n.at, (int)n.len, NULL);
		exponent = BN_bin2bn((const unsigned char *)e.at, (int)e.len, NULL);
		if (OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus) &&
		    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, exponent))
			made = make_key("RSA", parts);
	}
	OSSL_PARAM_BLD_free(parts);
	BN_free(modulus);
	BN_free(exponent);
	return made;
}

static EVP_PKEY *
p256_key(const json_t *jwk, struct arena *a)
{
	enum { HALF = ES256_BYTES / 2 };
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	unsigned char point[1 + ES256_BYTES] = { 4 }; /* uncompressed */
	struct str x, y;
	EVP_PKEY *made = NULL;

	if (member_bytes(jwk, "x", a, &x) && member_bytes(jwk, "y", a, &y) && x.len == HALF &&
	    y.len == HALF) {
		memcpy(point + 1, x.at, HALF);
		memcpy(point + 1 + HALF, y.at, HALF);
		if (OSSL_PARAM_BLD_push_utf8_string(
			parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
		    OSSL_PARAM_BLD_push_octet_string(
			parts, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
			made = make_key("EC", parts);
	}
	OSSL_PARAM_BLD_free(parts);
	return made;
}

static EVP_PKEY *
ed25519_key(const json_t *jwk, struct arena *a)
{
	struct str x;

	if (!member_bytes(jwk, "x", a, &x))
		return NULL;
	return EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, (const unsigned char *)x.at, x.len);
}

/* What the member says is absent or as wanted. */
static bool
is_or_absent(const json_t *object, const char *name, struct str wanted)
{
	return !json_object_get(object, name) || str_eq(member(object, name), wanted);
}

static void
add_jwk(struct jwt_keys *keys, const json_t *jwk, struct arena *a)
{
	struct str type = member(jwk, "kty"), curve = member(jwk, "crv");
	struct str id = member(jwk, "kid");
	EVP_PKEY *public = NULL;

	/* A private key does not belong here, and nor does a secret. */
	if (!is_or_absent(jwk, "use", S("sig")) || json_object_get(jwk, "d") ||
	    id.len > JWT_KEY_ID_MAX)
		return;
	if (str_eq(type, S("RSA")) && is_or_absent(jwk, "alg", algorithm_names[RS256]))
	public = rsa_key(jwk, a);
	else if (str_eq(type, S("EC")) && str_eq(curve, S("P-256")) &&
		 is_or_absent(jwk, "alg", algorithm_names[ES256])) public = p256_key(jwk, a);
	else if (str_eq(type, S("OKP")) && str_eq(curve, S("Ed25519")) &&
		 is_or_absent(jwk, "alg", algorithm_names[EDDSA])) public = ed25519_key(jwk, a);
	/* Too many: those are passed by as well, and the count below says so. */
	if (public && add(keys, public, id) != OK)
		return;
}

static enum status
add_jwks(struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason)
{
	json_error_t fault;
	json_t *set = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &fault);
	const json_t *list = json_object_get(set, "keys");
	size_t before = keys->n, n = list ? json_array_size(list) : 1;
	enum status s = OK;

	if (!set) {
		*reason = str_format(a, "line %d: %s", fault.line, fault.text);
		return E_INVALID;
	}
	if (n > JWT_KEYS_MAX) {
		*reason = str_format(a, "%zu keys: at most %d are allowed", n, JWT_KEYS_MAX);
		s = E_LIMIT;
	}
	for (size_t i = 0; s == OK && i < n; i++)
		add_jwk(keys, list ? json_array_get(list, i) : set, a);
	if (s == OK && keys->n == before) {
		*reason = S("holds no public key for RS256, ES256 or EdDSA");
		s = E_INVALID;
	}
	json_decref(set);
	return s;
}

enum status
jwt_keys_add(struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason)
{
	text = str_trim(text);
	if (str_starts(text, S("{")))
		return add_jwks(keys, text, a, reason);
	return add_pem(keys, text, a, reason);
}

enum status
jwt_keys_add_secret(struct jwt_keys *keys, struct str text, struct arena *a, struct str *reason)
{
	while (str_ends(text, S("\n")) || str_ends(text, S("\r")))
		text.len--;
	if (text.len < SECRET_BYTES_MIN || keys->n == JWT_KEYS_MAX) {
		*reason = str_format(a, "%s",
		    keys->n == JWT_KEYS_MAX ? "more keys than are allowed"
					    : "a secret has at least 32 bytes");
		return keys->n == JWT_KEYS_MAX ? E_LIMIT : E_INVALID;
	}
	keys->at[keys->n++] =
	    (struct key){ .algorithm = HS256, .secret = str_copy(&keys->arena, text) };
	return OK;
}

/* --- signatures --------------------------------------------------------------------------- */

static bool
check_hmac(const struct key *key, struct str signed_part, struct str signature)
{
	char mac[HASH_MAX];

	hash_hmac(HASH_SHA256, key->secret, &signed_part, 1, mac);
	return str_eq_secret(str_of(mac, hash_size(HASH_SHA256)), signature);
}

/* R and S as one after the other (RFC 7518 section 3.4), which OpenSSL wants as DER. */
static bool
ecdsa_to_der(struct str signature, struct arena *a, struct str *out)
{
	enum { HALF = ES256_BYTES / 2 };
	const unsigned char *at = (const unsigned char *)signature.at;
	ECDSA_SIG *parts;
	unsigned char *der, *end;
	int len;

	if (signature.len != ES256_BYTES)
		return false;
	parts = ECDSA_SIG_new();
	ECDSA_SIG_set0(parts, BN_bin2bn(at, HALF, NULL), BN_bin2bn(at + HALF, HALF, NULL));
	len = i2d_ECDSA_SIG(parts, NULL);
	der = end = arena_alloc(a, len > 0 ? (size_t)len : 0);
	if (len > 0)
		i2d_ECDSA_SIG(parts, &end);
	ECDSA_SIG_free(parts);
	*out = str_of((char *)der, len > 0 ? (size_t)len : 0);
	return len > 0;
}

static bool
check_public(
    const struct key *key, struct str signed_part, struct str signature, struct arena *a)
{
	EVP_MD_CTX *context;
	bool good;

	if (key->algorithm == ES256 && !ecdsa_to_der(signature, a, &signature))
		return false;
	context = EVP_MD_CTX_new();
	good = EVP_DigestVerifyInit(context, NULL,
		   key->algorithm == EDDSA ? NULL : EVP_sha256(), NULL, key->public) == 1 &&
	       EVP_DigestVerify(context, (const unsigned char *)signature.at, signature.len,
		   (const unsigned char *)signed_part.at, signed_part.len) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

/* --- tokens ------------------------------------------------------------------------------- */

struct jws {
	struct str signed_part; /* header.payload as they came */
	json_t *header, *claims;
	struct str signature;
};

/* A part as an object; NULL when it is none. */
static json_t *
read_object(struct str part, struct arena *a)
{
	struct str text;
	json_t *value;

	if (base64url_decode(a, part, &text) != OK)
		return NULL;
	value = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

static bool
read_jws(struct str token, struct arena *a, struct jws *out)
{
	struct str rest = token, header, claims, signature, surplus;

	if (token.len > JWT_MAX || !str_split(&rest, '.', &header) ||
	    !str_split(&rest, '.', &claims) || !str_split(&rest, '.', &signature) ||
	    str_split(&rest, '.', &surplus))
		return false;
	out->signed_part = str_slice(token, 0, header.len + 1 + claims.len);
	if (base64url_decode(a, signature, &out->signature) != OK)
		return false;
	out->header = read_object(header, a);
	out->claims = read_object(claims, a);
	return out->header && out->claims;
}

/* By the algorithm, and by the id when both have one. */
static bool
may_be_of(const struct key *key, enum algorithm algorithm, const json_t *header)
{
	struct str id = member(header, "kid");

	return key->algorithm == algorithm && (!id.at || !key->id.at || str_eq(id, key->id));
}

static enum jwt_verdict
check_signature(const struct jwt_keys *keys, const struct jws *t, struct arena *a)
{
	enum algorithm algorithm = 0;
	struct str name = member(t->header, "alg");
	bool known = false, tried = false;

	while (algorithm < ALGORITHMS && !str_eq(algorithm_names[algorithm], name))
		algorithm++;
	/* RFC 7515 section 4.1.11: no extension is understood here. */
	if (algorithm == ALGORITHMS || json_object_get(t->header, "crit"))
		return JWT_BAD_ALGORITHM;
	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->at[i];

		known = known || key->algorithm == algorithm;
		if (!may_be_of(key, algorithm, t->header))
			continue;
		tried = true;
		if (algorithm == HS256 ? check_hmac(key, t->signed_part, t->signature)
				       : check_public(key, t->signed_part, t->signature, a))
			return JWT_GOOD;
	}
	return tried ? JWT_BAD_SIGNATURE : known ? JWT_UNKNOWN_KEY : JWT_BAD_ALGORITHM;
}

/* RFC 8725 section 3.11: what says it is something else is not taken for a login. */
static bool
is_type_right(const json_t *header)
{
	struct str type = member(header, "typ");

	return !json_object_get(header, "typ") || str_eq_nocase(type, S("JWT")) ||
	       str_eq_nocase(type, S("at+jwt"));
}

static bool
has_audience(const json_t *claims, struct str wanted)
{
	const json_t *audience = json_object_get(claims, "aud");

	if (json_is_string(audience))
		return str_eq(member(claims, "aud"), wanted);
	for (size_t i = 0; i < json_array_size(audience); i++) {
		const json_t *one = json_array_get(audience, i);

		if (str_eq(str_of(json_string_value(one), json_string_length(one)), wanted))
			return true;
	}
	return false;
}

/* NumericDate (RFC 7519 section 2), which may have a fraction. Far away is far away. */
static bool
moment(const json_t *claims, const char *name, usec_t *out)
{
	const double far = 1e12; /* seconds */
	const json_t *value = json_object_get(claims, name);
	double seconds;

	if (!json_is_number(value))
		return false;
	seconds = json_number_value(value);
	seconds = seconds > far ? far : seconds < -far ? -far : seconds;
	*out = (usec_t)(seconds * 1e6);
	return true;
}

static enum jwt_verdict
check_claims(
    const json_t *claims, const struct jwt_rules *rules, struct arena *a, struct str *subject)
{
	struct str sub = member(claims, "sub");
	usec_t expires, begins;

	if (!str_eq(member(claims, "iss"), rules->issuer))
		return JWT_WRONG_ISSUER;
	if (!has_audience(claims, rules->audience))
		return JWT_WRONG_AUDIENCE;
	if (!moment(claims, "exp", &expires) || expires + rules->leeway_us <= rules->now_us)
		return JWT_EXPIRED;
	if (json_object_get(claims, "nbf") &&
	    (!moment(claims, "nbf", &begins) || begins - rules->leeway_us > rules->now_us))
		return JWT_TOO_EARLY;
	if (sub.len == 0)
		return JWT_NO_SUBJECT;
	*subject = str_copy(a, sub);
	return JWT_GOOD;
}

enum jwt_verdict
jwt_check(const struct jwt_keys *keys, const struct jwt_rules *rules, struct str token,
    struct arena *a, struct str *subject)
{
	struct jws t = { 0 };
	enum jwt_verdict v = JWT_MALFORMED;

	assert(rules->issuer.len && rules->audience.len);
	if (read_jws(token, a, &t) && is_type_right(t.header) &&
	    (v = check_signature(keys, &t, a)) == JWT_GOOD)
		v = check_claims(t.claims, rules, a, subject);
	json_decref(t.header);
	json_decref(t.claims);
	return v;
}
