/* SPDX-License-Identifier: MIT
 *
 * A BOSH session (XEP-0124 1.11, XEP-0206 1.4): a stream that is carried by the requests of an
 * HTTP client and the answers to them. It is the stream's carrier and lives where the stream
 * does.
 *
 *   ALIVE      requests are worked on, in their order
 *   MOVING     on the way to the account's home; nobody touches it        bosh.c: move
 *   ENDING     the stream has ended; the last words wait for a request    bosh.c: end
 *   OVER       all requests that are here get the last words, then it     bosh_fail, on_timer,
 *              is gone                                                    bosh.c: abort_now
 *
 * In a turn elements gather in `out`; at its end the oldest request that waits gets all of
 * them. A request that has waited for `wait`, or one too many, gets an empty answer. With no
 * request waiting, `inactivity` ends the session.
 *
 * Not offered: script syntax, several streams in a session, the HTTP codes of clients from
 * before version 1.6 (section 17.1), and content types that a browser shows as a page.
 */
#ifndef STREAM_BOSH_SESSION_H
#define STREAM_BOSH_SESSION_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/list.h"
#include "loop/worker.h"
#include "stream/binding.h"
#include "stream/bosh.h"
#include "stream/bosh_window.h"

enum bosh_state { ALIVE, MOVING, ENDING, OVER };

struct bosh {
	struct stream *stream;
	struct bosh_window window;
	struct timer timer; /* of the oldest request held, else of inactivity */
	struct turn_end at_end;
	struct list in_strangers; /* until it has logged in */

	struct buf out;           /* elements for the client */
	size_t kept_bytes;        /* of the answers that the window keeps */
	struct frozen *body;      /* the request that is being worked on */
	struct elem next;         /* in it, the element to be offered next */
	bool body_terminates;     /* and behind them its client has no more to say */
	struct bosh_answer *last; /* ENDING, OVER: the last words */

	struct xml_bounds bounds;
	struct str type; /* Content-Type of answers; static */
	msec_t wait_ms, inactivity_ms;
	msec_t pause_ms;    /* for now instead of inactivity; 0: none */
	msec_t previous_ms; /* when the request before the last came */
	unsigned hold;
	uint8_t state;    /* enum bosh_state */
	bool is_created;  /* the first answer was given */
	bool has_prefix;  /* `out` uses the prefix stream */
	bool answers_all; /* a pause was asked for */
	bool acks;
	bool tells_sent;
	bool was_idle;          /* polling: the last request was empty, so was its answer */
	char key[BOSH_KEY_LEN]; /* the next one's hash; [0] is 0: none are used */

	struct str host, id, version; /* for the first answer; in the arena */
	struct arena text;
	char sid[2 + BOSH_SID_BYTES * 4 / 3 + 2];
	uint8_t address_len;
	char address[];
};

static inline bool
bosh_is_polling(const struct bosh *b)
{
	return b->hold == 0;
}

/* bosh_session.c: the timer and the end of turns of a session; all else is its maker's to set.
 */
void bosh_session_init(struct bosh *b);

/* An answer: `more` are attributes with a space in front; `inner` stands behind what is in
 * `out`, which goes into the answer when with_out. */
struct bosh_answer *bosh_compose(
    struct bosh *b, struct str more, struct str inner, bool with_out);

/* bosh.c: it has logged in, or moves, or ends, and is no stranger any more. */
void bosh_is_known(struct bosh *b);

#endif
