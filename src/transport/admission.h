/* SPDX-License-Identifier: MIT
 *
 * Who may connect: bounds on connections, on those of them that have not said who they are,
 * and on how fast they come, in all and for each address. An address is an IPv4 address or
 * an IPv6 /64, which is what one subscriber has (RFC 6177).
 *
 * Shared by all workers, behind one lock that is taken when connections come, authenticate
 * and go. Keeps addresses that have connections, and for a while those whose rate must be
 * remembered.
 */
#ifndef TRANSPORT_ADMISSION_H
#define TRANSPORT_ADMISSION_H

#include "base/time.h"
#include "transport/address.h"

struct admission;
struct visitor;

/* 0 anywhere: no bound. */
struct admission_limits {
	uint32_t connections_max;
	uint32_t unauthenticated_max;
	uint32_t address_connections_max;
	uint32_t address_unauthenticated_max;
	uint32_t address_rate;  /* connections a second */
	uint32_t address_burst; /* connections at once before the rate counts, at least 1 */
};

enum admission_verdict {
	ADMITTED,
	REFUSED_CONNECTIONS,
	REFUSED_UNAUTHENTICATED,
	REFUSED_ADDRESS_CONNECTIONS,
	REFUSED_ADDRESS_UNAUTHENTICATED,
	REFUSED_ADDRESS_RATE,
	ADMISSION_VERDICTS
};

/* Held by whoever was admitted, until admission_leave. */
struct visit {
	struct visitor *from; /* NULL: exempt from bounds */
	bool authenticated;
};

struct admission_counters {
	uint32_t connections; /* now */
	uint32_t unauthenticated;
	uint32_t addresses;                    /* remembered */
	uint64_t verdicts[ADMISSION_VERDICTS]; /* ever */
};

struct admission *admission_new(void);
void admission_free(struct admission **a); /* everybody must have left */

/* Takes effect for those who come from now on. Without networks nobody is exempt. */
void admission_limit(struct admission *a, const struct admission_limits *limits,
    const struct network *exempt, size_t n_exempt);

/* `out` is written when the answer is ADMITTED. Without an address nobody is bounded. */
enum admission_verdict admission_enter(
    struct admission *a, const struct address *from, struct visit *out);

/* From now on the visit does not count as unauthenticated; again: nothing happens. */
void admission_authenticated(struct admission *a, struct visit *v);

void admission_leave(struct admission *a, struct visit *v);

void admission_count(struct admission *a, struct admission_counters *out);

#endif
