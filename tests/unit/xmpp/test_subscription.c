/* SPDX-License-Identifier: MIT
 *
 * The tables of RFC 6121 appendix A, literally: each of the nine states against each of the
 * eight stanzas.
 */
#include "../unit.h"
#include "xmpp/subscription.h"

enum {
	NONE = 0,
	NONE_OUT = SUB_PENDING_OUT,
	NONE_IN = SUB_PENDING_IN,
	NONE_OUT_IN = SUB_PENDING_OUT | SUB_PENDING_IN,
	TO = SUB_TO,
	TO_IN = SUB_TO | SUB_PENDING_IN,
	FROM = SUB_FROM,
	FROM_OUT = SUB_FROM | SUB_PENDING_OUT,
	BOTH = SUB_TO | SUB_FROM,
};

struct row {
	unsigned before;
	bool pass;
	unsigned after;
};

typedef struct subscription_step step_fn(unsigned state, enum stanza_type type);

static void
check(step_fn *step, enum stanza_type type, const struct row rows[static 9])
{
	for (int i = 0; i < 9; i++) {
		struct subscription_step s = step(rows[i].before, type);

		assert_int_equal(s.state, rows[i].after);
		assert_int_equal(s.pass, rows[i].pass);
	}
}

static void
outbound_stanzas_move_the_state_as_in_appendix_a_2(void **state)
{
	(void)state;
	static const struct row subscribe[9] = { { NONE, true, NONE_OUT },
		{ NONE_OUT, true, NONE_OUT }, { NONE_IN, true, NONE_OUT_IN },
		{ NONE_OUT_IN, true, NONE_OUT_IN }, { TO, true, TO }, { TO_IN, true, TO_IN },
		{ FROM, true, FROM_OUT }, { FROM_OUT, true, FROM_OUT }, { BOTH, true, BOTH } };
	static const struct row unsubscribe[9] = { { NONE, true, NONE },
		{ NONE_OUT, true, NONE }, { NONE_IN, true, NONE_IN },
		{ NONE_OUT_IN, true, NONE_IN }, { TO, true, NONE }, { TO_IN, true, NONE_IN },
		{ FROM, true, FROM }, { FROM_OUT, true, FROM }, { BOTH, true, FROM } };
	static const struct row subscribed[9] = { { NONE, false, NONE | SUB_APPROVED },
		{ NONE_OUT, false, NONE_OUT | SUB_APPROVED }, { NONE_IN, true, FROM },
		{ NONE_OUT_IN, true, FROM_OUT }, { TO, false, TO | SUB_APPROVED },
		{ TO_IN, true, BOTH }, { FROM, false, FROM }, { FROM_OUT, false, FROM_OUT },
		{ BOTH, false, BOTH } };
	static const struct row unsubscribed[9] = { { NONE, false, NONE },
		{ NONE_OUT, false, NONE_OUT }, { NONE_IN, true, NONE },
		{ NONE_OUT_IN, true, NONE_OUT }, { TO, false, TO }, { TO_IN, true, TO },
		{ FROM, true, NONE }, { FROM_OUT, true, NONE_OUT }, { BOTH, true, TO } };

	check(subscription_outbound, PRESENCE_SUBSCRIBE, subscribe);
	check(subscription_outbound, PRESENCE_UNSUBSCRIBE, unsubscribe);
	check(subscription_outbound, PRESENCE_SUBSCRIBED, subscribed);
	check(subscription_outbound, PRESENCE_UNSUBSCRIBED, unsubscribed);
}

static void
inbound_stanzas_move_the_state_as_in_appendix_a_3(void **state)
{
	(void)state;
	static const struct row subscribe[9] = { { NONE, true, NONE_IN },
		{ NONE_OUT, true, NONE_OUT_IN }, { NONE_IN, false, NONE_IN },
		{ NONE_OUT_IN, false, NONE_OUT_IN }, { TO, true, TO_IN },
		{ TO_IN, false, TO_IN }, { FROM, false, FROM }, { FROM_OUT, false, FROM_OUT },
		{ BOTH, false, BOTH } };
	static const struct row unsubscribe[9] = { { NONE, false, NONE },
		{ NONE_OUT, false, NONE_OUT }, { NONE_IN, true, NONE },
		{ NONE_OUT_IN, true, NONE_OUT }, { TO, false, TO }, { TO_IN, true, TO },
		{ FROM, true, NONE }, { FROM_OUT, true, NONE_OUT }, { BOTH, true, TO } };
	static const struct row subscribed[9] = { { NONE, false, NONE }, { NONE_OUT, true, TO },
		{ NONE_IN, false, NONE_IN }, { NONE_OUT_IN, true, TO_IN }, { TO, false, TO },
		{ TO_IN, false, TO_IN }, { FROM, false, FROM }, { FROM_OUT, true, BOTH },
		{ BOTH, false, BOTH } };
	static const struct row unsubscribed[9] = { { NONE, false, NONE },
		{ NONE_OUT, true, NONE }, { NONE_IN, false, NONE_IN },
		{ NONE_OUT_IN, true, NONE_IN }, { TO, true, NONE }, { TO_IN, true, NONE_IN },
		{ FROM, false, FROM }, { FROM_OUT, true, FROM }, { BOTH, true, FROM } };

	check(subscription_inbound, PRESENCE_SUBSCRIBE, subscribe);
	check(subscription_inbound, PRESENCE_UNSUBSCRIBE, unsubscribe);
	check(subscription_inbound, PRESENCE_SUBSCRIBED, subscribed);
	check(subscription_inbound, PRESENCE_UNSUBSCRIBED, unsubscribed);
}

static void
a_request_is_granted_when_it_was_approved_or_granted_before(void **state)
{
	(void)state;
	struct subscription_step s;

	s = subscription_inbound(NONE | SUB_APPROVED, PRESENCE_SUBSCRIBE);
	assert_true(s.grant);
	assert_false(s.pass);
	assert_int_equal(s.state, FROM | SUB_APPROVED);
	s = subscription_inbound(TO | SUB_APPROVED, PRESENCE_SUBSCRIBE);
	assert_true(s.grant);
	assert_int_equal(s.state, BOTH | SUB_APPROVED);
	s = subscription_inbound(FROM, PRESENCE_SUBSCRIBE);
	assert_true(s.grant);
	assert_int_equal(s.state, FROM);
	s = subscription_inbound(NONE, PRESENCE_SUBSCRIBE);
	assert_false(s.grant);
}

static void
an_approval_is_taken_back_by_unsubscribed(void **state)
{
	(void)state;
	struct subscription_step s =
	    subscription_outbound(NONE | SUB_APPROVED, PRESENCE_UNSUBSCRIBED);

	assert_int_equal(s.state, NONE);
	assert_false(s.pass);
}

static void
names_of_subscriptions_are_read_as_they_are_written(void **state)
{
	(void)state;
	assert_str(subscription_name(NONE_OUT_IN), "none");
	assert_str(subscription_name(TO_IN), "to");
	assert_str(subscription_name(FROM_OUT), "from");
	assert_str(subscription_name(BOTH), "both");
	assert_int_equal(subscription_of_name(S("both")), BOTH);
	assert_int_equal(subscription_of_name(S("to")), TO);
	assert_int_equal(subscription_of_name(S("from")), FROM);
	assert_int_equal(subscription_of_name(S("none")), 0);
	assert_int_equal(subscription_of_name(S("remove")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outbound_stanzas_move_the_state_as_in_appendix_a_2),
		cmocka_unit_test(inbound_stanzas_move_the_state_as_in_appendix_a_3),
		cmocka_unit_test(a_request_is_granted_when_it_was_approved_or_granted_before),
		cmocka_unit_test(an_approval_is_taken_back_by_unsubscribed),
		cmocka_unit_test(names_of_subscriptions_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
