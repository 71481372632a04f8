/* SPDX-License-Identifier: MIT
 *
 * What is not said twice when many come at the same time (RFC 6121 section 4.3), in a server on
 * one thread: what clients send before the loop turns has arrived together.
 */
#include "../router/house.h"

#include "modules/roster/edit.h"

static struct jid romeo_jid, juliet_jid;

struct befriending {
	const struct roster_edit *edit;
	bool done;
};

static void
on_edited(void *waiter, enum status s)
{
	assert_int_equal(s, OK);
	((struct befriending *)waiter)->done = true;
}

static void
edit(void *waiter, struct account *a, enum status s)
{
	struct befriending *b = waiter;

	assert_int_equal(s, OK);
	roster_edit(a, b->edit, on_edited, b);
}

static void
befriend(struct jid one, struct jid other)
{
	struct roster_edit e = { .what = ROSTER_BEFRIEND, .contact = other };
	struct befriending b = { .edit = &e };

	account_with(one, edit, &b);
	loop_drive_until(&b.done);
}

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("juliet@lit", KIND_ACCOUNT, S(""), S("x"));
	romeo_jid = jid_trusted(S("romeo@lit"));
	juliet_jid = jid_trusted(S("juliet@lit"));
	befriend(romeo_jid, juliet_jid);
	befriend(juliet_jid, romeo_jid);
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	house_close();
	return 0;
}

/* Presence that a client got from a resource. */
static unsigned
heard(const struct person *p, const char *from)
{
	unsigned n = 0;
	char attribute[64];

	snprintf(attribute, sizeof(attribute), "from='%s'", from);
	for (size_t i = 0; i < p->n; i++)
		n += memmem(p->got[i].at, p->got[i].len, "<presence", 9) != NULL &&
		     memmem(p->got[i].at, p->got[i].len, attribute, strlen(attribute)) != NULL;
	return n;
}

static int64_t
counted(const char *name)
{
	for (int id = 0; id < metrics_count(); id++)
		if (strcmp(metric_at(id)->name, name) == 0)
			return metric_value(id);
	fail_msg("no metric %s", name);
	return 0;
}

/* Section 4.3.2: he was told by the broadcast, which found him available. */
static void
an_answer_does_not_say_again_what_a_broadcast_has_said(void **state)
{
	struct person romeo, juliet;
	int64_t saved = counted("presence_saved");

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	person_send(&romeo, "<presence/>");
	person_send(&juliet, "<presence><show>away</show></presence>");
	loop_drive();
	assert_int_equal(heard(&romeo, "juliet@lit/balcony"), 1);
	assert_true(heard(&juliet, "romeo@lit/orchard") >= 1);
	assert_int_equal(counted("presence_saved"), saved + 1);
	person_leave(&juliet);
	person_leave(&romeo);
}

/* Who comes later was not there when it was said. */
static void
who_comes_later_is_answered(void **state)
{
	struct person romeo, juliet;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_arrive(&juliet, "juliet@lit", "balcony");
	person_send(&juliet, "<presence/>");
	loop_drive();
	person_send(&juliet, "<presence><show>away</show></presence>");
	loop_drive();
	person_send(&romeo, "<presence/>");
	loop_drive();
	assert_int_equal(heard(&romeo, "juliet@lit/balcony"), 1);
	assert_int_equal(heard(&juliet, "romeo@lit/orchard"), 1);

	/* Gone, and there again with what was broadcast while nobody was. */
	person_send(&romeo, "<presence type='unavailable'/>");
	loop_drive();
	person_send(&juliet, "<presence><show>dnd</show></presence>");
	loop_drive();
	person_send(&romeo, "<presence/>");
	loop_drive();
	assert_int_equal(heard(&romeo, "juliet@lit/balcony"), 2);
	person_leave(&juliet);
	person_leave(&romeo);
}

static void
devices_that_come_together_ask_once_and_each_hears_the_answer(void **state)
{
	struct person romeo, phone, desk;
	int64_t probes, merged;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<presence/>");
	loop_drive();
	probes = counted("presence_probes");
	merged = counted("presence_probes_merged");
	person_arrive(&phone, "juliet@lit", "phone");
	person_arrive(&desk, "juliet@lit", "desk");
	person_send(&phone, "<presence/>");
	person_send(&desk, "<presence/>");
	loop_drive();
	assert_int_equal(counted("presence_probes"), probes + 1);
	assert_int_equal(counted("presence_probes_merged"), merged + 1);
	assert_int_equal(heard(&phone, "romeo@lit/orchard"), 1);
	assert_int_equal(heard(&desk, "romeo@lit/orchard"), 1);
	person_leave(&desk);
	person_leave(&phone);
	person_leave(&romeo);
}

/* It has heard of everybody. */
static void
a_device_that_is_there_hears_nothing_of_what_another_asks(void **state)
{
	struct person romeo, phone, desk;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<presence/>");
	person_arrive(&phone, "juliet@lit", "phone");
	person_send(&phone, "<presence/>");
	loop_drive();
	person_forget(&phone);
	person_arrive(&desk, "juliet@lit", "desk");
	person_send(&desk, "<presence/>");
	loop_drive();
	assert_int_equal(heard(&phone, "romeo@lit/orchard"), 0);
	assert_int_equal(heard(&desk, "romeo@lit/orchard"), 1);
	person_leave(&desk);
	person_leave(&phone);
	person_leave(&romeo);
}

/* What others ask for all does not reach it twice, nor what it does not watch at all
 * (docs/watch.md). */
static void
a_device_that_watches_asks_whom_it_watches_and_others_ask_for_themselves(void **state)
{
	struct person romeo, phone, desk;
	int64_t probes, merged, held;

	(void)state;
	person_arrive(&romeo, "romeo@lit", "orchard");
	person_send(&romeo, "<presence/>");
	loop_drive();
	probes = counted("presence_probes");
	merged = counted("presence_probes_merged");
	held = counted("watch_held");
	person_arrive(&phone, "juliet@lit", "phone");
	person_arrive(&desk, "juliet@lit", "desk");
	person_send(&phone,
	    "<iq type='set' id='1'><watch xmlns='https://jaseur.org/ns/watch/0'/></iq>");
	person_send(&phone, "<presence/>");
	person_send(&desk, "<presence/>");
	loop_drive();
	assert_int_equal(counted("presence_probes"), probes + 1);
	assert_int_equal(counted("presence_probes_merged"), merged);
	assert_int_equal(heard(&phone, "romeo@lit/orchard"), 0);
	assert_int_equal(heard(&desk, "romeo@lit/orchard"), 1);

	person_send(&romeo, "<presence><show>away</show></presence>");
	loop_drive();
	assert_int_equal(counted("watch_held"), held + 1);
	assert_int_equal(heard(&desk, "romeo@lit/orchard"), 2);
	person_send(&phone, "<iq type='set' id='2'><watch "
			    "xmlns='https://jaseur.org/ns/watch/0'><add "
			    "jid='romeo@lit'/></watch></iq>");
	loop_drive();
	assert_int_equal(heard(&phone, "romeo@lit/orchard"), 1);
	assert_int_equal(heard(&desk, "romeo@lit/orchard"), 2);
	person_leave(&desk);
	person_leave(&phone);
	person_leave(&romeo);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
	const struct CMUnitTest tests[] = {
		CASE(an_answer_does_not_say_again_what_a_broadcast_has_said),
		CASE(who_comes_later_is_answered),
		CASE(devices_that_come_together_ask_once_and_each_hears_the_answer),
		CASE(a_device_that_is_there_hears_nothing_of_what_another_asks),
		CASE(a_device_that_watches_asks_whom_it_watches_and_others_ask_for_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
