/* SPDX-License-Identifier: MIT
 *
 * What the store costs: CPU time of the whole process for each append of a 350-byte entry to
 * the log of a random owner, by how many batches are under way at once, then of reads; and
 * how the cost of appending grows with the archive. Commits wait for the disk, so wall-clock
 * rates are the disk's.
 *
 *     build/bench/micro_store [DIRECTORY [ENTRIES [OWNERS]]]
 *
 * DIRECTORY  on the disk to be measured (default: the current one); what is made is removed
 * ENTRIES    of the growing archive (default 1000000), of OWNERS (default 10000)
 */
#include "storage/store.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/worker.h"

enum { VALUE_BYTES = 350, READ_OWNERS = 1000, PAGE = 50, ROSTER = 100 };

static struct store *store;
static char value[VALUE_BYTES];
static uint64_t owners = 10000;

/* One run: the worker keeps `window` requests under way until `total` were answered. */
static struct run {
	unsigned window;
	uint64_t total, asked, answered;
	void (*ask)(void);
	double worker_us; /* CPU time of the worker meanwhile */
	double began_us;
	_Atomic bool over;
} run;

static double
clock_us(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* xorshift64: the same owners in each run. */
static uint64_t
dice(void)
{
	static uint64_t x = UINT64_C(88172645463325252);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static struct str
owner_name(char *at, uint64_t n)
{
	return str_of(
	    at, (size_t)snprintf(at, 40, "user%llu@example.net", (unsigned long long)n));
}

/* --- runs ----------------------------------------------------------------------------- */

static void
ask_more(void)
{
	while (run.asked < run.total && run.asked - run.answered < run.window) {
		run.asked++;
		run.ask();
	}
}

static void
answered(void)
{
	if (++run.answered < run.total)
		return;
	run.worker_us = clock_us(CLOCK_THREAD_CPUTIME_ID) - run.began_us;
	run.over = true;
}

static void
on_done(void *waiter, enum status s)
{
	(void)waiter;
	if (s != OK) {
		fprintf(stderr, "append: %s\n", status_name(s));
		exit(1);
	}
	answered();
	ask_more();
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	if (rows->status != OK || rows->n != *(const size_t *)waiter) {
		fprintf(stderr, "read: %s, %zu rows\n", status_name(rows->status), rows->n);
		exit(1);
	}
	answered();
	ask_more();
}

static void
on_start(const void *letter)
{
	(void)letter;
	run.began_us = clock_us(CLOCK_THREAD_CPUTIME_ID);
	ask_more();
}

struct cost {
	double cpu_us, worker_us, per_second;
};

static struct cost
measure(void (*ask)(void), unsigned window, uint64_t total)
{
	double cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID), wall = clock_us(CLOCK_MONOTONIC);
	struct timespec nap = { .tv_nsec = 1000000 };
	double n = (double)total;

	run = (struct run){ .window = window, .total = total, .ask = ask };
	worker_post(0, on_start, "", 1);
	while (!run.over)
		nanosleep(&nap, NULL);
	cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	wall = clock_us(CLOCK_MONOTONIC) - wall;
	return (struct cost){ cpu / n, run.worker_us / n, n / wall * 1e6 };
}

/* --- what is asked -------------------------------------------------------------------- */

static void
ask_append(void)
{
	static uint64_t id = UINT64_C(1700000000000000);
	struct store_batch *b = store_batch_new(store);
	char name[40];

	store_append(b, owner_name(name, dice() % owners), S("archive"), ++id,
	    str_of(value, sizeof(value)));
	store_commit(&b, on_done, NULL);
}

static void
ask_page(void)
{
	static size_t rows = PAGE;
	char name[40];
	struct store_query q = { STORE_LOG, owner_name(name, owners + dice() % READ_OWNERS),
		{ S("archive") }, 1, .backwards = true, .limit = PAGE };

	store_read(store, &q, on_rows, &rows);
}

static void
ask_item(void)
{
	static size_t rows = 1;
	char name[40];
	struct store_query q = { STORE_ITEM, owner_name(name, owners + dice() % READ_OWNERS),
		{ S("roster") }, 1, S("contact42@example.net") };

	store_read(store, &q, on_rows, &rows);
}

static void
ask_roster(void)
{
	static size_t rows = ROSTER;
	char name[40];
	struct store_query q = { STORE_KINDS, owner_name(name, owners + dice() % READ_OWNERS),
		{ S("roster") }, 1 };

	store_read(store, &q, on_rows, &rows);
}

static void
fill(void)
{
	char name[40], item[40];

	for (unsigned i = 0; i < READ_OWNERS; i++) {
		struct store_batch *b = store_batch_new(store);
		struct str owner = owner_name(name, owners + i);

		for (unsigned j = 0; j < ROSTER; j++) {
			snprintf(item, sizeof(item), "contact%u@example.net", j);
			store_put(b, owner, S("roster"), str_from_c(item), str_of(value, 120));
			store_append(
			    b, owner, S("archive"), j + 1, str_of(value, sizeof(value)));
		}
		if (store_commit_wait(&b) != OK)
			exit(1);
	}
}

/* --- the program ---------------------------------------------------------------------- */

static void
open_store(const char *backend, const char *dir, unsigned group_max, bool sync)
{
	struct store_conf conf = {
		.backend = str_from_c(backend),
		.path = str_from_c(dir),
		.readers = 2,
		.group_max = group_max,
		.sync = sync,
	};
	struct arena a;
	struct str reason = S("");

	arena_init(&a, 1024);
	if (store_open(&conf, &a, &reason, &store) != OK) {
		fprintf(stderr, "%.*s\n", STR_ARG(reason));
		exit(1);
	}
	arena_fini(&a);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

static void
close_store(const char *dir)
{
	store_close(&store);
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
show(const char *what, struct cost c)
{
	printf("%-44s %8.2f us CPU  %6.2f of it asking  %9.0f/s\n", what, c.cpu_us, c.worker_us,
	    c.per_second);
}

static void
measure_appends(const char *backend, const char *dir, bool sync)
{
	static const unsigned windows[] = { 1, 16, 256, 4096 };

	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		struct store_stats n;
		uint64_t total = windows[i] == 1 ? 3000 : windows[i] == 16 ? 30000 : 200000;
		struct cost c;
		char text[64];

		open_store(backend, dir, 1024, sync);
		c = measure(ask_append, windows[i], total);
		store_stats(store, &n);
		snprintf(text, sizeof(text), "%s%s, append, %u under way, groups of %.1f",
		    backend, sync ? "" : ", no sync", windows[i],
		    (double)n.batches / (double)n.groups);
		show(text, c);
		close_store(dir);
	}
}

static void
measure_growth(const char *dir, uint64_t entries)
{
	char text[64];

	open_store("sqlite", dir, 1024, true);
	for (unsigned i = 1; i <= 10; i++) {
		struct cost c = measure(ask_append, 512, entries / 10);

		snprintf(text, sizeof(text), "sqlite, append, archive of %llu",
		    (unsigned long long)(entries / 10 * i));
		show(text, c);
	}
	close_store(dir);
}

static void
measure_reads(const char *backend, const char *dir)
{
	char text[64];

	open_store(backend, dir, 1024, true);
	fill();
	for (unsigned window = 1; window <= 64; window *= 64) {
		snprintf(
		    text, sizeof(text), "%s, read one item, %u under way", backend, window);
		show(text, measure(ask_item, window, 100000));
		snprintf(text, sizeof(text), "%s, read a roster of %d, %u under way", backend,
		    ROSTER, window);
		show(text, measure(ask_roster, window, 20000));
		snprintf(text, sizeof(text), "%s, read the last %d entries, %u under way",
		    backend, PAGE, window);
		show(text, measure(ask_page, window, 20000));
	}
	close_store(dir);
}

int
main(int argc, char **argv)
{
	char dir[512];
	uint64_t entries = 1000000;

	snprintf(
	    dir, sizeof(dir), "%s/micro_store.%ld", argc > 1 ? argv[1] : ".", (long)getpid());
	if ((argc > 2 && str_to_u64(str_from_c(argv[2]), UINT32_MAX, &entries) != OK) ||
	    (argc > 3 && str_to_u64(str_from_c(argv[3]), UINT32_MAX, &owners) != OK) ||
	    entries < 10 || owners < 1) {
		fprintf(stderr, "usage: micro_store [DIRECTORY [ENTRIES [OWNERS]]]\n");
		return 2;
	}
	memset(value, 'x', sizeof(value));
	if (workers_init(1) != OK || workers_start() != OK)
		return 1;
	measure_appends("memory", dir, true);
	measure_appends("sqlite", dir, true);
	measure_appends("sqlite", dir, false);
	measure_reads("memory", dir);
	measure_reads("sqlite", dir);
	measure_growth(dir, entries);
	workers_stop(NULL);
	workers_fini();
	return 0;
}
