/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "modules/muc/slow.h"

static struct slow slow;

static int
begin(void **state)
{
	(void)state;
	slow_init(&slow);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	slow_fini(&slow);
	return 0;
}

static bool
may(const char *who, msec_t now_ms)
{
	return slow_may_speak(&slow, jid_trusted(str_from_c(who)), 20000, now_ms);
}

/* XEP-0500 section 4.3, and 5: "apply the same limits to all user's sessions". */
static void
an_account_waits_whatever_client_it_uses(void **state)
{
	(void)state;
	assert_true(may("hag@host/pda", 1000));
	assert_false(may("hag@host/pda", 1001));
	assert_false(may("hag@host/laptop", 20999));
	assert_true(may("wicca@host/pda", 20999));
	assert_true(may("hag@host/laptop", 21000));
	assert_false(may("hag@host/pda", 40999));
	assert_true(may("hag@host/pda", 41000));
}

static void
who_may_speak_again_is_forgotten(void **state)
{
	(void)state;
	char who[32];

	for (unsigned i = 0; i < 1000; i++) {
		snprintf(who, sizeof(who), "u%u@host", i);
		assert_true(may(who, i));
	}
	assert_int_equal(table_count(&slow.speakers), 1000);
	assert_true(may("late@host", 20499));
	assert_int_equal(table_count(&slow.speakers), 501);
	assert_true(may("later@host", 100000));
	assert_int_equal(table_count(&slow.speakers), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    an_account_waits_whatever_client_it_uses, begin, end),
		cmocka_unit_test_setup_teardown(who_may_speak_again_is_forgotten, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
