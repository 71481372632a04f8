/* SPDX-License-Identifier: MIT
 *
 * A subscriber gets each message of the room as an event, at his bare address, while he has no
 * seat in it: so it is in his archive, unread in his inbox, and rings where push does.
 *
 * Who could not come in (any more) is told nothing. Two rows are kept of a subscription,
 * written together: one of the room, and one of the service by which a client finds its rooms.
 */
#include "modules/muc/subscribers.h"

#include "base/limits.h"
#include "modules/muc/service.h"
#include "router/service.h"
#include "xmpp/ns.h"

/* (service, KIND_SUBSCRIPTION, "bare address room") -> nothing */
#define KIND_SUBSCRIPTION S("room-subscription")

static struct str
subscription_item(struct arena *a, struct jid who, struct jid room)
{
	return str_format(a, "%.*s %.*s", STR_ARG(jid_bare(who)), STR_ARG(jid_bare(room)));
}

/* --- the list ------------------------------------------------------------------------- */

static void
add(struct room *r, struct jid bare, struct str nick)
{
	struct subscriber *s = mem_zalloc(sizeof(*s) + jid_bare(bare).len + nick.len), *was;
	char *at = (char *)(s + 1);

	s->jid = jid_to_bare(bare);
	s->jid.text = str_place(&at, jid_bare(bare)).at;
	s->nick = str_place(&at, nick);
	for (struct occupant *o = NULL; (o = room_next_of(r, bare, o));)
		s->n_seats += o->n_seats;
	was = table_put(&r->subscribers, s);
	free(was);
}

void
subscribers_load(struct room *r, struct str item, struct str value)
{
	add(r, jid_trusted(item), value);
}

void
subscribers_free(struct room *r)
{
	struct table_walk walk = { 0 };
	struct subscriber *s;

	while ((s = table_next(&r->subscribers, &walk))) {
		table_remove(&r->subscribers, jid_full(s->jid));
		free(s);
	}
}

void
subscribers_erase(struct room *r, struct store_batch *b)
{
	struct str service = jid_domain(r->jid);
	struct table_walk walk = { 0 };
	const struct subscriber *s;
	struct arena a;

	arena_init(&a, 1024);
	while ((s = table_next(&r->subscribers, &walk)))
		store_remove(
		    b, service, KIND_SUBSCRIPTION, subscription_item(&a, s->jid, r->jid));
	arena_fini(&a);
}

void
subscribers_drop(struct call *c, struct room *r, struct jid who, struct store_batch *b)
{
	struct subscriber *s = table_remove(&r->subscribers, jid_bare(who));

	free(s);
	store_remove(b, jid_full(r->jid), KIND_SUBSCRIBER, jid_bare(who));
	store_remove(
	    b, jid_domain(r->jid), KIND_SUBSCRIPTION, subscription_item(c->arena, who, r->jid));
}

/* --- telling -------------------------------------------------------------------------- */

/* The message with its namespace, as it stands inside another. */
static void
write_said(struct xml_writer *w, const struct stanza *said)
{
	static const char tag[] = "<message";
	struct str text = stanza_text(said, w->arena);

	xml_raw(w, str_format(w->arena, "%s xmlns='jabber:client'%.*s", tag,
		       STR_ARG(str_slice(text, sizeof(tag) - 1, SIZE_MAX))));
}

static struct stanza *
make_event(struct call *c, const struct room *r, const struct stanza *said)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.from = r->jid,
		.id = said->id,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_PUBSUB_EVENT, S("event"));
	xml_open(&w, S(""), S("items"));
	xml_attr(&w, S("node"), NS_MUC_SUB_MESSAGES);
	xml_open(&w, S(""), S("item"));
	if (said->id.len)
		xml_attr(&w, S("id"), said->id);
	write_said(&w, said);
	xml_close(&w);
	xml_close(&w);
	xml_close(&w);
	return stanza_finish(&w, &head);
}

static bool
may_listen(const struct room *r, struct jid who)
{
	return rules_may_enter(room_affiliation(r, who), r->conf->members_only);
}

void
subscribers_tell(struct call *c, struct room *r, const struct stanza *said)
{
	AUTO(stanza) event = NULL;
	struct table_walk walk = { 0 };
	const struct subscriber *s;

	while ((s = table_next(&r->subscribers, &walk))) {
		if (s->n_seats > 0 || !may_listen(r, s->jid))
			continue;
		if (!event)
			event = make_event(c, r, said);
		call_send(c, stanza_readdress(event, event->from, s->jid));
	}
}

/* --- requests ------------------------------------------------------------------------- */

/* Whether the messages are among what is asked for; of the other events there are none. */
static bool
wants_messages(struct elem e, struct arena *a)
{
	struct elem event = elem_child(e, NS_MUC_SUB, S("event"));

	while (elem_exists(event) &&
	       !str_eq(elem_attr_or_none(event, S("node"), a), NS_MUC_SUB_MESSAGES))
		event = elem_next_like(event);
	return elem_exists(event);
}

static enum stanza_error
may_subscribe(struct call *c, const struct room *r, const struct seat *by)
{
	struct jid who = c->stanza->from;
	struct str password = elem_attr_or_none(c->payload, S("password"), c->arena);
	enum room_affiliation has = room_affiliation(r, who);

	if (has == ROOM_OUTCAST)
		return ERR_FORBIDDEN;
	if (!may_listen(r, who))
		return ERR_REGISTRATION_REQUIRED;
	if (!by && has < ROOM_MEMBER && r->conf->password.len &&
	    !str_eq_secret(password, r->conf->password))
		return ERR_NOT_AUTHORIZED;
	if (!wants_messages(c->payload, c->arena))
		return ERR_FEATURE_NOT_IMPLEMENTED;
	if (table_count(&r->subscribers) >= ROOM_SUBSCRIBERS_MAX &&
	    !table_get(&r->subscribers, jid_bare(who)))
		return ERR_RESOURCE_CONSTRAINT;
	return ERR_NONE;
}

enum verdict
room_on_subscribe(struct call *c, struct room *r, struct seat *by)
{
	struct str nick = elem_attr_or_none(c->payload, S("nick"), c->arena);
	struct jid who = c->stanza->from;
	enum stanza_error error = may_subscribe(c, r, by);
	struct store_batch *b;
	struct xml_writer w;

	if (error != ERR_NONE)
		return refuse(c, error);
	if (nick.len > JID_PART_MAX)
		return refuse(c, ERR_BAD_REQUEST);
	b = room_change(c, r);
	add(r, jid_to_bare(who), nick);
	store_put(b, jid_full(r->jid), KIND_SUBSCRIBER, jid_bare(who), nick);
	store_put(b, jid_domain(r->jid), KIND_SUBSCRIPTION,
	    subscription_item(c->arena, who, r->jid), S(""));
	iq_result_begin(c, &w);
	xml_open(&w, NS_MUC_SUB, S("subscribe"));
	xml_open(&w, S(""), S("event"));
	xml_attr(&w, S("node"), NS_MUC_SUB_MESSAGES);
	xml_close(&w);
	xml_close(&w);
	iq_result_finish(c, &w);
	room_commit(c, r, &b);
	return DONE;
}

enum verdict
room_on_unsubscribe(struct call *c, struct room *r, struct seat *by)
{
	struct store_batch *b = room_change(c, r);

	(void)by;
	subscribers_drop(c, r, c->stanza->from, b);
	iq_result(c, (struct str){ 0 });
	room_commit(c, r, &b);
	return DONE;
}

/* For moderators: who gets what is said without being seen. */
enum verdict
room_on_subscribers(struct call *c, struct room *r, struct seat *by)
{
	struct table_walk walk = { 0 };
	const struct subscriber *s;
	struct xml_writer w;

	if (!(by && by->occupant->role == ROOM_MODERATOR) &&
	    room_affiliation(r, c->stanza->from) < ROOM_ADMIN)
		return refuse(c, ERR_FORBIDDEN);
	iq_result_begin(c, &w);
	xml_open(&w, NS_MUC_SUB, S("subscriptions"));
	while ((s = table_next(&r->subscribers, &walk))) {
		xml_open(&w, S(""), S("subscription"));
		xml_attr(&w, S("jid"), jid_full(s->jid));
		if (s->nick.len)
			xml_attr(&w, S("nick"), s->nick);
		xml_close(&w);
	}
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- to the service ------------------------------------------------------------------- */

static void
on_rows(void *waiter, const struct store_rows *rows)
{
	struct stanza *request = waiter;
	struct str mine, room;
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 4096);
	mine = str_format(&a, "%.*s ", STR_ARG(jid_bare(request->from)));
	xml_begin_inner(&w, &a, NS_CLIENT);
	xml_open(&w, NS_MUC_SUB, S("subscriptions"));
	for (size_t i = 0; i < rows->n && str_starts(rows->row[i].item, mine); i++) {
		room = str_slice(rows->row[i].item, mine.len, SIZE_MAX);
		xml_open(&w, S(""), S("subscription"));
		xml_attr(&w, S("jid"), room);
		xml_open(&w, S(""), S("event"));
		xml_attr(&w, S("node"), NS_MUC_SUB_MESSAGES);
		xml_close(&w);
		xml_close(&w);
	}
	xml_close(&w);
	if (rows->status == OK)
		route_result(request, xml_written(&w));
	else
		route_bounce(request, ERR_RESOURCE_CONSTRAINT);
	arena_fini(&a);
	stanza_free(&request);
}

enum verdict
muc_on_subscriptions(struct call *c)
{
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = c->service->name,
		.kinds = { KIND_SUBSCRIPTION },
		.n_kinds = 1,
		.item = str_format(c->arena, "%.*s ", STR_ARG(jid_bare(c->stanza->from))),
		.limit = ROOM_SUBSCRIPTIONS_PAGE,
	};

	store_read(account_store(), &q, on_rows, stanza_ref(c->stanza));
	return DONE;
}
