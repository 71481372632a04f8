/* SPDX-License-Identifier: MIT
 *
 * A service of nodes at its home worker: read from the store when it is first asked, and kept.
 * What comes meanwhile, or while a node's index is read, waits in order.
 *
 * All of a service is at one home. A node could have a home of its own, but what is asked about
 * all nodes at once (lists, discovery) could not be answered then without asking all workers,
 * and a service with so much traffic has subscribers, which are spread over the workers
 * (decision 85).
 */
#ifndef MODULES_PUBSUB_SERVICE_H
#define MODULES_PUBSUB_SERVICE_H

#include "modules/pubsub/place.h"
#include "router/hook.h"

struct pubsub_service;

/* The place of c->service, when it is ready for the stanza; NULL: the stanza waits, or was
 * refused, and will come to pubsub_serve. */
struct place *pubsub_service_enter(struct call *c);

/* A stanza for the place (mod_pubsub.c). */
enum verdict pubsub_serve(struct call *c, struct place *p);

/* An account is no more: neither are its affiliations and subscriptions, and the nodes of which
 * nobody else is an owner. Any worker. */
void pubsub_service_forget(const struct service *s, struct jid account);

/* Whether the sender may have one more node (mod_pubsub.c). */
bool pubsub_may_create(struct call *c, struct place *p);

void pubsub_services_worker_init(void);
void pubsub_services_worker_fini(void);

#endif
