/* SPDX-License-Identifier: MIT
 *
 * "api: { ... }": what the operator may say about the administration over HTTP.
 */
#ifndef DAEMON_API_SECTION_H
#define DAEMON_API_SECTION_H

#include "base/option.h"

struct api_conf {
	bool enabled;             /* over the listeners; the Unix socket always is */
	uint32_t token_rate;      /* requests a second of one token */
	uint32_t token_burst;     /* and at once */
	uint32_t failures_a_hour; /* wrong tokens of one address */
	msec_t audit_ms;          /* how long the audit log is kept */
};

extern const struct section api_section;

#endif
