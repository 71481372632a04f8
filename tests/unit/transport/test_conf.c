/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "transport/conf.h"
#include "transport/tls.h"

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

static void
the_defaults_are_as_documented(void **state)
{
	struct transport_conf conf = { 0 };
	struct tls_conf tls = { 0 };

	(void)state;
	option_preset(transport_section.options, &conf, &arena);
	assert_int_equal(conf.output_max_bytes, 4 * 1024 * 1024);
	assert_int_equal(conf.slow_ms, 60000);
	assert_int_equal(conf.keepalive_ms, 600000);
	assert_int_equal(conf.connections_max, 0);
	assert_int_equal(conf.trusted_networks.count, 2);
	assert_int_equal(conf.proxies.count, 2);
	assert_int_equal(conf.greeting_ms, 60000);
	option_preset(tls_section.options, &tls, &arena);
	assert_int_equal(tls.version, TLS_FROM_1_2);
	assert_true(tls.tickets);
	assert_int_equal(tls.client_ca.len, 0);
}

static void
a_network_that_is_none_changes_nothing(void **state)
{
	struct transport *t = transport_new();
	struct transport_conf conf = { 0 };
	struct str networks[] = { S("10.0.0.0/8"), S("10.0.0.1/8") };
	struct str reason = { 0 };

	(void)state;
	option_preset(transport_section.options, &conf, &arena);
	conf.slow_ms = 5000;
	conf.trusted_networks = (struct str_list){ networks, 2 };
	assert_int_equal(transport_configure(t, &conf, &arena, &reason), E_INVALID);
	assert_str(
	    reason, "\"10.0.0.1/8\" is not a network, such as 192.0.2.0/24 or 2001:db8::/32");
	assert_int_equal(transport_slow_ms(t), 60000);
	conf.trusted_networks.count = 1;
	assert_int_equal(transport_configure(t, &conf, &arena, &reason), OK);
	assert_int_equal(transport_slow_ms(t), 5000);
	conf.proxies = (struct str_list){ networks, 2 };
	conf.slow_ms = 7000;
	assert_int_equal(transport_configure(t, &conf, &arena, &reason), E_INVALID);
	assert_int_equal(transport_slow_ms(t), 5000);
	transport_free(&t);
	assert_null(t);
}

static void
proxies_are_those_that_are_configured(void **state)
{
	struct transport *t = transport_new();
	struct transport_conf conf = { 0 };
	struct str network = S("192.0.2.0/24");
	struct address near, far, here, none = { 0 };
	struct str reason;

	(void)state;
	assert_int_equal(address_parse(S("192.0.2.7"), &near), OK);
	assert_int_equal(address_parse(S("192.0.3.7"), &far), OK);
	assert_int_equal(address_parse(S("127.0.0.1"), &here), OK);
	assert_true(transport_is_proxy(t, &here));
	assert_false(transport_is_proxy(t, &near));
	assert_false(transport_is_proxy(t, &none));
	option_preset(transport_section.options, &conf, &arena);
	conf.proxies = (struct str_list){ &network, 1 };
	assert_int_equal(transport_configure(t, &conf, &arena, &reason), OK);
	assert_true(transport_is_proxy(t, &near));
	assert_false(transport_is_proxy(t, &far));
	assert_false(transport_is_proxy(t, &here));
	transport_free(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_defaults_are_as_documented),
		TEST(a_network_that_is_none_changes_nothing),
		TEST(proxies_are_those_that_are_configured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
