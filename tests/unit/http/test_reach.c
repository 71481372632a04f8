/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "http/client/reach.h"

static struct address
address(const char *text)
{
	struct address a;

	if (address_parse(str_from_c(text), &a) != OK)
		fail_msg("%s is no address", text);
	return a;
}

static void
only_public_addresses_are_public(void **state)
{
	static const char *const is_public[] = { "1.1.1.1", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
		"192.167.1.1", "198.17.0.1", "198.20.0.0", "223.255.255.255", "2a00::1",
		"2001:4860::1", "2600::1", "::ffff:1.1.1.1", "2002:101:101::1",
		"64:ff9b::101:101" };
	static const char *const is_not[] = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1",
		"127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
		"172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1",
		"198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
		"255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
		"::ffff:10.1.1.1", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::1", "3fff::1",
		"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::101:101", "100::1", "4000::1",
		"5f00::1" };

	(void)state;
	for (size_t i = 0; i < sizeof(is_public) / sizeof(is_public[0]); i++) {
		struct address a = address(is_public[i]);

		if (!address_is_public(&a))
			fail_msg("%s", is_public[i]);
	}
	for (size_t i = 0; i < sizeof(is_not) / sizeof(is_not[0]); i++) {
		struct address a = address(is_not[i]);

		if (address_is_public(&a))
			fail_msg("%s", is_not[i]);
	}
}

static void
the_operator_can_allow_more(void **state)
{
	struct network allowed[2];
	const uint16_t ports[] = { 443, 8443 };
	struct reach r = { .allowed = allowed, .n_allowed = 2, .ports = ports, .n_ports = 2 };
	struct address a;

	(void)state;
	assert_int_equal(network_parse(S("127.0.0.0/8"), &allowed[0]), OK);
	assert_int_equal(network_parse(S("fd00::/8"), &allowed[1]), OK);
	a = address("127.1.2.3");
	assert_true(reach_has_address(&r, &a));
	a = address("fd00::1");
	assert_true(reach_has_address(&r, &a));
	a = address("::1");
	assert_false(reach_has_address(&r, &a));
	a = address("1.1.1.1");
	assert_true(reach_has_address(&r, &a));
	assert_true(reach_has_port(&r, 8443));
	assert_false(reach_has_port(&r, 22));
	r.n_ports = 0;
	assert_true(reach_has_port(&r, 22));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_public_addresses_are_public),
		cmocka_unit_test(the_operator_can_allow_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
