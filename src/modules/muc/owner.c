/* SPDX-License-Identifier: MIT
 *
 * What owners ask for in <query xmlns='...muc#owner'/>: the form of the configuration and what
 * it says from now on, and the end of the room (XEP-0045 sections 10.1, 10.2, 10.9).
 */
#include "base/limits.h"
#include "modules/muc/changes.h"
#include "modules/muc/config_form.h"
#include "modules/muc/service.h"
#include "xmpp/ns.h"

static bool
is_owner(const struct call *c, const struct room *r)
{
	return room_affiliation(r, c->stanza->from) == ROOM_OWNER;
}

enum verdict
room_on_owner_get(struct call *c, struct room *r, struct seat *by)
{
	struct xml_writer w;

	(void)by;
	if (!is_owner(c, r))
		return refuse(c, ERR_FORBIDDEN);
	if (elem_exists(elem_first(c->payload)))
		return refuse(c, ERR_BAD_REQUEST);
	iq_result_begin(c, &w);
	xml_open(&w, NS_MUC_OWNER, S("query"));
	config_form_write(&w, r->jid, r->conf, r->affiliations);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- lists that the form gives as a whole ------------------------------------------------- */

struct lists {
	struct arena *arena;
	struct change *changes;
	size_t n, room;
};

static bool
has(const struct config_list *l, struct jid who)
{
	for (size_t i = 0; i < l->n; i++)
		if (jid_eq(l->jid[i], who))
			return true;
	return false;
}

static void
add(struct lists *l, struct jid who, enum room_affiliation wanted)
{
	for (size_t i = 0; i < l->n; i++)
		if (jid_eq(l->changes[i].who, who))
			return;
	if (l->n < l->room)
		l->changes[l->n++] = (struct change){ .who = who, .wanted = wanted };
}

/* Whoever is in the list and was not, gets it; who was and is not, becomes `instead`. */
static void
compare(struct lists *l, const struct room *r, const struct config_list *given,
    enum room_affiliation which, enum room_affiliation instead)
{
	struct affiliated e;

	if (!given->given)
		return;
	for (size_t i = 0; i < given->n; i++)
		if (room_affiliation(r, given->jid[i]) != which)
			add(l, given->jid[i], which);
	for (size_t i = 0; affiliations_at(r->affiliations, i, &e); i++)
		if (e.affiliation == which && !has(given, e.jid))
			add(l, jid_copy(l->arena, e.jid), instead);
}

/* Section 10.2: an owner that is one no more is an admin, an admin a member. What is said
 * first counts: owners go before admins, and losing goes last. */
static struct lists
changes_of(struct arena *a, const struct room *r, const struct config_submitted *said)
{
	struct lists l = { .arena = a,
		.room = said->admins.n + said->owners.n +
			affiliations_count(r->affiliations, ROOM_ADMIN) +
			affiliations_count(r->affiliations, ROOM_OWNER) };

	l.changes = arena_alloc(a, l.room * sizeof(*l.changes));
	compare(&l, r, &said->owners, ROOM_OWNER, ROOM_ADMIN);
	compare(&l, r, &said->admins, ROOM_ADMIN, ROOM_MEMBER);
	return l;
}

/* --- a new configuration -------------------------------------------------------------------
 */

/* Section 10.2.1. */
static void
announce(struct call *c, struct room *r, const struct room_conf *was)
{
	const struct room_conf *is = r->conf;
	uint16_t codes[4] = { 0 };
	size_t n = 0;

	if (was->archived != is->archived)
		codes[n++] = is->archived ? 170 : 171;
	if (was->anonymous != is->anonymous)
		codes[n++] = is->anonymous ? 173 : 172;
	if (n == 0)
		codes[n++] = 104;
	room_announce_codes(c, r, codes);
}

/* What the room was is gone when it has been configured; flags are all that is compared. */
void
room_reconfigure(struct call *c, struct room *r, struct store_batch *b,
    const struct room_conf *conf, struct str actor)
{
	struct room_conf was = *r->conf;

	room_configure(r, conf);
	if (!was.members_only && conf->members_only)
		changes_expel(c, r, 322, actor);
	if (!r->locked)
		announce(c, r, &was);
	r->locked = false;
	room_save(r, b);
}

static enum verdict
submit(struct call *c, struct room *r, struct seat *by, const struct form *form)
{
	struct str why = { 0 }, actor = by ? occupant_nick(by->occupant) : (struct str){ 0 };
	struct config_submitted said;
	enum stanza_error e;
	struct store_batch *b;
	struct lists l;

	switch (config_form_read(form, r->conf, c->arena, &said, &why)) {
	case OK:
		break;
	case E_UNSUPPORTED:
		return refuse_with(c, ERR_NOT_ACCEPTABLE, why, (struct str){ 0 });
	default:
		return refuse(c, ERR_BAD_REQUEST);
	}
	l = changes_of(c->arena, r, &said);
	if ((e = changes_judge(r, l.changes, l.n, c->arena)) != ERR_NONE)
		return refuse(c, e);
	b = room_change(c, r);
	actor = str_copy(c->arena, actor);
	changes_make(c, r, b, l.changes, l.n, actor, jid_to_bare(c->stanza->from));
	room_reconfigure(c, r, b, &said.conf, actor);
	iq_result(c, (struct str){ 0 });
	room_commit(c, r, &b);
	return DONE;
}

/* Section 10.1.2: an empty form takes the room as it is. */
static enum verdict
take(struct call *c, struct room *r)
{
	struct store_batch *b = room_change(c, r);

	r->locked = false;
	room_save(r, b);
	iq_result(c, (struct str){ 0 });
	room_commit(c, r, &b);
	return DONE;
}

/* --- the end -------------------------------------------------------------------------------
 */

static enum verdict
destroy(struct call *c, struct room *r, struct str extension)
{
	struct store_batch *b = room_change(c, r);

	room_destroy(c, r, b, &(struct notice){ .extension = extension });
	iq_result(c, (struct str){ 0 });
	room_commit(c, r, &b);
	return DONE;
}

struct str
room_end_notice(struct arena *a, struct jid venue, struct str password, struct str reason)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_MUC_USER);
	xml_open(&w, S(""), S("destroy"));
	if (!jid_is_empty(venue))
		xml_attr(&w, S("jid"), jid_full(venue));
	if (password.len)
		xml_leaf(&w, S(""), S("password"), password);
	if (reason.len)
		xml_leaf(&w, S(""), S("reason"), reason);
	xml_close(&w);
	return xml_written(&w);
}

static enum verdict
on_destroy(struct call *c, struct room *r, struct elem e)
{
	struct str venue = elem_attr_or_none(e, S("jid"), c->arena);
	struct jid jid = { 0 };

	if (venue.len && jid_parse(c->arena, venue, &jid) != OK)
		return refuse(c, ERR_JID_MALFORMED);
	return destroy(c, r,
	    room_end_notice(c->arena, jid,
		elem_child_text(e, NS_MUC_OWNER, S("password"), c->arena),
		elem_child_text(e, NS_MUC_OWNER, S("reason"), c->arena)));
}

/* Section 10.1.3: who does not want the room that he has just made has none; later nothing
 * comes of it (section 10.2). */
static enum verdict
cancel(struct call *c, struct room *r)
{
	if (!r->locked)
		return iq_result(c, (struct str){ 0 });
	return destroy(c, r,
	    room_end_notice(c->arena, (struct jid){ 0 }, (struct str){ 0 }, (struct str){ 0 }));
}

enum verdict
room_on_owner_set(struct call *c, struct room *r, struct seat *by)
{
	struct elem first = elem_first(c->payload);
	struct form form;

	if (!is_owner(c, r))
		return refuse(c, ERR_FORBIDDEN);
	if (!elem_exists(first) || elem_exists(elem_next(first)))
		return refuse(c, ERR_BAD_REQUEST);
	if (elem_is(first, NS_MUC_OWNER, S("destroy")))
		return on_destroy(c, r, first);
	if (form_read(c->arena, first, &form) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (form.kind == FORM_CANCEL)
		return cancel(c, r);
	if (form.kind == FORM_SUBMIT && form.count == 0 && !form.form_type.at)
		return take(c, r);
	return submit(c, r, by, &form);
}
