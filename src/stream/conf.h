/* SPDX-License-Identifier: MIT
 *
 * Options of client streams, sections `c2s`, `websocket` and `bosh` of the configuration.
 */
#ifndef STREAM_CONF_H
#define STREAM_CONF_H

#include "base/option.h"
#include "base/time.h"
#include "router/session.h"
#include "xml/parser.h"

struct stream_conf {
	bool require_tls;       /* no authentication before TLS */
	bool allow_plain;       /* SASL PLAIN is offered (over TLS only) */
	bool allow_anonymous;   /* SASL ANONYMOUS is offered */
	bool announce_offer;    /* XEP-0474: SCRAM shows a hash of what was offered */
	msec_t negotiation_ms;  /* from connecting to being bound */
	msec_t silence_ms;      /* then the session is asked whether it is still there */
	msec_t linger_ms;       /* how long a closed stream waits for its last bytes to leave */
	uint64_t stanza_bytes;  /* of one stanza, once authenticated */
	uint64_t bytes_per_s;   /* of one client, on average */
	uint64_t burst_bytes;   /* and at once */
	uint32_t auth_attempts; /* failures after which the stream ends */
	uint32_t conflict;      /* enum bind_conflict */
	msec_t token_ms;        /* XEP-0484: how long a token is valid */

	/* XEP-0198. */
	msec_t resume_ms;           /* how long a session waits for its client; 0: not at all */
	uint32_t unacked_stanzas;   /* most that are kept for a client to acknowledge */
	uint64_t unacked_bytes;     /* of these */
	struct str resume_location; /* where clients are to come back; or none */
};

struct websocket_conf {
	struct str_list origins;  /* of pages that may connect; "*": all */
	struct str see_other_uri; /* "no string": clients are served here */
};

struct bosh_conf {
	msec_t wait_ms;               /* at most, until a request is answered */
	msec_t inactivity_ms;         /* without a request, until the session ends */
	msec_t polling_ms;            /* between two empty requests, at least */
	msec_t polling_inactivity_ms; /* of clients that poll */
	msec_t pause_ms;              /* at most, that a client may announce to be silent */
	struct str see_other_uri;
};

/* Filled by the daemon through these tables. */
extern const struct section stream_section, websocket_section, bosh_section;

/* What the parser takes of a stranger, and of a client that has logged in. */
struct xml_bounds stream_bounds_stranger(void);
struct xml_bounds stream_bounds_client(const struct stream_conf *conf);

#endif
