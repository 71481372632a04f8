/* SPDX-License-Identifier: MIT
 *
 * The server without its network: workers, helpers, the store, hosts, router and modules.
 * What `serve` opens its listeners for, and what an operation of the command line needs when
 * no server runs.
 */
#ifndef DAEMON_CORE_H
#define DAEMON_CORE_H

#include "daemon/config.h"

struct store;
struct tls_context;

struct core {
	struct store *store;
};

/*
 * Prepares everything; core_run starts the workers' threads.
 *
 * data     the data directory
 * workers  0: as the configuration says
 * tls      NULL: none
 * reason   written on failure, in the arena
 */
MUST_CHECK enum status core_prepare(struct core *core, struct config *config, struct str data,
    uint32_t workers, struct tls_context *tls, struct arena *a, struct str *reason);
MUST_CHECK enum status core_run(struct core *core);

/* Ends what core_prepare and core_run began. Sessions and connections must have ended. */
void core_stop(struct core *core);

#endif
