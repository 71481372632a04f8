/* SPDX-License-Identifier: MIT
 *
 * Slow mode (XEP-0500): how long somebody has to wait until he may speak again. It counts for
 * the account, whatever nicknames and clients it has, and also when it leaves meanwhile; so it
 * is kept here and not with the occupant, as long as it matters.
 */
#ifndef MODULES_MUC_SLOW_H
#define MODULES_MUC_SLOW_H

#include "base/list.h"
#include "base/table.h"
#include "base/time.h"
#include "xmpp/jid.h"

struct slow {
	struct table speakers; /* by bare address */
	struct list by_time;   /* speaker.in_slow, who spoke first at first */
};

void slow_init(struct slow *s);
void slow_fini(struct slow *s);

/*
 * True: the account may speak now, and has done so. False: it spoke less than `pause` ago.
 *
 * pause_ms  more than 0
 */
bool slow_may_speak(struct slow *s, struct jid who, msec_t pause_ms, msec_t now_ms);

#endif
