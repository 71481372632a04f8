/* SPDX-License-Identifier: MIT
 *
 * What is said in a room (XEP-0045 sections 7.4, 7.5, 8.1) and what the room says itself.
 *
 * A message is written once, with what the room adds; every client in the room gets a head of
 * its own around it. It is delivered at once; its acknowledgement waits for the room's archive
 * (loop/cause.h).
 */
#include "modules/archive/id.h"
#include "modules/muc/invite.h"
#include "modules/muc/service.h"
#include "modules/muc/subscribers.h"
#include "xmpp/delay.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

/* --- to all --------------------------------------------------------------------------- */

static void
send_to_all(struct call *c, struct room *r, const struct stanza *st)
{
	for (enum room_role role = ROOM_VISITOR; role < ROOM_ROLES; role++)
		list_each (link, &r->in_role[role]) {
			struct occupant *to = list_entry(link, struct occupant, in_role);

			list_each (place, &to->seats) {
				struct seat *s = list_entry(place, struct seat, in_occupant);

				call_send(c, stanza_readdress(st, st->from, s->jid));
			}
		}
}

void
room_announce(struct call *c, struct room *r, enum stanza_type type, struct str content)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = type,
		.from = r->jid,
	};
	AUTO(stanza) st = NULL;
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_raw(&w, content);
	st = stanza_finish(&w, &head);
	send_to_all(c, r, st);
}

void
room_announce_codes(struct call *c, struct room *r, const uint16_t *codes)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_open(&w, NS_MUC_USER, S("x"));
	for (; *codes; codes++) {
		xml_open(&w, S(""), S("status"));
		xml_attr_u64(&w, S("code"), *codes);
		xml_close(&w);
	}
	xml_close(&w);
	room_announce(c, r, MESSAGE_GROUPCHAT, xml_written(&w));
}

void
room_tell(
    struct call *c, struct room *r, struct jid to, enum stanza_type type, struct str content)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = type,
		.from = r->jid,
		.to = to,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_raw(&w, content);
	call_send(c, stanza_finish(&w, &head));
}

/* --- what an occupant says ------------------------------------------------------------ */

static struct stanza_head
head_of(const struct call *c, const struct occupant *by)
{
	return (struct stanza_head){
		.kind = STANZA_MESSAGE,
		.type = (enum stanza_type)c->stanza->type,
		.from = by->jid,
		.id = c->stanza->id,
		.lang = c->stanza->lang,
	};
}

/* As everybody gets it; archived: its id there, 0: it is not kept. */
static struct stanza *
make_message(struct call *c, struct room *r, const struct occupant *by, uint64_t archived)
{
	struct stanza_head head = head_of(c, by);
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	room_copy_content(&w, r, c->stanza);
	room_write_id(&w, by);
	if (archived)
		room_write_archive_id(&w, r, archived);
	return stanza_finish(&w, &head);
}

/* What an account's archive would keep of a conversation (xmpp/message_kind.h). */
static bool
is_kept(const struct stanza *st)
{
	struct message_kind k = message_kind(st);

	k.type = MESSAGE_CHAT;
	k.parts &= ~(uint32_t)PART_ROOM;
	return message_kind_is_archived(k);
}

static void
say(struct call *c, struct room *r, const struct occupant *by)
{
	bool kept = is_kept(c->stanza), archived = kept && r->conf->archived;
	uint64_t id = kept ? archive_id_make() : 0;
	AUTO(stanza) st = NULL;

	/* Nor is it said: see decision 80. */
	if (archived && store_is_failing(account_store())) {
		refuse(c, ERR_RESOURCE_CONSTRAINT);
		return;
	}
	st = make_message(c, r, by, archived ? id : 0);
	if (archived)
		room_archive(c, r, by, id, st);
	send_to_all(c, r, st);
	if (kept)
		subscribers_tell(c, r, st);
	if (kept)
		history_add(&r->history, st, archive_id_moment(id), r->conf->history);
	muc_count(MUC_MESSAGES, 1);
}

/* --- the subject (section 8.1) -------------------------------------------------------- */

/* A message with a body is one that has a subject of its own (section 7.2.15). */
static bool
is_subject(const struct stanza *st)
{
	struct elem root = stanza_root(st);

	return elem_exists(elem_child(root, NS_CLIENT, S("subject"))) &&
	       !elem_exists(elem_child(root, NS_CLIENT, S("body"))) &&
	       !elem_exists(elem_child(root, NS_CLIENT, S("thread")));
}

static bool
may_set_subject(const struct room *r, const struct occupant *by)
{
	return by->role >=
	       (r->conf->occupants_may_set_subject ? ROOM_PARTICIPANT : ROOM_MODERATOR);
}

static void
set_subject(struct call *c, struct room *r, const struct occupant *by)
{
	struct stanza *st;

	if (!may_set_subject(r, by)) {
		refuse(c, ERR_FORBIDDEN);
		return;
	}
	st = make_message(c, r, by, 0);
	stanza_free(&r->subject);
	r->subject = st;
	r->subject_us = loop_wall_us();
	room_save_subject(r, call_rows(c));
	send_to_all(c, r, st);
}

void
room_tell_subject(struct call *c, struct room *r, struct jid to)
{
	AUTO(stanza) stamped = NULL;
	struct xml_writer w;

	if (!r->subject) {
		xml_begin_inner(&w, c->arena, NS_CLIENT);
		xml_empty(&w, S(""), S("subject"));
		room_tell(c, r, to, MESSAGE_GROUPCHAT, xml_written(&w));
		return;
	}
	stamped = delay_stamp(r->subject, jid_full(r->jid), r->subject_us, c->arena);
	call_send(c, stanza_readdress(stamped, stamped->from, to));
}

/* --- what comes ----------------------------------------------------------------------- */

/* XEP-0500 section 4.3: what has a body counts, and not for admins and owners. */
static bool
may_speak(struct room *r, const struct occupant *by, const struct stanza *st)
{
	if (!r->conf->slow_mode_s || by->affiliation >= ROOM_ADMIN ||
	    !elem_exists(elem_child(stanza_root(st), NS_CLIENT, S("body"))))
		return true;
	return slow_may_speak(
	    &r->slow, by->real, (msec_t)r->conf->slow_mode_s * 1000, loop_now_ms());
}

static void
refuse_hasty(struct call *c, const struct room *r)
{
	refuse_with(c, ERR_POLICY_VIOLATION,
	    str_format(c->arena, "You have to wait %u seconds between messages in this room.",
		(unsigned)r->conf->slow_mode_s),
	    (struct str){ 0 });
}

static void
on_groupchat(struct call *c, struct room *r, struct seat *s)
{
	if (!jid_is_bare(c->stanza->to))
		refuse(c, ERR_BAD_REQUEST); /* section 7.5 */
	else if (!s)
		refuse(c, ERR_NOT_ACCEPTABLE);
	else if (s->occupant->role < ROOM_PARTICIPANT)
		refuse(c, ERR_FORBIDDEN);
	else if (!may_speak(r, s->occupant, c->stanza))
		refuse_hasty(c, r);
	else if (is_subject(c->stanza))
		set_subject(c, r, s->occupant);
	else
		say(c, r, s->occupant);
}

/* Section 7.5: to all clients of the other. */
static void
tell_privately(
    struct call *c, const struct room *r, const struct occupant *by, const struct occupant *to)
{
	struct stanza_head head = head_of(c, by);
	AUTO(stanza) st = NULL;
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	room_copy_content(&w, r, c->stanza);
	if (c->stanza->type != MESSAGE_ERROR)
		xml_empty(&w, NS_MUC_USER, S("x"));
	room_write_id(&w, by);
	st = stanza_finish(&w, &head);
	list_each (link, &to->seats) {
		struct seat *s = list_entry(link, struct seat, in_occupant);

		call_send(c, stanza_readdress(st, st->from, s->jid));
	}
}

static void
on_private(struct call *c, struct room *r, struct seat *s)
{
	struct occupant *to = room_occupant(r, jid_resource(c->stanza->to));

	if (!s)
		refuse(c, ERR_NOT_ACCEPTABLE);
	else if (!to)
		refuse(c, ERR_ITEM_NOT_FOUND);
	else if (!(r->conf->private_messages & ROLE_BIT(s->occupant->role)))
		refuse(c, ERR_FORBIDDEN);
	else
		tell_privately(c, r, s->occupant, to);
}

/* An invitation did not arrive; or the client is gone, or says what it could not do with a
 * private message. */
static void
on_error(struct call *c, struct room *r, struct seat *s)
{
	struct occupant *to = room_occupant(r, jid_resource(c->stanza->to));

	if (!room_on_invite_error(c, r) && s && !room_drop_ghost(c, r, s) && to)
		tell_privately(c, r, s->occupant, to);
}

void
room_on_message(struct call *c, struct room *r)
{
	struct seat *s = room_seat(r, c->stanza->from);

	if (c->stanza->type == MESSAGE_ERROR)
		on_error(c, r, s);
	else if (c->stanza->type == MESSAGE_GROUPCHAT)
		on_groupchat(c, r, s);
	else if (!jid_is_bare(c->stanza->to))
		on_private(c, r, s);
	else if (room_on_invitation(c, r, s) == PASS && room_on_voice(c, r, s) == PASS &&
		 room_on_approval(c, r, s) == PASS)
		refuse(c, ERR_BAD_REQUEST); /* section 17.2 */
}
