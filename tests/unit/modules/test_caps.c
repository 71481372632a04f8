/* SPDX-License-Identifier: MIT
 *
 * Who is asked what a kind of client can do (XEP-0115 sections 5.4 and 8.1), when the first who
 * was asked does not tell the truth: in a server on one thread, with a clock that is turned.
 */
#include "../router/house.h"

#include "loop/clock.h"

#define HASH "6nHLF9X3ABB4zjIpb5hoHjBfMKg="
#define INFO(feature)                                                                          \
	"<iq type='result' id='caps' to='lit'>"                                                \
	"<query xmlns='http://jabber.org/protocol/disco#info'>"                                \
	"<identity category='client' type='pc'/><feature var='" feature "'/></query></iq>"

static const char announcing[] = "<presence><c xmlns='http://jabber.org/protocol/caps' "
				 "hash='sha-1' node='https://client.example' ver='" HASH "'/>"
				 "</presence>";
static const char lie[] = INFO("urn:example:forged+notify");
static const char truth[] = INFO("urn:xmpp:mds:displayed:0+notify");

static struct person liar, romeo;

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	house_row("liar@lit", KIND_ACCOUNT, S(""), S("x"));
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&liar, "liar@lit", "x");
	person_arrive(&romeo, "romeo@lit", "orchard");
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	person_leave(&romeo);
	house_close();
	return 0;
}

static bool
is_asked(struct person *p)
{
	house_settle();
	return person_has(p, "id='caps'");
}

/* The liar first, who is asked; romeo waits for what he will say. */
static void
both_announce(void)
{
	person_send(&liar, announcing);
	assert_true(is_asked(&liar));
	person_send(&romeo, announcing);
	assert_false(is_asked(&romeo));
}

/* It is known from then on: nobody is asked any more. */
static void
romeo_explains(void)
{
	person_send(&romeo, truth);
	person_forget(&romeo);
	person_send(&romeo, announcing);
	assert_false(is_asked(&romeo));
}

static void
after_a_lie_the_next_is_asked(void **state)
{
	(void)state;
	both_announce();
	person_send(&liar, lie);
	assert_true(is_asked(&romeo));
	romeo_explains();
	person_leave(&liar);
}

static void
after_a_lie_whoever_announces_it_is_asked(void **state)
{
	(void)state;
	person_send(&liar, announcing);
	person_send(&liar, lie);
	person_send(&romeo, announcing);
	assert_true(is_asked(&romeo));
	romeo_explains();
	person_leave(&liar);
}

static void
who_leaves_without_an_answer_is_followed(void **state)
{
	(void)state;
	both_announce();
	person_leave(&liar);
	assert_true(is_asked(&romeo));
	romeo_explains();
}

static void
who_is_silent_is_waited_for_no_longer_than_a_moment(void **state)
{
	(void)state;
	both_announce();
	loop_turn_clock(9000);
	loop_drive();
	assert_false(is_asked(&romeo));
	loop_turn_clock(11000);
	loop_drive();
	assert_true(is_asked(&romeo));
	romeo_explains();
	person_leave(&liar);
}

/* One lie, one other who is asked: repeating it makes nobody work. */
static void
a_lie_counts_once(void **state)
{
	(void)state;
	both_announce();
	person_send(&liar, lie);
	assert_true(is_asked(&romeo));
	person_forget(&romeo);
	for (int i = 0; i < 10; i++)
		person_send(&liar, lie);
	assert_false(is_asked(&romeo));
	romeo_explains();
	person_leave(&liar);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(after_a_lie_the_next_is_asked),
		CASE(after_a_lie_whoever_announces_it_is_asked),
		CASE(who_leaves_without_an_answer_is_followed),
		CASE(who_is_silent_is_waited_for_no_longer_than_a_moment),
		CASE(a_lie_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
