/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <pthread.h>
#include <semaphore.h>

#include "loop/drive.h"
#include "loop/helper.h"

struct errand {
	int asked_by;
	int worked_by; /* a worker's index, or WORKER_NONE */
	int done_by;
	bool is_done;
};

static sem_t began, go_on;
static unsigned n_done;

static void
errand_work(void *job)
{
	((struct errand *)job)->worked_by = worker_self();
}

/* Holds the helper until the test lets it go. */
static void
errand_work_held(void *job)
{
	sem_post(&began);
	sem_wait(&go_on);
	errand_work(job);
}

static void
errand_done(void *job)
{
	struct errand *e = job;

	e->done_by = worker_self();
	e->is_done = true;
	n_done++;
}

static int
begin(void **state)
{
	(void)state;
	n_done = 0;
	sem_init(&began, 0, 0);
	sem_init(&go_on, 0, 0);
	assert_int_equal(workers_init(2), OK);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	loop_drive_end();
	workers_fini();
	sem_destroy(&began);
	sem_destroy(&go_on);
	return 0;
}

static void
the_work_is_done_elsewhere_and_answered_on_the_worker_that_asked(void **state)
{
	(void)state;
	struct errand e = { .worked_by = 99, .done_by = 99 };

	assert_int_equal(helpers_start(2, 10), OK);
	for (unsigned w = 0; w < 2; w++) {
		e.is_done = false;
		loop_drive_as(w);
		assert_int_equal(helper_run(&e, errand_work, errand_done), OK);
		loop_drive_until(&e.is_done);
		assert_int_equal(e.worked_by, WORKER_NONE);
		assert_int_equal(e.done_by, (int)w);
	}
	helpers_stop();
}

static void
jobs_beyond_the_queue_are_refused(void **state)
{
	(void)state;
	struct errand first = { 0 }, waiting[3] = { 0 }, refused = { 0 }, later = { 0 };

	assert_int_equal(helpers_start(1, 3), OK);
	loop_drive_as(0);
	assert_int_equal(helper_run(&first, errand_work_held, errand_done), OK);
	sem_wait(&began); /* now it does not wait any more */
	for (int i = 0; i < 3; i++)
		assert_int_equal(helper_run(&waiting[i], errand_work, errand_done), OK);
	assert_int_equal(helper_run(&refused, errand_work, errand_done), E_LIMIT);
	sem_post(&go_on);
	loop_drive_until(&waiting[2].is_done);
	assert_int_equal(n_done, 4);
	assert_false(refused.is_done);
	assert_int_equal(helper_run(&later, errand_work, errand_done), OK);
	loop_drive_until(&later.is_done);
	helpers_stop();
}

static void
stopping_finishes_what_was_accepted_and_refuses_the_rest(void **state)
{
	(void)state;
	enum { MANY = 200 };
	static struct errand many[MANY];
	struct errand late = { 0 };

	assert_int_equal(helpers_start(3, MANY), OK);
	loop_drive_as(1);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(helper_run(&many[i], errand_work, errand_done), OK);
	helpers_stop();
	assert_int_equal(helper_run(&late, errand_work, errand_done), E_LIMIT);
	loop_drive();
	assert_int_equal(n_done, MANY);
	for (int i = 0; i < MANY; i++)
		assert_true(many[i].is_done);
}

static void
who_waits_for_others_keeps_nobody_waiting(void **state)
{
	(void)state;
	enum { MANY = 20 };
	struct errand held[MANY] = { 0 }, other = { 0 };

	assert_int_equal(helpers_start(1, MANY), OK);
	loop_drive_as(0);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(
		    helper_run_waiting(&held[i], errand_work_held, errand_done), OK);
	sem_wait(&began);
	assert_int_equal(helper_run(&other, errand_work, errand_done), OK);
	loop_drive_until(&other.is_done);
	assert_int_equal(n_done, 1);
	for (int i = 0; i < MANY; i++)
		sem_post(&go_on);
	helpers_stop();
	loop_drive();
	assert_int_equal(n_done, MANY + 1);
}

static void
helpers_can_be_started_again(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(helpers_start(1, 1), OK);
		helpers_stop();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_work_is_done_elsewhere_and_answered_on_the_worker_that_asked, begin,
		    end),
		cmocka_unit_test_setup_teardown(jobs_beyond_the_queue_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(
		    stopping_finishes_what_was_accepted_and_refuses_the_rest, begin, end),
		cmocka_unit_test_setup_teardown(
		    who_waits_for_others_keeps_nobody_waiting, begin, end),
		cmocka_unit_test_setup_teardown(helpers_can_be_started_again, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
