/* SPDX-License-Identifier: MIT */
#include "transport/conf.h"

#include <pthread.h>
#include <stdatomic.h>

#include "transport/metering.h"

/* Read by all workers while the main thread configures. */
struct transport {
	struct admission *admission;
	_Atomic size_t output_max;
	_Atomic msec_t slow_ms;
	_Atomic msec_t keepalive_ms;
	_Atomic msec_t greeting_ms;
	pthread_mutex_t lock; /* for the proxies */
	struct network *proxies;
	size_t n_proxies;
};

const struct section transport_section = {
	.name = "connections",
	.doc = "Bounds on the connections of clients, servers and browsers.",
	.conf_size = sizeof(struct transport_conf),
	.options = LIST(struct option,
	    { "output_max", SIZE, FIELD(transport_conf, output_max_bytes), "4MiB", "64KiB",
		"1GiB",
		"Bytes that may wait for one peer who does not read; who passes it is cut "
		"off." },
	    { "slow_timeout", TIME, FIELD(transport_conf, slow_ms), "60s", "1s", "1h",
		"How long a peer to whom bytes wait may read next to nothing before it is cut "
		"off." },
	    { "keepalive", TIME, FIELD(transport_conf, keepalive_ms), "10m", "10s", "9h",
		"Silence after which TCP asks a peer whether it is still there.",
		.words = "off" },
	    { "max", U32, FIELD(transport_conf, connections_max), "unlimited", "1", NULL,
		"Connections in all.", .words = "unlimited" },
	    { "max_unauthenticated", U32, FIELD(transport_conf, unauthenticated_max), "20000",
		"1", NULL, "Connections in all that have not said who they are.",
		.words = "unlimited" },
	    { "max_per_address", U32, FIELD(transport_conf, address_connections_max), "1000",
		"1", NULL, "Connections of one IPv4 address or IPv6 /64.",
		.words = "unlimited" },
	    { "max_unauthenticated_per_address", U32,
		FIELD(transport_conf, address_unauthenticated_max), "100", "1", NULL,
		"Connections of one address that have not said who they are.",
		.words = "unlimited" },
	    { "rate_per_address", U32, FIELD(transport_conf, address_rate), "20", "1",
		"1000000", "Connections that one address may open a second.",
		.words = "unlimited" },
	    { "burst_per_address", U32, FIELD(transport_conf, address_burst), "200", "1",
		"1000000",
		"Connections that one address may open at once before `rate_per_address` "
		"counts." },
	    { "trusted_networks", STRINGS, FIELD(transport_conf, trusted_networks),
		"127.0.0.0/8, ::1", NULL, "256",
		"Addresses and networks whose number of connections is not bounded, such as a "
		"proxy's or the company's own." },
	    { "proxies", STRINGS, FIELD(transport_conf, proxies), "127.0.0.0/8, ::1", NULL,
		"256",
		"Addresses and networks of the proxies that connect to listeners with "
		"`proxy: yes`; others are refused there." },
	    { "greeting_timeout", TIME, FIELD(transport_conf, greeting_ms), "60s", "1s", "10m",
		"Where several protocols share a port, or behind a proxy: time from connecting "
		"until it is known which one is spoken." }),
};

/* As the table says, so that a transport works before anybody configures it. */
struct transport *
transport_new(void)
{
	struct transport *t = mem_zalloc(sizeof(*t));
	struct transport_conf conf = { 0 };
	struct arena a;
	struct str reason;
	enum status s;

	metering_begin();
	pthread_mutex_init(&t->lock, NULL);
	t->admission = admission_new();
	arena_init(&a, 1024);
	option_preset(transport_section.options, &conf, &a);
	s = transport_configure(t, &conf, &a, &reason);
	assert(s == OK);
	arena_fini(&a);
	return t;
}

void
transport_free(struct transport **t)
{
	if (!*t)
		return;
	admission_free(&(*t)->admission);
	pthread_mutex_destroy(&(*t)->lock);
	free((*t)->proxies);
	free(*t);
	*t = NULL;
}

static enum status
parse_networks(struct str_list texts, struct arena *a, struct str *reason, struct network **out)
{
	struct network *n = arena_alloc(a, texts.count * sizeof(*n));

	for (size_t i = 0; i < texts.count; i++)
		if (network_parse(texts.at[i], &n[i]) != OK) {
			*reason = str_format(a,
			    "\"%.*s\" is not a network, such as 192.0.2.0/24 or 2001:db8::/32",
			    STR_ARG(texts.at[i]));
			return E_INVALID;
		}
	*out = n;
	return OK;
}

static void
set_proxies(struct transport *t, const struct network *proxies, size_t n)
{
	struct network *copy = mem_alloc(n * sizeof(*copy)), *old;

	if (n)
		memcpy(copy, proxies, n * sizeof(*copy));
	pthread_mutex_lock(&t->lock);
	old = t->proxies;
	t->proxies = copy;
	t->n_proxies = n;
	pthread_mutex_unlock(&t->lock);
	free(old);
}

enum status
transport_configure(
    struct transport *t, const struct transport_conf *conf, struct arena *a, struct str *reason)
{
	struct network *trusted, *proxies;
	enum status s;

	if ((s = parse_networks(conf->trusted_networks, a, reason, &trusted)) != OK ||
	    (s = parse_networks(conf->proxies, a, reason, &proxies)) != OK)
		return s;
	atomic_store_explicit(
	    &t->output_max, (size_t)conf->output_max_bytes, memory_order_relaxed);
	atomic_store_explicit(&t->slow_ms, conf->slow_ms, memory_order_relaxed);
	atomic_store_explicit(&t->keepalive_ms, conf->keepalive_ms, memory_order_relaxed);
	atomic_store_explicit(&t->greeting_ms, conf->greeting_ms, memory_order_relaxed);
	admission_limit(t->admission,
	    &(struct admission_limits){
		.connections_max = conf->connections_max,
		.unauthenticated_max = conf->unauthenticated_max,
		.address_connections_max = conf->address_connections_max,
		.address_unauthenticated_max = conf->address_unauthenticated_max,
		.address_rate = conf->address_rate,
		.address_burst = conf->address_burst,
	    },
	    trusted, conf->trusted_networks.count);
	set_proxies(t, proxies, conf->proxies.count);
	return OK;
}

void
transport_count(struct transport *t, struct admission_counters *out)
{
	admission_count(t->admission, out);
}

struct admission *
transport_admission(struct transport *t)
{
	return t->admission;
}

size_t
transport_output_max(const struct transport *t)
{
	return atomic_load_explicit(&t->output_max, memory_order_relaxed);
}

msec_t
transport_slow_ms(const struct transport *t)
{
	return atomic_load_explicit(&t->slow_ms, memory_order_relaxed);
}

msec_t
transport_keepalive_ms(const struct transport *t)
{
	return atomic_load_explicit(&t->keepalive_ms, memory_order_relaxed);
}

msec_t
transport_greeting_ms(const struct transport *t)
{
	return atomic_load_explicit(&t->greeting_ms, memory_order_relaxed);
}

bool
transport_is_proxy(struct transport *t, const struct address *a)
{
	bool is = false;

	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->n_proxies && !is; i++)
		is = network_has(&t->proxies[i], a);
	pthread_mutex_unlock(&t->lock);
	return is;
}
