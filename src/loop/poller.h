/* SPDX-License-Identifier: MIT
 *
 * The descriptors of a worker. For this folder only; everybody else uses io_add().
 *
 * epoll is told a slot's index and generation, never an address: an event that was fetched
 * before io_remove() finds a newer generation and is dropped, also when the slot has a new
 * owner by then.
 *
 * While mailboxes are congested nobody is told that there is something to read. An
 * edge-triggered descriptor keeps the event pending in its slot; a level-triggered one is
 * muted, or epoll would report it again and again. When the congestion is over all of them
 * have their turn.
 */
#ifndef LOOP_POLLER_H
#define LOOP_POLLER_H

#include <sys/epoll.h>

#include "base/limits.h"
#include "loop/worker.h"

struct io_slot;

struct poller {
	int epoll_fd;
	struct io_slot *slots;
	uint32_t n_slots;
	uint32_t free; /* first of the free slots */

	uint32_t *again; /* slots to look at without an event from epoll */
	size_t n_again;
	size_t room_again;

	struct epoll_event events[TURN_EVENTS];
	size_t n_events;
};

/* wake_fd: an eventfd that ends a wait and is otherwise ignored. */
MUST_CHECK enum status poller_init(struct poller *p, int wake_fd);
void poller_fini(struct poller *p);

/* Fetches events; wait_ms as epoll_wait. */
void poller_wait(struct poller *p, int wait_ms);

/* Calls on_ready for what was fetched and for what is pending. */
void poller_run(struct poller *p);

/* True when poller_run has something to do without any event. */
bool poller_has_pending(const struct poller *p);

#endif
