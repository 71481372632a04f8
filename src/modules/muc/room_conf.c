/* SPDX-License-Identifier: MIT */
#include "modules/muc/room_conf.h"

#include "base/limits.h"
#include "base/pack.h"

struct room_conf
room_conf_preset(void)
{
	return (struct room_conf){
		.is_public = true,
		.anonymous = true,
		.visitors_may_ask_for_voice = true,
		.visitors_may_change_nick = true,
		.archived = true,
		.private_messages = ROLES_ALL,
		.broadcast = ROLES_ALL,
		.may_get_members = ROLES_ALL,
		.history = HISTORY_PRESET,
	};
}

/* --- as bytes -------------------------------------------------------------------------- */

/* Its parts, each sort in the order in which they are packed, behind their number: what is
 * added later goes to the end of its sort. */
enum { FLAGS = 12, BYTES = 3, NUMBERS = 3, TEXTS = 6, VERSION = 1 };

struct parts {
	bool *flags[FLAGS];
	uint8_t *bytes[BYTES];
	uint32_t *numbers[NUMBERS];
	struct str *texts[TEXTS];
};

static struct parts
parts_of(struct room_conf *c)
{
	return (struct parts){
		.flags = { &c->persistent, &c->is_public, &c->members_only, &c->moderated,
		    &c->anonymous, &c->members_may_invite, &c->occupants_may_set_subject,
		    &c->visitors_may_ask_for_voice, &c->visitors_may_change_nick, &c->archived,
		    &c->members_may_register, &c->members_may_ask },
		.bytes = { &c->private_messages, &c->broadcast, &c->may_get_members },
		.numbers = { &c->max_occupants, &c->history, &c->slow_mode_s },
		.texts = { &c->name, &c->description, &c->language, &c->password, &c->contacts,
		    &c->pubsub },
	};
}

static size_t
texts_bytes(const struct parts *p)
{
	size_t n = 0;

	for (unsigned i = 0; i < TEXTS; i++)
		n += p->texts[i]->len;
	return n;
}

struct str
room_conf_pack(struct arena *a, const struct room_conf *conf)
{
	struct room_conf c = *conf;
	struct parts p = parts_of(&c);
	char *text = arena_alloc(
		 a, 1 + 4 + FLAGS + BYTES + 4 * NUMBERS + 4 * TEXTS + texts_bytes(&p)),
	     *at = pack_uint(text, VERSION, 1);

	at = pack_uint(at, FLAGS, 1);
	for (unsigned i = 0; i < FLAGS; i++)
		at = pack_uint(at, *p.flags[i], 1);
	at = pack_uint(at, BYTES, 1);
	for (unsigned i = 0; i < BYTES; i++)
		at = pack_uint(at, *p.bytes[i], 1);
	at = pack_uint(at, NUMBERS, 1);
	for (unsigned i = 0; i < NUMBERS; i++)
		at = pack_uint(at, *p.numbers[i], 4);
	at = pack_uint(at, TEXTS, 1);
	for (unsigned i = 0; i < TEXTS; i++)
		at = pack_bytes(pack_uint(at, p.texts[i]->len, 4), *p.texts[i]);
	return str_of(text, (size_t)(at - text));
}

/* How many of a sort there are; more than are known make it unreadable. */
static unsigned
read_count(struct unpack *u, unsigned known)
{
	unsigned n = (unsigned)unpack_uint(u, 1);

	u->failed |= n > known;
	return u->failed ? 0 : n;
}

static struct str
read_text(struct unpack *u)
{
	size_t len = unpack_uint(u, 4);
	struct str text = str_slice(u->rest, 0, len);

	u->failed |= text.len < len;
	u->rest = str_slice(u->rest, len, SIZE_MAX);
	return text;
}

enum status
room_conf_unpack(struct str packed, struct room_conf *out)
{
	struct unpack u = { .rest = packed };
	struct room_conf c = room_conf_preset();
	struct parts p = parts_of(&c);
	unsigned n;

	if (unpack_uint(&u, 1) != VERSION)
		return E_INVALID;
	n = read_count(&u, FLAGS);
	for (unsigned i = 0; i < n; i++)
		*p.flags[i] = unpack_uint(&u, 1) != 0;
	n = read_count(&u, BYTES);
	for (unsigned i = 0; i < n; i++)
		*p.bytes[i] = (uint8_t)unpack_uint(&u, 1);
	n = read_count(&u, NUMBERS);
	for (unsigned i = 0; i < n; i++)
		*p.numbers[i] = (uint32_t)unpack_uint(&u, 4);
	n = read_count(&u, TEXTS);
	for (unsigned i = 0; i < n; i++)
		*p.texts[i] = read_text(&u);
	if (!unpack_is_done(&u))
		return E_INVALID;
	*out = c;
	return OK;
}

/* --- copies --------------------------------------------------------------------------- */

struct room_conf *
room_conf_copy(const struct room_conf *conf)
{
	struct room_conf from = *conf, *c;
	struct parts p = parts_of(&from);
	char *at;

	c = mem_alloc(sizeof(*c) + texts_bytes(&p));
	*c = from;
	at = (char *)(c + 1);
	p = parts_of(c);
	for (unsigned i = 0; i < TEXTS; i++)
		*p.texts[i] = str_place(&at, *p.texts[i]);
	return c;
}

void
room_conf_free(struct room_conf **conf)
{
	free(TAKE(*conf));
}
