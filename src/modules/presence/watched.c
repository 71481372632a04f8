/* SPDX-License-Identifier: MIT */
#include "modules/presence/watched.h"

#include "base/limits.h"
#include "base/siphash.h"
#include "xmpp/ns.h"

/* --- the request ---------------------------------------------------------------------- */

static enum stanza_error
read_address(struct elem e, struct arena *a, struct jid *out)
{
	struct str text;

	if (!elem_attr(e, S("jid"), a, &text))
		return ERR_BAD_REQUEST;
	if (jid_parse(a, text, out) != OK)
		return ERR_JID_MALFORMED;
	return jid_is_bare(*out) ? ERR_NONE : ERR_BAD_REQUEST;
}

enum stanza_error
watch_read(struct elem watch, struct arena *a, struct watch_request *out)
{
	size_t n = elem_count(watch);
	struct watch_request r = { 0 };

	if (n > WATCH_CHANGES_MAX)
		return ERR_NOT_ACCEPTABLE;
	r.add = arena_alloc(a, (n + 1) * sizeof(*r.add));
	r.remove = arena_alloc(a, (n + 1) * sizeof(*r.remove));
	for (struct elem e = elem_first(watch); elem_exists(e); e = elem_next(e)) {
		bool adds = elem_is(e, NS_WATCH, S("add"));
		enum stanza_error wrong;

		if (!str_eq(elem_ns(e), NS_WATCH))
			continue;
		if (!adds && !elem_is(e, NS_WATCH, S("remove")))
			return ERR_BAD_REQUEST;
		wrong = read_address(e, a, adds ? &r.add[r.n_add++] : &r.remove[r.n_remove++]);
		if (wrong != ERR_NONE)
			return wrong;
	}
	*out = r;
	return ERR_NONE;
}

/* --- the set -------------------------------------------------------------------------- */

static uint64_t
name_of(struct jid contact)
{
	return siphash_str(jid_bare(contact));
}

/* The place of the first that is not smaller. */
static uint32_t
place_of(const struct watched *w, uint64_t name)
{
	uint32_t from = 0, to = w->n;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (w->at[middle] < name)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool
is_at(const struct watched *w, uint32_t place, uint64_t name)
{
	return place < w->n && w->at[place] == name;
}

void
watched_fini(struct watched *w)
{
	free(w->at);
	*w = (struct watched){ 0 };
}

bool
watched_has(const struct watched *w, struct jid contact)
{
	uint64_t name = name_of(contact);

	return is_at(w, place_of(w, name), name);
}

static void
take_out(struct watched *w, struct jid contact)
{
	uint64_t name = name_of(contact);
	uint32_t i = place_of(w, name);

	if (is_at(w, i, name))
		memmove(w->at + i, w->at + i + 1, (--w->n - i) * sizeof(*w->at));
}

/* There is room; false: it was there. */
static bool
put_in(struct watched *w, struct jid contact)
{
	uint64_t name = name_of(contact);
	uint32_t i = place_of(w, name);

	if (is_at(w, i, name))
		return false;
	memmove(w->at + i + 1, w->at + i, (w->n++ - i) * sizeof(*w->at));
	w->at[i] = name;
	return true;
}

enum status
watched_change(struct watched *w, struct watch_request *r)
{
	struct watched next = { .n = w->n };
	size_t n_new = 0;

	next.at = mem_alloc((w->n + r->n_add + 1) * sizeof(*next.at));
	if (w->n)
		memcpy(next.at, w->at, w->n * sizeof(*next.at));
	for (size_t i = 0; i < r->n_remove; i++)
		take_out(&next, r->remove[i]);
	for (size_t i = 0; i < r->n_add; i++)
		if (put_in(&next, r->add[i]))
			r->add[n_new++] = r->add[i];
	if (next.n > WATCHED_MAX) {
		watched_fini(&next);
		return E_LIMIT;
	}
	r->n_add = n_new;
	next.at = mem_resize(next.at, (next.n + 1) * sizeof(*next.at));
	free(w->at);
	*w = next;
	return OK;
}
