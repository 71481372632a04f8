/* SPDX-License-Identifier: MIT
 *
 * The directory that the store lives in: the database file, which nobody else may read, and
 * a lock, so that two processes do not use it unknowingly.
 */
#ifndef STORAGE_SQLITE_DIRECTORY_H
#define STORAGE_SQLITE_DIRECTORY_H

#include "base/str.h"

struct directory {
	char *file;  /* path of the database */
	int lock_fd; /* locked until closed; -1: not open */
};

/*
 * Creates what is missing and takes the lock. The error's reason goes into the arena. In any
 * case directory_close must follow.
 *
 * E_AGAIN   another process has the lock
 * E_DENIED  no permission, or the file system is read-only
 * E_FULL    no room
 * E_IO      another failure
 */
MUST_CHECK enum status directory_open(
    struct directory *d, struct str path, struct arena *a, struct str *reason);

void directory_close(struct directory *d);

#endif
