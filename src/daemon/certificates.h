/* SPDX-License-Identifier: MIT
 *
 * The certificates of a configuration. Hosts that name none get a self-signed one, in
 * certificates/ of the data directory, so that the first start needs no preparation.
 */
#ifndef DAEMON_CERTIFICATES_H
#define DAEMON_CERTIFICATES_H

#include "daemon/config.h"

struct tls_context;

/*
 * Makes what is missing and reads all of them. Warns in the log of those that end soon.
 *
 * data    the data directory
 * reason  written on failure, in the arena
 * out     one reference
 */
MUST_CHECK enum status certificates_load(const struct config *config, struct str data,
    struct arena *a, struct str *reason, struct tls_context **out);

/* Whether those that the configuration names can be used; makes nothing. */
MUST_CHECK enum status certificates_check(
    const struct config *config, struct str data, struct arena *a, struct str *reason);

/* The file with the certificate that the host shows; the self-made one need not exist yet. */
MUST_CHECK enum status certificates_path(
    const struct config_host *host, struct str data, struct arena *a, struct str *out);

/* Whether the host shows a certificate that was made here, which clients will not trust. */
bool certificates_is_self_made(const struct config_host *host);

#endif
