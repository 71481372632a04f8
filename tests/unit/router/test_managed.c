/* SPDX-License-Identifier: MIT
 *
 * Sessions under stream management: what counts as handled, and what becomes of what a
 * client did not get (XEP-0198; design section 4).
 */
#include "house.h"

#include "loop/clock.h"
#include "router/account.h"
#include "router/leaving.h"

static const struct managed_terms terms = {
	.keep_ms = 60 * 1000,
	.max_stanzas = 4,
	.max_bytes = 1 << 20,
};

static unsigned handled_calls;

static void
on_handled(struct outlet *o)
{
	(void)o;
	handled_calls++;
}

static void
on_overdue(struct outlet *o)
{
	(void)o;
}

static void
nothing_to_tell(struct outlet *o)
{
	(void)o;
}

static struct outlet_calls calls;

static int
open_house(void **state)
{
	(void)state;
	handled_calls = 0;
	calls = person_calls;
	calls.handled = on_handled;
	calls.overdue = on_overdue;
	calls.tell_sent = nothing_to_tell;
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

static struct managed *
arrive_managed(struct person *p, const char *bare, const char *resource)
{
	person_arrive(p, bare, resource);
	p->outlet.calls = &calls;
	managed_begin(p->session, &terms);
	return p->session->managed;
}

static void
become_available(struct person *p)
{
	size_t before = p->n;

	person_send(p, "<presence/>");
	person_await(p, before + 1);
	loop_drive();
}

static uint32_t
handled(const struct person *p)
{
	return ledger_handled(&p->session->managed->ledger);
}

static void
await_handled(const struct person *p, uint32_t n)
{
	while (handled(p) != n)
		loop_drive();
}

/* --- what counts as handled ------------------------------------------------------------- */

static void
a_message_that_is_kept_counts_when_it_is_on_disk(void **state)
{
	(void)state;
	struct person romeo;
	struct store_rows *rows;
	struct store_query q = {
		.what = STORE_LOG,
		.owner = S("juliet@lit"),
		.kinds = { S("offline") },
		.n_kinds = 1,
	};

	arrive_managed(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<message to='juliet@lit' id='1'><body>one</body></message>");
	assert_int_equal(handled(&romeo), 0);
	await_handled(&romeo, 1);
	rows = store_read_wait(house.store, &q);
	assert_int_equal(rows->n, 1);
	store_rows_free(&rows);
	person_leave(&romeo);
}

static void
a_change_counts_when_it_is_on_disk(void **state)
{
	(void)state;
	struct person romeo;

	arrive_managed(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
			    "<item jid='juliet@lit'/></query></iq>");
	assert_int_equal(handled(&romeo), 0);
	await_handled(&romeo, 1);
	assert_true(person_has(&romeo, "type='result'"));
	person_leave(&romeo);
}

static void
what_leads_to_nothing_else_counts_at_once(void **state)
{
	(void)state;
	struct person romeo;

	arrive_managed(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>");
	assert_int_equal(handled(&romeo), 1);
	session_sent_in_vain(romeo.session);
	assert_int_equal(handled(&romeo), 2);
	person_leave(&romeo);
}

static void
what_comes_behind_an_unfinished_write_waits_for_it(void **state)
{
	(void)state;
	struct person romeo;

	arrive_managed(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<message to='juliet@lit' id='1'><body>one</body></message>");
	person_send(&romeo, "<iq type='get' id='2'><query xmlns='jabber:iq:roster'/></iq>");
	assert_int_equal(handled(&romeo), 0);
	await_handled(&romeo, 2);
	assert_int_equal(handled_calls, 1); /* both at once */
	person_leave(&romeo);
}

static void
a_write_that_fails_is_answered_and_counts(void **state)
{
	(void)state;
	struct person romeo;

	arrive_managed(&romeo, "romeo@lit", "orchard");
	become_available(&romeo);
	person_forget(&romeo);
	store_fail(
	    house.store, FAULT_WRITE, 2, E_FULL); /* the first is the sender's archive's */
	person_send(&romeo, "<message to='juliet@lit' id='1'><body>one</body></message>");
	await_handled(&romeo, 2);
	person_await(&romeo, 1);
	assert_true(person_has(&romeo, "type='error'"));
	person_leave(&romeo);
}

static void
what_is_under_way_when_the_session_ends_does_no_harm(void **state)
{
	(void)state;
	struct person romeo;

	arrive_managed(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<message to='juliet@lit' id='1'><body>one</body></message>");
	person_leave(&romeo);
	assert_int_equal(handled_calls, 0);
}

/* --- detached ----------------------------------------------------------------------------- */

static void
detach(struct person *p)
{
	assert_true(session_detach(p->session));
}

static size_t
kept(const char *owner)
{
	struct store_query q = {
		.what = STORE_COUNT,
		.owner = str_from_c(owner),
		.kinds = { S("offline") },
		.n_kinds = 1,
	};
	struct store_rows *rows;
	size_t n;

	loop_drive();
	rows = store_read_wait(house.store, &q);
	n = (size_t)rows->count;
	store_rows_free(&rows);
	return n;
}

static void
await_kept(const char *owner, size_t n)
{
	while (kept(owner) != n)
		loop_drive();
}

static void
write_to_juliet(struct person *romeo, unsigned n)
{
	while (n--) {
		person_send(romeo,
		    "<message to='juliet@lit/balcony' type='chat'><body>x</body></message>");
		loop_drive();
	}
}

static void
a_detached_session_gathers_until_it_is_taken_over(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct managed *m;
	struct person again = { .outlet = { &calls } };

	person_arrive(&romeo, "romeo@lit", "orchard");
	m = arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	managed_acknowledge(m, m->ledger.sent);
	detach(&juliet);
	write_to_juliet(&romeo, 2);
	assert_int_equal(m->ledger.n, 2);
	assert_ptr_equal(managed_find(juliet.session->account, managed_id(m)), juliet.session);
	managed_take_over(m, &juliet.outlet);
	assert_false(juliet.ended);
	managed_take_over(m, &again.outlet); /* while the other is still there */
	assert_true(juliet.ended);
	assert_int_equal(juliet.why, STREAM_CONFLICT);
	loop_turn_clock(2 * terms.keep_ms);
	loop_drive();
	assert_int_equal(m->ledger.n, 2);
	managed_acknowledge(m, m->ledger.sent);
	again.session = m->session;
	session_close(&again.session);
	loop_drive();
	arena_fini(&juliet.arena);
	person_leave(&romeo);
	assert_int_equal(kept("juliet@lit"), 0);
}

static void
who_does_not_come_back_finds_the_messages_waiting(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct managed *m;
	char id[MANAGED_ID_CHARS];
	uint32_t n = 0;

	person_arrive(&romeo, "romeo@lit", "orchard");
	m = arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	memcpy(id, managed_id(m).at, sizeof(id));
	await_handled(&juliet, 1);
	detach(&juliet);
	write_to_juliet(&romeo, 2);
	loop_turn_clock(2 * terms.keep_ms);
	await_kept("juliet@lit", 2);
	assert_true(
	    managed_remembers(jid_trusted(S("juliet@lit")), str_of(id, sizeof(id)), &n));
	assert_int_equal(n, 1);
	assert_false(
	    managed_remembers(jid_trusted(S("romeo@lit")), str_of(id, sizeof(id)), &n));
	arena_fini(&juliet.arena);
	person_leave(&romeo);
}

/* --- a client that says that it goes away (leaving.h) ------------------------------------ */

enum { GRACE_MS = 10 * 1000 };

static void
pass(msec_t ms)
{
	loop_turn_clock(ms);
	loop_drive();
}

static void
who_leaves_and_does_not_come_back_is_gone_soon(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct managed *m;

	person_arrive(&romeo, "romeo@lit", "orchard");
	m = arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	leaving_begin(m, GRACE_MS);
	write_to_juliet(&romeo, 1);
	detach(&juliet);
	pass(GRACE_MS - 1);
	leaving_begin(m, GRACE_MS); /* said twice, it is no later */
	assert_ptr_equal(managed_find(juliet.session->account, managed_id(m)), juliet.session);
	pass(1);
	await_kept("juliet@lit", 1);
	assert_int_equal(account_loaded(jid_trusted(S("juliet@lit")))->n_sessions, 0);
	arena_fini(&juliet.arena);
	person_leave(&romeo);
}

static void
who_comes_back_in_time_stays(void **state)
{
	(void)state;
	struct person juliet;
	struct managed *m = arrive_managed(&juliet, "juliet@lit", "balcony");
	struct account *a = juliet.session->account;

	leaving_begin(m, GRACE_MS);
	detach(&juliet);
	managed_take_over(m, &juliet.outlet);
	pass(2 * GRACE_MS);
	assert_false(juliet.ended);
	detach(&juliet); /* a lost connection: as long as any */
	pass(2 * GRACE_MS);
	assert_false(m->session->closing);
	leaving_begin(m, GRACE_MS); /* its page was closed after all */
	loop_turn_clock(GRACE_MS);
	while (a->n_sessions)
		loop_drive();
	arena_fini(&juliet.arena);
}

static void
a_stream_that_still_stands_is_cut_before_its_session_ends(void **state)
{
	(void)state;
	struct person juliet;
	struct managed *m = arrive_managed(&juliet, "juliet@lit", "balcony");
	struct account *a = juliet.session->account;

	leaving_begin(m, GRACE_MS);
	loop_turn_clock(GRACE_MS);
	while (!juliet.ended)
		loop_drive();
	assert_int_equal(juliet.why, STREAM_CONNECTION_TIMEOUT);
	assert_int_equal(a->n_sessions, 1);
	loop_turn_clock(GRACE_MS);
	while (a->n_sessions)
		loop_drive();
	arena_fini(&juliet.arena);
}

/* The end of the session, or of the server, may come first. */
static void
a_session_that_ends_while_its_client_leaves_is_over(void **state)
{
	(void)state;
	struct person romeo, juliet;

	leaving_begin(arrive_managed(&romeo, "romeo@lit", "orchard"), GRACE_MS);
	leaving_begin(arrive_managed(&juliet, "juliet@lit", "balcony"), GRACE_MS);
	person_leave(&romeo);
	pass(GRACE_MS - 1);
	arena_fini(&juliet.arena);
}

static void
a_session_that_is_full_ends_and_loses_nothing(void **state)
{
	(void)state;
	struct person romeo, juliet;

	person_arrive(&romeo, "romeo@lit", "orchard");
	arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	write_to_juliet(&romeo, 6);
	assert_true(juliet.ended);
	assert_int_equal(juliet.why, STREAM_RESOURCE_CONSTRAINT);
	await_kept("juliet@lit", 6);
	arena_fini(&juliet.arena);
	person_leave(&romeo);
}

/* Else it would end every session to which it is given. */
static void
a_stanza_larger_than_what_may_wait_comes_alone(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct managed *m;

	person_arrive(&romeo, "romeo@lit", "orchard");
	m = arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	managed_acknowledge(m, m->ledger.sent);
	m->terms.max_bytes = 1;
	write_to_juliet(&romeo, 1);
	assert_false(juliet.ended);
	write_to_juliet(&romeo, 1);
	assert_true(juliet.ended);
	await_kept("juliet@lit", 2);
	arena_fini(&juliet.arena);
	person_leave(&romeo);
}

/* Whatever fails when it is given up: a message is kept, or its sender hears of it. */
static void
no_failure_of_the_store_loses_what_is_handed_over(void **state)
{
	(void)state;
	bool armed = false;

	for (unsigned n = 1; !armed; n++) {
		struct person romeo, juliet;
		size_t came;

		person_arrive(&romeo, "romeo@lit", "orchard");
		arrive_managed(&juliet, "juliet@lit", "balcony");
		become_available(&juliet);
		detach(&juliet);
		write_to_juliet(&romeo, 2);
		store_fail(house.store, FAULT_COMMIT, n, E_FULL);
		session_close(&juliet.session);
		while ((came = kept("juliet@lit") + romeo.n) < 2)
			loop_drive();
		assert_int_equal(came, 2);
		armed = store_fault_is_armed(house.store, FAULT_COMMIT);
		store_fail(house.store, FAULT_COMMIT, 0, OK);
		arena_fini(&juliet.arena);
		person_leave(&romeo);

		/* For the next round: she takes what is there. */
		person_arrive(&juliet, "juliet@lit", "balcony");
		juliet.outlet.calls = &calls;
		become_available(&juliet);
		while (kept("juliet@lit")) {
			session_raise(juliet.session, ON_SESSION_SENT, NULL);
			loop_drive();
		}
		person_leave(&juliet);
	}
}

static void
an_account_that_is_erased_keeps_nothing(void **state)
{
	(void)state;
	struct person romeo, juliet;
	struct store_batch *erasure = store_batch_new(house.store);

	person_arrive(&romeo, "romeo@lit", "orchard");
	arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	detach(&juliet);
	write_to_juliet(&romeo, 1);
	account_gone(juliet.session->account, erasure);
	store_batch_free(&erasure);
	person_await(&romeo, 1);
	assert_true(person_has(&romeo, "service-unavailable"));
	assert_int_equal(kept("juliet@lit"), 0);
	arena_fini(&juliet.arena);
	person_leave(&romeo);
}

/* A phone that cannot resume takes a new name each time. */
static void
detached_sessions_lock_nobody_out(void **state)
{
	(void)state;
	struct person people[ACCOUNT_SESSIONS_MAX + 1];

	for (size_t i = 0; i < ACCOUNT_SESSIONS_MAX; i++) {
		arrive_managed(&people[i], "juliet@lit", "");
		detach(&people[i]);
		loop_turn_clock(1);
		loop_drive();
	}
	person_arrive(&people[ACCOUNT_SESSIONS_MAX], "juliet@lit", "");
	assert_int_equal(people[1].session->account->n_sessions, ACCOUNT_SESSIONS_MAX);
	for (size_t i = 0; i < ACCOUNT_SESSIONS_MAX; i++)
		arena_fini(&people[i].arena);
	person_leave(&people[ACCOUNT_SESSIONS_MAX]);
	sessions_end_detached();
	loop_drive();
	assert_int_equal(account_loaded(jid_trusted(S("juliet@lit")))->n_sessions, 0);
}

static void
a_server_that_ends_forgets_who_is_detached(void **state)
{
	(void)state;
	struct person juliet;

	arrive_managed(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	detach(&juliet);
	arena_fini(&juliet.arena);
}

int
main(void)
{
#define HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
	const struct CMUnitTest tests[] = {
		HOUSE(a_message_that_is_kept_counts_when_it_is_on_disk),
		HOUSE(a_change_counts_when_it_is_on_disk),
		HOUSE(what_leads_to_nothing_else_counts_at_once),
		HOUSE(what_comes_behind_an_unfinished_write_waits_for_it),
		HOUSE(a_write_that_fails_is_answered_and_counts),
		HOUSE(what_is_under_way_when_the_session_ends_does_no_harm),
		HOUSE(a_detached_session_gathers_until_it_is_taken_over),
		HOUSE(who_does_not_come_back_finds_the_messages_waiting),
		HOUSE(who_leaves_and_does_not_come_back_is_gone_soon),
		HOUSE(who_comes_back_in_time_stays),
		HOUSE(a_stream_that_still_stands_is_cut_before_its_session_ends),
		HOUSE(a_session_that_ends_while_its_client_leaves_is_over),
		HOUSE(a_session_that_is_full_ends_and_loses_nothing),
		HOUSE(a_stanza_larger_than_what_may_wait_comes_alone),
		HOUSE(no_failure_of_the_store_loses_what_is_handed_over),
		HOUSE(an_account_that_is_erased_keeps_nothing),
		HOUSE(detached_sessions_lock_nobody_out),
		HOUSE(a_server_that_ends_forgets_who_is_detached),
	};
#undef HOUSE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
