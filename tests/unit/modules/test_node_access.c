/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "modules/pubsub/access.h"

/* XEP-0060 section 4.1, the table of privileges, and 4.5, the models. */
static void
who_may_read(void **state)
{
	(void)state;
	static const struct {
		enum access_model model;
		struct standing who;
		enum access access;
	} cases[] = {
		{ ACCESS_OPEN, { .affiliation = AFFILIATION_NONE }, ACCESS_GIVEN },
		{ ACCESS_OPEN, { .affiliation = AFFILIATION_OUTCAST }, ACCESS_BLOCKED },
		{ ACCESS_OPEN, { .affiliation = AFFILIATION_PUBLISH_ONLY }, ACCESS_BLOCKED },
		{ ACCESS_PRESENCE, { .affiliation = AFFILIATION_NONE }, ACCESS_NEEDS_PRESENCE },
		{ ACCESS_PRESENCE, { .affiliation = AFFILIATION_NONE, .sees_presence = true },
		    ACCESS_GIVEN },
		{ ACCESS_PRESENCE,
		    { .affiliation = AFFILIATION_OUTCAST, .sees_presence = true },
		    ACCESS_BLOCKED },
		{ ACCESS_PRESENCE, { .affiliation = AFFILIATION_MEMBER }, ACCESS_GIVEN },
		{ ACCESS_ROSTER, { .affiliation = AFFILIATION_NONE, .sees_presence = true },
		    ACCESS_NEEDS_GROUP },
		{ ACCESS_ROSTER, { .affiliation = AFFILIATION_NONE, .in_group = true },
		    ACCESS_GIVEN },
		{ ACCESS_AUTHORIZE, { .affiliation = AFFILIATION_NONE },
		    ACCESS_NEEDS_APPROVAL },
		{ ACCESS_AUTHORIZE, { .affiliation = AFFILIATION_NONE, .subscribed = true },
		    ACCESS_GIVEN },
		{ ACCESS_AUTHORIZE, { .affiliation = AFFILIATION_OUTCAST, .subscribed = true },
		    ACCESS_BLOCKED },
		{ ACCESS_WHITELIST,
		    { .affiliation = AFFILIATION_NONE,
			.subscribed = true,
			.sees_presence = true,
			.in_group = true },
		    ACCESS_CLOSED },
		{ ACCESS_WHITELIST, { .affiliation = AFFILIATION_MEMBER }, ACCESS_GIVEN },
		{ ACCESS_WHITELIST, { .affiliation = AFFILIATION_OWNER }, ACCESS_GIVEN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    access_to_read(cases[i].model, &cases[i].who), cases[i].access);
}

static void
who_may_publish(void **state)
{
	(void)state;
	static const struct {
		enum publish_model model;
		struct standing who;
		bool may;
	} cases[] = {
		{ PUBLISH_PUBLISHERS, { .affiliation = AFFILIATION_OWNER }, true },
		{ PUBLISH_PUBLISHERS, { .affiliation = AFFILIATION_PUBLISHER }, true },
		{ PUBLISH_PUBLISHERS, { .affiliation = AFFILIATION_PUBLISH_ONLY }, true },
		{ PUBLISH_PUBLISHERS, { .affiliation = AFFILIATION_MEMBER, .subscribed = true },
		    false },
		{ PUBLISH_SUBSCRIBERS, { .affiliation = AFFILIATION_NONE }, false },
		{ PUBLISH_SUBSCRIBERS, { .affiliation = AFFILIATION_NONE, .subscribed = true },
		    true },
		{ PUBLISH_SUBSCRIBERS,
		    { .affiliation = AFFILIATION_OUTCAST, .subscribed = true }, false },
		{ PUBLISH_OPEN, { .affiliation = AFFILIATION_NONE }, true },
		{ PUBLISH_OPEN, { .affiliation = AFFILIATION_OUTCAST }, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    access_to_publish(cases[i].model, &cases[i].who), cases[i].may);
}

static void
affiliations_have_names(void **state)
{
	(void)state;
	for (enum affiliation a = 0; a < AFFILIATIONS; a++) {
		enum affiliation named;

		assert_true(affiliation_named(affiliation_name(a), &named));
		assert_int_equal(named, a);
	}
	assert_false(affiliation_named(S("king"), &(enum affiliation){ 0 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_may_read),
		cmocka_unit_test(who_may_publish),
		cmocka_unit_test(affiliations_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
