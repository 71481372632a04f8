/* SPDX-License-Identifier: MIT */
#include "modules/muc/changes.h"
#include "base/limits.h"
#include "modules/muc/invite.h"
#include "xmpp/nickname.h"
#include "xmpp/ns.h"

/* --- judging ---------------------------------------------------------------------------- */

/* Whose the nickname is, by reservation or because he goes by it now. */
static bool
is_taken(const struct room *r, struct jid who, struct str nick)
{
	const struct occupant *o = room_occupant(r, nick);
	struct jid holder;

	if (affiliations_holder(r->affiliations, nick, &holder) && !jid_eq_bare(holder, who))
		return true;
	return o && !jid_eq_bare(o->real, who);
}

static enum stanza_error
judge_nick(const struct room *r, const struct change *ch, struct arena *a)
{
	struct str key;

	if (!ch->names || !ch->nick.len)
		return ERR_NONE;
	if (ch->wanted < ROOM_MEMBER)
		return ERR_BAD_REQUEST;
	if (nickname_key(a, ch->nick, &key) != OK)
		return ERR_JID_MALFORMED;
	return is_taken(r, ch->who, ch->nick) ? ERR_CONFLICT : ERR_NONE;
}

/* Two changes that cannot both be made. */
static enum stanza_error
judge_pair(const struct change *x, const struct change *y, struct arena *a)
{
	struct str one, other;

	if (jid_eq(x->who, y->who))
		return ERR_BAD_REQUEST;
	if (x->names && y->names && nickname_key(a, x->nick, &one) == OK &&
	    nickname_key(a, y->nick, &other) == OK && str_eq(one, other))
		return ERR_CONFLICT;
	return ERR_NONE;
}

enum stanza_error
changes_judge(const struct room *r, const struct change *changes, size_t n, struct arena *a)
{
	size_t owners = affiliations_count(r->affiliations, ROOM_OWNER);
	enum stanza_error e = ERR_NONE;

	for (size_t i = 0; i < n && e == ERR_NONE; i++) {
		enum room_affiliation was = room_affiliation(r, changes[i].who);

		if (changes[i].wanted == ROOM_OWNER)
			owners++;
		if (was == ROOM_OWNER)
			owners--;
		if (was == ROOM_NONE && changes[i].wanted != ROOM_NONE &&
		    affiliations_is_full(r->affiliations))
			e = ERR_RESOURCE_CONSTRAINT;
		else
			e = judge_nick(r, &changes[i], a);
		for (size_t j = 0; j < i && e == ERR_NONE; j++)
			e = judge_pair(&changes[i], &changes[j], a);
	}
	return e == ERR_NONE ? rules_owners_after(owners) : e;
}

/* --- who is in the room --------------------------------------------------------------------
 */

static const struct change *
change_of(const struct change *changes, size_t n, struct jid who)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(jid_full(changes[i].who), jid_bare(who)) ||
		    str_eq(jid_full(changes[i].who), jid_domain(who)))
			return &changes[i];
	return NULL;
}

/* What is said when somebody is put out because of what he is now; 0: he stays. */
static uint16_t
code_of_end(const struct room *r, enum room_affiliation now)
{
	if (now == ROOM_OUTCAST)
		return 301;
	return rules_may_enter(now, r->conf->members_only) ? 0 : 321;
}

static void
settle(struct call *c, struct room *r, struct occupant *o, struct notice n)
{
	enum room_affiliation now = room_affiliation(r, o->real);
	struct standing was = { (enum room_affiliation)o->affiliation,
		(enum room_role)o->role };
	enum room_role role = rules_role_after(was, now, r->conf->moderated);

	n.codes[0] = code_of_end(r, now);
	occupant_set_affiliation(o, now);
	if (n.codes[0]) {
		room_remove(c, r, o, &n);
		return;
	}
	if (role != was.role)
		occupant_set_role(o, role);
	room_show_role(c, r, o, was.role, &n);
}

/* Those whose affiliation is another than the list says now. They are found first: to tell of
 * one may end the next. */
static void
settle_all(
    struct call *c, struct room *r, const struct change *changes, size_t n, struct str actor)
{
	struct occupant **changed =
	    arena_alloc(c->arena, table_count(&r->occupants) * sizeof(struct occupant *));
	struct table_walk walk = { 0 };
	struct occupant *o;
	size_t count = 0;

	while ((o = table_next(&r->occupants, &walk)))
		if (room_affiliation(r, o->real) != (enum room_affiliation)o->affiliation)
			changed[count++] = o;
	for (size_t i = 0; i < count; i++) {
		const struct change *ch = change_of(changes, n, changed[i]->real);

		settle(c, r, changed[i],
		    (struct notice){ .actor = actor, .reason = ch ? ch->reason : S("") });
	}
}

void
changes_expel(struct call *c, struct room *r, uint16_t code, struct str actor)
{
	struct occupant **out =
	    arena_alloc(c->arena, table_count(&r->occupants) * sizeof(struct occupant *));
	struct table_walk walk = { 0 };
	struct occupant *o;
	size_t count = 0;

	while ((o = table_next(&r->occupants, &walk)))
		if (!rules_may_enter(
			(enum room_affiliation)o->affiliation, r->conf->members_only))
			out[count++] = o;
	for (size_t i = 0; i < count; i++)
		room_remove(
		    c, r, out[i], &(struct notice){ .codes = { code }, .actor = actor });
}

/* --- who is not ----------------------------------------------------------------------------
 */

static struct str
item(struct arena *a, const struct change *ch)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("affiliation"), room_affiliation_name(ch->wanted));
	xml_attr(&w, S("jid"), jid_full(ch->who));
	xml_attr(&w, S("role"), S("none"));
	xml_close(&w);
	xml_close(&w);
	return xml_written(&w);
}

/* Section 10.3: what nobody sees in a presence. */
static bool
is_news(const struct room *r, const struct change *ch, enum room_affiliation was)
{
	return ch->wanted != was && !r->conf->anonymous && !room_next_of(r, ch->who, NULL);
}

/* Section 9.5. */
static void
invite_member(struct call *c, struct room *r, const struct change *ch,
    enum room_affiliation was, struct jid by)
{
	if (r->conf->members_only && !ch->invited && was == ROOM_NONE &&
	    ch->wanted >= ROOM_MEMBER && ch->who.local)
		room_invite(c, r,
		    &(struct invitation){ .to = ch->who, .from = by, .reason = ch->reason });
}

/* --- making them -------------------------------------------------------------------------
 */

static void
make(struct room *r, struct store_batch *b, const struct change *ch)
{
	enum status s = OK;

	affiliations_set(r->affiliations, b, r->jid, ch->who, ch->wanted, ch->reason);
	if (ch->names && ch->wanted >= ROOM_MEMBER)
		s = affiliations_reserve(r->affiliations, b, r->jid, ch->who, ch->nick);
	assert(s == OK); /* it was judged */
}

void
changes_make(struct call *c, struct room *r, struct store_batch *b,
    const struct change *changes, size_t n, struct str actor, struct jid by)
{
	enum room_affiliation *was = arena_alloc(c->arena, n * sizeof(*was));
	bool *news = arena_alloc(c->arena, n * sizeof(*news));

	for (size_t i = 0; i < n; i++) {
		was[i] = room_affiliation(r, changes[i].who);
		news[i] = is_news(r, &changes[i], was[i]);
		make(r, b, &changes[i]);
	}
	settle_all(c, r, changes, n, actor);
	for (size_t i = 0; i < n; i++) {
		if (news[i])
			room_announce(c, r, MESSAGE_NORMAL, item(c->arena, &changes[i]));
		invite_member(c, r, &changes[i], was[i], by);
	}
}
