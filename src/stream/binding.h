/* SPDX-License-Identifier: MIT
 *
 * A binding: how a stream is carried. What is said on a stream - features, SASL, stanzas,
 * errors - is the same on all of them; how it begins and ends, and what is around an element,
 * is not:
 *
 *   TCP        one document, whose root is the header (RFC 6120 section 4)   tcp.c
 *   WebSocket  each message a document of its own (RFC 7395)                 websocket.c
 *   BOSH       elements in the answers to HTTP requests (XEP-0124)           bosh.c
 *
 * stream.c knows its binding by this table only, and roles (c2s) do not know it at all.
 */
#ifndef STREAM_BINDING_H
#define STREAM_BINDING_H

#include "stream/stream.h"

/* How a stream ends. */
struct stream_farewell {
	bool failed; /* else in good order, and the rest is not set */
	enum stream_error why;
	struct str error; /* <stream:error/>, with the declarations that the binding asks for */
};

struct binding {
	struct str name; /* for the administrator: "tcp" */

	/* What elements must declare themselves, because nothing around them does: the prefix
	 * `stream` (features, errors), and the namespace of stanzas. As attributes with a space
	 * in front, or "". */
	struct str declare_stream, declare_content;

	/* Answers the other side's header. */
	void (*write_header)(struct stream *s, const struct stream_header *h);

	/* Room for one whole element, then its true length. NULL: the other side is too slow.
	 */
	char *(*reserve)(struct stream *s, size_t bytes);
	void (*written)(struct stream *s, size_t bytes);
	void (*tell_sent)(struct stream *s);

	/* The next thing to come is a header. */
	void (*expect_header)(struct stream *s);
	void (*set_bounds)(struct stream *s, const struct xml_bounds *bounds);

	/* Says farewell, lets what was written leave, and ends: stream_ended(), not from within
	 * this call. Abort: without all that. */
	void (*end)(struct stream *s, const struct stream_farewell *f);
	void (*abort)(struct stream *s);

	/* The server stops: an end that waits for the other side need not go on waiting. NULL
	 * where a connection does, which has its own bound. */
	void (*forget)(struct stream *s);

	/* No elements are offered between these. */
	void (*pause)(struct stream *s);
	void (*resume)(struct stream *s);

	/* To another worker; it is paused. There stream_arrived(). */
	void (*move)(struct stream *s, unsigned worker);

	/* NULL where the stream cannot turn to TLS itself. */
	void (*start_tls)(struct stream *s, struct tls_context *tls);

	/* The other side has proved who it is. */
	void (*authenticated)(struct stream *s);

	struct str (*address)(const struct stream *s); /* of the other side */
	bool (*is_trusted)(const struct stream *s);    /* exempt from limits by configuration */

	/* The connection that carries this stream and nothing else; NULL: there is none. */
	struct conn *(*conn)(const struct stream *s);
};

/* --- what a binding calls --------------------------------------------------------------- */

/* Ties the stream, which role_new made in this turn, to what carries it (not NULL). */
void stream_bind(struct stream *s, const struct binding *binding, void *carrier);

void stream_opened(struct stream *s, const struct stream_opening *o);
void stream_heard(struct stream *s, struct frozen *element); /* the reference stays */

/* RFC 6120 section 4.9.3: ends the stream with what the parser refused, in its words. */
void stream_refuse(struct stream *s, enum xml_error error);

void stream_secured(struct stream *s); /* TLS has begun */
void stream_sent(struct stream *s);    /* what tell_sent asked for */
void stream_arrived(struct stream *s); /* at the other worker */

/* The other side has gone without a farewell: nothing more is read or written. Before the
 * carrier has ended; else that says it all. */
void stream_lost(struct stream *s);

/* The carrier has ended, and is not used again. The stream may be gone afterwards. */
void stream_ended(struct stream *s);

/* While it is true, elements may be offered. */
static inline bool
stream_listens(const struct stream *s)
{
	return stream_is_open(s) && !s->held;
}

#endif
