/* SPDX-License-Identifier: MIT */
#include "modules/presence/lingering.h"

#include "base/limits.h"

/* Of this worker; unset before the first. */
static _Thread_local struct list here; /* lingering.in_worker */

/* How long one waits for an account that is being written. */
enum { TRY_AGAIN_MS = 50 };

static void
on_due(struct timer *t)
{
	struct lingering *l = list_entry(t, struct lingering, timer);

	if (l->account->ready)
		l->over(l);
	else
		timer_set(t, TRY_AGAIN_MS);
}

bool
lingering_start(struct lingerers *of, struct account *a, const struct stanza *presence,
    msec_t for_ms, void (*over)(struct lingering *l))
{
	struct lingering *l;

	if (of->n == LINGERERS_MAX)
		return false;
	l = mem_zalloc(sizeof(*l));
	if (!of->all.next)
		list_init(&of->all);
	if (!here.next)
		list_init(&here);
	list_append(&of->all, &l->in_account);
	list_append(&here, &l->in_worker);
	of->n++;
	timer_init(&l->timer, on_due);
	timer_set(&l->timer, for_ms);
	account_hold(a);
	l->account = a;
	l->presence = stanza_ref(presence);
	l->over = over;
	return true;
}

struct lingering *
lingering_next(const struct lingerers *of, const struct lingering *l)
{
	struct list *next = l ? l->in_account.next : of->all.next;

	return !next || next == &of->all ? NULL
					 : list_entry(next, struct lingering, in_account);
}

struct lingering *
lingering_take(struct lingerers *of, struct jid full)
{
	struct lingering *l = NULL;

	while ((l = lingering_next(of, l)))
		if (jid_eq(l->presence->from, full)) {
			list_remove(&l->in_account);
			of->n--;
			return l;
		}
	return NULL;
}

void
lingering_free(struct lingering **l)
{
	struct lingering *gone = TAKE(*l);

	if (!gone)
		return;
	timer_stop(&gone->timer);
	list_remove(&gone->in_account);
	list_remove(&gone->in_worker);
	stanza_free(&gone->presence);
	account_release(gone->account);
	free(gone);
}

void
lingerers_fini(struct lingerers *of)
{
	while (of->all.next && !list_is_empty(&of->all))
		list_remove(of->all.next);
	*of = (struct lingerers){ 0 };
}

void
lingering_leave_worker(void)
{
	while (here.next && !list_is_empty(&here)) {
		struct lingering *l = list_entry(here.next, struct lingering, in_worker);

		lingering_free(&l);
	}
}
