/* SPDX-License-Identifier: MIT
 *
 * Commands by which owners and administrators of a room make hats and give them to people
 * (XEP-0317 sections 3.2 to 3.7, XEP-0050). A command needs nothing but its form, so nothing is
 * kept between the step that asks for it and the one that fills it in.
 */
#include "base/limits.h"
#include "base/random.h"
#include "modules/muc/service.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

#define HAT_URI S("hats#uri")
#define HAT_TITLE S("hats#title")
#define HAT_HUE S("hats#hue")
#define HAT_JID S("hats#jid")

/* What a command is about, and what came of it. */
struct wish {
	struct call *call;
	struct room *room;
	struct hat hat;
	struct jid who;
};

/* In the order in which the table is written. NOLINTNEXTLINE(*Padding) */
struct hat_command {
	struct str node;
	const char *title;
	bool titled, addressed, chosen;     /* fields of its form: title and hue; whose; one of
					     * those that there are */
	enum status (*run)(struct wish *w); /* NULL: it lists */
	bool worn;                          /* it lists those that are worn */
};

/* --- forms
 * ---------------------------------------------------------------------------------------- */

static struct form_field
uri_field(struct arena *a, const struct room *r, bool chosen)
{
	struct form_option *options = arena_alloc(a, HATS_MAX * sizeof(*options));
	struct form_field f = {
		.var = HAT_URI, .label = S("Hat"), .required = true, .options = options
	};
	struct hat hat;

	if (!chosen)
		return f;
	f.type = FIELD_LIST_SINGLE;
	for (; r->hats && hats_at(r->hats, f.option_count, &hat); f.option_count++)
		options[f.option_count] = (struct form_option){ hat.title, hat.uri };
	return f;
}

static void
write_form(struct xml_writer *w, const struct room *r, const struct hat_command *cmd)
{
	struct form_field fields[4];
	size_t n = 0;

	if (cmd->addressed)
		fields[n++] = (struct form_field){ .var = HAT_JID,
			.type = FIELD_JID_SINGLE,
			.label = S("Address"),
			.required = true };
	if (cmd->titled)
		fields[n++] = (struct form_field){
			.var = HAT_TITLE, .label = S("Title"), .required = true
		};
	fields[n++] = uri_field(w->arena, r, cmd->chosen);
	if (cmd->titled)
		fields[n++] = (struct form_field){ .var = HAT_HUE, .label = S("Hue") };
	form_write(w, &(struct form){ .kind = FORM_FORM,
			  .title = str_from_c(cmd->title),
			  .form_type = NS_HATS_COMMANDS,
			  .fields = fields,
			  .count = n });
}

static void
write_row(struct xml_writer *w, const struct jid *who, const struct hat *hat)
{
	const struct form_field fields[] = {
		{ .var = HAT_TITLE, FIELD_VALUE(hat->title) },
		{ .var = HAT_URI, FIELD_VALUE(hat->uri) },
		{ .var = HAT_HUE, FIELD_VALUE(hat->hue) },
		{ .var = HAT_JID, FIELD_VALUE(who ? jid_full(*who) : S("")) },
	};

	form_row(w, fields, who ? 4 : 3);
}

static void
write_list(struct xml_writer *w, const struct room *r, const struct hat_command *cmd)
{
	static const struct form_field columns[] = {
		{ .var = HAT_TITLE },
		{ .var = HAT_URI },
		{ .var = HAT_HUE },
		{ .var = HAT_JID },
	};
	struct hat hat;
	struct jid who;

	form_table_begin(w, &(struct form){ .kind = FORM_RESULT,
				.title = str_from_c(cmd->title),
				.form_type = NS_HATS_COMMANDS,
				.fields = columns,
				.count = cmd->worn ? 4 : 3 });
	if (cmd->worn) {
		for (size_t i = 0; r->hats && hats_worn_at(r->hats, i, &who, &hat); i++)
			write_row(w, &who, &hat);
	} else {
		for (size_t i = 0; r->hats && hats_at(r->hats, i, &hat); i++)
			write_row(w, NULL, &hat);
	}
	form_table_end(w);
}

/* --- what they do
 * ------------------------------------------------------------------------------------ */

static struct hats *
hats_of(struct room *r)
{
	if (!r->hats)
		r->hats = hats_new();
	return r->hats;
}

static enum status
create(struct wish *w)
{
	if (!w->hat.title.len || w->hat.title.len > HAT_TEXT_MAX ||
	    w->hat.uri.len > HAT_TEXT_MAX || w->hat.hue.len > HAT_HUE_MAX)
		return E_INVALID;
	return hats_put(hats_of(w->room), &w->hat);
}

static enum status
destroy(struct wish *w)
{
	return hats_remove(hats_of(w->room), w->hat.uri);
}

static enum status
assign(struct wish *w)
{
	return hats_give(hats_of(w->room), w->who, w->hat.uri);
}

static enum status
unassign(struct wish *w)
{
	return hats_take(hats_of(w->room), w->who, w->hat.uri);
}

static const struct hat_command commands[] = {
	{ S("urn:xmpp:hats:commands:create"), "Make a hat", .titled = true, .run = create },
	{ S("urn:xmpp:hats:commands:destroy"), "Remove a hat", .chosen = true, .run = destroy },
	{ S("urn:xmpp:hats:commands:list"), "Hats" },
	{ S("urn:xmpp:hats:commands:assign"), "Give a hat", .addressed = true, .chosen = true,
	    .run = assign },
	{ S("urn:xmpp:hats:commands:unassign"), "Take a hat", .addressed = true, .chosen = true,
	    .run = unassign },
	{ S("urn:xmpp:hats:commands:list-assigned"), "Who wears which hat", .worn = true },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* --- the command
 * ---------------------------------------------------------------------------------------
 */

static struct str
session_of(struct call *c)
{
	struct str id = elem_attr_or_none(c->payload, S("sessionid"), c->arena);

	return id.len ? id : random_token(c->arena, 12);
}

static void
begin_answer(struct call *c, struct xml_writer *w, struct str node, struct str status)
{
	iq_result_begin(c, w);
	xml_open(w, NS_COMMANDS, S("command"));
	xml_attr(w, S("node"), node);
	xml_attr(w, S("sessionid"), session_of(c));
	xml_attr(w, S("status"), status);
}

static enum verdict
answer(struct call *c, const struct room *r, const struct hat_command *cmd, struct str status)
{
	struct xml_writer w;

	begin_answer(c, &w, cmd->node, status);
	if (str_eq(status, S("executing")))
		write_form(&w, r, cmd);
	else if (!cmd->run && str_eq(status, S("completed")))
		write_list(&w, r, cmd);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Those who wear a hat that changed, or wore it until now. */
static struct occupant **
wearers(struct call *c, const struct room *r, struct str uri, size_t *n)
{
	struct occupant **list =
	    arena_alloc(c->arena, table_count(&r->occupants) * sizeof(struct occupant *));
	struct table_walk walk = { 0 };
	struct occupant *o;

	*n = 0;
	while (r->hats && (o = table_next(&r->occupants, &walk)))
		if (hats_is_worn_by(r->hats, o->real, uri))
			list[(*n)++] = o;
	return list;
}

static void
show_again(struct call *c, struct room *r, struct occupant *o)
{
	occupant_changed(o);
	room_show(c, r, o, NULL);
}

/* Sections 3.2 to 3.6: whoever is touched by it is shown anew, and all hear that something has
 * changed. */
static enum verdict
perform(struct wish *w, const struct hat_command *cmd)
{
	static const uint16_t changed[] = { 104, 0 };
	struct call *c = w->call;
	struct room *r = w->room;
	struct occupant **before, *o = NULL;
	struct store_batch *b;
	enum status s;
	size_t n;

	before = wearers(c, r, w->hat.uri, &n);
	s = cmd->run(w);
	if (s != OK)
		return refuse(c, s == E_NOT_FOUND ? ERR_ITEM_NOT_FOUND
				 : s == E_LIMIT   ? ERR_RESOURCE_CONSTRAINT
						  : ERR_NOT_ACCEPTABLE);
	b = room_change(c, r);
	store_put(b, jid_full(r->jid), KIND_HATS, S(""), hats_pack(r->hats, c->arena));
	answer(c, r, cmd, S("completed"));
	for (size_t i = 0; i < n && !cmd->addressed; i++)
		show_again(c, r, before[i]);
	while (cmd->addressed && (o = room_next_of(r, w->who, o)))
		show_again(c, r, o);
	room_announce_codes(c, r, changed);
	room_commit(c, r, &b);
	return DONE;
}

static enum verdict
submit(struct call *c, struct room *r, const struct hat_command *cmd, const struct form *f)
{
	struct wish w = {
		.call = c,
		.room = r,
		.hat = { .uri = str_trim(form_value(f, HAT_URI)),
		    .title = str_trim(form_value(f, HAT_TITLE)),
		    .hue = str_trim(form_value(f, HAT_HUE)) },
	};

	if (!w.hat.uri.len)
		return refuse(c, ERR_BAD_REQUEST);
	if (cmd->addressed &&
	    jid_parse(c->arena, str_trim(form_value(f, HAT_JID)), &w.who) != OK)
		return refuse(c, ERR_JID_MALFORMED);
	return perform(&w, cmd);
}

enum verdict
room_on_command(struct call *c, struct room *r, struct seat *by)
{
	struct str node = elem_attr_or_none(c->payload, S("node"), c->arena);
	struct elem x = elem_child(c->payload, NS_FORM, S("x"));
	const struct hat_command *cmd = commands;
	struct form f;

	(void)by;
	while (cmd < commands + COMMANDS && !str_eq(cmd->node, node))
		cmd++;
	if (cmd == commands + COMMANDS)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	if (room_affiliation(r, c->stanza->from) < ROOM_ADMIN)
		return refuse(c, ERR_FORBIDDEN);
	if (str_eq(elem_attr_or_none(c->payload, S("action"), c->arena), S("cancel")))
		return answer(c, r, cmd, S("canceled"));
	if (!cmd->run)
		return answer(c, r, cmd, S("completed"));
	if (!elem_exists(x))
		return answer(c, r, cmd, S("executing"));
	if (form_read(c->arena, x, &f) != OK || f.kind != FORM_SUBMIT ||
	    !str_eq(f.form_type, NS_HATS_COMMANDS))
		return refuse(c, ERR_BAD_REQUEST);
	return submit(c, r, cmd, &f);
}

/* XEP-0050 section 2.2. */
enum verdict
room_on_command_list(struct call *c, struct room *r)
{
	bool may = room_affiliation(r, c->stanza->from) >= ROOM_ADMIN;
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	xml_attr(&w, S("node"), NS_COMMANDS);
	for (size_t i = 0; may && i < COMMANDS; i++) {
		xml_open(&w, S(""), S("item"));
		xml_attr(&w, S("jid"), jid_full(r->jid));
		xml_attr(&w, S("node"), commands[i].node);
		xml_attr(&w, S("name"), str_from_c(commands[i].title));
		xml_close(&w);
	}
	xml_close(&w);
	return iq_result_finish(c, &w);
}
