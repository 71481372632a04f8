/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <stdlib.h>

#include "base/limits.h"
#include "loop/clock.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "transport/admission.h"

static struct admission *admission;
static struct visit visits[64];
static size_t n_visits;

static int
begin(void **state)
{
	(void)state;
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
	loop_drive();
	admission = admission_new();
	n_visits = 0;
	return 0;
}

static void
leave_all(void)
{
	while (n_visits)
		admission_leave(admission, &visits[--n_visits]);
}

static int
finish(void **state)
{
	(void)state;
	leave_all();
	admission_free(&admission);
	assert_null(admission);
	loop_drive_end();
	workers_fini();
	return 0;
}

static struct address
address(const char *text)
{
	struct address a;

	assert_int_equal(address_parse(str_from_c(text), &a), OK);
	return a;
}

static enum admission_verdict
enter(const char *from)
{
	struct address a = address(from);
	enum admission_verdict v;

	assert_true(n_visits < 64);
	v = admission_enter(admission, &a, &visits[n_visits]);
	n_visits += v == ADMITTED;
	return v;
}

static void
limit(struct admission_limits l)
{
	if (!l.address_burst)
		l.address_burst = 1;
	admission_limit(admission, &l, NULL, 0);
}

static void
without_bounds_everybody_is_admitted(void **state)
{
	(void)state;
	limit((struct admission_limits){ 0 });
	for (int i = 0; i < 50; i++)
		assert_int_equal(enter("192.0.2.1"), ADMITTED);
}

static void
connections_of_an_address_are_bounded_until_some_go(void **state)
{
	(void)state;
	limit((struct admission_limits){ .address_connections_max = 2 });
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("::ffff:192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_CONNECTIONS);
	assert_int_equal(enter("192.0.2.2"), ADMITTED);
	leave_all();
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
}

static void
a_64_of_ipv6_is_one_address(void **state)
{
	(void)state;
	limit((struct admission_limits){ .address_connections_max = 2 });
	assert_int_equal(enter("2001:db8:0:1::1"), ADMITTED);
	assert_int_equal(enter("2001:db8:0:1:ffff::2"), ADMITTED);
	assert_int_equal(enter("2001:db8:0:1::3"), REFUSED_ADDRESS_CONNECTIONS);
	assert_int_equal(enter("2001:db8:0:2::1"), ADMITTED);
}

static void
who_has_authenticated_makes_room_for_who_has_not(void **state)
{
	(void)state;
	limit((struct admission_limits){ .address_unauthenticated_max = 1 });
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_UNAUTHENTICATED);
	admission_authenticated(admission, &visits[0]);
	admission_authenticated(admission, &visits[0]); /* counts once */
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_UNAUTHENTICATED);
}

static void
numbers_in_all_are_bounded(void **state)
{
	struct admission_counters c;

	(void)state;
	limit((struct admission_limits){ .connections_max = 3, .unauthenticated_max = 2 });
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.2"), ADMITTED);
	assert_int_equal(enter("192.0.2.3"), REFUSED_UNAUTHENTICATED);
	admission_authenticated(admission, &visits[0]);
	assert_int_equal(enter("192.0.2.3"), ADMITTED);
	admission_authenticated(admission, &visits[1]);
	assert_int_equal(enter("192.0.2.4"), REFUSED_CONNECTIONS);
	admission_count(admission, &c);
	assert_int_equal(c.connections, 3);
	assert_int_equal(c.unauthenticated, 1);
	assert_int_equal(c.verdicts[ADMITTED], 3);
	assert_int_equal(c.verdicts[REFUSED_UNAUTHENTICATED], 1);
	assert_int_equal(c.verdicts[REFUSED_CONNECTIONS], 1);
	leave_all();
	admission_count(admission, &c);
	assert_int_equal(c.connections, 0);
	assert_int_equal(c.unauthenticated, 0);
}

static void
a_burst_is_allowed_and_then_the_rate_counts(void **state)
{
	(void)state;
	limit((struct admission_limits){ .address_rate = 2, .address_burst = 5 });
	for (int i = 0; i < 5; i++)
		assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_RATE);
	assert_int_equal(enter("192.0.2.2"), ADMITTED);

	/* Going does not make coming again cheaper. */
	leave_all();
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_RATE);
	loop_turn_clock(1000);
	loop_drive();
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_RATE);
	loop_turn_clock(60 * 1000);
	loop_drive();
	for (int i = 0; i < 5; i++)
		assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_RATE);
}

static void
trusted_networks_and_those_without_address_are_exempt(void **state)
{
	struct admission_limits l = { .connections_max = 1, .address_burst = 1 };
	struct network trusted;
	struct address none = { 0 };

	(void)state;
	assert_int_equal(network_parse(S("10.0.0.0/8"), &trusted), OK);
	admission_limit(admission, &l, &trusted, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(enter("10.1.2.3"), ADMITTED);
		assert_null(visits[n_visits - 1].from);
	}
	assert_int_equal(admission_enter(admission, &none, &visits[n_visits]), ADMITTED);
	n_visits++;
	assert_int_equal(enter("192.0.2.1"), REFUSED_CONNECTIONS);
	leave_all();
	assert_int_equal(enter("192.0.2.1"), ADMITTED);
	assert_non_null(visits[0].from);
}

static void
new_bounds_apply_to_those_who_come_from_now_on(void **state)
{
	(void)state;
	limit((struct admission_limits){ 0 });
	for (int i = 0; i < 5; i++)
		assert_int_equal(enter("192.0.2.1"), ADMITTED);
	limit((struct admission_limits){ .address_connections_max = 2 });
	assert_int_equal(enter("192.0.2.1"), REFUSED_ADDRESS_CONNECTIONS);
}

/* Visits of one connection each, from addresses that never come again. */
static uint32_t
remembered_after(uint32_t passers_by)
{
	struct admission_counters c;

	for (uint32_t i = 0; i < passers_by; i++) {
		struct address a = { .at = { 0x20, 0x01, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
					 (uint8_t)i } };
		struct visit v;

		assert_int_equal(admission_enter(admission, &a, &v), ADMITTED);
		admission_leave(admission, &v);
	}
	admission_count(admission, &c);
	return c.addresses;
}

static void
addresses_are_forgotten_when_there_is_nothing_to_remember(void **state)
{
	(void)state;
	limit((struct admission_limits){ 0 });
	assert_true(remembered_after(1000) <= 2);
	limit((struct admission_limits){ .address_rate = 1, .address_burst = 10 });
	assert_true(remembered_after(ADDRESSES_IDLE_MAX / 2) > ADDRESSES_IDLE_MAX / 4);
	assert_true(remembered_after(10 * ADDRESSES_IDLE_MAX) <= ADDRESSES_IDLE_MAX + 2);
	loop_turn_clock(60 * 1000);
	loop_drive();
	limit((struct admission_limits){ 0 });
	assert_true(remembered_after(ADDRESSES_IDLE_MAX + 10) <= 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_bounds_everybody_is_admitted),
		TEST(connections_of_an_address_are_bounded_until_some_go),
		TEST(a_64_of_ipv6_is_one_address),
		TEST(who_has_authenticated_makes_room_for_who_has_not),
		TEST(numbers_in_all_are_bounded),
		TEST(a_burst_is_allowed_and_then_the_rate_counts),
		TEST(trusted_networks_and_those_without_address_are_exempt),
		TEST(new_bounds_apply_to_those_who_come_from_now_on),
		TEST(addresses_are_forgotten_when_there_is_nothing_to_remember),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
