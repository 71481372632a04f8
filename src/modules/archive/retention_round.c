/* SPDX-License-Identifier: MIT
 *
 * Removing what is too old, or too much, from the archives of all accounts (retention.h). One
 * worker goes through them, one account after the other, again and again with a rest in
 * between: what an archive is for is no hurry, and nobody else is kept waiting.
 */
#include "loop/worker.h"
#include "modules/archive/archive.h"

enum {
	REST_MS = 6 * 3600 * 1000, /* between two rounds */
	FIRST_MS = 60 * 1000,      /* after the start */
	OWNERS = 100,              /* asked for at a time */
	PACE_MS = 10,              /* between two accounts */
};

/* Where the round is. Of one worker. */
static struct round {
	struct timer timer;
	size_t host; /* place in hosts_at */
	char after[STORE_OWNER_MAX];
	size_t after_len;       /* the last owner that had its turn */
	struct str_list owners; /* behind him, of the host */
	struct arena arena;     /* holds them */
	size_t at;
} * round_now;

static void next_owner(struct round *r);

static void
owner_done(void *waiter, enum status s)
{
	struct round *r = waiter;

	(void)s; /* the next round does what this one could not */
	if (r != round_now)
		return;
	r->at++;
	timer_set(&r->timer, PACE_MS);
}

static void
on_owners(void *waiter, const struct store_rows *rows)
{
	struct round *r = waiter;
	struct str *owners;

	if (r != round_now)
		return;
	arena_reset(&r->arena);
	r->at = 0;
	r->owners = (struct str_list){ NULL };
	if (rows->status == OK && rows->n > 0) {
		owners = arena_alloc(&r->arena, rows->n * sizeof(*owners));
		for (size_t i = 0; i < rows->n; i++)
			owners[i] = str_copy(&r->arena, rows->row[i].owner);
		r->owners = (struct str_list){ owners, rows->n };
	} else {
		r->host++;
		r->after_len = 0;
	}
	next_owner(r);
}

/* Where the host keeps everything, only those for which something else was said. */
static void
ask_owners(struct round *r, const struct archive_conf *conf)
{
	bool all = conf->retention.max_age_ms || conf->retention.max_messages;
	struct store_query q = {
		.what = STORE_OWNERS,
		.owner = hosts_at(r->host)->name,
		.kinds = { all ? KIND_ACCOUNT : KIND_RETENTION },
		.n_kinds = 1,
		.item = str_of(r->after, r->after_len),
		.limit = OWNERS,
	};

	store_read(account_store(), &q, on_owners, r);
}

static void
remember_owner(struct round *r)
{
	struct str last = r->owners.at[r->owners.count - 1];

	memcpy(r->after, last.at, last.len);
	r->after_len = last.len;
}

static const struct archive_conf *
conf_of(const struct round *r)
{
	return r->host < hosts_count() ? module_conf(&mod_archive, hosts_at(r->host)) : NULL;
}

static void
next_owner(struct round *r)
{
	const struct archive_conf *conf = conf_of(r);

	while (r->host < hosts_count() && !conf) {
		r->host++;
		r->owners.count = r->at = 0;
		r->after_len = 0;
		conf = conf_of(r);
	}
	if (r->host >= hosts_count()) {
		r->host = 0;
		timer_set(&r->timer, REST_MS);
	} else if (r->at < r->owners.count) {
		retention_apply(jid_trusted(r->owners.at[r->at]), owner_done, r);
	} else {
		if (r->owners.count)
			remember_owner(r);
		ask_owners(r, conf);
	}
}

static void
on_timer(struct timer *t)
{
	next_owner(list_entry(t, struct round, timer));
}

/* --- life ----------------------------------------------------------------------------- */

static void
begin(const void *letter)
{
	(void)letter;
	if (!round_now)
		return;
	timer_init(&round_now->timer, on_timer);
	timer_set(&round_now->timer, FIRST_MS);
}

enum status
archive_retention_start(void)
{
	round_now = mem_zalloc(sizeof(*round_now));
	arena_init(&round_now->arena, 4096);
	worker_post(0, begin, "", 1);
	return OK;
}

void
archive_retention_stop(void)
{
	if (round_now)
		arena_fini(&round_now->arena);
	free(round_now);
	round_now = NULL;
}
