/* SPDX-License-Identifier: MIT
 *
 * The virtual hosts, and what belongs to them, as the configuration has it now: an immutable,
 * counted snapshot that each worker looks at through a pointer of its own. A reload builds
 * another and publishes it; what looks at the old one finishes with the old one.
 */
#ifndef ROUTER_HOST_H
#define ROUTER_HOST_H

#include "router/component.h"

struct bosh_conf;
struct jwt_keys;
struct service;
struct stream_conf;
struct tls_context;
struct websocket_conf;

struct host {
	struct str name;                /* normalised domain */
	const void *const *module_conf; /* by place in the module list; NULL: disabled here */
	const struct jwt_keys *login_keys; /* that sign who may log in; NULL: none */
};

/* What a snapshot is made of; the pointers are the owner's. */
struct hosts_spec {
	const struct host *host;
	size_t n;
	const struct service *service; /* of these hosts; see service.h */
	size_t n_services;
	const struct stream_conf *streams;
	const struct websocket_conf *websocket;
	const struct bosh_conf *bosh;
	struct tls_context *tls;
	const struct component_conf *component; /* component.h */
	size_t n_components;
	/* Runs on the thread that lets go of the snapshot last: what it points to may be
	 * released then. */
	void (*on_gone)(void *owner);
	void *owner;
};

struct hosts;

struct hosts *hosts_new(const struct hosts_spec *spec);
struct hosts *hosts_ref(struct hosts *h);
void hosts_free(struct hosts **h); /* drops one reference */

/* Makes every worker use this snapshot from its next turn on. Takes over the reference. */
void hosts_publish(struct hosts *h);

/* Lets go of the calling worker's snapshot, when the server ends. */
void hosts_forget(void);

/* --- on a worker ---------------------------------------------------------------------- */

/* The host of that (normalised) domain, NULL when it is not ours. */
const struct host *host_find(struct str domain);

size_t hosts_count(void);
const struct host *hosts_at(size_t n);

/* Those of all hosts; see service.h. */
const struct service *hosts_services(size_t *n);

/* The external component of that domain, NULL when there is none; and all of them. */
const struct component_conf *hosts_component(struct str domain);
struct component_list hosts_components(void);

/* Tells this snapshot from all others, for what is made of it and kept. */
uint64_t hosts_generation(void);

/* How streams behave and which certificates they show. */
const struct stream_conf *hosts_stream_conf(void);
const struct websocket_conf *hosts_websocket_conf(void);
const struct bosh_conf *hosts_bosh_conf(void);
struct tls_context *hosts_tls(void);

/* Whoever made the snapshot knows what this is. */
void *hosts_owner(void);

#endif
