/* SPDX-License-Identifier: MIT
 *
 * Everything that can be configured, gathered from those it belongs to; and the sections
 * that belong to the daemon itself.
 */
#ifndef DAEMON_SECTIONS_H
#define DAEMON_SECTIONS_H

#include "daemon/config.h"

/* At the top of the file. */
struct server_conf {
	uint32_t workers; /* 0: one for each processor */
	struct str user;  /* "no string": stay who we are */
	msec_t drain_ms;
};

/* "store" */
struct store_section_conf {
	enum { STORE_IN_SQLITE, STORE_IN_MEMORY } backend;
	struct str path, blobs;
	uint32_t readers, group_max;
	bool sync;
};

/* The tables of all sections and modules. Main thread. */
const struct config_schema *sections_schema(void);

#endif
