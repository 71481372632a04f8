/* SPDX-License-Identifier: MIT
 *
 * mod_privilege: what components may do in the name of accounts, where the operator allows it:
 * read and change rosters (with mod_roster), send messages and requests, see who is there.
 *
 * Source   XEP-0356 0.4.1
 * Reacts   a component that connects; messages of components to the server with
 *          {urn:xmpp:privilege:2}privilege; iq {urn:xmpp:privilege:2}privileged_iq to an
 *          account, and the answers to what they asked; presence of accounts
 * Keeps    nothing: whom an answer is for is in the id of the request (sealed.h)
 */
#include "modules/components/sealed.h"
#include "modules/list.h"
#include "modules/roster/roster.h"
#include "router/component.h"
#include "xmpp/ns.h"

enum { ASKED_FOR_COMPONENT = 'P' };

/* Pieces of the id of a request in an account's name. */
enum { ASKER, ASKER_ID, INNER_ID, INNER_TO };

static struct jid
jid_of(struct call *c, const struct component_conf *component)
{
	return jid_join(c->arena, (struct str){ 0 }, component->name, (struct str){ 0 });
}

/* --- saying what is allowed (sections 4.2, 5.2, 6.2, 7.2) ------------------------------------
 */

static void
write_perm(struct xml_writer *w, struct str access, struct str type)
{
	xml_open(w, S(""), S("perm"));
	xml_attr(w, S("access"), access);
	if (type.len)
		xml_attr(w, S("type"), type);
}

static void
write_namespaces(struct xml_writer *w, const struct component_conf *component)
{
	const struct str_list *get = &component->iq_get, *set = &component->iq_set;

	for (size_t i = 0; i < get->count + set->count; i++) {
		struct str ns = i < get->count ? get->at[i] : set->at[i - get->count];
		unsigned may = component_iq_access(component, ns);

		if (i >= get->count && may == ACCESS_BOTH) /* said already */
			continue;
		xml_open(w, S(""), S("namespace"));
		xml_attr(w, S("ns"), ns);
		xml_attr(w, S("type"), component_access_name(may));
		xml_close(w);
	}
}

static void
write_perms(struct xml_writer *w, const struct component_conf *component)
{
	if (component->roster) {
		write_perm(w, S("roster"), component_access_name(component->roster));
		xml_attr(w, S("push"), component->roster_push ? S("true") : S("false"));
		xml_close(w);
	}
	if (component->sends_messages) {
		write_perm(w, S("message"), S("outgoing"));
		xml_close(w);
	}
	if (component->iq_get.count + component->iq_set.count > 0) {
		write_perm(w, S("iq"), (struct str){ 0 });
		write_namespaces(w, component);
		xml_close(w);
	}
	if (component->presence) {
		write_perm(w, S("presence"),
		    component->presence == SEES_ACCOUNTS ? S("managed_entity") : S("roster"));
		xml_close(w);
	}
}

static bool
has_any(const struct component_conf *component)
{
	return component->roster || component->sends_messages || component->iq_get.count ||
	       component->iq_set.count || component->presence;
}

/* --- presence (section 7) -------------------------------------------------------------------
 */

/* The available sessions of this worker's accounts, to a component that has just come. */
struct newcomer {
	struct str name;
	struct str host;
	char texts[];
};

static void
show_sessions(void *waiter, struct account *a)
{
	const struct newcomer *n = waiter;
	struct jid to = { .text = n->name.at, .domain = (uint16_t)n->name.len };

	if (!str_eq(jid_domain(a->jid), n->host))
		return;
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (s->presence && !s->ended)
			route(stanza_readdress(s->presence, s->jid, to));
	}
}

static void
show_all_here(const void *letter)
{
	struct newcomer *n = *(struct newcomer *const *)letter;

	accounts_each(show_sessions, n);
	free(n);
}

/* Business rule 1: who was there before is shown to who comes later. */
static void
show_all(const struct component_conf *component, const struct host *host)
{
	for (unsigned w = 0; w < workers_count(); w++) {
		struct newcomer *n =
		    mem_alloc(sizeof(*n) + component->name.len + host->name.len);
		char *at = n->texts;

		n->name = str_place(&at, component->name);
		n->host = str_place(&at, host->name);
		worker_post(w, show_all_here, &n, sizeof(n));
	}
}

static void
show_to_components(struct call *c, enum component_presence least, struct jid from)
{
	struct component_list all = hosts_components();

	for (size_t i = 0; i < all.count; i++)
		if (all.at[i].presence >= least &&
		    component_has_powers_at(&all.at[i], c->host->name))
			call_send(c, stanza_readdress(c->stanza, from, jid_of(c, &all.at[i])));
}

/* Section 7.1: an account's presence, as it is broadcast. */
static enum verdict
on_sent_presence(struct call *c)
{
	if (jid_is_empty(c->stanza->to) && c->stanza->type == PRESENCE_AVAILABLE)
		show_to_components(c, SEES_ACCOUNTS, c->session->jid);
	return PASS;
}

static enum verdict
on_unavailable(struct call *c)
{
	show_to_components(c, SEES_ACCOUNTS, c->session->jid);
	return PASS;
}

/* Section 7.4: that of contacts. Accounts of ours are shown anyhow, once. */
static enum verdict
on_contact_presence(struct call *c)
{
	const struct stanza *st = c->stanza;

	if ((st->type == PRESENCE_AVAILABLE || st->type == PRESENCE_UNAVAILABLE) &&
	    !host_find(jid_domain(st->from)) && roster_lists(c->account, jid_to_bare(st->from)))
		show_to_components(c, SEES_CONTACTS, st->from);
	return PASS;
}

/* --- a component that connects -------------------------------------------------------------
 */

static enum verdict
on_attached(struct call *c)
{
	const struct component_conf *component = c->component;
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.from = jid_join(c->arena, (struct str){ 0 }, c->host->name, (struct str){ 0 }),
		.to = jid_of(c, component),
		.id = S("privilege"),
	};
	struct xml_writer w;

	if (!component_has_powers_at(component, c->host->name) || !has_any(component))
		return PASS;
	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_PRIVILEGE, S("privilege"));
	write_perms(&w, component);
	xml_close(&w);
	component_deliver(c->link, stanza_finish(&w, &head));
	if (component->presence && component_is_first(c->link))
		show_all(component, c->host);
	return PASS;
}

/* --- messages (section 5) --------------------------------------------------------------------
 */

/* What stands in the envelope, as a stanza with the addresses that it claims. NULL: it is none.
 */
static struct stanza *
open_envelope(struct call *c, struct elem inner)
{
	AUTO(frozen) xml = NULL;
	struct stanza_input in = { .ns = NS_CLIENT };
	struct stanza *st = NULL;
	struct jid claimed;

	if (!elem_exists(inner))
		return NULL;
	xml = elem_freeze(inner);
	return stanza_read(xml, &in, c->arena, &claimed, &st) == STANZA_OK ? st : NULL;
}

static enum verdict
on_message(struct call *c)
{
	struct elem privilege =
	    elem_child(stanza_root(c->stanza), NS_PRIVILEGE, S("privilege"));
	struct elem forwarded = elem_child(privilege, NS_FORWARD, S("forwarded"));
	const struct component_conf *component;
	AUTO(stanza) st = NULL;

	if (!elem_exists(forwarded) || !stanza_may_be_answered(c->stanza))
		return PASS;
	component = component_with_powers(c->stanza->from, c->host->name);
	st = open_envelope(c, elem_child(forwarded, NS_CLIENT, S("message")));
	if (!component || !component->sends_messages)
		return refuse(c, ERR_FORBIDDEN);
	if (!st || jid_is_empty(st->to))
		return refuse(c, ERR_BAD_REQUEST);
	/* Section 5.1: from the server or the bare address of an account. */
	if (jid_is_empty(st->from) || !jid_is_bare(st->from) ||
	    !str_eq(jid_domain(st->from), c->host->name))
		return refuse(c, ERR_FORBIDDEN);
	route(TAKE(st));
	return DONE;
}

/* --- requests (section 6) --------------------------------------------------------------------
 */

/* Section 6.3: the reasons for which it is forbidden. */
static bool
may_ask(struct call *c, const struct component_conf *component, const struct stanza *inner)
{
	struct elem payload = stanza_payload(inner);
	unsigned wanted = inner->type == IQ_GET ? ACCESS_GET : ACCESS_SET;

	return inner->kind == STANZA_IQ && inner->type == c->stanza->type &&
	       elem_exists(payload) &&
	       component_iq_access(component, elem_ns(payload)) & wanted &&
	       (jid_is_empty(inner->from) || jid_eq(inner->from, c->account->jid));
}

static enum verdict
on_privileged_iq(struct call *c)
{
	const struct component_conf *component =
	    component_with_powers(c->stanza->from, c->host->name);
	struct sealed about = { .purpose = ASKED_FOR_COMPONENT };
	AUTO(stanza) inner = NULL;
	struct stanza_head head;

	if (!component || !c->account || !jid_is_bare(c->stanza->to))
		return refuse(c, ERR_FORBIDDEN);
	inner = open_envelope(c, elem_child(c->payload, NS_CLIENT, S("iq")));
	if (!inner || !may_ask(c, component, inner))
		return refuse(c, ERR_FORBIDDEN);
	head = (struct stanza_head){
		.kind = STANZA_IQ,
		.type = inner->type,
		.from = c->account->jid,
		.to = jid_is_empty(inner->to) ? c->account->jid : inner->to,
		.lang = inner->lang,
	};
	about.piece[ASKER] = jid_full(c->stanza->from);
	about.piece[ASKER_ID] = c->stanza->id;
	about.piece[INNER_ID] = inner->id;
	about.piece[INNER_TO] = jid_full(head.to);
	if (sealed_make(&about, c->arena, &head.id) != OK)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	route(stanza_new(&head, inner->xml));
	return DONE;
}

/* The answer, to whom it was asked for. */
static enum verdict
on_answer(struct call *c)
{
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_RESULT };
	const struct stanza *st = c->stanza;
	AUTO(stanza) inner = NULL;
	struct sealed about;
	struct xml_writer w;

	if (!sealed_read(st->id, ASKED_FOR_COMPONENT, &about) ||
	    !str_eq(about.piece[INNER_TO], jid_full(st->from)))
		return PASS;
	inner = stanza_new(&(struct stanza_head){ .kind = STANZA_IQ,
			       .type = st->type,
			       .from = st->from,
			       .to = st->to,
			       .id = about.piece[INNER_ID],
			       .lang = st->lang },
	    st->xml);
	head.from = c->account->jid;
	head.to = jid_trusted(about.piece[ASKER]);
	head.id = about.piece[ASKER_ID];
	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_open(&w, NS_PRIVILEGE, S("privilege"));
	xml_open(&w, NS_FORWARD, S("forwarded"));
	stanza_open(&w, inner);
	xml_close(&w);
	xml_close(&w);
	xml_close(&w);
	call_send(c, stanza_finish(&w, &head));
	return DONE;
}

static const struct hook hooks[] = {
	{ .on = ON_COMPONENT_ATTACHED, .in = HANDLE, .run = on_attached },
	{ .on = ON_MESSAGE, .at = SERVER, .in = HANDLE, .run = on_message },
	{ ON_IQ_GET, SERVER | ACCOUNT | CLIENT, NS_PRIVILEGE, S("privileged_iq"), HANDLE,
	    on_privileged_iq },
	{ ON_IQ_SET, SERVER | ACCOUNT | CLIENT, NS_PRIVILEGE, S("privileged_iq"), HANDLE,
	    on_privileged_iq },
	{ .on = ON_IQ_ANSWER, .at = ACCOUNT, .in = HANDLE, .run = on_answer },
	{ .on = ON_PRESENCE, .at = SENT, .in = COPY, .run = on_sent_presence },
	{ .on = ON_PRESENCE, .at = ACCOUNT, .in = COPY, .run = on_contact_presence },
	{ .on = ON_SESSION_UNAVAILABLE, .in = HANDLE, .run = on_unavailable },
};

const struct module mod_privilege = {
	.name = "privilege",
	.doc =
	    "Lets components act for accounts, as far as each is allowed to in `components`.",
	.specs = LIST(
	    struct spec, { XEP, 356, "0.4.1", "presence of contacts: those of other hosts" }),
	.needs = LIST(const char *const, "roster"),
	.hooks = TABLE(hooks),
};
