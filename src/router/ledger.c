/* SPDX-License-Identifier: MIT */
#include "router/ledger.h"

enum { SMALLEST_RING = 8 };

void
ledger_init(struct ledger *l)
{
	*l = (struct ledger){ 0 };
	list_init(&l->debts);
}

void
ledger_fini(struct ledger *l)
{
	ledger_acknowledge(l, l->sent);
	free(l->ring);
	list_each (link, &l->debts) {
		struct debt *d = list_entry(link, struct debt, in_ledger);

		list_remove(&d->in_ledger);
		list_init(&d->in_ledger);
		if (d->paid)
			free(d);
	}
}

/* --- sent ----------------------------------------------------------------------------- */

static struct unacknowledged *
place(const struct ledger *l, uint32_t n)
{
	return &l->ring[(l->first + n) & (l->room - 1)];
}

static size_t
bytes_of(const struct stanza *st)
{
	return sizeof(*st) + stanza_wire_max(st);
}

static void
grow(struct ledger *l)
{
	uint32_t room = l->room ? l->room * 2 : SMALLEST_RING;
	struct unacknowledged *ring = mem_alloc(room * sizeof(*ring));

	for (uint32_t i = 0; i < l->n; i++)
		ring[i] = *place(l, i);
	free(l->ring);
	l->ring = ring;
	l->room = room;
	l->first = 0;
}

void
ledger_add(struct ledger *l, const struct stanza *st, usec_t at_us)
{
	if (l->n == l->room)
		grow(l);
	*place(l, l->n++) = (struct unacknowledged){ stanza_ref(st), at_us };
	l->bytes += bytes_of(st);
	l->sent++;
}

const struct unacknowledged *
ledger_at(const struct ledger *l, uint32_t n)
{
	assert(n < l->n);
	return place(l, n);
}

bool
ledger_may_acknowledge(const struct ledger *l, uint32_t h)
{
	return l->sent - h <= l->n;
}

void
ledger_acknowledge(struct ledger *l, uint32_t h)
{
	assert(ledger_may_acknowledge(l, h));
	while (l->n > l->sent - h) {
		struct unacknowledged *u = place(l, 0);

		l->bytes -= bytes_of(u->stanza);
		stanza_free(&u->stanza);
		l->first = (l->first + 1) & (l->room - 1);
		l->n--;
	}
	if (l->n == 0) { /* most of the time: an idle session keeps nothing */
		free(l->ring);
		l->ring = NULL;
		l->room = l->first = 0;
	}
}

/* --- received ------------------------------------------------------------------------- */

void
ledger_owe(struct ledger *l, struct debt *d)
{
	d->number = ++l->received;
	d->paid = false;
	list_append(&l->debts, &d->in_ledger);
}

bool
ledger_pay(struct ledger *l, struct debt *d)
{
	bool was_first = l->debts.next == &d->in_ledger;

	d->paid = true;
	list_each (link, &l->debts) {
		struct debt *first = list_entry(link, struct debt, in_ledger);

		if (!first->paid)
			break;
		list_remove(&first->in_ledger);
		free(first);
	}
	return was_first;
}

uint32_t
ledger_handled(const struct ledger *l)
{
	if (list_is_empty(&l->debts))
		return l->received;
	return list_entry(l->debts.next, struct debt, in_ledger)->number - 1;
}
