/* SPDX-License-Identifier: MIT */
#include "router/account.h"

#include "base/limits.h"
#include "base/siphash.h"
#include "base/table.h"
#include "loop/cause.h"
#include "router/dispatch.h"
#include "router/hook.h"
#include "router/host.h"
#include "router/session.h"
#include "router/state.h"

struct account_waiter {
	struct list in_account;
	account_ready_fn *ready;
	void *waiter;
	struct cause *cause; /* held, or NULL */
};

static struct store *store;

/* The accounts at home on this worker. */
static _Thread_local struct {
	struct table accounts; /* by bare address */
	struct list idle;      /* account.in_idle, longest idle first */
	size_t n_idle;
	struct timer sweep;
} home;

static struct str
account_key(const void *value)
{
	return jid_full(((const struct account *)value)->jid);
}

/* --- being idle ----------------------------------------------------------------------- */

static void
account_free(struct account **a)
{
	struct account *gone = TAKE(*a);

	assert(gone->n_sessions == 0 && gone->users == 0 && list_is_empty(&gone->waiting));
	if (!list_is_empty(&gone->in_idle)) {
		list_remove(&gone->in_idle);
		home.n_idle--;
	}
	table_remove(&home.accounts, account_key(gone));
	state_account_fini(gone);
	free(gone);
}

static struct account *
longest_idle(void)
{
	return list_is_empty(&home.idle) ? NULL
					 : list_entry(home.idle.next, struct account, in_idle);
}

static void
on_sweep(struct timer *t)
{
	struct account *a;

	while ((a = longest_idle()) && a->idle_since_ms + ACCOUNT_IDLE_MS <= loop_now_ms())
		account_free(&a);
	if (home.n_idle)
		timer_set(t, ACCOUNT_IDLE_MS);
}

/* In use or not any more: moves it out of or into the idle list. */
static void
note_use(struct account *a)
{
	bool idle = !a->loading && a->n_sessions == 0 && a->users == 0;

	if (idle == !list_is_empty(&a->in_idle))
		return;
	if (!idle) {
		list_remove(&a->in_idle);
		home.n_idle--;
		return;
	}
	a->idle_since_ms = loop_now_ms();
	list_append(&home.idle, &a->in_idle);
	home.n_idle++;
	if (!timer_is_set(&home.sweep))
		timer_set(&home.sweep, ACCOUNT_IDLE_MS);
}

void
account_hold(struct account *a)
{
	a->users++;
	note_use(a);
}

void
account_release(struct account *a)
{
	assert(a->users > 0);
	a->users--;
	note_use(a);
}

/* --- loading -------------------------------------------------------------------------- */

static struct account *
account_new(struct jid bare)
{
	struct str text = jid_full(bare);
	size_t head = sizeof(struct account) + state_account_bytes();
	struct account *a = mem_zalloc(head + text.len);
	char *copy = (char *)a + head;

	memcpy(copy, text.at, text.len);
	a->jid = bare;
	a->jid.text = copy;
	list_init(&a->sessions);
	list_init(&a->waiting);
	list_init(&a->in_idle);
	table_put(&home.accounts, a);
	return a;
}

/* The one that has waited for the longest, for what it came. */
static void
run_first_waiter(struct account *a, struct account *ready, enum status s)
{
	struct account_waiter *w =
	    list_entry(a->waiting.next, struct account_waiter, in_account);
	struct cause *was = cause_swap(w->cause);

	list_remove(&w->in_account);
	w->ready(w->waiter, ready, s);
	cause_swap(was);
	cause_drop(&w->cause);
	free(w);
}

/* One after the other, in order; a waiter may add others behind, or cause a reload, for which
 * those that are left wait. */
static void
run_waiters(struct account *a, enum status s)
{
	while (!list_is_empty(&a->waiting) && (a->ready || (s != OK && !a->loading)))
		run_first_waiter(a, s == OK ? a : NULL, s);
}

/* What it was told could not be loaded, or is no more: whoever is logged in must go. */
static void
fail_loading(struct account *a, enum status s)
{
	list_each (link, &a->sessions)
		session_end(list_entry(link, struct session, in_account),
		    s == E_NOT_FOUND ? STREAM_NOT_AUTHORIZED : STREAM_INTERNAL_SERVER_ERROR,
		    (struct str){ 0 });
	run_waiters(a, s);
}

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct account *a = waiter;
	enum status s = rows->status == OK ? E_NOT_FOUND : rows->status;

	for (size_t i = 0; s != E_IO && i < rows->n; i++) {
		if (str_eq(rows->row[i].kind, KIND_ACCOUNT))
			s = OK;
		else
			state_load(a, rows->row[i].kind, rows->row[i].item, rows->row[i].value);
	}
	a->loading = false;
	a->loaded = s == OK;
	a->ready = a->loaded && !a->suspended;
	if (s == OK) {
		run_waiters(a, OK);
	} else {
		state_account_fini(a);
		fail_loading(a, s);
	}
	account_release(a);
	if (!a->loaded && a->n_sessions == 0 && a->users == 0)
		account_free(&a);
}

static void
load(struct account *a)
{
	struct store_query q = { .what = STORE_KINDS, .owner = jid_full(a->jid) };

	a->loaded = a->ready = false;
	a->loading = true;
	q.kinds[0] = KIND_ACCOUNT;
	q.n_kinds =
	    1 + (unsigned)state_kinds(q.kinds + 1, sizeof(q.kinds) / sizeof(q.kinds[0]) - 1);
	account_hold(a);
	store_read(store, &q, on_rows, a);
}

void
account_reload(struct account *a)
{
	if (!a->loaded)
		return; /* is being read, behind every write that was made, or will be */
	state_account_fini(a);
	load(a);
}

void
account_suspend(struct account *a)
{
	a->suspended++;
	a->ready = false;
	account_hold(a);
}

void
account_resume(struct account *a)
{
	assert(a->suspended > 0);
	a->suspended--;
	a->ready = a->loaded && !a->suspended;
	run_waiters(a, OK);
	account_release(a);
}

struct account *
account_loaded(struct jid bare)
{
	struct account *a = table_get(&home.accounts, jid_full(bare));

	return a && a->loaded ? a : NULL;
}

bool
account_is_here(struct jid j)
{
	return table_get(&home.accounts, jid_bare(j));
}

static bool
is_at_hand(const struct account *a)
{
	return a && a->ready && list_is_empty(&a->waiting);
}

struct account *
account_at_once(struct jid j)
{
	struct account *a = table_get(&home.accounts, jid_bare(j));

	return is_at_hand(a) ? a : NULL;
}

void
account_with(struct jid bare, account_ready_fn *ready, void *waiter)
{
	struct account *a = table_get(&home.accounts, jid_bare(bare));
	struct account_waiter *w;

	assert(account_home(bare) == (unsigned)worker_self());
	if (is_at_hand(a)) {
		account_hold(a);
		ready(waiter, a, OK);
		account_release(a);
		return;
	}
	w = mem_alloc(sizeof(*w));
	w->ready = ready;
	w->waiter = waiter;
	w->cause = cause_take();
	if (!a)
		a = account_new(jid_to_bare(bare));
	list_append(&a->waiting, &w->in_account);
	if (!a->loaded && !a->loading)
		load(a);
}

void
account_gone(struct account *a, struct store_batch *b)
{
	struct call c = {
		.host = host_find(jid_domain(a->jid)),
		.account = a,
		.batch = b,
	};
	struct arena arena;

	arena_init(&arena, 4096);
	c.arena = &arena;
	a->erased = true;
	/* While the roster still says who may know of it. */
	list_each (link, &a->sessions)
		session_end_now(list_entry(link, struct session, in_account),
		    STREAM_NOT_AUTHORIZED, S("The account has been deleted."));
	if (c.host)
		dispatch_event(&c, ON_ACCOUNT_DELETED);
	arena_fini(&arena);
}

/* --- the layer ------------------------------------------------------------------------ */

void
accounts_use_store(struct store *s)
{
	store = s;
}

struct store *
account_store(void)
{
	return store;
}

unsigned
account_home(struct jid j)
{
	return (unsigned)(siphash_str(jid_bare(j)) % workers_count());
}

void
accounts_worker_init(void)
{
	table_init(&home.accounts, account_key);
	list_init(&home.idle);
	timer_init(&home.sweep, on_sweep);
}

static void
visit_and_free(void *waiter, struct account *a)
{
	(void)waiter;
	list_each (link, &a->sessions)
		session_forget(list_entry(link, struct session, in_account));
	account_free(&a);
}

void
accounts_worker_fini(void)
{
	timer_stop(&home.sweep);
	accounts_each(visit_and_free, NULL);
	table_fini(&home.accounts);
}

void
accounts_each(void (*visit)(void *waiter, struct account *a), void *waiter)
{
	struct table_walk walk = { 0 };
	void *a;

	while ((a = table_next(&home.accounts, &walk)))
		visit(waiter, a);
}
