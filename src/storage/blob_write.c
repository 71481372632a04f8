/* SPDX-License-Identifier: MIT
 *
 * A writer. At most one job of it is with a helper; what comes meanwhile is gathered.
 *
 *   coming    bytes are taken; job: write
 *   ending    blob_end was called; jobs: write what is left, then finish: sync, pin, mark,
 *             put in place
 *   hashed    on_hashed was called: blob_keep makes it a blob that somebody keeps
 *
 * A failure is told once, and from then on nothing is done but to wait for blob_abandon.
 */
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"
#include "loop/helper.h"
#include "storage/blobs.h"
#include "storage/front.h"

struct blob_writer {
	struct store *store; /* stays until the writer is gone */
	const struct blob_calls *calls;
	void *waiter;
	uint64_t number;
	struct buf gathered; /* while a job is under way */
	struct buf writing;  /* the job's */
	bool busy;           /* a job is under way */
	bool ending, hashed, told, abandoned;
	bool is_full; /* on_room was promised */

	/* The job's, while there is one. */
	int fd; /* -1: no file yet, or no more */
	struct hash_stream *hash_stream;
	struct blob_hash hash;
	bool pinned, marked;
	enum status status;

	store_done_fn *done;
	void *done_waiter;
};

static struct blobs *
blobs_of(const struct blob_writer *w)
{
	return w->store->blobs;
}

static void
writer_free(struct blob_writer *w)
{
	hash_drop(&w->hash_stream);
	buf_fini(&w->gathered);
	buf_fini(&w->writing);
	store_unref(w->store);
	free(w);
}

struct blob_writer *
blob_begin(struct store *s, const struct blob_calls *calls, void *waiter)
{
	struct blob_writer *w = mem_zalloc(sizeof(*w));

	assert(s->blobs);
	w->store = store_ref(s);
	w->calls = calls;
	w->waiter = waiter;
	w->number = atomic_fetch_add(&s->blobs->numbers, 1);
	w->fd = -1;
	w->hash_stream = hash_begin(HASH_SHA256);
	buf_init(&w->gathered, BLOB_GATHERED_MAX + BLOB_PIECE_MAX);
	buf_init(&w->writing, BLOB_GATHERED_MAX + BLOB_PIECE_MAX);
	return w;
}

/* --- giving up ------------------------------------------------------------------------ */

static void
discard(void *job)
{
	struct blob_writer *w = job;

	if (w->fd >= 0)
		close(w->fd);
	/* Most often there is none any more, or there was none yet. What cannot be removed
	 * goes at the next start. */
	(void)!blob_file_discard(&blobs_of(w)->files, w->number);
}

static void
discarded(void *job)
{
	struct blob_writer *w = job;

	if (w->pinned)
		blob_unpin(blobs_of(w), &w->hash);
	if (w->marked)
		blob_sweep(w->store, &w->hash, w->number);
	writer_free(w);
}

void
blob_abandon(struct blob_writer **at)
{
	struct blob_writer *w = TAKE(*at);

	if (!w)
		return;
	w->abandoned = true;
	if (!w->busy)
		blob_run(w, discard, discarded);
}

/* --- jobs ----------------------------------------------------------------------------- */

static enum status
create_if_needed(struct blob_writer *w)
{
	return w->fd >= 0 ? OK : blob_file_create(&blobs_of(w)->files, w->number, &w->fd);
}

static void
write_gathered(void *job)
{
	struct blob_writer *w = job;

	hash_add(w->hash_stream, buf_str(&w->writing));
	if ((w->status = create_if_needed(w)) == OK)
		w->status = blob_file_write(&blobs_of(w)->files, w->fd, buf_str(&w->writing));
}

static void
finish(void *job)
{
	struct blob_writer *w = job;
	struct blob_files *f = &blobs_of(w)->files;

	if ((w->status = create_if_needed(w)) != OK ||
	    (w->status = blob_file_sync(f, w->fd)) != OK)
		return;
	close(w->fd);
	w->fd = -1;
	hash_end(&w->hash_stream, w->hash.bytes);
	blob_pin(blobs_of(w), &w->hash);
	w->pinned = true;
	/* A mark that failed may be there all the same. */
	w->marked = true;
	if ((w->status = blob_file_mark(f, &w->hash, w->number)) == OK)
		w->status = blob_file_place(f, w->number, &w->hash);
}

struct refusal {
	struct blob_writer *writer;
	void (*done)(void *job);
};

static void
on_refusal(const void *letter)
{
	const struct refusal *r = letter;

	r->done(r->writer);
}

static void
run(struct blob_writer *w, void (*work)(void *job), void (*done)(void *job))
{
	w->busy = true;
	if (helper_run(w, work, done) == OK)
		return;
	w->status = E_LIMIT;
	worker_post((unsigned)worker_self(), on_refusal, &(struct refusal){ w, done },
	    sizeof(struct refusal));
}

/* --- what comes next ------------------------------------------------------------------ */

static void written(void *job);

static void
finished(void *job)
{
	struct blob_writer *w = job;

	w->busy = false;
	if (w->abandoned) {
		blob_run(w, discard, discarded);
	} else if (w->status != OK) {
		w->told = true;
		w->calls->on_failed(w->waiter, w->status);
	} else {
		w->hashed = true;
		w->calls->on_hashed(w->waiter, &w->hash);
	}
}

static void
go_on(struct blob_writer *w)
{
	if (w->gathered.len > 0) {
		struct buf empty = w->writing;

		w->writing = w->gathered;
		w->gathered = empty;
		run(w, write_gathered, written);
	} else if (w->ending) {
		run(w, finish, finished);
	}
}

static void
written(void *job)
{
	struct blob_writer *w = job;

	w->busy = false;
	buf_fini(&w->writing);
	if (w->abandoned) {
		blob_run(w, discard, discarded);
		return;
	}
	if (w->status != OK) {
		w->told = true;
		w->calls->on_failed(w->waiter, w->status);
		return;
	}
	go_on(w);
	if (w->is_full) {
		w->is_full = false;
		w->calls->on_room(w->waiter);
	}
}

bool
blob_write(struct blob_writer *w, struct str bytes)
{
	enum status s;

	assert(!w->ending && !w->abandoned && bytes.len <= BLOB_PIECE_MAX);
	if (w->told)
		return false;
	s = buf_add(&w->gathered, bytes);
	assert(s == OK); /* who was told that there is no room has stopped */
	if (!w->busy)
		go_on(w);
	w->is_full = w->gathered.len >= BLOB_GATHERED_MAX;
	return !w->is_full;
}

void
blob_end(struct blob_writer *w)
{
	assert(!w->ending && !w->abandoned);
	w->ending = true;
	if (!w->busy && !w->told)
		go_on(w);
}

/* --- keeping -------------------------------------------------------------------------- */

static void
unmark(void *job)
{
	struct blob_writer *w = job;

	/* One that stays is looked at, and removed, at the next start. */
	(void)!blob_file_unmark(&blobs_of(w)->files, &w->hash, w->number);
}

static void
unmarked(void *job)
{
	writer_free(job);
}

static void
kept(void *waiter, enum status s)
{
	struct blob_writer *w = waiter;
	store_done_fn *done = w->done;
	void *done_waiter = w->done_waiter;

	blob_unpin(blobs_of(w), &w->hash);
	if (s == OK) {
		blob_run(w, unmark, unmarked);
	} else {
		blob_sweep(w->store, &w->hash, w->number);
		writer_free(w);
	}
	done(done_waiter, s);
}

void
blob_keep(struct blob_writer **at, struct store_batch **b, struct str holder,
    store_done_fn *done, void *waiter)
{
	struct blob_writer *w = TAKE(*at);
	char item[BLOB_PATH_MAX + BLOB_HOLDER_MAX];

	assert(w->hashed && holder.len <= BLOB_HOLDER_MAX);
	blob_hex(&w->hash, item);
	snprintf(item + 2 * BLOB_HASH_BYTES, sizeof(item) - 2 * BLOB_HASH_BYTES, "/%.*s",
	    STR_ARG(holder));
	store_put(*b, S(""), KIND_BLOB, str_from_c(item), S(""));
	w->done = done;
	w->done_waiter = waiter;
	store_commit(b, kept, w);
}
