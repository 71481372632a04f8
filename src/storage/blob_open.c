/* SPDX-License-Identifier: MIT
 *
 * What is small enough for a row is asked of the store. A file is opened by a helper: also
 * for a small blob without a row, which was kept when the bound was another.
 */
#include "base/limits.h"
#include "loop/helper.h"
#include "storage/blobs.h"
#include "storage/front.h"

struct opening {
	struct store *store;
	struct blob_hash hash;
	blob_opened_fn *opened;
	void *waiter;
	enum status status;
	struct blob_content content;
};

static void
tell(struct opening *o)
{
	o->opened(o->waiter, o->status, &o->content);
	store_unref(o->store);
	free(o);
}

/* --- a file --------------------------------------------------------------------------- */

static void
open_file(void *job)
{
	struct opening *o = job;

	o->status =
	    blob_file_open(&o->store->blobs->files, &o->hash, &o->content.fd, &o->content.size);
}

static void
opened(void *job)
{
	tell(job);
}

static void
on_refusal(const void *letter)
{
	tell(*(struct opening *const *)letter);
}

static void
ask_helper(struct opening *o)
{
	o->status = E_LIMIT;
	if (helper_run(o, open_file, opened) != OK)
		worker_post((unsigned)worker_self(), on_refusal, &o, sizeof(o));
}

/* --- a row ---------------------------------------------------------------------------- */

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct opening *o = waiter;

	if (rows->status == OK && rows->n == 0) {
		ask_helper(o);
		return;
	}
	o->status = rows->status;
	if (rows->n > 0)
		o->content.bytes = rows->row[0].value;
	o->content.size = o->content.bytes.len;
	tell(o);
}

static void
ask_store(struct opening *o)
{
	char hex[BLOB_HEX_MAX];
	struct store_query q = {
		.what = STORE_ITEM, .owner = S(""), .kinds = { KIND_BYTES }, .n_kinds = 1
	};

	blob_hex(&o->hash, hex);
	q.item = str_from_c(hex);
	store_read(o->store, &q, on_row, o);
}

void
blob_open(struct store *s, const struct blob_hash *hash, uint64_t size, blob_opened_fn *fn,
    void *waiter)
{
	struct opening *o = mem_zalloc(sizeof(*o));

	*o = (struct opening){ .store = store_ref(s),
		.hash = *hash,
		.opened = fn,
		.waiter = waiter,
		.content = { .fd = -1, .bytes = S("") } };
	if (size <= BLOB_ROW_MAX)
		ask_store(o);
	else
		ask_helper(o);
}
