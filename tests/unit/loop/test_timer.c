/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <semaphore.h>

#include "loop/clock.h"
#include "loop/drive.h"
#include "loop/inside.h"
#include "loop/worker.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

/* A timer that writes down what happens to it. */
struct alarm {
	struct timer timer;
	msec_t fired_ms;
	unsigned times;
	unsigned order;      /* the how-manieth of all it fired */
	struct alarm *stops; /* when it fires */
	struct alarm *sets;  /* likewise, perhaps itself */
	msec_t sets_ms;
};

static unsigned fired;
static struct alarm a, b, c;

static void
alarm_on_due(struct timer *t)
{
	struct alarm *me = list_entry(t, struct alarm, timer);

	assert_false(timer_is_set(t));
	me->fired_ms = loop_now_ms();
	me->times++;
	me->order = ++fired;
	if (me->stops)
		timer_stop(&me->stops->timer);
	if (me->sets)
		timer_set(&me->sets->timer, me->sets_ms);
}

static void
alarm_init(struct alarm *alarm)
{
	*alarm = (struct alarm){ 0 };
	timer_init(&alarm->timer, alarm_on_due);
}

static int
begin(void **state)
{
	(void)state;
	fired = 0;
	alarm_init(&a);
	alarm_init(&b);
	alarm_init(&c);
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	loop_drive_end();
	workers_fini();
	return 0;
}

/* The worker's clock and wheel alone, so that not a moment is lost between two lines. */
static void
turn_to(msec_t moment)
{
	this_worker->now_ms = moment;
	wheel_run(&this_worker->wheel, moment);
}

static void
a_timer_fires_once_and_not_before_its_delay(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	timer_set(&a.timer, HOUR);
	assert_true(timer_is_set(&a.timer));
	turn_to(start + HOUR - 1);
	assert_int_equal(a.times, 0);
	turn_to(start + HOUR + HOUR / 31);
	assert_int_equal(a.times, 1);
	assert_false(timer_is_set(&a.timer));
	turn_to(start + 1000 * (msec_t)HOUR);
	assert_int_equal(a.times, 1);
}

/* Not before the delay, and at most a millisecond or a 31st of the delay later, for delays up
 * to 49 days, at any position of the wheel. */
static void
a_timer_keeps_its_promise_for_any_delay_at_any_moment(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252U;

	for (unsigned i = 0; i < 20000; i++) {
		msec_t delay, due, late;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		delay = (msec_t)(x >> 32) >> (x % 32);
		due = loop_now_ms() + delay;
		a.times = 0;
		timer_set(&a.timer, delay);
		while (a.times == 0) {
			msec_t next = wheel_next(&this_worker->wheel);

			assert_true(next != WHEEL_NEVER);
			assert_true(next > this_worker->wheel.at);
			turn_to(next);
		}
		assert_int_equal(a.times, 1);
		late = a.fired_ms - due;
		assert_in_range(late, 0, 1 + (delay > 255 ? delay / 31 : 0));
	}
	assert_true(wheel_next(&this_worker->wheel) == WHEEL_NEVER);
}

static void
timers_fire_in_the_order_they_are_due_also_when_the_clock_leaps(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	timer_set(&c.timer, 5 * HOUR);
	timer_set(&a.timer, 10);
	timer_set(&b.timer, 3 * MINUTE);
	turn_to(start + 1000 * (msec_t)HOUR);
	assert_int_equal(a.order, 1);
	assert_int_equal(b.order, 2);
	assert_int_equal(c.order, 3);
}

static void
setting_again_replaces_to_both_sides(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	timer_set(&a.timer, 100);
	timer_set(&a.timer, 5000);
	turn_to(start + 4999);
	assert_int_equal(a.times, 0);
	turn_to(start + 5000 + 5000 / 31);
	assert_int_equal(a.times, 1);

	start = loop_now_ms();
	timer_set(&b.timer, 5000);
	timer_set(&b.timer, 100);
	turn_to(start + 101);
	assert_int_equal(b.times, 1);
	turn_to(start + 10000);
	assert_int_equal(b.times, 1);
}

/* As a connection's idle timer is, by every stanza. */
static void
a_timer_that_is_put_off_for_ever_never_fires(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	for (msec_t now = start; now < start + HOUR; now += 700) {
		turn_to(now);
		timer_set(&a.timer, 1000);
	}
	assert_int_equal(a.times, 0);
	turn_to(loop_now_ms() + 1000 + 1000 / 31 + 1);
	assert_int_equal(a.times, 1);
}

static void
a_stopped_timer_does_not_fire_and_may_be_stopped_again(void **state)
{
	(void)state;
	timer_stop(&a.timer);
	timer_set(&a.timer, 50);
	timer_stop(&a.timer);
	timer_stop(&a.timer);
	assert_false(timer_is_set(&a.timer));
	turn_to(loop_now_ms() + HOUR);
	assert_int_equal(a.times, 0);
	timer_set(&a.timer, 50);
	turn_to(loop_now_ms() + HOUR);
	assert_int_equal(a.times, 1);
}

static void
a_timer_may_set_itself_again_when_it_fires(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	a.sets = &a;
	a.sets_ms = 100;
	timer_set(&a.timer, 100);
	for (msec_t now = start; now <= start + 1050; now++)
		turn_to(now);
	assert_int_equal(a.times, 10);
}

static void
no_delay_means_soon_and_does_not_keep_the_turn_from_ending(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	a.sets = &a;
	a.sets_ms = 0;
	timer_set(&a.timer, 0);
	timer_set(&b.timer, -5);
	turn_to(start + 1);
	assert_int_equal(a.times, 1);
	assert_int_equal(b.times, 1);
	turn_to(start + 1000); /* the clock stands still within a turn */
	assert_in_range(a.times, 2, 3);
}

static void
a_timer_that_fires_may_stop_or_set_one_that_is_due_with_it(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	a.stops = &b;
	a.sets = &c;
	a.sets_ms = 200;
	timer_set(&a.timer, 100);
	timer_set(&b.timer, 100);
	timer_set(&c.timer, 100);
	turn_to(start + 150);
	assert_int_equal(a.times, 1);
	assert_int_equal(b.times, 0);
	assert_int_equal(c.times, 0);
	turn_to(start + 351);
	assert_int_equal(b.times, 0);
	assert_int_equal(c.times, 1);
}

static void
delays_beyond_the_wheel_and_beyond_reason_are_kept(void **state)
{
	(void)state;
	msec_t start = loop_now_ms(), year = 365 * 24 * (msec_t)HOUR;

	timer_set(&a.timer, year);
	timer_set(&b.timer, INT64_MAX);
	turn_to(start + year - 1);
	assert_int_equal(a.times, 0);
	turn_to(start + year + year / 31);
	assert_int_equal(a.times, 1);
	assert_int_equal(b.times, 0);
	timer_stop(&b.timer);
}

/* --- through the loop ----------------------------------------------------------------- */

static void
the_loop_runs_timers_when_the_clock_is_turned(void **state)
{
	(void)state;
	msec_t now;
	usec_t wall;

	loop_drive();
	now = loop_now_ms();
	wall = loop_wall_us();
	timer_set(&a.timer, HOUR);
	loop_drive();
	assert_int_equal(a.times, 0);
	loop_turn_clock(2 * HOUR);
	loop_drive();
	assert_int_equal(a.times, 1);
	assert_true(loop_now_ms() - now >= 2 * HOUR);
	assert_true(loop_wall_us() - wall >= 2 * (usec_t)HOUR * 1000);
}

static void
the_loop_waits_for_a_timer(void **state)
{
	(void)state;
	msec_t start = loop_now_ms();

	timer_set(&a.timer, 5);
	timer_set(&b.timer, 10);
	while (b.times == 0) {
		int wait_ms = worker_rest(this_worker);

		assert_in_range(wait_ms, 0, 10);
		worker_turn(this_worker, wait_ms);
	}
	assert_int_equal(a.order, 1);
	assert_true(b.fired_ms >= start + 10);
}

static sem_t rang;

static void
ring(struct timer *t)
{
	(void)t;
	sem_post(&rang);
}

static void
set_for_an_hour(const void *letter)
{
	(void)letter;
	timer_init(&a.timer, ring);
	timer_set(&a.timer, HOUR);
	sem_post(&rang);
}

static void
turning_the_clock_wakes_a_sleeping_worker(void **state)
{
	(void)state;
	sem_init(&rang, 0, 0);
	assert_int_equal(workers_init(2), OK);
	assert_int_equal(workers_start(), OK);
	worker_post(1, set_for_an_hour, NULL, 0);
	sem_wait(&rang);
	loop_turn_clock(2 * HOUR);
	sem_wait(&rang);
	workers_stop(NULL);
	workers_fini();
	sem_destroy(&rang);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_timer_fires_once_and_not_before_its_delay, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_timer_keeps_its_promise_for_any_delay_at_any_moment, begin, end),
		cmocka_unit_test_setup_teardown(
		    timers_fire_in_the_order_they_are_due_also_when_the_clock_leaps, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    setting_again_replaces_to_both_sides, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_timer_that_is_put_off_for_ever_never_fires, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_stopped_timer_does_not_fire_and_may_be_stopped_again, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_timer_may_set_itself_again_when_it_fires, begin, end),
		cmocka_unit_test_setup_teardown(
		    no_delay_means_soon_and_does_not_keep_the_turn_from_ending, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_timer_that_fires_may_stop_or_set_one_that_is_due_with_it, begin, end),
		cmocka_unit_test_setup_teardown(
		    delays_beyond_the_wheel_and_beyond_reason_are_kept, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_loop_runs_timers_when_the_clock_is_turned, begin, end),
		cmocka_unit_test_setup_teardown(the_loop_waits_for_a_timer, begin, end),
		cmocka_unit_test(turning_the_clock_wakes_a_sleeping_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
