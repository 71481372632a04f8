/* SPDX-License-Identifier: MIT */
#include "router/component.h"

#include <stdatomic.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/siphash.h"
#include "loop/worker.h"
#include "router/host.h"
#include "router/route.h"

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
		"another is refused while the first is there." }),
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

bool
component_is_shown_at(const struct component_conf *conf, struct str host)
{
	for (size_t i = 0; i < conf->hosts.count; i++)
		if (str_eq(conf->hosts.at[i], S("*")) || str_eq(conf->hosts.at[i], host))
			return true;
	return false;
}

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

/* --- connections ------------------------------------------------------------------------ */

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
component_route(const struct component_conf *conf, struct stanza *st)
{
	worker_post(component_home(conf->name), deliver_here, &st, sizeof(st));
}
