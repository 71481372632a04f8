/* SPDX-License-Identifier: MIT
 *
 * mod_pep: each account has nodes, of which its contacts hear without asking (XEP-0163).
 *
 * Source   XEP-0163 1.2.2, XEP-0060 1.30.0 (section 9 beside the rest)
 * Reacts   iq with <pubsub/> to the account, an owner's answer about a subscriber; disco#info
 *          of a node, disco#items of the account and of a node; a session that comes online,
 *          or whose client has become known; a contact who may see the account from now on;
 *          events that clients make up
 * Keeps    nodes, items and people as in node.h and people.h, under the account
 *
 * The owner is the account, whatever a node says of others.
 */
#include "modules/pubsub/pep.h"

#include <stdlib.h>

#include "base/limits.h"
#include "modules/list.h"
#include "modules/mod_blocking.h"
#include "modules/pubsub/approval.h"
#include "modules/pubsub/ask.h"
#include "modules/pubsub/bulletin.h"
#include "modules/pubsub/discover.h"
#include "modules/pubsub/event.h"
#include "modules/pubsub/features.h"
#include "modules/pubsub/interest.h"
#include "modules/pubsub/publish.h"
#include "modules/roster/roster.h"
#include "xmpp/ns.h"

enum { PEP_PUBLISHED, PEP_NOTIFIED };

void
pep_count_notified(void)
{
	module_count(&mod_pep, PEP_NOTIFIED, 1);
}

/* --- the face --------------------------------------------------------------------------- */

static bool
is_owner(struct place *p, struct jid who)
{
	return jid_eq_bare(p->jid, who);
}

static bool
sees(struct place *p, struct jid who)
{
	return roster_allows(p->account, who);
}

static bool
has_group(struct str groups, struct str name)
{
	struct str group;

	while (groups.len && str_split(&groups, 0, &group))
		if (str_eq(group, name))
			return true;
	return false;
}

static bool
is_in(struct place *p, struct jid who, struct str groups)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	struct str group;

	while ((item = roster_next(p->account, &walk)))
		if (jid_eq_bare(item->jid, who))
			break;
	while (item && groups.len && str_split(&groups, 0, &group))
		if (has_group(item->groups, group))
			return true;
	return false;
}

static bool
may_create(struct call *c, struct place *p)
{
	return is_owner(p, c->stanza->from);
}

static void
suspend(struct place *p)
{
	account_suspend(p->account);
}

static void
resume(struct place *p)
{
	account_resume(p->account);
}

static void
again(struct place *p, struct stanza *request)
{
	route_again(p->account, request, &(struct passage){ 0 });
}

/* Whoever has subscribed as well is told as a subscriber (XEP-0163 section 4.3). */
static void
gather(struct place *p, struct node *n, struct stanza *event, struct bulletin *bulletin)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;

	bulletin_event(bulletin, n->name, event);
	if (!subscriber_find(n, p->jid))
		bulletin_reader(bulletin, p->jid);
	while ((item = roster_next(p->account, &walk)))
		if (item->state & SUB_FROM && host_find(jid_domain(item->jid)) &&
		    !blocking_blocks(p->account, item->jid) &&
		    !subscriber_find(n, jid_to_bare(item->jid)) && place_shows(p, n, item->jid))
			bulletin_reader(bulletin, item->jid);
}

static void
published(struct call *c, struct str node, const struct node_new_item *item)
{
	module_count(&mod_pep, PEP_PUBLISHED, 1);
	call_published(c, node, item->id, item->payload);
}

static const struct face face = {
	.accesses = (1U << ACCESS_MODELS) - 1,
	.preset = node_config_of_account,
	.is_owner = is_owner,
	.sees = sees,
	.is_in = is_in,
	.may_create = may_create,
	.suspend = suspend,
	.resume = resume,
	.again = again,
	.gather = gather,
	.published = published,
	.retracted = call_retracted,
};

static struct place *
place_of(struct account *a)
{
	struct place *p = module_account_state(&mod_pep, a);

	p->face = &face;
	p->jid = a->jid;
	p->account = a;
	return p;
}

static const struct place_conf *
conf_of(struct str domain)
{
	const struct host *host = host_find(domain);

	return host ? module_conf(&mod_pep, host) : NULL;
}

struct place *
pep_place(struct account *a)
{
	return conf_of(jid_domain(a->jid)) ? place_of(a) : NULL;
}

/* --- for other modules ------------------------------------------------------------------ */

/* Something to do with a node once its items are known; its texts are its own. */
struct errand {
	struct publication p;
	bool retract;
	struct arena arena;
};

static void
publish_unasked(struct call *c, struct node *n, const struct publication *p)
{
	const struct node_new_item item = { p->id, p->payload, p->publisher };
	const struct place_conf *limits = conf_of(jid_domain(c->account->jid));
	struct place *place = place_of(c->account);
	struct change ch;

	if (publish_check(limits, n, n ? &n->conf : &p->conf, &item) != ERR_NONE ||
	    (!n && nodes_count(&place->nodes) >= limits->max_nodes))
		return;
	change_begin(&ch, c, place);
	if (!n)
		n = publish_make_node(&ch, p->node, &p->conf, place->jid);
	publish_item(&ch, n, &item);
	change_end(&ch);
}

static void
retract_unasked(struct call *c, struct node *n, struct str id)
{
	const struct node_item *item = node_item_find(n, id);
	struct change ch;

	if (!item)
		return;
	change_begin(&ch, c, place_of(c->account));
	node_retract(n, &ch.in, item);
	if (n->conf.notify_retract)
		notify_retracted(&ch, n, id);
	change_end(&ch);
}

static void
run(struct call *c, struct node *n, const struct errand *e)
{
	if (!e->retract)
		publish_unasked(c, n, &e->p);
	else if (n)
		retract_unasked(c, n, e->p.id);
}

static void
on_listed(void *waiter, struct place *p, enum status s)
{
	struct errand *e = waiter;
	struct call c = {
		.host = host_find(jid_domain(p->jid)),
		.account = p->account,
		.arena = &e->arena,
	};

	if (s == OK && pep_place(p->account))
		run(&c, node_find(&p->nodes, e->p.node), e);
	arena_fini(&e->arena);
	free(e);
}

/* Now, or when the node is listed. */
static void
start(struct call *c, const struct errand *e)
{
	struct call own = { .host = c->host, .account = c->account, .arena = c->arena };
	struct place *place = pep_place(c->account);
	struct node *n = place ? node_find(&place->nodes, e->p.node) : NULL;
	struct errand *later;

	if (!place)
		return;
	if (!n || n->is_listed) {
		run(&own, n, e);
		return;
	}
	later = mem_alloc(sizeof(*later));
	*later = *e;
	arena_init(&later->arena, 1024);
	later->p.node = str_copy(&later->arena, e->p.node);
	later->p.id = str_copy(&later->arena, e->p.id);
	later->p.payload = str_copy(&later->arena, e->p.payload);
	later->p.publisher = str_copy(&later->arena, e->p.publisher);
	place_list(place, n, on_listed, later);
}

void
pep_publish(struct call *c, const struct publication *p)
{
	start(c, &(struct errand){ .p = *p });
}

void
pep_retract(struct call *c, struct str node, struct str id)
{
	start(c, &(struct errand){ .p = { .node = node, .id = id }, .retract = true });
}

struct reading {
	struct account *account; /* held */
	struct node_config conf; /* without texts */
	pep_item_fn *on_item;
	void *waiter;
};

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct reading *r = waiter;
	const struct node_entry *e;
	enum status s = rows->status;
	struct arena a;
	size_t n;

	arena_init(&a, 256);
	e = node_entries(&r->conf, rows, &a, &n);
	if (s == OK && n == 0)
		s = E_NOT_FOUND;
	r->on_item(r->waiter, r->account, s, s == OK ? e : NULL);
	arena_fini(&a);
	account_release(r->account);
	free(r);
}

void
pep_read(struct account *a, struct str node, struct str id, pep_item_fn *on_item, void *waiter)
{
	struct place *p = pep_place(a);
	const struct node *n = p ? node_find(&p->nodes, node) : NULL;
	struct reading *r;

	if (n && !id.len)
		id = n->last;
	if (!n || !id.len) {
		on_item(waiter, a, E_NOT_FOUND, NULL);
		return;
	}
	r = mem_alloc(sizeof(*r));
	*r = (struct reading){ a, n->conf, on_item, waiter };
	account_hold(a);
	place_read_item(p, n, id, on_row, r);
}

/* --- stanzas ---------------------------------------------------------------------------- */

static enum verdict
on_request(struct call *c)
{
	return ask_serve(c, place_of(c->account), c->conf);
}

static enum verdict
on_answer(struct call *c)
{
	return approval_answered(c, place_of(c->account));
}

static enum verdict
on_node_info(struct call *c)
{
	return discover_node(c, place_of(c->account));
}

static enum verdict
on_node_items(struct call *c)
{
	return discover_node_items(c, place_of(c->account));
}

/* XEP-0163 section 6.2. */
static enum verdict
on_nodes_asked(struct call *c)
{
	discover_write_nodes(c->out, place_of(c->account), c->stanza->from, c->arena);
	return PASS;
}

/* Only a place sends events, which has no resource: a client that claims one could be taken
 * for it by another that does not look closely. */
static enum verdict
on_made_up(struct call *c)
{
	if (!elem_exists(elem_child(stanza_root(c->stanza), NS_PUBSUB_EVENT, S("event"))))
		return PASS;
	return refuse(c, ERR_FORBIDDEN);
}

/* --- life ------------------------------------------------------------------------------- */

static void
load_node(void *state, struct account *a, struct str item, struct str value)
{
	struct place *p = state;

	(void)a;
	node_load(&p->nodes, item, value);
}

static void
load_affiliate(void *state, struct account *a, struct str item, struct str value)
{
	struct place *p = state;

	(void)a;
	affiliate_load(&p->nodes, item, value);
}

static void
load_subscriber(void *state, struct account *a, struct str item, struct str value)
{
	struct place *p = state;

	(void)a;
	subscriber_load(&p->nodes, item, value);
}

static void
account_fini(void *state, struct account *a)
{
	struct place *p = state;

	(void)a;
	nodes_fini(&p->nodes);
}

#define ROW(name)                                                                              \
	{                                                                                      \
		PUBSUB_FEATURE(name), ACCOUNT                                                  \
	}

static const struct feature features[] = {
	{ NS_PUBSUB, ACCOUNT },
	PUBSUB_FEATURES(ROW),
	ROW("access-presence"),
	ROW("access-roster"),
	ROW("auto-subscribe"),
	ROW("filtered-notifications"),
	ROW("presence-notifications"),
	ROW("presence-subscribe"),
	ROW("pubsub-on-a-jid"),
};

static const struct identity identities[] = { { S("pubsub"), S("pep"), ACCOUNT } };

/* In this order: a row about people is read when its node is there. */
static const struct kept kept[] = {
	{ KIND_NODE, load_node },
	{ KIND_AFFILIATE, load_affiliate },
	{ KIND_SUBSCRIBER, load_subscriber },
};

static const struct hook hooks[] = {
	{ ON_IQ_GET, ACCOUNT, NS_PUBSUB, S("pubsub"), HANDLE, on_request },
	{ ON_IQ_SET, ACCOUNT, NS_PUBSUB, S("pubsub"), HANDLE, on_request },
	{ ON_IQ_GET, ACCOUNT, NS_PUBSUB_OWNER, S("pubsub"), HANDLE, on_request },
	{ ON_IQ_SET, ACCOUNT, NS_PUBSUB_OWNER, S("pubsub"), HANDLE, on_request },
	{ .on = ON_MESSAGE, .at = ACCOUNT, .in = POLICY, .run = on_answer },
	{ .on = ON_MESSAGE, .at = SENT, .in = POLICY, .run = on_made_up },
	{ ON_IQ_GET, ACCOUNT, NS_DISCO_INFO, S("query"), HANDLE, on_node_info },
	{ ON_IQ_GET, ACCOUNT, NS_DISCO_ITEMS, S("query"), HANDLE, on_node_items },
	{ .on = ON_DISCO_ITEMS, .in = HANDLE, .run = on_nodes_asked },
	{ .on = ON_SESSION_AVAILABLE, .in = HANDLE, .run = interest_in_contacts },
	{ .on = ON_SESSION_CAPS, .in = HANDLE, .run = interest_in_contacts },
	{ .on = ON_CONTACT_SHOWN, .in = HANDLE, .run = interest_of_contact },
};

const struct module mod_pep = {
	.name = "pep",
	.doc = "Nodes of accounts, of which their contacts hear: moods, avatars, keys, feeds.",
	.specs = LIST(struct spec, { XEP, 163, "1.2.2", "complete" },
	    { XEP, 60, "1.30.0",
		"but for collections (0248), content filters, several "
		"subscriptions of one address, and section 8.7" },
	    { XEP, 222, "1.1.1", "complete" }, { XEP, 223, "1.1.1", "complete" },
	    { XEP, 80, "1.9.1", "by 0163" }, { XEP, 107, "1.2.1", "by 0163" },
	    { XEP, 108, "1.3.1", "by 0163" }, { XEP, 118, "1.3.0", "by 0163" },
	    { XEP, 172, "1.1", "by 0163" }, { XEP, 277, "0.6.8", "by 0163" },
	    { XEP, 472, "0.2.0", "by 0163" }),
	.features = TABLE(features),
	.identities = TABLE(identities),
	.needs = LIST(const char *const, "roster", "caps", "blocking"),
	.conf_size = sizeof(struct place_conf),
	.options = LIST(struct option,
	    { "max_nodes", U32, FIELD(place_conf, max_nodes), "64", "1", "256",
		"Nodes of one account." },
	    { "max_item_bytes", SIZE, FIELD(place_conf, max_item_bytes), "128KiB", "1KiB",
		"4MiB", "Bytes of one item." },
	    { "max_node_bytes", SIZE, FIELD(place_conf, max_node_bytes), "1MiB", "1KiB",
		"64MiB", "Bytes of all items of one node." }),
	.metrics = LIST(struct metric,
	    [PEP_PUBLISHED] = { "pep_published", COUNTER, "items",
		"Items published to nodes of accounts." },
	    [PEP_NOTIFIED] = { "pep_notified", COUNTER, "devices",
		"Devices told of a change of a node." }),
	.account_bytes = sizeof(struct place),
	.account_fini = account_fini,
	.kept = TABLE(kept),
	.hooks = TABLE(hooks),
};
