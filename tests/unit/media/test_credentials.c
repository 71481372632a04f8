/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "base/hash.h"
#include "media/credentials.h"
#include "media/settings.h"

#define NOW ((usec_t)1800000000 * 1000000)

static const struct turn_conf conf = { .secret = { "0123456789abcdef", 16 },
	.credentials_ms = 600 * 1000 };

static void
credentials_are_valid_until_they_expire(void **state)
{
	struct turn_credentials c;
	char key[STUN_KEY], tag[TURN_TAG];
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	turn_settings_use(&conf, (struct str_list){ 0 });
	turn_credentials_make(S("romeo@example.net"), NOW, &a, &c);
	assert_true(c.expires == NOW + (usec_t)600 * 1000000);
	assert_int_equal(
	    turn_credentials_key(conf.secret, c.username, S("r"), NOW, key, tag), OK);
	assert_int_equal(
	    turn_credentials_key(conf.secret, c.username, S("r"), c.expires + 1, key, tag),
	    E_DENIED);
	arena_fini(&a);
}

/* RFC 8489 section 9.2.2. */
static void
the_key_is_that_of_the_password(void **state)
{
	struct turn_credentials c;
	char key[STUN_KEY], wanted[STUN_KEY], tag[TURN_TAG];
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	turn_settings_use(&conf, (struct str_list){ 0 });
	turn_credentials_make(S("romeo@example.net"), NOW, &a, &c);
	hash_md5(str_format(&a, "%.*s:realm:%.*s", STR_ARG(c.username), STR_ARG(c.password)),
	    wanted);
	assert_int_equal(
	    turn_credentials_key(conf.secret, c.username, S("realm"), NOW, key, tag), OK);
	assert_memory_equal(key, wanted, STUN_KEY);
	assert_int_equal(turn_credentials_key(S("another secret of ours"), c.username,
			     S("realm"), NOW, key, tag),
	    OK);
	assert_memory_not_equal(key, wanted, STUN_KEY);
	arena_fini(&a);
}

static void
accounts_have_pseudonyms(void **state)
{
	struct turn_credentials romeo, again, juliet;
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	turn_settings_use(&conf, (struct str_list){ 0 });
	turn_credentials_make(S("romeo@example.net"), NOW, &a, &romeo);
	turn_credentials_make(S("romeo@example.net"), NOW, &a, &again);
	turn_credentials_make(S("juliet@example.net"), NOW, &a, &juliet);
	assert_true(str_eq(romeo.username, again.username));
	assert_false(str_eq(romeo.username, juliet.username));
	assert_null(memmem(romeo.username.at, romeo.username.len, "romeo", 5));
	arena_fini(&a);
}

static void
other_names_are_refused(void **state)
{
	static const char *const names[] = { "", ":", "romeo", "1800000001",
		"1800000001:", "1800000001:short", "-1:0123456789abcdef",
		"99999999999999999999:0123456789abcdef", "1800000001:0123456789abcdef0",
		"1800000001:0123456789abcdef:x" };
	char key[STUN_KEY], tag[TURN_TAG];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(turn_credentials_key(
				     conf.secret, str_from_c(names[i]), S("r"), NOW, key, tag),
		    E_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_are_valid_until_they_expire),
		cmocka_unit_test(the_key_is_that_of_the_password),
		cmocka_unit_test(accounts_have_pseudonyms),
		cmocka_unit_test(other_names_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
