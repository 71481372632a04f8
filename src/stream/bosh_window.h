/* SPDX-License-Identifier: MIT
 *
 * The requests of a BOSH session and the order they have by their ids (XEP-0124 section 14):
 *
 *     first          next                first + requests
 *       | held        | early, or missing |
 *
 * held    worked on, not answered
 * early   here before one that must be worked on first
 *
 * Answers are kept in case they have to be given again. Without I/O.
 */
#ifndef STREAM_BOSH_WINDOW_H
#define STREAM_BOSH_WINDOW_H

#include "base/limits.h"
#include "base/str.h"

struct bosh_answer;
struct bosh_request;

enum {
	/* At a time; one more may come to pause or terminate (section 11). */
	BOSH_REQUESTS_MAX = BOSH_HOLD_MAX + 1,
	BOSH_SLOTS = BOSH_REQUESTS_MAX + 1,
};

struct bosh_kept {
	uint64_t rid;
	struct bosh_answer *answer; /* NULL: none */
	unsigned repeats;           /* how often it was given again */
};

struct bosh_window {
	uint64_t first, next;
	unsigned requests;                     /* 1 to BOSH_REQUESTS_MAX */
	struct bosh_request *slot[BOSH_SLOTS]; /* by rid modulo their number */
	struct bosh_kept kept[BOSH_REQUESTS_MAX];
};

enum bosh_place {
	BOSH_NEW,      /* has a place, see bosh_window_put */
	BOSH_AGAIN,    /* is here already, without an answer */
	BOSH_ANSWERED, /* and the answer is kept, see bosh_window_kept */
	BOSH_TOO_MANY, /* more than may come at a time */
	BOSH_BEYOND,   /* outside of the window */
};

/* rid: of the first request to come. */
void bosh_window_init(struct bosh_window *w, uint64_t rid, unsigned requests);

/* is_last: it pauses or terminates. */
enum bosh_place bosh_window_place(const struct bosh_window *w, uint64_t rid, bool is_last);

void bosh_window_put(struct bosh_window *w, uint64_t rid, struct bosh_request *r);

/* The one of that id among those without an answer; NULL: not here. */
struct bosh_request *bosh_window_find(const struct bosh_window *w, uint64_t rid);

/* The request to be worked on next, which is held from now on; NULL: it has not come. */
struct bosh_request *bosh_window_advance(struct bosh_window *w);

/* Requests that are held, and the oldest of them (NULL: none), and that one removed. */
unsigned bosh_window_held(const struct bosh_window *w);
struct bosh_request *bosh_window_oldest(const struct bosh_window *w);
struct bosh_request *bosh_window_take(struct bosh_window *w);

/* Removes any request, whether held or early; NULL when there is none left. For the end. */
struct bosh_request *bosh_window_empty(struct bosh_window *w);

/* Keeps an answer instead of the oldest kept, which is returned (NULL: there was room). */
struct bosh_answer *bosh_window_keep(
    struct bosh_window *w, uint64_t rid, struct bosh_answer *answer);
struct bosh_kept *bosh_window_kept(struct bosh_window *w, uint64_t rid);

#endif
