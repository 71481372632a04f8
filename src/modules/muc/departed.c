/* SPDX-License-Identifier: MIT
 *
 * What an account that is deleted was in rooms: whoever has the address next is not that. So
 * all rooms are looked through, one after the other, and it is taken from the lists of members,
 * admins, owners and subscribers. A ban stays, or to register anew would lift it. A room whose
 * last owner goes has none, until the administration names one.
 */
#include "modules/mod_accounts.h"
#include "modules/muc/changes.h"
#include "modules/muc/service.h"
#include "modules/muc/subscribers.h"
#include "modules/muc/visit.h"
#include "router/service.h"

/* One account's, on the worker that it was at home on. */
struct departure {
	struct room_visit visit; /* first; its room is `at` */
	struct jid who;          /* bare */
	size_t service; /* place in hosts_services, of the one that is looked through */
	size_t at_len;  /* 0: none of its rooms yet */
	char at[STORE_OWNER_MAX]; /* the room that is looked at, or was last */
	char who_text[];
};

static void look_on(struct departure *d);

static void
visit(struct call *c, struct room *r, struct room_visit *v)
{
	const struct departure *d = (struct departure *)(void *)v;
	struct change ch = { .who = d->who, .wanted = ROOM_NONE };
	struct store_batch *b;

	if (!r)
		return;
	b = room_change(c, r);
	if (room_affiliation(r, d->who) >= ROOM_MEMBER)
		changes_make(c, r, b, &ch, 1, (struct str){ 0 }, (struct jid){ 0 });
	subscribers_drop(c, r, d->who, b);
	room_commit(c, r, &b);
}

/* A room that cannot be read or written to is passed over. */
static void
back(struct room_visit *v, enum status s)
{
	(void)s;
	look_on((struct departure *)(void *)v);
}

/* Whether the room has a row of that kind about the account. */
static void
ask(struct departure *d, struct str kind, store_rows_fn *on_row)
{
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = str_of(d->at, d->at_len),
		.kinds = { kind },
		.n_kinds = 1,
		.item = jid_full(d->who),
	};

	store_read(account_store(), &q, on_row, d);
}

static void
go_in(struct departure *d)
{
	d->visit.room = jid_trusted(str_of(d->at, d->at_len));
	rooms_visit(&d->visit);
}

static void
on_subscriber(void *waiter, const struct store_rows *rows)
{
	struct departure *d = waiter;

	if (rows->n == 0)
		look_on(d);
	else
		go_in(d);
}

static void
on_affiliation(void *waiter, const struct store_rows *rows)
{
	struct departure *d = waiter;

	if (rows->n == 0)
		ask(d, KIND_SUBSCRIBER, on_subscriber);
	else
		go_in(d);
}

static void
on_room(void *waiter, const struct store_rows *rows)
{
	struct departure *d = waiter;

	if (rows->status != OK || rows->n == 0) {
		d->service++;
		d->at_len = 0;
		look_on(d);
		return;
	}
	d->at_len = rows->row[0].owner.len;
	memcpy(d->at, rows->row[0].owner.at, d->at_len);
	ask(d, KIND_AFFILIATION, on_affiliation);
}

/* A reload meanwhile may make it pass a service over. */
static void
look_on(struct departure *d)
{
	size_t n;
	const struct service *s = hosts_services(&n);
	struct store_query q = {
		.what = STORE_OWNERS,
		.kinds = { KIND_ROOM },
		.n_kinds = 1,
		.item = str_of(d->at, d->at_len),
		.limit = 1,
	};

	while (d->service < n && s[d->service].module != &mod_muc)
		d->service++;
	if (d->service >= n) {
		free(d);
		return;
	}
	q.owner = s[d->service].name;
	store_read(account_store(), &q, on_room, d);
}

enum verdict
muc_on_account_deleted(struct call *c)
{
	struct str who = jid_bare(c->account->jid);
	struct departure *d;

	if (accounts_is_temporary(c->account))
		return PASS; /* there are many, and nobody is the next */
	d = mem_zalloc(sizeof(*d) + who.len);
	memcpy(d->who_text, who.at, who.len);
	d->who = jid_trusted(str_of(d->who_text, who.len));
	d->visit.visit = visit;
	d->visit.back = back;
	look_on(d);
	return PASS;
}
