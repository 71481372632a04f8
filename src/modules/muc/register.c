/* SPDX-License-Identifier: MIT
 *
 * Registering with a room: becoming a member, and having a nickname reserved (XEP-0045 sections
 * 7.10 and 7.12, XEP-0077). Those who belong to the room may always reserve a nickname; others
 * become members by it, if the configuration says so.
 */
#include "modules/muc/changes.h"
#include "modules/muc/service.h"
#include "xmpp/disco.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

/* --- asking --------------------------------------------------------------------------------
 */

static enum stanza_error
may_register(const struct room *r, enum room_affiliation has)
{
	if (has >= ROOM_MEMBER || (has == ROOM_NONE && r->conf->members_may_register))
		return ERR_NONE;
	return ERR_NOT_ALLOWED;
}

enum verdict
room_on_register_get(struct call *c, struct room *r, struct seat *by)
{
	enum room_affiliation has = room_affiliation(r, c->stanza->from);
	struct str nick = affiliations_nick(r->affiliations, c->stanza->from);
	enum stanza_error e = may_register(r, has);
	struct xml_writer w;

	if (e != ERR_NONE)
		return refuse(c, e);
	iq_result_begin(c, &w);
	xml_open(&w, NS_REGISTER, S("query"));
	if (has >= ROOM_MEMBER) {
		xml_empty(&w, S(""), S("registered"));
		if (nick.len)
			xml_leaf(&w, S(""), S("username"), nick);
	}
	if (!nick.len && by)
		nick = occupant_nick(by->occupant);
	form_write(&w, &(struct form){ .kind = FORM_FORM,
			   .title = S("Registration"),
			   .instructions = S("The nickname is reserved for you in this room."),
			   .form_type = NS_MUC_REGISTER,
			   .fields = FORM_FIELDS({ .var = S("muc#register_roomnick"),
			       .label = S("Nickname"),
			       .required = true,
			       .values = &nick,
			       .count = nick.len ? 1 : 0 }) });
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Section 7.12. */
enum verdict
room_on_own_nick(struct call *c, struct room *r)
{
	struct str nick = affiliations_nick(r->affiliations, c->stanza->from);
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"), ROOM_OWN_NICK);
	if (nick.len)
		disco_write_identity(&w, S("conference"), S("text"), nick);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- registering -----------------------------------------------------------------------------
 */

static enum verdict
change(struct call *c, struct room *r, const struct seat *by, const struct change *ch)
{
	struct str actor = by ? occupant_nick(by->occupant) : (struct str){ 0 };
	enum stanza_error e = changes_judge(r, ch, 1, c->arena);
	struct store_batch *b;

	if (e != ERR_NONE)
		return refuse(c, e);
	b = room_change(c, r);
	actor = str_copy(c->arena, actor);
	iq_result(c, (struct str){ 0 });
	changes_make(c, r, b, ch, 1, actor, (struct jid){ 0 });
	room_commit(c, r, &b);
	return DONE;
}

/* XEP-0077 section 3.2: a member is none any more. Who is more than that keeps what he is:
 * other owners gave it to him, and take it. */
static enum verdict
deregister(struct call *c, struct room *r, const struct seat *by, enum room_affiliation has)
{
	struct change ch = {
		.who = jid_to_bare(c->stanza->from), .names = true, .nick = S("")
	};

	if (has < ROOM_MEMBER)
		return refuse(c, ERR_REGISTRATION_REQUIRED);
	ch.wanted = has == ROOM_MEMBER ? ROOM_NONE : has;
	return change(c, r, by, &ch);
}

enum verdict
room_on_register_set(struct call *c, struct room *r, struct seat *by)
{
	enum room_affiliation has = room_affiliation(r, c->stanza->from);
	enum stanza_error e = may_register(r, has);
	struct change ch = { .who = jid_to_bare(c->stanza->from), .names = true };
	struct form f;

	if (e != ERR_NONE)
		return refuse(c, e);
	if (elem_exists(elem_child(c->payload, NS_REGISTER, S("remove"))))
		return deregister(c, r, by, has);
	if (form_read(c->arena, elem_child(c->payload, NS_FORM, S("x")), &f) != OK ||
	    f.kind == FORM_FORM || !str_eq(f.form_type, NS_MUC_REGISTER))
		return refuse(c, ERR_BAD_REQUEST);
	if (f.kind == FORM_CANCEL)
		return iq_result(c, (struct str){ 0 });
	ch.wanted = has == ROOM_NONE ? ROOM_MEMBER : has;
	ch.nick = str_trim(form_value(&f, S("muc#register_roomnick")));
	if (!ch.nick.len)
		return refuse(c, ERR_BAD_REQUEST);
	return change(c, r, by, &ch);
}
