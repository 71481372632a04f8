/* SPDX-License-Identifier: MIT
 *
 * What is served over HTTP: the routes of the modules and the daemon's own, and how the
 * configuration wants it.
 */
#ifndef DAEMON_WEB_H
#define DAEMON_WEB_H

#include "daemon/config.h"

struct http_site;

/*
 * A site of the configuration, for http_site_publish.
 *
 * reason  written on failure, in the arena
 */
MUST_CHECK enum status web_site(
    const struct config *config, struct arena *a, struct str *reason, struct http_site **out);

#endif
