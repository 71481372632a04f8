/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/client/url.h"

static const struct {
	const char *text;
	const char *host; /* NULL: refused */
	unsigned port;
	const char *authority, *target;
} urls[] = {
	{ "https://push.example/a?b=c", "push.example", 443, "push.example", "/a?b=c" },
	{ "HTTPS://Push.EXAMPLE", "push.example", 443, "push.example", "/" },
	{ "https://push.example?x", "push.example", 443, "push.example", "/?x" },
	{ "https://push.example:443/", "push.example", 443, "push.example", "/" },
	{ "https://push.example:8443/", "push.example", 8443, "push.example:8443", "/" },
	{ "https://192.0.2.1/", "192.0.2.1", 443, "192.0.2.1", "/" },
	{ "https://[2001:DB8::1]:1/", "2001:db8::1", 1, "[2001:db8::1]:1", "/" },
	{ "https://localhost/%7e;@:x", "localhost", 443, "localhost", "/%7e;@:x" },
	{ "https://a_b.xn--9ca.example/", "a_b.xn--9ca.example", 443, "a_b.xn--9ca.example",
	    "/" },
	{ "http://push.example/", NULL },
	{ "https:/push.example/", NULL },
	{ "https://", NULL },
	{ "https:///a", NULL },
	{ "https://user@push.example/", NULL },
	{ "https://push.example@127.0.0.1/", NULL },
	{ "https://push.example\\@127.0.0.1/", NULL },
	{ "https://push.example#a", NULL },
	{ "https://push.example/ a", NULL },
	{ "https://push.example/\r\nX: y", NULL },
	{ "https://p\xc3\xbcsh.example/", NULL },
	{ "https://push..example/", NULL },
	{ "https://push.example./", NULL },
	{ "https://.push.example/", NULL },
	{ "https://-push.example/", NULL },
	{ "https://push.example:/", NULL },
	{ "https://push.example:0/", NULL },
	{ "https://push.example:0443/", NULL },
	{ "https://push.example:65536/", NULL },
	{ "https://push.example:1:2/", NULL },
	{ "https://127.1/", NULL },
	{ "https://2130706433/", NULL },
	{ "https://0x7f000001/", NULL },
	{ "https://0177.0.0.1/", NULL },
	{ "https://0x7f.0.0.1/", NULL },
	{ "https://::1/", NULL },
	{ "https://[127.0.0.1]/", NULL },
	{ "https://[::1/", NULL },
	{ "https://[fe80::1%25eth0]/", NULL },
};

static void
urls_are_read_in_their_only_spelling(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct https_url url;
		enum status s = https_url_parse(&a, str_from_c(urls[i].text), &url);

		if (s != (urls[i].host ? OK : E_INVALID))
			fail_msg("%s: %s", urls[i].text, status_name(s));
		if (s != OK)
			continue;
		assert_str(url.host, urls[i].host);
		assert_int_equal(url.port, urls[i].port);
		assert_str(url.authority, urls[i].authority);
		assert_str(url.target, urls[i].target);
		assert_true(str_starts(url.origin, S("https://")));
		assert_str(str_slice(url.origin, 8, url.origin.len), urls[i].authority);
	}
	arena_fini(&a);
}

static void
addresses_are_told_from_names(void **state)
{
	struct https_url url;
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	assert_int_equal(https_url_parse(&a, S("https://[::ffff:10.0.0.1]/"), &url), OK);
	assert_true(url.is_address);
	assert_true(address_is_ipv4(&url.address));
	assert_int_equal(https_url_parse(&a, S("https://ten.example/"), &url), OK);
	assert_false(url.is_address);
	arena_fini(&a);
}

static void
long_ones_are_refused(void **state)
{
	char text[HTTPS_URL_MAX + 2];
	struct https_url url;
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://a.b/", 12);
	assert_int_equal(https_url_parse(&a, str_of(text, HTTPS_URL_MAX), &url), OK);
	assert_int_equal(https_url_parse(&a, str_of(text, HTTPS_URL_MAX + 1), &url), E_LIMIT);
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	text[8 + 63] = '.';
	assert_int_equal(https_url_parse(&a, str_of(text, 8 + 63 + 4), &url), OK);
	text[8 + 63] = 'a';
	text[8 + 64] = '.';
	assert_int_equal(https_url_parse(&a, str_of(text, 8 + 64 + 4), &url), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_read_in_their_only_spelling),
		cmocka_unit_test(addresses_are_told_from_names),
		cmocka_unit_test(long_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
