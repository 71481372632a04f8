/* SPDX-License-Identifier: MIT
 *
 * The configuration file of a first start, made from the tables.
 */
#ifndef DAEMON_SAMPLE_H
#define DAEMON_SAMPLE_H

#include "daemon/config.h"

/* A configuration file that names the hosts and, in comments, everything else with its
 * default. A "#" right before a key makes a comment of it; others are followed by a space. */
void sample_config(FILE *out, const struct config_schema *schema, struct str_list hosts);

#endif
