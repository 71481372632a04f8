/* SPDX-License-Identifier: MIT
 *
 * Every statement that runs while the store is open, by name. What the tables mean is told
 * where they are made, in migrations.c.
 */
#ifndef STORAGE_SQLITE_SQL_H
#define STORAGE_SQLITE_SQL_H

enum sql {
	/* transactions */
	SQL_BEGIN_WRITE,
	SQL_BEGIN_READ,
	SQL_COMMIT,
	SQL_SAVEPOINT,
	SQL_RELEASE,
	SQL_ROLLBACK_TO,

	/* owners and their shelves */
	SQL_OWNER_FIND,
	SQL_OWNER_ADD,
	SQL_OWNER_REMOVE,
	SQL_SHELF_FIND,
	SQL_SHELF_FIND_OF,
	SQL_SHELF_ADD,
	SQL_SHELF_REMOVE,
	SQL_SHELVES_OF,
	SQL_SHELVES_DETACH,
	SQL_SHELF_DETACH,
	SQL_SHELF_DETACHED,

	/* keyed values */
	SQL_ITEM_PUT,
	SQL_ITEM_CREATE,
	SQL_ITEM_REMOVE,
	SQL_ITEMS_REMOVE,
	SQL_ITEMS_REMOVE_TO,
	SQL_ITEMS_SKIP,
	SQL_ITEM_GET,
	SQL_ITEMS_GET,
	SQL_ITEMS_AFTER,
	SQL_OWNERS_GET,

	/* logs */
	SQL_ENTRY_ADD,
	SQL_ENTRY_REMOVE,
	SQL_ENTRY_GET,
	SQL_ENTRY_LAST,
	SQL_ENTRIES_FROM,
	SQL_ENTRIES_REMOVE,
	SQL_PLACE_ADD,
	SQL_PLACE_FIND,
	SQL_PLACES_REMOVE,
	SQL_PLACES_SKIP,
	SQL_PLACES_UP,
	SQL_PLACES_DOWN,
	SQL_LOG_UP,
	SQL_LOG_DOWN,
	SQL_PROGRESS_GET,
	SQL_PROGRESS_SET,

	SQL_COUNT
};

/* Which connections prepare a statement. */
enum { SQL_WRITER = 1, SQL_READER = 2 };

struct sql_text {
	unsigned who;
	const char *text;
};

extern const struct sql_text sql_texts[SQL_COUNT];

#endif
