/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "media/restraint.h"

static struct restraint restraint;

static struct address
address(const char *text)
{
	struct address a;

	assert_int_equal(address_parse(str_from_c(text), &a), OK);
	return a;
}

/* How many of as many as may be, and one, go there. */
static unsigned
allowed(const char *to, msec_t now)
{
	struct address a = address(to);
	unsigned n = 0;

	for (unsigned i = 0; i <= TURN_REFUSALS_PER_S; i++)
		n += restraint_allows(&restraint, &a, now);
	return n;
}

static void
an_address_gets_so_many_in_a_second(void **state)
{
	(void)state;
	restraint_init(&restraint);
	assert_int_equal(allowed("192.0.2.1", 5000), TURN_REFUSALS_PER_S);
	assert_int_equal(allowed("192.0.2.1", 5999), 0);
	assert_int_equal(allowed("192.0.2.1", 6000), TURN_REFUSALS_PER_S);
	assert_int_equal(
	    allowed("192.0.2.1", 5000 + (msec_t)UINT32_MAX * 1000), TURN_REFUSALS_PER_S);
}

/* Whoever has a network of IPv6 has all of its addresses. */
static void
a_network_of_ipv6_counts_as_one(void **state)
{
	(void)state;
	restraint_init(&restraint);
	assert_int_equal(allowed("2001:db8::1", 1000), TURN_REFUSALS_PER_S);
	assert_int_equal(allowed("2001:db8::2:3:4:5", 1000), 0);
}

/* One of 8192 may share the count of another, whichever the key says; not most of them. */
static void
others_are_not_held_up(void **state)
{
	unsigned held_up = 0;
	struct address a = address("198.51.100.0");

	(void)state;
	restraint_init(&restraint);
	assert_int_equal(allowed("192.0.2.1", 1000), TURN_REFUSALS_PER_S);
	for (unsigned i = 0; i < 256; i++) {
		a.at[15] = (uint8_t)i;
		held_up += !restraint_allows(&restraint, &a, 1000);
	}
	assert_true(held_up < 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_gets_so_many_in_a_second),
		cmocka_unit_test(a_network_of_ipv6_counts_as_one),
		cmocka_unit_test(others_are_not_held_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
