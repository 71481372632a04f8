/* SPDX-License-Identifier: MIT
 *
 * A disk that fails when it is told to: between SQLite and the system's files (a VFS shim,
 * sqlite.org/vfs.html), so that everything above behaves as with a real failure.
 */
#ifndef TESTS_STORAGE_DISK_H
#define TESTS_STORAGE_DISK_H

#include <pthread.h>
#include <sqlite3.h>

#include "../unit.h"

enum { DISK_READ = 1, DISK_WRITE = 2, DISK_SYNC = 4, DISK_SHARED = 8, DISK_ANY = 15 };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned calls; /* DISK_*: those that are counted, and fail */
	unsigned left;  /* calls until the failure, that one included; 0: none fails */
	bool stays;     /* later calls fail too */
	int as;         /* SQLite's result code */

	bool held;        /* syncs wait */
	unsigned waiting; /* syncs that do */
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

/* --- for tests ------------------------------------------------------------------------ */

/* The nth such call from now fails; with `stays` all after it, too. 0 ends it. */
static inline void
disk_fail(unsigned calls, unsigned nth, bool stays, int as)
{
	pthread_mutex_lock(&disk.lock);
	disk.calls = calls;
	disk.left = nth;
	disk.stays = stays;
	disk.as = as;
	pthread_mutex_unlock(&disk.lock);
}

/* True when the call that was to fail has not been made; ends the failures. */
static inline bool
disk_mend(void)
{
	bool armed;

	pthread_mutex_lock(&disk.lock);
	armed = disk.left > (disk.stays ? 1u : 0u);
	disk.left = 0;
	pthread_mutex_unlock(&disk.lock);
	return armed;
}

/* From now on syncs wait until the disk is released. */
static inline void
disk_hold(void)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = true;
	pthread_mutex_unlock(&disk.lock);
}

/* Returns when a sync waits. */
static inline void
disk_wait_for_sync(void)
{
	pthread_mutex_lock(&disk.lock);
	while (disk.waiting == 0)
		pthread_cond_wait(&disk.changed, &disk.lock);
	pthread_mutex_unlock(&disk.lock);
}

static inline void
disk_release(void)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = false;
	pthread_cond_broadcast(&disk.changed);
	pthread_mutex_unlock(&disk.lock);
}

/* --- the shim ------------------------------------------------------------------------- */

struct disk_file {
	sqlite3_file base;
	sqlite3_file *real; /* follows in memory */
};

static sqlite3_vfs disk_vfs;

static sqlite3_vfs *
real_vfs(void)
{
	return disk_vfs.pAppData;
}

static sqlite3_file *
real_file(sqlite3_file *f)
{
	return ((struct disk_file *)(void *)f)->real;
}

static int
disk_due(unsigned call)
{
	int result = SQLITE_OK;

	pthread_mutex_lock(&disk.lock);
	if (disk.left > 0 && (disk.calls & call)) {
		if (disk.left == 1)
			result = disk.as;
		if (disk.left > 1 || !disk.stays)
			disk.left--;
	}
	pthread_mutex_unlock(&disk.lock);
	return result;
}

static int
disk_close(sqlite3_file *f)
{
	return real_file(f)->pMethods->xClose(real_file(f));
}

static int
disk_read(sqlite3_file *f, void *at, int n, sqlite3_int64 offset)
{
	int result = disk_due(DISK_READ);

	return result ? result : real_file(f)->pMethods->xRead(real_file(f), at, n, offset);
}

static int
disk_write(sqlite3_file *f, const void *at, int n, sqlite3_int64 offset)
{
	int result = disk_due(DISK_WRITE);

	return result ? result : real_file(f)->pMethods->xWrite(real_file(f), at, n, offset);
}

static int
disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int result = disk_due(DISK_WRITE);

	return result ? result : real_file(f)->pMethods->xTruncate(real_file(f), size);
}

static int
disk_sync(sqlite3_file *f, int flags)
{
	int result = disk_due(DISK_SYNC);

	pthread_mutex_lock(&disk.lock);
	disk.waiting++;
	pthread_cond_broadcast(&disk.changed);
	while (disk.held)
		pthread_cond_wait(&disk.changed, &disk.lock);
	disk.waiting--;
	pthread_mutex_unlock(&disk.lock);
	return result ? result : real_file(f)->pMethods->xSync(real_file(f), flags);
}

static int
disk_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_file(f)->pMethods->xFileSize(real_file(f), size);
}

static int
disk_lock(sqlite3_file *f, int level)
{
	return real_file(f)->pMethods->xLock(real_file(f), level);
}

static int
disk_unlock(sqlite3_file *f, int level)
{
	return real_file(f)->pMethods->xUnlock(real_file(f), level);
}

static int
disk_check_lock(sqlite3_file *f, int *locked)
{
	return real_file(f)->pMethods->xCheckReservedLock(real_file(f), locked);
}

static int
disk_control(sqlite3_file *f, int op, void *arg)
{
	return real_file(f)->pMethods->xFileControl(real_file(f), op, arg);
}

static int
disk_sector_size(sqlite3_file *f)
{
	return real_file(f)->pMethods->xSectorSize(real_file(f));
}

static int
disk_characteristics(sqlite3_file *f)
{
	return real_file(f)->pMethods->xDeviceCharacteristics(real_file(f));
}

static int
disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
	int result = disk_due(DISK_SHARED);

	return result ? result
		      : real_file(f)->pMethods->xShmMap(real_file(f), page, size, extend, at);
}

static int
disk_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_file(f)->pMethods->xShmLock(real_file(f), offset, n, flags);
}

static void
disk_shm_barrier(sqlite3_file *f)
{
	real_file(f)->pMethods->xShmBarrier(real_file(f));
}

static int
disk_shm_unmap(sqlite3_file *f, int remove)
{
	return real_file(f)->pMethods->xShmUnmap(real_file(f), remove);
}

static int
disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	static const sqlite3_io_methods methods = { 2, disk_close, disk_read, disk_write,
		disk_truncate, disk_sync, disk_file_size, disk_lock, disk_unlock,
		disk_check_lock, disk_control, disk_sector_size, disk_characteristics,
		disk_shm_map, disk_shm_lock, disk_shm_barrier, disk_shm_unmap, NULL, NULL };
	struct disk_file *f = (struct disk_file *)(void *)file;
	int result;

	(void)vfs;
	f->base.pMethods = NULL;
	f->real = (sqlite3_file *)(void *)(f + 1);
	result = real_vfs()->xOpen(real_vfs(), name, f->real, flags, out_flags);
	if (f->real->pMethods)
		f->base.pMethods = &methods;
	return result;
}

/* From now on SQLite uses this disk for whatever it opens. */
static inline void
disk_install(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	if (real == &disk_vfs)
		return;
	disk_vfs = *real;
	disk_vfs.zName = "disk";
	disk_vfs.pAppData = real;
	disk_vfs.xOpen = disk_open;
	disk_vfs.szOsFile = (int)sizeof(struct disk_file) + real->szOsFile;
	assert_int_equal(sqlite3_vfs_register(&disk_vfs, 1), SQLITE_OK);
}

#endif
