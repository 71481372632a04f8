/* SPDX-License-Identifier: MIT
 *
 * A reader's connection and what answers its questions. All of it belongs to the reader's
 * thread, and happens within one transaction.
 */
#ifndef STORAGE_SQLITE_READING_H
#define STORAGE_SQLITE_READING_H

#include "storage/archive.h"
#include "storage/sqlite/sqlite.h"

/* Recent entries that are copied at a time, so that the writer never waits for long. */
enum { COPY_ENTRIES = 64 };

struct sqlite_reader {
	struct backend_reader reader;
	struct db db;
	struct recent *recent, *unlisted;
	unsigned index; /* in the readers of both */
};

/* *shelf is 0 when there is none. */
MUST_CHECK enum status reader_find_shelf(struct sqlite_reader *r, struct str owner,
    enum shape shape, struct str word, int64_t *shelf);

/* --- list_reading.c ------------------------------------------------------------------- */

/* The part of a list that somebody asks for, as this transaction sees it. */
struct list_view {
	struct sqlite_reader *reader;
	int64_t archive;      /* its list; 0: there is none, and nothing is in the view */
	int64_t list;         /* the same, or that of a conversation */
	uint64_t first, last; /* ids; none when first > last */
	bool has_runs;
	uint64_t placed; /* id of the last message in a run; others are recent */
	int64_t ordinal; /* behind that */
};

/* contact: none for the whole archive; else its conversation, whatever its resource. */
MUST_CHECK enum status list_view(struct sqlite_reader *r, struct str owner, struct str contact,
    uint64_t first, uint64_t last, struct list_view *v);

/* The same of another list of the archive that was viewed. */
MUST_CHECK enum status list_view_of(struct list_view *archive, int64_t list, uint64_t first,
    uint64_t last, struct list_view *v);

/* How many messages of the list, from its beginning, have ids up to this one, plus a number
 * that is always the same for the list. */
MUST_CHECK enum status list_rank(struct list_view *v, uint64_t id, int64_t *rank);

/* Messages in the view. */
MUST_CHECK enum status list_count(struct list_view *v, uint64_t *count);

MUST_CHECK enum status list_has(struct list_view *v, uint64_t id, bool *has);

/* One message after the other, from `first` or `last` on. One walk at a time in each
 * direction; list_walk_end when it is left before its end. */
struct list_walk {
	struct list_view *view;
	bool backwards;
	bool among_runs;
	sqlite3_stmt *runs;
	struct run run;
	size_t at;
	struct recent_position from; /* of what is copied next */
	struct recent_entry copies[COPY_ENTRIES];
	size_t n_copies, at_copy;
};

MUST_CHECK enum status list_walk(struct list_walk *w, struct list_view *v, bool backwards);
MUST_CHECK enum status list_next(struct list_walk *w, bool *found, struct run_entry *e);
void list_walk_end(struct list_walk *w);

/* A message of the archive; the text is in the arena. */
MUST_CHECK enum status message_text(
    struct list_view *v, const struct run_entry *e, struct arena *a, struct str *text);

/* --- answers -------------------------------------------------------------------------- */

/* Reads the message and adds it to the answer, if it is with the address that is asked for. */
MUST_CHECK enum status add_message(struct list_view *v, struct read *rd,
    const struct run_entry *e, struct arena *a, bool *added);

/* pages.c */
MUST_CHECK enum status read_archive(struct sqlite_reader *r, struct read *rd);
MUST_CHECK enum status read_messages(struct sqlite_reader *r, struct read *rd);
MUST_CHECK enum status read_named(struct sqlite_reader *r, struct read *rd);

/* searching.c: the view is that of the conversation or the archive, without `from`. */
MUST_CHECK enum status read_search(struct list_view *v, struct read *rd);

/* talks.c */
MUST_CHECK enum status read_talks(struct sqlite_reader *r, struct read *rd);

#endif
