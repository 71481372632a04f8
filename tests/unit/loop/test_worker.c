/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "loop/clock.h"
#include "loop/drive.h"
#include "loop/worker.h"

/* What was opened, in order, by driven workers. */
static struct {
	int number[64];
	int worker[64];
	size_t n;
} opened;

static void
note(const void *letter)
{
	assert_true(opened.n < 64);
	memcpy(&opened.number[opened.n], letter, sizeof(int));
	opened.worker[opened.n++] = worker_self();
}

static void
post_number(unsigned worker, int number)
{
	worker_post(worker, note, &number, sizeof(number));
}

static int
begin_two(void **state)
{
	(void)state;
	opened.n = 0;
	assert_int_equal(workers_init(2), OK);
	return 0;
}

static int
end_driven(void **state)
{
	(void)state;
	loop_drive_end();
	workers_fini();
	return 0;
}

/* --- driven: order and turns ---------------------------------------------------------- */

static void
letters_open_on_their_worker_in_the_order_posted(void **state)
{
	(void)state;
	post_number(1, 1); /* from a thread that is no worker */
	post_number(1, 2);
	loop_drive_as(0);
	post_number(1, 3);
	post_number(1, 4);
	loop_drive();
	assert_int_equal(opened.n, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(opened.number[i], i + 1);
		assert_int_equal(opened.worker[i], 1);
	}
}

static void
post_three_to_oneself(const void *letter)
{
	note(letter);
	for (int i = 10; i < 13; i++)
		post_number((unsigned)worker_self(), i);
	assert_int_equal(opened.n, 1); /* not in this turn */
}

static void
letters_to_oneself_open_in_the_next_turn(void **state)
{
	(void)state;
	int first = 1;

	loop_drive_as(0);
	worker_post(0, post_three_to_oneself, &first, sizeof(first));
	loop_drive();
	assert_int_equal(opened.n, 4);
	for (int i = 1; i < 4; i++)
		assert_int_equal(opened.number[i], 9 + i);
}

static void
check_bytes(const void *letter)
{
	const unsigned char *at = letter;

	assert_true((uintptr_t)letter % _Alignof(max_align_t) == 0);
	for (unsigned i = 0; i < at[0]; i++)
		assert_int_equal(at[i], at[0]);
	opened.n++;
}

static void
letters_of_every_size_arrive_whole_and_aligned(void **state)
{
	(void)state;
	unsigned char bytes[LETTER_MAX];

	loop_drive_as(0);
	for (unsigned n = 1; n <= LETTER_MAX; n++) {
		memset(bytes, (int)n, n);
		worker_post(n % 2, check_bytes, bytes, n);
	}
	loop_drive();
	assert_int_equal(opened.n, LETTER_MAX);
}

static unsigned long count;

static void
count_one(const void *letter)
{
	(void)letter;
	count++;
}

static void
a_turn_opens_its_share_and_leaves_the_rest_for_the_next(void **state)
{
	(void)state;
	struct worker_counters before, after;

	count = 0;
	worker_count(1, &before);
	for (unsigned i = 0; i < 3 * TURN_LETTERS; i++)
		worker_post(1, count_one, NULL, 0);
	assert_int_equal(worker_mailbox_depth(1), 3 * TURN_LETTERS);
	loop_drive();
	assert_int_equal(count, 3 * TURN_LETTERS);
	assert_int_equal(worker_mailbox_depth(1), 0);
	worker_count(1, &after);
	assert_int_equal(after.letters - before.letters, 3 * TURN_LETTERS);
	assert_true(after.turns - before.turns >= 3);
}

/* --- driven: the end of a turn -------------------------------------------------------- */

struct ending {
	struct turn_end at_end;
	struct turn_end *asks; /* when run */
	struct turn_end *cancels;
	unsigned runs;
};

static unsigned long turns_when_run;

static unsigned long
turns_so_far(void)
{
	struct worker_counters c;

	worker_count((unsigned)worker_self(), &c);
	return c.turns;
}

static void
ending_run(struct turn_end *t)
{
	struct ending *e = (struct ending *)(void *)t;

	e->runs++;
	if (e->asks)
		turn_end_ask(e->asks);
	if (e->cancels)
		turn_end_cancel(e->cancels);
	turns_when_run = turns_so_far();
}

static struct ending one, two, three;

static void
ask_often(const void *letter)
{
	(void)letter;
	for (int i = 0; i < 5; i++)
		turn_end_ask(&one.at_end);
	assert_int_equal(one.runs, 0);
	turns_when_run = turns_so_far();
}

static int
begin_endings(void **state)
{
	begin_two(state);
	one = two = three = (struct ending){ 0 };
	turn_end_init(&one.at_end, ending_run);
	turn_end_init(&two.at_end, ending_run);
	turn_end_init(&three.at_end, ending_run);
	return 0;
}

static void
a_turns_end_runs_once_however_often_it_was_asked_for(void **state)
{
	(void)state;
	worker_post(0, ask_often, NULL, 0);
	loop_drive();
	assert_int_equal(one.runs, 1);
	worker_post(0, ask_often, NULL, 0);
	one.runs = 0;
	loop_drive();
	assert_int_equal(one.runs, 1);
}

static void
what_is_asked_for_during_the_end_of_a_turn_runs_in_the_same_turn(void **state)
{
	(void)state;
	unsigned long asked_in;

	one.asks = &two.at_end;
	two.asks = &three.at_end;
	worker_post(0, ask_often, NULL, 0);
	loop_drive_as(0);
	asked_in = turns_so_far();
	loop_drive();
	assert_int_equal(three.runs, 1);
	assert_int_equal(turns_when_run, asked_in); /* the first turn was not yet counted */
}

static void
a_cancelled_turns_end_does_not_run(void **state)
{
	(void)state;
	loop_drive_as(0);
	one.cancels = &two.at_end;
	turn_end_ask(&one.at_end);
	turn_end_ask(&two.at_end);
	turn_end_ask(&three.at_end);
	turn_end_cancel(&three.at_end);
	loop_drive();
	assert_int_equal(one.runs, 1);
	assert_int_equal(two.runs, 0);
	assert_int_equal(three.runs, 0);
}

/* --- threads -------------------------------------------------------------------------- */

enum { PRODUCERS = 4, LETTERS_EACH = 20000, WORKERS = 3 };

/* Written by worker 0 only. */
static int last_of[PRODUCERS + WORKERS];
static unsigned long received, out_of_order;

struct numbered {
	unsigned from;
	int number;
};

static void
check_order(const void *letter)
{
	const struct numbered *l = letter;

	if (l->number != last_of[l->from] + 1)
		out_of_order++;
	last_of[l->from] = l->number;
	received++;
}

static void *
produce(void *arg)
{
	unsigned from = (unsigned)(uintptr_t)arg;

	for (int i = 1; i <= LETTERS_EACH; i++)
		worker_post(
		    0, check_order, &(struct numbered){ from, i }, sizeof(struct numbered));
	return NULL;
}

/* On a worker: a few letters to worker 0, then one to oneself to go on. */
static void
produce_on_worker(const void *letter)
{
	struct numbered next = *(const struct numbered *)letter;

	for (int i = 0; i < 10; i++, next.number++)
		worker_post(0, check_order, &next, sizeof(next));
	if (next.number <= LETTERS_EACH)
		worker_post((unsigned)worker_self(), produce_on_worker, &next, sizeof(next));
}

static void
many_producers_lose_nothing_and_keep_their_order(void **state)
{
	(void)state;
	pthread_t threads[PRODUCERS];

	memset(last_of, 0, sizeof(last_of));
	received = out_of_order = 0;
	assert_int_equal(workers_init(WORKERS), OK);
	for (unsigned w = 0; w < WORKERS; w++)
		worker_post(w, produce_on_worker, &(struct numbered){ PRODUCERS + w, 1 },
		    sizeof(struct numbered));
	assert_int_equal(workers_start(), OK);
	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_create(&threads[i], NULL, produce, (void *)(uintptr_t)i);
	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	workers_stop(NULL);
	workers_fini();
	assert_int_equal(received, (PRODUCERS + WORKERS) * LETTERS_EACH);
	assert_int_equal(out_of_order, 0);
}

static _Atomic long alive; /* things that letters hold */

/* A letter that holds something and passes it on a number of times. */
static void
pass_on(const void *letter)
{
	int left = *(const int *)letter - 1;

	if (left > 0)
		worker_post(((unsigned)worker_self() + 1) % workers_count(), pass_on, &left,
		    sizeof(left));
	else
		atomic_fetch_sub(&alive, 1);
}

static void
stopping_opens_every_letter_also_those_that_make_letters(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		alive = 50;
		assert_int_equal(workers_init(n), OK);
		assert_int_equal(workers_start(), OK);
		for (int i = 0; i < 50; i++)
			worker_post((unsigned)i % n, pass_on, &(int){ 500 }, sizeof(int));
		workers_stop(NULL);
		workers_fini();
		assert_int_equal(alive, 0);
	}
}

static _Atomic unsigned left;           /* workers that have */
static _Atomic long alive_when_leaving; /* most that any of them saw */

static void
note_leaving(void)
{
	long now = atomic_load(&alive), most = atomic_load(&alive_when_leaving);

	assert_int_not_equal(worker_self(), WORKER_NONE);
	while (now > most && !atomic_compare_exchange_weak(&alive_when_leaving, &most, now))
		;
	atomic_fetch_add(&left, 1);
}

static void
each_worker_leaves_behind_the_last_letter_of_all(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 3; n++) {
		alive = 50;
		left = 0;
		alive_when_leaving = 0;
		assert_int_equal(workers_init(n), OK);
		assert_int_equal(workers_start(), OK);
		for (int i = 0; i < 50; i++)
			worker_post((unsigned)i % n, pass_on, &(int){ 500 }, sizeof(int));
		workers_stop(note_leaving);
		workers_fini();
		assert_int_equal(left, n);
		assert_int_equal(alive_when_leaving, 0);
	}
}

static void
workers_can_be_stopped_before_they_did_anything(void **state)
{
	(void)state;
	assert_int_equal(workers_init(4), OK);
	assert_int_equal(workers_start(), OK);
	assert_int_equal(worker_self(), WORKER_NONE);
	workers_stop(NULL);
	workers_fini();
	assert_int_equal(workers_init(1), OK);
	workers_fini();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    letters_open_on_their_worker_in_the_order_posted, begin_two, end_driven),
		cmocka_unit_test_setup_teardown(
		    letters_to_oneself_open_in_the_next_turn, begin_two, end_driven),
		cmocka_unit_test_setup_teardown(
		    letters_of_every_size_arrive_whole_and_aligned, begin_two, end_driven),
		cmocka_unit_test_setup_teardown(
		    a_turn_opens_its_share_and_leaves_the_rest_for_the_next, begin_two,
		    end_driven),
		cmocka_unit_test_setup_teardown(
		    a_turns_end_runs_once_however_often_it_was_asked_for, begin_endings,
		    end_driven),
		cmocka_unit_test_setup_teardown(
		    what_is_asked_for_during_the_end_of_a_turn_runs_in_the_same_turn,
		    begin_endings, end_driven),
		cmocka_unit_test_setup_teardown(
		    a_cancelled_turns_end_does_not_run, begin_endings, end_driven),
		cmocka_unit_test(many_producers_lose_nothing_and_keep_their_order),
		cmocka_unit_test(stopping_opens_every_letter_also_those_that_make_letters),
		cmocka_unit_test(each_worker_leaves_behind_the_last_letter_of_all),
		cmocka_unit_test(workers_can_be_stopped_before_they_did_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
