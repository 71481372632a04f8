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
		"SELECT owner.name, CASE WHEN ?5 THEN item.value END FROM owner"
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

	/* --- archives ----------------------------------------------------------------- */

	[SQL_LIST_FIND] = { SQL_WRITER | SQL_READER,
		"SELECT no, floor FROM list WHERE owner = ?1 AND contact = ?2" },
	[SQL_LIST_GET] = { SQL_WRITER,
		"SELECT owner, contact, floor FROM list WHERE no = ?1" },
	[SQL_LIST_ADD] = { SQL_WRITER, "INSERT INTO list (owner, contact) VALUES (?1, ?2)" },
	[SQL_LIST_REMOVE] = { SQL_WRITER, "DELETE FROM list WHERE no = ?1" },
	[SQL_LIST_SET_FLOOR] = { SQL_WRITER,
		"UPDATE list SET floor = max(floor, ?2) WHERE no = ?1" },
	[SQL_LISTS_OF] = { SQL_WRITER | SQL_READER,
		"SELECT contact, no FROM list WHERE owner = ?1" },
	[SQL_LISTS_DETACH] = { SQL_WRITER,
		"UPDATE list SET owner = NULL, floor = 9223372036854775807 WHERE owner = ?1" },
	[SQL_TALKS_SET_FLOOR] = { SQL_WRITER,
		"UPDATE list SET floor = max(floor, ?2) WHERE owner = ?1 AND contact <> ''" },
	[SQL_TRIM_ADD] = { SQL_WRITER, "INSERT OR IGNORE INTO trim (list) VALUES (?1)" },
	[SQL_TRIM_ADD_TALKS] = { SQL_WRITER,
		"INSERT OR IGNORE INTO trim (list)"
		" SELECT no FROM list WHERE owner = ?1 AND contact <> ''" },
	[SQL_TRIM_ADD_OF] = { SQL_WRITER,
		"INSERT OR IGNORE INTO trim (list) SELECT no FROM list WHERE owner = ?1" },
	[SQL_TRIM_NEXT] = { SQL_WRITER, "SELECT list FROM trim LIMIT 1" },
	[SQL_TRIM_REMOVE] = { SQL_WRITER, "DELETE FROM trim WHERE list = ?1" },
	[SQL_RUN_PUT] = { SQL_WRITER,
		"REPLACE INTO run (list, first, ordinal, entries) VALUES (?1, ?2, ?3, ?4)" },
	[SQL_RUN_REMOVE] = { SQL_WRITER, "DELETE FROM run WHERE list = ?1 AND first = ?2" },
	[SQL_RUN_FIRST] = { SQL_WRITER | SQL_READER,
		"SELECT first, ordinal, entries FROM run WHERE list = ?1"
		" ORDER BY first LIMIT 1" },
	[SQL_RUN_LAST] = { SQL_WRITER | SQL_READER,
		"SELECT first, ordinal, entries FROM run WHERE list = ?1"
		" ORDER BY first DESC LIMIT 1" },
	[SQL_RUN_AT] = { SQL_WRITER | SQL_READER,
		"SELECT first, ordinal, entries FROM run WHERE list = ?1 AND first <= ?2"
		" ORDER BY first DESC LIMIT 1" },
	[SQL_RUNS_UP] = { SQL_READER,
		"SELECT first, ordinal, entries FROM run WHERE list = ?1 AND first >= ?2"
		" ORDER BY first" },
	[SQL_RUNS_DOWN] = { SQL_READER,
		"SELECT first, ordinal, entries FROM run WHERE list = ?1 AND first <= ?2"
		" ORDER BY first DESC" },
	[SQL_MESSAGE_ADD] = { SQL_WRITER,
		"INSERT INTO message (seq, list, talk, id, tag, of, text)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)" },
	[SQL_MESSAGE_GET] = { SQL_WRITER | SQL_READER,
		"SELECT list, talk, id, tag, of, text FROM message WHERE seq = ?1" },
	[SQL_MESSAGE_REMOVE] = { SQL_WRITER, "DELETE FROM message WHERE seq = ?1" },
	[SQL_MESSAGE_SET_TEXT] = { SQL_WRITER,
		"UPDATE message SET of = NULL, text = ?2 WHERE seq = ?1" },
	[SQL_MESSAGE_LAST] = { SQL_WRITER, "SELECT coalesce(max(seq), 0) FROM message" },
	[SQL_MESSAGES_FROM] = { SQL_WRITER,
		"SELECT seq, list, talk, id, tag FROM message WHERE seq > ?1 ORDER BY seq" },
	[SQL_MESSAGE_COPY] = { SQL_WRITER, "SELECT seq FROM message WHERE of = ?1" },
	[SQL_INDEX_ADD] = { SQL_WRITER,
		"INSERT INTO words (rowid, talk, body) VALUES (?1, ?2, ?3)" },
	[SQL_INDEX_REMOVE] = { SQL_WRITER,
		"INSERT INTO words (words, rowid, talk, body) VALUES ('delete', ?1, ?2, ?3)" },
	[SQL_INDEX_PURGE] = { SQL_WRITER,
		"INSERT INTO words (words, rank) VALUES ('merge', ?1)" },
	[SQL_INDEX_UP] = { SQL_READER,
		"SELECT rowid FROM words WHERE words MATCH ?1 AND rowid BETWEEN ?2 AND ?3"
		" ORDER BY rowid" },
	[SQL_INDEX_DOWN] = { SQL_READER,
		"SELECT rowid FROM words WHERE words MATCH ?1 AND rowid BETWEEN ?2 AND ?3"
		" ORDER BY rowid DESC" },
	[SQL_INDEX_PROGRESS] = { SQL_READER, "SELECT indexed FROM progress" },

	[SQL_PROGRESS_GET] = { SQL_WRITER,
		"SELECT placed, top, listed, newest, indexed, purging FROM progress" },
	[SQL_PROGRESS_SET] = { SQL_WRITER,
		"UPDATE progress SET placed = ?1, top = ?2, listed = ?3, newest = ?4,"
		" indexed = ?5, purging = ?6" },
};
/* clang-format on */
