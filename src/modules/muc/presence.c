/* SPDX-License-Identifier: MIT
 *
 * Who is told what of whom (XEP-0045 sections 7.2.2 to 7.2.4, 7.7, 7.14).
 *
 * What is shown of an occupant is written once for those who see addresses and once for the
 * others; each that is told gets a head of its own around it. So somebody who comes in costs a
 * head for each that is there, and one for each that is told.
 */
#include "modules/muc/muc.h"
#include "xmpp/ns.h"

/* A presence of an occupant, as one kind of reader sees it. */
struct view {
	const struct occupant *of;
	enum stanza_type type;
	enum room_role role;       /* that is said */
	const struct notice *n;    /* or NULL */
	const struct stanza *said; /* the client's own words, or NULL */
	bool addresses, own;
};

/* --- what is shown -------------------------------------------------------------------- */

static void
write_codes(struct xml_writer *w, const uint16_t *codes, size_t max)
{
	for (size_t i = 0; i < max && codes[i]; i++) {
		xml_open(w, S(""), S("status"));
		xml_attr_u64(w, S("code"), codes[i]);
		xml_close(w);
	}
}

static void
write_item(struct xml_writer *w, const struct view *v)
{
	const struct notice *n = v->n;

	xml_open(w, S(""), S("item"));
	xml_attr(w, S("affiliation"),
	    room_affiliation_name((enum room_affiliation)v->of->affiliation));
	if (v->addresses && v->of->n_seats)
		xml_attr(w, S("jid"), jid_full(occupant_seat(v->of)->jid));
	if (n && n->nick.len)
		xml_attr(w, S("nick"), n->nick);
	xml_attr(w, S("role"), room_role_name(v->role));
	if (n && n->actor.len) {
		xml_open(w, S(""), S("actor"));
		xml_attr(w, S("nick"), n->actor);
		xml_close(w);
	}
	if (n && n->reason.len)
		xml_leaf(w, S(""), S("reason"), n->reason);
	xml_close(w);
}

static void
write_view(struct xml_writer *w, const struct view *v)
{
	static const uint16_t own[] = { 110 };

	if (v->said)
		room_copy_content(w, v->of->room, v->said);
	xml_open(w, NS_MUC_USER, S("x"));
	write_item(w, v);
	if (v->n)
		write_codes(w, v->n->codes, sizeof(v->n->codes) / sizeof(v->n->codes[0]));
	if (v->own)
		write_codes(w, own, 1);
	if (v->own && v->n)
		write_codes(w, v->n->own, sizeof(v->n->own) / sizeof(v->n->own[0]));
	if (v->n && v->n->extension.len)
		xml_raw(w, v->n->extension);
	xml_close(w);
	if (v->type == PRESENCE_AVAILABLE && v->of->room->hats)
		hats_write(w, v->of->room->hats, v->of->real);
	room_write_id(w, v->of);
}

static struct frozen *
make_view(const struct view *v)
{
	struct xml_writer w;
	struct frozen *made;
	struct arena a;

	arena_init(&a, 1024);
	stanza_begin(&w, &a, STANZA_PRESENCE);
	write_view(&w, v);
	made = xml_freeze(&w);
	arena_fini(&a);
	return made;
}

/* What everybody who comes in is shown; kept with the occupant. */
static struct frozen *
usual_view(struct occupant *o, bool addresses)
{
	struct frozen **kept = &o->shown[addresses];

	if (!*kept)
		*kept = make_view(&(struct view){
		    .of = o,
		    .type = PRESENCE_AVAILABLE,
		    .role = (enum room_role)o->role,
		    .said = occupant_seat(o)->presence,
		    .addresses = addresses,
		});
	return *kept;
}

/* --- telling -------------------------------------------------------------------------- */

static void
tell(struct call *c, const struct occupant *of, enum stanza_type type, const struct seat *to,
    struct frozen *what)
{
	const struct stanza *st = c->stanza;
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = type,
		.from = of->jid,
		.to = to->jid,
	};

	/* Section 7.2.2: who sent it finds his id again. */
	if (to->occupant == of && st && st->kind == STANZA_PRESENCE &&
	    jid_eq(st->from, to->jid))
		head.id = st->id;
	call_send(c, stanza_new(&head, what));
}

static void
tell_own(struct call *c, struct view v, const struct seat *only)
{
	AUTO(frozen) what = NULL;

	v.own = true;
	v.addresses = true;
	what = make_view(&v);
	list_each (link, &v.of->seats) {
		const struct seat *s = list_entry(link, struct seat, in_occupant);

		if (!only || only == s)
			tell(c, v.of, v.type, s, what);
	}
}

/* Everybody but the occupant's own clients. */
static void
tell_others(struct call *c, const struct room *r, struct view v)
{
	struct frozen *what[2] = { NULL, NULL };

	for (enum room_role role = ROOM_VISITOR; role < ROOM_ROLES; role++) {
		v.addresses = room_shows_addresses(r, role);
		list_each (link, &r->in_role[role]) {
			const struct occupant *to = list_entry(link, struct occupant, in_role);

			if (to == v.of)
				continue;
			if (!what[v.addresses])
				what[v.addresses] = make_view(&v);
			list_each (place, &to->seats)
				tell(c, v.of, v.type,
				    list_entry(place, struct seat, in_occupant),
				    what[v.addresses]);
		}
	}
	frozen_free(&what[0]);
	frozen_free(&what[1]);
}

static struct view
view_of(struct occupant *o, const struct notice *n)
{
	return (struct view){
		.of = o,
		.type = PRESENCE_AVAILABLE,
		.role = (enum room_role)o->role,
		.n = n,
		.said = occupant_seat(o)->presence,
	};
}

static struct view
view_of_end(struct occupant *o, enum room_role role, const struct notice *n)
{
	return (struct view){
		.of = o,
		.type = PRESENCE_UNAVAILABLE,
		.role = role,
		.n = n,
		.said = n ? n->said : NULL,
	};
}

void
room_show_self(struct call *c, struct room *r, struct occupant *o, struct seat *only,
    const struct notice *n)
{
	(void)r;
	tell_own(c, view_of(o, n), only);
}

void
room_show(struct call *c, struct room *r, struct occupant *o, const struct notice *n)
{
	if (occupant_is_seen(o))
		tell_others(c, r, view_of(o, n));
	tell_own(c, view_of(o, n), NULL);
}

/* Who was seen and is not any more has left for the others. */
void
room_show_role(struct call *c, struct room *r, struct occupant *o, enum room_role was,
    const struct notice *n)
{
	if (!occupant_is_seen(o) && r->conf->broadcast & ROLE_BIT(was))
		tell_others(c, r, view_of_end(o, ROOM_ABSENT, NULL));
	room_show(c, r, o, n);
}

void
room_show_all(struct call *c, struct room *r, const struct seat *to)
{
	bool addresses = room_shows_addresses(r, (enum room_role)to->occupant->role);

	for (enum room_role role = ROOM_VISITOR; role < ROOM_ROLES; role++) {
		if (!(r->conf->broadcast & ROLE_BIT(role)))
			continue;
		list_each (link, &r->in_role[role]) {
			struct occupant *o = list_entry(link, struct occupant, in_role);

			if (o != to->occupant)
				tell(c, o, PRESENCE_AVAILABLE, to, usual_view(o, addresses));
		}
	}
}

/* --- the end -------------------------------------------------------------------------- */

void
room_show_end(struct call *c, struct room *r, struct occupant *o, enum room_role role,
    const struct notice *n)
{
	tell_own(c, view_of_end(o, role, n), NULL);
	if (occupant_is_seen(o))
		tell_others(c, r, view_of_end(o, role, n));
}

void
room_show_seat_end(struct call *c, struct room *r, struct seat *s, const struct notice *n)
{
	(void)r;
	tell_own(c, view_of_end(s->occupant, ROOM_ABSENT, n), s);
}

/* Its clients have been told. */
static void
drop(struct occupant *o)
{
	while (!list_is_empty(&o->seats)) {
		struct seat *s = occupant_seat(o);

		occupant_drop_seat(&s);
	}
	room_drop_occupant(&o);
	muc_count(MUC_OCCUPANTS, -1);
}

void
room_remove(struct call *c, struct room *r, struct occupant *o, const struct notice *n)
{
	room_show_end(c, r, o, ROOM_ABSENT, n);
	drop(o);
}

void
room_dismiss(struct call *c, struct room *r, const struct notice *n)
{
	struct table_walk walk = { 0 };
	struct occupant *o;

	while ((o = table_next(&r->occupants, &walk))) {
		tell_own(c, view_of_end(o, ROOM_ABSENT, n), NULL);
		drop(o);
	}
}
