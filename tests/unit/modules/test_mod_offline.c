/* SPDX-License-Identifier: MIT */
#include "../router/house.h"

static void
tell_sent(struct outlet *o)
{
	(void)o;
}

static struct outlet_calls calls;

static int
open_house(void **state)
{
	(void)state;
	calls = person_calls;
	calls.tell_sent = tell_sent;
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

/* A message that was kept while the clock was ahead. */
static void
keep_from_the_future(void)
{
	struct store_batch *b = store_batch_new(house.store);

	store_append(b, S("juliet@lit"), S("offline"),
	    (uint64_t)loop_wall_us() + UINT64_C(3600000000),
	    S("<message xmlns='jabber:client' from='romeo@lit/a' to='juliet@lit'>"
	      "<body>0</body></message>"));
	assert_int_equal(store_commit_wait(&b), OK);
}

static size_t
kept(void)
{
	struct store_query q = {
		.what = STORE_COUNT,
		.owner = S("juliet@lit"),
		.kinds = { S("offline") },
		.n_kinds = 1,
	};
	struct store_rows *rows = store_read_wait(house.store, &q);
	size_t n = (size_t)rows->count;

	store_rows_free(&rows);
	return n;
}

static void
a_clock_that_stepped_back_changes_no_order_and_loses_nothing(void **state)
{
	(void)state;
	struct person romeo, juliet;

	keep_from_the_future();
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<message to='juliet@lit'><body>1</body></message>");
	while (kept() < 2)
		loop_drive();
	person_arrive(&juliet, "juliet@lit", "balcony");
	juliet.outlet.calls = &calls;
	person_send(&juliet, "<presence/>");
	person_await(&juliet, 3);
	assert_non_null(strstr(juliet.got[1].at, "<body>0</body>"));
	assert_non_null(strstr(juliet.got[2].at, "<body>1</body>"));

	/* Kept while she is being given the others: behind them. */
	person_send(&romeo, "<message to='juliet@lit'><body>2</body></message>");
	while (kept() < 3)
		loop_drive();
	session_raise(juliet.session, ON_SESSION_SENT, NULL);
	person_await(&juliet, 4);
	assert_non_null(strstr(juliet.got[3].at, "<body>2</body>"));
	session_raise(juliet.session, ON_SESSION_SENT, NULL);
	while (kept() > 0)
		loop_drive();
	person_leave(&juliet);
	person_leave(&romeo);
}

/* --- others who are there ------------------------------------------------------------- */

static bool
says(const struct person *p, size_t n, const char *text)
{
	return n < p->n && memmem(p->got[n].at, p->got[n].len, text, strlen(text));
}

/* Juliet's balcony, which has presence and the first of what was kept, and says nothing more
 * until it is asked to; and the chamber, which came behind it. */
static void
come_while_it_is_handed_over(struct person *romeo, struct person *balcony,
    struct person *chamber, const char *chamber_presence)
{
	person_arrive(romeo, "romeo@lit", "orchard");
	person_send(
	    romeo, "<message to='juliet@lit' type='chat' id='m1'><body>1</body></message>");
	while (kept() < 1)
		loop_drive();
	person_arrive(balcony, "juliet@lit", "balcony");
	balcony->outlet.calls = &calls;
	person_send(balcony, "<presence/>");
	person_await(balcony, 2);
	person_arrive(chamber, "juliet@lit", "chamber");
	person_send(chamber, chamber_presence);
	person_await(chamber, 2); /* its own, and the balcony's */
	person_await(balcony, 3);
	person_forget(balcony);
	person_forget(chamber);
}

/* RFC 6121 section 8.5.2.1.1: to all of the highest priority. */
static void
others_get_at_once_what_waits_for_who_is_given_older_messages(void **state)
{
	struct person romeo, balcony, chamber;

	(void)state;
	come_while_it_is_handed_over(&romeo, &balcony, &chamber, "<presence/>");
	person_send(
	    &romeo, "<message to='juliet@lit' type='chat' id='m2'><body>2</body></message>");
	person_await(&chamber, 1);
	while (kept() < 2)
		loop_drive();
	assert_int_equal(balcony.n, 0);
	session_raise(balcony.session, ON_SESSION_SENT, NULL);
	person_await(&balcony, 1);
	assert_true(says(&balcony, 0, "id='m2'"));
	session_raise(balcony.session, ON_SESSION_SENT, NULL);
	while (kept() > 0)
		loop_drive();
	person_send(
	    &romeo, "<message to='juliet@lit' type='chat' id='m3'><body>3</body></message>");
	person_await(&chamber, 2);
	person_await(&balcony, 2);
	assert_true(says(&chamber, 0, "id='m2'"));
	assert_true(says(&chamber, 1, "id='m3'"));
	assert_true(says(&balcony, 1, "id='m3'"));
	person_leave(&chamber);
	person_leave(&balcony);
	person_leave(&romeo);
}

static void
who_is_given_older_messages_gets_none_that_is_for_another(void **state)
{
	struct person romeo, balcony, chamber;

	(void)state;
	come_while_it_is_handed_over(
	    &romeo, &balcony, &chamber, "<presence><priority>5</priority></presence>");
	person_send(
	    &romeo, "<message to='juliet@lit' type='chat' id='m2'><body>2</body></message>");
	person_await(&chamber, 1);
	session_raise(balcony.session, ON_SESSION_SENT, NULL);
	while (kept() > 0)
		loop_drive();
	loop_drive();
	assert_int_equal(balcony.n, 0);
	person_leave(&chamber);
	person_leave(&balcony);
	person_leave(&romeo);
}

/* What cannot be kept any more was delivered all the same: its sender hears of no error. */
static void
what_others_got_is_not_refused(void **state)
{
	struct person romeo, balcony, chamber;

	(void)state;
	come_while_it_is_handed_over(&romeo, &balcony, &chamber, "<presence/>");
	store_fail(house.store, FAULT_WRITE, 2, E_FULL);
	person_send(
	    &romeo, "<message to='juliet@lit' type='chat' id='m2'><body>2</body></message>");
	person_await(&chamber, 1);
	while (kept() < 2)
		loop_drive();
	assert_int_equal(romeo.n, 0);
	person_leave(&chamber);
	person_leave(&balcony);
	person_leave(&romeo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_clock_that_stepped_back_changes_no_order_and_loses_nothing, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    others_get_at_once_what_waits_for_who_is_given_older_messages, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    who_is_given_older_messages_gets_none_that_is_for_another, open_house,
		    close_house),
		cmocka_unit_test_setup_teardown(
		    what_others_got_is_not_refused, open_house, close_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
