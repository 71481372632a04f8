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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_clock_that_stepped_back_changes_no_order_and_loses_nothing, open_house,
		    close_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
