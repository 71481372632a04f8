/* SPDX-License-Identifier: MIT
 *
 * Options of every command: where things are, and what goes over the configuration file.
 */
#ifndef DAEMON_GENERAL_H
#define DAEMON_GENERAL_H

#include "base/option.h"

struct general {
	struct str data;
	struct str config; /* "no string": jaseur.yaml in the data directory */
	struct str_list hosts;
	struct str_list set;
	uint32_t port_offset;
	bool json;
	bool help;
};

extern const struct option_list general_options;

/* The configuration file. */
struct str general_config_path(const struct general *g, struct arena *a);

/* A file of the data directory; an absolute name stays as it is. */
struct str general_path(const struct general *g, struct arena *a, struct str name);

#endif
