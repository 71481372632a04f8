/* SPDX-License-Identifier: MIT
 *
 * The version of a database file and how it is brought up to ours.
 */
#ifndef STORAGE_SQLITE_SCHEMA_H
#define STORAGE_SQLITE_SCHEMA_H

#include "storage/sqlite/db.h"

/* "Jasr", big-endian, so that file(1) and we can tell whose a file is. */
enum { SCHEMA_APPLICATION_ID = 0x4a617372 };

extern const char *const migrations[];
extern const unsigned migrations_count;

/*
 * Checks whose file it is and in which version; changes nothing. The reason goes into the
 * arena.
 *
 * E_INVALID      another program's database
 * E_UNSUPPORTED  made by a newer version of ours
 * E_IO           no database, damaged, or it cannot be read
 */
MUST_CHECK enum status schema_check(
    struct db *db, unsigned n_steps, struct arena *a, struct str *reason);

/* Runs the steps that the checked file has not had, all or none of them. */
MUST_CHECK enum status schema_migrate(struct db *db, const char *const *steps, unsigned n_steps,
    struct arena *a, struct str *reason);

#endif
