/* SPDX-License-Identifier: MIT */
#include "modules/archive/retention.h"

#include "base/log.h"
#include "base/pack.h"
#include "loop/worker.h"
#include "modules/archive/archive.h"

/* --- the row -------------------------------------------------------------------------- */

enum { VERSION = 1, ROW_BYTES = 1 + 8 + 4 };

static void
encode(const struct retention *r, char row[static ROW_BYTES])
{
	char *at = pack_uint(row, VERSION, 1);

	at = pack_uint(at, (uint64_t)r->max_age_ms, 8);
	pack_uint(at, r->max_messages, 4);
}

static enum status
decode(struct str row, struct retention *out)
{
	struct unpack u = { .rest = row };
	struct retention r;

	if (unpack_uint(&u, 1) != VERSION)
		return E_INVALID;
	r.max_age_ms = (msec_t)unpack_uint(&u, 8);
	r.max_messages = (uint32_t)unpack_uint(&u, 4);
	if (!unpack_is_done(&u))
		return E_INVALID;
	*out = r;
	return OK;
}

/* --- reading -------------------------------------------------------------------------- */

struct reading {
	retention_read_fn *read;
	void *waiter;
	size_t bare_len;
	char bare[];
};

static const struct archive_conf *
conf_of(struct jid bare)
{
	const struct host *host = host_find(jid_domain(bare));

	return host ? module_conf(&mod_archive, host) : NULL;
}

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct reading *reading = waiter;
	struct jid bare = jid_trusted(str_of(reading->bare, reading->bare_len));
	const struct archive_conf *conf = conf_of(bare);
	struct retention r = { 0 };
	enum status s = conf ? rows->status : E_NOT_FOUND;
	bool own = s == OK && rows->n > 0;

	if (own && decode(rows->row[0].value, &r) != OK) {
		log_error("archive.retention_row", LOG_ACCOUNT("account", jid_full(bare)));
		s = E_IO;
	} else if (s == OK && !own) {
		r = conf->retention;
	}
	reading->read(reading->waiter, s, &r, own);
	free(reading);
}

void
retention_read(struct jid bare, retention_read_fn *read, void *waiter)
{
	struct str owner = jid_full(bare);
	struct reading *reading = mem_alloc(sizeof(*reading) + owner.len);
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = owner,
		.kinds = { KIND_RETENTION },
		.n_kinds = 1,
	};

	reading->read = read;
	reading->waiter = waiter;
	reading->bare_len = owner.len;
	memcpy(reading->bare, owner.at, owner.len);
	store_read(account_store(), &q, on_row, reading);
}

/* --- erasing -------------------------------------------------------------------------- */

/* An archive on its way to what it may be: first by age, then by number. */
struct applying {
	retention_done_fn *done;
	void *waiter;
	struct retention limits;
	struct jid bare; /* behind the struct */
};

static void
applying_end(struct applying *ap, enum status s)
{
	ap->done(ap->waiter, s);
	free(ap);
}

static void
trim(struct applying *ap, uint64_t id, store_done_fn *trimmed)
{
	struct store_batch *b = store_batch_new(account_store());

	store_archive_trim(b, jid_full(ap->bare), id);
	store_commit(&b, trimmed, ap);
}

static void
on_number_trimmed(void *waiter, enum status s)
{
	applying_end(waiter, s);
}

/* The first that may stay. */
static void
on_border(void *waiter, const struct store_rows *rows)
{
	struct applying *ap = waiter;

	if (rows->status == OK && rows->n > 0)
		trim(ap, rows->row[0].id - 1, on_number_trimmed);
	else
		applying_end(ap, rows->status);
}

static void
on_count(void *waiter, const struct store_rows *rows)
{
	struct applying *ap = waiter;
	struct store_query q = {
		.what = STORE_ARCHIVE, .owner = jid_full(ap->bare), .limit = 1
	};

	if (rows->status != OK || rows->count <= ap->limits.max_messages) {
		applying_end(ap, rows->status);
		return;
	}
	q.skip = rows->count - ap->limits.max_messages;
	store_read(account_store(), &q, on_border, ap);
}

static void
on_age_trimmed(void *waiter, enum status s)
{
	struct applying *ap = waiter;
	struct store_query q = { .what = STORE_ARCHIVE, .owner = jid_full(ap->bare) };

	if (s == OK && ap->limits.max_messages)
		store_read(account_store(), &q, on_count, ap);
	else
		applying_end(ap, s);
}

static void
apply(void *waiter, enum status s, const struct retention *r, bool own)
{
	struct applying *ap = waiter;
	usec_t border = loop_wall_us() - r->max_age_ms * 1000;

	(void)own;
	ap->limits = *r;
	if (s == OK && r->max_age_ms && border > 0)
		trim(ap, (uint64_t)border, on_age_trimmed);
	else
		on_age_trimmed(ap, s);
}

void
retention_apply(struct jid bare, retention_done_fn *done, void *waiter)
{
	struct str text = jid_full(bare);
	struct applying *ap = mem_alloc(sizeof(*ap) + text.len);

	*ap = (struct applying){ .done = done, .waiter = waiter, .bare = bare };
	ap->bare.text = memcpy(ap + 1, text.at, text.len);
	retention_read(ap->bare, apply, ap);
}

/* --- saying --------------------------------------------------------------------------- */

/* Travels to the account's home and back. */
struct setting {
	retention_done_fn *done;
	void *waiter;
	unsigned asker;
	bool own;
	struct retention retention;
	enum status status;
	struct account *account; /* held, at home */
	struct jid bare;         /* behind the struct */
};

static void
tell_asker(const void *letter)
{
	struct setting *set = *(struct setting *const *)letter;

	set->done(set->waiter, set->status);
	free(set);
}

static void
go_back(struct setting *set)
{
	if (set->account)
		account_release(set->account);
	worker_post(set->asker, tell_asker, &set, sizeof(set));
}

/* It was said, whatever could not be erased yet. */
static void
on_applied(void *waiter, enum status s)
{
	(void)s;
	go_back(waiter);
}

static void
on_written(void *waiter, enum status s)
{
	struct setting *set = waiter;

	set->status = s;
	if (s == OK)
		retention_apply(set->bare, on_applied, set);
	else
		go_back(set);
}

static void
write_row(void *waiter, struct account *a, enum status s)
{
	struct setting *set = waiter;
	struct store_batch *b;
	char row[ROW_BYTES];

	if (!a || a->erased) {
		set->status = a ? E_NOT_FOUND : s;
		go_back(set);
		return;
	}
	set->account = a;
	account_hold(a);
	b = store_batch_new(account_store());
	encode(&set->retention, row);
	if (set->own)
		store_put(
		    b, jid_full(set->bare), KIND_RETENTION, S(""), str_of(row, sizeof(row)));
	else
		store_remove(b, jid_full(set->bare), KIND_RETENTION, S(""));
	store_commit(&b, on_written, set);
}

static void
set_at_home(const void *letter)
{
	struct setting *set = *(struct setting *const *)letter;

	account_with(set->bare, write_row, set);
}

void
retention_set(struct jid bare, const struct retention *r, retention_done_fn *done, void *waiter)
{
	struct str text = jid_full(bare);
	struct setting *set = mem_zalloc(sizeof(*set) + text.len);

	*set = (struct setting){
		.done = done,
		.waiter = waiter,
		.asker = (unsigned)worker_self(),
		.own = r != NULL,
		.bare = bare,
	};
	if (r)
		set->retention = *r;
	set->bare.text = memcpy(set + 1, text.at, text.len);
	worker_post(account_home(bare), set_at_home, &set, sizeof(set));
}
