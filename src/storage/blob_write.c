/* SPDX-License-Identifier: MIT
 *
 * A writer. At most one job of it is with a helper; what comes meanwhile is gathered, so that
 * a helper is asked for many bytes at a time.
 *
 *   coming    bytes are taken; job: write
 *   ending    blob_end was called; job: finish, which is to write what is left, sync, pin,
 *             mark and put in place. When there is no file yet and need not be, no job.
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
	struct buf gathered; /* for the next job, or all there is */
	struct buf writing;  /* the job's */
	bool has_file;       /* a job was given: there may be one */
	bool busy;           /* a job is under way, or a letter to ourselves */
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

static void
let_go(struct blob_writer *w)
{
	if (w->has_file)
		blob_run(w, discard, discarded);
	else
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
		let_go(w);
}

/* --- jobs ----------------------------------------------------------------------------- */

static enum status
write_some(struct blob_writer *w)
{
	struct blob_files *f = &blobs_of(w)->files;
	enum status s;

	if (!w->hash_stream)
		w->hash_stream = hash_begin(HASH_SHA256);
	hash_add(w->hash_stream, buf_str(&w->writing));
	if (w->fd < 0 && (s = blob_file_create(f, w->number, &w->fd)) != OK)
		return s;
	return blob_file_write(f, w->fd, buf_str(&w->writing));
}

static void
write_gathered(void *job)
{
	struct blob_writer *w = job;

	w->status = write_some(w);
}

static void
finish(void *job)
{
	struct blob_writer *w = job;
	struct blob_files *f = &blobs_of(w)->files;

	if ((w->status = write_some(w)) != OK || (w->status = blob_file_sync(f, w->fd)) != OK)
		return;
	close(w->fd);
	w->fd = -1;
	hash_end(&w->hash_stream, w->hash.bytes);
	blob_pin(blobs_of(w), &w->hash);
	blob_await_removal(blobs_of(w), &w->hash);
	w->pinned = true;
	/* A mark that failed may be there all the same. */
	w->marked = true;
	if ((w->status = blob_file_mark(f, &w->hash, w->number)) == OK)
		w->status = blob_file_place(f, &w->hash, w->number);
}

struct message {
	struct blob_writer *writer;
	void (*done)(void *job);
};

static void
on_message(const void *letter)
{
	const struct message *m = letter;

	m->done(m->writer);
}

/* As if a job had been done. */
static void
call_later(struct blob_writer *w, void (*done)(void *job))
{
	w->busy = true;
	worker_post((unsigned)worker_self(), on_message, &(struct message){ w, done },
	    sizeof(struct message));
}

/* With what has been gathered. */
static void
run(struct blob_writer *w, void (*work)(void *job), void (*done)(void *job))
{
	struct buf empty = w->writing;

	w->writing = w->gathered;
	w->gathered = empty;
	w->has_file = w->busy = true;
	if (helper_run(w, work, done) == OK)
		return;
	w->status = E_LIMIT;
	call_later(w, done);
}

/* --- what comes next ------------------------------------------------------------------ */

static void written(void *job);

static void
finished(void *job)
{
	struct blob_writer *w = job;

	w->busy = false;
	buf_fini(&w->writing);
	if (w->abandoned) {
		let_go(w);
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
	if (w->ending && !w->has_file && w->gathered.len <= BLOB_ROW_MAX) {
		hash_of(HASH_SHA256, buf_str(&w->gathered), w->hash.bytes);
		call_later(w, finished);
	} else if (w->ending) {
		run(w, finish, finished);
	} else if (w->gathered.len >= BLOB_GATHERED_MAX) {
		run(w, write_gathered, written);
	}
}

static void
written(void *job)
{
	struct blob_writer *w = job;

	w->busy = false;
	w->writing.len = 0;
	if (w->abandoned) {
		let_go(w);
		return;
	}
	if (w->status != OK) {
		w->told = true;
		w->calls->on_failed(w->waiter, w->status);
		return;
	}
	go_on(w);
	if (!w->busy)
		buf_fini(&w->writing); /* the next job may be far away */
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
	/* At once as much as it becomes when there is a file: blocks that grow, of many
	 * writers, leave gaps of every size. */
	if (w->gathered.len + bytes.len > BLOB_ROW_MAX)
		(void)buf_reserve(&w->gathered, w->gathered.max - w->gathered.len);
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
	if (w->has_file && s == OK) {
		blob_run(w, unmark, unmarked);
	} else if (w->has_file) {
		blob_sweep(w->store, &w->hash, w->number);
		writer_free(w);
	} else {
		if (s != OK)
			blobs_tidy(w->store); /* it may have been let go, but for us */
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
	if (!w->has_file) {
		blob_pin(blobs_of(w), &w->hash);
		store_put(*b, S(""), KIND_BYTES, str_from_c(item), buf_str(&w->gathered));
		buf_fini(&w->gathered);
	}
	snprintf(item + 2 * BLOB_HASH_BYTES, sizeof(item) - 2 * BLOB_HASH_BYTES, "/%.*s",
	    STR_ARG(holder));
	store_put(*b, S(""), KIND_BLOB, str_from_c(item), S(""));
	w->done = done;
	w->done_waiter = waiter;
	store_commit(b, kept, w);
}
