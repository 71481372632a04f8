/* SPDX-License-Identifier: MIT
 *
 * Invitations that go through a room, and the refusals of those who were invited (XEP-0045
 * sections 7.8.2 and 7.9). Who is invited into a room for members becomes one.
 *
 * A refusal reaches only those who are in the room or belong to it: a room is no way to write
 * to strangers.
 */
#include "modules/muc/invite.h"
#include "base/limits.h"
#include "modules/muc/changes.h"
#include "modules/muc/service.h"
#include "xmpp/ns.h"

/* --- sending ---------------------------------------------------------------------------- */

static void
write_continue(struct xml_writer *w, const struct invitation *in)
{
	xml_open(w, S(""), S("continue"));
	if (in->thread.at)
		xml_attr(w, S("thread"), in->thread);
	xml_close(w);
}

void
room_invite(struct call *c, struct room *r, const struct invitation *in)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.from = r->jid,
		.to = in->to,
		.id = in->id,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("invite"));
	if (!jid_is_empty(in->from))
		xml_attr(&w, S("from"), jid_full(in->from));
	if (in->reason.len)
		xml_leaf(&w, S(""), S("reason"), in->reason);
	if (in->continues)
		write_continue(&w, in);
	xml_close(&w);
	if (r->conf->password.len)
		xml_leaf(&w, S(""), S("password"), r->conf->password);
	xml_close(&w);
	call_send(c, stanza_finish(&w, &head));
}

/* --- one that cannot be delivered ------------------------------------------------------------
 *
 * The id of an invitation says who sent it, so that nothing has to be kept of it:
 * "invite:OCCUPANT:SEAT:ID". */

#define INVITE_MARK S("invite")

static struct str
id_of(const struct call *c, const struct seat *by)
{
	return str_format(c->arena, "invite:%.*s:%u:%.*s", OCCUPANT_ID_CHARS, by->occupant->id,
	    (unsigned)by->number, STR_ARG(c->stanza->id));
}

static const struct seat *
seat_of(const struct occupant *o, uint64_t number)
{
	list_each (link, &o->seats) {
		const struct seat *s = list_entry(link, struct seat, in_occupant);

		if (s->number == number)
			return s;
	}
	return NULL;
}

static const struct seat *
find_inviter(const struct room *r, struct str occupant, uint64_t number)
{
	struct table_walk walk = { 0 };
	const struct occupant *o;

	while ((o = table_next(&r->occupants, &walk)))
		if (str_eq(str_of(o->id, sizeof(o->id)), occupant))
			return seat_of(o, number);
	return NULL;
}

/* Section 7.8.2: "if the inviter supplies a non-existent JID". */
static void
tell_inviter(struct call *c, const struct room *r, const struct seat *by, struct str id)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_ERROR,
		.from = r->jid,
		.to = by->jid,
		.id = id,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("invite"));
	xml_attr(&w, S("to"), jid_bare(c->stanza->from));
	xml_close(&w);
	xml_close(&w);
	stanza_error_write(&w, ERR_ITEM_NOT_FOUND, (struct str){ 0 }, (struct str){ 0 });
	call_send(c, stanza_finish(&w, &head));
}

bool
room_on_invite_error(struct call *c, struct room *r)
{
	struct str rest = c->stanza->id, mark, occupant, number;
	const struct seat *by;
	uint64_t n;

	if (!str_split(&rest, ':', &mark) || !str_eq(mark, INVITE_MARK) ||
	    !str_split(&rest, ':', &occupant) || !str_split(&rest, ':', &number) ||
	    str_to_u64(number, UINT32_MAX, &n) != OK || !(by = find_inviter(r, occupant, n)))
		return false;
	tell_inviter(c, r, by, rest);
	return true;
}

/* --- an occupant invites ------------------------------------------------------------------ */

struct guests {
	struct invitation *in;
	struct change *changes; /* who becomes a member */
	size_t n, n_changes;
};

static enum stanza_error
read_guest(struct call *c, const struct room *r, struct elem e, struct guests *g)
{
	struct elem goes_on = elem_child(e, NS_MUC_USER, S("continue"));
	struct invitation *in = &g->in[g->n];
	enum room_affiliation has;

	*in = (struct invitation){
		.from = jid_to_bare(c->stanza->from),
		.reason = elem_child_text(e, NS_MUC_USER, S("reason"), c->arena),
		.continues = elem_exists(goes_on),
	};
	if (in->continues)
		in->thread = elem_attr_or_none(goes_on, S("thread"), c->arena);
	if (jid_parse(c->arena, elem_attr_or_none(e, S("to"), c->arena), &in->to) != OK)
		return ERR_JID_MALFORMED;
	g->n++;
	has = room_affiliation(r, in->to);
	if (has == ROOM_OUTCAST)
		return ERR_NOT_ALLOWED;
	if (has == ROOM_NONE && r->conf->members_only)
		g->changes[g->n_changes++] = (struct change){
			.who = jid_to_bare(in->to), .wanted = ROOM_MEMBER, .invited = true
		};
	return ERR_NONE;
}

static enum stanza_error
read_guests(struct call *c, const struct room *r, struct elem x, struct guests *g)
{
	struct elem e = elem_child(x, NS_MUC_USER, S("invite"));
	size_t n = elem_count(x);
	enum stanza_error error = ERR_NONE;

	if (n > ROOM_GUESTS_MAX)
		return ERR_NOT_ACCEPTABLE;
	g->in = arena_alloc(c->arena, n * sizeof(*g->in));
	g->changes = arena_alloc(c->arena, n * sizeof(*g->changes));
	for (; elem_exists(e) && error == ERR_NONE; e = elem_next_like(e))
		error = read_guest(c, r, e, g);
	if (error != ERR_NONE || g->n_changes == 0)
		return error;
	return changes_judge(r, g->changes, g->n_changes, c->arena);
}

static void
send_all(struct call *c, struct room *r, const struct seat *by, const struct guests *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (by)
			g->in[i].id = id_of(c, by);
		room_invite(c, r, &g->in[i]);
	}
}

static enum verdict
on_invite(struct call *c, struct room *r, const struct seat *by, struct elem x)
{
	struct standing who = { room_affiliation(r, c->stanza->from),
		by ? (enum room_role)by->occupant->role : ROOM_ABSENT };
	enum stanza_error e =
	    rules_invite(who, r->conf->members_only, r->conf->members_may_invite);
	struct guests g = { 0 };
	struct store_batch *b;

	if (e != ERR_NONE || (e = read_guests(c, r, x, &g)) != ERR_NONE)
		return refuse(c, e);
	if (g.n_changes == 0) {
		send_all(c, r, by, &g);
		return DONE;
	}
	b = room_change(c, r);
	changes_make(c, r, b, g.changes, g.n_changes, (struct str){ 0 }, (struct jid){ 0 });
	send_all(c, r, by, &g);
	room_commit(c, r, &b);
	return DONE;
}

/* --- who was invited refuses ----------------------------------------------------------------
 */

/* The address that the refusal goes to; false: nobody's business. An occupant's address stands
 * for his own. */
static bool
find_host(struct call *c, const struct room *r, struct elem e, struct jid *to)
{
	const struct occupant *o;

	if (jid_parse(c->arena, elem_attr_or_none(e, S("to"), c->arena), to) != OK)
		return false;
	if (jid_eq_bare(*to, r->jid)) {
		if (jid_is_bare(*to) || !(o = room_occupant(r, jid_resource(*to))))
			return false;
		*to = o->real;
		return true;
	}
	return room_affiliation(r, *to) >= ROOM_MEMBER || room_next_of(r, *to, NULL);
}

static enum verdict
on_decline(struct call *c, struct room *r, struct elem e)
{
	struct str reason = elem_child_text(e, NS_MUC_USER, S("reason"), c->arena);
	struct xml_writer w;
	struct jid to;

	if (room_affiliation(r, c->stanza->from) == ROOM_OUTCAST)
		return refuse(c, ERR_FORBIDDEN);
	if (!find_host(c, r, e, &to))
		return refuse(c, ERR_ITEM_NOT_FOUND);
	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("decline"));
	xml_attr(&w, S("from"), jid_bare(c->stanza->from));
	if (reason.len)
		xml_leaf(&w, S(""), S("reason"), reason);
	xml_close(&w);
	xml_close(&w);
	room_tell(c, r, to, MESSAGE_NORMAL, xml_written(&w));
	return DONE;
}

enum verdict
room_on_invitation(struct call *c, struct room *r, struct seat *by)
{
	struct elem x = elem_child(stanza_root(c->stanza), NS_MUC_USER, S("x"));
	struct elem decline = elem_child(x, NS_MUC_USER, S("decline"));

	if (elem_exists(elem_child(x, NS_MUC_USER, S("invite"))))
		return on_invite(c, r, by, x);
	return elem_exists(decline) ? on_decline(c, r, decline) : PASS;
}
