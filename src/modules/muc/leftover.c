/* SPDX-License-Identifier: MIT
 *
 * Temporary rooms that a crash has left (decision 95). Some minutes after the start, when those
 * who were in them have had the time to come back, each worker loads those at home there: who
 * is found empty then is erased (rooms.c).
 */
#include "base/limits.h"
#include "modules/muc/service.h"
#include "router/service.h"

enum { PAGE = 250 };

static _Thread_local struct {
	struct timer timer;
	size_t service; /* place in hosts_services, of the one that is looked through */
	char after[STORE_OWNER_MAX];
	size_t after_len; /* the last room that was looked at */
} at;

static void look_on(void);

static void
look_at(const struct store_row *row)
{
	struct jid room = jid_trusted(row->owner);

	if (account_home(room) == (unsigned)worker_self() && room_row_is_passing(row->value))
		rooms_touch(room);
}

static void
on_rooms(void *waiter, const struct store_rows *rows)
{
	(void)waiter;
	for (size_t i = 0; i < rows->n; i++)
		look_at(&rows->row[i]);
	if (rows->status == OK && rows->n == PAGE) {
		struct str last = rows->row[rows->n - 1].owner;

		memcpy(at.after, last.at, last.len);
		at.after_len = last.len;
	} else {
		at.service++;
		at.after_len = 0;
	}
	look_on();
}

/* A reload meanwhile may make it pass one over, which the next start finds. */
static void
look_on(void)
{
	size_t n;
	const struct service *s = hosts_services(&n);
	struct store_query q = {
		.what = STORE_OWNERS,
		.kinds = { KIND_ROOM },
		.n_kinds = 1,
		.item = str_of(at.after, at.after_len),
		.limit = PAGE,
		.values = true,
	};

	while (at.service < n && s[at.service].module != &mod_muc)
		at.service++;
	if (at.service == n)
		return;
	q.owner = s[at.service].name;
	store_read(account_store(), &q, on_rooms, NULL);
}

static void
on_due(struct timer *t)
{
	(void)t;
	look_on();
}

void
rooms_left_worker_init(void)
{
	timer_init(&at.timer, on_due);
	timer_set(&at.timer, ROOM_LEFT_MS);
}

void
rooms_left_worker_fini(void)
{
	timer_stop(&at.timer);
}
