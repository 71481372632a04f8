/* SPDX-License-Identifier: MIT
 *
 * Coming in, going, other nicknames (XEP-0045 sections 7.2, 7.6, 7.7, 7.14), and making rooms
 * (10.1).
 *
 * A client that is in the room has a seat. Its presence is an update, another nickname, or
 * (with <x xmlns='...muc'/>) the wish to be told everything again; that of somebody else is
 * the wish to come in, if it has that element: else it is of a client that believes to be in
 * and is told that it is not (section 7.2.17).
 */
#include "base/limits.h"
#include "modules/commands/commands.h"
#include "modules/muc/service.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

static struct elem
join_element(const struct call *c)
{
	return elem_child(stanza_root(c->stanza), NS_MUC, S("x"));
}

/* --- what somebody who comes in gets -------------------------------------------------- */

/* Section 7.2.14: a number that is none does not count. */
static uint32_t
history_number(struct elem e, struct str name, struct arena *a)
{
	uint64_t n = UINT32_MAX;

	if (str_to_u64(elem_attr_or_none(e, name, a), UINT32_MAX, &n) != OK)
		return UINT32_MAX;
	return (uint32_t)n;
}

static struct history_request
history_wanted(struct elem x, struct arena *a)
{
	struct elem e = elem_child(x, NS_MUC, S("history"));
	struct history_request wanted = HISTORY_ALL;
	uint32_t seconds;
	usec_t since;

	if (!elem_exists(e))
		return wanted;
	wanted.max_chars = history_number(e, S("maxchars"), a);
	wanted.max_stanzas = history_number(e, S("maxstanzas"), a);
	seconds = history_number(e, S("seconds"), a);
	if (seconds != UINT32_MAX)
		wanted.since_us = loop_wall_us() - (usec_t)seconds * 1000000;
	if (date_parse(elem_attr_or_none(e, S("since"), a), &since) == OK &&
	    since > wanted.since_us)
		wanted.since_us = since;
	return wanted;
}

static void
tell_history(struct call *c, struct room *r, struct jid to, struct elem x)
{
	struct history_request wanted = history_wanted(x, c->arena);

	for (struct past *m = history_first(&r->history, &wanted); m;
	     m = history_next(&r->history, m)) {
		const struct stanza *st = history_stanza(m);

		call_send(c, stanza_readdress(st, st->from, to));
	}
}

/* Section 7.1: others, oneself, what was said, what it is about. */
static void
tell_all(struct call *c, struct room *r, struct seat *s, struct elem x)
{
	tell_history(c, r, s->jid, x);
	room_tell_subject(c, r, s->jid);
}

/* Section 7.2.3, 7.2.12: what the newcomer must be warned of. */
static void
add_warnings(const struct room *r, struct notice *n)
{
	size_t at = 0;

	while (n->own[at])
		at++;
	if (!r->conf->anonymous)
		n->own[at++] = 100;
	if (r->conf->archived)
		n->own[at++] = 170;
}

/* --- coming in ------------------------------------------------------------------------ */

static bool
has_password(const struct call *c, const struct room *r, struct elem x)
{
	struct str said = elem_child_text(x, NS_MUC, S("password"), c->arena);

	return str_is_empty(r->conf->password) || str_eq_secret(said, r->conf->password);
}

static bool
is_full(const struct call *c, const struct room *r, enum room_affiliation has)
{
	const struct muc_conf *conf = c->conf;
	uint32_t max = r->conf->max_occupants, n = (uint32_t)table_count(&r->occupants);

	if (max == 0 || max > conf->max_occupants)
		max = conf->max_occupants;
	return n >= (has >= ROOM_ADMIN ? max + ROOM_SPARE_SEATS : max);
}

/* Section 7.2.8: whose is the nickname, here or by reservation. */
static bool
is_taken(const struct room *r, struct str nick, struct jid who)
{
	const struct occupant *o = room_occupant(r, nick);
	struct jid holder;

	if (o)
		return !jid_eq_bare(o->real, who);
	return affiliations_holder(r->affiliations, nick, &holder) && !jid_eq_bare(holder, who);
}

/* ERR_NONE, or why not. */
static enum stanza_error
may_enter(const struct call *c, const struct room *r, struct elem x)
{
	struct jid who = c->stanza->from;
	struct str nick = jid_resource(c->stanza->to);
	enum room_affiliation has = room_affiliation(r, who);

	if (r->locked && has != ROOM_OWNER)
		return ERR_ITEM_NOT_FOUND;
	if (has == ROOM_OUTCAST)
		return ERR_FORBIDDEN;
	if (!rules_may_enter(has, r->conf->members_only))
		return ERR_REGISTRATION_REQUIRED;
	if (!has_password(c, r, x))
		return ERR_NOT_AUTHORIZED;
	if (is_taken(r, nick, who))
		return ERR_CONFLICT;
	if (!room_occupant(r, nick) && is_full(c, r, has))
		return ERR_SERVICE_UNAVAILABLE;
	return ERR_NONE;
}

static void
enter(struct call *c, struct room *r, struct elem x, struct notice n)
{
	struct str nick = jid_resource(c->stanza->to);
	struct jid who = c->stanza->from;
	struct occupant *o = room_occupant(r, nick);
	struct seat *s;

	if (!o) {
		o = room_add_occupant(r, nick, who,
		    rules_first_role(room_affiliation(r, who), r->conf->moderated));
		muc_count(MUC_OCCUPANTS, 1);
	}
	s = occupant_add_seat(o, who, stanza_ref(c->stanza));
	add_warnings(r, &n);
	room_show_all(c, r, s);
	room_show(c, r, o, &n);
	tell_all(c, r, s, x);
}

/* --- those who are in ----------------------------------------------------------------- */

/* Nicknames are no way to flood those who read them. */
static bool
may_rename(struct seat *s)
{
	if (s->named_ms + ROOM_NAMES_MS <= loop_now_ms()) {
		s->named_ms = loop_now_ms();
		s->n_names = 0;
	}
	return ++s->n_names <= ROOM_NAMES_MAX;
}

static enum stanza_error
may_take(const struct room *r, struct seat *s, struct str nick)
{
	const struct occupant *o = s->occupant;

	if (o->role == ROOM_VISITOR && !r->conf->visitors_may_change_nick)
		return ERR_NOT_ACCEPTABLE;
	if (is_taken(r, nick, o->real))
		return ERR_CONFLICT;
	return may_rename(s) ? ERR_NONE : ERR_RESOURCE_CONSTRAINT;
}

/* Section 7.6: all clients of the occupant go by the other name. If that is the one of another
 * occupant of the same account, they join it. */
static void
rename_occupant(struct call *c, struct room *r, struct seat *s, struct str nick)
{
	struct occupant *was = s->occupant, *is = room_occupant(r, nick);

	room_show_end(c, r, was, (enum room_role)was->role,
	    &(struct notice){ .codes = { 303 }, .nick = nick });
	if (!is || is == was) {
		is = room_rename(&was, nick);
	} else {
		occupant_move_seats(was, is);
		room_drop_occupant(&was);
		muc_count(MUC_OCCUPANTS, -1);
	}
	seat_show(s, stanza_ref(c->stanza));
	room_show(c, r, is, NULL);
}

static void
update(struct call *c, struct room *r, struct seat *s)
{
	struct str nick = jid_resource(c->stanza->to);
	struct elem x = join_element(c);
	enum stanza_error error;
	struct notice n = { 0 };

	if (!str_eq(nick, occupant_nick(s->occupant))) {
		if ((error = may_take(r, s, nick)) != ERR_NONE) {
			refuse(c, error);
			return;
		}
		rename_occupant(c, r, s, nick);
	} else {
		seat_show(s, stanza_ref(c->stanza));
		if (elem_exists(x)) {
			room_show_all(c, r, s);
			add_warnings(r, &n);
		}
		room_show(c, r, s->occupant, &n);
		if (elem_exists(x))
			tell_all(c, r, s, x);
	}
}

/* --- going ---------------------------------------------------------------------------- */

void
room_leave(struct call *c, struct room *r, struct seat *s, const struct notice *n)
{
	struct occupant *o = s->occupant;
	bool shown = occupant_seat(o) == s;

	if (o->n_seats == 1) {
		room_remove(c, r, o, n);
		return;
	}
	room_show_seat_end(c, r, s, n);
	occupant_drop_seat(&s);
	if (shown) /* another client's presence is its now */
		room_show(c, r, o, NULL);
}

/* Section 16.3.2: it is not there any more, whatever the room believes. */
static bool
is_gone(const struct stanza *st)
{
	static const enum stanza_error delivery[] = { ERR_GONE, ERR_ITEM_NOT_FOUND,
		ERR_RECIPIENT_UNAVAILABLE, ERR_REDIRECT, ERR_REMOTE_SERVER_NOT_FOUND,
		ERR_REMOTE_SERVER_TIMEOUT, ERR_SERVICE_UNAVAILABLE };
	struct elem error = elem_child(stanza_root(st), NS_CLIENT, S("error"));

	for (size_t i = 0; i < sizeof(delivery) / sizeof(delivery[0]); i++)
		if (elem_exists(elem_child(error, NS_STANZAS, stanza_error_name(delivery[i]))))
			return true;
	return false;
}

bool
room_drop_ghost(struct call *c, struct room *r, struct seat *s)
{
	if (!is_gone(c->stanza))
		return false;
	muc_count(MUC_GHOSTS, 1);
	room_leave(c, r, s, &(struct notice){ .codes = { 333 } });
	return true;
}

/* Section 7.2.17. */
static void
tell_not_here(struct call *c)
{
	struct stanza_head head = {
		.kind = STANZA_PRESENCE,
		.type = PRESENCE_UNAVAILABLE,
		.from = c->stanza->to,
		.to = c->stanza->from,
	};
	static const uint16_t codes[] = { 110, 307, 333 };
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_PRESENCE);
	xml_open(&w, NS_MUC_USER, S("x"));
	xml_open(&w, S(""), S("item"));
	xml_attr(&w, S("affiliation"), S("none"));
	xml_attr(&w, S("role"), S("none"));
	xml_leaf(&w, S(""), S("reason"), S("You are not in the room."));
	xml_close(&w);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		xml_open(&w, S(""), S("status"));
		xml_attr_u64(&w, S("code"), codes[i]);
		xml_close(&w);
	}
	xml_close(&w);
	call_send(c, stanza_finish(&w, &head));
}

/* --- making a room -------------------------------------------------------------------- */

static bool
is_creator(const struct muc_conf *conf, struct jid who)
{
	bool found = false;
	struct arena a;
	struct jid j;

	arena_init(&a, 512);
	for (size_t i = 0; i < conf->creators.count && !found; i++)
		found = jid_parse(&a, conf->creators.at[i], &j) == OK &&
			(jid_is_domain(j) ? str_eq(jid_domain(j), jid_domain(who))
					  : jid_eq_bare(j, who));
	arena_fini(&a);
	return found;
}

/* Section 10.1.1: "MAY be restricted to certain users". */
static bool
may_create(const struct muc_conf *conf, const struct host *host, struct jid who)
{
	if (is_creator(conf, who))
		return true;
	switch (conf->create) {
	case CREATE_EVERYBODY:
		return true;
	case CREATE_LOCAL:
		return host_find(jid_domain(who)) != NULL;
	case CREATE_ADMINS:
		return command_is_admin(host, who);
	case CREATE_NOBODY:
		break;
	}
	return false;
}

/* Section 10.1.1: it is locked until the owner has said what it is to be. */
static void
make(struct call *c, struct elem x)
{
	const struct muc_conf *conf = c->conf;
	struct room_conf preset;
	struct store_batch *b;
	struct room *r;

	if (!may_create(conf, c->host, c->stanza->from)) {
		refuse(c, ERR_NOT_ALLOWED);
		return;
	}
	r = rooms_make(jid_to_bare(c->stanza->to));
	r->locked = true;
	preset = *r->conf;
	preset.archived = conf->archive;
	room_configure(r, &preset);
	b = room_change(c, r);
	affiliations_set(r->affiliations, b, r->jid, jid_to_bare(c->stanza->from), ROOM_OWNER,
	    (struct str){ 0 });
	room_save(r, b);
	enter(c, r, x, (struct notice){ .own = { 201 } });
	room_commit(c, r, &b);
}

/* --- what comes ----------------------------------------------------------------------- */

static void
on_available(struct call *c, struct room *r, struct seat *s)
{
	struct elem x = join_element(c);
	struct str nick = jid_resource(c->stanza->to), key;
	const struct muc_conf *conf = c->conf;
	enum stanza_error error;

	if (nickname_key(c->arena, nick, &key) != OK)
		refuse(c, ERR_JID_MALFORMED); /* section 7.2.1 */
	else if (frozen_content(c->stanza->xml).len > conf->max_presence_bytes)
		refuse(c, ERR_NOT_ACCEPTABLE);
	else if (s)
		update(c, r, s);
	else if (!elem_exists(x))
		tell_not_here(c);
	else if (!r)
		make(c, x);
	else if ((error = may_enter(c, r, x)) != ERR_NONE)
		refuse(c, error);
	else
		enter(c, r, x, (struct notice){ 0 });
}

void
room_on_presence(struct call *c, struct room *r)
{
	struct seat *s = r ? room_seat(r, c->stanza->from) : NULL;

	switch (c->stanza->type) {
	case PRESENCE_AVAILABLE:
		on_available(c, r, s);
		break;
	case PRESENCE_UNAVAILABLE:
		if (s)
			room_leave(c, r, s, &(struct notice){ .said = c->stanza });
		break;
	case PRESENCE_ERROR:
		if (s)
			room_drop_ghost(c, r, s);
		break;
	default: /* section 17.3: neither probes nor subscriptions concern a room */
		break;
	}
}
