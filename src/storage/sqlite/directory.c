/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The reason of the failed call that errno tells about. */
static enum status
explain(struct arena *a, struct str *reason, const char *what, const char *path)
{
	int number = errno;

	*reason = str_format(a, "cannot %s %s: %s", what, path, strerror(number));
	switch (number) {
	case EACCES:
	case EPERM:
	case EROFS:
		return E_DENIED;
	case ENOSPC:
	case EDQUOT:
		return E_FULL;
	default:
		return E_IO;
	}
}

/* A new entry of a directory lasts once the directory itself is on disk. */
static enum status
sync_directory(const char *path, struct arena *a, struct str *reason)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status s = OK;

	if (fd < 0 || fsync(fd) != 0)
		s = explain(a, reason, "write", path);
	if (fd >= 0)
		close(fd);
	return s;
}

static enum status
create_directory(const char *path, struct arena *a, struct str *reason)
{
	if (mkdir(path, 0700) == 0)
		return sync_directory(str_format(a, "%s/..", path).at, a, reason);
	return errno == EEXIST ? OK : explain(a, reason, "create the directory", path);
}

static enum status
take_lock(struct directory *d, const char *path, struct arena *a, struct str *reason)
{
	char holder[32];
	ssize_t n;

	d->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (d->lock_fd < 0)
		return explain(a, reason, "open", path);
	if (flock(d->lock_fd, LOCK_EX | LOCK_NB) == 0) {
		/* For whoever comes in vain; no harm if it cannot be written. */
		int len = snprintf(holder, sizeof(holder), "%ld\n", (long)getpid());

		if (ftruncate(d->lock_fd, 0) == 0)
			(void)!pwrite(d->lock_fd, holder, (size_t)len, 0);
		return OK;
	}
	if (errno != EWOULDBLOCK)
		return explain(a, reason, "lock", path);
	n = pread(d->lock_fd, holder, sizeof(holder), 0);
	*reason = str_format(a, "%s is locked: process %.*s is using the store", path,
	    STR_ARG(str_trim(str_of(holder, n > 0 ? (size_t)n : 0))));
	return E_AGAIN;
}

/* SQLite gives its other files the mode that it finds this one to have. */
static enum status
create_file(const char *path, struct arena *a, struct str *reason)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	enum status s = OK;
	struct stat st;

	if (fd < 0)
		return explain(a, reason, "open", path);
	if (fstat(fd, &st) != 0 || (st.st_mode & 077 && fchmod(fd, 0600) != 0))
		s = explain(a, reason, "protect", path);
	close(fd);
	return s;
}

enum status
directory_open(struct directory *d, struct str path, struct arena *a, struct str *reason)
{
	const char *dir = str_to_c(a, path);
	enum status s;

	*d = (struct directory){ .lock_fd = -1 };
	d->file = strdup(str_format(a, "%s/store.db", dir).at);
	if ((s = create_directory(dir, a, reason)) != OK ||
	    (s = take_lock(d, str_format(a, "%s/store.lock", dir).at, a, reason)) != OK ||
	    (s = create_file(d->file, a, reason)) != OK)
		return s;
	return sync_directory(dir, a, reason);
}

void
directory_close(struct directory *d)
{
	free(d->file);
	if (d->lock_fd >= 0)
		close(d->lock_fd);
	*d = (struct directory){ .lock_fd = -1 };
}
