/* SPDX-License-Identifier: MIT */
#include "storage/blobs.h"

#include "base/encode.h"
#include "base/log.h"
#include "loop/helper.h"
#include "storage/front.h"

/* --- who has what in hand ------------------------------------------------------------- */

struct hold {
	struct blob_hash hash;
	unsigned pins;
	bool watched;
	bool touched;  /* pinned since it is watched */
	bool removing; /* the file, at this moment */
};

static struct str
hold_key(const void *value)
{
	const struct hold *h = value;

	return str_of(h->hash.bytes, BLOB_HASH_BYTES);
}

/* The three below are called under the lock. */
static struct hold *
hold_find(struct blobs *b, const struct blob_hash *hash)
{
	return table_get(&b->holds, str_of(hash->bytes, BLOB_HASH_BYTES));
}

static struct hold *
hold_find_or_add(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h = hold_find(b, hash);

	if (!h) {
		h = mem_zalloc(sizeof(*h));
		h->hash = *hash;
		table_put(&b->holds, h);
	}
	return h;
}

static void
hold_let_go(struct blobs *b, struct hold *h)
{
	if (h->pins > 0 || h->watched)
		return;
	table_remove(&b->holds, hold_key(h));
	free(h);
}

void
blob_pin(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;

	pthread_mutex_lock(&b->lock);
	h = hold_find_or_add(b, hash);
	h->pins++;
	h->touched = true;
	pthread_mutex_unlock(&b->lock);
}

void
blob_await_removal(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;

	pthread_mutex_lock(&b->lock);
	h = hold_find(b, hash);
	assert(h && h->pins > 0);
	while (h->removing)
		pthread_cond_wait(&b->removed, &b->lock);
	pthread_mutex_unlock(&b->lock);
}

void
blob_unpin(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;

	pthread_mutex_lock(&b->lock);
	h = hold_find(b, hash);
	assert(h && h->pins > 0);
	h->pins--;
	hold_let_go(b, h);
	pthread_mutex_unlock(&b->lock);
}

void
blob_watch(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;

	pthread_mutex_lock(&b->lock);
	h = hold_find_or_add(b, hash);
	assert(!h->watched); /* one sweep at a time */
	h->watched = true;
	h->touched = h->pins > 0;
	pthread_mutex_unlock(&b->lock);
}

void
blob_unwatch(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;

	pthread_mutex_lock(&b->lock);
	h = hold_find(b, hash);
	h->watched = false;
	hold_let_go(b, h);
	pthread_mutex_unlock(&b->lock);
}

enum status
blob_remove_watched(struct blobs *b, const struct blob_hash *hash)
{
	struct hold *h;
	enum status s;
	bool mine;

	pthread_mutex_lock(&b->lock);
	h = hold_find(b, hash);
	mine = h->removing = !h->touched;
	pthread_mutex_unlock(&b->lock);
	if (!mine)
		return OK;
	s = blob_file_remove(&b->files, hash);
	pthread_mutex_lock(&b->lock);
	h->removing = false;
	pthread_cond_broadcast(&b->removed);
	pthread_mutex_unlock(&b->lock);
	return s == E_NOT_FOUND ? OK : s;
}

void
blob_commit_watched(struct blobs *b, const struct blob_hash *hash, struct store_batch **batch)
{
	/* Committed under the lock, which whoever pins the hash takes before it commits. */
	pthread_mutex_lock(&b->lock);
	if (hold_find(b, hash)->touched)
		store_batch_free(batch);
	else
		store_commit(batch, NULL, NULL);
	pthread_mutex_unlock(&b->lock);
}

void
blob_remove_bytes(struct store_batch *b, const struct blob_hash *hash)
{
	char hex[BLOB_HEX_MAX];

	blob_hex(hash, hex);
	store_remove(b, S(""), KIND_BYTES, str_from_c(hex));
}

/* --- who keeps it --------------------------------------------------------------------- */

struct store_query
blob_question(const struct blob_hash *hash, char *text)
{
	blob_hex(hash, text);
	return (struct store_query){
		.what = STORE_ITEMS,
		.owner = S(""),
		.kinds = { KIND_BLOB },
		.n_kinds = 1,
		.item = str_from_c(text),
		.limit = 1,
	};
}

bool
blob_is_kept(const struct store_query *q, const struct store_rows *rows)
{
	return rows->n > 0 && str_starts(rows->row[0].item, q->item);
}

/* --- life ----------------------------------------------------------------------------- */

static enum status
is_kept(void *waiter, const struct blob_hash *hash, bool *kept)
{
	char text[BLOB_PATH_MAX];
	struct store_query q = blob_question(hash, text);
	struct store_rows *rows = store_read_wait(waiter, &q);
	enum status s = rows->status;

	*kept = blob_is_kept(&q, rows);
	store_rows_free(&rows);
	return s;
}

/* Those that were let go, when there was no time any more to look at them. */
static enum status
recover_loose(struct store *store, struct blobs *b)
{
	struct store_query q = {
		.what = STORE_KINDS, .owner = S(""), .kinds = { KIND_LOOSE }, .n_kinds = 1
	};
	struct store_rows *rows = store_read_wait(store, &q);
	struct store_batch *batch = store_batch_new(store);
	enum status s = rows->status;

	for (size_t i = 0; s == OK && i < rows->n; i++) {
		struct str bytes = { 0 };
		struct blob_hash hash;
		bool kept;

		if (hex_decode(&rows->arena,
			str_slice(rows->row[i].item, 0, 2 * BLOB_HASH_BYTES), &bytes) != OK ||
		    bytes.len != BLOB_HASH_BYTES)
			continue;
		memcpy(hash.bytes, bytes.at, BLOB_HASH_BYTES);
		if ((s = is_kept(store, &hash, &kept)) == OK && !kept) {
			blob_remove_bytes(batch, &hash);
			if ((s = blob_file_remove(&b->files, &hash)) == E_NOT_FOUND)
				s = OK;
		}
		if (s == OK)
			store_remove(batch, S(""), KIND_LOOSE, rows->row[i].item);
	}
	store_rows_free(&rows);
	if (s == OK && !store_batch_is_empty(batch))
		return store_commit_wait(&batch);
	store_batch_free(&batch);
	return s;
}

static enum status
recover(struct store *s, struct blobs *b)
{
	enum status st;

	if (b->forgets)
		return blob_files_wipe(&b->files);
	st = blob_files_recover(&b->files, is_kept, s);
	return st == OK ? recover_loose(s, b) : st;
}

enum status
blobs_open(struct store *s, const struct store_conf *conf, struct arena *a, struct str *reason,
    struct blobs **out)
{
	struct blobs *b;
	enum status st;

	*out = NULL;
	if (conf->blobs.len == 0)
		return OK;
	b = mem_zalloc(sizeof(*b));
	b->forgets = s->backend->calls == &backend_memory;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->removed, NULL);
	table_init(&b->holds, hold_key);
	list_init(&b->sweeps);
	if ((st = blob_files_open(
		 &b->files, s, conf->blobs, conf->sync && !b->forgets, a, reason)) == OK &&
	    (st = recover(s, b)) != OK)
		*reason = str_format(a, "cannot clean the directory %.*s: %s",
		    STR_ARG(conf->blobs), status_name(st));
	if (st != OK) {
		b->forgets = false;
		blobs_close(&b);
		return st;
	}
	*out = b;
	return OK;
}

void
blobs_close(struct blobs **at)
{
	struct blobs *b = TAKE(*at);

	if (!b)
		return;
	assert(table_count(&b->holds) == 0 && list_is_empty(&b->sweeps));
	if (b->forgets && blob_files_wipe(&b->files) != OK)
		log_warn("blobs.left");
	blob_files_close(&b->files);
	table_fini(&b->holds);
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->removed);
	free(b);
}

/* --- helpers -------------------------------------------------------------------------- */

struct errand {
	void *job;
	void (*done)(void *job);
};

static void
on_done(const void *letter)
{
	const struct errand *e = letter;

	e->done(e->job);
}

void
blob_run(void *job, void (*work)(void *job), void (*done)(void *job))
{
	if (helper_run(job, work, done) == OK)
		return;
	work(job);
	worker_post((unsigned)worker_self(), on_done, &(struct errand){ job, done },
	    sizeof(struct errand));
}
