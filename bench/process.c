/* SPDX-License-Identifier: MIT
 *
 * Source   proc(5): /proc/PID/stat, /proc/PID/smaps_rollup
 *
 * CPU time comes from the clock of each process (clock_getcpuclockid), which counts
 * nanoseconds and includes threads that have ended; the fields of /proc/PID/stat count
 * hundredths of a second and serve for children that have ended.
 */
#include "bench/process.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/arena.h"

enum { TREE_MAX = 256, STAT_MAX = 1024 };

struct stat_line {
	pid_t parent;
	uint64_t ended_children_ns;
	char state;
};

static bool
read_stat(pid_t pid, struct stat_line *out)
{
	uint64_t user, system, tick_ns = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
	char path[64], line[STAT_MAX], *fields;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!(f = fopen(path, "re")))
		return false;
	len = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[len] = '\0';
	/* The name of the program, in brackets, may hold anything. */
	if (!(fields = strrchr(line, ')')))
		return false;
	if (sscanf(fields + 1,
		" %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
		&out->state, &out->parent, &user, &system) != 4)
		return false;
	out->ended_children_ns = (user + system) * tick_ns;
	return true;
}

static bool
holds(const pid_t *tree, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++)
		if (tree[i] == pid)
			return true;
	return false;
}

/* The roots and their descendants, at most TREE_MAX. */
static size_t
find_tree(const struct processes *p, pid_t *tree)
{
	struct dirent *entry;
	size_t n = 0, before;
	DIR *proc;

	for (size_t i = 0; i < p->n; i++)
		tree[n++] = p->roots[i];
	if (n == 0 || !(proc = opendir("/proc")))
		return n;
	/* A parent can have a higher number than its child: until nothing is added. */
	do {
		before = n;
		rewinddir(proc);
		while (n < TREE_MAX && (entry = readdir(proc))) {
			pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
			struct stat_line line;

			if (isdigit((unsigned char)entry->d_name[0]) && !holds(tree, n, pid) &&
			    read_stat(pid, &line) && holds(tree, n, line.parent))
				tree[n++] = pid;
		}
	} while (n > before);
	closedir(proc);
	return n;
}

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

uint64_t
processes_cpu_ns(const struct processes *p)
{
	pid_t tree[TREE_MAX];
	size_t n = find_tree(p, tree);
	struct stat_line line;
	uint64_t sum = 0;
	clockid_t clock;

	for (size_t i = 0; i < n; i++) {
		if (clock_getcpuclockid(tree[i], &clock) == 0)
			sum += clock_ns(clock);
		if (read_stat(tree[i], &line))
			sum += line.ended_children_ns;
	}
	return sum;
}

static uint64_t
pss_of(pid_t pid)
{
	uint64_t kib = 0;
	char text[256];
	FILE *f;

	snprintf(text, sizeof(text), "/proc/%d/smaps_rollup", (int)pid);
	if (!(f = fopen(text, "re")))
		return 0;
	while (fgets(text, sizeof(text), f))
		if (sscanf(text, "Pss: %" SCNu64, &kib) == 1)
			break;
	fclose(f);
	return kib * 1024;
}

uint64_t
processes_pss_bytes(const struct processes *p)
{
	pid_t tree[TREE_MAX];
	size_t n = find_tree(p, tree);
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += pss_of(tree[i]);
	return sum;
}

bool
processes_alive(const struct processes *p)
{
	struct stat_line line;

	for (size_t i = 0; i < p->n; i++)
		if (!read_stat(p->roots[i], &line) || line.state == 'Z')
			return false;
	return true;
}

uint64_t
process_own_cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t
now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}
