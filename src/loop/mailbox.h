/* SPDX-License-Identifier: MIT
 *
 * Letters and the boxes they wait in, many posting and one opening. For this folder only;
 * everybody else posts with worker_post().
 *
 * A worker gathers its letters in one `mail` per destination and puts each into the box at
 * the end of its turn, with one lock, and with a wake-up only when the owner sleeps.
 * The buffers go round by swapping, so a busy pair of workers neither copies nor allocates.
 */
#ifndef LOOP_MAILBOX_H
#define LOOP_MAILBOX_H

#include <pthread.h>
#include <stdatomic.h>

#include "loop/worker.h"

/* Letters in order, one behind the other. Holds no memory before the first. */
struct mail {
	char *at;
	size_t len;
	size_t room;
	size_t letters;
};

void mail_add(struct mail *m, letter_fn *open, const void *letter, size_t bytes);
void mail_fini(struct mail *m); /* forgets the letters without opening them */

/* Opens the letter that starts at `from`; returns where the next one starts. */
size_t mail_open_at(const struct mail *m, size_t from);

/* Forgets the opened letters; keeps a buffer of moderate size for the next use. */
void mail_clear(struct mail *m);

struct mailbox {
	pthread_mutex_t lock;
	struct mail mail;
	bool sleeping;          /* the owner waits, or is about to: whoever posts wakes it */
	bool congested;         /* passed the high mark and not yet the low one */
	uint64_t from_outside;  /* letters ever posted by threads that are no workers */
	_Atomic size_t waiting; /* letters not yet opened, also those the owner has taken;
				 * written under the lock */
	int wake_fd;            /* eventfd; watched edge-triggered, so never read for that */
};

MUST_CHECK enum status mailbox_init(struct mailbox *b);
void mailbox_fini(struct mailbox *b);

/* Moves the letters into the box; *m is empty afterwards. */
void mailbox_put(struct mailbox *b, struct mail *m);

/* One letter, from a thread that is no worker. */
void mailbox_put_one(struct mailbox *b, letter_fn *open, const void *letter, size_t bytes);

/* The owner, awake: everything that has arrived, into the empty *m. */
void mailbox_take(struct mailbox *b, struct mail *m);

/* The owner reports that it opened `letters` of what it took. */
void mailbox_opened(struct mailbox *b, size_t letters);

/* The owner wants to sleep. False: letters have arrived, it must not. */
MUST_CHECK bool mailbox_sleep(struct mailbox *b);

/* Makes a sleeping owner look around. */
void mailbox_wake(struct mailbox *b);

/* True while any box of the process is congested. */
bool mailboxes_are_congested(void);

#endif
