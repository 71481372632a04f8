/* SPDX-License-Identifier: MIT */
#include "storage/blob_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "storage/front.h"

enum { HEX = 2 * BLOB_HASH_BYTES };

static enum status
status_of_errno(void)
{
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return E_FULL;
	case ENOENT:
		return E_NOT_FOUND;
	default:
		return E_IO;
	}
}

static enum status
outcome(bool worked)
{
	return worked ? OK : status_of_errno();
}

static enum status
due(const struct blob_files *f)
{
	return fault_due(f->store, FAULT_FILE);
}

/* --- names ---------------------------------------------------------------------------- */

void
blob_hex(const struct blob_hash *hash, char out[static BLOB_HEX_MAX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < BLOB_HASH_BYTES; i++) {
		unsigned char byte = (unsigned char)hash->bytes[i];

		out[2 * i] = digits[byte >> 4];
		out[2 * i + 1] = digits[byte & 15];
	}
	out[2 * BLOB_HASH_BYTES] = '\0';
}

/* "a/bcdef..." */
static void
blob_path(const struct blob_hash *hash, char path[static BLOB_PATH_MAX])
{
	char hex[HEX + 1];

	blob_hex(hash, hex);
	snprintf(path, BLOB_PATH_MAX, "%.1s/%s", hex, hex + 1);
}

static void
mark_name(const struct blob_hash *hash, uint64_t number, char name[static BLOB_PATH_MAX])
{
	char hex[HEX + 1];

	blob_hex(hash, hex);
	snprintf(name, BLOB_PATH_MAX, "%s-%llu", hex, (unsigned long long)number);
}

static void
number_name(uint64_t number, char name[static BLOB_PATH_MAX])
{
	snprintf(name, BLOB_PATH_MAX, "%llu", (unsigned long long)number);
}

/* True when the name is a mark's. */
static bool
mark_read(const char *name, struct blob_hash *hash)
{
	struct arena a;
	struct str bytes;
	bool good;

	if (strlen(name) <= HEX || name[HEX] != '-')
		return false;
	arena_init(&a, 256);
	good = hex_decode(&a, str_of(name, HEX), &bytes) == OK;
	if (good)
		memcpy(hash->bytes, bytes.at, BLOB_HASH_BYTES);
	arena_fini(&a);
	return good;
}

/* --- the directory -------------------------------------------------------------------- */

/* A new entry of a directory lasts once the directory itself is on disk. */
static enum status
sync_fd(const struct blob_files *f, int fd)
{
	return outcome(!f->sync || fsync(fd) == 0);
}

/* Opens the directory `name` in `at`, made if it is missing. */
static enum status
open_directory(const struct blob_files *f, int at, const char *name, int *out)
{
	bool made = mkdirat(at, name, 0700) == 0;
	enum status s = OK;

	if (!made && errno != EEXIST)
		return status_of_errno();
	if ((*out = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return status_of_errno();
	if (made && at != AT_FDCWD)
		s = sync_fd(f, at);
	if (s != OK)
		close(*out);
	return s;
}

enum status
blob_files_open(struct blob_files *f, struct store *store, struct str path, bool sync,
    struct arena *a, struct str *reason)
{
	const char *name = str_to_c(a, path);
	enum status s;

	*f = (struct blob_files){ .dir = -1, .incoming = -1, .sync = sync, .store = store };
	if ((s = open_directory(f, AT_FDCWD, name, &f->dir)) == OK &&
	    (s = open_directory(f, f->dir, "incoming", &f->incoming)) == OK)
		return OK;
	*reason = str_format(a, "cannot use the directory %s: %s", name, strerror(errno));
	f->incoming = -1;
	blob_files_close(f);
	return s;
}

void
blob_files_close(struct blob_files *f)
{
	if (f->incoming >= 0)
		close(f->incoming);
	if (f->dir >= 0)
		close(f->dir);
	f->dir = f->incoming = -1;
}

/* --- what is coming ------------------------------------------------------------------- */

enum status
blob_file_create(struct blob_files *f, uint64_t number, int *fd)
{
	char name[BLOB_PATH_MAX];
	enum status s = due(f);
	int made;

	if (s != OK)
		return s;
	number_name(number, name);
	made = openat(
	    f->incoming, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (made < 0)
		return status_of_errno();
	*fd = made;
	return OK;
}

enum status
blob_file_write(struct blob_files *f, int fd, struct str bytes)
{
	enum status s = due(f);

	while (s == OK && bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n >= 0)
			bytes = str_slice(bytes, (size_t)n, SIZE_MAX);
		else if (errno != EINTR)
			s = status_of_errno();
	}
	return s;
}

enum status
blob_file_sync(struct blob_files *f, int fd)
{
	enum status s = due(f);

	return s == OK ? sync_fd(f, fd) : s;
}

enum status
blob_file_discard(struct blob_files *f, uint64_t number)
{
	char name[BLOB_PATH_MAX];

	number_name(number, name);
	return outcome(unlinkat(f->incoming, name, 0) == 0);
}

/* --- blobs ---------------------------------------------------------------------------- */

enum status
blob_file_mark(struct blob_files *f, const struct blob_hash *hash, uint64_t number)
{
	char was[BLOB_PATH_MAX], name[BLOB_PATH_MAX];
	enum status s = due(f);

	if (s != OK)
		return s;
	number_name(number, was);
	mark_name(hash, number, name);
	return outcome(renameat(f->incoming, was, f->incoming, name) == 0);
}

enum status
blob_file_unmark(struct blob_files *f, const struct blob_hash *hash, uint64_t number)
{
	char name[BLOB_PATH_MAX];

	mark_name(hash, number, name);
	return outcome(unlinkat(f->incoming, name, 0) == 0);
}

/* The directory that the blob belongs in. There are few, so that all are there soon. */
static enum status
open_shelf(const struct blob_files *f, const char path[static BLOB_PATH_MAX], int *out)
{
	const char shelf[2] = { path[0], '\0' };

	*out = openat(f->dir, shelf, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *out >= 0 ? OK : open_directory(f, f->dir, shelf, out);
}

enum status
blob_file_place(struct blob_files *f, const struct blob_hash *hash, uint64_t number)
{
	char name[BLOB_PATH_MAX], path[BLOB_PATH_MAX];
	enum status s = due(f);
	int fd;

	if (s != OK)
		return s;
	mark_name(hash, number, name);
	blob_path(hash, path);
	if ((s = open_shelf(f, path, &fd)) != OK)
		return s;
	if (linkat(f->incoming, name, f->dir, path, 0) != 0 && errno != EEXIST)
		s = status_of_errno();
	/* Also when it was there: who put it there may not have come so far yet. */
	if (s == OK)
		s = sync_fd(f, fd);
	close(fd);
	return s;
}

enum status
blob_file_remove(struct blob_files *f, const struct blob_hash *hash)
{
	char path[BLOB_PATH_MAX];
	enum status s = due(f);

	if (s != OK)
		return s;
	blob_path(hash, path);
	return outcome(unlinkat(f->dir, path, 0) == 0);
}

enum status
blob_file_open(struct blob_files *f, const struct blob_hash *hash, int *fd, uint64_t *bytes)
{
	char path[BLOB_PATH_MAX];
	enum status s = due(f);
	struct stat st;
	int opened;

	if (s != OK)
		return s;
	blob_path(hash, path);
	opened = openat(f->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (opened < 0)
		return status_of_errno();
	if (fstat(opened, &st) != 0) {
		close(opened);
		return E_IO;
	}
	*fd = opened;
	*bytes = (uint64_t)st.st_size;
	return OK;
}

/* --- all of them ---------------------------------------------------------------------- */

/* Visits the entries of a directory, but for itself and its parent; they may be removed. */
static enum status
each_entry(int directory, enum status (*visit)(void *waiter, const char *name), void *waiter)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	enum status s = OK;
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return E_IO;
	}
	while (s == OK && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			s = visit(waiter, e->d_name);
	closedir(d);
	return s;
}

struct recovery {
	struct blob_files *files;
	enum status (*is_kept)(void *waiter, const struct blob_hash *hash, bool *kept);
	void *waiter;
};

static enum status
recover_entry(void *waiter, const char *name)
{
	struct recovery *r = waiter;
	struct blob_hash hash;
	enum status s;
	bool kept;

	if (mark_read(name, &hash)) {
		if ((s = r->is_kept(r->waiter, &hash, &kept)) != OK)
			return s;
		if (!kept && (s = blob_file_remove(r->files, &hash)) != OK && s != E_NOT_FOUND)
			return s;
	}
	return outcome(unlinkat(r->files->incoming, name, 0) == 0);
}

enum status
blob_files_recover(struct blob_files *f,
    enum status (*is_kept)(void *waiter, const struct blob_hash *hash, bool *kept),
    void *waiter)
{
	return each_entry(f->incoming, recover_entry, &(struct recovery){ f, is_kept, waiter });
}

static enum status
wipe_entry(void *waiter, const char *name)
{
	const int *directory = waiter;

	return outcome(unlinkat(*directory, name, 0) == 0);
}

static enum status
wipe_shelf(void *waiter, const char *name)
{
	struct blob_files *f = waiter;
	enum status s;
	int fd;

	if (strlen(name) != 1)
		return OK; /* incoming, or nothing of ours */
	if ((fd = openat(f->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return E_IO;
	s = each_entry(fd, wipe_entry, &fd);
	close(fd);
	return s == OK ? outcome(unlinkat(f->dir, name, AT_REMOVEDIR) == 0) : s;
}

enum status
blob_files_wipe(struct blob_files *f)
{
	enum status s = each_entry(f->incoming, wipe_entry, &f->incoming);

	return s == OK ? each_entry(f->dir, wipe_shelf, f) : s;
}
