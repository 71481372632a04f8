/* SPDX-License-Identifier: MIT */
#include "loop/drive.h"

#include <poll.h>

#include "loop/inside.h"

void
loop_drive_as(unsigned worker)
{
	this_worker = worker_at(worker);
}

void
loop_drive_end(void)
{
	this_worker = NULL;
}

void
loop_drive(void)
{
	struct worker *was = this_worker;
	bool busy = true;

	/* What the test itself posted, acting as this worker or that. */
	for (unsigned i = 0; i < workers_count(); i++)
		worker_hand_over(worker_at(i));
	while (busy) {
		busy = false;
		for (unsigned i = 0; i < workers_count(); i++) {
			this_worker = worker_at(i);
			busy |= worker_turn(this_worker, 0);
		}
		for (unsigned i = 0; !busy && i < workers_count(); i++)
			busy = worker_rest(worker_at(i)) == 0;
	}
	this_worker = was;
}

static void
wait_for_any(void)
{
	struct pollfd ready[WORKERS_MAX];
	int shortest = -1;

	for (unsigned i = 0; i < workers_count(); i++) {
		int wait_ms = worker_rest(worker_at(i));

		if (wait_ms >= 0 && (shortest < 0 || wait_ms < shortest))
			shortest = wait_ms;
		ready[i] = (struct pollfd){ worker_at(i)->poller.epoll_fd, POLLIN, 0 };
	}
	poll(ready, workers_count(), shortest);
}

void
loop_drive_until(const bool *happened)
{
	loop_drive();
	while (!*happened) {
		wait_for_any();
		loop_drive();
	}
}
