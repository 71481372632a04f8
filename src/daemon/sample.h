/* SPDX-License-Identifier: MIT
 *
 * Texts made from the tables: the configuration file of a first start, and the manual.
 */
#ifndef DAEMON_SAMPLE_H
#define DAEMON_SAMPLE_H

#include "daemon/config.h"

/* A configuration file that names the hosts and, in comments, everything else with its
 * default. A "#" right before a key makes a comment of it; others are followed by a space. */
void sample_config(FILE *out, const struct config_schema *schema, struct str_list hosts);

/* The same as a page of Markdown: docs/generated/configuration.md. */
void sample_manual(FILE *out, const struct config_schema *schema);

#endif
