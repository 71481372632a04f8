/* SPDX-License-Identifier: MIT */
#include "modules/upload/lately.h"

#include <stdalign.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/list.h"
#include "base/table.h"
#include "loop/worker.h"

struct late {
	struct list in_use;
	struct upload_record record; /* its strings, and the bytes, behind the struct */
	struct str bytes;
	size_t size; /* of all */
};

static struct shelf {
	alignas(64) struct table by_token;
	struct list in_use; /* late.in_use, the latest first */
	size_t size;
	uint64_t moment; /* when nothing had been removed yet of what is here */
} shelves[WORKERS_MAX];

/* Times that something was removed. */
static _Atomic uint64_t removals;

static struct str
key_of(const void *value)
{
	return ((const struct late *)value)->record.token;
}

static void
take_out(struct shelf *s, struct late *r)
{
	table_remove(&s->by_token, r->record.token);
	list_remove(&r->in_use);
	s->size -= r->size;
	free(r);
}

static void
clear(struct shelf *s)
{
	list_each (link, &s->in_use)
		take_out(s, list_entry(link, struct late, in_use));
	table_fini(&s->by_token);
	table_init(&s->by_token, key_of);
}

/* With nothing on it that may have been removed. */
static struct shelf *
shelf_here(void)
{
	struct shelf *s = &shelves[worker_self()];
	uint64_t now = lately_moment();

	if (!s->in_use.next) {
		list_init(&s->in_use);
		table_init(&s->by_token, key_of);
	}
	if (s->moment != now)
		clear(s);
	s->moment = now;
	return s;
}

const struct upload_record *
lately_find(struct str token, struct str *bytes)
{
	struct shelf *s = shelf_here();
	struct late *r = table_get(&s->by_token, token);

	if (!r)
		return NULL;
	list_remove(&r->in_use);
	list_prepend(&s->in_use, &r->in_use);
	*bytes = r->bytes;
	return &r->record;
}

uint64_t
lately_moment(void)
{
	return atomic_load(&removals);
}

void
lately_forget(void)
{
	atomic_fetch_add(&removals, 1);
}

/* --- adding ------------------------------------------------------------------------------- */

static struct late *
lately_new(const struct upload_record *record, struct str bytes)
{
	size_t size = sizeof(struct late) + record->token.len + record->account.len +
		      record->name.len + record->type.len + bytes.len;
	struct late *r = mem_alloc(size);
	char *at = (char *)(r + 1);

	list_init(&r->in_use);
	r->size = size;
	r->record = *record;
	r->record.token = str_place(&at, record->token);
	r->record.account = str_place(&at, record->account);
	r->record.name = str_place(&at, record->name);
	r->record.type = str_place(&at, record->type);
	r->bytes = str_place(&at, bytes);
	return r;
}

void
lately_add(uint64_t moment, const struct upload_record *record, struct str bytes)
{
	struct shelf *s = shelf_here();
	struct late *r;

	if (moment != s->moment || table_get(&s->by_token, record->token))
		return;
	r = lately_new(record, bytes);
	table_put(&s->by_token, r);
	list_prepend(&s->in_use, &r->in_use);
	s->size += r->size;
	while (s->size > UPLOAD_LATELY_BYTES)
		take_out(s, list_entry(s->in_use.prev, struct late, in_use));
}

/* --- the end ------------------------------------------------------------------------------ */

void
lately_stop(void)
{
	for (unsigned w = 0; w < WORKERS_MAX; w++)
		if (shelves[w].in_use.next)
			clear(&shelves[w]);
	memset(shelves, 0, sizeof(shelves));
}
