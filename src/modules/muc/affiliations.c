/* SPDX-License-Identifier: MIT */
#include "modules/muc/affiliations.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pack.h"
#include "modules/muc/room.h"

/* One block: address, nickname, what that is compared by, reason. */
struct entry {
	uint8_t affiliation;
	bool has_nick;
	uint16_t address, nick, key, reason; /* lengths */
	char text[];
};

struct entries {
	struct entry **at;
	size_t n, room;
};

struct affiliations {
	struct entries all;   /* by address */
	struct entries named; /* those that have a nickname, by its key */
	size_t count[ROOM_AFFILIATIONS];
};

/* --- entries -------------------------------------------------------------------------- */

static struct str
address_of(const struct entry *e)
{
	return str_of(e->text, e->address);
}

static struct str
nick_of(const struct entry *e)
{
	return e->has_nick ? str_of(e->text + e->address, e->nick) : (struct str){ 0 };
}

static struct str
key_of(const struct entry *e)
{
	return str_of(e->text + e->address + e->nick, e->key);
}

static struct str
reason_of(const struct entry *e)
{
	return e->reason ? str_of(e->text + e->address + e->nick + e->key, e->reason)
			 : (struct str){ 0 };
}

/* What an entry is made of. */
struct facts {
	struct str address, nick, key, reason;
	enum room_affiliation affiliation;
};

static struct entry *
entry_new(const struct facts *f)
{
	struct entry *e =
	    mem_alloc(sizeof(*e) + f->address.len + f->nick.len + f->key.len + f->reason.len);
	char *at = e->text;

	*e = (struct entry){
		.affiliation = (uint8_t)f->affiliation,
		.has_nick = f->key.len > 0,
		.address = (uint16_t)f->address.len,
		.nick = (uint16_t)f->nick.len,
		.key = (uint16_t)f->key.len,
		.reason = (uint16_t)f->reason.len,
	};
	at = pack_bytes(at, f->address);
	at = pack_bytes(at, f->nick);
	at = pack_bytes(at, f->key);
	pack_bytes(at, f->reason);
	return e;
}

static struct facts
facts_of(const struct entry *e)
{
	return (struct facts){
		.address = address_of(e),
		.nick = nick_of(e),
		.key = key_of(e),
		.reason = reason_of(e),
		.affiliation = (enum room_affiliation)e->affiliation,
	};
}

/* --- arrays --------------------------------------------------------------------------- */

/* The first place whose key is not before `key`, or with `behind` the first behind it. */
static size_t
place_in(const struct entries *s, struct str (*key_of_entry)(const struct entry *),
    struct str key, bool behind)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(key_of_entry(s->at[middle]), key);

		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert_at(struct entries *s, size_t place, struct entry *e)
{
	if (s->n == s->room) {
		s->room = s->room ? s->room * 2 : 2;
		s->at = mem_resize(s->at, s->room * sizeof(struct entry *));
	}
	memmove(s->at + place + 1, s->at + place, (s->n - place) * sizeof(struct entry *));
	s->at[place] = e;
	s->n++;
}

static void
remove_at(struct entries *s, size_t place)
{
	s->n--;
	memmove(s->at + place, s->at + place + 1, (s->n - place) * sizeof(struct entry *));
}

/* --- the list ------------------------------------------------------------------------- */

struct affiliations *
affiliations_new(void)
{
	return mem_zalloc(sizeof(struct affiliations));
}

void
affiliations_free(struct affiliations **at)
{
	struct affiliations *a = TAKE(*at);

	if (!a)
		return;
	for (size_t i = 0; i < a->all.n; i++)
		free(a->all.at[i]);
	free(a->all.at);
	free(a->named.at);
	free(a);
}

static size_t
place_of(const struct affiliations *a, struct str address)
{
	return place_in(&a->all, address_of, address, false);
}

static struct entry *
entry_of(const struct affiliations *a, struct str address)
{
	size_t place = place_of(a, address);
	struct entry *e = place < a->all.n ? a->all.at[place] : NULL;

	return e && str_eq(address_of(e), address) ? e : NULL;
}

static struct entry *
named_by(const struct affiliations *a, struct str key)
{
	size_t place = place_in(&a->named, key_of, key, false);
	struct entry *e = place < a->named.n ? a->named.at[place] : NULL;

	return e && str_eq(key_of(e), key) ? e : NULL;
}

static void
drop(struct affiliations *a, struct str address)
{
	struct entry *e = entry_of(a, address);

	if (!e)
		return;
	if (e->has_nick)
		remove_at(&a->named, place_in(&a->named, key_of, key_of(e), false));
	remove_at(&a->all, place_of(a, address));
	a->count[e->affiliation]--;
	free(e);
}

/* Puts it in place of what there was; the facts may be those of the old entry. */
static struct entry *
put(struct affiliations *a, const struct facts *f)
{
	struct entry *e = entry_new(f);

	drop(a, address_of(e));
	insert_at(&a->all, place_of(a, address_of(e)), e);
	if (e->has_nick)
		insert_at(&a->named, place_in(&a->named, key_of, key_of(e), false), e);
	a->count[e->affiliation]++;
	return e;
}

/* --- rows ------------------------------------------------------------------------------- */

/* affiliation (1 byte), length of the nickname (2), nickname, reason */
static void
save(const struct entry *e, struct store_batch *b, struct jid room)
{
	struct str nick = nick_of(e), reason = reason_of(e);
	char value[1 + 2 + JID_PART_MAX + ROOM_REASON_MAX], *at;

	at = pack_uint(value, e->affiliation, 1);
	at = pack_uint(at, nick.len, 2);
	at = pack_bytes(at, nick);
	at = pack_bytes(at, reason);
	store_put(b, jid_full(room), KIND_AFFILIATION, address_of(e),
	    str_of(value, (size_t)(at - value)));
}

void
affiliations_load(struct affiliations *a, struct str item, struct str value)
{
	struct unpack u = { .rest = value };
	uint64_t affiliation = unpack_uint(&u, 1);
	size_t len = (size_t)unpack_uint(&u, 2);
	struct facts f = { .address = item, .affiliation = (enum room_affiliation)affiliation };
	struct arena arena;

	if (u.failed || affiliation >= ROOM_AFFILIATIONS || affiliation == ROOM_NONE ||
	    item.len > JID_MAX || u.rest.len < len || u.rest.len - len > ROOM_REASON_MAX)
		return;
	arena_init(&arena, 512);
	f.nick = str_slice(u.rest, 0, len);
	f.reason = str_slice(u.rest, len, u.rest.len);
	if (len == 0 || nickname_key(&arena, f.nick, &f.key) != OK || named_by(a, f.key))
		f.nick = f.key = (struct str){ 0 };
	put(a, &f);
	arena_fini(&arena);
}

/* --- asking ----------------------------------------------------------------------------- */

enum room_affiliation
affiliations_of(const struct affiliations *a, struct jid who)
{
	const struct entry *e = entry_of(a, jid_bare(who));

	if (e)
		return (enum room_affiliation)e->affiliation;
	if (a->count[ROOM_OUTCAST] > 0 && (e = entry_of(a, jid_domain(who))) &&
	    e->affiliation == ROOM_OUTCAST)
		return ROOM_OUTCAST;
	return ROOM_NONE;
}

size_t
affiliations_count(const struct affiliations *a, enum room_affiliation which)
{
	return a->count[which];
}

bool
affiliations_is_full(const struct affiliations *a)
{
	return a->all.n >= ROOM_AFFILIATIONS_MAX;
}

struct str
affiliations_nick(const struct affiliations *a, struct jid who)
{
	const struct entry *e = entry_of(a, jid_bare(who));

	return e ? nick_of(e) : (struct str){ 0 };
}

bool
affiliations_holder(const struct affiliations *a, struct str nick, struct jid *holder)
{
	const struct entry *e = NULL;
	struct arena arena;
	struct str key;

	if (a->named.n == 0)
		return false;
	arena_init(&arena, 512);
	if (nickname_key(&arena, nick, &key) == OK)
		e = named_by(a, key);
	arena_fini(&arena);
	if (e)
		*holder = jid_trusted(address_of(e));
	return e != NULL;
}

/* --- changing --------------------------------------------------------------------------- */

/* Of that many bytes, what is whole characters. */
static struct str
cut(struct str text, size_t max)
{
	if (text.len <= max)
		return text;
	while (max > 0 && (text.at[max] & 0xc0) == 0x80)
		max--;
	return str_of(text.at, max);
}

void
affiliations_set(struct affiliations *a, struct store_batch *b, struct jid room, struct jid who,
    enum room_affiliation which, struct str reason)
{
	const struct entry *was = entry_of(a, jid_bare(who));
	struct facts f = { 0 };

	if (which == ROOM_NONE) {
		drop(a, jid_bare(who));
		store_remove(b, jid_full(room), KIND_AFFILIATION, jid_bare(who));
		return;
	}
	if (was)
		f = facts_of(was);
	if (which == ROOM_OUTCAST)
		f.nick = f.key = (struct str){ 0 };
	f.address = jid_bare(who);
	f.reason = cut(reason, ROOM_REASON_MAX);
	f.affiliation = which;
	save(put(a, &f), b, room);
}

enum status
affiliations_reserve(struct affiliations *a, struct store_batch *b, struct jid room,
    struct jid who, struct str nick)
{
	const struct entry *was = entry_of(a, jid_bare(who)), *other;
	struct arena arena;
	struct facts f;
	enum status s;

	assert(was && was->affiliation != ROOM_OUTCAST);
	f = facts_of(was);
	f.nick = nick;
	f.key = (struct str){ 0 };
	arena_init(&arena, 512);
	s = nick.len ? nickname_key(&arena, nick, &f.key) : OK;
	if (s == OK && f.key.len && (other = named_by(a, f.key)) && other != was)
		s = E_EXISTS;
	if (s == OK)
		save(put(a, &f), b, room);
	arena_fini(&arena);
	return s;
}

/* --- walking ---------------------------------------------------------------------------- */

size_t
affiliations_place_after(const struct affiliations *a, struct str address)
{
	return place_in(&a->all, address_of, address, true);
}

size_t
affiliations_place_of(const struct affiliations *a, struct str address)
{
	return place_of(a, address);
}

bool
affiliations_at(const struct affiliations *a, size_t place, struct affiliated *out)
{
	const struct entry *e;

	if (place >= a->all.n)
		return false;
	e = a->all.at[place];
	*out = (struct affiliated){
		.jid = jid_trusted(address_of(e)),
		.affiliation = (enum room_affiliation)e->affiliation,
		.nick = nick_of(e),
		.reason = reason_of(e),
	};
	return true;
}
