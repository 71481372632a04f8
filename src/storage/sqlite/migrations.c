/* SPDX-License-Identifier: MIT
 *
 * How the tables came to be, step by step; docs/decisions/ says why they are as they are.
 *
 * Steps are only ever added at the end: a step that was released is never changed, because
 * there are files that were made by it. Version n of a file has had steps 1 to n.
 */
#include "storage/sqlite/schema.h"

/* clang-format off */
const char *const migrations[] = {
	/* 1: keyed values and logs.
	 *
	 * owner     whose rows they are; host: what follows the first @, for lists of accounts
	 * shelf     one kind or one log of an owner; all its rows carry this id instead of the
	 *           names. owner NULL: it was erased, and its rows are removed bit by bit
	 * item      keyed values
	 * entry     log entries of all owners, in the order of their arrival: appending touches
	 *           one page however many logs there are
	 * place     where the entries of a log are, by id. Those that came last have none yet:
	 *           recent.h keeps them in memory, and finds them again after a start
	 * progress  placed: every entry up to this seq has its place or was removed;
	 *           top: no place has a higher id
	 *
	 * Ids use all 64 bits. In the tables their first bit is inverted, so that SQLite's
	 * signed numbers are in the same order; the view history shows them as they are,
	 * together with the names. */
	"CREATE TABLE owner ("
	"  id INTEGER PRIMARY KEY,"
	"  name TEXT NOT NULL UNIQUE,"
	"  host TEXT);"
	"CREATE INDEX owner_at ON owner (host, name) WHERE host IS NOT NULL;"

	"CREATE TABLE shelf ("
	"  id INTEGER PRIMARY KEY,"
	"  owner INTEGER,"
	"  shape INTEGER NOT NULL," /* 0: items, 1: a log */
	"  word TEXT NOT NULL,"
	"  UNIQUE (owner, shape, word));"

	"CREATE TABLE item ("
	"  shelf INTEGER NOT NULL,"
	"  item TEXT NOT NULL,"
	"  value BLOB NOT NULL,"
	"  PRIMARY KEY (shelf, item)) WITHOUT ROWID;"

	"CREATE TABLE entry ("
	"  seq INTEGER PRIMARY KEY,"
	"  shelf INTEGER NOT NULL,"
	"  id INTEGER NOT NULL,"
	"  value BLOB NOT NULL);"

	"CREATE TABLE place ("
	"  shelf INTEGER NOT NULL,"
	"  id INTEGER NOT NULL,"
	"  seq INTEGER NOT NULL,"
	"  bytes INTEGER NOT NULL,"
	"  PRIMARY KEY (shelf, id)) WITHOUT ROWID;"

	"CREATE TABLE progress ("
	"  one INTEGER PRIMARY KEY CHECK (one = 1),"
	"  placed INTEGER NOT NULL,"
	"  top INTEGER NOT NULL);"
	"INSERT INTO progress VALUES (1, 0, -9223372036854775807 - 1);"

	"CREATE VIEW history AS"
	"  SELECT owner.name AS owner, shelf.word AS log,"
	"    CASE WHEN entry.id < 0 THEN entry.id + 9223372036854775807 + 1"
	"      ELSE printf('%llu', entry.id - 9223372036854775807 - 1) END AS id,"
	"    entry.value AS value"
	"  FROM entry JOIN shelf ON shelf.id = entry.shelf"
	"    JOIN owner ON owner.id = shelf.owner;",

	/* 2: archives (docs/decisions/0060).
	 *
	 * list      an archive, or (contact not empty) one conversation of it; owner NULL: it was
	 *           erased. Messages with ids up to floor are in it no more; of a conversation
	 *           its archive's floor counts. Numbers are never used again
	 * message   all messages of all archives, in the order of their arrival. One that is in
	 *           the archives of both sides has its text once, and `of` says where
	 * run       where the messages of a list are: up to 56 together, from the id `first` on
	 *           (runs.h tells how they are packed); ordinal: place of the first in the list.
	 *           Those that came last are in none yet: see recent.h
	 * trim      lists with messages below their floor that still have to be removed
	 * words     which messages have a word: rowid is the message's seq, talk the number of
	 *           its conversation; tokenizer.h tells what is in body. The text itself is not
	 *           kept again
	 * progress  listed: every message up to this seq is in runs; newest: no message has had a
	 *           higher id; indexed: every message up to this seq is in words; purging: words
	 *           still holds some of removed messages */
	"CREATE TABLE list ("
	"  no INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  owner TEXT,"
	"  contact TEXT NOT NULL,"
	"  floor INTEGER NOT NULL DEFAULT -9223372036854775808,"
	"  UNIQUE (owner, contact));"

	"CREATE TABLE message ("
	"  seq INTEGER PRIMARY KEY,"
	"  list INTEGER NOT NULL,"
	"  talk INTEGER NOT NULL,"
	"  id INTEGER NOT NULL,"
	"  tag INTEGER NOT NULL,"
	"  of INTEGER,"
	"  text BLOB);"
	"CREATE UNIQUE INDEX message_of ON message (of) WHERE of IS NOT NULL;"

	"CREATE TABLE run ("
	"  list INTEGER NOT NULL,"
	"  first INTEGER NOT NULL,"
	"  ordinal INTEGER NOT NULL,"
	"  entries BLOB NOT NULL,"
	"  PRIMARY KEY (list, first)) WITHOUT ROWID;"

	"CREATE TABLE trim (list INTEGER PRIMARY KEY);"

	"CREATE VIRTUAL TABLE words USING fts5 ("
	"  talk, body, content = '', columnsize = 0, tokenize = 'jaseur');"

	"ALTER TABLE progress ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE progress ADD COLUMN newest INTEGER NOT NULL"
	"  DEFAULT -9223372036854775808;"
	"ALTER TABLE progress ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE progress ADD COLUMN purging INTEGER NOT NULL DEFAULT 0;"

	"CREATE VIEW archive AS"
	"  SELECT list.owner AS owner, talk.contact AS contact,"
	"    CASE WHEN message.id < 0 THEN message.id + 9223372036854775807 + 1"
	"      ELSE printf('%llu', message.id - 9223372036854775807 - 1) END AS id,"
	"    coalesce(message.text, whole.text) AS text"
	"  FROM message JOIN list ON list.no = message.list AND message.id > list.floor"
	"    JOIN list AS talk ON talk.no = message.talk"
	"    LEFT JOIN message AS whole ON whole.seq = message.of"
	"  WHERE list.owner IS NOT NULL;",
};
/* clang-format on */

const unsigned migrations_count = sizeof(migrations) / sizeof(migrations[0]);
