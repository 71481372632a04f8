/* SPDX-License-Identifier: MIT
 *
 * What comes for the service, a room or an occupant, and who deals with it.
 */
#include "modules/muc/service.h"
#include "base/random.h"
#include "modules/muc/subscribers.h"
#include "router/service.h"
#include "xmpp/ns.h"

/* --- requests to a room ------------------------------------------------------------------ */

/* By type and payload. */
static const struct room_request {
	enum stanza_type type;
	struct str ns, name;
	room_request_fn *run;
} requests[] = {
	{ IQ_GET, NS_DISCO_INFO, S("query"), room_on_info },
	{ IQ_GET, NS_DISCO_ITEMS, S("query"), room_on_items },
	{ IQ_GET, NS_MUC_ADMIN, S("query"), room_on_admin_get },
	{ IQ_SET, NS_MUC_ADMIN, S("query"), room_on_admin_set },
	{ IQ_GET, NS_MUC_OWNER, S("query"), room_on_owner_get },
	{ IQ_SET, NS_MUC_OWNER, S("query"), room_on_owner_set },
	{ IQ_SET, NS_MODERATION, S("moderate"), room_on_moderate },
	{ IQ_SET, NS_COMMANDS, S("command"), room_on_command },
	{ IQ_GET, NS_VCARD, S("vCard"), room_on_card_get },
	{ IQ_SET, NS_VCARD, S("vCard"), room_on_card_set },
	{ IQ_GET, NS_REGISTER, S("query"), room_on_register_get },
	{ IQ_SET, NS_REGISTER, S("query"), room_on_register_set },
	{ IQ_SET, NS_MAM, S("query"), room_on_query },
	{ IQ_SET, NS_MUC_SUB, S("subscribe"), room_on_subscribe },
	{ IQ_SET, NS_MUC_SUB, S("unsubscribe"), room_on_unsubscribe },
	{ IQ_GET, NS_MUC_SUB, S("subscriptions"), room_on_subscribers },
	{ IQ_GET, NS_MAM, S("query"), room_on_query_form },
	{ IQ_GET, NS_MAM, S("metadata"), room_on_metadata },
};

static enum verdict
on_request(struct call *c, struct room *r)
{
	struct elem payload = stanza_payload(c->stanza);

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (requests[i].type == c->stanza->type &&
		    elem_is(payload, requests[i].ns, requests[i].name))
			return requests[i].run(c, r, room_seat(r, c->stanza->from));
	return refuse(c, ERR_SERVICE_UNAVAILABLE);
}

static void
on_iq(struct call *c, struct room *r)
{
	if (!jid_is_bare(c->stanza->to))
		room_on_relay(c, r);
	else if (c->stanza->type == IQ_GET || c->stanza->type == IQ_SET)
		on_request(c, r);
}

/* Section 7.2.10, 17.2: whoever does not own it does not know of a locked room. */
static bool
is_hidden(const struct call *c, const struct room *r)
{
	return r->locked && room_affiliation(r, c->stanza->from) != ROOM_OWNER;
}

static void
at_room(struct call *c, struct room *r)
{
	if (c->stanza->kind == STANZA_PRESENCE)
		room_on_presence(c, r);
	else if (!r || is_hidden(c, r))
		refuse(c, ERR_ITEM_NOT_FOUND);
	else if (c->stanza->kind == STANZA_MESSAGE)
		room_on_message(c, r);
	else
		on_iq(c, r);
}

/* --- requests to the service -------------------------------------------------------------- */

/* XEP-0307: nobody can guess it, so nobody has it. */
static enum verdict
on_unique(struct call *c)
{
	struct xml_writer w;
	struct str token = random_token(c->arena, 12);
	char *name = arena_alloc(c->arena, 2 * token.len);

	/* The alphabet of tokens has capitals, which a name has not. */
	for (size_t i = 0; i < token.len; i++)
		name[i] = (char)(token.at[i] >= 'A' && token.at[i] <= 'Z' ? token.at[i] + 32
									  : token.at[i]);
	iq_result_begin(c, &w);
	xml_leaf(&w, NS_MUC_UNIQUE, S("unique"), str_of(name, token.len));
	return iq_result_finish(c, &w);
}

static enum verdict
at_service(struct call *c)
{
	struct elem payload;

	if (c->stanza->kind != STANZA_IQ || !jid_is_bare(c->stanza->to))
		return PASS;
	payload = stanza_payload(c->stanza);
	if (c->stanza->type == IQ_GET && elem_is(payload, NS_MUC_UNIQUE, S("unique")))
		return on_unique(c);
	if (c->stanza->type == IQ_GET && elem_is(payload, NS_CHANNEL_SEARCH, S("search")))
		return muc_on_search(c);
	if (c->stanza->type == IQ_GET && elem_is(payload, NS_DISCO_ITEMS, S("query")))
		return muc_on_rooms(c);
	if (c->stanza->type == IQ_GET && elem_is(payload, NS_MUC_SUB, S("subscriptions")))
		return muc_on_subscriptions(c);
	return PASS;
}

enum verdict
muc_arrive(struct call *c)
{
	return c->stanza->to.local ? rooms_with(c, at_room) : at_service(c);
}
