/* SPDX-License-Identifier: MIT
 *
 * Blobs: bytes that are named by their SHA-256 (design section 5). The same bytes are kept
 * once, however often they come: up to BLOB_ROW_MAX (base/limits.h) in a row, more in a file
 * (docs/decisions/0053). The back ends know nothing of the files, only rows:
 *
 *   ("", "blob", "HASH/HOLDER")        HOLDER keeps the blob
 *   ("", "blob-bytes", "HASH")         the bytes, when there are few
 *   ("", "blob-loose", "HASH/HOLDER")  it did keep it: the bytes go, if nobody else does
 *
 * A holder is a short text that its module makes, unique among all holders of all blobs, such
 * as "upload/TOKEN". Rows are written in the batch of what refers to the blob, so that no
 * crash leaves one without the other.
 *
 * A blob comes into being in three steps: blob_begin and blob_write, blob_end, blob_keep.
 * Each happens on the worker that the writer belongs to, and all work of the disk elsewhere.
 * What does not come to its end leaves nothing behind, whoever fails: the client, the disk or
 * the whole process.
 */
#ifndef STORAGE_BLOB_H
#define STORAGE_BLOB_H

#include "storage/store.h"

enum {
	BLOB_HASH_BYTES = 32,
	BLOB_HEX_MAX = 2 * BLOB_HASH_BYTES + 1, /* with its end */
	BLOB_HOLDER_MAX = 256,
};

struct blob_hash {
	char bytes[BLOB_HASH_BYTES];
};

/* In hexadecimal, lower case. */
void blob_hex(const struct blob_hash *hash, char out[static BLOB_HEX_MAX]);

/* --- writing -------------------------------------------------------------------------- */

struct blob_writer;

/* Called on the writer's worker, never from within blob_write or blob_end. */
struct blob_calls {
	/* blob_write said false; now there is room. */
	void (*on_room)(void *waiter);

	/* After blob_end: the bytes are on disk, or so few that they get there with the batch.
	 * The next is blob_keep or blob_abandon. */
	void (*on_hashed)(void *waiter, const struct blob_hash *hash);

	/* The next is blob_abandon. E_FULL, E_IO; E_LIMIT: the helpers are overrun. */
	void (*on_failed)(void *waiter, enum status s);
};

/* Nothing fails here: the first that is told is on_failed. */
struct blob_writer *blob_begin(struct store *s, const struct blob_calls *calls, void *waiter);

/* Copies the bytes, at most BLOB_PIECE_MAX (base/limits.h). False: no more until on_room or
 * on_failed. */
bool blob_write(struct blob_writer *w, struct str bytes);

/* There are no more bytes. */
void blob_end(struct blob_writer *w);

/*
 * After on_hashed, on any worker whose the writer becomes: adds the holder to the batch and
 * commits that. done is told what store_commit tells; if it is not OK, the bytes are gone.
 */
void blob_keep(struct blob_writer **w, struct store_batch **b, struct str holder,
    store_done_fn *done, void *waiter);

/* Gives up: at any time before blob_keep. Nothing is called any more. Accepts NULL. */
void blob_abandon(struct blob_writer **w);

/* --- letting go ----------------------------------------------------------------------- */

/* Puts into the batch that the holder does not keep the blob any more. */
void blob_drop(struct store_batch *b, const struct blob_hash *hash, struct str holder);

/* When such a batch is on disk: removes the files that nobody keeps. On workers. */
void blobs_tidy(struct store *s);

/* --- reading -------------------------------------------------------------------------- */

/* Either a file, whose descriptor is the callee's and stays readable whatever happens to the
 * blob; or the bytes, which live until the callback returns. */
struct blob_content {
	int fd; /* -1: the bytes are here */
	struct str bytes;
	uint64_t size;
};

/*
 * Fetches the blob of that size, and tells the calling worker.
 *
 * E_NOT_FOUND  there is no such blob; E_IO; E_LIMIT: the helpers or the store are overrun;
 * E_CLOSED
 */
typedef void blob_opened_fn(void *waiter, enum status s, const struct blob_content *content);
void blob_open(struct store *s, const struct blob_hash *hash, uint64_t size,
    blob_opened_fn *opened, void *waiter);

#endif
