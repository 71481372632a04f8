/* SPDX-License-Identifier: MIT */
#include "modules/muc/room.h"

#include "base/encode.h"
#include "base/hash.h"
#include "base/random.h"
#include "loop/worker.h"

/* --- life ----------------------------------------------------------------------------- */

static struct str
occupant_key(const void *value)
{
	return ((const struct occupant *)value)->key;
}

static struct str
seat_key(const void *value)
{
	return jid_full(((const struct seat *)value)->jid);
}

static struct str
subscriber_key(const void *value)
{
	return jid_full(((const struct subscriber *)value)->jid);
}

/* The address moved to *at, where there is room, which moves behind it. */
static struct jid
place_jid(char **at, struct jid j)
{
	j.text = str_place(at, jid_full(j)).at;
	return j;
}

struct room *
room_new(struct jid bare)
{
	struct room_conf preset = room_conf_preset();
	struct room *r;
	char *at;

	assert(jid_is_bare(bare) && bare.local);
	r = mem_zalloc(sizeof(*r) + jid_full(bare).len);
	at = (char *)(r + 1);
	r->jid = place_jid(&at, jid_to_bare(bare));
	r->conf = room_conf_copy(&preset);
	r->affiliations = affiliations_new();
	r->made_us = loop_wall_us();
	random_bytes(r->salt, sizeof(r->salt));
	table_init(&r->occupants, occupant_key);
	table_init(&r->seats, seat_key);
	table_init(&r->subscribers, subscriber_key);
	for (enum room_role role = 0; role < ROOM_ROLES; role++)
		list_init(&r->in_role[role]);
	history_init(&r->history);
	slow_init(&r->slow);
	return r;
}

void
room_free(struct room **at)
{
	struct room *r = TAKE(*at);

	if (!r)
		return;
	assert(table_count(&r->occupants) == 0 && table_count(&r->seats) == 0);
	assert(table_count(&r->subscribers) == 0);
	table_fini(&r->occupants);
	table_fini(&r->seats);
	table_fini(&r->subscribers);
	history_fini(&r->history);
	slow_fini(&r->slow);
	hats_free(&r->hats);
	free(r->avatar);
	stanza_free(&r->subject);
	affiliations_free(&r->affiliations);
	room_conf_free(&r->conf);
	free(r);
}

void
room_set_avatar(struct room *r, const struct str *hashes)
{
	free(r->avatar);
	r->avatar = NULL;
	if (!hashes)
		return;
	r->avatar = mem_alloc(hashes->len + 1);
	memcpy(r->avatar, hashes->at, hashes->len);
	r->avatar[hashes->len] = '\0';
}

void
room_configure(struct room *r, const struct room_conf *conf)
{
	struct room_conf *was = r->conf;
	struct table_walk walk = { 0 };
	struct occupant *o;

	r->conf = room_conf_copy(conf);
	room_conf_free(&was);
	/* Who may see addresses may have changed. */
	while ((o = table_next(&r->occupants, &walk)))
		occupant_changed(o);
}

/* --- who is here ---------------------------------------------------------------------- */

struct occupant *
room_occupant(const struct room *r, struct str nick)
{
	struct occupant *o = NULL;
	struct arena a;
	struct str key;

	arena_init(&a, 512);
	if (nickname_key(&a, nick, &key) == OK)
		o = table_get(&r->occupants, key);
	arena_fini(&a);
	return o;
}

struct seat *
room_seat(const struct room *r, struct jid full)
{
	return table_get(&r->seats, jid_full(full));
}

struct occupant *
room_next_of(const struct room *r, struct jid bare, struct occupant *after)
{
	struct table_walk walk = { 0 };
	struct occupant *o;
	bool found = !after;

	while ((o = table_next(&r->occupants, &walk))) {
		if (found && jid_eq_bare(o->real, bare))
			return o;
		found |= o == after;
	}
	return NULL;
}

/* --- occupants ------------------------------------------------------------------------ */

/* XEP-0421 section 4: the same for all clients of an account, whatever their nickname, and of
 * this room only. */
static void
make_id(const struct room *r, struct occupant *o)
{
	struct str salt = str_of(r->salt, sizeof(r->salt)), real = jid_full(o->real), text;
	char hash[HASH_MAX];
	struct arena a;

	hash_hmac(HASH_SHA256, salt, &real, 1, hash);
	arena_init(&a, 128);
	text = base64url_encode(&a, str_of(hash, OCCUPANT_ID_BYTES));
	assert(text.len == sizeof(o->id));
	memcpy(o->id, text.at, text.len);
	arena_fini(&a);
}

static struct occupant *
occupant_new(struct room *r, struct str nick, struct str key, struct jid real)
{
	struct str room = jid_full(r->jid);
	struct occupant *o = mem_zalloc(
	    sizeof(*o) + room.len + 1 + nick.len + key.len + real.local + 1 + real.domain);
	char *at = (char *)(o + 1);

	o->room = r;
	o->jid = r->jid;
	o->jid.resource = (uint16_t)nick.len;
	o->jid.text = str_place(&at, room).at;
	str_place(&at, S("/"));
	str_place(&at, nick);
	o->key = str_place(&at, key);
	o->real = place_jid(&at, jid_to_bare(real));
	list_init(&o->seats);
	list_init(&o->in_role);
	make_id(r, o);
	return o;
}

struct occupant *
room_add_occupant(struct room *r, struct str nick, struct jid real, enum room_role role)
{
	struct occupant *o;
	struct arena a;
	struct str key;
	enum status s;

	arena_init(&a, 512);
	s = nickname_key(&a, nick, &key);
	assert(s == OK && !table_get(&r->occupants, key));
	o = occupant_new(r, nick, key, real);
	arena_fini(&a);
	table_put(&r->occupants, o);
	o->affiliation = (uint8_t)affiliations_of(r->affiliations, o->real);
	occupant_set_role(o, role);
	return o;
}

static void
leave_role(struct occupant *o)
{
	if (o->role != ROOM_ABSENT) {
		list_remove(&o->in_role);
		o->room->n_in_role[o->role]--;
	}
}

void
occupant_set_role(struct occupant *o, enum room_role role)
{
	leave_role(o);
	o->role = (uint8_t)role;
	if (role != ROOM_ABSENT) {
		list_append(&o->room->in_role[role], &o->in_role);
		o->room->n_in_role[role]++;
	}
	occupant_changed(o);
}

void
occupant_set_affiliation(struct occupant *o, enum room_affiliation affiliation)
{
	o->affiliation = (uint8_t)affiliation;
	occupant_changed(o);
}

void
occupant_changed(struct occupant *o)
{
	frozen_free(&o->shown[0]);
	frozen_free(&o->shown[1]);
}

void
room_drop_occupant(struct occupant **at)
{
	struct occupant *o = TAKE(*at);

	assert(o->n_seats == 0);
	leave_role(o);
	table_remove(&o->room->occupants, o->key);
	occupant_changed(o);
	free(o);
}

struct occupant *
room_rename(struct occupant **at, struct str nick)
{
	struct occupant *was = TAKE(*at), *o;

	table_remove(&was->room->occupants, was->key);
	o = room_add_occupant(was->room, nick, was->real, (enum room_role)was->role);
	o->asked_ms = was->asked_ms;
	occupant_move_seats(was, o);
	leave_role(was);
	occupant_changed(was);
	free(was);
	return o;
}

/* --- subscribers ---------------------------------------------------------------------- */

static void
count_seat(struct occupant *o, int32_t n)
{
	struct subscriber *s = table_get(&o->room->subscribers, jid_full(o->real));

	if (s)
		s->n_seats += (uint32_t)n;
}

/* --- seats ---------------------------------------------------------------------------- */

struct seat *
occupant_add_seat(struct occupant *o, struct jid full, struct stanza *presence)
{
	struct seat *s = mem_zalloc(sizeof(*s) + jid_full(full).len);
	char *at = (char *)(s + 1);

	s->occupant = o;
	s->jid = place_jid(&at, full);
	s->presence = presence;
	s->number = ++o->room->last_seat;
	table_put(&o->room->seats, s);
	list_prepend(&o->seats, &s->in_occupant);
	o->n_seats++;
	count_seat(o, 1);
	occupant_changed(o);
	return s;
}

void
occupant_drop_seat(struct seat **at)
{
	struct seat *s = TAKE(*at);

	table_remove(&s->occupant->room->seats, jid_full(s->jid));
	list_remove(&s->in_occupant);
	s->occupant->n_seats--;
	count_seat(s->occupant, -1);
	occupant_changed(s->occupant);
	stanza_free(&s->presence);
	free(s);
}

void
occupant_move_seats(struct occupant *from, struct occupant *to)
{
	while (!list_is_empty(&from->seats)) {
		struct seat *s = list_entry(from->seats.prev, struct seat, in_occupant);

		list_remove(&s->in_occupant);
		list_prepend(&to->seats, &s->in_occupant);
		s->occupant = to;
		from->n_seats--;
		to->n_seats++;
	}
	occupant_changed(from);
	occupant_changed(to);
}

void
seat_show(struct seat *s, struct stanza *presence)
{
	stanza_free(&s->presence);
	s->presence = presence;
	list_remove(&s->in_occupant);
	list_prepend(&s->occupant->seats, &s->in_occupant);
	occupant_changed(s->occupant);
}
