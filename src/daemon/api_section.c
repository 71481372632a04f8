/* SPDX-License-Identifier: MIT */
#include "daemon/api_section.h"

const struct section api_section = {
	.name = "api",
	.doc =
	    "Administration over HTTP, at /api/v1 of the listeners that serve HTTP. Tokens are "
	    "made by `jaseur token add`.",
	.conf_size = sizeof(struct api_conf),
	.options = LIST(struct option,
	    { "enabled", BOOL, FIELD(api_conf, enabled), "yes", NULL, NULL,
		"Served at all; the command line works in any case." },
	    { "rate", U32, FIELD(api_conf, token_rate), "50", "1", "100000",
		"Requests a second that one token may make on average." },
	    { "burst", U32, FIELD(api_conf, token_burst), "200", "1", "100000",
		"Requests that one token may make at once." },
	    { "failures", U32, FIELD(api_conf, failures_a_hour), "60", "1", "100000",
		"Wrong tokens from one address in an hour; then it is refused for a while, "
		"with "
		"right ones as well." },
	    { "audit", TIME, FIELD(api_conf, audit_ms), "365d", "1h", "36500d",
		"How long it is remembered who changed what." }),
};
