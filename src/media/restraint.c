/* SPDX-License-Identifier: MIT */
#include "media/restraint.h"

#include "base/random.h"

enum { NETWORK_BITS = 64 }; /* of IPv6: what one customer has; of IPv4 it is the address */

void
restraint_init(struct restraint *r)
{
	*r = (struct restraint){ 0 };
	random_bytes(&r->key, sizeof(r->key));
}

bool
restraint_allows(struct restraint *r, const struct address *to, msec_t now)
{
	struct address of = address_is_ipv4(to) ? *to : address_cut(to, NETWORK_BITS);
	uint64_t hash = siphash(r->key, str_of((const char *)of.at, sizeof(of.at)));
	uint32_t second = (uint32_t)(now / 1000);

	if (r->counts[hash % TURN_SOURCES].second != second) {
		r->counts[hash % TURN_SOURCES].second = second;
		r->counts[hash % TURN_SOURCES].n = 0;
	}
	return ++r->counts[hash % TURN_SOURCES].n <= TURN_REFUSALS_PER_S;
}
