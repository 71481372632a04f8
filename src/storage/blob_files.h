/* SPDX-License-Identifier: MIT
 *
 * The directory of the blobs, and what is done in it. Everything here waits for the disk.
 *
 *     a/bcdef...        the blob whose hash is abcdef... in hexadecimal
 *     incoming/N        bytes that are still coming
 *     incoming/HASH-N   all of them have come. Also the *mark* of the blob, of which it is
 *                       another name: it has been put in place, but perhaps nobody keeps it,
 *                       because the process may have ended before the rows were on disk
 */
#ifndef STORAGE_BLOB_FILES_H
#define STORAGE_BLOB_FILES_H

#include "storage/blob.h"

struct blob_files {
	int dir, incoming; /* descriptors */
	bool sync;
	struct store *store; /* whose faults come true here */
};

/* A path below the directory, with its end. */
enum { BLOB_PATH_MAX = 2 * BLOB_HASH_BYTES + 24 };

/* Opens the directory, made if it is missing. The error's reason goes into the arena. */
MUST_CHECK enum status blob_files_open(struct blob_files *f, struct store *store,
    struct str path, bool sync, struct arena *a, struct str *reason);
void blob_files_close(struct blob_files *f);

/* All functions below: E_FULL, E_IO, and E_NOT_FOUND where a file is missing. */

MUST_CHECK enum status blob_file_create(struct blob_files *f, uint64_t number, int *fd);
MUST_CHECK enum status blob_file_write(struct blob_files *f, int fd, struct str bytes);
MUST_CHECK enum status blob_file_sync(struct blob_files *f, int fd);
MUST_CHECK enum status blob_file_discard(struct blob_files *f, uint64_t number);

/* What came under that number, and is on disk, gets the name of a mark. */
MUST_CHECK enum status blob_file_mark(
    struct blob_files *f, const struct blob_hash *hash, uint64_t number);
MUST_CHECK enum status blob_file_unmark(
    struct blob_files *f, const struct blob_hash *hash, uint64_t number);

/* What is marked becomes the blob; if there is one already, it is as good. */
MUST_CHECK enum status blob_file_place(
    struct blob_files *f, const struct blob_hash *hash, uint64_t number);

MUST_CHECK enum status blob_file_remove(struct blob_files *f, const struct blob_hash *hash);
MUST_CHECK enum status blob_file_open(
    struct blob_files *f, const struct blob_hash *hash, int *fd, uint64_t *bytes);

/*
 * At the start, when nothing is coming: removes what was, and for each mark the blob, unless
 * is_kept says that somebody keeps it, and the mark. Ends at the first failure.
 */
MUST_CHECK enum status blob_files_recover(struct blob_files *f,
    enum status (*is_kept)(void *waiter, const struct blob_hash *hash, bool *kept),
    void *waiter);

/* Removes every blob. */
MUST_CHECK enum status blob_files_wipe(struct blob_files *f);

#endif
