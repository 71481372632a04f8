/* SPDX-License-Identifier: MIT
 *
 * How many refusals go to whoever has not proved who he is: over UDP anybody can ask in
 * somebody else's name, and the answer goes to that one.
 */
#ifndef MEDIA_RESTRAINT_H
#define MEDIA_RESTRAINT_H

#include "base/limits.h"
#include "base/siphash.h"
#include "base/time.h"
#include "transport/address.h"

/* Counts by hash of the network that an address is in, so that no flood of made up ones needs
 * more memory. Networks that meet share a count; by the key nobody knows who will. */
struct restraint {
	struct siphash_key key;
	struct {
		uint32_t second, n;
	} counts[TURN_SOURCES];
};

void restraint_init(struct restraint *r);

/* Whether one more may go there in this second, and counts it. */
bool restraint_allows(struct restraint *r, const struct address *to, msec_t now);

#endif
