/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log_line.h"

enum { AREA_NAME_MAX = 31 };

/* What log_write goes by. A change makes a new one; those before stay until log_close, since
 * somebody may just be reading them. */
struct settings {
	struct settings *before;
	struct line_style style;
	enum log_level usual; /* level of the areas not listed */
	unsigned n;
	struct {
		char name[AREA_NAME_MAX + 1];
		enum log_level level;
	} area[LOG_AREAS];
};

static struct settings at_first = { .usual = LOG_INFO };
static _Atomic(struct settings *) settings = &at_first;
_Atomic int log_ceiling = LOG_INFO;

static _Atomic uint64_t count[LOG_LEVELS];
static _Atomic uint64_t lost;

/* Where lines wait for the log's thread. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	pthread_t thread;
	struct buf lines;
	char *path;  /* NULL: stderr */
	int fd;      /* the thread's own */
	int next_fd; /* to be used instead from now on, -1: none */
	bool running;
	bool waiting; /* the thread is, and must be told */
	bool ending;
	bool told_at_end;
	uint64_t lost_told; /* how many of the lost lines a line has told of */
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.arrived = PTHREAD_COND_INITIALIZER,
	.fd = STDERR_FILENO,
	.next_fd = -1 };

/* --- levels --------------------------------------------------------------------------- */

const char *
log_level_name(enum log_level level)
{
	static const char *const names[LOG_LEVELS] = { "error", "warn", "info", "debug" };

	assert((size_t)level < LOG_LEVELS);
	return names[level];
}

enum status
log_level_parse(struct str name, enum log_level *out)
{
	for (enum log_level l = LOG_ERROR; l <= LOG_DEBUG; l++) {
		if (str_eq(name, str_from_c(log_level_name(l)))) {
			*out = l;
			return OK;
		}
	}
	return E_INVALID;
}

static enum log_level
level_of(const struct settings *all, const char *event)
{
	size_t len = strcspn(event, ".");

	for (unsigned i = 0; i < all->n; i++)
		if (strncmp(all->area[i].name, event, len) == 0 && !all->area[i].name[len])
			return all->area[i].level;
	return all->usual;
}

/* Under the lock. */
static void
publish(struct settings *now)
{
	enum log_level ceiling = now->usual;

	for (unsigned i = 0; i < now->n; i++)
		if (now->area[i].level > ceiling)
			ceiling = now->area[i].level;
	now->before = atomic_load(&settings);
	atomic_store(&settings, now);
	atomic_store(&log_ceiling, (int)ceiling);
}

static enum status
change_level(struct settings *now, struct str area, enum log_level level)
{
	unsigned i = 0;

	if (str_is_empty(area)) {
		now->usual = level;
		return OK;
	}
	while (i < now->n && !str_eq(str_from_c(now->area[i].name), area))
		i++;
	if (i == LOG_AREAS)
		return E_LIMIT;
	if (i == now->n) {
		memcpy(now->area[i].name, area.at, area.len);
		now->area[i].name[area.len] = '\0';
		now->n++;
	}
	now->area[i].level = level;
	return OK;
}

enum status
log_set_level(struct str area, enum log_level level)
{
	struct settings *now;
	enum status s;

	if (area.len > AREA_NAME_MAX)
		return E_INVALID;
	now = mem_alloc(sizeof(*now));
	pthread_mutex_lock(&queue.lock);
	*now = *atomic_load(&settings);
	s = change_level(now, area, level);
	if (s == OK)
		publish(now);
	else
		free(now);
	pthread_mutex_unlock(&queue.lock);
	return s;
}

/* --- writing -------------------------------------------------------------------------- */

/* All of it, or what the file takes; lines that did not get there are counted. */
static void
write_lines(int fd, struct str lines)
{
	while (lines.len) {
		ssize_t n = write(fd, lines.at, lines.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		lines = str_slice(lines, (size_t)n, lines.len);
	}
	for (size_t i = 0; i < lines.len; i++)
		if (lines.at[i] == '\n')
			atomic_fetch_add(&lost, 1);
}

static void
tell_of_lost(void)
{
	struct line l;
	uint64_t now = atomic_load(&lost);
	struct log_field field = LOG_U64("lines", now - queue.lost_told);

	if (now == queue.lost_told)
		return;
	line_format(&l, &atomic_load(&settings)->style, LOG_WARN, "log.lost", &field, 1);
	if (buf_add(&queue.lines, str_of(l.at, l.len)) != OK)
		return; /* then with the next */
	atomic_fetch_add(&count[LOG_WARN], 1);
	queue.lost_told = now;
}

/* Waits for lines and takes them all. False: there will be no more. */
static bool
take_lines(struct buf *lines, int *fd)
{
	pthread_mutex_lock(&queue.lock);
	while (queue.lines.len == 0 && queue.next_fd < 0 && !queue.ending) {
		queue.waiting = true;
		pthread_cond_wait(&queue.arrived, &queue.lock);
		queue.waiting = false;
	}
	if (queue.next_fd >= 0) {
		if (queue.fd != STDERR_FILENO)
			close(queue.fd);
		queue.fd = queue.next_fd;
		queue.next_fd = -1;
	}
	if (queue.lines.len == 0 && queue.ending && !queue.told_at_end) {
		tell_of_lost();
		queue.told_at_end = true; /* once: this line may be lost too */
	}
	*fd = queue.fd;
	*lines = queue.lines;
	buf_init(&queue.lines, LOG_WAITING_BYTES);
	pthread_mutex_unlock(&queue.lock);
	return lines->len > 0 || !queue.told_at_end;
}

static void *
write_for_ever(void *unused)
{
	struct buf lines;
	int fd;

	(void)unused;
	pthread_setname_np(pthread_self(), "log");
	while (take_lines(&lines, &fd)) {
		write_lines(fd, buf_str(&lines));
		buf_fini(&lines);
	}
	return NULL;
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n)
{
	const struct settings *now = atomic_load_explicit(&settings, memory_order_acquire);
	struct line l;

	if (level > level_of(now, event))
		return;
	line_format(&l, &now->style, level, event, fields, n);
	atomic_fetch_add(&count[level], 1);
	pthread_mutex_lock(&queue.lock);
	if (!queue.running) {
		write_lines(STDERR_FILENO, str_of(l.at, l.len));
	} else {
		tell_of_lost();
		if (buf_add(&queue.lines, str_of(l.at, l.len)) != OK)
			atomic_fetch_add(&lost, 1);
		if (queue.waiting)
			pthread_cond_signal(&queue.arrived);
	}
	pthread_mutex_unlock(&queue.lock);
}

uint64_t
log_count(enum log_level level)
{
	return atomic_load(&count[level]);
}

uint64_t
log_lost(void)
{
	return atomic_load(&lost);
}

/* --- life ----------------------------------------------------------------------------- */

/* systemd names in JOURNAL_STREAM the device and inode of the stream it gave us as stderr
 * (systemd.exec(5)); a child with another stderr inherits the variable. */
static bool
stderr_is_the_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

static enum status
open_file(const char *path, int *out)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);

	if (fd < 0)
		return E_IO;
	*out = fd;
	return OK;
}

/* Under the lock. */
static void
use_fd(int fd)
{
	if (queue.next_fd >= 0 && queue.next_fd != STDERR_FILENO)
		close(queue.next_fd);
	queue.next_fd = fd;
	pthread_cond_signal(&queue.arrived);
}

static enum status
start_thread(void)
{
	sigset_t all, was;
	int failed;

	buf_init(&queue.lines, LOG_WAITING_BYTES);
	queue.ending = queue.told_at_end = false;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	failed = pthread_create(&queue.thread, NULL, write_for_ever, NULL);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	queue.running = !failed;
	return failed ? E_LIMIT : OK;
}

enum status
log_open(const struct log_conf *conf)
{
	struct settings *now;
	int fd = STDERR_FILENO;
	enum status s = OK;

	if (conf->path && (s = open_file(conf->path, &fd)) != OK)
		return s;
	now = mem_zalloc(sizeof(*now));
	now->usual = conf->level;
	now->style = (struct line_style){ .json = conf->json,
		.journal = !conf->path && stderr_is_the_journal(),
		.accounts = conf->accounts };

	pthread_mutex_lock(&queue.lock);
	if (!queue.running)
		s = start_thread();
	if (s == OK) {
		free(queue.path);
		queue.path = NULL;
		if (conf->path) {
			size_t bytes = strlen(conf->path) + 1;

			queue.path = memcpy(mem_alloc(bytes), conf->path, bytes);
		}
		use_fd(fd);
		publish(now);
	}
	pthread_mutex_unlock(&queue.lock);
	if (s != OK) {
		free(now);
		if (fd != STDERR_FILENO)
			close(fd);
	}
	return s;
}

void
log_close(void)
{
	struct settings *s;

	if (!queue.running)
		return;
	pthread_mutex_lock(&queue.lock);
	queue.ending = true;
	pthread_cond_signal(&queue.arrived);
	pthread_mutex_unlock(&queue.lock);
	pthread_join(queue.thread, NULL);
	queue.running = false;
	buf_fini(&queue.lines);
	if (queue.fd != STDERR_FILENO)
		close(queue.fd);
	queue.fd = STDERR_FILENO;
	free(queue.path);
	queue.path = NULL;
	while ((s = atomic_load(&settings)) != &at_first) {
		atomic_store(&settings, s->before);
		free(s);
	}
	atomic_store(&log_ceiling, (int)at_first.usual);
}

enum status
log_reopen(void)
{
	int fd;
	enum status s = OK;

	pthread_mutex_lock(&queue.lock);
	if (queue.path && (s = open_file(queue.path, &fd)) == OK)
		use_fd(fd);
	pthread_mutex_unlock(&queue.lock);
	return s;
}
