/* SPDX-License-Identifier: MIT
 *
 * What is kept, by shape (design section 5), whatever the back end:
 *
 *   keyed value   (owner, kind, item) -> bytes     accounts, rosters, private data, vCards
 *   ordered log   (owner, log, id) -> bytes        offline messages
 *   archive       (owner, id) -> message           messages, by contact, time and words
 *   blob          hash -> bytes in a file          uploads: see blob.h
 *
 * owner is a bare JID or a host; kind, log: short constant words chosen by the module that
 * owns the rows. Everything is asynchronous: writes gather in a batch, which becomes one
 * unit of a group commit; only when it is on disk its `done` runs, on the worker that
 * committed it. Reads see every batch that was committed before them by the same worker.
 */
#ifndef STORAGE_STORE_H
#define STORAGE_STORE_H

#include "base/str.h"
#include "base/time.h"

struct store;
struct store_batch;

enum {
	STORE_OWNER_MAX = 2047,
	STORE_KIND_MAX = 64,
	STORE_ITEM_MAX = 4096,
	STORE_VALUE_MAX = 16 * 1024 * 1024
};

/* --- life ----------------------------------------------------------------------------- */

struct store_conf {
	struct str backend; /* "sqlite" or "memory" */
	struct str path;    /* sqlite: directory, created if missing */
	struct str blobs;   /* directory of the blobs' files; none: there are no blobs */
	unsigned readers;   /* reader threads, 1 to 16 */
	unsigned group_max; /* batches in one commit */
	bool sync;          /* false: do not wait for the disk (tests of other things) */
};

/*
 * Opens, migrates and starts the threads. The error's reason, for the operator, goes into
 * the arena.
 */
MUST_CHECK enum status store_open(
    const struct store_conf *conf, struct arena *a, struct str *reason, struct store **out);

/*
 * Finishes what was accepted, and ends the threads. Workers must still be running: the last
 * answers are on their way to them. Whatever is asked from now on is answered with E_CLOSED.
 */
void store_stop(struct store *s);

/* Stops it, if that was not done, and frees it once everybody who asked has been answered.
 * Who waits for no answer must not call it any more. */
void store_close(struct store **s);

/*
 * For who calls the store by himself, from timers say, and not only when he is answered: with
 * a reference he may do so after the close, too, and is told E_CLOSED. Any thread.
 */
struct store *store_ref(struct store *s);
void store_unref(struct store *s);

/* True while the queues are half full: whoever makes work for the store pauses. Any thread. */
bool store_is_congested(const struct store *s);

struct store_stats {
	uint64_t batches;    /* written */
	uint64_t failed;     /* batches that were not, for whatever reason but E_EXISTS */
	uint64_t groups;     /* commits */
	uint64_t group_most; /* batches in the largest */
	uint64_t reads;
	uint64_t waiting_batches, waiting_bytes, waiting_reads; /* at this moment */
};

/* Of one store; base/metrics has the sums, and how long groups took. Any thread. */
void store_stats(struct store *s, struct store_stats *out);

/* --- writes --------------------------------------------------------------------------- */

/* Everything put into a batch is copied. */
struct store_batch *store_batch_new(struct store *s);
void store_batch_free(struct store_batch **b); /* drops a batch that was not committed */
bool store_batch_is_empty(const struct store_batch *b);

void store_put(struct store_batch *b, struct str owner, struct str kind, struct str item,
    struct str value);

/* As store_put, but the whole batch fails with E_EXISTS when the row exists already. */
void store_create(struct store_batch *b, struct str owner, struct str kind, struct str item,
    struct str value);

void store_remove(struct store_batch *b, struct str owner, struct str kind, struct str item);
void store_remove_kind(struct store_batch *b, struct str owner, struct str kind);

/* Adds to a log; ids grow (time-ordered, made by the caller, unique within the log). */
void store_append(
    struct store_batch *b, struct str owner, struct str log, uint64_t id, struct str value);

/* Removes the entries of a log up to and including `id`; UINT64_MAX for all. */
void store_trim(struct store_batch *b, struct str owner, struct str log, uint64_t id);

/* Removes one entry. */
void store_cut(struct store_batch *b, struct str owner, struct str log, uint64_t id);

/* --- archives --- */

/* A message of an archive. */
struct store_message {
	struct str owner;   /* of the archive, bare */
	struct str contact; /* address of the other side, as in the stanza */
	uint64_t id;        /* higher than any that the archive has had */
	struct str name;    /* the stanza's own id, or "no string" */
	bool outgoing;      /* the owner sent it */
	bool counts;        /* it is something to read */

	/* The id under which the contact's archive has the same text, if it is here: then the
	 * text is not kept again. 0: it is not. */
	uint64_t origin;
	struct str text; /* the stanza */
};

void store_archive(struct store_batch *b, const struct store_message *m);

/* Puts another text in the place of a message; its name stays findable. The other side's
 * archive keeps the old one. Does nothing when there is no such message. */
void store_archive_replace(
    struct store_batch *b, struct str owner, uint64_t id, struct str text);

/* Removes the messages of an archive up to and including `id`. However many there are, it
 * takes no longer than other writes; the room is freed afterwards, bit by bit. */
void store_archive_trim(struct store_batch *b, struct str owner, uint64_t id);

/* The highest id of any message in any archive, when the store was opened. */
uint64_t store_archive_newest(const struct store *s);

/* Erases everything that the owner has, in all shapes. However much that is, it takes no
 * longer than other writes; the room is freed afterwards, bit by bit. */
void store_erase(struct store_batch *b, struct str owner);

/*
 * Hands the batch over (*b becomes NULL). done(waiter, status) runs on the calling worker:
 *
 * OK        on disk
 * E_EXISTS  store_create found a row: nothing of the batch was written;
 *           or store_append an id that is in the log already, or store_archive one that
 *           is not higher than those before: likewise
 * E_LIMIT   a name, a value or the batch is too large, or the queue is full: likewise
 * E_FULL    disk full or quota, E_IO: read-only or broken: likewise. A crash at that moment
 *           may still leave the whole batch written.
 * E_CLOSED  the store was closed
 *
 * done may be NULL; it never runs before store_commit returns.
 */
typedef void store_done_fn(void *waiter, enum status s);
void store_commit(struct store_batch **b, store_done_fn *done, void *waiter);

/*
 * The same for what others have heard of already: a disk that is full or broken delays it. It
 * is tried again, before what is committed later, for some minutes; unless others are written
 * meanwhile, and it fails by itself. E_CLOSED: or the store was stopped first.
 */
void store_commit_firmly(struct store_batch **b, store_done_fn *done, void *waiter);

/* Something waits so, and nothing can be written at the moment: who can refuse what would have
 * to be written does so. Any thread. */
bool store_is_failing(const struct store *s);

/* As store_commit for threads that are not workers: waits. */
MUST_CHECK enum status store_commit_wait(struct store_batch **b);

/* --- reads ---------------------------------------------------------------------------- */

struct store_query {
	enum {
		STORE_ITEM,  /* one row: owner, kinds[0], item */
		STORE_KINDS, /* all rows of the owner whose kind is in kinds[], by kind and item
			      */
		STORE_ITEMS, /* rows of the owner of kinds[0], after the item `item`, by item:
			      * a page, or with a limit of 1 the next */
		STORE_OWNERS, /* owners at `owner` (a host), such as "juliet@host", that have a
			       * row of kinds[0], item "", after the owner `item`, by owner;
			       * with its value if `values` are wanted */
		STORE_LOG,    /* entries of the log kinds[0] with after < id < before, by id */
		STORE_COUNT,  /* rows as STORE_LOG, only their number and bytes: .count, .bytes
			       */

		/* A page of an archive: of the messages with after < id < before, with
		 * `contact` (none: all; bare: with any resource), that have the words of
		 * `text` (none: all), those that follow `from`, or precede it when
		 * backwards. `skip` instead of `from`: those from this place on. Rows, .count
		 * of the messages from which the page is, .index, .more. */
		STORE_ARCHIVE,
		STORE_MESSAGES, /* messages by ids[], in the same order; missing ones are left
				 * out unless `all` are wanted */
		STORE_NAMED,    /* the newest message with the contact, in the direction of
				 * `outgoing`, that is named `text`, with after < id < before */
		STORE_TALKS, /* the conversations of an archive: .item is the contact, .id the
			      * last message, .other the last that counts; .n those that count
			      * and came after the owner's last message and after the one whose
			      * id (8 bytes) is in the value (owner, kinds[0], contact) */
	} what;
	struct str owner;
	struct str kinds[16];
	unsigned n_kinds;
	struct str item;
	uint64_t after, before; /* 0: from the first; 0: to the last */
	bool backwards;         /* newest first */
	unsigned limit;         /* 0: no limit; STORE_ARCHIVE: no rows */
	bool values;            /* STORE_OWNERS */

	/* Archives only. */
	struct str contact, text;
	uint64_t from, skip;
	bool outgoing;
	const uint64_t
	    *ids; /* STORE_ARCHIVE: E_NOT_FOUND if one of them is not in the archive */
	unsigned n_ids;
	bool all;
};

struct store_row {
	struct str owner; /* STORE_OWNERS only */
	struct str kind;
	struct str item;
	uint64_t id;
	struct str value;
	uint64_t other, n; /* STORE_TALKS only */
};

/* A number that would take too long to find out. */
#define STORE_UNKNOWN UINT64_MAX

struct store_rows {
	/* OK also when there are no rows. E_NOT_FOUND: see .ids. E_IO: the disk failed;
	 * E_LIMIT: the rows would be more than STORE_ROWS_BYTES (base/limits.h), or the queue
	 * is full; E_CLOSED. */
	enum status status;
	size_t n;
	const struct store_row *row;
	uint64_t count, bytes; /* STORE_COUNT */
	uint64_t index;        /* STORE_ARCHIVE: place of the row with the lowest id */
	bool more;             /* STORE_ARCHIVE: behind the last row */
	struct arena arena;    /* holds the rows */
};

/* The rows belong to the callback, which runs on the calling worker; they are freed when it
 * returns. The query is copied. */
typedef void store_rows_fn(void *waiter, const struct store_rows *rows);
void store_read(
    struct store *s, const struct store_query *q, store_rows_fn *on_rows, void *waiter);

/* The same for threads that are not workers: waits. Free with store_rows_free. */
struct store_rows *store_read_wait(struct store *s, const struct store_query *q);
void store_rows_free(struct store_rows **rows);

#endif
