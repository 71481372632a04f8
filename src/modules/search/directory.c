/* SPDX-License-Identifier: MIT */
#include "modules/search/directory.h"

#include "base/limits.h"
#include "base/log.h"
#include "modules/mod_vcard.h"

struct directory {
	struct list in_worker;
	struct str host; /* behind the struct */
	struct people people;
	struct people gone; /* while it is read: who has left meanwhile */
	bool loaded, loading;
	struct str after;    /* the last owner that was read; on the heap */
	struct list waiting; /* asking.in_directory */
	unsigned n_waiting;
};

struct asking {
	struct list in_directory;
	directory_ready_fn *ready;
	void *waiter;
};

static _Thread_local struct list directories; /* directory.in_worker */

unsigned
directory_home(struct str host)
{
	return account_home(jid_trusted(host));
}

static struct directory *
find(struct str host)
{
	list_each (link, &directories) {
		struct directory *d = list_entry(link, struct directory, in_worker);

		if (str_eq(d->host, host))
			return d;
	}
	return NULL;
}

static struct directory *
find_or_make(struct str host)
{
	struct directory *d = find(host);

	if (d)
		return d;
	d = mem_zalloc(sizeof(*d) + host.len);
	memcpy(d + 1, host.at, host.len);
	d->host = str_of((char *)(d + 1), host.len);
	list_init(&d->waiting);
	list_append(&directories, &d->in_worker);
	return d;
}

static void
remember_place(struct directory *d, struct str after)
{
	char *copy = NULL;

	if (after.len) {
		copy = mem_alloc(after.len);
		memcpy(copy, after.at, after.len);
	}
	free((void *)(uintptr_t)d->after.at);
	d->after = str_of(copy, after.len);
}

/* At the end of the server the store is closed, which is no failure. */
static void
complain(struct str whose, enum status s)
{
	if (s != E_CLOSED)
		log_error(
		    "search.not_read", LOG_ACCOUNT("jid", whose), LOG_STATUS("status", s));
}

/* --- reading ------------------------------------------------------------------------------ */

static void
end_reading(struct directory *d, enum status s)
{
	d->loading = false;
	d->loaded = s == OK;
	remember_place(d, S(""));
	people_fini(&d->gone);
	if (s != OK) {
		people_fini(&d->people);
		complain(d->host, s);
	}
	list_each (link, &d->waiting) {
		struct asking *a = list_entry(link, struct asking, in_directory);

		list_remove(&a->in_directory);
		d->n_waiting--;
		a->ready(a->waiter, s == OK ? &d->people : NULL, s);
		free(a);
	}
}

/* What came by letter meanwhile is newer. */
static void
add_row(struct directory *d, const struct store_row *row)
{
	struct str user = jid_local(jid_trusted(row->owner));
	struct card card;

	if (people_have(&d->people, user) || people_have(&d->gone, user))
		return;
	if (card_unpack(row->value, &card) == OK)
		people_put(&d->people, user, &card);
	else
		log_error("search.damaged", LOG_ACCOUNT("jid", row->owner));
}

static void read_page(struct directory *d);

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct directory *d = waiter;

	for (size_t i = 0; i < rows->n; i++)
		add_row(d, &rows->row[i]);
	if (rows->status != OK || rows->n < DIRECTORY_PAGE) {
		end_reading(d, rows->status);
		return;
	}
	remember_place(d, rows->row[rows->n - 1].owner);
	read_page(d);
}

static void
read_page(struct directory *d)
{
	struct store_query q = {
		.what = STORE_OWNERS,
		.owner = d->host,
		.kinds = { KIND_CARD },
		.n_kinds = 1,
		.item = d->after.len ? d->after : S(""),
		.limit = DIRECTORY_PAGE,
		.values = true,
	};

	store_read(account_store(), &q, on_page, d);
}

void
directory_with(struct str host, directory_ready_fn *ready, void *waiter)
{
	struct directory *d = find_or_make(host);
	struct asking *a;

	if (d->loaded) {
		ready(waiter, &d->people, OK);
		return;
	}
	if (d->n_waiting == DIRECTORY_WAITING_MAX) {
		ready(waiter, NULL, E_LIMIT);
		return;
	}
	a = mem_alloc(sizeof(*a));
	*a = (struct asking){ .ready = ready, .waiter = waiter };
	list_append(&d->waiting, &a->in_directory);
	d->n_waiting++;
	if (!d->loading) {
		d->loading = true;
		read_page(d);
	}
}

/* --- changes ------------------------------------------------------------------------------ */

/* An account, and what the store has of it now: from its home to the directory's. */
struct news {
	struct jid account; /* both behind the struct */
	struct str card;    /* "no string": none */
};

static struct news *
news_new(struct jid account, struct str card)
{
	struct str text = jid_full(account);
	struct news *n = mem_alloc(sizeof(*n) + text.len + card.len);
	char *at = (char *)(n + 1);

	n->account = jid_trusted(str_place(&at, text));
	n->card = str_place(&at, card);
	return n;
}

static void
learn(const void *letter)
{
	struct news *n = *(struct news *const *)letter;
	struct directory *d = find(jid_domain(n->account));
	struct str user = jid_local(n->account);
	struct card card;

	if (d && (d->loaded || d->loading)) {
		if (n->card.at && card_unpack(n->card, &card) == OK) {
			people_put(&d->people, user, &card);
			people_drop(&d->gone, user);
		} else {
			people_drop(&d->people, user);
			if (d->loading)
				people_put(&d->gone, user, &(struct card){ 0 });
		}
	}
	free(n);
}

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct news *asked = waiter, *n;

	if (rows->status == OK) {
		n = news_new(asked->account, rows->n ? rows->row[0].value : (struct str){ 0 });
		worker_post(directory_home(jid_domain(n->account)), learn, &n, sizeof(n));
	} else {
		complain(jid_full(asked->account), rows->status);
	}
	free(asked);
}

static void
look(const void *letter)
{
	struct news *n = *(struct news *const *)letter;
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(n->account),
		.kinds = { KIND_CARD },
		.n_kinds = 1,
	};

	store_read(account_store(), &q, on_row, n);
}

void
directory_look_again(struct jid account)
{
	struct news *n = news_new(account, (struct str){ 0 });

	worker_post((unsigned)worker_self(), look, &n, sizeof(n));
}

/* --- life --------------------------------------------------------------------------------- */

void
directories_enter_worker(void)
{
	list_init(&directories);
}

void
directories_leave_worker(void)
{
	list_each (link, &directories) {
		struct directory *d = list_entry(link, struct directory, in_worker);

		assert(list_is_empty(&d->waiting)); /* the store has answered everybody */
		people_fini(&d->people);
		remember_place(d, S(""));
		list_remove(&d->in_worker);
		free(d);
	}
}
