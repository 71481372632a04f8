/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/interest.h"

#include <stdlib.h>

#include "modules/mod_blocking.h"
#include "modules/mod_caps.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/pep.h"
#include "modules/roster/roster.h"

/* --- at the home of those who have nodes -------------------------------------------------- */

/* A session that wants to hear of the nodes of somebody. */
struct interest {
	caps_kind_t kind;
	struct str session; /* full address */
};

static void
send_last_items(struct place *p, const struct interest *i)
{
	struct jid to = jid_trusted(i->session);
	struct table_walk walk = { 0 };
	const struct node *n;
	struct arena a;

	arena_init(&a, 256);
	while ((n = node_next(&p->nodes, &walk)))
		if (n->conf.send_last == SEND_LAST_ON_PRESENCE && n->conf.deliver &&
		    n->last.len &&
		    caps_kind_says(i->kind, str_format(&a, "%.*s+notify", STR_ARG(n->name))) ==
			CAPS_YES &&
		    place_shows(p, n, to))
			send_last_item(p, n, to);
	arena_fini(&a);
}

static void
express(struct account *a, const struct interest *i)
{
	struct jid who = jid_trusted(i->session);
	struct place *p = pep_place(a);

	if (p && roster_allows(a, who) && !blocking_blocks(a, who))
		send_last_items(p, i);
}

static void
when_ready(void *waiter, struct account *a, enum status s)
{
	struct interest *i = waiter;

	if (s == OK)
		express(a, i);
	free(i);
}

static void
express_later(struct jid owner, const struct interest *i)
{
	struct interest *copy = mem_alloc(sizeof(*copy) + i->session.len);
	char *at = (char *)(copy + 1);

	*copy = (struct interest){ i->kind, str_place(&at, i->session) };
	account_with(owner, when_ready, copy);
}

/* --- from home to home -------------------------------------------------------------------- */

/* An interest in the nodes of several who are at home on one worker. */
struct parcel {
	struct interest interest; /* its text is behind the structure */
	size_t len, room;
	char *owners; /* bare addresses, a line each */
};

static struct parcel *
parcel_new(const struct interest *i)
{
	struct parcel *p = mem_zalloc(sizeof(*p) + i->session.len);
	char *at = (char *)(p + 1);

	p->interest = (struct interest){ i->kind, str_place(&at, i->session) };
	return p;
}

static void
parcel_add(struct parcel *p, struct str owner)
{
	if (p->room - p->len < owner.len + 1) {
		p->room = (p->room + owner.len + 1) * 2;
		p->owners = mem_resize(p->owners, p->room);
	}
	memcpy(p->owners + p->len, owner.at, owner.len);
	p->len += owner.len;
	p->owners[p->len++] = '\n';
}

static void
on_parcel(const void *letter)
{
	struct parcel *p = *(struct parcel *const *)letter;
	struct str rest = str_of(p->owners, p->len), text;

	while (rest.len && str_split(&rest, '\n', &text)) {
		struct account *a = account_at_once(jid_trusted(text));

		if (a)
			express(a, &p->interest);
		else
			express_later(jid_trusted(text), &p->interest);
	}
	free(p->owners);
	free(p);
}

/* --- at the home of who is interested ----------------------------------------------------- */

/* What the session's client can do is known, and it is there to hear of it. */
static bool
is_interested(struct session *s, struct interest *out)
{
	*out = (struct interest){ caps_kind(s), jid_full(s->jid) };
	return out->kind && s->presence && !s->ended;
}

/* By worker, made when they are needed. */
static struct parcel *
parcel_for(struct parcel **all, struct jid owner, const struct interest *i)
{
	struct parcel **p = &all[account_home(owner)];

	if (!*p)
		*p = parcel_new(i);
	return *p;
}

enum verdict
interest_in_contacts(struct call *c)
{
	struct parcel **all = arena_zalloc(c->arena, workers_count() * sizeof(struct parcel *));
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	struct interest interest;

	if (!is_interested(c->session, &interest))
		return PASS;
	express(c->account, &interest);
	while ((item = roster_next(c->account, &walk)))
		if (item->state & SUB_TO && host_find(jid_domain(item->jid)) &&
		    !blocking_blocks(c->account, item->jid))
			parcel_add(parcel_for(all, item->jid, &interest), jid_bare(item->jid));
	for (unsigned w = 0; w < workers_count(); w++)
		if (all[w])
			worker_post(w, on_parcel, &all[w], sizeof(all[w]));
	return PASS;
}

/* --- a contact that may see the account from now on --------------------------------------- */

struct shown {
	char *contact, *owner; /* bare; owner is within */
	size_t contact_len, owner_len;
};

static void
interest_in_one(struct account *a, struct str owner)
{
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);
		struct interest interest;
		struct parcel *p;

		if (!is_interested(s, &interest))
			continue;
		p = parcel_new(&interest);
		parcel_add(p, owner);
		worker_post(account_home(jid_trusted(owner)), on_parcel, &p, sizeof(p));
	}
}

static void
on_shown(const void *letter)
{
	const struct shown *shown = letter;
	struct account *a =
	    account_loaded(jid_trusted(str_of(shown->contact, shown->contact_len)));

	if (a)
		interest_in_one(a, str_of(shown->owner, shown->owner_len));
	free(shown->contact);
}

enum verdict
interest_of_contact(struct call *c)
{
	struct str contact = jid_bare(c->contact), owner = jid_full(c->account->jid);
	struct shown shown = { .contact_len = contact.len, .owner_len = owner.len };
	char *at;

	if (!host_find(jid_domain(c->contact)))
		return PASS;
	shown.contact = at = mem_alloc(contact.len + owner.len);
	str_place(&at, contact);
	shown.owner = at;
	str_place(&at, owner);
	worker_post(account_home(c->contact), on_shown, &shown, sizeof(shown));
	return PASS;
}
