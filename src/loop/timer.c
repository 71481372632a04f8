/* SPDX-License-Identifier: MIT */
#include "loop/inside.h"
#include "loop/wheel.h"

enum {
	RING_SHIFT = 3, /* a ring's slots are 8 times as wide as those of the ring inside it */
	WORD_BITS = 64,
	WORDS = WHEEL_SLOTS / WORD_BITS,
};

/* Delays are cut to this, which no process outlives, so that sums cannot overflow. */
static const msec_t LONGEST_DELAY = INT64_C(1000) * 365 * 24 * 3600 * 1000;

void
wheel_init(struct wheel *w, msec_t now)
{
	*w = (struct wheel){ .at = now };
	list_init(&w->due);
	for (unsigned ring = 0; ring < WHEEL_RINGS; ring++)
		for (unsigned i = 0; i < WHEEL_SLOTS; i++)
			list_init(&w->slots[ring][i]);
}

static void
put(struct wheel *w, struct timer *t)
{
	msec_t due = t->due_ms > w->at ? t->due_ms : w->at + 1;
	msec_t here = 0, slot = 0;
	unsigned ring, i;

	for (ring = 0; ring < WHEEL_RINGS; ring++) {
		unsigned shift = RING_SHIFT * ring;

		here = w->at >> shift;
		slot = (due + (INT64_C(1) << shift) - 1) >> shift;
		if (slot - here < WHEEL_SLOTS)
			break;
	}
	if (ring == WHEEL_RINGS) {
		/* Out of reach: the farthest slot, from which it is put again when that is run.
		 */
		ring--;
		slot = here + WHEEL_SLOTS - 1;
	}
	i = (unsigned)slot % WHEEL_SLOTS;
	w->in_use[ring][i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
	list_append(&w->slots[ring][i], &t->in_wheel);
}

/* Slots from the one after `here` to the next in use, going round; 0 when all are empty. */
static unsigned
slots_to_next(const uint64_t in_use[static WORDS], unsigned here)
{
	unsigned first = here + 1;

	/* The first word is looked at twice: from `first` up, and at last below it. */
	for (unsigned n = 0; n <= WORDS; n++) {
		unsigned word = (first / WORD_BITS + n) % WORDS;
		uint64_t bits = in_use[word];

		if (n == 0)
			bits &= UINT64_MAX << first % WORD_BITS;
		if (bits) {
			unsigned i = word * WORD_BITS + (unsigned)__builtin_ctzll(bits);

			return (i - here) % WHEEL_SLOTS;
		}
	}
	return 0;
}

msec_t
wheel_next(const struct wheel *w)
{
	msec_t next = WHEEL_NEVER;

	for (unsigned ring = 0; ring < WHEEL_RINGS; ring++) {
		unsigned shift = RING_SHIFT * ring;
		msec_t here = w->at >> shift;
		unsigned n = slots_to_next(w->in_use[ring], (unsigned)here % WHEEL_SLOTS);

		if (n && (here + n) << shift < next)
			next = (here + n) << shift;
	}
	return next;
}

/* Takes what is in the slots that begin at w->at. */
static void
take_slots(struct wheel *w)
{
	for (unsigned ring = 0; ring < WHEEL_RINGS; ring++) {
		unsigned shift = RING_SHIFT * ring;
		unsigned i = (unsigned)(w->at >> shift) % WHEEL_SLOTS;
		struct list *slot = &w->slots[ring][i];

		if (w->at & ((INT64_C(1) << shift) - 1))
			return; /* in the midst of a slot, as it is in all rings outside */
		w->in_use[ring][i / WORD_BITS] &= ~(UINT64_C(1) << i % WORD_BITS);
		list_each (link, slot) {
			list_remove(link);
			list_append(&w->due, link);
		}
	}
}

bool
wheel_run(struct wheel *w, msec_t now)
{
	bool any = false;
	msec_t next;

	while ((next = wheel_next(w)) <= now) {
		any = true;
		w->at = next;
		take_slots(w);
		while (!list_is_empty(&w->due)) {
			struct timer *t = list_entry(w->due.next, struct timer, in_wheel);

			list_remove(&t->in_wheel);
			if (t->due_ms > w->at) {
				put(w, t); /* was set again, to a later time */
				continue;
			}
			t->due_ms = 0;
			t->on_due(t);
		}
	}
	if (now > w->at)
		w->at = now;
	return any;
}

void
timer_init(struct timer *t, void (*on_due)(struct timer *t))
{
	*t = (struct timer){ .on_due = on_due };
	list_init(&t->in_wheel);
}

void
timer_set(struct timer *t, msec_t delay_ms)
{
	struct worker *w = worker_here();
	msec_t due;

	if (delay_ms > LONGEST_DELAY)
		delay_ms = LONGEST_DELAY;
	due = w->now_ms + (delay_ms > 0 ? delay_ms : 0);

	/* To a later time, as idle timers are for ever: the slot will find out and put it
	 * again. Its neighbours in the list, far away in memory, are not touched. */
	if (t->due_ms && due >= t->due_ms) {
		t->due_ms = due;
		return;
	}
	list_remove(&t->in_wheel);
	t->due_ms = due;
	put(&w->wheel, t);
}

void
timer_stop(struct timer *t)
{
	list_remove(&t->in_wheel);
	t->due_ms = 0;
}

bool
timer_is_set(const struct timer *t)
{
	return t->due_ms != 0;
}
