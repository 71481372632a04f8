/* SPDX-License-Identifier: MIT
 *
 * Moderators who take back what others said (XEP-0425): all are told, and what is left in the
 * archive and in the history is a tombstone. That this happened is in the archive, too.
 *
 * The message is read first; then the request goes to its room once more, which may have
 * changed meanwhile, with what was read.
 */
#include "base/limits.h"
#include "modules/archive/archive.h"
#include "modules/muc/service.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

/* A request whose message has been, or is being, read. */
struct moderation {
	struct list in_worker;
	struct stanza *request;
	struct arena arena;
	struct str text; /* of the archive; "no string": there is no such message */
};

static _Thread_local struct list moderations; /* moderation.in_worker */

void
room_moderation_worker_init(void)
{
	list_init(&moderations);
}

static void
moderation_free(struct moderation **at)
{
	struct moderation *m = TAKE(*at);

	list_remove(&m->in_worker);
	stanza_free(&m->request);
	arena_fini(&m->arena);
	free(m);
}

/* Those whose room was not at hand again before the end. */
void
room_moderation_worker_fini(void)
{
	list_each (link, &moderations) {
		struct moderation *m = list_entry(link, struct moderation, in_worker);

		moderation_free(&m);
	}
}

/* What was read for this request. */
static struct moderation *
moderation_of(const struct stanza *request)
{
	list_each (link, &moderations) {
		struct moderation *m = list_entry(link, struct moderation, in_worker);

		if (m->request == request)
			return m;
	}
	return NULL;
}

/* --- what is said and kept -------------------------------------------------------------- */

struct verdict_said {
	const struct room *room;
	const struct seat *by; /* NULL: an administrator who is not in the room */
	struct str id;         /* of the message, as all know it */
	struct str reason;     /* or "no string" */
};

/* Section 3.1 and 3.3: who did it and why. */
static void
write_moderated(struct xml_writer *w, const struct verdict_said *v)
{
	xml_open(w, NS_MODERATION, S("moderated"));
	if (v->by) {
		xml_attr(w, S("by"), jid_full(v->by->occupant->jid));
		room_write_id(w, v->by->occupant);
	} else {
		xml_attr(w, S("by"), jid_full(v->room->jid));
	}
	xml_close(w);
	if (v->reason.len)
		xml_leaf(w, S(""), S("reason"), v->reason);
}

/* What all are told, as it is in the archive under that id. */
static struct str
announcement(struct arena *a, const struct verdict_said *v, uint64_t archived)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_RETRACTION, S("retract"));
	xml_attr(&w, S("id"), v->id);
	write_moderated(&w, v);
	xml_close(&w);
	room_write_archive_id(&w, v->room, archived);
	return xml_written(&w);
}

static void
copy_occupant_id(struct xml_writer *w, const struct stanza *old)
{
	struct elem e = elem_child(stanza_root(old), NS_OCCUPANT_ID, S("occupant-id"));

	if (!elem_exists(e))
		return;
	xml_open(w, NS_OCCUPANT_ID, S("occupant-id"));
	xml_attr(w, S("id"), elem_attr_or_none(e, S("id"), w->arena));
	xml_close(w);
}

/* Of the old message only what says whose it was and where it is (section 3.3). The sender's
 * address stays last (archive.c). */
static struct str
tombstone(struct arena *a, const struct stanza *old, uint64_t id, const struct verdict_said *v)
{
	struct stanza_head head = { STANZA_MESSAGE, MESSAGE_GROUPCHAT, old->to, old->from,
		old->id, old->lang };
	struct elem sender = elem_child(stanza_root(old), NS_MUC_USER, S("x"));
	AUTO(stanza) st = NULL;
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_MESSAGE);
	copy_occupant_id(&w, old);
	room_write_archive_id(&w, v->room, id);
	xml_open(&w, NS_RETRACTION, S("retracted"));
	xml_attr(&w, S("stamp"), date_format(a, loop_wall_us()));
	write_moderated(&w, v);
	xml_close(&w);
	if (elem_exists(sender))
		xml_raw(&w, elem_markup(sender, a));
	st = stanza_finish(&w, &head);
	return stanza_text(st, a);
}

/* --- taking it back ------------------------------------------------------------------------
 */

static void
keep_announcement(struct call *c, const struct room *r, struct store_batch *b, uint64_t id,
    struct str content)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE, .type = MESSAGE_GROUPCHAT, .from = r->jid, .to = r->jid
	};
	AUTO(stanza) st = NULL;
	struct xml_writer w;
	struct store_message m;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_raw(&w, content);
	st = stanza_finish(&w, &head);
	m = (struct store_message){
		.owner = jid_full(r->jid),
		.contact = jid_full(r->jid),
		.id = id,
		.text = stanza_text(st, c->arena),
	};
	store_archive(b, &m);
}

static void
take_back(struct call *c, struct room *r, const struct stanza *old, uint64_t id,
    const struct verdict_said *v)
{
	uint64_t own = archive_id_make();
	struct str said = announcement(c->arena, v, own),
		   left = tombstone(c->arena, old, id, v);
	AUTO(stanza) shown = NULL;
	struct store_batch *b = room_change(c, r);

	store_archive_replace(b, jid_full(r->jid), id, left);
	keep_announcement(c, r, b, own, said);
	if (room_archived_stanza(r, left, c->arena, &shown) == OK)
		history_replace(&r->history, archive_id_moment(id), shown);
	iq_result(c, (struct str){ 0 });
	room_announce(c, r, MESSAGE_GROUPCHAT, said);
	room_commit(c, r, &b);
}

/* --- the request ----------------------------------------------------------------------------
 */

/* ERR_NONE, or why not (section 3.2). */
static enum stanza_error
judge(const struct call *c, const struct room *r, const struct seat *by, uint64_t *id)
{
	struct standing who = { room_affiliation(r, c->stanza->from),
		by ? (enum room_role)by->occupant->role : ROOM_ABSENT };

	if (!rules_is_moderator(who))
		return ERR_FORBIDDEN;
	if (!elem_exists(elem_child(c->payload, NS_RETRACTION, S("retract"))))
		return ERR_BAD_REQUEST;
	return archive_id_read(elem_attr_or_none(c->payload, S("id"), c->arena), r->jid, id) ==
		       OK
		   ? ERR_NONE
		   : ERR_ITEM_NOT_FOUND;
}

/* What was taken back already stays as it is. */
static void
act(struct call *c, struct room *r, const struct seat *by, uint64_t id, struct str text)
{
	AUTO(stanza) old = NULL;
	struct verdict_said v = {
		.room = r,
		.by = by,
		.id = elem_attr_or_none(c->payload, S("id"), c->arena),
		.reason = elem_child_text(c->payload, NS_MODERATION, S("reason"), c->arena),
	};

	if (!text.at || stanza_from_text(text, c->arena, &old) != OK)
		refuse(c, ERR_ITEM_NOT_FOUND);
	else if (elem_exists(elem_child(stanza_root(old), NS_RETRACTION, S("retracted"))))
		iq_result(c, (struct str){ 0 });
	else
		take_back(c, r, old, id, &v);
}

/* The message has been read. */
static void
on_read_again(struct call *c, struct room *r)
{
	struct moderation *m = moderation_of(c->stanza);
	struct seat *by = r ? room_seat(r, c->stanza->from) : NULL;
	enum stanza_error e;
	uint64_t id;

	assert(m);
	if (!r)
		refuse(c, ERR_ITEM_NOT_FOUND);
	else if ((e = judge(c, r, by, &id)) != ERR_NONE)
		refuse(c, e);
	else
		act(c, r, by, id, m->text);
	moderation_free(&m);
}

static void
on_message_read(void *waiter, const struct store_rows *rows)
{
	struct moderation *m = waiter;

	if (rows->status == OK && rows->n > 0)
		m->text = str_copy(&m->arena, rows->row[0].value);
	if (rows->status != OK || !rooms_again(m->request, on_read_again)) {
		route_bounce(m->request, ERR_RESOURCE_CONSTRAINT);
		moderation_free(&m);
	}
}

static bool
has_enough(struct jid who)
{
	unsigned n = 0;

	list_each (link, &moderations)
		n += jid_eq(list_entry(link, struct moderation, in_worker)->request->from, who);
	return n >= ROOM_MODERATIONS_MAX;
}

enum verdict
room_on_moderate(struct call *c, struct room *r, struct seat *by)
{
	uint64_t id;
	enum stanza_error e = judge(c, r, by, &id);
	struct store_query q = {
		.what = STORE_MESSAGES, .owner = jid_full(r->jid), .ids = &id, .n_ids = 1
	};
	struct moderation *m;

	if (e != ERR_NONE)
		return refuse(c, e);
	if (has_enough(c->stanza->from))
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	m = mem_zalloc(sizeof(*m));
	m->request = stanza_ref(c->stanza);
	arena_init(&m->arena, 1024);
	list_append(&moderations, &m->in_worker);
	store_read(account_store(), &q, on_message_read, m);
	return DONE;
}
