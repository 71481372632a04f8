/* SPDX-License-Identifier: MIT
 *
 * Blobs that have lost a holder: one after the other, on worker 0, the store is asked who
 * else keeps them, and the files of those that nobody keeps are removed.
 *
 *   watch -> ask the store -> a helper removes the file and the mark -> the rows go: that of
 *   the bytes, and that which said it was loose -> unwatch
 *
 * What fails stays as it is, mark or row, and is tried again at the next occasion; so does
 * the row of a blob that somebody is about to keep: that may fail.
 */
#include "base/encode.h"
#include "base/limits.h"
#include "storage/blobs.h"
#include "storage/front.h"

enum { SWEEPER = 0 }; /* the worker */

struct sweep {
	struct list in_sweeps;
	struct store *store;
	struct blob_hash hash;
	uint64_t number; /* of the mark, plus one; 0: there is none */
	struct str item; /* of the row of KIND_LOOSE, behind the struct; or none */
	bool is_kept;
	enum status status;
};

static void next_sweep(struct blobs *b);
static void begin_tidying(struct store *s);

static struct sweep *
sweep_new(struct store *s, const struct blob_hash *hash, struct str item)
{
	struct sweep *w = mem_zalloc(sizeof(*w) + item.len);

	w->store = store_ref(s);
	w->hash = *hash;
	if (item.len) {
		memcpy(w + 1, item.at, item.len);
		w->item = str_of((const char *)(w + 1), item.len);
	}
	return w;
}

/* --- one ------------------------------------------------------------------------------ */

static void
remove_unkept(void *job)
{
	struct sweep *w = job;
	struct blobs *b = w->store->blobs;

	if (w->status == OK && !w->is_kept)
		w->status = blob_remove_watched(b, &w->hash);
	if (w->status == OK && w->number)
		(void)!blob_file_unmark(&b->files, &w->hash, w->number - 1);
}

static void
remove_rows(struct sweep *w)
{
	struct store_batch *batch = store_batch_new(w->store);

	/* Named by blob and holder: what is let go from now on has another. */
	if (w->item.len)
		store_remove(batch, S(""), KIND_LOOSE, w->item);
	if (!w->is_kept) {
		blob_remove_bytes(batch, &w->hash);
		blob_commit_watched(w->store->blobs, &w->hash, &batch);
	} else if (store_batch_is_empty(batch)) {
		store_batch_free(&batch);
	} else {
		store_commit(&batch, NULL, NULL);
	}
}

/* It was one of those that were let go. */
static void
count_down(struct sweep *w)
{
	struct blobs *b = w->store->blobs;

	if (w->item.len == 0)
		return;
	if (w->status != OK)
		b->tidy_more = false; /* it would fail again */
	if (--b->n_loose > 0)
		return;
	b->tidying = false;
	if (b->tidy_more || b->tidy_again)
		begin_tidying(w->store);
}

static void
swept(void *job)
{
	struct sweep *w = job;
	struct store *s = w->store;
	struct blobs *b = s->blobs;

	if (w->status == OK)
		remove_rows(w);
	blob_unwatch(b, &w->hash);
	list_remove(&w->in_sweeps);
	count_down(w);
	free(w);
	b->sweeping = false;
	next_sweep(b);
	store_unref(s);
}

static void
on_keepers(void *waiter, const struct store_rows *rows)
{
	struct sweep *w = waiter;
	char text[BLOB_PATH_MAX];
	struct store_query q = blob_question(&w->hash, text);

	w->status = rows->status;
	w->is_kept = blob_is_kept(&q, rows);
	blob_run(w, remove_unkept, swept);
}

static void
next_sweep(struct blobs *b)
{
	char text[BLOB_PATH_MAX];
	struct store_query q;
	struct sweep *w;

	if (b->sweeping || list_is_empty(&b->sweeps))
		return;
	b->sweeping = true;
	w = list_entry(b->sweeps.next, struct sweep, in_sweeps);
	blob_watch(b, &w->hash);
	q = blob_question(&w->hash, text);
	store_read(w->store, &q, on_keepers, w);
}

static void
add_sweep(struct sweep *w)
{
	struct blobs *b = w->store->blobs;

	list_append(&b->sweeps, &w->in_sweeps);
	next_sweep(b);
}

static void
sweep_here(const void *letter)
{
	add_sweep(*(struct sweep *const *)letter);
}

void
blob_sweep(struct store *s, const struct blob_hash *hash, uint64_t number)
{
	struct sweep *w = sweep_new(s, hash, (struct str){ 0 });

	w->number = number + 1;
	worker_post(SWEEPER, sweep_here, &w, sizeof(w));
}

/* --- those that were let go ------------------------------------------------------------ */

static void
add_loose(struct store *s, struct str item)
{
	struct blobs *b = s->blobs;
	struct blob_hash hash;
	struct str bytes;
	struct arena a;

	arena_init(&a, 256);
	if (hex_decode(&a, str_slice(item, 0, 2 * BLOB_HASH_BYTES), &bytes) == OK &&
	    bytes.len == BLOB_HASH_BYTES) {
		memcpy(hash.bytes, bytes.at, BLOB_HASH_BYTES);
		b->n_loose++;
		add_sweep(sweep_new(s, &hash, item));
	}
	arena_fini(&a);
}

static void
on_loose(void *waiter, const struct store_rows *rows)
{
	struct store *s = waiter;
	struct blobs *b = s->blobs;

	b->tidy_more = rows->n == BLOB_TIDY_ROWS;
	for (size_t i = 0; i < rows->n; i++)
		add_loose(s, rows->row[i].item);
	b->tidying = b->n_loose > 0;
	store_unref(s);
}

static void
begin_tidying(struct store *s)
{
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = S(""),
		.kinds = { KIND_LOOSE },
		.n_kinds = 1,
		.limit = BLOB_TIDY_ROWS,
	};

	s->blobs->tidying = true;
	s->blobs->tidy_again = false;
	store_read(s, &q, on_loose, store_ref(s));
}

static void
tidy_here(const void *letter)
{
	struct store *s = *(struct store *const *)letter;

	if (s->blobs->tidying)
		s->blobs->tidy_again = true;
	else
		begin_tidying(s);
	store_unref(s);
}

void
blobs_tidy(struct store *s)
{
	store_ref(s);
	worker_post(SWEEPER, tidy_here, &s, sizeof(s));
}

void
blob_drop(struct store_batch *b, const struct blob_hash *hash, struct str holder)
{
	char item[BLOB_PATH_MAX + BLOB_HOLDER_MAX];

	assert(holder.len <= BLOB_HOLDER_MAX);
	blob_hex(hash, item);
	snprintf(item + 2 * BLOB_HASH_BYTES, sizeof(item) - 2 * BLOB_HASH_BYTES, "/%.*s",
	    STR_ARG(holder));
	store_remove(b, S(""), KIND_BLOB, str_from_c(item));
	store_put(b, S(""), KIND_LOOSE, str_from_c(item), S(""));
}
