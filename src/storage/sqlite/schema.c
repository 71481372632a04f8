/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/schema.h"

static enum status
explain(struct db *db, enum status s, const char *what, struct arena *a, struct str *reason)
{
	*reason = str_format(a, "cannot %s the store: %s", what, db->trouble);
	return s;
}

enum status
schema_check(struct db *db, unsigned n_steps, struct arena *a, struct str *reason)
{
	int64_t application, version, tables;
	enum status s;

	if ((s = db_number(db, "PRAGMA application_id", &application)) != OK ||
	    (s = db_number(db, "PRAGMA user_version", &version)) != OK ||
	    (s = db_number(db, "SELECT count(*) FROM sqlite_master", &tables)) != OK)
		return explain(db, s, "read", a, reason);
	if (application == 0 && version == 0 && tables == 0)
		return OK; /* a new file */
	if (application != SCHEMA_APPLICATION_ID) {
		*reason = S("store.db is the database of another program");
		return E_INVALID;
	}
	if (version < 0 || version > n_steps) {
		*reason = str_format(a,
		    "the store has version %lld, made by a newer version of this program, "
		    "which knows versions up to %u",
		    (long long)version, n_steps);
		return E_UNSUPPORTED;
	}
	return OK;
}

static enum status
run_steps(struct db *db, const char *const *steps, unsigned from, unsigned n_steps)
{
	char sql[96];
	enum status s;

	for (unsigned i = from; i < n_steps; i++)
		if ((s = db_exec(db, steps[i])) != OK)
			return s;
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %u",
	    SCHEMA_APPLICATION_ID, n_steps);
	return db_exec(db, sql);
}

enum status
schema_migrate(struct db *db, const char *const *steps, unsigned n_steps, struct arena *a,
    struct str *reason)
{
	int64_t version;
	enum status s;

	if ((s = db_number(db, "PRAGMA user_version", &version)) != OK)
		return explain(db, s, "read", a, reason);
	if (version == n_steps)
		return OK;
	if ((s = db_exec(db, "BEGIN IMMEDIATE")) != OK)
		return explain(db, s, "migrate", a, reason);
	if ((s = run_steps(db, steps, (unsigned)version, n_steps)) == OK)
		s = db_exec(db, "COMMIT");
	if (s != OK) {
		explain(db, s, "migrate", a, reason);
		db_rollback(db);
	}
	return s;
}
