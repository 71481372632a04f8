/* SPDX-License-Identifier: MIT
 *
 * The uploads of a host at their home, the worker that the host's address hashes to: what is
 * kept and reserved, the slots that were given out, and the removal of what is due. Only the
 * home touches any of it; others send letters.
 *
 * Slots live in memory: after a restart clients ask for others (docs/decisions/0051).
 */
#ifndef MODULES_UPLOAD_SERVICE_H
#define MODULES_UPLOAD_SERVICE_H

#include "base/table.h"
#include "modules/upload/conf.h"
#include "modules/upload/upload.h"

struct upload_service {
	struct list in_home;
	struct str host;
	bool loaded, loading;
	struct list waiting;     /* asking.in_service: for the totals */
	uint64_t kept, reserved; /* bytes of all accounts */
	struct table owners;     /* struct owner by account */
	struct table slots;      /* struct slot by token */

	/* remove.c */
	struct list tasks; /* task.in_service, the one under way first */
	bool is_busy;      /* one is */
	bool has_recovered;
	usec_t look_us;      /* when something is due */
	uint64_t generation; /* of the hosts, for which that was found out */
};

/* An account that has asked for slots lately. */
struct owner {
	struct upload_service *service;
	struct str account; /* bare address */
	bool loaded, loading;
	bool stale; /* something changed while it was loading */
	uint64_t kept[UPLOAD_PURPOSES], reserved[UPLOAD_PURPOSES];
	uint64_t files, reserved_files;
	usec_t due_us;        /* when the first file may go; 0: none */
	struct list slots;    /* slot.in_owner */
	struct list waiting;  /* asking.in_owner */
	msec_t minute_ms;     /* when the current minute of its slots began */
	uint32_t this_minute; /* slots in it */
	msec_t used_ms;
};

enum slot_state {
	SLOT_OPEN,  /* waits for its upload, until its time is over */
	SLOT_TAKEN, /* an upload is under way; back to open when that fails */
	SLOT_USED,  /* remembered, until its time is over, to tell who tries again */
};

struct slot {
	struct owner *owner;
	struct list in_owner;
	enum slot_state state;
	char token[UPLOAD_TOKEN_LENGTH + 1];
	uint64_t attempt; /* the current, or the last */
	msec_t until_ms;
	struct upload_request request; /* strings behind the struct */
};

/* --- home: service.c ---------------------------------------------------------------------- */

/* Worker that the host's uploads are at home on; and that of a slot's token, the same: tokens
 * are made so. */
unsigned upload_home(struct str host);
unsigned service_token_home(struct str token);

/* At home; made when it is asked for. */
struct upload_service *upload_service_of(struct str host);

/* At home, the slot of that token; NULL when there is none. */
struct slot *service_slot(struct str token);

void services_start(void); /* before the workers run */
void services_stop(void);  /* after */

/* The owner, NULL when it is not in memory. */
struct owner *owner_find(struct upload_service *s, struct str account);

/* What the store has of it has changed, or will when a commit succeeds. */
void owner_add(struct owner *o, const struct upload_record *r);
void owner_subtract(struct owner *o, const struct upload_record *r);

/* A write failed: what is in memory of owners is read again when it is needed. */
void service_distrust(struct upload_service *s);

/* Puts the total of what is kept into the batch. */
void service_put_total(struct upload_service *s, struct store_batch *b);

/* The totals are needed: on_total runs when they are there, which is now or later. */
void service_load(struct upload_service *s);

/* --- asking for slots: slots.c ------------------------------------------------------------ */

/* A request for a slot that waits until what is needed is loaded. */
struct asking {
	struct list in_service, in_owner; /* in one of them */
	struct stanza *request;
};

/* At home. Takes over the reference. */
void slots_ask(struct upload_service *s, struct stanza *request);

/* The owner is loaded, or cannot be: decides about those who wait. */
void slots_decide(struct owner *o, enum status s);
void slots_refuse_waiting(struct list *waiting, bool of_owner);

/* Nothing is reserved for it any more: its upload is kept. */
void slot_settle(struct slot *slot);
void slot_drop(struct slot **slot);

/* --- removing: remove.c ------------------------------------------------------------------- */

/* From time to time: begins what is due. */
void removal_tick(struct upload_service *s);

/* Something was uploaded that goes at that time; 0: never. */
void removal_note_due(struct upload_service *s, usec_t due_us);

/* Account that is being erased: puts into the batch that its uploads are to go, too. And when
 * that has been committed: begins. Any worker. */
void removal_plan(struct store_batch *b, struct str host, struct str account);
void removal_begin(struct str host, struct str account);

void tasks_go_on(struct upload_service *s); /* the totals are there */
void tasks_fini(struct upload_service *s);

#endif
