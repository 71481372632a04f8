/* SPDX-License-Identifier: MIT */
#include "storage/sqlite/sql.h"

/* clang-format off */
const struct sql_text sql_texts[SQL_COUNT] = {
	/* --- transactions ------------------------------------------------------------- */

	/* IMMEDIATE: a transaction that begins to read and then writes could find that
	 * somebody else wrote meanwhile, and would have to be done again. */
	[SQL_BEGIN_WRITE] = { SQL_WRITER, "BEGIN IMMEDIATE" },
	[SQL_BEGIN_READ] = { SQL_READER, "BEGIN DEFERRED" },
	[SQL_COMMIT] = { SQL_WRITER | SQL_READER, "COMMIT" },
	[SQL_SAVEPOINT] = { SQL_WRITER, "SAVEPOINT batch" },
	[SQL_RELEASE] = { SQL_WRITER, "RELEASE batch" },
	[SQL_ROLLBACK_TO] = { SQL_WRITER, "ROLLBACK TO batch" },

	/* --- owners and their shelves ------------------------------------------------- */

	[SQL_OWNER_FIND] = { SQL_WRITER, "SELECT id FROM owner WHERE name = ?1" },
	[SQL_OWNER_ADD] = { SQL_WRITER, "INSERT INTO owner (name, host) VALUES (?1, ?2)" },
	[SQL_OWNER_REMOVE] = { SQL_WRITER, "DELETE FROM owner WHERE id = ?1" },

	[SQL_SHELF_FIND] = { SQL_WRITER,
		"SELECT id FROM shelf WHERE owner = ?1 AND shape = ?2 AND word = ?3" },
	[SQL_SHELF_FIND_OF] = { SQL_WRITER | SQL_READER,
		"SELECT shelf.id FROM owner CROSS JOIN shelf ON shelf.owner = owner.id"
		" WHERE owner.name = ?1 AND shelf.shape = ?2 AND shelf.word = ?3" },
	[SQL_SHELF_ADD] = { SQL_WRITER,
		"INSERT INTO shelf (owner, shape, word) VALUES (?1, ?2, ?3)" },
	[SQL_SHELF_REMOVE] = { SQL_WRITER, "DELETE FROM shelf WHERE id = ?1" },
	[SQL_SHELVES_OF] = { SQL_WRITER, "SELECT shape, word FROM shelf WHERE owner = ?1" },
	[SQL_SHELVES_DETACH] = { SQL_WRITER,
		"UPDATE shelf SET owner = NULL WHERE owner = ?1" },
	[SQL_SHELF_DETACH] = { SQL_WRITER, "UPDATE shelf SET owner = NULL WHERE id = ?1" },
	[SQL_SHELF_DETACHED] = { SQL_WRITER,
		"SELECT id, shape FROM shelf WHERE owner IS NULL LIMIT 1" },

	/* --- keyed values ------------------------------------------------------------- */

	[SQL_ITEM_PUT] = { SQL_WRITER,
		"REPLACE INTO item (shelf, item, value) VALUES (?1, ?2, ?3)" },
	[SQL_ITEM_CREATE] = { SQL_WRITER,
		"INSERT INTO item (shelf, item, value) VALUES (?1, ?2, ?3)" },
	[SQL_ITEM_REMOVE] = { SQL_WRITER, "DELETE FROM item WHERE shelf = ?1 AND item = ?2" },
	[SQL_ITEMS_REMOVE] = { SQL_WRITER, "DELETE FROM item WHERE shelf = ?1" },
	[SQL_ITEMS_REMOVE_TO] = { SQL_WRITER,
		"DELETE FROM item WHERE shelf = ?1 AND item <= ?2" },
	[SQL_ITEMS_SKIP] = { SQL_WRITER,
		"SELECT item FROM item WHERE shelf = ?1 ORDER BY item LIMIT 1 OFFSET ?2" },
	[SQL_ITEM_GET] = { SQL_READER, "SELECT value FROM item WHERE shelf = ?1 AND item = ?2" },
	[SQL_ITEMS_GET] = { SQL_READER,
		"SELECT item, value FROM item WHERE shelf = ?1 ORDER BY item" },
	[SQL_ITEMS_AFTER] = { SQL_READER,
		"SELECT item, value FROM item WHERE shelf = ?1 AND item > ?2 ORDER BY item"
		" LIMIT ?3" },
	[SQL_OWNERS_GET] = { SQL_READER,
		"SELECT owner.name FROM owner"
		" CROSS JOIN shelf ON shelf.owner = owner.id AND shelf.shape = 0 AND shelf.word = ?3"
		" CROSS JOIN item ON item.shelf = shelf.id AND item.item = ''"
		" WHERE owner.host = ?1 AND owner.name > ?2 ORDER BY owner.name LIMIT ?4" },

	/* --- logs --------------------------------------------------------------------- */

	[SQL_ENTRY_ADD] = { SQL_WRITER,
		"INSERT INTO entry (seq, shelf, id, value) VALUES (?1, ?2, ?3, ?4)" },
	[SQL_ENTRY_REMOVE] = { SQL_WRITER, "DELETE FROM entry WHERE seq = ?1" },
	/* The names of the row are compared too: a number may have been another's before. */
	[SQL_ENTRY_GET] = { SQL_READER,
		"SELECT value FROM entry WHERE seq = ?1 AND shelf = ?2 AND id = ?3" },
	[SQL_ENTRY_LAST] = { SQL_WRITER, "SELECT coalesce(max(seq), 0) FROM entry" },
	[SQL_ENTRIES_FROM] = { SQL_WRITER,
		"SELECT seq, shelf, id, length(value) FROM entry WHERE seq > ?1"
		" AND NOT EXISTS (SELECT 1 FROM place"
		"  WHERE place.shelf = entry.shelf AND place.id = entry.id)" },
	[SQL_ENTRIES_REMOVE] = { SQL_WRITER,
		"DELETE FROM entry WHERE seq IN"
		" (SELECT seq FROM place WHERE shelf = ?1 AND id BETWEEN ?2 AND ?3)" },
	[SQL_PLACE_ADD] = { SQL_WRITER,
		"INSERT INTO place (shelf, id, seq, bytes) VALUES (?1, ?2, ?3, ?4)" },
	[SQL_PLACE_FIND] = { SQL_WRITER, "SELECT 1 FROM place WHERE shelf = ?1 AND id = ?2" },
	[SQL_PLACES_REMOVE] = { SQL_WRITER,
		"DELETE FROM place WHERE shelf = ?1 AND id BETWEEN ?2 AND ?3" },
	[SQL_PLACES_SKIP] = { SQL_WRITER,
		"SELECT id FROM place WHERE shelf = ?1 ORDER BY id LIMIT 1 OFFSET ?2" },
	[SQL_PLACES_UP] = { SQL_READER,
		"SELECT id, bytes FROM place WHERE shelf = ?1 AND id BETWEEN ?2 AND ?3"
		" ORDER BY id" },
	[SQL_PLACES_DOWN] = { SQL_READER,
		"SELECT id, bytes FROM place WHERE shelf = ?1 AND id BETWEEN ?2 AND ?3"
		" ORDER BY id DESC" },
	/* LEFT, so that an entry that is missing is noticed. */
	[SQL_LOG_UP] = { SQL_READER,
		"SELECT place.id, place.bytes, entry.value FROM place"
		" LEFT JOIN entry ON entry.seq = place.seq"
		" WHERE place.shelf = ?1 AND place.id BETWEEN ?2 AND ?3 ORDER BY place.id" },
	[SQL_LOG_DOWN] = { SQL_READER,
		"SELECT place.id, place.bytes, entry.value FROM place"
		" LEFT JOIN entry ON entry.seq = place.seq"
		" WHERE place.shelf = ?1 AND place.id BETWEEN ?2 AND ?3 ORDER BY place.id DESC" },
	[SQL_PROGRESS_GET] = { SQL_WRITER, "SELECT placed, top FROM progress" },
	[SQL_PROGRESS_SET] = { SQL_WRITER, "UPDATE progress SET placed = ?1, top = ?2" },
};
/* clang-format on */
