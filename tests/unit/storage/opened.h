/* SPDX-License-Identifier: MIT
 *
 * For the storage tests: a store of either back end in a directory of its own, and short
 * ways to write, to read and to compare.
 */
#ifndef TESTS_STORAGE_OPENED_H
#define TESTS_STORAGE_OPENED_H

#include "../unit.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "storage/faults.h"
#include "storage/store.h"

struct opened {
	struct store *s;
	struct arena a; /* of the texts that tests compare */
	struct store_conf conf;
	char dir[64];
};

/* --- life ----------------------------------------------------------------------------- */

static inline int
opened_remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

static inline void
opened_remove_dir(const char *path)
{
	nftw(path, opened_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A directory and a configuration, not opened yet. */
static inline struct opened *
opened_prepare(struct str backend)
{
	struct opened *o = mem_zalloc(sizeof(*o));

	/* In memory if possible: a kill loses nothing there, and real disks are slow to sync.
	 */
	snprintf(o->dir, sizeof(o->dir), "%s/jaseur-store-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(o->dir));
	arena_init(&o->a, 4096);
	o->conf = (struct store_conf){
		.backend = backend,
		.path = str_from_c(o->dir),
		.readers = 2,
		.group_max = 64,
	};
	return o;
}

static inline enum status
opened_try(struct opened *o, struct str *reason)
{
	*reason = S("");
	return store_open(&o->conf, &o->a, reason, &o->s);
}

static inline void
opened_open(struct opened *o)
{
	struct str reason;
	enum status s = opened_try(o, &reason);

	if (s != OK)
		fail_msg("store_open: %s: %.*s", status_name(s), STR_ARG(reason));
}

static inline void
opened_close(struct opened *o)
{
	store_close(&o->s);
	opened_remove_dir(o->dir);
	arena_fini(&o->a);
	free(o);
}

/* --- short ways ----------------------------------------------------------------------- */

static inline enum status
put(struct opened *o, const char *owner, const char *kind, const char *item, const char *value)
{
	struct store_batch *b = store_batch_new(o->s);

	store_put(b, str_from_c(owner), str_from_c(kind), str_from_c(item), str_from_c(value));
	return store_commit_wait(&b);
}

static inline enum status
append(struct opened *o, const char *owner, const char *log, uint64_t id, const char *value)
{
	struct store_batch *b = store_batch_new(o->s);

	store_append(b, str_from_c(owner), str_from_c(log), id, str_from_c(value));
	return store_commit_wait(&b);
}

static inline struct str
join(struct opened *o, struct str text, struct str more)
{
	return str_format(
	    &o->a, "%.*s%s%.*s", STR_ARG(text), text.len ? " " : "", STR_ARG(more));
}

/* The answer in one line: "kind/item=value", "id=value", "owner" or "count:bytes". */
static inline struct str
show_rows(struct opened *o, const struct store_query *q, const struct store_rows *rows)
{
	struct str text = S("");

	if (rows->status != OK)
		return str_from_c(status_name(rows->status));
	if (q->what == STORE_COUNT)
		return str_format(&o->a, "%llu:%llu", (unsigned long long)rows->count,
		    (unsigned long long)rows->bytes);
	for (size_t i = 0; i < rows->n; i++) {
		const struct store_row *r = &rows->row[i];

		switch (q->what) {
		case STORE_OWNERS:
			text = join(o, text, r->owner);
			break;
		case STORE_LOG:
			text = join(o, text,
			    str_format(&o->a, "%llu=%.*s", (unsigned long long)r->id,
				STR_ARG(r->value)));
			break;
		default:
			text = join(o, text,
			    str_format(&o->a, "%.*s/%.*s=%.*s", STR_ARG(r->kind),
				STR_ARG(r->item), STR_ARG(r->value)));
		}
	}
	return text;
}

static inline struct str
show(struct opened *o, const struct store_query *q)
{
	struct store_rows *rows = store_read_wait(o->s, q);
	struct str text = show_rows(o, q, rows);

	store_rows_free(&rows);
	return text;
}

static inline struct str
show_kind(struct opened *o, const char *owner, const char *kind)
{
	return show(o,
	    &(struct store_query){ STORE_KINDS, str_from_c(owner), { str_from_c(kind) }, 1 });
}

static inline struct str
show_item(struct opened *o, const char *owner, const char *kind, const char *item)
{
	return show(o, &(struct store_query){ STORE_ITEM, str_from_c(owner),
			   { str_from_c(kind) }, 1, str_from_c(item) });
}

static inline struct str
show_log(struct opened *o, const char *owner, const char *log)
{
	return show(
	    o, &(struct store_query){ STORE_LOG, str_from_c(owner), { str_from_c(log) }, 1 });
}

#endif
