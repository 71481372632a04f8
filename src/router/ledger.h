/* SPDX-License-Identifier: MIT
 *
 * The counts of stream management (XEP-0198 section 4) between a session and its client:
 *
 *   sent      each stanza is kept until the client has acknowledged it
 *   received  each stanza is a debt until all that it set off is over (loop/cause.h): until
 *             then no acknowledgement counts it or those behind it (design section 4)
 *
 * Counts are modulo 2^32, as on the wire.
 */
#ifndef ROUTER_LEDGER_H
#define ROUTER_LEDGER_H

#include "base/list.h"
#include "base/time.h"
#include "xmpp/stanza.h"

/* A stanza that was sent and not yet acknowledged. */
struct unacknowledged {
	struct stanza *stanza;
	usec_t at_us; /* when it was sent; 0: it is kept elsewhere as well until the client
		       * has acknowledged it */
};

struct ledger {
	struct unacknowledged *ring; /* of `room`, a power of two */
	uint32_t room, first, n;
	uint32_t sent;     /* n of these are not acknowledged */
	uint32_t received; /* counted with the first debt that is open: see ledger_handled() */
	size_t bytes;      /* of the unacknowledged ones, shared content counted for each */
	struct list debts; /* debt.in_ledger, by number */
};

/* A stanza that was received. Whoever makes it begins with this; it is on the heap, and freed
 * here once it is paid, or by debt_paid() when it has outlived the ledger. */
struct debt {
	struct list in_ledger;
	uint32_t number;
	bool paid;
};

void ledger_init(struct ledger *l);

/* Debts that are not paid are in no list from now on. */
void ledger_fini(struct ledger *l);

/* --- sent ----------------------------------------------------------------------------- */

/* Gains a reference. */
void ledger_add(struct ledger *l, const struct stanza *st, usec_t at_us);

/* The nth that is not acknowledged, the oldest being 0. */
const struct unacknowledged *ledger_at(const struct ledger *l, uint32_t n);

/* Whether a client that has handled `h` stanzas can be this one: it has acknowledged no more
 * before, and was sent as many. */
bool ledger_may_acknowledge(const struct ledger *l, uint32_t h);

/* The client has handled `h` stanzas, which it may. */
void ledger_acknowledge(struct ledger *l, uint32_t h);

/* --- received ------------------------------------------------------------------------- */

/* One more was received; nothing is freed before the debt is paid. */
void ledger_owe(struct ledger *l, struct debt *d);

/* The debt is in the ledger; true when more has been handled now than before. */
bool ledger_pay(struct ledger *l, struct debt *d);

/* As many as may be acknowledged: those in front of the first open debt. */
uint32_t ledger_handled(const struct ledger *l);

#endif
