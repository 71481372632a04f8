/* SPDX-License-Identifier: MIT
 *
 * A stream (RFC 6120 section 4): the conversation between two sides, whoever they are. This
 * file keeps its life and its clock and writes features, errors and stanzas; the binding
 * (binding.h) carries it, over TCP or otherwise; the role (c2s, later s2s and component) says
 * what the elements mean.
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include "loop/worker.h"
#include "router/host.h"
#include "router/session.h"
#include "transport/conn.h"
#include "xml/parser.h"
#include "xmpp/stanza_error.h"

struct binding;
struct stream;

/* What the other side says when it opens the stream: its header (RFC 6120 section 4.7). The
 * texts are "no string" where it lacks them, and valid during the call. */
struct stream_opening {
	struct str to, from, lang, version;
	bool is_wrong; /* in its form, and `wrong` tells how */
	enum stream_error wrong;
};

struct stream_role {
	struct str ns; /* content namespace: jabber:client */
	void (*on_header)(struct stream *s, const struct stream_opening *o);
	/* The element's reference stays with the caller. */
	void (*on_element)(struct stream *s, struct frozen *element);
	/* The stream's timer. */
	void (*on_timer)(struct stream *s);
	/* STARTTLS has ended well. */
	void (*on_secured)(struct stream *s);
	/* What stream_tell_sent asked for: all that was written has left. */
	void (*on_sent)(struct stream *s);
	/* The stream has been closed, by either side, or was lost: the other side is gone
	 * without a farewell. No more input. */
	void (*on_gone)(struct stream *s, bool lost);
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
	const struct binding *binding;
	void *carrier;             /* the binding's; NULL once it has ended */
	struct xml_parser *parser; /* the binding's; NULL: it does without */
	struct timer timer;
	void (*arrived)(struct stream *s); /* while it moves */
	uint32_t users;   /* answers under way that will come back to this stream */
	uint8_t state;    /* the role's */
	bool header_sent; /* since the last (re)start */
	bool closing;     /* nothing more is read or written */
	uint8_t held;     /* mask of enum stream_hold: elements wait */
	bool over_tls;    /* direct TLS, HTTPS, or STARTTLS done */
};

/* After workers_init, before the first stream. */
void streams_start(void);

/* Ends all streams of all workers, but for those that are on the way from one to another: to be
 * called again until none is left (streams_count). Any thread, asynchronous. For draining. */
void streams_end(enum stream_error why);
size_t streams_count(void);

/* Since the first streams_end: no more should begin. */
bool streams_are_ending(void);

/* Gives the stream to another worker; there arrived(stream) runs, with nothing held that was
 * not before. Until then nobody may touch it. */
void stream_move(struct stream *s, unsigned worker, void (*arrived)(struct stream *s));

/*
 * Starts a stream. The role's own structure begins with the struct. A binding takes it in the
 * same turn: stream_carry_tcp(), or one that made it for itself.
 */
void stream_init(struct stream *s, const struct stream_role *role);

/* tcp.c: the stream that the connection is accepted for. */
void stream_carry_tcp(struct stream *s, struct conn *c);

/* Writes the answering header (RFC 6120 section 4.7), once per (re)start. */
struct stream_header {
	struct str from, to, id, lang;
	bool version; /* version='1.0' */
};
void stream_write_header(struct stream *s, const struct stream_header *h);

/* Forgets everything said so far: what comes next is a new header. */
void stream_expect_header(struct stream *s);

/* Writes one whole element that declares its namespace. False when the stream cannot be
 * written to. */
bool stream_write(struct stream *s, struct str element);

/* Writes <stream:features/> with that content, which may be none. */
bool stream_write_features(struct stream *s, struct str content);

/* Writes a stanza. */
bool stream_write_stanza(struct stream *s, const struct stanza *st);

/* Whether that much can be written to somebody who is slow; else he would be cut off. */
bool stream_has_room(const struct stream *s, size_t bytes);

/* Has on_sent called when all that was written has left. */
void stream_tell_sent(struct stream *s);

/*
 * Sends the stream error (with a header first, if none was sent), closes the stream and
 * what carries it. `text` and `extension` may be none. Nothing happens when closing already.
 */
void stream_fail(struct stream *s, enum stream_error why, struct str text);
void stream_fail_with(
    struct stream *s, enum stream_error why, struct str text, struct str extension);

/* Closes in an orderly way: the stream, then what carries it. */
void stream_close(struct stream *s);

/* What one element may be from now on. */
void stream_set_bounds(struct stream *s, const struct xml_bounds *bounds);

/* Turns to TLS behind what was written (RFC 6120 section 5.4.3.3); on_secured follows. Only
 * where stream_can_start_tls(). */
bool stream_can_start_tls(const struct stream *s);
void stream_start_tls(struct stream *s, struct tls_context *tls);

/* The other side has proved who it is: it no longer counts as unauthenticated. */
void stream_authenticated(struct stream *s);

/* --- facts ---------------------------------------------------------------------------- */

struct str stream_address(const struct stream *s); /* "192.0.2.1"; none once it has ended */
bool stream_is_trusted(const struct stream *s);    /* exempt from limits by configuration */

/* For the administrator: "tcp TLSv1.3 TLS_AES_128_GCM_SHA256". */
struct str stream_describe(const struct stream *s, struct arena *a);

/* As those of a connection, and the same where the stream has none of its own. */
MUST_CHECK enum status stream_channel_binding(
    struct stream *s, enum channel_binding kind, struct arena *a, struct str *out);
MUST_CHECK enum status stream_certificate_addresses(
    struct stream *s, struct arena *a, struct str *names, size_t max, size_t *n);

/* --- waiting ---------------------------------------------------------------------------- */

/* Stops offering elements until stream_go_on; what arrived stays with the binding. */
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
	return s->carrier && !s->closing;
}

#endif
