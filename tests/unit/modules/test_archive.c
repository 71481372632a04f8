/* SPDX-License-Identifier: MIT
 *
 * The archive inside a server: what recipients get, what is settled when, and what clocks
 * and strangers can do to it.
 */
#include "../router/house.h"

#include "base/limits.h"
#include "loop/cause.h"
#include "loop/clock.h"
#include "modules/archive/id.h"
#include "modules/inbox/inbox.h"

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

static void
become_available(struct person *p)
{
	size_t n = p->n;

	person_send(p, "<presence/>");
	person_await(p, n + 1);
	person_forget(p);
}

static bool
got(const struct person *p, size_t i, const char *part)
{
	return memmem(p->got[i].at, p->got[i].len, part, strlen(part)) != NULL;
}

static size_t
occurrences(struct str text, const char *part)
{
	const char *at = text.at;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(text.at + text.len - at), part, strlen(part)))) {
		at += strlen(part);
		n++;
	}
	return n;
}

/* --- ids ------------------------------------------------------------------------------ */

static void
ids_grow_whatever_the_clock_does(void **state)
{
	uint64_t first, last;

	(void)state;
	first = archive_id_make();
	loop_set_wall_clock(-3600 * 1000);
	loop_drive();
	last = first;
	for (unsigned i = 0; i < 100; i++) {
		uint64_t id = archive_id_make();

		assert_true(id > last);
		last = id;
	}
}

static void
an_id_is_of_one_archive_and_tells_nothing(void **state)
{
	struct jid romeo = jid_trusted(S("romeo@lit")), juliet = jid_trusted(S("juliet@lit"));
	struct str one = archive_id_show(&house.arena, romeo, 1700000000000000);
	struct str other = archive_id_show(&house.arena, romeo, 1700000000000001);
	size_t same = 0;
	uint64_t id = 0;

	(void)state;
	assert_int_equal(one.len, 22);
	assert_int_equal(archive_id_read(one, romeo, &id), OK);
	assert_int_equal(id, 1700000000000000);
	assert_int_equal(archive_id_read(one, juliet, &id), E_NOT_FOUND);
	assert_int_equal(archive_id_read(S("28482-98726-73623"), romeo, &id), E_NOT_FOUND);
	assert_int_equal(archive_id_read(S(""), romeo, &id), E_NOT_FOUND);
	for (size_t i = 0; i < one.len; i++) {
		struct str forged = str_copy(&house.arena, one);

		same += one.at[i] == other.at[i];
		((char *)(uintptr_t)forged.at)[i] ^= 1;
		assert_int_equal(archive_id_read(forged, romeo, &id), E_NOT_FOUND);
	}
	assert_true(same < 8);
}

/* --- what is delivered ---------------------------------------------------------------- */

static void
nothing_that_claims_to_be_the_archives_gets_through(void **state)
{
	struct person romeo, juliet;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	/* Also when the message itself is not archived. */
	person_send(&romeo,
	    "<message to='juliet@lit'><body>x</body><no-store xmlns='urn:xmpp:hints'/>"
	    "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@lit' id='forged'/>"
	    "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@lit' id='forged'/>"
	    "<stanza-id xmlns='urn:xmpp:sid:0' by='not an address @' id='odd'/>"
	    "<origin-id xmlns='urn:xmpp:sid:0' id='mine'/></message>");
	person_await(&juliet, 1);
	assert_false(person_has(&juliet, "forged"));
	assert_true(person_has(&juliet, "odd"));
	assert_true(person_has(&juliet, "mine"));
	person_forget(&juliet);
	person_send(&romeo,
	    "<message to='juliet@lit'><body>x</body>"
	    "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@lit' id='forged'/></message>");
	person_await(&juliet, 1);
	assert_int_equal(occurrences(juliet.got[0], "<stanza-id"), 1);
	assert_false(person_has(&juliet, "forged"));
	person_leave(&juliet);
	person_leave(&romeo);
}

static void
results_from_clients_are_refused(void **state)
{
	struct person romeo, juliet;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	person_send(&romeo, "<message to='juliet@lit'><result xmlns='urn:xmpp:mam:2' id='1'/>"
			    "</message>");
	person_await(&romeo, 1);
	loop_drive();
	assert_true(got(&romeo, 0, "not-acceptable"));
	assert_int_equal(juliet.n, 0);
	person_leave(&juliet);
	person_leave(&romeo);
}

/* --- what is acknowledged ------------------------------------------------------------- */

/* A stanza, and whether all that it set off is over: what acknowledgements wait for. */
struct sending {
	struct cause cause;
	_Atomic bool over;
};

static void
on_over(struct cause *c)
{
	((struct sending *)(void *)c)->over = true;
}

static void
begin_sending(struct sending *x, struct person *p, const char *text)
{
	struct cause *held = &x->cause, *was;

	x->over = false;
	cause_init(&x->cause, on_over);
	was = cause_swap(&x->cause);
	person_send(p, text);
	cause_swap(was);
	cause_drop(&held);
}

static void
send_to_the_end(struct person *p, const char *text)
{
	struct sending x;

	begin_sending(&x, p, text);
	while (!x.over)
		loop_drive();
}

static uint64_t
count_of(const char *owner)
{
	struct store_query q = { .what = STORE_ARCHIVE, .owner = str_from_c(owner) };
	struct store_rows *rows = store_read_wait(house.store, &q);
	uint64_t n = rows->count;

	assert_int_equal(rows->status, OK);
	store_rows_free(&rows);
	return n;
}

static void
a_message_may_be_acknowledged_when_both_archives_have_it(void **state)
{
	struct person romeo, juliet;
	struct sending x;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	for (uint64_t n = 1; n <= 20; n++) {
		begin_sending(&x, &romeo,
		    "<message to='juliet@lit' type='chat'><body>x</body></message>");
		assert_false(x.over);
		while (!x.over)
			loop_drive();
		assert_int_equal(count_of("romeo@lit"), n);
		assert_int_equal(count_of("juliet@lit"), n);
	}
	person_leave(&juliet);
	person_leave(&romeo);
}

static void
a_message_for_who_is_away_waits_for_him_in_the_archive(void **state)
{
	struct person romeo, juliet;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	for (unsigned i = 0; i < 3; i++)
		send_to_the_end(
		    &romeo, "<message to='juliet@lit' type='chat'><body>x</body></message>");
	assert_int_equal(count_of("juliet@lit"), 3);
	person_arrive(&juliet, "juliet@lit", "balcony");
	person_send(&juliet, "<presence/>");
	person_await(&juliet, 4);
	assert_true(got(&juliet, 3, "<delay"));
	assert_int_equal(occurrences(juliet.got[3], "<stanza-id"), 1);
	person_leave(&juliet);
	person_leave(&romeo);
}

/* However writes fail: who is there gets the message, and who is away has it in the archive
 * and waiting for him, both, or its sender an error. */
static void
whichever_write_fails_nobody_is_told_what_is_not_so(void **state)
{
	static const enum store_fault faults[] = { FAULT_WRITE, FAULT_COMMIT };
	struct store_query waiting = { STORE_COUNT, S("nurse@lit"), { S("offline") }, 1 };
	struct person romeo, juliet;

	(void)state;
	house_row("nurse@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	for (size_t f = 0; f < 2; f++)
		for (unsigned n = 1;; n++) {
			uint64_t kept = count_of("nurse@lit");
			struct store_rows *rows;
			bool armed, refused;

			person_forget(&romeo);
			person_forget(&juliet);
			store_fail(house.store, faults[f], n, E_FULL);
			send_to_the_end(&romeo, "<message to='juliet@lit' type='chat'>"
						"<body>x</body></message>");
			send_to_the_end(&romeo, "<message to='nurse@lit' type='chat'>"
						"<body>x</body></message>");
			armed = store_fault_is_armed(house.store, faults[f]);
			store_fail(house.store, faults[f], 0, OK);
			assert_int_equal(juliet.n, 1);
			refused = person_has(&romeo, "type='error'");
			assert_int_equal(romeo.n, refused);
			assert_int_equal(count_of("nurse@lit"), kept + !refused);
			rows = store_read_wait(house.store, &waiting);
			assert_int_equal(rows->count, kept + !refused);
			store_rows_free(&rows);
			if (armed)
				break;
		}
	person_leave(&juliet);
	person_leave(&romeo);
}

/* Decision 80; XEP-0198 section 4: what is acknowledged is kept. */
static void
while_the_disk_is_full_nothing_is_acknowledged_and_nothing_more_sent_on(void **state)
{
	struct person romeo, juliet;
	struct sending x, later;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	store_fail_from(house.store, FAULT_COMMIT, 1, E_FULL);
	begin_sending(
	    &x, &romeo, "<message to='juliet@lit' type='chat'><body>1</body></message>");
	person_await(&juliet, 1);
	while (!store_is_failing(house.store))
		loop_drive();
	send_to_the_end(
	    &romeo, "<message to='juliet@lit' type='chat'><body>2</body></message>");
	assert_int_equal(romeo.n, 1);
	assert_true(got(&romeo, 0, "<error type='wait'><resource-constraint"));
	/* What is kept nowhere goes on. */
	send_to_the_end(&romeo, "<message to='juliet@lit' type='chat'>"
				"<composing xmlns='http://jabber.org/protocol/chatstates'/>"
				"</message>");
	assert_int_equal(juliet.n, 2);
	assert_false(x.over);
	store_fail(house.store, FAULT_COMMIT, 0, OK);
	while (!x.over)
		loop_drive();
	begin_sending(
	    &later, &romeo, "<message to='juliet@lit' type='chat'><body>3</body></message>");
	while (!later.over)
		loop_drive();
	assert_int_equal(romeo.n, 1);
	assert_int_equal(juliet.n, 3);
	assert_int_equal(count_of("romeo@lit"), 2);
	assert_int_equal(count_of("juliet@lit"), 2);
	person_leave(&juliet);
	person_leave(&romeo);
}

static void
settle(void)
{
	for (unsigned i = 0; i < 3; i++) {
		house_settle();
		loop_drive();
	}
}

static void
a_room_says_nothing_that_it_could_not_keep(void **state)
{
	struct person romeo;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<presence to='coven@rooms.lit/r'>"
			    "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
	person_await(&romeo, 2); /* that he is there, and the subject */
	settle();
	person_forget(&romeo);
	store_fail_from(house.store, FAULT_COMMIT, 1, E_FULL);
	person_send(
	    &romeo, "<message to='coven@rooms.lit' type='groupchat'><body>1</body></message>");
	person_await(&romeo, 1);
	assert_true(got(&romeo, 0, "<body>1</body>"));
	while (!store_is_failing(house.store))
		loop_drive();
	person_send(
	    &romeo, "<message to='coven@rooms.lit' type='groupchat'><body>2</body></message>");
	person_await(&romeo, 2);
	assert_true(got(&romeo, 1, "<error type='wait'><resource-constraint"));
	store_fail(house.store, FAULT_COMMIT, 0, OK);
	while (store_is_failing(house.store))
		loop_drive();
	person_send(
	    &romeo, "<message to='coven@rooms.lit' type='groupchat'><body>3</body></message>");
	person_await(&romeo, 3);
	settle();
	assert_int_equal(count_of("coven@rooms.lit"), 2);
	person_leave(&romeo);
}

/* It was delivered; but who sent it must not believe that it is kept. */
static void
what_can_never_be_kept_is_an_error_before_it_is_acknowledged(void **state)
{
	struct person romeo, juliet;
	struct sending x;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	store_fail_from(house.store, FAULT_WRITE, 1, E_FULL);
	begin_sending(
	    &x, &romeo, "<message to='juliet@lit' type='chat'><body>1</body></message>");
	while (!x.over) {
		struct store_batch *b = store_batch_new(house.store);

		/* The disk takes what others write. */
		store_put(b, S("nurse@lit"), S("k"), S("i"), S("v"));
		store_commit(&b, NULL, NULL);
		house_settle();
		assert_true(!x.over || romeo.n == 2);
	}
	assert_int_equal(juliet.n, 1);
	assert_int_equal(romeo.n, 2); /* of either archive */
	assert_true(got(&romeo, 0, "resource-constraint"));
	assert_true(got(&romeo, 1, "resource-constraint"));
	store_fail(house.store, FAULT_WRITE, 0, OK);
	assert_int_equal(count_of("romeo@lit") + count_of("juliet@lit"), 0);
	person_leave(&juliet);
	person_leave(&romeo);
}

/* --- many queries --------------------------------------------------------------------- */

static void
queries_wait_for_each_other_and_too_many_are_refused(void **state)
{
	struct person romeo;
	size_t results = 0, refused = 0;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	for (unsigned i = 0; i < ARCHIVE_QUERIES_MAX + 3; i++)
		person_send(
		    &romeo, "<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>");
	while (romeo.n < 4)
		loop_drive();
	for (size_t i = 0; i < romeo.n; i++) {
		results += got(&romeo, i, "<fin");
		refused += got(&romeo, i, "resource-constraint");
	}
	assert_int_equal(refused, 3);
	assert_true(results >= 1);
	person_leave(&romeo);
}

/* --- the unread total ----------------------------------------------------------------- */

struct total {
	bool came;
	uint64_t n;
};

static void
on_total(void *waiter, struct account *a, enum status s, uint64_t n)
{
	struct total *t = waiter;

	(void)a;
	assert_int_equal(s, OK);
	*t = (struct total){ true, n };
}

static uint64_t
total_of(struct person *p)
{
	struct total t = { false };

	inbox_total(p->session->account, on_total, &t);
	loop_drive_until(&t.came);
	return t.n;
}

static void
an_account_has_one_unread_total(void **state)
{
	struct person romeo, juliet;
	struct store_rows *rows;
	struct store_query q = { .what = STORE_ARCHIVE, .owner = S("juliet@lit"), .limit = 9 };

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	become_available(&juliet);
	for (unsigned i = 0; i < 3; i++)
		person_send(
		    &romeo, "<message to='juliet@lit' type='chat'><body>x</body></message>");
	person_await(&juliet, 3);
	assert_int_equal(total_of(&juliet), 3);
	/* As by displayed synchronisation (XEP-0490), with the archive's own id. */
	rows = store_read_wait(house.store, &q);
	inbox_read(juliet.session->account, romeo.session->jid, rows->row[1].id);
	while (total_of(&juliet) != 1)
		;
	inbox_read(juliet.session->account, romeo.session->jid, rows->row[0].id);
	store_rows_free(&rows);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(total_of(&juliet), 1); /* back is no way */
	person_leave(&juliet);
	person_leave(&romeo);
}

int
main(void)
{
#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
	const struct CMUnitTest tests[] = {
		IN_A_HOUSE(ids_grow_whatever_the_clock_does),
		IN_A_HOUSE(an_id_is_of_one_archive_and_tells_nothing),
		IN_A_HOUSE(nothing_that_claims_to_be_the_archives_gets_through),
		IN_A_HOUSE(results_from_clients_are_refused),
		IN_A_HOUSE(a_message_may_be_acknowledged_when_both_archives_have_it),
		IN_A_HOUSE(a_message_for_who_is_away_waits_for_him_in_the_archive),
		IN_A_HOUSE(whichever_write_fails_nobody_is_told_what_is_not_so),
		IN_A_HOUSE(
		    while_the_disk_is_full_nothing_is_acknowledged_and_nothing_more_sent_on),
		IN_A_HOUSE(a_room_says_nothing_that_it_could_not_keep),
		IN_A_HOUSE(what_can_never_be_kept_is_an_error_before_it_is_acknowledged),
		IN_A_HOUSE(queries_wait_for_each_other_and_too_many_are_refused),
		IN_A_HOUSE(an_account_has_one_unread_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
