/* SPDX-License-Identifier: MIT
 *
 * Whom a session watches (docs/watch.md): the request of a client, and the set that requests
 * make. The set has hashes of bare addresses: 8 bytes each, however long these are.
 */
#ifndef MODULES_PRESENCE_WATCHED_H
#define MODULES_PRESENCE_WATCHED_H

#include "xmpp/jid.h"
#include "xmpp/stanza_error.h"

/* What one <watch/> asks for: first all removals, then all additions. */
struct watch_request {
	struct jid *add, *remove; /* bare */
	size_t n_add, n_remove;
};

/*
 * Reads <watch/>; what is in it of other namespaces is passed over.
 *
 * ERR_NONE            *out is written, and lives in the arena
 * ERR_BAD_REQUEST     neither <add/> nor <remove/>; no address, or a full one
 * ERR_JID_MALFORMED   an address that is none
 * ERR_NOT_ACCEPTABLE  more than WATCH_CHANGES_MAX
 */
MUST_CHECK enum stanza_error watch_read(
    struct elem watch, struct arena *a, struct watch_request *out);

/* Zeroed: nobody. */
struct watched {
	uint64_t *at; /* sorted */
	uint32_t n;
};

void watched_fini(struct watched *w);

/* contact: its resource does not matter. */
bool watched_has(const struct watched *w, struct jid contact);

/*
 * Does all that is asked for, or nothing. What is left in the request's additions are those
 * that were not there, each once.
 *
 * E_LIMIT  there would be more than WATCHED_MAX
 */
MUST_CHECK enum status watched_change(struct watched *w, struct watch_request *r);

#endif
