/* SPDX-License-Identifier: MIT
 *
 * That time does not tell which accounts exist: the same hashes, over as many bytes, are
 * computed for an account that exists and for one that does not. The hash functions are part
 * of this program, under other names, with functions in their place that count.
 */
#define hash_of counted_hash_of
#define hash_hmac counted_hash_hmac
#define hash_pbkdf2 counted_hash_pbkdf2
#include "base/hash.c"
#undef hash_of
#undef hash_hmac
#undef hash_pbkdf2

void hash_of(enum hash kind, struct str in, char *out);
void hash_hmac(enum hash kind, struct str key, const struct str *pieces, size_t n, char *out);
void hash_pbkdf2(
    enum hash kind, struct str password, struct str salt, uint32_t iterations, char *out);

#include "sasl_fixture.h"

struct work {
	size_t hashes[HASHES], hmacs[HASHES], bytes, iterations[HASHES];
};

static struct work done;

void
hash_of(enum hash kind, struct str in, char *out)
{
	done.hashes[kind]++;
	done.bytes += in.len;
	counted_hash_of(kind, in, out);
}

void
hash_hmac(enum hash kind, struct str key, const struct str *pieces, size_t n, char *out)
{
	done.hmacs[kind]++;
	for (size_t i = 0; i < n; i++)
		done.bytes += pieces[i].len;
	counted_hash_hmac(kind, key, pieces, n, out);
}

void
hash_pbkdf2(
    enum hash kind, struct str password, struct str salt, uint32_t iterations, char *out)
{
	done.iterations[kind] += iterations;
	counted_hash_pbkdf2(kind, password, salt, iterations, out);
}

/* What a wrong guess costs after the account was looked up. */
static struct work
guess_scram(const char *mechanism, enum hash h, const struct credentials *account)
{
	struct sasl_turn turn = start(&bound, mechanism, S("n,,n=user,r=abc"));
	char proof[HASH_MAX] = { 0 };

	assert_int_equal(turn.what, SASL_NEED_ACCOUNT);
	done = (struct work){ 0 };
	turn = sasl_supply(exchange, account, NULL);
	assert_int_equal(turn.what, SASL_CHALLENGE);
	turn = sasl_step(
	    exchange, str_format(&arena, "c=biws,r=%.*s,p=%.*s",
			  STR_ARG(scram_attribute(turn.bytes, 'r')),
			  STR_ARG(base64_encode(&arena, str_of(proof, hash_size(h))))));
	assert_failure(turn, SASL_NOT_AUTHORIZED);
	return done;
}

static struct work
guess_plain(const struct credentials *account)
{
	start(&bound, "PLAIN", S("\0user\0guess"));
	done = (struct work){ 0 };
	assert_int_equal(sasl_supply(exchange, account, NULL).what, SASL_NEED_CHECK);
	sasl_check(exchange);
	assert_failure(sasl_checked(exchange), SASL_NOT_AUTHORIZED);
	return done;
}

static struct work
guess_token(const struct credentials *account, const struct fast_tokens *tokens)
{
	start(&bound, "HT-SHA-256-NONE",
	    S("user\0"
	      "0123456789abcdef0123456789abcdef"));
	done = (struct work){ 0 };
	assert_failure(sasl_supply(exchange, account, tokens), SASL_NOT_AUTHORIZED);
	return done;
}

#define assert_same_work(a, b)                                                                 \
	do {                                                                                   \
		struct work a_ = (a), b_ = (b);                                                \
		assert_true(a_.bytes > 0);                                                     \
		assert_memory_equal(&a_, &b_, sizeof(a_));                                     \
	} while (0)

static void
a_wrong_guess_by_scram_costs_the_same_for_any_account(void **state)
{
	(void)state;
	static const char *const mechanisms[HASHES] = { "SCRAM-SHA-1", "SCRAM-SHA-256",
		"SCRAM-SHA-512" };

	for (enum hash h = 0; h < HASHES; h++) {
		struct credentials closed = pencil, incomplete = pencil;
		struct work known = guess_scram(mechanisms[h], h, &pencil);

		closed.disabled = true;
		incomplete.keys[h] = (struct scram_keys){ 0 };
		assert_int_equal(known.hmacs[h], h == HASH_SHA256 ? 3 : 2);
		assert_same_work(known, guess_scram(mechanisms[h], h, NULL));
		assert_same_work(known, guess_scram(mechanisms[h], h, &closed));
		assert_same_work(known, guess_scram(mechanisms[h], h, &incomplete));
	}
}

static void
a_wrong_guess_by_plain_costs_the_same_for_any_account(void **state)
{
	(void)state;
	struct credentials closed = pencil, no_password = { 0 };
	struct work known = guess_plain(&pencil);

	closed.disabled = true;
	assert_int_equal(known.iterations[HASH_SHA256], 4096);
	assert_same_work(known, guess_plain(NULL));
	assert_same_work(known, guess_plain(&closed));
	assert_same_work(known, guess_plain(&no_password));
}

static void
a_wrong_guess_of_a_token_costs_the_same_for_any_account(void **state)
{
	(void)state;
	struct fast_tokens both = { 0 }, one = { 0 }, none = { 0 };
	struct work known;

	fast_tokens_issue(&both, S("HT-SHA-256-NONE"), 1);
	both.current = both.fresh;
	one.fresh = both.fresh;
	known = guess_token(&pencil, &both);
	assert_same_work(known, guess_token(&pencil, &one));
	assert_same_work(known, guess_token(&pencil, &none));
	assert_same_work(known, guess_token(&pencil, NULL));
	assert_same_work(known, guess_token(NULL, NULL));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_wrong_guess_by_scram_costs_the_same_for_any_account),
		CASE(a_wrong_guess_by_plain_costs_the_same_for_any_account),
		CASE(a_wrong_guess_of_a_token_costs_the_same_for_any_account),
	};

	return cmocka_run_group_tests_name("sasl_equal_work", tests, set_up_all, NULL);
}
