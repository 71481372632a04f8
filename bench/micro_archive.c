/* SPDX-License-Identifier: MIT
 *
 * What archives cost: CPU time of the whole process for a message that two local people keep
 * (two batches, one text), as the archive grows; then pages and searches, by their slowest
 * hundredth. Commits wait for the disk.
 *
 *     build/bench/micro_archive [DIRECTORY [MESSAGES [PEOPLE [CONTACTS]]]]
 *
 * DIRECTORY  on the disk to be measured (default: the current one); what is made is removed
 * MESSAGES   of all archives together (default 1000000)
 * PEOPLE     who write to each other (default 1000): few of them have long archives
 * CONTACTS   to whom each writes (default 10)
 */
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/worker.h"
#include "storage/store.h"

enum { WINDOW = 512, PAGE = 50, QUESTIONS = 500, WORDS_OF_A_MESSAGE = 12 };

static struct store *store;
static uint64_t people = 1000, contacts = 10, clock_id = UINT64_C(1700000000000000);

static struct run {
	uint64_t total, asked, answered;
	_Atomic bool over;
} run;

static double
clock_us(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* xorshift64: the same in each run. */
static uint64_t
dice(uint64_t sides)
{
	static uint64_t x = UINT64_C(88172645463325252);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x % sides;
}

static struct str
person(char *at, uint64_t n, bool full)
{
	return str_of(at, (size_t)snprintf(at, 48, "user%llu@example.net%s",
			      (unsigned long long)n, full ? "/balcony" : ""));
}

/* Words that are as frequent as those of a language: the nth once in n. */
static size_t
speak(char *at, size_t room)
{
	size_t len = 0;

	for (unsigned i = 0; i < WORDS_OF_A_MESSAGE; i++) {
		uint64_t n = 30000 / (1 + dice(30000));

		len += (size_t)snprintf(at + len, room - len, "w%llu%llu ",
		    (unsigned long long)n, (unsigned long long)(n > 100 ? dice(100) : 0));
	}
	return len;
}

/* --- writing -------------------------------------------------------------------------- */

static void ask_more(void);

static void
on_done(void *waiter, enum status s)
{
	if (s != OK) {
		fprintf(stderr, "archive: %s\n", status_name(s));
		exit(1);
	}
	if (!waiter) /* the sender's half */
		return;
	if (++run.answered == run.total)
		run.over = true;
	ask_more();
}

static void
put(struct str owner, struct str contact, bool outgoing, uint64_t origin, struct str text)
{
	struct store_batch *b = store_batch_new(store);

	store_archive(b, &(struct store_message){
			     .owner = owner,
			     .contact = contact,
			     .id = ++clock_id,
			     .name = S("0c9f7e3a-id"),
			     .outgoing = outgoing,
			     .counts = true,
			     .origin = origin,
			     .text = text,
			 });
	store_commit(&b, on_done, outgoing ? NULL : &run);
}

static void
ask_message(void)
{
	uint64_t from = dice(people), to = (from + 1 + dice(contacts)) % people;
	char a[48], b[48], full[48], words[400], text[700];
	size_t spoken = speak(words, sizeof(words));
	struct str sender = person(a, from, false), recipient = person(b, to, false);
	struct str body = str_of(
	    text, (size_t)snprintf(text, sizeof(text),
		      "<message to='%.*s' from='%.*s/balcony' type='chat' id='0c9f7e3a-id'>"
		      "<body>%.*s</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
		      "<request xmlns='urn:xmpp:receipts'/></message>",
		      STR_ARG(recipient), STR_ARG(sender), (int)spoken, words));

	put(sender, recipient, true, 0, body);
	put(recipient, person(full, from, true), false, clock_id, body);
}

static void
ask_more(void)
{
	while (run.asked < run.total && run.asked - run.answered < WINDOW) {
		run.asked++;
		ask_message();
	}
}

static void
on_start(const void *letter)
{
	(void)letter;
	ask_more();
}

static void
write_messages(uint64_t n, const char *what)
{
	double cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID), wall = clock_us(CLOCK_MONOTONIC);
	struct timespec nap = { .tv_nsec = 1000000 };

	run = (struct run){ .total = n };
	worker_post(0, on_start, "", 1);
	while (!run.over)
		nanosleep(&nap, NULL);
	cpu = (clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)n;
	wall = clock_us(CLOCK_MONOTONIC) - wall;
	printf("%-44s %8.2f us CPU  %9.0f/s\n", what, cpu, (double)n / wall * 1e6);
	fflush(stdout);
}

/* --- asking --------------------------------------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
show_times(const char *what, double *us, size_t n, size_t rows)
{
	qsort(us, n, sizeof(*us), by_size);
	printf("%-44s %8.0f us  p99 %8.0f  max %8.0f  rows %.1f\n", what, us[n / 2],
	    us[n * 99 / 100], us[n - 1], (double)rows / (double)n);
	fflush(stdout);
}

static void
ask(const char *what, void (*question)(struct store_query *q, char *text))
{
	static double us[QUESTIONS];
	size_t rows = 0;

	for (size_t i = 0; i < QUESTIONS; i++) {
		char owner[48], text[400];
		struct store_query q = { .what = STORE_ARCHIVE,
			.owner = person(owner, dice(people), false),
			.limit = PAGE,
			.backwards = dice(2) };
		double began = clock_us(CLOCK_MONOTONIC);
		struct store_rows *answer;

		question(&q, text);
		answer = store_read_wait(store, &q);
		us[i] = clock_us(CLOCK_MONOTONIC) - began;
		if (answer->status != OK)
			exit(1);
		rows += answer->n;
		store_rows_free(&answer);
	}
	show_times(what, us, QUESTIONS, rows);
}

static uint64_t
some_moment(void)
{
	return clock_id - dice(clock_id - UINT64_C(1700000000000000));
}

static void
any_page(struct store_query *q, char *text)
{
	(void)text;
	q->from = some_moment();
}

static void
page_of_a_talk(struct store_query *q, char *text)
{
	uint64_t n = 0;

	any_page(q, text);
	if (str_to_u64(str_slice(q->owner, 4, str_find(q->owner, '@') - 4), UINT32_MAX, &n) !=
	    OK)
		exit(1);
	q->contact = person(text, (n + 1 + dice(contacts)) % people, false);
}

static void
page_of_a_resource(struct store_query *q, char *text)
{
	page_of_a_talk(q, text);
	q->contact = str_of(
	    text, q->contact.len + (size_t)snprintf(text + q->contact.len, 16, "/balcony"));
}

static void
common_word(struct store_query *q, char *text)
{
	any_page(q, text);
	q->text = S("w10");
}

static void
rare_word(struct store_query *q, char *text)
{
	q->text = str_of(text,
	    (size_t)snprintf(text, 40, "w%llu%llu",
		(unsigned long long)(30000 / (1 + dice(100))), (unsigned long long)dice(100)));
}

static void
words_together(struct store_query *q, char *text)
{
	q->text = str_of(
	    text, (size_t)snprintf(text, 40, "w%llu0 w%llu0",
		      (unsigned long long)(2 + dice(20)), (unsigned long long)(20 + dice(60))));
}

static void
beginning(struct store_query *q, char *text)
{
	q->text = str_of(
	    text, (size_t)snprintf(text, 40, "w%llu", (unsigned long long)(10 + dice(90))));
}

/* --- the program ---------------------------------------------------------------------- */

static void
open_store(const char *dir)
{
	struct store_conf conf = {
		.backend = S("sqlite"),
		.path = str_from_c(dir),
		.readers = 2,
		.group_max = 1024,
		.sync = true,
	};
	struct str reason = S("");
	struct arena a;

	arena_init(&a, 1024);
	if (store_open(&conf, &a, &reason, &store) != OK) {
		fprintf(stderr, "%.*s\n", STR_ARG(reason));
		exit(1);
	}
	arena_fini(&a);
}

static void
show_files(const char *dir)
{
	struct stat st;
	char path[600];

	snprintf(path, sizeof(path), "%s/store.db", dir);
	if (stat(path, &st) == 0)
		printf("%-44s %8.0f MiB\n", "the database", (double)st.st_size / 1048576);
}

static void
wait_for_index(void)
{
	double cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID), began = clock_us(CLOCK_MONOTONIC);
	double before, now = 0;

	/* The writer is at it as long as it uses the processor. */
	do {
		before = now;
		sleep(2);
		now = clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	} while (now - before > 100000);
	printf("%-44s %8.1f s CPU in %.0f s\n", "indexing words", now / 1e6,
	    (clock_us(CLOCK_MONOTONIC) - began) / 1e6);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

int
main(int argc, char **argv)
{
	uint64_t messages = 1000000, *const numbers[] = { &messages, &people, &contacts };
	char dir[512], text[64];
	double began;

	snprintf(
	    dir, sizeof(dir), "%s/micro_archive.%ld", argc > 1 ? argv[1] : ".", (long)getpid());
	for (int i = 2; i < argc && i < 5; i++)
		if (str_to_u64(str_from_c(argv[i]), UINT32_MAX, numbers[i - 2]) != OK)
			return 2;
	if (messages < 10 || people < 2 || contacts < 1 || contacts >= people) {
		fprintf(stderr,
		    "usage: micro_archive [DIRECTORY [MESSAGES [PEOPLE [CONTACTS]]]]\n");
		return 2;
	}
	if (workers_init(1) != OK || workers_start() != OK)
		return 1;
	open_store(dir);
	for (unsigned i = 1; i <= 10; i++) {
		snprintf(text, sizeof(text), "message, archive of %llu",
		    (unsigned long long)(messages / 10 * i));
		write_messages(messages / 10, text);
	}
	ask("page", any_page);
	ask("page of a conversation", page_of_a_talk);
	ask("page of a resource", page_of_a_resource);
	wait_for_index();
	show_files(dir);
	ask("page, all indexed", any_page);
	ask("hits of a common word", common_word);
	ask("hits of a rare word", rare_word);
	ask("hits of two words", words_together);
	ask("hits of a beginning", beginning);
	began = clock_us(CLOCK_MONOTONIC);
	store_close(&store);
	open_store(dir);
	printf("%-44s %8.0f ms\n", "closing and opening",
	    (clock_us(CLOCK_MONOTONIC) - began) / 1e3);
	store_close(&store);
	workers_stop(NULL);
	workers_fini();
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
