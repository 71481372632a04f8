/* SPDX-License-Identifier: MIT
 *
 * The audit log: every change that was asked of the administration, who asked from where,
 * and what became of it. Each is a line of the log's area `audit` and a row of the store: the
 * log "audit" of the owner "", an object as text. Secrets and bodies of messages are left
 * out by whoever makes an entry.
 */
#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

#include "base/str.h"
#include "base/time.h"

#define AUDIT_LOG S("audit")

struct audit_entry {
	struct str operation;
	struct str who, address;
	struct str arguments; /* a JSON object as text */
	unsigned status;      /* as HTTP's */
};

/* recorded(waiter) runs on this worker when the entry is on disk, or could not be written,
 * which the log then says. */
void audit_record(const struct audit_entry *e, void (*recorded)(void *waiter), void *waiter);

/* How long entries are kept; any thread. */
void audit_keep_for(msec_t ms);

#endif
