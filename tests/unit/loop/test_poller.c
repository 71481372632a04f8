/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <fcntl.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "loop/drive.h"
#include "loop/inside.h"

/* One end of a pair of sockets, watched; the test has the other. */
struct ear {
	struct io io;
	int mouth;
	unsigned calls;
	unsigned events;    /* of the last call */
	size_t bytes;       /* read so far */
	size_t share;       /* bytes to read in a call; the rest stays */
	bool asks_again;    /* when it has had its share */
	bool congests;      /* before it reads, once, and heeds it */
	struct ear *closes; /* when called */
	struct ear *opens;
};

static struct ear ears[4];
static unsigned calls;

static void
ear_close(struct ear *e)
{
	io_remove(&e->io);
	close(e->io.fd);
	close(e->mouth);
	e->io.fd = e->mouth = -1;
}

static void
ignore(const void *letter)
{
	(void)letter;
}

/* Fills worker 1's mailbox over the mark. */
static void
congest(void)
{
	loop_drive_end();
	while (!worker_is_congested())
		worker_post(1, ignore, NULL, 0);
	loop_drive_as(0);
}

static void
ear_on_ready(struct io *io, unsigned events)
{
	struct ear *e = list_entry(io, struct ear, io);
	char text[64];

	calls++;
	e->calls++;
	e->events = events;
	if (e->closes && e->closes->mouth >= 0)
		ear_close(e->closes);
	if (e->opens)
		assert_int_equal(io_add(&e->opens->io, IO_READ, false), OK);
	if (e->congests) {
		e->congests = false;
		congest();
		if (worker_is_congested())
			return;
	}
	if (!(events & IO_READ))
		return;
	for (;;) {
		ssize_t n =
		    read(io->fd, text, e->share < sizeof(text) ? e->share : sizeof(text));

		if (n <= 0)
			return;
		e->bytes += (size_t)n;
		if ((size_t)n == e->share) {
			if (e->asks_again)
				io_read_again(io);
			return;
		}
	}
}

static void
ear_open(struct ear *e)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	*e = (struct ear){ .io = { .fd = pair[0], .on_ready = ear_on_ready },
		.mouth = pair[1],
		.share = SIZE_MAX };
}

static void
say(struct ear *e, const char *text)
{
	assert_int_equal(write(e->mouth, text, strlen(text)), strlen(text));
}

static int
begin(void **state)
{
	(void)state;
	calls = 0;
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	for (size_t i = 0; i < 4; i++)
		ear_open(&ears[i]);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	loop_drive_as(0);
	for (size_t i = 0; i < 4; i++)
		if (ears[i].mouth >= 0)
			ear_close(&ears[i]);
	loop_drive_end();
	workers_fini();
	return 0;
}

static void
a_level_is_reported_until_all_is_read(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ, false), OK);
	ears[0].share = 2;
	say(&ears[0], "abcde");
	loop_drive();
	assert_int_equal(ears[0].bytes, 5);
	assert_int_equal(ears[0].calls, 3);
	loop_drive();
	assert_int_equal(ears[0].calls, 3);
}

static void
an_edge_is_reported_once(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ, true), OK);
	ears[0].share = 2;
	say(&ears[0], "abcde");
	loop_drive();
	assert_int_equal(ears[0].bytes, 2);
	say(&ears[0], "f");
	loop_drive();
	assert_int_equal(ears[0].bytes, 4);
}

static void
an_edge_reader_that_has_had_its_share_asks_for_the_next_turn(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ, true), OK);
	ears[0].share = 2;
	ears[0].asks_again = true;
	say(&ears[0], "abcde");
	worker_turn(this_worker, 0);
	assert_int_equal(ears[0].bytes, 2);
	assert_int_equal(worker_rest(this_worker), 0);
	worker_turn(this_worker, 0);
	assert_int_equal(ears[0].bytes, 4);
	loop_drive();
	assert_int_equal(ears[0].bytes, 5);
	assert_int_equal(worker_rest(this_worker), -1);
}

static void
what_is_wanted_can_be_changed(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, 0, true), OK);
	say(&ears[0], "abc");
	loop_drive();
	assert_int_equal(ears[0].calls, 0);
	assert_int_equal(io_change(&ears[0].io, IO_READ | IO_WRITE, true), OK);
	loop_drive();
	assert_int_equal(ears[0].calls, 1);
	assert_int_equal(ears[0].events, IO_READ | IO_WRITE);
	assert_int_equal(io_change(&ears[0].io, IO_READ, true), OK);
	say(&ears[0], "abc");
	loop_drive();
	assert_int_equal(ears[0].events, IO_READ);
}

static void
a_hang_up_is_always_reported(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, 0, true), OK);
	close(ears[0].mouth);
	ears[0].mouth = dup(0); /* something that can be closed */
	loop_drive();
	assert_int_equal(ears[0].events, IO_HANGUP);
}

/* Both are ready; whichever is called first closes the other, whose event epoll has handed
 * out already. */
static void
an_event_of_a_removed_descriptor_is_dropped(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ, false), OK);
	assert_int_equal(io_add(&ears[1].io, IO_READ, false), OK);
	ears[0].closes = &ears[1];
	ears[1].closes = &ears[0];
	say(&ears[0], "x");
	say(&ears[1], "x");
	loop_drive();
	assert_int_equal(calls, 1);
}

/* The same, and a third takes the slot that has become free. */
static void
an_event_does_not_reach_whoever_got_the_slot_in_the_same_turn(void **state)
{
	(void)state;
	uint32_t slots[2];

	assert_int_equal(io_add(&ears[0].io, IO_READ, false), OK);
	assert_int_equal(io_add(&ears[1].io, IO_READ, false), OK);
	slots[0] = ears[0].io.slot;
	slots[1] = ears[1].io.slot;
	ears[0].closes = &ears[1];
	ears[1].closes = &ears[0];
	ears[0].opens = ears[1].opens = &ears[2];
	say(&ears[0], "x");
	say(&ears[1], "x");
	worker_turn(this_worker, 0);
	assert_int_equal(calls, 1);
	assert_true(ears[2].io.slot == slots[0] || ears[2].io.slot == slots[1]);
	assert_int_equal(ears[2].calls, 0);
	ears[0].opens = ears[1].opens = NULL;
	say(&ears[2], "y");
	loop_drive();
	assert_int_equal(ears[2].bytes, 1);
}

static void
what_was_asked_for_again_ends_with_the_descriptor(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ, true), OK);
	io_read_again(&ears[0].io);
	ear_close(&ears[0]);
	assert_int_equal(io_add(&ears[1].io, IO_READ, true), OK); /* into the same slot */
	loop_drive();
	assert_int_equal(calls, 0);
}

static void
many_descriptors_come_and_go(void **state)
{
	(void)state;
	enum { MANY = 500 };
	static struct ear many[MANY];

	for (unsigned round = 0; round < 3; round++) {
		size_t heard = 0;

		for (size_t i = 0; i < MANY; i++) {
			ear_open(&many[i]);
			assert_int_equal(io_add(&many[i].io, IO_READ, i % 2), OK);
			say(&many[i], "hello");
		}
		loop_drive();
		for (size_t i = 0; i < MANY; i++) {
			heard += many[i].bytes;
			ear_close(&many[i]);
		}
		assert_int_equal(heard, MANY * 5);
	}
}

static void
a_file_cannot_be_watched(void **state)
{
	(void)state;
	struct io io = { .fd = open("/proc/self/exe", O_RDONLY), .on_ready = ear_on_ready };

	assert_int_equal(io_add(&io, IO_READ, false), E_UNSUPPORTED);
	io_remove(&io); /* not added: nothing happens */
	close(io.fd);
}

/* --- congestion ----------------------------------------------------------------------- */

static void
while_congested_nothing_is_read_and_nobody_spins(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++)
		assert_int_equal(io_add(&ears[edge].io, IO_READ, edge), OK);
	congest();
	say(&ears[0], "abc");
	say(&ears[1], "abc");
	worker_turn(this_worker, 0);
	assert_int_equal(worker_rest(this_worker), -1);
	assert_false(worker_turn(this_worker, 0)); /* epoll does not report them again */
	assert_int_equal(calls, 0);
	loop_drive(); /* worker 1 opens its letters */
	assert_false(worker_is_congested());
	assert_int_equal(ears[0].bytes, 3);
	assert_int_equal(ears[1].bytes, 3);
	say(&ears[0], "def");
	say(&ears[1], "def");
	loop_drive();
	assert_int_equal(ears[0].bytes, 6);
	assert_int_equal(ears[1].bytes, 6);
}

static void
while_congested_output_still_leaves(void **state)
{
	(void)state;
	assert_int_equal(io_add(&ears[0].io, IO_READ | IO_WRITE, true), OK);
	say(&ears[0], "abc");
	congest();
	worker_turn(this_worker, 0);
	assert_int_equal(ears[0].events, IO_WRITE);
	loop_drive();
	assert_int_equal(ears[0].bytes, 3);
}

static void
the_last_bytes_of_who_hung_up_are_read_after_the_congestion(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		assert_int_equal(io_add(&ears[edge].io, IO_READ, edge), OK);
		say(&ears[edge], "bye");
		close(ears[edge].mouth);
		ears[edge].mouth = dup(0);
	}
	congest();
	worker_turn(this_worker, 0);
	worker_turn(this_worker, 0);
	assert_int_equal(calls, 0);
	while (worker_is_congested())
		worker_turn(worker_at(1), 0);
	worker_turn(this_worker, 0);
	if (ears[0].bytes == 0)
		worker_turn(this_worker, 0); /* the level comes from epoll again */
	for (int edge = 0; edge < 2; edge++) {
		assert_int_equal(ears[edge].bytes, 3);
		assert_int_equal(ears[edge].events, IO_READ | IO_HANGUP);
	}
}

/* The first one's call begins a congestion, in the turn in which the second is due. */
static void
who_asked_to_be_called_again_is_not_forgotten_in_a_congestion(void **state)
{
	(void)state;
	ears[0].congests = true;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(io_add(&ears[i].io, IO_READ, false), OK);
		io_read_again(&ears[i].io); /* with nothing to read in the socket */
	}
	worker_turn(this_worker, 0);
	assert_int_equal(ears[0].calls, 1);
	assert_int_equal(ears[1].calls, 0);
	loop_drive();
	assert_int_equal(ears[1].calls, 1);
}

/* It is told of a congestion that began within the turn, and leaves the bytes. */
static void
whoever_heeds_the_congestion_is_called_again(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		ears[edge].congests = true;
		assert_int_equal(io_add(&ears[edge].io, IO_READ, edge), OK);
		say(&ears[edge], "abc");
		worker_turn(this_worker, 0);
		assert_int_equal(ears[edge].calls, 1);
		assert_int_equal(ears[edge].bytes, 0);
		loop_drive();
		assert_int_equal(ears[edge].calls, 2);
		assert_int_equal(ears[edge].bytes, 3);
	}
}

/* --- congestion, with threads --------------------------------------------------------- */

enum { BYTES = 3000, LETTERS_PER_BYTE = 16, CHUNK = 100 };

/* Of each worker. */
static struct {
	struct io io;
	int mouth;
	unsigned read;
	unsigned opened;
	size_t deepest; /* its own mailbox, as seen when reading */
} side[2];
static sem_t all_read;

static void
count_opened(const void *letter)
{
	(void)letter;
	side[worker_self()].opened++;
}

/* One of those that fill the mailboxes at first; each makes one for the other. */
static void
bounce(const void *letter)
{
	(void)letter;
	worker_post(!worker_self(), count_opened, NULL, 0);
}

static void
read_and_post(struct io *io, unsigned events)
{
	unsigned self = (unsigned)worker_self();
	char text[CHUNK];
	ssize_t n;

	(void)events;
	if (worker_mailbox_depth(!self) > side[self].deepest)
		side[self].deepest = worker_mailbox_depth(!self);
	while (!worker_is_congested() && (n = read(io->fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n * LETTERS_PER_BYTE; i++)
			worker_post(!self, count_opened, NULL, 0);
		side[self].read += (unsigned)n;
		if (side[self].read == BYTES)
			sem_post(&all_read);
	}
}

static void
start_reading(const void *letter)
{
	bool edge = worker_self();

	(void)letter;
	assert_int_equal(io_add(&side[worker_self()].io, IO_READ, edge), OK);
}

static void
two_workers_that_congest_each_other_come_back_to_their_readers(void **state)
{
	(void)state;
	char text[BYTES] = { 0 };

	sem_init(&all_read, 0, 0);
	assert_int_equal(workers_init(2), OK);
	for (unsigned w = 0; w < 2; w++) {
		int pair[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
		memset(&side[w], 0, sizeof(side[w]));
		side[w].io = (struct io){ .fd = pair[0], .on_ready = read_and_post };
		side[w].mouth = pair[1];
		assert_int_equal(write(pair[1], text, BYTES), BYTES);
		worker_post(w, start_reading, NULL, 0);
		for (unsigned i = 0; i < 2 * MAILBOX_HIGH_LETTERS; i++)
			worker_post(w, bounce, NULL, 0);
	}
	assert_true(worker_is_congested());
	assert_int_equal(workers_start(), OK);
	for (unsigned w = 0; w < 2; w++)
		sem_wait(&all_read);
	workers_stop(NULL);
	workers_fini();
	for (unsigned w = 0; w < 2; w++) {
		assert_int_equal(side[w].read, BYTES);
		assert_int_equal(
		    side[w].opened, BYTES * LETTERS_PER_BYTE + 2 * MAILBOX_HIGH_LETTERS);
		assert_true(side[w].deepest <= MAILBOX_HIGH_LETTERS + BYTES * LETTERS_PER_BYTE);
		close(side[w].io.fd);
		close(side[w].mouth);
	}
	assert_false(worker_is_congested());
	sem_destroy(&all_read);
}

static sem_t let_open, bytes_read;

static void
hold_the_worker(const void *letter)
{
	(void)letter;
	sem_wait(&let_open);
}

static void
watch_first_ear(const void *letter)
{
	(void)letter;
	assert_int_equal(io_add(&ears[0].io, IO_READ, true), OK);
}

static void
read_and_tell(struct io *io, unsigned events)
{
	ear_on_ready(io, events);
	sem_post(&bytes_read);
}

static bool
is_asleep(struct worker *w)
{
	bool asleep;

	pthread_mutex_lock(&w->box.lock);
	asleep = w->box.sleeping;
	pthread_mutex_unlock(&w->box.lock);
	return asleep;
}

/* Nothing else would wake it: neither letters nor epoll. */
static void
a_worker_that_sleeps_over_a_held_event_is_woken_when_the_congestion_ends(void **state)
{
	(void)state;
	struct worker_counters before, now;

	sem_init(&let_open, 0, 0);
	sem_init(&bytes_read, 0, 0);
	ear_open(&ears[0]);
	ears[0].io.on_ready = read_and_tell;
	assert_int_equal(workers_init(2), OK);
	worker_post(0, watch_first_ear, NULL, 0);
	worker_post(1, hold_the_worker, NULL, 0);
	while (!worker_is_congested())
		worker_post(1, ignore, NULL, 0);
	assert_int_equal(workers_start(), OK);
	do
		worker_count(0, &before);
	while (!is_asleep(worker_at(0)) || before.letters == 0);
	say(&ears[0], "abc");
	do
		worker_count(0, &now);
	while (now.turns == before.turns || !is_asleep(worker_at(0)));
	sem_post(&let_open);
	sem_wait(&bytes_read);
	workers_stop(NULL);
	workers_fini();
	assert_int_equal(ears[0].bytes, 3);
	assert_int_equal(ears[0].calls, 1);
	close(ears[0].io.fd);
	close(ears[0].mouth);
	sem_destroy(&let_open);
	sem_destroy(&bytes_read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_level_is_reported_until_all_is_read, begin, end),
		cmocka_unit_test_setup_teardown(an_edge_is_reported_once, begin, end),
		cmocka_unit_test_setup_teardown(
		    an_edge_reader_that_has_had_its_share_asks_for_the_next_turn, begin, end),
		cmocka_unit_test_setup_teardown(what_is_wanted_can_be_changed, begin, end),
		cmocka_unit_test_setup_teardown(a_hang_up_is_always_reported, begin, end),
		cmocka_unit_test_setup_teardown(
		    an_event_of_a_removed_descriptor_is_dropped, begin, end),
		cmocka_unit_test_setup_teardown(
		    an_event_does_not_reach_whoever_got_the_slot_in_the_same_turn, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_was_asked_for_again_ends_with_the_descriptor, begin, end),
		cmocka_unit_test_setup_teardown(many_descriptors_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(a_file_cannot_be_watched, begin, end),
		cmocka_unit_test_setup_teardown(
		    while_congested_nothing_is_read_and_nobody_spins, begin, end),
		cmocka_unit_test_setup_teardown(
		    while_congested_output_still_leaves, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_last_bytes_of_who_hung_up_are_read_after_the_congestion, begin, end),
		cmocka_unit_test_setup_teardown(
		    who_asked_to_be_called_again_is_not_forgotten_in_a_congestion, begin, end),
		cmocka_unit_test_setup_teardown(
		    whoever_heeds_the_congestion_is_called_again, begin, end),
		cmocka_unit_test(
		    a_worker_that_sleeps_over_a_held_event_is_woken_when_the_congestion_ends),
		cmocka_unit_test(
		    two_workers_that_congest_each_other_come_back_to_their_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
