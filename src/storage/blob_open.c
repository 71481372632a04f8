/* SPDX-License-Identifier: MIT */
#include "loop/helper.h"
#include "storage/blobs.h"
#include "storage/front.h"

struct opening {
	struct store *store;
	struct blob_hash hash;
	blob_opened_fn *opened;
	void *waiter;
	enum status status;
	int fd;
	uint64_t bytes;
};

static void
open_file(void *job)
{
	struct opening *o = job;

	o->status = blob_file_open(&o->store->blobs->files, &o->hash, &o->fd, &o->bytes);
}

static void
opened(void *job)
{
	struct opening *o = job;

	o->opened(o->waiter, o->status, o->fd, o->bytes);
	store_unref(o->store);
	free(o);
}

static void
on_refusal(const void *letter)
{
	opened(*(struct opening *const *)letter);
}

void
blob_open(struct store *s, const struct blob_hash *hash, blob_opened_fn *fn, void *waiter)
{
	struct opening *o = mem_zalloc(sizeof(*o));

	*o = (struct opening){ store_ref(s), *hash, fn, waiter, E_LIMIT, -1, 0 };
	if (helper_run(o, open_file, opened) != OK)
		worker_post((unsigned)worker_self(), on_refusal, &o, sizeof(o));
}
