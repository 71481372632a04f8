/* SPDX-License-Identifier: MIT
 *
 * The configuration as a command finds it: the file, what the command line puts over it, and
 * a file of our own making at the first start.
 */
#ifndef DAEMON_CONFIG_FILE_H
#define DAEMON_CONFIG_FILE_H

#include "daemon/config.h"
#include "daemon/general.h"

/*
 * Writes a sample, for the hosts of the command line or localhost, when there is no file.
 *
 * made  whether it was written
 *
 * E_IO  the problem was added
 */
MUST_CHECK enum status config_file_make(
    const struct general *g, struct config_problems *p, bool *made);

/*
 * E_INVALID  something is wrong; the problems were added
 * E_IO       the file cannot be read; the problem was added
 */
MUST_CHECK enum status config_file_read(
    const struct general *g, struct config_problems *p, struct config **out);

/* One line each to standard error. */
void config_problems_print(const struct config_problems *p);

#endif
