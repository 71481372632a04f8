/* SPDX-License-Identifier: MIT
 *
 * The tokenizer "jaseur" of FTS5 (sqlite.org/fts5.html, 3.20 or later): the words of
 * xmpp/words.h, each with the number of the archive before it: "42:word". So the index has
 * an entry for each word of each archive, and who searches his own, however small, does not
 * pass through what others have said.
 *
 * A text begins with the number; what is asked comes split already, by spaces.
 */
#ifndef STORAGE_SQLITE_TOKENIZER_H
#define STORAGE_SQLITE_TOKENIZER_H

#include <sqlite3.h>

#include "base/str.h"
#include "xmpp/words.h"

/* Makes it known to a connection; SQLite's result code. SQLITE_ERROR: there is no FTS5. */
int tokenizer_register(sqlite3 *db);

/* The text as the tokenizer wants it. */
struct str tokenizer_text(struct arena *a, int64_t archive, struct str text);

/* The question as FTS5 has it, about messages of an archive, or of one conversation of it;
 * talk: 0 for all. */
struct str tokenizer_question(
    struct arena *a, int64_t archive, int64_t talk, const struct words_query *q);

#endif
