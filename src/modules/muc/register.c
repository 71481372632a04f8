/* SPDX-License-Identifier: MIT
 *
 * Registering with a room: becoming a member, and having a nickname reserved (XEP-0045 sections
 * 7.10, 7.12 and 9.9, XEP-0077). Those who belong to the room may always reserve a nickname;
 * others become members by it, if the configuration says so, or if an administrator does.
 *
 * Nothing is kept of a request: the form that an administrator sends back says who it was. So
 * that nobody floods them, a worker remembers for a while who has asked.
 */
#include "base/limits.h"
#include "base/siphash.h"
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
	if (has >= ROOM_MEMBER ||
	    (has == ROOM_NONE && (r->conf->members_may_register || r->conf->members_may_ask)))
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

/* An iq is answered; a form of an administrator needs no answer. */
static enum verdict
make(struct call *c, struct room *r, const struct seat *by, const struct change *ch)
{
	struct str actor = by ? occupant_nick(by->occupant) : (struct str){ 0 };
	enum stanza_error e = changes_judge(r, ch, 1, c->arena);
	struct store_batch *b;

	if (e != ERR_NONE)
		return refuse(c, e);
	b = room_change(c, r);
	actor = str_copy(c->arena, actor);
	if (c->stanza->kind == STANZA_IQ)
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
	return make(c, r, by, &ch);
}

/* --- asking administrators (section 9.9)
 * ------------------------------------------------------
 */

/* By what they asked for, of this worker. */
static _Thread_local struct {
	uint64_t request;
	msec_t at_ms;
} asked[ROOM_ASKERS];

static bool
may_ask_now(const struct room *r, struct jid who)
{
	uint64_t request = siphash_str(jid_full(r->jid)) ^ siphash_str(jid_bare(who));
	size_t i = request % ROOM_ASKERS;

	if (asked[i].request == request && asked[i].at_ms + ROOM_ASK_MS > loop_now_ms())
		return false;
	asked[i].request = request;
	asked[i].at_ms = loop_now_ms();
	return true;
}

static struct str
approval(struct arena *a, const struct change *ch)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	form_write(
	    &w, &(struct form){ .kind = FORM_FORM,
		    .title = S("Registration request"),
		    .instructions = S("To let this person become a member of the room, select "
				      "\"Allow\" and send the form."),
		    .form_type = NS_MUC_REGISTER,
		    .fields = FORM_FIELDS({ .var = S("muc#jid"),
					      .type = FIELD_JID_SINGLE,
					      .label = S("Address"),
					      FIELD_VALUE(jid_full(ch->who)) },
			{ .var = S("muc#register_roomnick"),
			    .label = S("Nickname"),
			    FIELD_VALUE(ch->nick) },
			{ .var = S("muc#register_allow"),
			    .type = FIELD_BOOLEAN,
			    .label = S("Allow"),
			    FIELD_VALUE(S("false")) }) });
	return xml_written(&w);
}

/* Those who are not here now find it when they are. */
static void
ask_administrators(struct call *c, struct room *r, struct str form)
{
	struct affiliated one;
	size_t n = 0;

	for (size_t i = 0; n < ROOM_ASKED_MAX && affiliations_at(r->affiliations, i, &one); i++)
		if (one.affiliation >= ROOM_ADMIN && one.jid.local) {
			room_tell(c, r, one.jid, MESSAGE_NORMAL, form);
			n++;
		}
}

static enum verdict
ask(struct call *c, struct room *r, const struct change *ch)
{
	enum stanza_error e = changes_judge(r, ch, 1, c->arena);

	if (e != ERR_NONE)
		return refuse(c, e);
	if (!may_ask_now(r, ch->who))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	ask_administrators(c, r, approval(c->arena, ch));
	return iq_result(c, (struct str){ 0 });
}

static enum verdict
approve(struct call *c, struct room *r, const struct seat *by, const struct form *f)
{
	struct change ch = { .wanted = ROOM_MEMBER, .names = true };
	enum room_affiliation has;
	struct jid who;
	bool allow;

	if (form_bool(f, S("muc#register_allow"), &allow) != OK ||
	    jid_parse(c->arena, form_value(f, S("muc#jid")), &who) != OK || !who.local)
		return refuse(c, ERR_BAD_REQUEST);
	has = room_affiliation(r, who);
	if (!allow || has >= ROOM_MEMBER) /* or another administrator was quicker */
		return DONE;
	if (has == ROOM_OUTCAST)
		return refuse(c, ERR_CONFLICT);
	ch.who = jid_to_bare(who);
	ch.nick = str_trim(form_value(f, S("muc#register_roomnick")));
	return make(c, r, by, &ch);
}

enum verdict
room_on_approval(struct call *c, struct room *r, struct seat *by)
{
	struct elem x = elem_child(stanza_root(c->stanza), NS_FORM, S("x"));
	struct form f;

	if (!elem_exists(x) || form_read(c->arena, x, &f) != OK ||
	    !str_eq(f.form_type, NS_MUC_REGISTER))
		return PASS;
	if (room_affiliation(r, c->stanza->from) < ROOM_ADMIN)
		return refuse(c, ERR_FORBIDDEN);
	return f.kind == FORM_SUBMIT ? approve(c, r, by, &f) : DONE;
}

/* --- what is submitted
 * ------------------------------------------------------------------------
 */

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
	if (has == ROOM_NONE && !r->conf->members_may_register)
		return ask(c, r, &ch);
	return make(c, r, by, &ch);
}
