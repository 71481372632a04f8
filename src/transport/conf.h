/* SPDX-License-Identifier: MIT
 *
 * What the operator may say about connections, and what all connections share.
 */
#ifndef TRANSPORT_CONF_H
#define TRANSPORT_CONF_H

#include "base/option.h"
#include "transport/admission.h"

struct transport_conf {
	/* Of one connection. */
	uint64_t output_max_bytes; /* waiting for a peer that does not read */
	msec_t slow_ms;            /* how long a full socket may take next to nothing */
	msec_t
	    keepalive_ms; /* silence after which TCP asks whether the peer is there; 0: never */

	/* Of all. */
	uint32_t connections_max; /* 0: no bound, also below */
	uint32_t unauthenticated_max;

	/* Of one address. */
	uint32_t address_connections_max;
	uint32_t address_unauthenticated_max;
	uint32_t address_rate;  /* connections a second */
	uint32_t address_burst; /* connections at once, before the rate counts */

	struct str_list
	    trusted_networks;    /* to which neither of the bounds on numbers applies */
	struct str_list proxies; /* networks of those who hand connections on */

	msec_t greeting_ms; /* until a connection has said what it speaks */
};

/* "connections: { ... }" with names, defaults, bounds and a sentence for each. */
extern const struct section transport_section;

/*
 * One of it serves all listeners and connections of the process. It may be configured again
 * while they are at work; what is new applies to connections that are there already only
 * where that is harmless (output_max_bytes, slow_ms).
 */
struct transport;

struct transport *transport_new(void);
void transport_free(struct transport **t); /* all connections must have ended */

/*
 * Any thread. The conf is copied as far as needed.
 *
 * reason  written on failure: what the operator must change, in the arena
 *
 * E_INVALID  a network is none; nothing was changed
 */
MUST_CHECK enum status transport_configure(struct transport *t,
    const struct transport_conf *conf, struct arena *a, struct str *reason);

/* Any thread; connections now, and who was refused. */
void transport_count(struct transport *t, struct admission_counters *out);

/* --- for the files of this folder ----------------------------------------------------- */

struct admission *transport_admission(struct transport *t);
size_t transport_output_max(const struct transport *t);
msec_t transport_slow_ms(const struct transport *t);
msec_t transport_keepalive_ms(const struct transport *t);
msec_t transport_greeting_ms(const struct transport *t);
bool transport_is_proxy(struct transport *t, const struct address *a);

#endif
