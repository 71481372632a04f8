/* SPDX-License-Identifier: MIT */
#include "http/client/conf.h"

#include <pthread.h>
#include <stdatomic.h>

#include "transport/tls_client.h"

const struct section http_client_section = {
	.name = "http_client",
	.doc =
	    "Requests that the server makes to others, such as the push services of browsers.",
	.conf_size = sizeof(struct http_client_conf),
	.options = LIST(struct option,
	    { "ca", STRING, FIELD(http_client_conf, ca), "", NULL, NULL,
		"File of the certificate authorities (PEM) that vouch for the services, "
		"instead of "
		"those of the system." },
	    { "networks", STRINGS, FIELD(http_client_conf, networks), "", NULL, "256",
		"Addresses and networks that may be connected to although they are not "
		"public." },
	    { "ports", STRINGS, FIELD(http_client_conf, ports), "443", NULL, "64",
		"Ports that may be connected to; an empty list: every port." },
	    { "timeout", TIME, FIELD(http_client_conf, timeout_ms), "15s", "1s", "2m",
		"How long a request may take, with all that it needs." },
	    { "idle_timeout", TIME, FIELD(http_client_conf, idle_ms), "60s", "1s", "10m",
		"How long a connection is kept for the next request." }),
};

struct setup {
	struct http_client_setup setup; /* first */
	atomic_uint refs;
	struct arena arena;
};

static enum status
read_networks(struct setup *s, struct str_list texts, struct arena *a, struct str *reason)
{
	struct network *networks = arena_alloc(&s->arena, texts.count * sizeof(*networks));

	for (size_t i = 0; i < texts.count; i++)
		if (network_parse(texts.at[i], &networks[i]) != OK) {
			*reason = str_format(a,
			    "http_client: \"%.*s\" is not a network, such as 192.0.2.0/24 or "
			    "2001:db8::/32",
			    STR_ARG(texts.at[i]));
			return E_INVALID;
		}
	s->setup.reach.allowed = networks;
	s->setup.reach.n_allowed = texts.count;
	return OK;
}

static enum status
read_ports(struct setup *s, struct str_list texts, struct arena *a, struct str *reason)
{
	uint16_t *ports = arena_alloc(&s->arena, texts.count * sizeof(*ports));

	for (size_t i = 0; i < texts.count; i++) {
		uint64_t port;

		if (str_to_u64(texts.at[i], UINT16_MAX, &port) != OK || port == 0) {
			*reason = str_format(
			    a, "http_client: \"%.*s\" is not a port", STR_ARG(texts.at[i]));
			return E_INVALID;
		}
		ports[i] = (uint16_t)port;
	}
	s->setup.reach.ports = ports;
	s->setup.reach.n_ports = texts.count;
	return OK;
}

enum status
http_client_setup_new(const struct http_client_conf *conf, struct transport *t, struct arena *a,
    struct str *reason, struct http_client_setup **out)
{
	struct setup *s = mem_zalloc(sizeof(*s));
	AUTO(http_client_setup) made = &s->setup;
	enum status st;

	arena_init(&s->arena, 256);
	atomic_init(&s->refs, 1);
	made->transport = t;
	made->timeout_ms = conf->timeout_ms;
	made->idle_ms = conf->idle_ms;
	if ((st = read_networks(s, conf->networks, a, reason)) != OK ||
	    (st = read_ports(s, conf->ports, a, reason)) != OK ||
	    (st = tls_client_new(conf->ca, S("http/1.1"), a, reason, &made->tls)) != OK)
		return st;
	*out = TAKE(made);
	return OK;
}

void
http_client_setup_free(struct http_client_setup **setup)
{
	struct setup *s = (struct setup *)TAKE(*setup);

	if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	tls_client_unref(&s->setup.tls);
	arena_fini(&s->arena);
	free(s);
}

/* --- the one in use ----------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct http_client_setup *now;

void
http_client_use(struct http_client_setup *s)
{
	struct http_client_setup *old;

	pthread_mutex_lock(&lock);
	old = now;
	now = s;
	pthread_mutex_unlock(&lock);
	http_client_setup_free(&old);
}

struct http_client_setup *
http_client_setup_now(void)
{
	struct http_client_setup *s;

	pthread_mutex_lock(&lock);
	if ((s = now))
		atomic_fetch_add_explicit(&((struct setup *)s)->refs, 1, memory_order_relaxed);
	pthread_mutex_unlock(&lock);
	return s;
}
