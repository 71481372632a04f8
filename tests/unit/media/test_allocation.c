/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "media/allocation.h"

static struct endpoint
peer(uint8_t n, uint16_t port)
{
	return (struct endpoint){ address_of_ipv4((const uint8_t[4]){ 192, 0, 2, n }), port };
}

static void
permissions_are_for_an_address_and_a_time(void **state)
{
	static struct allocation a;
	struct endpoint p = peer(1, 1), q = peer(2, 1);

	(void)state;
	assert_int_equal(allocation_permit(&a, &p.address, 1000), OK);
	assert_true(allocation_permits(&a, &p.address, 1000));
	assert_false(allocation_permits(&a, &q.address, 1000));
	assert_true(allocation_permits(&a, &p.address, 1000 + PERMISSION_MS - 1));
	assert_false(allocation_permits(&a, &p.address, 1000 + PERMISSION_MS));
}

static void
permissions_are_bounded_and_their_places_used_again(void **state)
{
	static struct allocation a;
	struct endpoint p;

	(void)state;
	for (uint8_t i = 0; i < TURN_PERMISSIONS_MAX; i++) {
		p = peer(i, 1);
		assert_int_equal(allocation_permit(&a, &p.address, 1), OK);
	}
	assert_int_equal(allocation_permit(&a, &p.address, 2), OK); /* renewed */
	p = peer(200, 1);
	assert_int_equal(allocation_permit(&a, &p.address, 2), E_LIMIT);
	assert_int_equal(allocation_permit(&a, &p.address, 1 + PERMISSION_MS), OK);
}

/* RFC 8656 section 12.2. */
static void
a_channel_has_one_peer_and_a_peer_one_channel(void **state)
{
	static struct allocation a;
	struct endpoint p = peer(1, 1), q = peer(1, 2);

	(void)state;
	assert_int_equal(allocation_bind(&a, 0x4000, &p, 1), OK);
	assert_int_equal(allocation_bind(&a, 0x4000, &p, 2), OK);
	assert_int_equal(allocation_bind(&a, 0x4000, &q, 2), E_EXISTS);
	assert_int_equal(allocation_bind(&a, 0x4001, &p, 2), E_EXISTS);
	assert_int_equal(allocation_bind(&a, 0x4001, &q, 2), OK);
	assert_true(allocation_permits(&a, &p.address, 3));
	assert_int_equal(allocation_channel_to(&a, &q, 3)->number, 0x4001);
	assert_int_equal(allocation_channel(&a, 0x4000, 3)->peer.port, 1);
	assert_null(allocation_channel(&a, 0x4002, 3));
	assert_null(allocation_channel(&a, 0x4000, 2 + CHANNEL_MS));
	assert_int_equal(allocation_bind(&a, 0x4000, &q, 2 + CHANNEL_MS), OK);
}

static void
the_rate_counts_over_a_second(void **state)
{
	static struct allocation a;

	(void)state;
	a.tokens = 1000;
	a.tokens_at_ms = 5000;
	assert_true(allocation_takes(&a, 900, 1000, 5000));
	assert_false(allocation_takes(&a, 200, 1000, 5000));
	assert_true(allocation_takes(&a, 200, 1000, 5100));
	assert_false(allocation_takes(&a, 1001, 1000, 100000));
	assert_true(allocation_takes(&a, 1000, 1000, 100000));
	assert_true(allocation_takes(&a, 100000, 0, 100000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(permissions_are_for_an_address_and_a_time),
		cmocka_unit_test(permissions_are_bounded_and_their_places_used_again),
		cmocka_unit_test(a_channel_has_one_peer_and_a_peer_one_channel),
		cmocka_unit_test(the_rate_counts_over_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
