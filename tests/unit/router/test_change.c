/* SPDX-License-Identifier: MIT
 *
 * Changes that must be on disk: what is said about them, in which order, and what is left
 * when the store fails (design section 4).
 */
#include "house.h"

#include "base/limits.h"
#include "loop/clock.h"
#include "router/account.h"

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("juliet@lit", KIND_ACCOUNT, S(""), S("x"));
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	house_close();
	return 0;
}

static const char *const ask_roster =
    "<iq type='get' id='get'><query xmlns='jabber:iq:roster'/></iq>";
static const char *const add_nurse = "<iq type='set' id='set'><query xmlns='jabber:iq:roster'>"
				     "<item jid='nurse@lit' name='Nurse'/></query></iq>";

static void
a_change_is_answered_when_the_store_has_it(void **state)
{
	(void)state;
	struct person romeo;

	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, ask_roster);
	person_await(&romeo, 1);
	person_forget(&romeo);
	person_send(&romeo, add_nurse);
	person_await(&romeo, 2);
	assert_true(memmem(romeo.got[0].at, romeo.got[0].len, "type='result'", 13));
	assert_true(memmem(romeo.got[1].at, romeo.got[1].len, "type='set'", 10));
	assert_true(person_has(&romeo, "nurse@lit"));
	person_leave(&romeo);
}

static void
a_failed_write_is_answered_with_the_error_and_undone(void **state)
{
	(void)state;
	struct person romeo;

	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, ask_roster);
	person_await(&romeo, 1);
	person_forget(&romeo);
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	person_send(&romeo, add_nurse);
	person_await(&romeo, 1);
	assert_true(person_has(&romeo, "resource-constraint"));
	assert_false(person_has(&romeo, "nurse@lit"));
	person_forget(&romeo);
	person_send(&romeo, ask_roster);
	person_await(&romeo, 1);
	assert_false(person_has(&romeo, "nurse@lit"));
	/* and the next one succeeds */
	person_forget(&romeo);
	person_send(&romeo, add_nurse);
	person_await(&romeo, 2);
	assert_true(person_has(&romeo, "nurse@lit"));
	person_leave(&romeo);
}

static void
stanzas_for_an_account_wait_in_order_while_it_is_loaded(void **state)
{
	(void)state;
	struct person romeo, juliet;

	person_arrive(&juliet, "juliet@lit", "balcony");
	person_send(&juliet, "<presence/>");
	person_await(&juliet, 1);
	person_arrive(&romeo, "romeo@lit", "orchard");
	account_reload(juliet.session->account);
	person_forget(&juliet);
	for (int i = 0; i < 5; i++) {
		char text[128];

		snprintf(
		    text, sizeof(text), "<message to='juliet@lit' type='chat' id='%d'/>", i);
		person_send(&romeo, text);
	}
	person_await(&juliet, 5);
	for (int i = 0; i < 5; i++) {
		char id[16];

		snprintf(id, sizeof(id), "id='%d'", i);
		assert_true(memmem(juliet.got[i].at, juliet.got[i].len, id, strlen(id)));
	}
	person_leave(&romeo);
	person_leave(&juliet);
}

static void
what_was_sent_before_the_end_is_dealt_with_behind_a_change(void **state)
{
	(void)state;
	struct person romeo, juliet;

	person_arrive(&juliet, "juliet@lit", "balcony");
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, add_nurse);
	person_send(&romeo, "<message to='juliet@lit/balcony'><body>x</body></message>");
	person_leave(&romeo);
	person_await(&juliet, 1);
	assert_true(person_has(&juliet, "<body>x</body>"));
	person_leave(&juliet);
}

/* Every call of the store fails once: the two of them never disagree with what they were
 * told, and at the end everything works. */
static void
a_subscription_survives_any_failure_of_the_store(void **state)
{
	(void)state;
	static const char *const steps[] = {
		"<presence to='juliet@lit' type='subscribe'/>",
		"<presence to='juliet@lit' type='unsubscribe'/>",
	};

	for (enum store_fault fault = FAULT_WRITE; fault <= FAULT_COMMIT; fault++)
		for (unsigned n = 1; n <= 4; n++) {
			struct person romeo, juliet;

			person_arrive(&romeo, "romeo@lit", "orchard");
			person_arrive(&juliet, "juliet@lit", "balcony");
			store_fail(house.store, fault, n, E_IO);
			for (size_t i = 0; i < 2; i++)
				person_send(&romeo, steps[i]);
			/* The answers of requests made behind them: all is over by then. */
			for (int round = 0; round < 3; round++) {
				person_forget(&romeo);
				person_forget(&juliet);
				person_send(&romeo, ask_roster);
				person_send(&juliet, ask_roster);
				person_await(&romeo, 1);
				person_await(&juliet, 1);
			}
			store_fail(house.store, fault, 0, OK);
			assert_false(person_has(&juliet, "subscription='to'"));
			person_leave(&romeo);
			person_leave(&juliet);
		}
}

/* What could not be read ends its sessions, but not what comes later. */
static void
an_account_that_could_not_be_read_is_read_for_the_next_comer(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct account *a;

	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	a = juliet.session->account;
	account_hold(a); /* as somebody does whose write is under way */
	house_settle();  /* the fault is for the read that follows */
	store_fail(house.store, FAULT_READ, 1, E_IO);
	account_reload(a);
	loop_drive_until(&juliet.ended);
	loop_drive();
	assert_int_equal(juliet.why, STREAM_INTERNAL_SERVER_ERROR);
	arena_fini(&juliet.arena);

	person_arrive(&juliet, "juliet@lit", "balcony");
	assert_ptr_equal(juliet.session->account, a);
	assert_int_equal(a->n_sessions, 1); /* the older one could be closed */
	person_send(&juliet, "<presence/>");
	person_await(&juliet, 1);
	person_send(&romeo, "<message to='juliet@lit/balcony' id='1'><body>x</body></message>");
	person_await(&juliet, 2);
	account_release(a);
	person_leave(&romeo);
	person_leave(&juliet);
}

static void
fail_visit(void *unused, struct account *a)
{
	(void)unused;
	(void)a;
	fail();
}

static void
an_account_that_nobody_asks_for_again_is_let_go_also_when_it_could_not_be_read(void **state)
{
	(void)state;
	struct person juliet;
	struct account *a;

	person_arrive(&juliet, "juliet@lit", "balcony");
	a = juliet.session->account;
	account_hold(a);
	person_leave(&juliet);
	house_settle(); /* the fault is for the read that follows */
	store_fail(house.store, FAULT_READ, 1, E_IO);
	account_reload(a);
	while (a->loading)
		loop_drive();
	assert_false(a->loaded);
	account_release(a);
	loop_turn_clock(2 * ACCOUNT_IDLE_MS);
	loop_drive();
	accounts_each(fail_visit, NULL);
}

/* The letter is opened when the store has been stopped already: it still may ask. */
static void
the_last_letters_find_everything_in_place(void **state)
{
	(void)state;
	struct person romeo;

	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(
	    &romeo, "<message to='juliet@lit' type='chat' id='1'><body>x</body></message>");
	house_stop();
	assert_true(person_has(&romeo, "type='error'"));
	person_leave(&romeo);
	house_leave();
}

static void
an_unused_account_is_let_go(void **state)
{
	(void)state;
	struct person romeo;
	struct jid jid = jid_trusted(S("romeo@lit"));

	person_arrive(&romeo, "romeo@lit", "orchard");
	assert_non_null(account_loaded(jid));
	person_leave(&romeo);
	assert_non_null(account_loaded(jid));
	loop_turn_clock(2 * ACCOUNT_IDLE_MS);
	loop_drive();
	assert_null(account_loaded(jid));
}

static void
a_resource_bound_twice_replaces_the_older_session(void **state)
{
	(void)state;
	struct person older, newer;

	person_arrive(&older, "romeo@lit", "orchard");
	person_send(&older, "<presence/>");
	person_await(&older, 1);
	person_arrive(&newer, "romeo@lit", "orchard");
	assert_true(older.ended);
	assert_int_equal(older.why, STREAM_CONFLICT);
	assert_non_null(newer.session);
	assert_int_equal(newer.session->account->n_sessions, 1);
	arena_fini(&older.arena);
	person_leave(&newer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_change_is_answered_when_the_store_has_it, open_house, close_house),
		cmocka_unit_test_setup_teardown(
		    a_failed_write_is_answered_with_the_error_and_undone, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    stanzas_for_an_account_wait_in_order_while_it_is_loaded, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    what_was_sent_before_the_end_is_dealt_with_behind_a_change, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    a_subscription_survives_any_failure_of_the_store, open_house, close_house),
		cmocka_unit_test_setup_teardown(
		    an_account_that_could_not_be_read_is_read_for_the_next_comer, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    an_account_that_nobody_asks_for_again_is_let_go_also_when_it_could_not_be_read,
		    open_house, close_house),
		cmocka_unit_test_setup(the_last_letters_find_everything_in_place, open_house),
		cmocka_unit_test_setup_teardown(
		    an_unused_account_is_let_go, open_house, close_house),
		cmocka_unit_test_setup_teardown(
		    a_resource_bound_twice_replaces_the_older_session, open_house, close_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
