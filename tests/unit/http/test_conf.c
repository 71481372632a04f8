/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/conf.h"

static enum status
make(const struct http_conf *conf, struct str *reason, struct arena *a)
{
	struct http_site *site = NULL;
	enum status s = http_site_new(conf, NULL, 0, 0, a, reason, &site);

	http_site_free(&site);
	return s;
}

static void
networks_and_url_are_checked(void **state)
{
	static const struct {
		struct str url;
		bool good;
	} urls[] = {
		{ S("https://chat.example.org"), true },
		{ S("https://chat.example.org:8443/"), true },
		{ S("http://localhost:5280"), true },
		{ S("https://[2001:db8::1]"), true },
		{ S("chat.example.org"), false },
		{ S("https://"), false },
		{ S("https://a/b"), false },
		{ S("https://a b"), false },
		{ S("ftp://a"), false },
	};
	struct str bad = S("10.0.0.1/8"), reason = { 0 };
	struct http_conf conf = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		conf.public_url = urls[i].url;
		assert_int_equal(make(&conf, &reason, &a), urls[i].good ? OK : E_INVALID);
		assert_true(urls[i].good || str_starts(reason, S("http: public_url: \"")));
	}
	conf = (struct http_conf){ .trusted_proxies = { &bad, 1 } };
	assert_int_equal(make(&conf, &reason, &a), E_INVALID);
	assert_true(str_starts(reason, S("http: \"10.0.0.1/8\" is not a network")));
	conf = (struct http_conf){ .metrics_from = { &bad, 1 } };
	assert_int_equal(make(&conf, &reason, &a), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_and_url_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
