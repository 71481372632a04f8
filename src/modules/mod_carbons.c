/* SPDX-License-Identifier: MIT
 *
 * mod_carbons: every device of an account sees both sides of its conversations.
 *
 * Source   XEP-0280 1.0.1; rules of section 6.1 in xmpp/message_kind.h
 * Reacts   enable and disable, also with the bind; messages that the account sends or gets
 * Keeps    nothing on disk. Of a session: whether it wants copies (session.h). Of an account:
 * the last messages that were copied, so that an error about one of them is copied as well
 *
 * A copy comes from the account's own bare address, which no client and no other server can
 * send from. What looks like a copy inside somebody's message stays what it is, content, and
 * is never copied itself.
 */
#include "base/limits.h"
#include "base/siphash.h"
#include "modules/list.h"
#include "router/deliver.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

enum { CARBONS_SENT, CARBONS_RECEIVED };

/* Hashes of messages that were copied, by whom they were exchanged with and their id: a ring,
 * made with the first. */
struct copied {
	uint64_t *recent;
	uint8_t next;
};

/* --- errors belong to what they are about --------------------------------------------- */

static uint64_t
name_of(struct call *c, struct jid other)
{
	return siphash_str(str_format(
	    c->arena, "%.*s %.*s", STR_ARG(jid_bare(other)), STR_ARG(c->stanza->id)));
}

static void
remember(struct call *c, struct jid other)
{
	struct copied *d = module_account_state(&mod_carbons, c->account);

	if (c->stanza->id.len == 0)
		return; /* an error could not name it */
	if (!d->recent)
		d->recent = mem_zalloc(CARBONS_REMEMBERED * sizeof(*d->recent));
	d->recent[d->next] = name_of(c, other);
	d->next = (uint8_t)((d->next + 1) % CARBONS_REMEMBERED);
}

static bool
was_copied(struct call *c, struct jid other)
{
	const struct copied *d = module_account_state(&mod_carbons, c->account);
	uint64_t name;

	if (!d->recent || c->stanza->id.len == 0)
		return false;
	name = name_of(c, other);
	for (size_t i = 0; i < CARBONS_REMEMBERED; i++)
		if (d->recent[i] == name)
			return true;
	return false;
}

static void
account_fini(void *state, struct account *a)
{
	struct copied *d = state;

	(void)a;
	free(d->recent);
}

/* --- copies --------------------------------------------------------------------------- */

/* The message as it is in the copy, with the id that the account's archive gave it. */
static void
write_original(struct call *c, struct xml_writer *w)
{
	stanza_open(w, c->stanza);
	if (c->archived_as.len) {
		xml_open(w, NS_STANZA_ID, S("stanza-id"));
		xml_attr(w, S("by"), jid_full(c->account->jid));
		xml_attr(w, S("id"), c->archived_as);
		xml_close(w);
	}
	xml_close(w);
}

/* `way` is "sent" or "received" (sections 7 and 8). */
static struct stanza *
make_copy(struct call *c, struct str way)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = c->stanza->type,
		.from = c->account->jid,
		.to = c->account->jid,
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_CARBONS, way);
	xml_open(&w, NS_FORWARD, S("forwarded"));
	write_original(c, &w);
	xml_close(&w);
	xml_close(&w);
	return stanza_finish(&w, &head);
}

/* Whether the session is to get a copy: it wants them, and has not the message itself. */
static bool
lacks(struct call *c, struct session *s, bool sent)
{
	if (!s->wants_copies || s->ended || jid_eq(s->jid, c->stanza->from))
		return false;
	return sent || !deliver_goes_to(c->account, s, c->stanza);
}

static void
copy_to_all(struct call *c, bool sent)
{
	AUTO(stanza) copy = NULL;

	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!lacks(c, s, sent))
			continue;
		if (!copy) {
			copy = make_copy(c, sent ? S("sent") : S("received"));
			remember(c, sent ? c->stanza->to : c->stanza->from);
		}
		module_count(&mod_carbons, sent ? CARBONS_SENT : CARBONS_RECEIVED, 1);
		call_send_session(c, s, stanza_readdress(copy, copy->from, s->jid));
	}
}

static bool
is_copied(struct call *c, bool sent)
{
	if (c->stanza->type == MESSAGE_ERROR)
		return was_copied(c, sent ? c->stanza->to : c->stanza->from);
	return message_kind_is_copied(message_kind(c->stanza), sent);
}

/* Before anything is looked at: most accounts have one session, or none that asked. */
static bool
is_anyone_waiting(struct call *c)
{
	list_each (link, &c->account->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s != c->session && s->wants_copies)
			return true;
	}
	return false;
}

/* What one sends to oneself comes back as received. */
static enum verdict
on_sent(struct call *c)
{
	if (is_anyone_waiting(c) && !jid_eq_bare(c->stanza->to, c->account->jid) &&
	    is_copied(c, true))
		copy_to_all(c, true);
	return PASS;
}

/* A message to a resource that is not there and will be answered with an error has not been
 * received. */
static bool
will_bounce(struct call *c)
{
	return !jid_is_bare(c->stanza->to) && c->stanza->type != MESSAGE_CHAT &&
	       c->stanza->type != MESSAGE_ERROR &&
	       !deliver_session(c->account, jid_resource(c->stanza->to));
}

static enum verdict
on_received(struct call *c)
{
	if (is_anyone_waiting(c) && !will_bounce(c) && is_copied(c, false))
		copy_to_all(c, false);
	return PASS;
}

/* --- asking for them ------------------------------------------------------------------ */

/* Section 4.1: as often as the client likes, for itself only. */
static enum verdict
set_wish(struct call *c, bool copies)
{
	if (!c->session)
		return refuse(c, ERR_NOT_ALLOWED);
	c->session->wants_copies = copies;
	return iq_result(c, (struct str){ 0 });
}

static enum verdict
on_enable(struct call *c)
{
	return set_wish(c, true);
}

static enum verdict
on_disable(struct call *c)
{
	return set_wish(c, false);
}

static enum verdict
on_enable_inline(struct call *c)
{
	c->session->wants_copies = true;
	return DONE;
}

static const struct feature features[] = {
	{ NS_CARBONS, SERVER | ACCOUNT },
	{ NS_CARBONS_RULES, SERVER | ACCOUNT },
};

static const struct hook hooks[] = {
	{ .on = ON_MESSAGE, .at = SENT, .in = COPY, .run = on_sent },
	{ .on = ON_MESSAGE, .at = ACCOUNT | CLIENT, .in = COPY, .run = on_received },
	{ ON_IQ_SET, ACCOUNT, NS_CARBONS, S("enable"), HANDLE, on_enable },
	{ ON_IQ_SET, ACCOUNT, NS_CARBONS, S("disable"), HANDLE, on_disable },
	{ .on = ON_BIND_INLINE,
	    .ns = NS_CARBONS,
	    .name = S("enable"),
	    .in = HANDLE,
	    .run = on_enable_inline },
};

const struct module mod_carbons = {
	.name = "carbons",
	.doc = "Copies messages to the other devices of who sent and got them.",
	.specs = LIST(struct spec, { XEP, 280, "1.0.1", "complete" },
	    { XEP, 334, "1.0.0", "complete" }, { XEP, 297, "1.0", "as far as copies need it" },
	    { XEP, 85, "2.1", "chat states pass and are copied, not kept" },
	    { XEP, 184, "1.4.0", "receipts pass, are copied and kept" },
	    { XEP, 308, "1.2.1", "corrections pass, are copied and kept" },
	    { XEP, 333, "1.0.0", "markers pass, are copied and kept" },
	    { XEP, 444, "0.2.1", "reactions pass, are copied and kept" },
	    { XEP, 461, "0.2.1", "replies pass, are copied and kept" }),
	.features = TABLE(features),
	.metrics = LIST(struct metric,
	    [CARBONS_SENT] = { "carbons_sent", COUNTER, "messages",
		"Copies of messages that another device sent." },
	    [CARBONS_RECEIVED] = { "carbons_received", COUNTER, "messages",
		"Copies of messages that another device received." }),
	.account_bytes = sizeof(struct copied),
	.account_fini = account_fini,
	.hooks = TABLE(hooks),
};
