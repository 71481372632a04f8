/* SPDX-License-Identifier: MIT
 *
 * Services: domains beside a host's own where no accounts live but what a module keeps: rooms,
 * nodes, other programs. Whatever is for such a domain, with or without local part, goes to the
 * home of its address, and there to the module.
 *
 *     static const struct service_type rooms = {
 *             .label = "rooms", .category = S("conference"), .type = S("text"),
 *             .arrive = to_room };
 *
 *     const struct module mod_muc = { ..., .service = &rooms };
 *
 * A host with the module has the service rooms.HOST then.
 */
#ifndef ROUTER_SERVICE_H
#define ROUTER_SERVICE_H

#include "router/dispatch.h"
#include "router/hook.h"
#include "router/host.h"

struct service;

struct service_type {
	const char *label; /* of the domain, in front of the host's, unless `domain` differs */
	/* What the module's conf says it is; "no string": the usual. May be NULL. */
	struct str (*domain)(const void *conf);

	/* Identity in disco#info (XEP-0030 section 3.1), and features besides those that
	 * modules have AT_SERVICE. */
	struct str category, type;
	const char *name;
	struct {
		const struct str *at;
		size_t count;
	} features;
	/* Writes more of it to c->out. May be NULL. */
	void (*info)(struct call *c);

	/* It is another program, which answers for all that concerns the domain: no hook of
	 * ours sees what goes there. */
	bool is_foreign;

	/* Worker that an address is at home on; NULL: account_home. */
	unsigned (*home)(const struct service *s, struct jid to);

	/*
	 * A stanza for an address of the service, at its home. c->service is set, c->host is
	 * the host it belongs to, c->conf the module's conf there, c->account NULL. PASS: there
	 * is no such thing, the sender gets `service-unavailable` if he may be answered.
	 */
	enum verdict (*arrive)(struct call *c);
};

struct service {
	struct str name; /* normalised domain */
	const struct host *host;
	const struct module *module;
	const struct service_type *type;
	const void *conf; /* of the module at the host */
};

/*
 * Fills spec->service with the services of all modules at the spec's hosts. The array and the
 * names are in the arena, as is the reason.
 *
 * E_INVALID  what should be a domain is none, or it is a host, a component or another service
 *            already
 */
MUST_CHECK enum status services_of_hosts(
    struct hosts_spec *spec, struct module_list modules, struct arena *a, struct str *reason);

/* --- on a worker, of its snapshot (host.h) ------------------------------------------------ */

/* The service of that (normalised) domain, NULL when there is none. */
const struct service *service_find(struct str domain);

/* The service that the module has at the host, NULL when it has none. */
const struct service *service_of_module(const struct module *m, const struct host *host);

#endif
