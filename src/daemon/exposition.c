/* SPDX-License-Identifier: MIT */
#include "daemon/exposition.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "loop/worker.h"

enum {
	LINE_MAX_BYTES = 1024,
	/* Of the buckets of a histogram one for each doubling, up to a minute. */
	LARGEST_BOUND = 1 << 26,
};

static void __attribute__((format(printf, 2, 3))) put(struct buf *out, const char *format, ...)
{
	va_list args;
	char *at = buf_reserve(out, LINE_MAX_BYTES);
	int n;

	assert(at);
	va_start(args, format);
	n = vsnprintf(at, LINE_MAX_BYTES, format, args);
	va_end(args);
	assert(n >= 0 && n < LINE_MAX_BYTES); /* all texts are ours */
	buf_added(out, (size_t)n);
}

static void
put_head(struct buf *out, const char *name, const char *type, const char *doc)
{
	put(out, "# HELP %s %s\n# TYPE %s %s\n", name, doc, name, type);
}

/* --- the tables' ---------------------------------------------------------------------------
 */

static bool
is_time(const struct metric *m)
{
	return strcmp(m->unit, "microseconds") == 0;
}

/* The metric's name here. */
static void
name_of(const struct metric *m, char *name, size_t room)
{
	struct str own = str_from_c(m->name);

	if (is_time(m)) {
		if (str_ends(own, S("_us")))
			own.len -= 3;
		else if (str_ends(own, S("_time")))
			own.len -= 5;
	}
	snprintf(name, room, "jaseur_%.*s%s%s", STR_ARG(own), is_time(m) ? "_seconds" : "",
	    m->type == COUNTER ? "_total" : "");
}

/* A value of the metric's unit, in the base unit. */
static double
in_base_unit(const struct metric *m, uint64_t value)
{
	return is_time(m) ? (double)value / 1e6 : (double)value;
}

static void
put_histogram(struct buf *out, const struct metric *m, int id, const char *name)
{
	struct histogram h;
	uint64_t below = 0;

	metric_histogram(id, &h);
	for (unsigned b = 0; b < METRIC_BUCKETS; b++) {
		uint64_t bound = metric_bucket_bound(b);

		below += h.in_bucket[b];
		if (bound <= LARGEST_BOUND && (bound & (bound + 1)) == 0)
			put(out, "%s_bucket{le=\"%.9g\"} %llu\n", name, in_base_unit(m, bound),
			    (unsigned long long)below);
	}
	put(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.9g\n%s_count %llu\n", name,
	    (unsigned long long)below, name, in_base_unit(m, h.sum), name,
	    (unsigned long long)below);
}

static void
put_tables(struct buf *out)
{
	static const char *const types[] = {
		[COUNTER] = "counter",
		[GAUGE] = "gauge",
		[HISTOGRAM] = "histogram",
	};
	char name[256];

	for (int id = 0; id < metrics_count(); id++) {
		const struct metric *m = metric_at(id);

		name_of(m, name, sizeof(name));
		put_head(out, name, types[m->type], m->doc);
		if (m->type == HISTOGRAM)
			put_histogram(out, m, id, name);
		else
			put(out, "%s %lld\n", name, (long long)metric_value(id));
	}
}

/* --- workers ------------------------------------------------------------------------------ */

static void
put_turns(struct buf *out, unsigned worker, const struct worker_counters *c)
{
	const char *name = "jaseur_worker_turn_seconds";
	unsigned long long below = 0;

	for (unsigned b = 0; b < TURN_BUCKETS; b++) {
		below += c->turns_by_length[b];
		if (b < TURN_BUCKETS - 1)
			put(out, "%s_bucket{worker=\"%u\",le=\"%.9g\"} %llu\n", name, worker,
			    (double)((uint64_t)1 << b) / 1e6, below);
	}
	put(out,
	    "%s_bucket{worker=\"%u\",le=\"+Inf\"} %llu\n%s_sum{worker=\"%u\"} %.6f\n"
	    "%s_count{worker=\"%u\"} %llu\n",
	    name, worker, below, name, worker, (double)c->busy_us / 1e6, name, worker, below);
}

static void
put_workers(struct buf *out)
{
	struct worker_counters c[WORKERS_MAX];
	unsigned n = workers_count();

	put_head(out, "jaseur_worker_turn_seconds", "histogram",
	    "Turns of the workers' loops by their length, for which everybody else waited.");
	for (unsigned w = 0; w < n; w++) {
		worker_count(w, &c[w]);
		put_turns(out, w, &c[w]);
	}
	put_head(
	    out, "jaseur_worker_letters_total", "counter", "Letters that the workers opened.");
	for (unsigned w = 0; w < n; w++)
		put(out, "jaseur_worker_letters_total{worker=\"%u\"} %llu\n", w,
		    (unsigned long long)c[w].letters);
	put_head(out, "jaseur_worker_letters_waiting", "gauge",
	    "Letters that wait in the workers' mailboxes.");
	for (unsigned w = 0; w < n; w++)
		put(out, "jaseur_worker_letters_waiting{worker=\"%u\"} %zu\n", w,
		    worker_mailbox_depth(w));
}

/* --- the log -------------------------------------------------------------------------------
 */

static void
put_log(struct buf *out)
{
	put_head(out, "jaseur_log_lines_total", "counter", "Lines logged.");
	for (int level = 0; level < LOG_LEVELS; level++)
		put(out, "jaseur_log_lines_total{level=\"%s\"} %llu\n",
		    log_level_name((enum log_level)level),
		    (unsigned long long)log_count((enum log_level)level));
	put_head(out, "jaseur_log_lost_total", "counter",
	    "Lines that were lost because the disk or journal was too slow.");
	put(out, "jaseur_log_lost_total %llu\n", (unsigned long long)log_lost());
}

/* --- the process: names as everybody else's exporters have them
 * ------------------------------- */

static unsigned
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 3; /* itself, "." and ".." */
}

/* Bytes of address space and of memory in use. */
static void
read_memory(uint64_t *virtual_bytes, uint64_t *resident_bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	unsigned long long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%llu %llu", &size, &resident) != 2)
		size = resident = 0;
	if (f)
		fclose(f);
	*virtual_bytes = size * page;
	*resident_bytes = resident * page;
}

/* Seconds since 1970 at which the process began: the 22nd field of stat is in ticks since the
 * system did. */
static double
started_s(void)
{
	unsigned long long ticks = 0;
	struct timespec now, up;
	char text[1024], *at;
	FILE *f = fopen("/proc/self/stat", "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[n] = '\0';
	at = strrchr(text, ')'); /* behind the name, which may hold anything */
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoull(at + 1, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / 1e9 +
	       (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static double
seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static void
put_process(struct buf *out)
{
	struct rusage used = { 0 };
	struct rlimit descriptors = { 0 };
	uint64_t virtual_bytes, resident_bytes;

	getrusage(RUSAGE_SELF, &used);
	getrlimit(RLIMIT_NOFILE, &descriptors);
	read_memory(&virtual_bytes, &resident_bytes);
	put_head(out, "process_cpu_seconds_total", "counter", "Processor time used.");
	put(out, "process_cpu_seconds_total %.6f\n",
	    seconds(&used.ru_utime) + seconds(&used.ru_stime));
	put_head(out, "process_resident_memory_bytes", "gauge", "Memory in use.");
	put(out, "process_resident_memory_bytes %llu\n", (unsigned long long)resident_bytes);
	put_head(out, "process_virtual_memory_bytes", "gauge", "Address space in use.");
	put(out, "process_virtual_memory_bytes %llu\n", (unsigned long long)virtual_bytes);
	put_head(out, "process_open_fds", "gauge", "Descriptors that are open.");
	put(out, "process_open_fds %u\n", open_descriptors());
	put_head(out, "process_max_fds", "gauge", "Descriptors that may be open.");
	put(out, "process_max_fds %llu\n", (unsigned long long)descriptors.rlim_cur);
	put_head(out, "process_start_time_seconds", "gauge",
	    "When the process began, in seconds since 1970.");
	put(out, "process_start_time_seconds %.3f\n", started_s());
}

void
exposition_write(struct buf *out)
{
	put_head(out, "jaseur_build_info", "gauge", "The version of the server.");
	put(out, "jaseur_build_info{version=\"%s\"} 1\n", JASEUR_VERSION);
	put_process(out);
	put_workers(out);
	put_log(out);
	put_tables(out);
}
