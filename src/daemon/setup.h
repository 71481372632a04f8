/* SPDX-License-Identifier: MIT
 *
 * From a configuration to what the workers look at: the hosts, their modules' options, the
 * streams' options and the certificates; and for the administration the whole of it.
 */
#ifndef DAEMON_SETUP_H
#define DAEMON_SETUP_H

#include "daemon/api_section.h"
#include "daemon/config.h"
#include "router/host.h"
#include "transport/tls.h"

/*
 * A snapshot for router_start or hosts_publish. It keeps the configuration and the context
 * (which may be NULL: no TLS) for as long as somebody looks at it.
 *
 * data    the data directory, copied
 * reason  written on failure, in the arena
 *
 * E_INVALID, E_NOT_FOUND  keys of a portal that cannot be used
 */
MUST_CHECK enum status setup_hosts(struct config *c, struct str data, struct tls_context *tls,
    struct arena *a, struct str *reason, struct hosts **out);

/* --- on a worker: what its snapshot was made of ------------------------------------------- */

struct config *setup_config(void);
const struct api_conf *setup_api(void);
struct str setup_data(void); /* the data directory */

#endif
