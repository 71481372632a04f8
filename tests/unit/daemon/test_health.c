/* SPDX-License-Identifier: MIT */
#include "../http/rig.h"
#include "../router/house.h"

#include "daemon/health.h"

enum { ENOUGH_MS = 5000 }; /* until what is known of the store is looked at again */

static int
begin(void **state)
{
	(void)state;
	house_open(1);
	rig_serve(health_routes);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	rig_serve_no_more();
	house_close();
	chunks_release_pools();
	return 0;
}

/* Until the answer has come: the store's threads have a part in it. */
static void
ask(const char *path)
{
	struct arena a;

	arena_init(&a, 256);
	got.len = 0;
	loop_turn_clock(ENOUGH_MS);
	rig_say(str_format(&a, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path));
	while (got.len == 0)
		rig_say(S(""));
	arena_fini(&a);
}

static void
a_server_is_ready_while_its_store_takes_writes(void **state)
{
	(void)state;
	ask("/readyz");
	assert_true(rig_saw("HTTP/1.1 200 "));
	store_fail(house.store, FAULT_WRITE, 1, E_FULL);
	ask("/readyz");
	assert_true(rig_saw("HTTP/1.1 503 "));
	assert_true(rig_saw("the store takes no writes\n"));
	ask("/healthz");
	assert_true(rig_saw("HTTP/1.1 200 "));
	ask("/readyz");
	assert_true(rig_saw("HTTP/1.1 200 "));
}

static void
a_server_that_stops_is_not_ready(void **state)
{
	(void)state;
	health_drain();
	ask("/readyz");
	assert_true(rig_saw("HTTP/1.1 503 "));
	assert_true(rig_saw("stopping\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_server_is_ready_while_its_store_takes_writes, begin, finish),
		/* The last: there is no way back. */
		cmocka_unit_test_setup_teardown(
		    a_server_that_stops_is_not_ready, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
