/* SPDX-License-Identifier: MIT */
#include "modules/components/nested.h"

#include "base/limits.h"
#include "base/log.h"
#include "modules/components/sealed.h"
#include "modules/list.h"
#include "router/component.h"
#include "xmpp/ns.h"

enum { FEATURES_ASKED = 'N' };

/* Pieces of the id of a question. */
enum { OF_HOST, OF_WHAT, OF_NAMESPACE, ASKED };

/* What a question is about, as section 7.2 has it between the namespaces. */
#define OF_SERVER S("::")
#define OF_ACCOUNTS S(":bare:")

struct nested {
	struct list in_worker;
	struct stanza *answer;
	struct sealed about; /* slices of its id */
};

static _Thread_local struct {
	struct list all; /* nested.in_worker; unset before the first */
	uint64_t generation;
} here;

/* --- what is delegated ---------------------------------------------------------------------
 */

/* "NAMESPACE ATTRIBUTE...": for what is told of it, the attributes do not count (section 7.2.1,
 * N.B.). */
static struct str
namespace_of(struct str line)
{
	struct str ns = { 0 };

	(void)str_split(&line, ' ', &ns);
	return ns;
}

static bool
has_namespace(const struct component_conf *component, struct str ns)
{
	for (size_t i = 0; i < component->delegated.count; i++)
		if (str_eq(namespace_of(component->delegated.at[i]), ns))
			return true;
	return false;
}

/* Whether the configuration still says so. */
static bool
holds(const struct sealed *about)
{
	struct component_list all = hosts_components();

	for (size_t i = 0; i < all.count; i++)
		if (str_eq(all.at[i].name, about->piece[ASKED]))
			return component_has_powers_at(&all.at[i], about->piece[OF_HOST]) &&
			       has_namespace(&all.at[i], about->piece[OF_NAMESPACE]);
	return false;
}

/* "http://jabber.org/protocol/pubsub#publish" is of "http://jabber.org/protocol/pubsub". */
static bool
is_of(struct str feature, struct str ns)
{
	struct str rest = str_slice(feature, ns.len, SIZE_MAX);

	return ns.len && str_starts(feature, ns) &&
	       (rest.len == 0 || rest.at[0] == '#' || rest.at[0] == '/');
}

bool
nested_hides(const struct host *host, struct str feature)
{
	struct component_list all = module_conf(&mod_delegation, host)
					? hosts_components()
					: (struct component_list){ 0 };

	for (size_t i = 0; i < all.count; i++)
		for (size_t k = 0; k < all.at[i].delegated.count; k++)
			if (is_of(feature, namespace_of(all.at[i].delegated.at[k])) &&
			    component_has_powers_at(&all.at[i], host->name))
				return true;
	return false;
}

/* --- asking ---------------------------------------------------------------------------------
 */

static void
ask(struct call *c, struct str what, struct str ns)
{
	struct sealed about = { .purpose = FEATURES_ASKED };
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_GET };
	struct xml_writer w;

	about.piece[OF_HOST] = c->host->name;
	about.piece[OF_WHAT] = what;
	about.piece[OF_NAMESPACE] = ns;
	about.piece[ASKED] = c->component->name;
	if (sealed_make(&about, c->arena, &head.id) != OK)
		return;
	head.from = jid_join(c->arena, (struct str){ 0 }, c->host->name, (struct str){ 0 });
	head.to = jid_join(c->arena, (struct str){ 0 }, c->component->name, (struct str){ 0 });
	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_open(&w, NS_DISCO_INFO, S("query"));
	xml_attr(&w, S("node"),
	    str_format(
		c->arena, "%.*s%.*s%.*s", STR_ARG(NS_DELEGATION), STR_ARG(what), STR_ARG(ns)));
	xml_close(&w);
	component_deliver(c->link, stanza_finish(&w, &head));
}

void
nested_ask(struct call *c)
{
	const struct str_list *lines = &c->component->delegated;

	for (size_t i = 0; i < lines->count; i++) {
		ask(c, OF_SERVER, namespace_of(lines->at[i]));
		ask(c, OF_ACCOUNTS, namespace_of(lines->at[i]));
	}
}

/* --- what was answered -----------------------------------------------------------------------
 */

static bool
is_same(const struct sealed *a, const struct sealed *b)
{
	for (size_t i = 0; i < SEALED_PIECES; i++)
		if (!str_eq(a->piece[i], b->piece[i]))
			return false;
	return true;
}

static void
nested_free(struct nested **n)
{
	struct nested *gone = TAKE(*n);

	list_remove(&gone->in_worker);
	stanza_free(&gone->answer);
	free(gone);
}

/* What it said before, and what holds no more. */
static void
forget(const struct sealed *about)
{
	for (struct list *link = here.all.next, *next; link != &here.all; link = next) {
		struct nested *n = list_entry(link, struct nested, in_worker);

		next = link->next;
		if (is_same(&n->about, about) || !holds(&n->about))
			nested_free(&n);
	}
}

static void
on_told(const void *letter)
{
	struct stanza *answer = *(struct stanza *const *)letter;
	struct nested *n = mem_zalloc(sizeof(*n));

	if (!here.all.next)
		list_init(&here.all);
	n->answer = answer;
	if (!sealed_read(answer->id, FEATURES_ASKED, &n->about))
		assert(!"it was ours before");
	forget(&n->about);
	list_append(&here.all, &n->in_worker);
	here.generation++;
}

bool
nested_take(struct call *c)
{
	struct sealed about;

	if (!sealed_read(c->stanza->id, FEATURES_ASKED, &about) ||
	    !str_eq(about.piece[ASKED], jid_domain(c->stanza->from)))
		return false;
	if (c->stanza->type != IQ_RESULT || !elem_is(c->payload, NS_DISCO_INFO, S("query")))
		return true; /* it can do nothing that it would tell */
	if (frozen_bytes(c->stanza->xml) > NESTED_BYTES) {
		log_warn("component.too_much", LOG_STR("component", about.piece[ASKED]),
		    LOG_STR("namespace", about.piece[OF_NAMESPACE]));
		return true;
	}
	for (unsigned w = 0; w < workers_count(); w++) {
		struct stanza *answer = stanza_ref(c->stanza);

		worker_post(w, on_told, &answer, sizeof(answer));
	}
	return true;
}

struct elem
nested_next(const struct host *host, enum target at, struct list **place)
{
	struct str what = at == SERVER ? OF_SERVER : OF_ACCOUNTS;

	if (!here.all.next || !module_conf(&mod_delegation, host))
		return ELEM_NONE;
	for (*place = *place ? (*place)->next : here.all.next; *place != &here.all;
	     *place = (*place)->next) {
		const struct nested *n = list_entry(*place, struct nested, in_worker);

		if (str_eq(n->about.piece[OF_WHAT], what) &&
		    str_eq(n->about.piece[OF_HOST], host->name) && holds(&n->about))
			return stanza_payload(n->answer);
	}
	return ELEM_NONE;
}

uint64_t
nested_generation(void)
{
	return here.generation;
}

void
nested_leave_worker(void)
{
	while (here.all.next && !list_is_empty(&here.all)) {
		struct nested *n = list_entry(here.all.next, struct nested, in_worker);

		nested_free(&n);
	}
	here.all.next = NULL;
}
