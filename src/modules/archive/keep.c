/* SPDX-License-Identifier: MIT
 *
 * Keeping messages: at their sender's home in his archive, at their recipient's in hers. The
 * text is stored once; the recipient's row refers to it.
 */
#include "modules/archive/archive.h"
#include "router/deliver.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

/* --- what others claim ---------------------------------------------------------------- */

/* XEP-0359 section 3, rule 2: an id "by" us that is not ours. */
static bool
is_forged(struct elem e, struct jid owner, struct arena *a)
{
	struct jid by;

	return elem_is(e, NS_STANZA_ID, S("stanza-id")) &&
	       jid_parse(a, elem_attr_or_none(e, S("by"), a), &by) == OK && jid_eq(by, owner);
}

static bool
has_forged(const struct stanza *st, struct jid owner, struct arena *a)
{
	struct elem e = elem_child(stanza_root(st), NS_STANZA_ID, S("stanza-id"));

	while (elem_exists(e) && !is_forged(e, owner, a))
		e = elem_next_like(e);
	return elem_exists(e);
}

/* The same stanza without them. */
static struct stanza *
without_forged(const struct stanza *st, struct jid owner, struct arena *a)
{
	struct stanza_head head = { (enum stanza_kind)st->kind, (enum stanza_type)st->type,
		st->to, st->from, st->id, st->lang };
	struct xml_writer w;

	stanza_begin(&w, a, (enum stanza_kind)st->kind);
	for (struct elem e = elem_first(stanza_root(st)); elem_exists(e); e = elem_next(e))
		if (!is_forged(e, owner, a))
			xml_copy(&w, e);
	return stanza_finish(&w, &head);
}

static void
strip(struct call *c)
{
	if (!has_forged(c->stanza, c->account->jid, c->arena))
		return;
	module_count(&mod_archive, ARCHIVE_FORGED, 1);
	call_replace(c, without_forged(c->stanza, c->account->jid, c->arena));
	c->passage.origin = 0; /* its text is another now */
}

static bool
has_result(const struct call *c)
{
	return elem_exists(elem_child(stanza_root(c->stanza), NS_MAM, S("result")));
}

/* Only archives send results (section 8.2); a client has none. */
enum verdict
archive_check_sent(struct call *c)
{
	if (has_result(c)) {
		module_count(&mod_archive, ARCHIVE_FORGED, 1);
		return refuse(c, ERR_NOT_ACCEPTABLE);
	}
	strip(c);
	return PASS;
}

enum verdict
archive_check_received(struct call *c)
{
	/* Archives are at bare addresses. */
	if (has_result(c) && !jid_is_bare(c->stanza->from)) {
		module_count(&mod_archive, ARCHIVE_FORGED, 1);
		return refuse(c, ERR_NOT_ACCEPTABLE);
	}
	strip(c);
	return PASS;
}

/* --- keeping -------------------------------------------------------------------------- */

/* Something to read, which was not there before in other words. */
static bool
counts(struct message_kind k)
{
	return message_kind_is_announced(k) &&
	       !(k.parts & (PART_CORRECTION | PART_RETRACTION | PART_REACTION));
}

static bool
is_wanted(struct call *c, struct message_kind k, struct jid contact)
{
	const struct archive_conf *conf = c->conf;

	return message_kind_is_archived(k) &&
	       prefs_want(archive_of(c->account)->prefs, conf->unset, c->account, contact);
}

/* While nothing can be written it is not sent on: who would resend it because it is not
 * acknowledged could have it delivered twice (decision 80). */
static enum verdict
refuse_for_now(struct call *c)
{
	module_count(&mod_archive, ARCHIVE_REFUSED, 1);
	return refuse(c, ERR_RESOURCE_CONSTRAINT);
}

static void
keep(struct call *c, struct jid contact, bool outgoing, bool to_be_read)
{
	struct store_message m = {
		.owner = jid_full(c->account->jid),
		.contact = jid_full(contact),
		.id = archive_id_make(),
		.name = c->stanza->id,
		.outgoing = outgoing,
		.counts = to_be_read,
		.origin = outgoing ? 0 : c->passage.origin,
		.text = stanza_text(c->stanza, c->arena),
	};

	store_archive(call_rows(c), &m);
	c->passage.archived = m.id;
	module_count(&mod_archive, ARCHIVE_KEPT, 1);
	archive_retract(c, contact, outgoing);
}

/* What one writes to oneself is kept when it comes in. */
enum verdict
archive_keep_sent(struct call *c)
{
	struct message_kind k = message_kind(c->stanza);

	if (jid_is_empty(c->stanza->to) || jid_eq_bare(c->stanza->to, c->account->jid) ||
	    !is_wanted(c, k, c->stanza->to))
		return PASS;
	if (store_is_failing(account_store()))
		return refuse_for_now(c);
	keep(c, c->stanza->to, true, counts(k));
	c->archived_as = archive_id_show(c->arena, c->account->jid, c->passage.archived);
	return PASS;
}

/* Section 3.4: the recipient learns under which id it is kept. */
static void
add_id(struct call *c)
{
	struct xml_writer w;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	xml_open(&w, NS_STANZA_ID, S("stanza-id"));
	xml_attr(&w, S("by"), jid_full(c->account->jid));
	xml_attr(&w, S("id"), archive_id_show(c->arena, c->account->jid, c->passage.archived));
	xml_close(&w);
	call_replace(c, stanza_with(c->stanza, xml_written(&w), c->arena));
}

/* Section 5.1: what will be refused is not kept. */
static bool
is_for_nobody(const struct call *c)
{
	return !jid_is_bare(c->stanza->to) && c->stanza->type != MESSAGE_CHAT &&
	       !deliver_session(c->account, jid_resource(c->stanza->to));
}

enum verdict
archive_keep_received(struct call *c)
{
	struct message_kind k = message_kind(c->stanza);

	if (is_for_nobody(c) || !is_wanted(c, k, c->stanza->from))
		return PASS;
	/* What its sender's archive was to keep has been let through there. */
	if (!c->passage.origin && store_is_failing(account_store()))
		return refuse_for_now(c);
	keep(c, c->stanza->from, false, counts(k));
	add_id(c);
	return PASS;
}
