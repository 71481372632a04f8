/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "router/ledger.h"
#include "xmpp/ns.h"

static struct ledger ledger;
static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	ledger_init(&ledger);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ledger_fini(&ledger);
	arena_fini(&arena);
	return 0;
}

/* A message whose id is the number. */
static struct stanza *
message(uint32_t number)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.id = str_format(&arena, "%u", number),
	};
	struct xml_writer w;

	stanza_begin(&w, &arena, STANZA_MESSAGE);
	return stanza_finish(&w, &head);
}

static void
send_some(uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i != to + 1; i++) {
		struct stanza *st = message(i);

		ledger_add(&ledger, st, i);
		stanza_free(&st);
	}
}

static void
assert_unacknowledged(uint32_t from, uint32_t to)
{
	assert_int_equal(ledger.n, to + 1 - from);
	for (uint32_t i = 0; i < ledger.n; i++) {
		const struct unacknowledged *u = ledger_at(&ledger, i);

		assert_int_equal(u->at_us, from + i);
		assert_true(
		    str_eq(u->stanza->id, str_format(&arena, "%u", (uint32_t)(from + i))));
	}
}

/* --- sent ----------------------------------------------------------------------------- */

static void
what_was_sent_is_kept_in_order_until_it_is_acknowledged(void **state)
{
	(void)state;
	send_some(1, 20);
	assert_unacknowledged(1, 20);
	ledger_acknowledge(&ledger, 7);
	assert_unacknowledged(8, 20);
	send_some(21, 100); /* grows while the ring is turned */
	assert_unacknowledged(8, 100);
	ledger_acknowledge(&ledger, 7);
	assert_unacknowledged(8, 100);
	ledger_acknowledge(&ledger, 99);
	assert_unacknowledged(100, 100);
	assert_int_not_equal(ledger.bytes, 0);
	ledger_acknowledge(&ledger, 100);
	assert_int_equal(ledger.n, 0);
	assert_int_equal(ledger.bytes, 0);
	assert_null(ledger.ring);
}

static void
no_more_and_no_less_can_be_acknowledged(void **state)
{
	(void)state;
	assert_true(ledger_may_acknowledge(&ledger, 0));
	assert_false(ledger_may_acknowledge(&ledger, 1));
	assert_false(ledger_may_acknowledge(&ledger, UINT32_MAX));
	send_some(1, 10);
	ledger_acknowledge(&ledger, 4);
	assert_false(ledger_may_acknowledge(&ledger, 3));
	assert_true(ledger_may_acknowledge(&ledger, 4));
	assert_true(ledger_may_acknowledge(&ledger, 10));
	assert_false(ledger_may_acknowledge(&ledger, 11));
	assert_false(ledger_may_acknowledge(&ledger, UINT32_MAX));
}

/* XEP-0198 section 4: "reset from 2^32-1 back to zero". */
static void
counts_go_on_from_zero_after_two_to_the_thirty_second(void **state)
{
	(void)state;
	ledger.sent = UINT32_MAX - 2;
	send_some(UINT32_MAX - 1, 3);
	assert_int_equal(ledger.sent, 3);
	assert_int_equal(ledger.n, 6);
	assert_false(ledger_may_acknowledge(&ledger, UINT32_MAX - 3));
	assert_true(ledger_may_acknowledge(&ledger, UINT32_MAX - 2));
	ledger_acknowledge(&ledger, UINT32_MAX);
	assert_int_equal(ledger.n, 4);
	assert_true(ledger_may_acknowledge(&ledger, 0));
	assert_false(ledger_may_acknowledge(&ledger, 4));
	ledger_acknowledge(&ledger, 0);
	assert_unacknowledged(1, 3);
}

/* --- received ------------------------------------------------------------------------- */

static struct debt *
owe(void)
{
	struct debt *d = mem_alloc(sizeof(*d));

	ledger_owe(&ledger, d);
	return d;
}

static void
nothing_behind_an_open_debt_is_handled(void **state)
{
	(void)state;
	struct debt *one = owe(), *two = owe(), *three = owe(), *four;

	assert_int_equal(ledger_handled(&ledger), 0);
	assert_false(ledger_pay(&ledger, two));
	assert_int_equal(ledger_handled(&ledger), 0);
	assert_true(ledger_pay(&ledger, one));
	assert_int_equal(ledger_handled(&ledger), 2);
	four = owe();
	assert_false(ledger_pay(&ledger, four));
	assert_int_equal(ledger_handled(&ledger), 2);
	assert_true(ledger_pay(&ledger, three));
	assert_int_equal(ledger_handled(&ledger), 4);
}

static void
debts_may_outlive_the_ledger(void **state)
{
	(void)state;
	struct debt *one = owe(), *two = owe();

	assert_false(ledger_pay(&ledger, two)); /* the ledger's to free */
	ledger_fini(&ledger);
	assert_true(list_is_empty(&one->in_ledger));
	free(one);
	ledger_init(&ledger);
}

static void
handled_counts_go_on_from_zero(void **state)
{
	(void)state;
	struct debt *last, *first;

	ledger.received = UINT32_MAX;
	last = owe();
	assert_int_equal(ledger_handled(&ledger), UINT32_MAX);
	first = owe();
	assert_true(ledger_pay(&ledger, last));
	assert_int_equal(ledger_handled(&ledger), 0);
	assert_true(ledger_pay(&ledger, first));
	assert_int_equal(ledger_handled(&ledger), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_was_sent_is_kept_in_order_until_it_is_acknowledged, begin, end),
		cmocka_unit_test_setup_teardown(
		    no_more_and_no_less_can_be_acknowledged, begin, end),
		cmocka_unit_test_setup_teardown(
		    counts_go_on_from_zero_after_two_to_the_thirty_second, begin, end),
		cmocka_unit_test_setup_teardown(
		    nothing_behind_an_open_debt_is_handled, begin, end),
		cmocka_unit_test_setup_teardown(debts_may_outlive_the_ledger, begin, end),
		cmocka_unit_test_setup_teardown(handled_counts_go_on_from_zero, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
