/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "transport/address.h"

static void
addresses_are_printed_as_they_are_best_known(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: not an address */
	} table[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "2001:DB8:0:0::1", "2001:db8::1" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::ffff:c000:0201", "192.0.2.1" },
		{ "::1", "::1" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "", NULL },
		{ "localhost", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.1 ", NULL },
		{ "fe80::1%eth0", NULL },
		{ "[::1]", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct address a;
		char text[ADDRESS_TEXT_MAX];
		enum status s = address_parse(str_from_c(table[i].in), &a);

		assert_int_equal(s, table[i].out ? OK : E_INVALID);
		if (s == OK) {
			size_t len = address_print(&a, text);

			assert_str(str_of(text, len), table[i].out);
		}
	}
	assert_int_equal(
	    address_parse(str_of("1.2.3.4\0", 8), &(struct address){ 0 }), E_INVALID);
}

static void
an_ipv4_address_is_the_same_on_a_socket_of_either_family(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct address a, b;

	(void)state;
	inet_pton(AF_INET, "192.0.2.1", &in.sin_addr);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6.sin6_addr);
	a = address_of((struct sockaddr *)&in);
	b = address_of((struct sockaddr *)&in6);
	assert_true(address_eq(&a, &b));
	assert_true(address_is_ipv4(&b));
	assert_false(address_is_none(&a));
}

static void
another_family_has_no_address(void **state)
{
	struct sockaddr unix_peer = { .sa_family = AF_UNIX };
	struct address a = address_of(&unix_peer);
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_true(address_is_none(&a));
	assert_int_equal(address_print(&a, text), 0);
}

static void
an_address_comes_back_from_what_sockets_want(void **state)
{
	static const char *const table[] = { "192.0.2.1", "2001:db8::1", "::1" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct sockaddr_storage sa;
		struct address a, b;

		assert_int_equal(address_parse(str_from_c(table[i]), &a), OK);
		address_to_socket(&a, 5222, &sa);
		b = address_of((struct sockaddr *)&sa);
		assert_true(address_eq(&a, &b));
	}
}

static void
networks_have_the_addresses_that_begin_like_them(void **state)
{
	static const struct {
		const char *network, *address;
		bool has;
	} table[] = {
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.1", false },
		{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
		{ "192.0.2.128/25", "192.0.2.200", true },
		{ "192.0.2.128/25", "192.0.2.100", false },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.6", false },
		{ "192.0.2.7/32", "192.0.2.7", true },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "::1", "::1", true },
		{ "::1", "127.0.0.1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct network n;
		struct address a;

		assert_int_equal(network_parse(str_from_c(table[i].network), &n), OK);
		assert_int_equal(address_parse(str_from_c(table[i].address), &a), OK);
		assert_int_equal(network_has(&n, &a), table[i].has);
	}
}

static void
what_is_no_network_is_refused(void **state)
{
	static const char *const table[] = { "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x",
		"10.0.0.0/-1", "10.0.0.1/8", "::/129", "2001:db8::1/64", "10.0.0.0/8/8",
		"ten" };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct network n;

		assert_int_equal(network_parse(str_from_c(table[i]), &n), E_INVALID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_printed_as_they_are_best_known),
		cmocka_unit_test(an_ipv4_address_is_the_same_on_a_socket_of_either_family),
		cmocka_unit_test(another_family_has_no_address),
		cmocka_unit_test(an_address_comes_back_from_what_sockets_want),
		cmocka_unit_test(networks_have_the_addresses_that_begin_like_them),
		cmocka_unit_test(what_is_no_network_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
