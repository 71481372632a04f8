/* SPDX-License-Identifier: MIT
 *
 * From a configuration to what the workers look at: the hosts, their modules' options, the
 * streams' options and the certificates.
 */
#ifndef DAEMON_SETUP_H
#define DAEMON_SETUP_H

#include "daemon/config.h"
#include "router/host.h"
#include "transport/tls.h"

/* A snapshot for router_start or hosts_publish. It keeps the configuration and the context
 * (which may be NULL: no TLS) for as long as somebody looks at it. */
struct hosts *setup_hosts(struct config *c, struct tls_context *tls);

#endif
