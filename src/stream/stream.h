/* SPDX-License-Identifier: MIT
 *
 * A stream (RFC 6120 section 4): the conversation over one connection, whoever speaks on
 * it. This file parses what arrives, writes headers, errors and stanzas, and keeps the
 * clock; the role (c2s, later s2s and component) says what the elements mean.
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include "loop/worker.h"
#include "router/host.h"
#include "router/session.h"
#include "transport/conn.h"
#include "xml/parser.h"
#include "xmpp/stanza_error.h"

struct stream;

struct stream_role {
	struct str ns; /* content namespace: jabber:client */
	void (*on_header)(struct stream *s, struct elem header);
	/* The element's reference stays with the caller. */
	void (*on_element)(struct stream *s, struct frozen *element);
	/* The stream's timer. */
	void (*on_timer)(struct stream *s);
	/* STARTTLS has ended well. */
	void (*on_secured)(struct stream *s);
	/* What stream_tell_sent asked for: all that was written has left. */
	void (*on_sent)(struct stream *s);
	/* The other side closed its stream, or the connection ended: no more input. */
	void (*on_gone)(struct stream *s);
	/* Releases what the role keeps; the last call. */
	void (*on_free)(struct stream *s);
};

/* Why no more elements are taken at the moment. */
enum stream_hold {
	HELD_ANSWER = 1, /* an answer is under way that the next element depends on */
	HELD_RATE = 2,   /* the other side sends faster than it may */
	HELD_MOVE = 4,   /* on the way to another worker */
};

struct stream {
	const struct stream_role *role;
	struct list in_worker; /* of those that the worker serves */
	struct conn *conn;     /* NULL once it has ended */
	struct xml_parser *parser;
	struct timer timer;
	void (*arrived)(struct stream *s); /* while it moves */
	uint32_t users;   /* answers under way that will come back to this stream */
	uint8_t state;    /* the role's */
	bool header_sent; /* since the last (re)start */
	bool closing;     /* nothing more is read or written */
	uint8_t held;     /* mask of enum stream_hold: elements wait */
	bool over_tls;    /* direct TLS, or STARTTLS done */
};

/* After workers_init, before the first stream. */
void streams_start(void);

/* Ends all streams of all workers; any thread, asynchronous. For draining. */
void streams_end(enum stream_error why);

/* Gives the stream to another worker; there arrived(stream) runs, with nothing held that was
 * not before. Until then nobody may touch it. */
void stream_move(struct stream *s, unsigned worker, void (*arrived)(struct stream *s));

/*
 * Starts a stream on a new connection. The role's own structure begins with the struct.
 */
void stream_init(struct stream *s, const struct stream_role *role, struct conn *c);

/* Writes the answering header (RFC 6120 section 4.7), once per (re)start. */
struct stream_header {
	struct str from, to, id, lang;
	bool version; /* version='1.0' */
};
void stream_write_header(struct stream *s, const struct stream_header *h);

/* Forgets everything said so far: the next bytes are a new header. */
void stream_expect_header(struct stream *s);

/* Writes markup that the stream layer made. False when the stream cannot be written to. */
bool stream_write(struct stream *s, struct str markup);

/* Writes a stanza. */
bool stream_write_stanza(struct stream *s, const struct stanza *st);

/* Has on_sent called when all that was written has left. */
void stream_tell_sent(struct stream *s);

/*
 * Sends the stream error (with a header first, if none was sent), closes the stream and
 * the connection. `text` and `extension` may be none. Nothing happens when closing already.
 */
void stream_fail(struct stream *s, enum stream_error why, struct str text);
void stream_fail_with(
    struct stream *s, enum stream_error why, struct str text, struct str extension);

/* Closes in an orderly way: </stream:stream>, then the connection. */
void stream_close(struct stream *s);

/* Stops offering elements until stream_go_on; what arrived stays with the connection. */
void stream_hold(struct stream *s, enum stream_hold why);
void stream_go_on(struct stream *s, enum stream_hold why);

/*
 * For answers that come later (store, helper): stream_wait keeps the memory and holds the
 * stream; stream_came_back undoes both and tells whether the stream is still open. If it is
 * not, it may be gone.
 */
void stream_wait(struct stream *s);
MUST_CHECK bool stream_came_back(struct stream *s);

static inline bool
stream_is_open(const struct stream *s)
{
	return s->conn && !s->closing;
}

#endif
