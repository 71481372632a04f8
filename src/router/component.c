/* SPDX-License-Identifier: MIT */
#include "router/component.h"

#include <stdatomic.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/siphash.h"
#include "loop/worker.h"
#include "router/dispatch.h"
#include "router/host.h"
#include "router/route.h"

/* XEP-0356 section 7.4: who sees the contacts' presence must be able to see who they are. */
static enum status
check(const void *conf, struct arena *a, struct str *reason)
{
	const struct component_conf *c = conf;

	(void)a;
	if (c->presence != SEES_CONTACTS || c->roster & ACCESS_GET)
		return OK;
	*reason = S("\"presence: roster\" needs \"roster\" to be get or both");
	return E_INVALID;
}

const struct section component_section = {
	.name = "components",
	.doc = "Programs that speak for a domain of their own, such as gateways (XEP-0114). A "
	       "map: { irc.example.org: { secret: ... } }. They connect where `serve` has "
	       "component.",
	.conf_size = sizeof(struct component_conf),
	.options = LIST(struct option,
	    { "secret", SECRET, FIELD(component_conf, secret), NULL, "1", "1024",
		"What the component proves to know. Needed." },
	    { "title", STRING, FIELD(component_conf, title), "", NULL, "128",
		"What it is called where people look for services." },
	    { "hosts", STRINGS, FIELD(component_conf, hosts), "*", "0", "64",
		"Hosts that name it among their services; * for all, an empty list for none." },
	    { "connections", U32, FIELD(component_conf, connections), "16", "1", "256",
		"Connections that it may have at a time; they share the senders. With 1 "
		"another is refused while the first is there." },
	    { "powers_at", STRINGS, FIELD(component_conf, powers_at), "*", "1", "64",
		"Hosts for whose accounts the options below hold; * for all." },
	    { "roster", CHOICE, FIELD(component_conf, roster), "none", NULL, NULL,
		"What it may do with contact lists (XEP-0356).", "none get set both" },
	    { "roster_push", BOOL, FIELD(component_conf, roster_push), "yes", NULL, NULL,
		"It is told of changes of those that it may get." },
	    { "message", CHOICE, FIELD(component_conf, sends_messages), "none", NULL, NULL,
		"outgoing: it may send messages in the name of accounts and the host.",
		"none outgoing" },
	    { "presence", CHOICE, FIELD(component_conf, presence), "none", NULL, NULL,
		"Whose presence it sees: accounts, or their contacts as well; the latter needs "
		"`roster` get or both.",
		"none managed_entity roster" },
	    { "iq_get", STRINGS, FIELD(component_conf, iq_get), "", NULL, "64",
		"Namespaces in which it may ask something in the name of accounts." },
	    { "iq_set", STRINGS, FIELD(component_conf, iq_set), "", NULL, "64",
		"Namespaces in which it may change something in the name of accounts." },
	    { "delegated", STRINGS, FIELD(component_conf, delegated), "", NULL, "64",
		"Namespaces of requests to accounts and hosts that it answers in their place "
		"(XEP-0355); behind one, separated by spaces, attributes that the request must "
		"have." }),
	.check = check,
};

struct component {
	struct list in_worker;
	struct list links; /* component_link.in_component */
	struct str name;   /* behind the structure */
};

/* With connections, at home here. */
static _Thread_local struct list attached; /* component.in_worker */

static int links_open, stanzas_bounced;

void
components_register_metrics(void)
{
	static const struct metric open = { "components", GAUGE, "connections",
		"Connections of components." };
	static const struct metric bounced = { "components_bounced", COUNTER, "stanzas",
		"Stanzas for components that were not connected or did not read." };

	links_open = metric_register(&open);
	stanzas_bounced = metric_register(&bounced);
}

void
components_worker_init(void)
{
	list_init(&attached);
}

/* --- what the configuration says ------------------------------------------------------------
 */

static bool
has(const struct str_list *list, struct str text)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->at[i], text))
			return true;
	return false;
}

bool
component_is_shown_at(const struct component_conf *conf, struct str host)
{
	return has(&conf->hosts, S("*")) || has(&conf->hosts, host);
}

bool
component_has_powers_at(const struct component_conf *conf, struct str host)
{
	return has(&conf->powers_at, S("*")) || has(&conf->powers_at, host);
}

const struct component_conf *
component_with_powers(struct jid from, struct str host)
{
	const struct component_conf *conf = hosts_component(jid_domain(from));

	return conf && component_has_powers_at(conf, host) ? conf : NULL;
}

unsigned
component_iq_access(const struct component_conf *conf, struct str ns)
{
	return (has(&conf->iq_get, ns) ? ACCESS_GET : 0u) |
	       (has(&conf->iq_set, ns) ? ACCESS_SET : 0u);
}

struct str
component_access_name(unsigned access)
{
	static const struct str names[] = { S("none"), S("get"), S("set"), S("both") };

	assert(access <= ACCESS_BOTH);
	return names[access];
}

/* --- connections ------------------------------------------------------------------------ */

void
component_digest(struct str secret, char out[32])
{
	hash_of(HASH_SHA256, secret, out);
}

unsigned
component_home(struct str name)
{
	return (unsigned)(siphash_str(name) % workers_count());
}

static struct component *
find(struct str name)
{
	list_each (link, &attached) {
		struct component *c = list_entry(link, struct component, in_worker);

		if (str_eq(c->name, name))
			return c;
	}
	return NULL;
}

static struct component *
component_new(struct str name)
{
	struct component *c = mem_zalloc(sizeof(*c) + name.len);

	list_init(&c->links);
	memcpy(c + 1, name.at, name.len);
	c->name = str_of((const char *)(c + 1), name.len);
	list_append(&attached, &c->in_worker);
	return c;
}

static size_t
count_links(const struct component *c)
{
	size_t n = 0;

	list_each (link, &c->links)
		n++;
	return n;
}

static bool
is_allowed(const struct component_conf *conf, const struct component_link *l)
{
	char digest[32];

	if (!conf)
		return false;
	component_digest(conf->secret, digest);
	return memcmp(digest, l->secret, sizeof(digest)) == 0;
}

enum status
component_attach(const struct component_conf *conf, struct component_link *l)
{
	static atomic_uint_least64_t ids;
	struct component *c = conf ? find(conf->name) : NULL;

	assert(!l->component);
	if (!is_allowed(conf, l))
		return E_NOT_FOUND;
	if (c && count_links(c) >= conf->connections)
		return E_EXISTS;
	l->component = c ? c : component_new(conf->name);
	l->id = atomic_fetch_add_explicit(&ids, 1, memory_order_relaxed) + 1;
	list_append(&l->component->links, &l->in_component);
	metric_add(links_open, 1);
	return OK;
}

bool
component_is_first(const struct component_link *l)
{
	return count_links(l->component) == 1;
}

void
component_greet(struct component_link *l)
{
	const struct component_conf *conf = hosts_component(l->component->name);

	for (size_t i = 0; conf && i < hosts_count() && l->component; i++) {
		struct arena a;
		struct call c = {
			.arena = &a,
			.host = hosts_at(i),
			.component = conf,
			.link = l,
		};

		arena_init(&a, 1024);
		dispatch_event(&c, ON_COMPONENT_ATTACHED);
		arena_fini(&a);
	}
}

void
component_detach(struct component_link *l)
{
	if (!l->component)
		return;
	l->component = NULL;
	list_remove(&l->in_component);
	metric_add(links_open, -1);
}

static void
component_free(struct component **c)
{
	struct component *gone = TAKE(*c);

	list_remove(&gone->in_worker);
	free(gone);
}

/* Streams have ended before their worker does. */
void
components_worker_fini(void)
{
	list_each (link, &attached) {
		struct component *c = list_entry(link, struct component, in_worker);

		assert(list_is_empty(&c->links));
		component_free(&c);
	}
}

/* --- another configuration -------------------------------------------------------------- */

static void
reconsider(struct component *c)
{
	const struct component_conf *conf = hosts_component(c->name);
	size_t n = 0;

	list_each (link, &c->links) {
		struct component_link *l =
		    list_entry(link, struct component_link, in_component);
		bool allowed = is_allowed(conf, l);

		if (allowed && n++ < conf->connections)
			continue;
		component_detach(l);
		l->calls->end(l, allowed ? STREAM_CONFLICT
				 : conf  ? STREAM_NOT_AUTHORIZED
					 : STREAM_HOST_GONE);
	}
	if (list_is_empty(&c->links))
		component_free(&c);
}

static void
reconsider_here(const void *letter)
{
	(void)letter;
	list_each (link, &attached)
		reconsider(list_entry(link, struct component, in_worker));
}

void
components_reconsider(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, reconsider_here, "", 1);
}

/* --- stanzas ------------------------------------------------------------------------------ */

/* The link for what the sender says: the one that the two together make the largest number
 * of. */
static struct component_link *
choose(const struct component *c, struct jid from)
{
	struct component_link *best = NULL;
	uint64_t most = 0;

	if (c->links.next == c->links.prev)
		return list_is_empty(&c->links)
			   ? NULL
			   : list_entry(c->links.next, struct component_link, in_component);
	list_each (link, &c->links) {
		struct component_link *l =
		    list_entry(link, struct component_link, in_component);
		uint64_t weight =
		    siphash((struct siphash_key){ l->id, ~l->id }, jid_bare(from));

		if (!best || weight > most) {
			best = l;
			most = weight;
		}
	}
	return best;
}

/* RFC 6120 section 8.3.3.16: the service is known, and cannot be reached now. Section
 * 8.3.3.18: it does not keep up. */
static void
deliver_here(const void *letter)
{
	struct stanza *st = *(struct stanza *const *)letter;
	struct component *c = find(jid_domain(st->to));
	struct component_link *l = c ? choose(c, st->from) : NULL;

	if (!l || !l->calls->deliver(l, st)) {
		metric_add(stanzas_bounced, 1);
		route_bounce(st, l ? ERR_RESOURCE_CONSTRAINT : ERR_REMOTE_SERVER_TIMEOUT);
	}
	stanza_free(&st);
}

void
component_deliver(struct component_link *l, struct stanza *st)
{
	(void)l->calls->deliver(l, st);
	stanza_free(&st);
}

void
component_route(const struct component_conf *conf, struct stanza *st)
{
	worker_post(component_home(conf->name), deliver_here, &st, sizeof(st));
}
