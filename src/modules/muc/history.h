/* SPDX-License-Identifier: MIT
 *
 * The last messages of a room, for who comes in (XEP-0045 section 7.2.13).
 */
#ifndef MODULES_MUC_HISTORY_H
#define MODULES_MUC_HISTORY_H

#include "base/list.h"
#include "base/time.h"
#include "xmpp/stanza.h"

struct history {
	struct list messages; /* oldest first */
	uint32_t n;
	size_t bytes;
};

/* What a client wants of it (section 7.2.14). */
struct history_request {
	uint32_t max_chars, max_stanzas; /* UINT32_MAX: does not say */
	usec_t since_us;                 /* 0: from the first */
};

#define HISTORY_ALL ((struct history_request){ UINT32_MAX, UINT32_MAX, 0 })

void history_init(struct history *h);
void history_fini(struct history *h);

/* Adds a message from an occupant, as it is sent at that moment (later than all before), and
 * forgets older ones than the last `max`. */
void history_add(struct history *h, const struct stanza *st, usec_t at_us, uint32_t max);

/* Puts another in the place of the message that came at that moment; NULL: takes it out. False
 * when it is not among them. */
bool history_replace(struct history *h, usec_t at_us, const struct stanza *by);

/*
 * Those that were asked for, oldest first, to be sent after readdressing:
 *
 *     for (m = history_first(h, &request); m; m = history_next(h, m))
 */
struct past;
struct past *history_first(const struct history *h, const struct history_request *wanted);
struct past *history_next(const struct history *h, const struct past *m);

/* With the stamp of its time, by the room. The history's. */
const struct stanza *history_stanza(struct past *m);

#endif
