/* SPDX-License-Identifier: MIT
 *
 * Reference pages made from the tables: docs/generated/.
 */
#ifndef DAEMON_MANUAL_H
#define DAEMON_MANUAL_H

#include "ctl/arguments.h"
#include "daemon/config.h"

/* Every section and module with its options. */
void manual_configuration(FILE *out, const struct config_schema *schema);

/* Every command with its options. */
void manual_commands(FILE *out, struct command_list commands, struct option_list general);

/* Every specification, and the part of it that is implemented. */
void manual_specifications(FILE *out);

/* The project for lists of software (doap.c). */
void manual_doap(FILE *out);

/* What the compliance suites ask for (compliance.c). */
void manual_compliance(FILE *out);

/* The API, as it describes itself (openapi.h). */
void manual_openapi(FILE *out);

#endif
