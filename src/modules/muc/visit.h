/* SPDX-License-Identifier: MIT
 *
 * What the administration does with rooms: it visits one at its home, and comes back.
 */
#ifndef MODULES_MUC_VISIT_H
#define MODULES_MUC_VISIT_H

#include "modules/muc/muc.h"

struct room_visit {
	struct jid room; /* bare; lives as long as the visit */

	/*
	 * Runs where the room is at home, in its turn; r is NULL when there is none. The call
	 * has no stanza; what is changed (muc.h) is on disk before the visit is over.
	 */
	void (*visit)(struct call *c, struct room *r, struct room_visit *v);

	/*
	 * Runs where the visit began.
	 *
	 * E_NOT_FOUND  there is no such service: nothing was visited
	 * E_IO, ...    the room could not be read, or the change not be written
	 */
	void (*back)(struct room_visit *v, enum status s);

	unsigned asker; /* rooms_visit's */
	enum status status;
};

/* Any worker. The visit stays the caller's until it is back. */
void rooms_visit(struct room_visit *v);

/* What a row of KIND_ROOM says. */
struct room_row {
	usec_t made_us;
	bool locked;
	char salt[ROOM_SALT_BYTES];
	struct room_conf conf; /* its texts are the value's */
};

/* E_INVALID: it is no such row. */
MUST_CHECK enum status room_row_read(struct str value, struct room_row *out);

#endif
