/* SPDX-License-Identifier: MIT */
#include "router/host.h"

#include <stdatomic.h>

#include "loop/worker.h"
#include "router/service.h"

struct hosts {
	uint64_t generation;
	atomic_uint refs;
	struct hosts_spec spec;
	struct service *service;
	struct host host[];
};

static _Thread_local struct hosts *now;
static _Atomic uint64_t generations;

struct hosts *
hosts_new(const struct hosts_spec *spec)
{
	struct hosts *h = mem_alloc(sizeof(*h) + spec->n * sizeof(struct host));

	atomic_init(&h->refs, 1);
	h->generation = atomic_fetch_add(&generations, 1) + 1;
	h->spec = *spec;
	memcpy(h->host, spec->host, spec->n * sizeof(struct host));
	h->spec.host = h->host;
	h->service = mem_zalloc(spec->n_services * sizeof(*h->service));
	for (size_t i = 0; i < spec->n_services; i++) {
		h->service[i] = spec->service[i];
		if (h->service[i].host)
			h->service[i].host = &h->host[spec->service[i].host - spec->host];
	}
	h->spec.service = h->service;
	return h;
}

struct hosts *
hosts_ref(struct hosts *h)
{
	atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
	return h;
}

void
hosts_free(struct hosts **h)
{
	struct hosts *gone = TAKE(*h);

	if (!gone || atomic_fetch_sub_explicit(&gone->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (gone->spec.on_gone)
		gone->spec.on_gone(gone->spec.owner);
	free(gone->service);
	free(gone);
}

static void
use(const void *letter)
{
	struct hosts *const *h = letter;

	hosts_free(&now);
	now = *h;
}

void
hosts_publish(struct hosts *h)
{
	for (unsigned w = 0; w < workers_count(); w++) {
		struct hosts *one = hosts_ref(h);

		worker_post(w, use, &one, sizeof(one));
	}
	hosts_free(&h);
}

void
hosts_forget(void)
{
	hosts_free(&now);
}

const struct host *
host_find(struct str domain)
{
	for (size_t i = 0; i < now->spec.n; i++)
		if (str_eq(now->host[i].name, domain))
			return &now->host[i];
	return NULL;
}

size_t
hosts_count(void)
{
	return now->spec.n;
}

const struct host *
hosts_at(size_t n)
{
	assert(n < now->spec.n);
	return &now->host[n];
}

const struct component_conf *
hosts_component(struct str domain)
{
	for (size_t i = 0; i < now->spec.n_components; i++)
		if (str_eq(now->spec.component[i].name, domain))
			return &now->spec.component[i];
	return NULL;
}

struct component_list
hosts_components(void)
{
	return (struct component_list){ now->spec.component, now->spec.n_components };
}

uint64_t
hosts_generation(void)
{
	return now->generation;
}

const struct service *
hosts_services(size_t *n)
{
	*n = now->spec.n_services;
	return now->service;
}

const struct stream_conf *
hosts_stream_conf(void)
{
	return now->spec.streams;
}

const struct websocket_conf *
hosts_websocket_conf(void)
{
	return now->spec.websocket;
}

const struct bosh_conf *
hosts_bosh_conf(void)
{
	return now->spec.bosh;
}

struct tls_context *
hosts_tls(void)
{
	return now->spec.tls;
}

void *
hosts_owner(void)
{
	return now->spec.owner;
}
