/* SPDX-License-Identifier: MIT
 *
 * All specifications that are implemented, from the tables of streams and modules.
 */
#ifndef DAEMON_SPECIFICATIONS_H
#define DAEMON_SPECIFICATIONS_H

#include "router/module.h"

enum { SPECS_MAX = 512 };

struct spec_entry {
	const struct spec *spec;
	const char *where; /* the module, or "streams" */
};

/* All, RFCs first, by number; one that several modules have part in stands there several times.
 * Returns how many. */
size_t specifications_gather(struct spec_entry entries[SPECS_MAX]);

/* Whether no more can be said of it than that it is implemented. */
bool spec_is_complete(const struct spec *s);

#endif
