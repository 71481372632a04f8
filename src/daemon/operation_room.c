/* SPDX-License-Identifier: MIT
 *
 * Rooms: listed, made, configured, ended, and who is what in them. A room is named by its host
 * and the local part of its address; what is done with it is done at its home
 * (modules/muc/visit.h).
 *
 * The configuration is set by the fields of its form, so that it can say here whatever it can
 * say there, and is judged by the same rules.
 */
#include "base/limits.h"
#include "daemon/operations.h"
#include "modules/muc/changes.h"
#include "modules/muc/config_form.h"
#include "modules/muc/visit.h"
#include "router/host.h"
#include "router/service.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

struct room_args {
	struct str host;
	struct str room;
	struct str_list settings;
	struct str owner;
	struct str address;
	uint32_t affiliation;
	struct str nick;
	struct str reason;
	struct str venue;
	struct str after;
	uint32_t limit;
};

/* In the call's arena. */
struct room_call {
	struct room_visit v; /* first */
	struct operation_call *call;
	enum stanza_error error; /* what came of the visit */
	struct str why;          /* or "no string" */
	json_t *body;
	struct config_submitted said;
	struct change change;
};

/* --- which room ----------------------------------------------------------------------------
 */

/* The domain of the host's rooms. False: the call was refused. */
static bool
take_service(struct operation_call *c, struct str text, struct str *domain)
{
	const struct service *s;
	struct str host;

	if (!operation_host(c, text, &host))
		return false;
	if ((s = service_of_module(&mod_muc, host_find(host)))) {
		*domain = s->name;
		return true;
	}
	operation_refuse(c, ERR_ITEM_NOT_FOUND, "%.*s has no rooms", STR_ARG(host));
	return false;
}

/* NULL: the call was refused. */
static struct room_call *
begin(struct operation_call *c)
{
	const struct room_args *args = c->args;
	struct room_call *r = arena_zalloc(&c->arena, sizeof(*r));
	struct str domain;

	r->call = c;
	if (!take_service(c, args->host, &domain))
		return NULL;
	if (jid_make(&c->arena, args->room, domain, S(""), &r->v.room) == OK &&
	    args->room.len > 0)
		return r;
	operation_refuse(
	    c, ERR_JID_MALFORMED, "\"%.*s\" is no name of a room", STR_ARG(args->room));
	return NULL;
}

static void
on_back(struct room_visit *v, enum status s)
{
	struct room_call *r = (struct room_call *)(void *)v;
	struct operation_call *c = r->call;

	if (s == OK && r->error == ERR_NONE) {
		operation_answer(c, TAKE(r->body));
		return;
	}
	json_decref(r->body);
	if (s != OK)
		operation_refuse_store(c, s);
	else if (r->why.at)
		operation_refuse(c, r->error, "%.*s", STR_ARG(r->why));
	else if (r->error == ERR_ITEM_NOT_FOUND)
		operation_refuse(
		    c, r->error, "there is no room %.*s", STR_ARG(jid_full(v->room)));
	else
		operation_refuse(c, r->error, "the room would not be as rooms are");
}

static void
go(struct room_call *r, void (*visit)(struct call *, struct room *, struct room_visit *))
{
	r->v.visit = visit;
	r->v.back = on_back;
	rooms_visit(&r->v);
}

static struct room_call *
call_of(struct room_visit *v)
{
	return (struct room_call *)(void *)v;
}

/* --- what is told of it ----------------------------------------------------------------------
 */

static json_t *
describe(struct arena *a, struct jid room, usec_t made_us, const struct room_conf *conf)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "address",
	    operation_text(jid_full(room)), "name", operation_text(conf->name), "description",
	    operation_text(conf->description), "persistent", conf->persistent, "public",
	    conf->is_public, "members_only", conf->members_only, "made",
	    operation_text(date_format(a, made_us)));
}

/* The fields of the form as they are: "membersonly=0". */
static json_t *
settings_of(struct arena *a, const struct room *r)
{
	json_t *settings = json_array();
	const struct config_setting *s;
	size_t n;

	s = config_settings(a, r->conf, &n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(settings, operation_text(str_format(a, "%.*s=%.*s",
						    STR_ARG(s[i].name), STR_ARG(s[i].value))));
	return settings;
}

static json_t *
describe_occupant(const struct occupant *o)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "nick", operation_text(occupant_nick(o)),
	    "address", operation_text(jid_full(o->real)), "role",
	    operation_text(room_role_name((enum room_role)o->role)), "affiliation",
	    operation_text(room_affiliation_name((enum room_affiliation)o->affiliation)));
}

/* Moderators first. */
static json_t *
occupants_of(const struct room *r)
{
	json_t *rows = json_array();

	for (enum room_role role = ROOM_MODERATOR; role > ROOM_ABSENT; role--)
		list_each (link, &r->in_role[role])
			json_array_append_new(rows,
			    describe_occupant(list_entry(link, struct occupant, in_role)));
	return rows;
}

static void
show_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);

	(void)c;
	if (!room) {
		r->error = ERR_ITEM_NOT_FOUND;
		return;
	}
	r->body = describe(&r->call->arena, v->room, room->made_us, room->conf);
	json_object_set_new(r->body, "settings", settings_of(&r->call->arena, room));
	json_object_set_new(r->body, "occupants", occupants_of(room));
}

static void
room_show_run(struct operation_call *c)
{
	struct room_call *r = begin(c);

	if (r)
		go(r, show_at_home);
}

/* --- listing ---------------------------------------------------------------------------------
 */

static void
on_owners(void *waiter, const struct store_rows *rows)
{
	struct operation_call *c = waiter;
	const struct room_args *args = c->args;
	json_t *list, *body;
	struct room_row row;

	if (rows->status != OK) {
		operation_refuse_store(c, rows->status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < rows->n; i++)
		if (room_row_read(rows->row[i].value, &row) == OK)
			json_array_append_new(
			    list, describe(&c->arena, jid_trusted(rows->row[i].owner),
				      row.made_us, &row.conf));
	body = json_pack("{s:o}", "rooms", list);
	if (rows->n == args->limit)
		json_object_set_new(body, "next", operation_text(rows->row[rows->n - 1].owner));
	operation_answer(c, body);
}

static void
room_list_run(struct operation_call *c)
{
	const struct room_args *args = c->args;
	struct store_query q = {
		.what = STORE_OWNERS,
		.kinds = { KIND_ROOM },
		.n_kinds = 1,
		.item = args->after,
		.limit = args->limit,
		.values = true,
	};

	if (take_service(c, args->host, &q.owner))
		store_read(account_store(), &q, on_owners, c);
}

/* --- making and configuring
 * -------------------------------------------------------------------- */

/* "membersonly=1" as a submission of the form. */
static bool
read_settings(struct room_call *r, const struct room_conf *was)
{
	const struct room_args *args = r->call->args;

	if (config_settings_read(&args->settings, was, &r->call->arena, &r->said, &r->why) ==
	    OK)
		return true;
	r->error = ERR_NOT_ACCEPTABLE;
	return false;
}

static void
make_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);
	struct room_conf preset = room_conf_preset();
	struct store_batch *b;

	if (room) {
		r->error = ERR_CONFLICT;
		r->why = S("there is such a room already");
		return;
	}
	preset.persistent = true;
	if (!read_settings(r, &preset))
		return;
	r->said.conf.persistent = true; /* nobody is in it */
	room = rooms_make(v->room);
	b = room_change(c, room);
	affiliations_set(
	    room->affiliations, b, v->room, r->change.who, ROOM_OWNER, (struct str){ 0 });
	room_reconfigure(c, room, b, &r->said.conf, (struct str){ 0 });
	r->body = describe(&r->call->arena, v->room, room->made_us, room->conf);
	room_commit(c, room, &b);
}

/* Anybody's address, bare. False: the call was refused. */
static bool
take_address(struct operation_call *c, struct str text, struct jid *out)
{
	if (jid_parse(&c->arena, text, out) == OK && jid_is_bare(*out))
		return true;
	operation_refuse(c, ERR_JID_MALFORMED, "\"%.*s\" is no bare address", STR_ARG(text));
	return false;
}

static void
room_add_run(struct operation_call *c)
{
	const struct room_args *args = c->args;
	struct room_call *r = begin(c);

	if (r && take_address(c, args->owner, &r->change.who))
		go(r, make_at_home);
}

static void
set_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);
	struct store_batch *b;

	if (!room) {
		r->error = ERR_ITEM_NOT_FOUND;
		return;
	}
	if (!read_settings(r, room->conf))
		return;
	b = room_change(c, room);
	room_reconfigure(c, room, b, &r->said.conf, (struct str){ 0 });
	r->body = describe(&r->call->arena, v->room, room->made_us, room->conf);
	room_commit(c, room, &b);
}

static void
room_set_run(struct operation_call *c)
{
	struct room_call *r = begin(c);

	if (r)
		go(r, set_at_home);
}

/* --- the end
 * ----------------------------------------------------------------------------------- */

static void
end_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);
	const struct room_args *args = r->call->args;
	struct store_batch *b;

	if (!room) {
		r->error = ERR_ITEM_NOT_FOUND;
		return;
	}
	b = room_change(c, room);
	room_destroy(c, room, b,
	    &(struct notice){
		.extension = room_end_notice(c->arena, r->change.who, S(""), args->reason) });
	r->body = json_pack("{s:o}", "address", operation_text(jid_full(v->room)));
	room_commit(c, room, &b);
}

static void
room_delete_run(struct operation_call *c)
{
	const struct room_args *args = c->args;
	struct room_call *r = begin(c);

	if (r && (!args->venue.len || take_address(c, args->venue, &r->change.who)))
		go(r, end_at_home);
}

/* --- who is what
 * --------------------------------------------------------------------------------- */

static void
members_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);
	const struct room_args *args = r->call->args;
	struct affiliated e = { 0 };
	json_t *rows;
	size_t i;

	(void)c;
	if (!room) {
		r->error = ERR_ITEM_NOT_FOUND;
		return;
	}
	rows = json_array();
	for (i = affiliations_place_after(room->affiliations, args->after);
	     json_array_size(rows) < args->limit && affiliations_at(room->affiliations, i, &e);
	     i++)
		json_array_append_new(
		    rows, json_pack("{s:o, s:o, s:o, s:o}", "address",
			      operation_text(jid_full(e.jid)), "affiliation",
			      operation_text(room_affiliation_name(e.affiliation)), "nick",
			      operation_text(e.nick), "reason", operation_text(e.reason)));
	r->body = json_pack("{s:o}", "members", rows);
	if (affiliations_at(room->affiliations, i, &(struct affiliated){ 0 }))
		json_object_set_new(r->body, "next", operation_text(jid_full(e.jid)));
}

static void
room_members_run(struct operation_call *c)
{
	struct room_call *r = begin(c);

	if (r)
		go(r, members_at_home);
}

static void
affiliate_at_home(struct call *c, struct room *room, struct room_visit *v)
{
	struct room_call *r = call_of(v);
	struct store_batch *b;

	if (!room) {
		r->error = ERR_ITEM_NOT_FOUND;
		return;
	}
	if ((r->error = changes_judge(room, &r->change, 1, c->arena)) != ERR_NONE) {
		r->why =
		    S("the room would have no owner, or the nickname is another's or none");
		return;
	}
	b = room_change(c, room);
	changes_make(c, room, b, &r->change, 1, (struct str){ 0 }, (struct jid){ 0 });
	r->body = json_pack("{s:o, s:o}", "address", operation_text(jid_full(r->change.who)),
	    "affiliation", operation_text(room_affiliation_name(r->change.wanted)));
	room_commit(c, room, &b);
}

static void
room_affiliate_run(struct operation_call *c)
{
	const struct room_args *args = c->args;
	struct room_call *r = begin(c);

	if (!r || !take_address(c, args->address, &r->change.who))
		return;
	r->change.wanted = (enum room_affiliation)args->affiliation;
	r->change.reason = args->reason;
	r->change.names = args->nick.len > 0;
	r->change.nick = args->nick;
	go(r, affiliate_at_home);
}

/* --- the table
 * ------------------------------------------------------------------------------------ */

#define HOST_OPTION                                                                            \
	{                                                                                      \
		"host", STRING, FIELD(room_args, host), NULL, "1", "1023",                     \
		    "The host that the rooms belong to."                                       \
	}
#define ROOM_OPTION                                                                            \
	{                                                                                      \
		"room", STRING, FIELD(room_args, room), NULL, "1", "1023",                     \
		    "What stands before the @ of its address."                                 \
	}
#define AFTER_OPTION                                                                           \
	{                                                                                      \
		"after", STRING, FIELD(room_args, after), "", NULL, ADDRESS_MAX_TEXT,          \
		    "Only behind this one: what the page before gave as \"next\"."             \
	}
#define LIMIT_OPTION                                                                           \
	{                                                                                      \
		"limit", U32, FIELD(room_args, limit), "500", "1", "1000", "Rows on a page."   \
	}
#define SETTINGS_OPTION                                                                        \
	{                                                                                      \
		"set", STRINGS, FIELD(room_args, settings), "", NULL, "64",                    \
		    "Fields of the room's form, without \"muc#roomconfig_\": "                 \
		    "\"membersonly=1\"; what is not said stays as it is."                      \
	}
#define REASON_OPTION                                                                          \
	{                                                                                      \
		"reason", STRING, FIELD(room_args, reason), "", NULL, "512",                   \
		    "Why, for those who are told."                                             \
	}

#define ROOM_FIELDS                                                                            \
	{ "address", A_TEXT, "Its address." }, { "name", A_TEXT, "Its name." },                \
	    { "description", A_TEXT, "What it is for." },                                      \
	    { "persistent", A_TRUTH, "Whether it stays when everybody has left." },            \
	    { "public", A_TRUTH, "Whether it is listed." },                                    \
	    { "members_only", A_TRUTH, "Whether only members may enter." },                    \
	{                                                                                      \
		"made", A_TEXT, "When it was made (XEP-0082)."                                 \
	}

static const struct answer_field room_fields[] = { ROOM_FIELDS };

static const struct answer_field occupant_fields[] = {
	{ "nick", A_TEXT, "The nickname." },
	{ "address", A_TEXT, "The account." },
	{ "role", A_TEXT, "visitor, participant or moderator." },
	{ "affiliation", A_TEXT, "none, member, admin or owner." },
};

static const struct answer_field member_fields[] = {
	{ "address", A_TEXT, "Whose." },
	{ "affiliation", A_TEXT, "outcast, member, admin or owner." },
	{ "nick", A_TEXT, "The nickname reserved for it; or empty." },
	{ "reason", A_TEXT, "Why; or empty." },
};

const struct operation operation_room_list = {
	.name = "room.list",
	.doc = "Lists the rooms of a host, hidden ones too.",
	.method = "GET",
	.path = "/rooms/{host}",
	.scope = SCOPE_ROOMS_READ,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, AFTER_OPTION, LIMIT_OPTION),
	.answer = LIST(struct answer_field,
	    { "rooms", A_ROWS, "The rooms.", .rows = TABLE(room_fields) },
	    { "next", A_TEXT, "For the next page, when there may be one.", true }),
	.run = room_list_run,
};

const struct operation operation_room_show = {
	.name = "room.show",
	.doc = "Shows a room: its configuration and who is in it.",
	.method = "GET",
	.path = "/rooms/{host}/{room}",
	.scope = SCOPE_ROOMS_READ,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION),
	.answer = LIST(struct answer_field, ROOM_FIELDS,
	    { "settings", A_TEXTS, "The fields of its form, as `room set` takes them." },
	    { "occupants", A_ROWS, "Who is in it.", .rows = TABLE(occupant_fields) }),
	.run = room_show_run,
};

const struct operation operation_room_add = {
	.name = "room.add",
	.doc = "Makes a room that stays.",
	.method = "POST",
	.path = "/rooms/{host}/{room}",
	.scope = SCOPE_ROOMS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION,
	    { "owner", STRING, FIELD(room_args, owner), NULL, "1", ADDRESS_MAX_TEXT,
		"Whose it is." },
	    SETTINGS_OPTION),
	.status = 201,
	.answer = TABLE(room_fields),
	.run = room_add_run,
};

const struct operation operation_room_set = {
	.name = "room.set",
	.doc = "Configures a room.",
	.method = "PUT",
	.path = "/rooms/{host}/{room}",
	.scope = SCOPE_ROOMS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION, SETTINGS_OPTION),
	.answer = TABLE(room_fields),
	.run = room_set_run,
};

const struct operation operation_room_delete = {
	.name = "room.delete",
	.doc = "Ends a room: everybody is out, and nothing of it is kept.",
	.method = "DELETE",
	.path = "/rooms/{host}/{room}",
	.scope = SCOPE_ROOMS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION, REASON_OPTION,
	    { "venue", STRING, FIELD(room_args, venue), "", NULL, ADDRESS_MAX_TEXT,
		"A room to go to instead." }),
	.answer = LIST(struct answer_field, { "address", A_TEXT, "Its address." }),
	.run = room_delete_run,
};

const struct operation operation_room_members = {
	.name = "room.members",
	.doc = "Lists who is what in a room.",
	.method = "GET",
	.path = "/rooms/{host}/{room}/members",
	.scope = SCOPE_ROOMS_READ,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION, AFTER_OPTION, LIMIT_OPTION),
	.answer = LIST(struct answer_field,
	    { "members", A_ROWS, "Those who are something.", .rows = TABLE(member_fields) },
	    { "next", A_TEXT, "For the next page, when there is one.", true }),
	.run = room_members_run,
};

const struct operation operation_room_affiliate = {
	.name = "room.affiliate",
	.doc = "Says what somebody is in a room; who is put out because of it is told.",
	.method = "PUT",
	.path = "/rooms/{host}/{room}/members/{address}",
	.scope = SCOPE_ROOMS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct room_args),
	.args = LIST(struct option, HOST_OPTION, ROOM_OPTION,
	    { "address", STRING, FIELD(room_args, address), NULL, "1", ADDRESS_MAX_TEXT,
		"A bare address; to ban all of a domain, the domain." },
	    { "affiliation", CHOICE, FIELD(room_args, affiliation), NULL, NULL, NULL,
		"What it is from now on.", "outcast none member admin owner" },
	    { "nick", STRING, FIELD(room_args, nick), "", NULL, "1023",
		"A nickname to reserve for it." },
	    REASON_OPTION),
	.answer = LIST(struct answer_field, { "address", A_TEXT, "Whose." },
	    { "affiliation", A_TEXT, "What it is now." }),
	.run = room_affiliate_run,
};
