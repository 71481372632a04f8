/* SPDX-License-Identifier: MIT
 *
 * The router's life, for the daemon.
 */
#ifndef ROUTER_ROUTER_H
#define ROUTER_ROUTER_H

#include "router/dispatch.h"
#include "storage/store.h"

struct hosts;

/* After workers_init, before workers_start. Takes over the reference to the hosts. */
MUST_CHECK enum status router_start(
    struct module_list modules, struct store *store, struct hosts *hosts);

/* Frees what the calling worker holds; for workers_stop. */
void router_leave_worker(void);

/* After workers_stop. */
void router_stop(void);

#endif
