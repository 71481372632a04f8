/* SPDX-License-Identifier: MIT
 *
 * mod_delegation: requests in some namespaces, to the server or to accounts, that components
 * answer in their place, where the operator says so.
 *
 * Source   XEP-0355 0.5, admin mode
 * Reacts   a component that connects; requests to the server or an account; answers of
 *          components to what was handed to them
 * Keeps    nothing: whose request it was is in the id of the one to the component (sealed.h);
 *          what components can do, as nested.h tells
 */
#include "modules/components/nested.h"
#include "modules/components/sealed.h"
#include "modules/list.h"
#include "router/component.h"
#include "xmpp/ns.h"

enum { HANDED_TO_COMPONENT = 'D' };

/* Pieces of the id of a request that was handed on. */
enum { ORIGINAL_FROM, ORIGINAL_TO, ORIGINAL_ID, HANDED_TO };

/* --- what is delegated
 * ------------------------------------------------------------------------ */

/* "NAMESPACE ATTRIBUTE...": the namespace, and whether the payload has all the attributes. */
static bool
is_meant(struct str line, struct elem payload, struct arena *a)
{
	struct str name, value;

	if (!str_split(&line, ' ', &name) || !str_eq(name, elem_ns(payload)))
		return false;
	while (str_split(&line, ' ', &name))
		if (name.len && !elem_attr(payload, name, a, &value))
			return false;
	return true;
}

static const struct component_conf *
find_manager(struct call *c)
{
	struct component_list all = hosts_components();

	for (size_t i = 0; i < all.count; i++)
		for (size_t k = 0; k < all.at[i].delegated.count; k++)
			if (component_has_powers_at(&all.at[i], c->host->name) &&
			    is_meant(all.at[i].delegated.at[k], c->payload, c->arena))
				return &all.at[i];
	return NULL;
}

static struct jid
domain_jid(struct call *c, struct str domain)
{
	return jid_join(c->arena, (struct str){ 0 }, domain, (struct str){ 0 });
}

/* --- a component that connects (section 4.2) -------------------------------------------------
 */

static void
write_delegated(struct xml_writer *w, struct str line)
{
	struct str name;

	(void)str_split(&line, ' ', &name);
	xml_open(w, S(""), S("delegated"));
	xml_attr(w, S("namespace"), name);
	while (str_split(&line, ' ', &name)) {
		if (!name.len)
			continue;
		xml_open(w, S(""), S("attribute"));
		xml_attr(w, S("name"), name);
		xml_close(w);
	}
	xml_close(w);
}

static enum verdict
on_attached(struct call *c)
{
	const struct component_conf *component = c->component;
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_NORMAL,
		.from = domain_jid(c, c->host->name),
		.to = domain_jid(c, component->name),
		.id = S("delegation"),
	};
	struct xml_writer w;

	if (component->delegated.count == 0 ||
	    !component_has_powers_at(component, c->host->name))
		return PASS;
	stanza_begin(&w, c->arena, STANZA_MESSAGE);
	xml_open(&w, NS_DELEGATION, S("delegation"));
	for (size_t i = 0; i < component->delegated.count; i++)
		write_delegated(&w, component->delegated.at[i]);
	xml_close(&w);
	component_deliver(c->link, stanza_finish(&w, &head));
	nested_ask(c);
	return PASS;
}

/* --- handing on (section 4.3)
 * ------------------------------------------------------------------ */

static enum verdict
on_request(struct call *c)
{
	const struct component_conf *manager = find_manager(c);
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_SET };
	struct sealed about = { .purpose = HANDED_TO_COMPONENT };
	struct xml_writer w;

	/* Section 4.3.1: what it asks itself is not handed back to it. */
	if (!manager || str_eq(jid_domain(c->stanza->from), manager->name))
		return PASS;
	about.piece[ORIGINAL_FROM] = jid_full(c->stanza->from);
	about.piece[ORIGINAL_TO] = jid_full(c->stanza->to);
	about.piece[ORIGINAL_ID] = c->stanza->id;
	about.piece[HANDED_TO] = manager->name;
	if (sealed_make(&about, c->arena, &head.id) != OK)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	head.from = domain_jid(c, c->host->name);
	head.to = domain_jid(c, manager->name);
	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_open(&w, NS_DELEGATION, S("delegation"));
	xml_open(&w, NS_FORWARD, S("forwarded"));
	stanza_open(&w, c->stanza);
	xml_close(&w);
	xml_close(&w);
	xml_close(&w);
	route(stanza_finish(&w, &head));
	return DONE;
}

/* --- answers
 * ----------------------------------------------------------------------------------- */

/* Section 4.3, N.B. 1 and 2: in whatever way it failed. */
static void
send_failure(struct call *c, const struct sealed *about)
{
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = IQ_ERROR,
		.from = jid_trusted(about->piece[ORIGINAL_TO]),
		.to = jid_trusted(about->piece[ORIGINAL_FROM]),
		.id = about->piece[ORIGINAL_ID],
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_IQ);
	stanza_error_write(&w, ERR_SERVICE_UNAVAILABLE, (struct str){ 0 }, (struct str){ 0 });
	route(stanza_finish(&w, &head));
}

/* What the component answers in our name, if it is the answer to that request. NULL: not so. */
static struct stanza *
open_answer(struct call *c, const struct sealed *about)
{
	struct elem delegation =
	    elem_child(stanza_root(c->stanza), NS_DELEGATION, S("delegation"));
	struct elem inner =
	    elem_child(elem_child(delegation, NS_FORWARD, S("forwarded")), NS_CLIENT, S("iq"));
	struct jid from = jid_trusted(about->piece[ORIGINAL_TO]), claimed;
	struct stanza_input in = { .ns = NS_CLIENT, .from = from };
	AUTO(frozen) xml = NULL;
	struct stanza *st = NULL;

	if (c->stanza->type != IQ_RESULT || !elem_exists(inner))
		return NULL;
	xml = elem_freeze(inner);
	if (stanza_read(xml, &in, c->arena, &claimed, &st) != STANZA_OK)
		return NULL;
	if (st->type != IQ_RESULT || !str_eq(st->id, about->piece[ORIGINAL_ID]) ||
	    !str_eq(jid_full(st->to), about->piece[ORIGINAL_FROM]) ||
	    (!jid_is_empty(claimed) && !jid_eq(claimed, from)))
		stanza_free(&st);
	return st;
}

static enum verdict
on_answer(struct call *c)
{
	struct sealed about;
	struct stanza *st;

	if (nested_take(c))
		return DONE;
	if (!sealed_read(c->stanza->id, HANDED_TO_COMPONENT, &about) ||
	    !str_eq(about.piece[HANDED_TO], jid_domain(c->stanza->from)))
		return PASS;
	if ((st = open_answer(c, &about)))
		route(st);
	else
		send_failure(c, &about);
	return DONE;
}

static const struct feature features[] = { { NS_DELEGATION, SERVER } };

static const struct hook hooks[] = {
	{ .on = ON_COMPONENT_ATTACHED, .in = HANDLE, .run = on_attached },
	{ .on = ON_IQ_GET, .at = SERVER | ACCOUNT, .in = REWRITE, .run = on_request },
	{ .on = ON_IQ_SET, .at = SERVER | ACCOUNT, .in = REWRITE, .run = on_request },
	{ .on = ON_IQ_ANSWER, .at = SERVER, .in = HANDLE, .run = on_answer },
};

const struct module mod_delegation = {
	.name = "delegation",
	.doc = "Hands requests to components that answer for the server, as `components` says.",
	.specs = LIST(struct spec,
	    { XEP, 355, "0.5", "admin mode, without the special namespaces of section 7.2" }),
	.features = TABLE(features),
	.leave_worker = nested_leave_worker,
	.hooks = TABLE(hooks),
};
