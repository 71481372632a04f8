/* SPDX-License-Identifier: MIT
 *
 * Requests from one occupant to another (XEP-0045 section 17.4), neither of whom learns the
 * other's address, and asking oneself whether one is still there (XEP-0410).
 *
 * A request goes to the client whose presence is shown, under an id that says which client's
 * it was: "SEAT.ID". So its answer finds the way back without anything being remembered.
 * What an account answers for itself - its card, its public nodes - is asked of the bare
 * address.
 */
#include <inttypes.h>

#include "modules/muc/muc.h"
#include "xmpp/ns.h"

/* --- there ---------------------------------------------------------------------------- */

/* Section 3 of XEP-0410: the answer is ours, so no client has to be asked. */
static bool
is_self_ping(const struct call *c, const struct seat *s, const struct occupant *to)
{
	return s->occupant == to && c->stanza->type == IQ_GET &&
	       elem_is(stanza_payload(c->stanza), NS_PING, S("ping"));
}

static bool
is_for_account(const struct stanza *st)
{
	struct elem e = stanza_payload(st);

	return st->type == IQ_GET &&
	       (elem_is(e, NS_VCARD, S("vCard")) || elem_is(e, NS_PUBSUB, S("pubsub")));
}

static void
ask(struct call *c, const struct seat *s, const struct occupant *to)
{
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = (enum stanza_type)c->stanza->type,
		.from = s->occupant->jid,
		.to = is_for_account(c->stanza) ? to->real : occupant_seat(to)->jid,
		.id =
		    str_format(c->arena, "%" PRIu32 ".%.*s", s->number, STR_ARG(c->stanza->id)),
		.lang = c->stanza->lang,
	};

	call_send(c, stanza_new(&head, c->stanza->xml));
}

static void
on_request(struct call *c, struct room *r)
{
	struct seat *s = room_seat(r, c->stanza->from);
	struct occupant *to = room_occupant(r, jid_resource(c->stanza->to));

	if (!s)
		refuse(c, ERR_NOT_ACCEPTABLE);
	else if (!to)
		refuse(c, ERR_ITEM_NOT_FOUND);
	else if (is_self_ping(c, s, to))
		iq_result(c, (struct str){ 0 });
	else
		ask(c, s, to);
}

/* --- and back ------------------------------------------------------------------------- */

/* Whose request that was, and under which id. */
static const struct seat *
asker(const struct occupant *o, struct str id, struct str *rest)
{
	struct str number;
	uint64_t n;

	*rest = id;
	if (!str_split(rest, '.', &number) || !rest->at ||
	    str_to_u64(number, UINT32_MAX, &n) != OK)
		return NULL;
	list_each (link, &o->seats) {
		const struct seat *s = list_entry(link, struct seat, in_occupant);

		if (s->number == n)
			return s;
	}
	return NULL;
}

/* Who answers: a client that is here, or the account of one. */
static const struct occupant *
answerer(const struct room *r, struct jid from)
{
	const struct seat *s = room_seat(r, from);

	if (s)
		return s->occupant;
	return jid_is_bare(from) ? room_next_of(r, from, NULL) : NULL;
}

static void
on_answer(struct call *c, struct room *r)
{
	const struct occupant *by = answerer(r, c->stanza->from);
	const struct occupant *to = room_occupant(r, jid_resource(c->stanza->to));
	const struct seat *s;
	struct str id;

	if (!by || !to || !(s = asker(to, c->stanza->id, &id)))
		return; /* who asked, or who was asked, has left */
	call_send(c, stanza_new(&(struct stanza_head){ .kind = STANZA_IQ,
				    .type = (enum stanza_type)c->stanza->type,
				    .from = by->jid,
				    .to = s->jid,
				    .id = id,
				    .lang = c->stanza->lang },
			 c->stanza->xml));
}

void
room_on_relay(struct call *c, struct room *r)
{
	if (c->stanza->type == IQ_GET || c->stanza->type == IQ_SET)
		on_request(c, r);
	else
		on_answer(c, r);
}
