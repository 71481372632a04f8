/* SPDX-License-Identifier: MIT
 *
 * Ids of archived messages. Inside they are microseconds since 1970, made larger where two
 * would be the same or the clock went back: so they tell when a message came, and their order
 * is the order of arrival. Outside they are opaque (XEP-0313 section 3, XEP-0359 section 6):
 * nobody can tell a moment from them, guess one, or use one of another archive.
 */
#ifndef MODULES_ARCHIVE_ID_H
#define MODULES_ARCHIVE_ID_H

#include "base/time.h"
#include "router/module.h"

/* A new one, higher than all that this worker made and all that any archive had before the
 * start. */
uint64_t archive_id_make(void);

static inline usec_t
archive_id_moment(uint64_t id)
{
	return (usec_t)id;
}

/* As the owner of the archive sees it: 22 characters. */
struct str archive_id_show(struct arena *a, struct jid owner, uint64_t id);

/* E_NOT_FOUND: it is none of this archive. */
MUST_CHECK enum status archive_id_read(struct str text, struct jid owner, uint64_t *id);

#endif
