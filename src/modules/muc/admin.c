/* SPDX-License-Identifier: MIT
 *
 * What moderators and administrators ask for in <query xmlns='...muc#admin'/>: roles of
 * occupants, affiliations of addresses, and lists of both (XEP-0045 sections 8.2 to 8.5, 9.1 to
 * 9.8, 10.3 to 10.8).
 *
 * An item with `role` is about the occupant `nick`, one with `affiliation` about the address
 * `jid`, or that of the occupant `nick`. All items of a request are carried out, or none.
 */
#include "base/limits.h"
#include "modules/muc/changes.h"
#include "modules/muc/service.h"
#include "xmpp/ns.h"
#include "xmpp/result_set.h"

/* --- who asks --------------------------------------------------------------------------- */

static struct standing
standing_of(const struct occupant *o)
{
	return (
	    struct standing){ (enum room_affiliation)o->affiliation, (enum room_role)o->role };
}

static struct standing
asker(const struct call *c, const struct room *r, const struct seat *by)
{
	if (by)
		return standing_of(by->occupant);
	return (struct standing){ room_affiliation(r, c->stanza->from), ROOM_ABSENT };
}

/* A copy: who asks may put himself out. */
static struct str
nick_of(const struct seat *by, struct arena *a)
{
	return by ? str_copy(a, occupant_nick(by->occupant)) : (struct str){ 0 };
}

/* --- a request to change something ---------------------------------------------------------
 */

struct role_change {
	struct str nick;
	enum room_role wanted;
	struct str reason;
};

struct request {
	struct call *call;
	struct room *room;
	struct seat *by;
	struct str actor; /* his nickname, or "no string" */
	struct role_change *roles;
	size_t n_roles;
	struct change *changes;
	size_t n_changes;
};

static enum stanza_error
read_role(struct request *q, struct elem item, struct str role)
{
	struct arena *a = q->call->arena;
	struct role_change *ch = &q->roles[q->n_roles];
	const struct occupant *o;

	*ch = (struct role_change){
		.nick = elem_attr_or_none(item, S("nick"), a),
		.reason = elem_child_text(item, NS_MUC_ADMIN, S("reason"), a),
	};
	if (!room_role_named(role, &ch->wanted) || !ch->nick.len)
		return ERR_BAD_REQUEST;
	if (!(o = room_occupant(q->room, ch->nick)))
		return ERR_ITEM_NOT_FOUND;
	q->n_roles++;
	return rules_set_role(asker(q->call, q->room, q->by), standing_of(o), ch->wanted,
	    q->by && o == q->by->occupant);
}

/* Whom it is about. */
static enum stanza_error
read_who(const struct request *q, struct elem item, struct change *ch)
{
	struct arena *a = q->call->arena;
	struct str jid = elem_attr_or_none(item, S("jid"), a);
	struct str nick = elem_attr_or_none(item, S("nick"), a);
	const struct occupant *o;

	if (jid.len) {
		if (jid_parse(a, jid, &ch->who) != OK)
			return ERR_JID_MALFORMED;
		ch->who = jid_to_bare(ch->who);

		/* Section 9.5: then the nickname is one to reserve. */
		ch->names = nick.at != NULL;
		ch->nick = nick;
		return ERR_NONE;
	}
	if (!nick.len)
		return ERR_BAD_REQUEST;
	if (!(o = room_occupant(q->room, nick)))
		return ERR_ITEM_NOT_FOUND;
	ch->who = jid_copy(a, o->real); /* a ban frees the occupant */
	return ERR_NONE;
}

static enum stanza_error
read_affiliation(struct request *q, struct elem item, struct str affiliation)
{
	struct jid from = q->call->stanza->from;
	struct change *ch = &q->changes[q->n_changes];
	enum stanza_error e;

	*ch = (struct change){
		.reason = elem_child_text(item, NS_MUC_ADMIN, S("reason"), q->call->arena),
	};
	if (!room_affiliation_named(affiliation, &ch->wanted))
		return ERR_BAD_REQUEST;
	if ((e = read_who(q, item, ch)) != ERR_NONE)
		return e;
	if (ch->wanted < ROOM_MEMBER)
		ch->names = false;
	q->n_changes++;
	return rules_set_affiliation(room_affiliation(q->room, from),
	    room_affiliation(q->room, ch->who), ch->wanted, jid_eq_bare(ch->who, from));
}

static enum stanza_error
read_item(struct request *q, struct elem item)
{
	struct arena *a = q->call->arena;
	struct str role = elem_attr_or_none(item, S("role"), a);
	struct str affiliation = elem_attr_or_none(item, S("affiliation"), a);

	/* "MUST NOT include the role" says each section that is about the other. */
	if (!role.at == !affiliation.at)
		return ERR_BAD_REQUEST;
	return role.at ? read_role(q, item, role) : read_affiliation(q, item, affiliation);
}

static enum stanza_error
read_items(struct request *q)
{
	struct elem item = elem_child(q->call->payload, NS_MUC_ADMIN, S("item"));
	size_t n = elem_count(q->call->payload);
	enum stanza_error e = elem_exists(item) ? ERR_NONE : ERR_BAD_REQUEST;

	if (n > ROOM_CHANGES_MAX)
		return ERR_NOT_ACCEPTABLE;
	q->roles = arena_alloc(q->call->arena, n * sizeof(*q->roles));
	q->changes = arena_alloc(q->call->arena, n * sizeof(*q->changes));
	for (; elem_exists(item) && e == ERR_NONE; item = elem_next_like(item))
		e = read_item(q, item);
	if (e != ERR_NONE)
		return e;
	return changes_judge(q->room, q->changes, q->n_changes, q->call->arena);
}

/* Sections 8.2 to 8.4, 9.6, 9.7. An earlier item may have put the occupant out. */
static void
make_role(const struct request *q, const struct role_change *ch)
{
	struct occupant *o = room_occupant(q->room, ch->nick);
	struct notice n = { .actor = q->actor, .reason = ch->reason };
	enum room_role was;

	if (!o || o->role == ch->wanted)
		return;
	was = (enum room_role)o->role;
	if (ch->wanted == ROOM_ABSENT) {
		n.codes[0] = 307;
		room_remove(q->call, q->room, o, &n);
		return;
	}
	occupant_set_role(o, ch->wanted);
	room_show_role(q->call, q->room, o, was, &n);
}

static void
make_all(struct request *q, struct store_batch *b)
{
	struct call *c = q->call;

	iq_result(c, (struct str){ 0 });
	for (size_t i = 0; i < q->n_roles; i++)
		make_role(q, &q->roles[i]);
	if (b)
		changes_make(c, q->room, b, q->changes, q->n_changes, q->actor,
		    jid_to_bare(c->stanza->from));
}

enum verdict
room_on_admin_set(struct call *c, struct room *r, struct seat *by)
{
	struct request q = { .call = c, .room = r, .by = by, .actor = nick_of(by, c->arena) };
	enum stanza_error e = read_items(&q);
	struct store_batch *b;

	if (e != ERR_NONE)
		return refuse(c, e);
	if (q.n_changes == 0) {
		make_all(&q, NULL);
		return DONE;
	}
	b = room_change(c, r);
	make_all(&q, b);
	room_commit(c, r, &b);
	return DONE;
}

/* --- lists ----------------------------------------------------------------------------------
 */

static void
write_occupant(struct xml_writer *w, const struct occupant *o)
{
	xml_open(w, S(""), S("item"));
	xml_attr(
	    w, S("affiliation"), room_affiliation_name((enum room_affiliation)o->affiliation));
	xml_attr(w, S("jid"), jid_full(occupant_seat(o)->jid));
	xml_attr(w, S("nick"), occupant_nick(o));
	xml_attr(w, S("role"), room_role_name((enum room_role)o->role));
	xml_close(w);
}

/* Sections 8.5 and 9.8. */
static enum verdict
list_role(struct call *c, const struct room *r, struct standing who, enum room_role role)
{
	enum stanza_error e = rules_list_role(who, role);
	struct xml_writer w;

	if (e != ERR_NONE)
		return refuse(c, e);
	iq_result_begin(c, &w);
	xml_open(&w, NS_MUC_ADMIN, S("query"));
	list_each (link, &r->in_role[role])
		write_occupant(&w, list_entry(link, struct occupant, in_role));
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static void
write_affiliated(struct xml_writer *w, const struct affiliated *e)
{
	xml_open(w, S(""), S("item"));
	xml_attr(w, S("affiliation"), room_affiliation_name(e->affiliation));
	xml_attr(w, S("jid"), jid_full(e->jid));
	if (e->nick.at)
		xml_attr(w, S("nick"), e->nick);
	if (e->reason.at)
		xml_leaf(w, S(""), S("reason"), e->reason);
	xml_close(w);
}

/* How many of the affiliation are before the place. */
static size_t
rank_of(const struct affiliations *a, enum room_affiliation which, size_t place)
{
	struct affiliated e;
	size_t n = 0;

	for (size_t i = 0; i < place && affiliations_at(a, i, &e); i++)
		n += e.affiliation == which;
	return n;
}

/* The ranks that make the page: [first, end). */
struct page {
	size_t first, end;
};

static struct page
page_of(const struct affiliations *a, enum room_affiliation which,
    const struct result_set_request *q)
{
	size_t count = affiliations_count(a, which), first = 0, end = count;

	switch (q->from) {
	case RESULT_SET_FIRST:
		break;
	case RESULT_SET_AFTER:
		first = rank_of(a, which, affiliations_place_after(a, q->id));
		break;
	case RESULT_SET_INDEX:
		first = q->index < count ? (size_t)q->index : count;
		break;
	case RESULT_SET_BEFORE:
		end = rank_of(a, which, affiliations_place_of(a, q->id));
		break;
	case RESULT_SET_LAST:
		break;
	}
	if (end - first > q->max) {
		if (q->from == RESULT_SET_BEFORE || q->from == RESULT_SET_LAST)
			first = end - q->max;
		else
			end = first + q->max;
	}
	return (struct page){ first, end };
}

/* Their addresses at the ends are the ids of the page. */
static void
write_page(struct xml_writer *w, const struct affiliations *a, enum room_affiliation which,
    struct page p, struct result_set_page *set)
{
	struct affiliated e;
	size_t rank = 0;

	for (size_t i = 0; rank < p.end && affiliations_at(a, i, &e); i++) {
		if (e.affiliation != which || rank++ < p.first)
			continue;
		write_affiliated(w, &e);
		if (rank == p.first + 1)
			set->first = jid_full(e.jid);
		set->last = jid_full(e.jid);
	}
}

/* Sections 9.2, 9.5, 10.5 and 10.8. All of it, unless that is too much or a page is asked
 * for. */
static enum verdict
list_affiliation(
    struct call *c, const struct room *r, struct standing who, enum room_affiliation which)
{
	struct elem set = elem_child(c->payload, NS_RESULT_SET, S("set"));
	enum stanza_error e =
	    rules_list_affiliation(who, which, r->conf->anonymous, r->conf->may_get_members);
	uint32_t max = elem_exists(set) ? ROOM_ENTRIES_PAGE : ROOM_ENTRIES_MAX;
	struct result_set_page page = { 0 };
	struct result_set_request q;
	struct xml_writer w;
	struct page p;

	if (e != ERR_NONE)
		return refuse(c, e);
	if (result_set_read(c->arena, set, max, &q) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	p = page_of(r->affiliations, which, &q);
	page.index = p.first;
	page.count = affiliations_count(r->affiliations, which);
	iq_result_begin(c, &w);
	xml_open(&w, NS_MUC_ADMIN, S("query"));
	write_page(&w, r->affiliations, which, p, &page);
	if (q.asked || p.end - p.first < page.count)
		result_set_write(&w, &page);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

enum verdict
room_on_admin_get(struct call *c, struct room *r, struct seat *by)
{
	struct elem item = elem_child(c->payload, NS_MUC_ADMIN, S("item"));
	struct str role = elem_attr_or_none(item, S("role"), c->arena);
	struct str affiliation = elem_attr_or_none(item, S("affiliation"), c->arena);
	enum room_affiliation which;
	enum room_role listed;

	if (!elem_exists(item) || elem_exists(elem_next_like(item)) ||
	    !role.at == !affiliation.at)
		return refuse(c, ERR_BAD_REQUEST);
	if (role.at && room_role_named(role, &listed))
		return list_role(c, r, asker(c, r, by), listed);
	if (affiliation.at && room_affiliation_named(affiliation, &which))
		return list_affiliation(c, r, asker(c, r, by), which);
	return refuse(c, ERR_BAD_REQUEST);
}
