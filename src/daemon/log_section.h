/* SPDX-License-Identifier: MIT
 *
 * "log: { ... }" of the configuration, and the log as it says.
 */
#ifndef DAEMON_LOG_SECTION_H
#define DAEMON_LOG_SECTION_H

#include "base/option.h"

struct log_section_conf {
	uint32_t level;    /* enum log_level */
	struct str file;   /* "no string": standard error */
	uint32_t accounts; /* enum log_accounts */
	bool json;
	struct str_list areas; /* "c2s=debug" */
};

extern const struct section log_section;

/*
 * Opens the log, or takes over what has changed.
 *
 * data    the data directory
 * reason  written on failure, in the arena
 */
MUST_CHECK enum status log_section_open(
    const struct log_section_conf *conf, struct str data, struct arena *a, struct str *reason);

#endif
