/* SPDX-License-Identifier: MIT
 *
 * An account at its home worker: its sessions and the modules' state of it, loaded from the
 * store when the first stanza or session needs it, let go when idle. What arrives while it
 * loads waits in order.
 *
 * The row (account, KIND_ACCOUNT, "") makes an account exist; it holds its credentials.
 */
#ifndef ROUTER_ACCOUNT_H
#define ROUTER_ACCOUNT_H

#include "base/list.h"
#include "base/time.h"
#include "loop/worker.h"
#include "storage/store.h"
#include "xmpp/jid.h"

#define KIND_ACCOUNT S("account")

struct account {
	struct jid jid;     /* bare */
	bool ready;         /* loaded, and not suspended */
	bool loaded;        /* its state is in memory, and not being read again */
	bool loading;       /* is being read; neither: could not be, the next comer tries */
	bool erased;        /* about to be: nothing is to be kept for it any more */
	uint32_t suspended; /* changes under way that nothing may overtake */
	uint32_t n_sessions;
	uint32_t users;       /* commits, reads and others that need it to stay loaded */
	struct list sessions; /* session.in_account, in order of binding */
	struct list waiting;  /* account_waiter.in_account */
	struct list in_idle;  /* of this worker; in no list while in use */
	msec_t idle_since_ms;
	usec_t left_us; /* when its last available session went; 0: not since loaded */
};

/* --- life of the layer (router.c) ----------------------------------------------------- */

void accounts_use_store(struct store *s); /* before the workers start */
void accounts_worker_init(void);          /* on each worker */
void accounts_worker_fini(void);          /* on each worker: frees them all */

/* --- on any worker -------------------------------------------------------------------- */

/* The store the server runs on. */
struct store *account_store(void);

/* Worker that an address is at home on. */
unsigned account_home(struct jid j);

/* --- at home -------------------------------------------------------------------------- */

/* A loaded account of this worker, NULL when it is not loaded (or does not exist). */
struct account *account_loaded(struct jid bare);

/* Whether there is anything of the account in memory here, ready or not. Who has sessions is.
 */
bool account_is_here(struct jid j);

/* The account for which account_with would run at once; NULL: it has to wait. */
struct account *account_at_once(struct jid j);

/*
 * Runs ready(waiter, account, OK) on this worker, the account's home, as soon as it is
 * loaded: at once if it is. Waiters run in the order they came.
 *
 * With account NULL: E_NOT_FOUND, there is no such account; E_IO, it could not be read.
 */
typedef void account_ready_fn(void *waiter, struct account *a, enum status s);
void account_with(struct jid bare, account_ready_fn *ready, void *waiter);

/* Keeps it loaded until account_release, for answers that arrive later. */
void account_hold(struct account *a);
void account_release(struct account *a);

/* Between the two, stanzas and requests wait in order: for a change whose news must not be
 * overtaken by what comes after it. */
void account_suspend(struct account *a);
void account_resume(struct account *a);

/* Reads its state again from the store, after a write failed. */
void account_reload(struct account *a);

/*
 * The account is about to be erased: ends its sessions, tells the modules. The rows are the
 * caller's to erase, in the batch, to which modules add what they have elsewhere.
 */
void account_gone(struct account *a, struct store_batch *b);

/* Calls visit(waiter, account) for each account that is loaded on this worker. */
void accounts_each(void (*visit)(void *waiter, struct account *a), void *waiter);

#endif
