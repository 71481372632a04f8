/* SPDX-License-Identifier: MIT
 *
 * Visitors who ask for voice, and moderators who say yes (XEP-0045 sections 7.13 and 8.6).
 * Nothing is kept of a request: the form that a moderator sends back names the visitor.
 */
#include "base/limits.h"
#include "modules/muc/service.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

/* --- asking --------------------------------------------------------------------------------
 */

static struct str
approval(struct arena *a, const struct seat *by)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	form_write(&w,
	    &(struct form){ .kind = FORM_FORM,
		.title = S("Voice request"),
		.instructions = S("To let this person speak, select \"Grant voice\" and send "
				  "the form."),
		.form_type = NS_MUC_REQUEST,
		.fields = FORM_FIELDS({ .var = S("muc#role"),
					  .type = FIELD_LIST_SINGLE,
					  .label = S("Requested role"),
					  FIELD_VALUE(S("participant")) },
		    { .var = S("muc#jid"),
			.type = FIELD_JID_SINGLE,
			.label = S("Address"),
			FIELD_VALUE(jid_full(by->jid)) },
		    { .var = S("muc#roomnick"),
			.label = S("Nickname"),
			FIELD_VALUE(occupant_nick(by->occupant)) },
		    { .var = S("muc#request_allow"),
			.type = FIELD_BOOLEAN,
			.label = S("Grant voice"),
			FIELD_VALUE(S("false")) }) });
	return xml_written(&w);
}

/* One visitor does not flood the moderators. */
static bool
may_ask_now(struct occupant *o)
{
	if (o->asked_ms && o->asked_ms + ROOM_VOICE_MS > loop_now_ms())
		return false;
	o->asked_ms = loop_now_ms();
	return true;
}

static enum verdict
ask(struct call *c, struct room *r, const struct seat *by)
{
	struct str form;

	if (!r->conf->visitors_may_ask_for_voice)
		return refuse(c, ERR_FORBIDDEN);
	if (!may_ask_now(by->occupant))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	form = approval(c->arena, by);
	list_each (link, &r->in_role[ROOM_MODERATOR]) {
		const struct occupant *o = list_entry(link, struct occupant, in_role);

		list_each (place, &o->seats)
			room_tell(c, r, list_entry(place, struct seat, in_occupant)->jid,
			    MESSAGE_NORMAL, form);
	}
	return DONE;
}

/* --- approving -----------------------------------------------------------------------------
 */

/* Whom the form names: by his address and by his nickname. */
static struct occupant *
find_visitor(struct call *c, const struct room *r, const struct form *f)
{
	const struct seat *s;
	struct jid jid;

	if (jid_parse(c->arena, form_value(f, S("muc#jid")), &jid) != OK ||
	    !(s = room_seat(r, jid)))
		return NULL;
	return s->occupant == room_occupant(r, form_value(f, S("muc#roomnick"))) ? s->occupant
										 : NULL;
}

static enum verdict
approve(struct call *c, struct room *r, const struct seat *by, const struct form *f)
{
	struct occupant *o = find_visitor(c, r, f);
	bool allow;

	if (form_bool(f, S("muc#request_allow"), &allow) != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (!allow)
		return DONE;
	if (!o)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	if (o->role != ROOM_VISITOR)
		return DONE;
	occupant_set_role(o, ROOM_PARTICIPANT);
	room_show_role(
	    c, r, o, ROOM_VISITOR, &(struct notice){ .actor = occupant_nick(by->occupant) });
	return DONE;
}

enum verdict
room_on_voice(struct call *c, struct room *r, struct seat *by)
{
	struct elem x = elem_child(stanza_root(c->stanza), NS_FORM, S("x"));
	struct form f;

	if (!elem_exists(x) || form_read(c->arena, x, &f) != OK ||
	    !str_eq(f.form_type, NS_MUC_REQUEST))
		return PASS;
	if (!by)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	if (f.kind != FORM_SUBMIT)
		return DONE; /* cancelled */
	if (by->occupant->role == ROOM_MODERATOR)
		return approve(c, r, by, &f);
	if (by->occupant->role == ROOM_VISITOR &&
	    str_eq(str_trim(form_value(&f, S("muc#role"))), S("participant")))
		return ask(c, r, by);
	return refuse(c, ERR_NOT_ALLOWED);
}
