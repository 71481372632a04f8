/* SPDX-License-Identifier: MIT */
#include "modules/muc/history.h"

#include "base/limits.h"
#include "xmpp/delay.h"

struct past {
	struct list in_history;
	struct stanza *stanza;
	usec_t at_us;
	size_t bytes; /* that it counts for */
	bool stamped; /* the stanza has the stamp of its time */
};

void
history_init(struct history *h)
{
	list_init(&h->messages);
	h->n = 0;
	h->bytes = 0;
}

static void
past_free(struct history *h, struct past *m)
{
	h->n--;
	h->bytes -= m->bytes;
	list_remove(&m->in_history);
	stanza_free(&m->stanza);
	free(m);
}

void
history_fini(struct history *h)
{
	list_each (link, &h->messages)
		past_free(h, list_entry(link, struct past, in_history));
}

void
history_add(struct history *h, const struct stanza *st, usec_t at_us, uint32_t max)
{
	struct past *m;

	if (max == 0 || frozen_bytes(st->xml) > HISTORY_BYTES) {
		history_fini(h);
		return;
	}
	m = mem_alloc(sizeof(*m));
	*m = (struct past){
		.stanza = stanza_ref(st), .at_us = at_us, .bytes = frozen_bytes(st->xml)
	};
	list_append(&h->messages, &m->in_history);
	h->n++;
	h->bytes += m->bytes;
	list_each (link, &h->messages) {
		if (h->n <= max && h->bytes <= HISTORY_BYTES)
			break;
		past_free(h, list_entry(link, struct past, in_history));
	}
}

bool
history_replace(struct history *h, usec_t at_us, const struct stanza *by)
{
	list_each (link, &h->messages) {
		struct past *m = list_entry(link, struct past, in_history);

		if (m->at_us != at_us)
			continue;
		if (!by) {
			past_free(h, m);
			return true;
		}
		h->bytes -= m->bytes;
		m->bytes = frozen_bytes(by->xml);
		h->bytes += m->bytes;
		stanza_free(&m->stanza);
		m->stanza = stanza_ref(by);
		m->stamped = false;
		return true;
	}
	return false;
}

const struct stanza *
history_stanza(struct past *m)
{
	struct str room = jid_bare(m->stanza->from);
	struct stanza *plain = m->stanza;
	struct arena a;

	if (m->stamped)
		return m->stanza;
	arena_init(&a, 1024);
	m->stanza = delay_stamp(plain, room, m->at_us, &a);
	m->stamped = true;
	arena_fini(&a);
	stanza_free(&plain);
	return m->stanza;
}

/* Section 7.2.14: of the complete stanza. */
static size_t
chars_of(struct past *m)
{
	struct arena a;
	size_t n;

	arena_init(&a, 1024);
	n = stanza_text(history_stanza(m), &a).len;
	arena_fini(&a);
	return n;
}

struct past *
history_first(const struct history *h, const struct history_request *wanted)
{
	uint32_t stanzas = 0;
	size_t chars = 0;
	struct past *first = NULL;

	for (struct list *l = h->messages.prev; l != &h->messages; l = l->prev) {
		struct past *m = list_entry(l, struct past, in_history);

		if (stanzas == wanted->max_stanzas || m->at_us < wanted->since_us)
			break;
		if (wanted->max_chars != UINT32_MAX &&
		    (chars += chars_of(m)) > wanted->max_chars)
			break;
		stanzas++;
		first = m;
	}
	return first;
}

struct past *
history_next(const struct history *h, const struct past *m)
{
	return m->in_history.next == &h->messages
		   ? NULL
		   : list_entry(m->in_history.next, struct past, in_history);
}
