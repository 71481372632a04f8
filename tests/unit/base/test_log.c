/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static char dir[] = "/tmp/test_log.XXXXXX";
static char path[64], moved[64];
static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	snprintf(moved, sizeof(moved), "%s/log.1", dir);
	arena_init(&arena, 4096);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_fini(&arena);
	unlink(path);
	unlink(moved);
	return rmdir(dir);
}

static void
open_log(enum log_level level)
{
	unlink(path);
	unlink(moved);
	assert_int_equal(log_open(&(struct log_conf){ .path = path, .level = level }), OK);
}

/* What was written, after log_close. */
static struct str
content(const char *name)
{
	FILE *f = fopen(name, "r");
	struct stat st;
	char *at;
	size_t n;

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	at = arena_alloc(&arena, (size_t)st.st_size);
	n = fread(at, 1, (size_t)st.st_size, f);
	fclose(f);
	return str_of(at, n);
}

static unsigned
lines_with(const char *name, const char *text)
{
	struct str rest = content(name), l;
	unsigned n = 0;

	while (str_split(&rest, '\n', &l))
		n += l.len && memmem(l.at, l.len, text, strlen(text)) != NULL;
	return n;
}

static unsigned evaluated;

static uint64_t
costly(void)
{
	return ++evaluated;
}

static void
a_level_that_is_off_costs_no_evaluation(void **state)
{
	(void)state;
	open_log(LOG_WARN);
	evaluated = 0;
	log_info("test.quiet", LOG_U64("n", costly()));
	log_debug("test.quiet", LOG_U64("n", costly()));
	assert_int_equal(evaluated, 0);
	log_warn("test.loud", LOG_U64("n", costly()));
	log_error("test.loud");
	assert_int_equal(evaluated, 1);
	log_close();
	assert_int_equal(lines_with(path, "test.quiet"), 0);
	assert_int_equal(lines_with(path, "test.loud"), 2);
	assert_int_equal(lines_with(path, " warn test.loud n=1"), 1);
}

static void
an_area_can_have_a_level_of_its_own(void **state)
{
	(void)state;
	open_log(LOG_WARN);
	assert_int_equal(log_set_level(S("sm"), LOG_DEBUG), OK);
	assert_int_equal(log_set_level(S("s2s"), LOG_ERROR), OK);
	log_debug("sm.resumed");
	log_debug("smx.resumed");
	log_debug("s.resumed");
	log_warn("s2s.refused");
	log_warn("c2s.refused");
	assert_int_equal(log_set_level(S("sm"), LOG_ERROR), OK);
	log_warn("sm.again");
	assert_int_equal(log_set_level(S(""), LOG_INFO), OK);
	log_info("c2s.bound");
	log_close();
	assert_int_equal(lines_with(path, "resumed"), 1);
	assert_int_equal(lines_with(path, "sm.resumed"), 1);
	assert_int_equal(lines_with(path, "refused"), 1);
	assert_int_equal(lines_with(path, "c2s.refused"), 1);
	assert_int_equal(lines_with(path, "sm.again"), 0);
	assert_int_equal(lines_with(path, "c2s.bound"), 1);
}

static void
areas_with_a_level_are_bounded(void **state)
{
	(void)state;
	char name[64];
	unsigned n = 0;

	open_log(LOG_WARN);
	memset(name, 'a', sizeof(name));
	assert_int_equal(log_set_level(str_of(name, sizeof(name)), LOG_INFO), E_INVALID);
	for (;; n++) {
		enum status s;

		snprintf(name, sizeof(name), "area%u", n);
		if ((s = log_set_level(str_from_c(name), LOG_INFO)) != OK) {
			assert_int_equal(s, E_LIMIT);
			break;
		}
	}
	assert_true(n > 0);
	assert_int_equal(log_set_level(S("area0"), LOG_ERROR), OK);
	log_close();
}

static void
reopening_follows_a_file_that_was_moved_away(void **state)
{
	(void)state;
	open_log(LOG_INFO);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(log_reopen(), OK);
	log_info("test.after");
	log_close();
	assert_int_equal(lines_with(path, "test.after"), 1);
	assert_int_equal(lines_with(moved, "test.after"), 0);
}

static void
opening_again_takes_over_what_has_changed(void **state)
{
	(void)state;
	open_log(LOG_ERROR);
	log_info("test.before");
	assert_int_equal(
	    log_open(&(struct log_conf){ .path = moved, .level = LOG_INFO, .json = true }), OK);
	log_info("test.after");
	assert_int_equal(
	    log_open(&(struct log_conf){ .path = "/nonexistent/log", .level = LOG_DEBUG }),
	    E_IO);
	log_debug("test.after");
	log_close();
	assert_int_equal(lines_with(path, "test"), 0);
	assert_int_equal(lines_with(moved, "\"event\":\"test.after\""), 1);
}

static void
level_names_parse_to_their_levels(void **state)
{
	(void)state;
	enum log_level l = LOG_ERROR;

	for (enum log_level i = LOG_ERROR; i <= LOG_DEBUG; i++) {
		assert_int_equal(log_level_parse(str_from_c(log_level_name(i)), &l), OK);
		assert_int_equal(l, i);
	}
	assert_int_equal(log_level_parse(S("loud"), &l), E_INVALID);
}

enum { THREADS = 6, EACH = 500 };

static void *
talk(void *arg)
{
	for (unsigned i = 0; i < EACH; i++)
		log_info("test.talk", LOG_U64("by", (uintptr_t)arg), LOG_U64("n", i));
	return NULL;
}

static void
many_threads_talk_in_whole_lines_and_keep_their_order(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	unsigned next[THREADS] = { 0 }, lines = 0;
	uint64_t lost = log_lost();
	struct str rest, l;

	open_log(LOG_INFO);
	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, talk, (void *)i);
	assert_int_equal(log_set_level(S("other"), LOG_DEBUG), OK); /* meanwhile */
	assert_int_equal(log_reopen(), OK);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	log_close();
	rest = content(path);
	while (str_split(&rest, '\n', &l) && l.len) {
		unsigned by, n;

		assert_int_equal(
		    sscanf(str_to_c(&arena, l), "%*s info test.talk by=%u n=%u", &by, &n), 2);
		assert_true(by < THREADS);
		assert_int_equal(n, next[by]++);
		lines++;
	}
	assert_int_equal(lines, THREADS * EACH);
	assert_int_equal(log_lost(), lost);
}

static unsigned lines_read, lost_told;

static void *
read_lines(void *arg)
{
	FILE *f = fdopen(*(int *)arg, "r");
	char l[1024];
	unsigned n;

	while (fgets(l, sizeof(l), f)) {
		const char *told = strstr(l, " warn log.lost lines=");

		lines_read += !told;
		if (told && sscanf(told, " warn log.lost lines=%u", &n) == 1)
			lost_told += n;
	}
	fclose(f);
	return NULL;
}

static void
lines_a_slow_reader_leaves_no_room_for_are_counted_and_told_of(void **state)
{
	(void)state;
	static const unsigned LINES = 30000;
	uint64_t lost_before = log_lost();
	char text[200];
	pthread_t reader;
	int fd;

	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(log_open(&(struct log_conf){ .path = path, .level = LOG_INFO }), OK);
	memset(text, 'x', sizeof(text));
	for (unsigned i = 0; i < LINES; i++) /* does not wait, though nobody reads */
		log_info("test.flood", LOG_STR("text", str_of(text, sizeof(text))));
	assert_true(log_lost() > lost_before);

	assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
	lines_read = lost_told = 0;
	pthread_create(&reader, NULL, read_lines, &fd);
	log_close();
	pthread_join(reader, NULL);
	assert_int_equal(lines_read + (log_lost() - lost_before), LINES);
	assert_int_equal(lost_told, log_lost() - lost_before);
}

/* Runs with `path` as stderr. */
static void
log_to_stderr(bool is_journal)
{
	int was = dup(STDERR_FILENO), fd;
	char stream[64];
	struct stat st;

	unlink(path);
	fd = open(path, O_CREAT | O_RDWR | O_APPEND, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino + !is_journal);
	setenv("JOURNAL_STREAM", stream, 1);
	dup2(fd, STDERR_FILENO);
	close(fd);

	log_info("test.early");
	if (log_open(&(struct log_conf){ .level = LOG_DEBUG }) == OK)
		log_debug("test.open");
	log_close();
	log_error("test.late");

	dup2(was, STDERR_FILENO);
	close(was);
	unsetenv("JOURNAL_STREAM");
}

static void
the_journal_is_told_the_level_of_each_line(void **state)
{
	(void)state;
	log_to_stderr(true);
	assert_int_equal(lines_with(path, "Z info test.early"), 1);
	assert_int_equal(lines_with(path, "<7>test.open"), 1);
	assert_int_equal(lines_with(path, "Z error test.late"), 1);
}

static void
another_stderr_than_the_journals_is_told_the_time(void **state)
{
	(void)state;
	log_to_stderr(false);
	assert_int_equal(lines_with(path, "Z debug test.open"), 1);
	assert_int_equal(lines_with(path, "<7>"), 0);
}

static void
lines_are_counted_by_level(void **state)
{
	(void)state;
	uint64_t errors = log_count(LOG_ERROR), warnings = log_count(LOG_WARN);

	open_log(LOG_ERROR);
	log_error("test.broken");
	log_warn("test.suppressed");
	log_close();
	assert_int_equal(log_count(LOG_ERROR), errors + 1);
	assert_int_equal(log_count(LOG_WARN), warnings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_that_is_off_costs_no_evaluation),
		cmocka_unit_test(an_area_can_have_a_level_of_its_own),
		cmocka_unit_test(areas_with_a_level_are_bounded),
		cmocka_unit_test(reopening_follows_a_file_that_was_moved_away),
		cmocka_unit_test(opening_again_takes_over_what_has_changed),
		cmocka_unit_test(level_names_parse_to_their_levels),
		cmocka_unit_test(many_threads_talk_in_whole_lines_and_keep_their_order),
		cmocka_unit_test(
		    lines_a_slow_reader_leaves_no_room_for_are_counted_and_told_of),
		cmocka_unit_test(the_journal_is_told_the_level_of_each_line),
		cmocka_unit_test(another_stderr_than_the_journals_is_told_the_time),
		cmocka_unit_test(lines_are_counted_by_level),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
