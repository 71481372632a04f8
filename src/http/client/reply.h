/* SPDX-License-Identifier: MIT
 *
 * Reads the answer to a request that we made (RFC 9112 section 6.3): a state machine over the
 * bytes of a connection.
 *
 *   HEAD      looks for the end of a head; interim answers (1xx) are read over
 *   LENGTH    a body of known length
 *   CHUNKED   one in chunks
 *   TO_END    one that ends with the connection
 *   WHOLE     all is there
 *   BAD       it breaks the rules or is too much
 *
 * A stranger's server answers: everything is bounded (base/limits.h).
 */
#ifndef HTTP_CLIENT_REPLY_H
#define HTTP_CLIENT_REPLY_H

#include "base/buf.h"
#include "http/chunked.h"
#include "http/head.h"

enum reply_state {
	REPLY_HEAD,
	REPLY_LENGTH,
	REPLY_CHUNKED,
	REPLY_TO_END,
	REPLY_WHOLE,
	REPLY_BAD,
};

struct reply {
	enum reply_state state;
	struct http_head head; /* when the state is past HEAD */
	struct buf bytes;      /* of the head, while it is incomplete, then of the body */
	size_t found;          /* of http_head_find */
	struct http_chunked chunked;
	uint64_t left;    /* LENGTH */
	unsigned interim; /* answers read over */
	struct arena arena;
};

void reply_init(struct reply *r);
void reply_fini(struct reply *r);

/* True when nothing has come. */
bool reply_is_untouched(const struct reply *r);

/* Takes bytes; returns how many. All of them unless the state becomes WHOLE or BAD. */
size_t reply_take(struct reply *r, struct str bytes);

/* The connection has ended. */
void reply_end(struct reply *r);

/* Whether the connection may be used again, when WHOLE. */
bool reply_keeps_connection(const struct reply *r);

#endif
