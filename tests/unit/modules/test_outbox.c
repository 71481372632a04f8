/* SPDX-License-Identifier: MIT
 *
 * Notifications on their way, in a server on one thread: how many wait, how long, and what a
 * service's answers do. The service is a client; juliet is not there.
 */
#include "../router/house.h"

#include "base/limits.h"
#include "loop/clock.h"
#include "modules/push/outbox.h"
#include "storage/faults.h"

static struct person app, romeo;
static unsigned pushed; /* messages, named m0, m1... */

static const char enable[] = "<iq type='set' id='e'><enable xmlns='urn:xmpp:push:0' "
			     "jid='app@lit/server' node='%s'/></iq>";

static void
enable_for_juliet(const char *node)
{
	struct person juliet;
	char text[256];

	person_arrive(&juliet, "juliet@lit", "balcony");
	snprintf(text, sizeof(text), enable, node);
	person_send(&juliet, text);
	person_await(&juliet, 1);
	assert_true(person_has(&juliet, "type='result'"));
	person_leave(&juliet);
}

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("juliet@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("app@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&app, "app@lit", "server");
	person_arrive(&romeo, "romeo@lit", "orchard");
	enable_for_juliet("n");
	pushed = 0;
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	if (app.session)
		person_leave(&app);
	person_leave(&romeo);
	house_close();
	return 0;
}

static void
push(void)
{
	char text[128];

	snprintf(text, sizeof(text),
	    "<message to='juliet@lit' type='chat' id='m%u'><body>hi</body></message>",
	    pushed++);
	person_send(&romeo, text);
	loop_drive();
}

/* Of the n-th that the service got. */
static bool
says(size_t n, const char *text)
{
	return memmem(app.got[n].at, app.got[n].len, text, strlen(text)) != NULL;
}

/* The value of an attribute of the n-th that the service got. */
static const char *
attribute(size_t n, const char *name)
{
	static char value[128];
	char pattern[16];
	const char *at;

	snprintf(pattern, sizeof(pattern), "%s='", name);
	at = memmem(app.got[n].at, app.got[n].len, pattern, strlen(pattern));
	assert_non_null(at);
	at += strlen(pattern);
	snprintf(value, sizeof(value), "%.*s",
	    (int)str_find(str_of(at, app.got[n].len - (size_t)(at - app.got[n].at)), '\''), at);
	return value;
}

static void
answer(size_t n, const char *type, const char *content)
{
	char text[512];

	snprintf(text, sizeof(text), "<iq type='%s' to='lit' id='%s'>%s</iq>", type,
	    attribute(n, "id"), content);
	person_send(&app, text);
	loop_drive();
	loop_drive();
}

static void
pass(msec_t ms)
{
	loop_turn_clock(ms);
	loop_drive();
	loop_drive();
}

static const char not_there[] =
    "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
    "</error>";

static void
one_is_on_its_way_at_a_time_and_the_next_waits(void **state)
{
	(void)state;
	push();
	person_await(&app, 1);
	push();
	assert_int_equal(app.n, 1);
	answer(0, "result", "");
	assert_int_equal(app.n, 1); /* modules.push.interval */
	pass(1200);
	person_await(&app, 2);
	assert_true(person_has(&app, "<value>2</value>"));
}

static void
counts_merge_into_the_last(void **state)
{
	(void)state;
	push();
	person_await(&app, 1);
	for (int i = 0; i < 20; i++)
		push();
	answer(0, "result", "");
	pass(1200);
	person_await(&app, 2);
	assert_true(person_has(&app, "<value>21</value>"));
	answer(1, "result", "");
	pass(1200);
	assert_int_equal(app.n, 2);
}

static void
who_does_not_answer_is_asked_later(void **state)
{
	(void)state;
	push();
	person_await(&app, 1);
	pass(31 * 1000); /* modules.push.answer_timeout */
	assert_int_equal(app.n, 1);
	pass(7 * 1000);
	person_await(&app, 2);
	/* The answer to what was given up is none to what is asked now. */
	answer(0, "error", not_there);
	answer(1, "result", "");
	push();
	pass(2 * 1000);
	person_await(&app, 3);
}

static void
many_refusals_in_a_row_disable(void **state)
{
	(void)state;
	push();
	for (size_t n = 0; n < PUSH_REFUSALS_MAX; n++) {
		person_await(&app, n + 1);
		answer(n, "error", not_there);
		pass(2 * 60 * 60 * 1000);
	}
	assert_int_equal(app.n, PUSH_REFUSALS_MAX);
	push();
	pass(2 * 60 * 60 * 1000);
	assert_int_equal(app.n, PUSH_REFUSALS_MAX);
}

/* XEP-0357 section 7 (message-count). */
static void
what_was_read_while_it_waited_is_not_counted(void **state)
{
	struct person juliet;

	(void)state;
	push();
	person_await(&app, 1);
	push();
	push();
	answer(0, "result", "");
	person_arrive(&juliet, "juliet@lit", "chamber");
	person_send(&juliet,
	    "<message to='romeo@lit' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' "
	    "id='m1'/></message>");
	loop_drive();
	person_leave(&juliet);
	pass(1200);
	person_await(&app, 2);
	assert_true(says(1, "<value>1</value>"));
}

static void
the_count_that_cannot_be_read_is_left_out(void **state)
{
	(void)state;
	push();
	person_await(&app, 1);
	push();
	answer(0, "result", "");
	store_fail_from(account_store(), FAULT_READ, 1, E_IO);
	pass(1200);
	person_await(&app, 2);
	store_fail(account_store(), FAULT_READ, 0, OK);
	assert_false(says(1, "message-count"));
}

static void
what_is_too_old_is_not_sent(void **state)
{
	(void)state;
	push();
	person_await(&app, 1);
	for (int i = 0; i < 3; i++)
		pass(25 * 60 * 60 * 1000); /* modules.push.lifetime */
	assert_int_equal(app.n, 1);
}

static void
what_waits_for_one_device_is_bounded(void **state)
{
	struct registration r = { .key = S("app@lit/server\nn") };
	struct push_conf conf =
	    *(const struct push_conf *)module_conf(&mod_push, host_find(S("lit")));
	struct news n = { .content = PUSH_BODY };
	struct jid juliet = jid_trusted(S("juliet@lit"));
	char body[32];

	(void)state;
	r.jid = jid_trusted(S("app@lit/server"));
	r.node = S("n");
	for (int i = 0; i < 3 * PUSH_NEWS_MAX; i++) {
		snprintf(body, sizeof(body), "body %d", i);
		n.body = str_from_c(body);
		outbox_add(juliet, &r, &n, &conf);
		person_await(&app, 1);
	}
	/* The first is on its way, the last ones are behind it. */
	for (size_t k = 0; k < PUSH_NEWS_MAX; k++) {
		person_await(&app, k + 1);
		snprintf(
		    body, sizeof(body), "body %d", k == 0 ? 0 : (int)(2 * PUSH_NEWS_MAX + k));
		if (!memmem(app.got[k].at, app.got[k].len, body, strlen(body)))
			fail_msg("%s: %.*s", body, STR_ARG(app.got[k]));
		answer(k, "result", "");
		pass(1200);
	}
	assert_int_equal(app.n, PUSH_NEWS_MAX);
}

static void
what_waits_for_all_is_bounded(void **state)
{
	struct push_conf conf =
	    *(const struct push_conf *)module_conf(&mod_push, host_find(S("lit")));
	struct news n = { .content = PUSH_BODY };
	struct jid juliet = jid_trusted(S("juliet@lit"));

	(void)state;
	person_leave(&app); /* nobody answers */
	for (int i = 0; i < PUSH_ALL_NEWS_MAX + 100; i++) {
		struct registration r = { .jid = jid_trusted(S("app@lit/server")),
			.node = S("n") };
		char key[64];

		snprintf(key, sizeof(key), "app@lit/server\n%d", i / 4);
		r.key = str_from_c(key);
		outbox_add(juliet, &r, &n, &conf);
	}
	loop_drive();
	outbox_forget_account(juliet);
	pass(2 * 60 * 60 * 1000);
}

static void
devices_beyond_the_bound_take_the_place_of_the_oldest(void **state)
{
	char node[32];

	(void)state;
	for (int i = 0; i < PUSH_REGISTRATIONS_MAX; i++) {
		snprintf(node, sizeof(node), "device %d", i);
		enable_for_juliet(node);
	}
	push();
	person_await(&app, PUSH_REGISTRATIONS_MAX);
	loop_drive();
	assert_int_equal(app.n, PUSH_REGISTRATIONS_MAX);
	assert_false(person_has(&app, "node='n'"));
	assert_true(person_has(&app, "node='device 0'"));
}

/* What stream management tells when a connection breaks. */
static void
what_a_session_was_sent_in_vain_rings(void **state)
{
	static const char *const in_vain[] = {
		"<message from='romeo@lit/orchard' to='juliet@lit/balcony' type='chat'>"
		"<body>hi</body></message>",
		"<message from='juliet@lit' to='juliet@lit/balcony' type='chat'>"
		"<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
		"<message xmlns='jabber:client' from='romeo@lit/orchard' to='juliet@lit/x' "
		"type='chat'><body>hi</body></message></forwarded></received></message>",
	};
	static const char *const no_matter[] = {
		"<message from='romeo@lit/orchard' to='juliet@lit/balcony' type='chat'>"
		"<received xmlns='urn:xmpp:receipts' id='x'/></message>",
		"<message from='juliet@lit' to='juliet@lit/balcony' type='chat'>"
		"<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
		"<message xmlns='jabber:client' from='juliet@lit/x' to='romeo@lit' type='chat'>"
		"<body>hi</body></message></forwarded></sent></message>",
		"<presence from='romeo@lit/orchard' to='juliet@lit/balcony'/>",
	};
	struct person juliet;

	(void)state;
	person_arrive(&juliet, "juliet@lit", "balcony");
	for (size_t i = 0; i < 5; i++) {
		struct stanza *st = NULL;

		assert_int_equal(
		    stanza_from_text(
			str_from_c(i < 3 ? no_matter[i] : in_vain[i - 3]), &juliet.arena, &st),
		    OK);
		session_raise(juliet.session, ON_SESSION_MISSED, st);
		stanza_free(&st);
		pass(0);
		if (i < 3) {
			assert_int_equal(app.n, 0);
			continue;
		}
		person_await(&app, i - 2);
		answer(i - 3, "result", "");
		pass(1200);
	}
	/* They are in no archive, of which the inbox could count them. */
	assert_false(person_has(&app, "message-count"));
	person_leave(&juliet);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
	const struct CMUnitTest tests[] = {
		CASE(one_is_on_its_way_at_a_time_and_the_next_waits),
		CASE(counts_merge_into_the_last),
		CASE(who_does_not_answer_is_asked_later),
		CASE(many_refusals_in_a_row_disable),
		CASE(what_was_read_while_it_waited_is_not_counted),
		CASE(the_count_that_cannot_be_read_is_left_out),
		CASE(what_is_too_old_is_not_sent),
		CASE(what_waits_for_one_device_is_bounded),
		CASE(what_waits_for_all_is_bounded),
		CASE(devices_beyond_the_bound_take_the_place_of_the_oldest),
		CASE(what_a_session_was_sent_in_vain_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
