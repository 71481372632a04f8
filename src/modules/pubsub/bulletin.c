/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/bulletin.h"

#include <stdlib.h>

#include "modules/mod_blocking.h"
#include "modules/mod_caps.h"
#include "modules/pubsub/pep.h"

/* One event, for the readers at home on one worker. */
struct delivery {
	struct delivery *next;
	struct stanza *event;
	struct str feature; /* "NODE+notify", behind the structure */
	unsigned worker;
	size_t len, room;
	char *readers; /* bare addresses, a line each */
};

struct bulletin {
	struct delivery *first; /* those of the latest event come first, one for each worker */
};

struct bulletin *
bulletin_new(void)
{
	return mem_zalloc(sizeof(struct bulletin));
}

static void
delivery_free(struct delivery **d)
{
	struct delivery *gone = TAKE(*d);

	stanza_free(&gone->event);
	free(gone->readers);
	free(gone);
}

void
bulletin_free(struct bulletin **n)
{
	struct delivery *d, *next;

	for (d = *n ? (*n)->first : NULL; d; d = next) {
		next = d->next;
		delivery_free(&d);
	}
	free(TAKE(*n));
}

static struct delivery *
delivery_new(unsigned worker, struct str node, const struct stanza *event)
{
	struct str suffix = S("+notify");
	struct delivery *d = mem_zalloc(sizeof(*d) + node.len + suffix.len);
	char *at = (char *)(d + 1);

	d->worker = worker;
	d->event = stanza_ref(event);
	d->feature = str_of(at, node.len + suffix.len);
	str_place(&at, node);
	str_place(&at, suffix);
	return d;
}

void
bulletin_event(struct bulletin *n, struct str node, const struct stanza *event)
{
	for (unsigned w = workers_count(); w-- > 0;) {
		struct delivery *d = delivery_new(w, node, event);

		d->next = n->first;
		n->first = d;
	}
}

void
bulletin_reader(struct bulletin *n, struct jid bare)
{
	struct str text = jid_bare(bare);
	struct delivery *d = n->first;

	for (unsigned w = account_home(bare); w > 0; w--)
		d = d->next;
	if (d->room - d->len < text.len + 1) {
		d->room = (d->room + text.len + 1) * 2;
		d->readers = mem_resize(d->readers, d->room);
	}
	memcpy(d->readers + d->len, text.at, text.len);
	d->len += text.len;
	d->readers[d->len++] = '\n';
}

/* --- at the home of the readers ------------------------------------------------------------
 */

/* The own devices of whose node it is hear of it also while it is not known yet what they
 * can do: nobody else tells them. */
static bool
wants(struct session *s, const struct stanza *event, struct str feature)
{
	enum caps_answer says = caps_says(s, feature);

	return says == CAPS_YES || (says == CAPS_UNKNOWN && jid_eq_bare(s->jid, event->from));
}

static void
tell(struct account *a, const struct stanza *event, struct str feature)
{
	if (blocking_blocks(a, event->from))
		return;
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);
		AUTO(stanza) copy = NULL;

		if (!s->presence || s->ended || !wants(s, event, feature))
			continue;
		copy = stanza_readdress(event, event->from, s->jid);
		session_deliver(s, copy);
		pep_count_notified();
	}
}

/* Somebody whose account is not ready. */
struct later {
	struct stanza *event;
	struct str feature;
};

static void
when_ready(void *waiter, struct account *a, enum status s)
{
	struct later *l = waiter;

	if (s == OK)
		tell(a, l->event, l->feature);
	stanza_free(&l->event);
	free(l);
}

static void
tell_later(struct jid reader, const struct delivery *d)
{
	struct later *l = mem_alloc(sizeof(*l) + d->feature.len);
	char *at = (char *)(l + 1);

	*l = (struct later){ stanza_ref(d->event), str_place(&at, d->feature) };
	account_with(reader, when_ready, l);
}

/* Who is not in memory has no client that is online. */
static void
deliver(const struct delivery *d)
{
	struct str rest = str_of(d->readers, d->len), text;

	while (rest.len && str_split(&rest, '\n', &text)) {
		struct jid reader = jid_trusted(text);
		struct account *a = account_at_once(reader);

		if (a)
			tell(a, d->event, d->feature);
		else if (account_is_here(reader))
			tell_later(reader, d);
	}
}

static void
on_delivery(const void *letter)
{
	struct delivery *d = *(struct delivery *const *)letter;

	deliver(d);
	delivery_free(&d);
}

void
bulletin_spread(struct bulletin **n)
{
	struct bulletin *all = TAKE(*n);
	struct delivery *d, *in_order = NULL;

	while ((d = all->first)) {
		all->first = d->next;
		d->next = in_order;
		in_order = d;
	}
	while ((d = in_order)) {
		in_order = d->next;
		if (d->len == 0) {
			delivery_free(&d);
		} else if ((int)d->worker == worker_self()) {
			deliver(d);
			delivery_free(&d);
		} else {
			worker_post(d->worker, on_delivery, &d, sizeof(d));
		}
	}
	free(all);
}
