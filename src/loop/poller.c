/* SPDX-License-Identifier: MIT */
#include "loop/poller.h"

#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "loop/inside.h"

enum { FIRST_SLOTS = 64, FIRST_AGAIN = 64 };

static const uint32_t NO_SLOT = UINT32_MAX;
static const uint64_t WAKE_UP = UINT64_MAX; /* as epoll data */

struct io_slot {
	struct io *io;       /* NULL while the slot is free */
	uint32_t generation; /* never 0, which is what an io has that is not added */
	uint32_t next_free;
	unsigned char wanted;
	unsigned char pending; /* edge-triggered: to be reported when it is looked at again */
	bool edge;
	bool muted; /* level-triggered and ready while congested: epoll ignores it */
	bool in_again;
};

/* --- slots ---------------------------------------------------------------------------- */

static uint32_t
slot_take(struct poller *p)
{
	uint32_t i = p->free;

	if (i == NO_SLOT) {
		uint32_t n = p->n_slots ? p->n_slots * 2 : FIRST_SLOTS;

		assert(n > p->n_slots);
		p->slots = mem_resize(p->slots, n * sizeof(p->slots[0]));
		for (i = n; i-- > p->n_slots;) {
			p->slots[i] = (struct io_slot){ .generation = 1, .next_free = p->free };
			p->free = i;
		}
		p->n_slots = n;
		i = p->free;
	}
	p->free = p->slots[i].next_free;
	return i;
}

static void
slot_free(struct poller *p, uint32_t i)
{
	struct io_slot *s = &p->slots[i];

	s->io = NULL;
	s->pending = 0;
	s->muted = false;
	if (++s->generation == 0)
		s->generation = 1;
	s->next_free = p->free;
	p->free = i;
}

static struct io_slot *
slot_of(struct poller *p, const struct io *io)
{
	struct io_slot *s;

	assert(io->slot < p->n_slots);
	s = &p->slots[io->slot];
	assert(s->io == io && s->generation == io->generation);
	return s;
}

/* Slots stay in the list until they are looked at, whatever becomes of them meanwhile. */
static void
look_again(struct poller *p, uint32_t i)
{
	if (p->slots[i].in_again)
		return;
	if (p->n_again == p->room_again) {
		p->room_again = p->room_again ? p->room_again * 2 : FIRST_AGAIN;
		p->again = mem_resize(p->again, p->room_again * sizeof(p->again[0]));
	}
	p->again[p->n_again++] = i;
	p->slots[i].in_again = true;
}

/* --- epoll ---------------------------------------------------------------------------- */

static enum status
control(const struct poller *p, int op, const struct io *io, const struct io_slot *s)
{
	struct epoll_event e = { .data.u64 = (uint64_t)s->generation << 32 | io->slot };

	if (s->edge || s->muted)
		e.events |= EPOLLET;
	if (!s->muted) {
		if (s->wanted & IO_READ)
			e.events |= EPOLLIN;
		if (s->wanted & IO_WRITE)
			e.events |= EPOLLOUT;
	}
	if (epoll_ctl(p->epoll_fd, op, io->fd, &e) == 0)
		return OK;
	assert(errno == ENOMEM || errno == ENOSPC || errno == EPERM);
	return errno == EPERM ? E_UNSUPPORTED : E_LIMIT;
}

enum status
io_add(struct io *io, unsigned events, bool edge)
{
	struct poller *p = &worker_here()->poller;
	struct io_slot *s;
	enum status status;

	assert(io->generation == 0 && io->on_ready);
	io->slot = slot_take(p);
	s = &p->slots[io->slot];
	s->io = io;
	s->wanted = events & (IO_READ | IO_WRITE);
	s->edge = edge;
	if ((status = control(p, EPOLL_CTL_ADD, io, s)) != OK)
		slot_free(p, io->slot);
	else
		io->generation = s->generation;
	return status;
}

enum status
io_change(struct io *io, unsigned events, bool edge)
{
	struct poller *p = &worker_here()->poller;
	struct io_slot *s = slot_of(p, io);
	struct io_slot was = *s;
	enum status status;

	s->wanted = events & (IO_READ | IO_WRITE);
	s->edge = edge;
	s->muted = false;
	if ((status = control(p, EPOLL_CTL_MOD, io, s)) != OK)
		*s = was;
	return status;
}

void
io_remove(struct io *io)
{
	struct poller *p = &worker_here()->poller;
	struct io_slot *s;
	int failed;

	if (io->generation == 0)
		return;
	s = slot_of(p, io);
	failed = epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, io->fd, NULL);
	assert(!failed); /* else it was closed before */
	(void)s;
	slot_free(p, io->slot);
	io->generation = 0;
}

void
io_read_again(struct io *io)
{
	struct poller *p = &worker_here()->poller;

	slot_of(p, io)->pending |= IO_READ;
	look_again(p, io->slot);
}

/* --- a turn --------------------------------------------------------------------------- */

enum status
poller_init(struct poller *p, int wake_fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET, .data.u64 = WAKE_UP };

	*p = (struct poller){ .free = NO_SLOT, .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	if (p->epoll_fd < 0)
		return errno == EMFILE || errno == ENFILE ? E_LIMIT : E_IO;
	if (epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, wake_fd, &e) != 0) {
		close(p->epoll_fd);
		return E_LIMIT;
	}
	return OK;
}

void
poller_fini(struct poller *p)
{
	close(p->epoll_fd);
	free(p->slots);
	free(p->again);
}

void
poller_wait(struct poller *p, int wait_ms)
{
	int n = epoll_wait(p->epoll_fd, p->events, TURN_EVENTS, wait_ms);

	assert(n >= 0 || errno == EINTR);
	p->n_events = n > 0 ? (size_t)n : 0;
}

/* Keeps back what an io could read. */
static void
hold(struct poller *p, uint32_t i, unsigned events)
{
	struct io_slot *s = &p->slots[i];

	s->pending |= (unsigned char)events; /* io_read_again() may have asked, not epoll */
	if (!s->edge) {
		s->muted = true;
		if (control(p, EPOLL_CTL_MOD, s->io, s) != OK)
			s->muted = false; /* then it will be reported again, at once */
	}
	look_again(p, i);
}

static void
report(struct poller *p, uint32_t i, unsigned events)
{
	struct io_slot *s = &p->slots[i];
	uint32_t generation = s->generation;

	if (s->muted)
		return; /* a hang-up, which epoll cannot be told to ignore; it will come again
			 */
	events &= s->wanted | (unsigned)IO_HANGUP;
	if (events & IO_READ && mailboxes_are_congested()) {
		unsigned held = s->edge ? events & ~(unsigned)IO_WRITE : events;

		hold(p, i, held);
		events &= ~held;
	}
	if (!events)
		return;
	this_worker->told_congested = false;
	s->io->on_ready(s->io, events);

	/* It may have stopped reading because it was told of the congestion. An edge would not
	 * be reported again by epoll. The slots may have moved, this one may be another's. */
	s = &p->slots[i];
	if (this_worker->told_congested && events & IO_READ && s->generation == generation &&
	    s->edge) {
		s->pending |= IO_READ;
		look_again(p, i);
	}
}

/* Looks at the slots that were held, or that asked for it, before this turn. */
static void
run_again(struct poller *p)
{
	size_t n = p->n_again;

	for (size_t k = 0; k < n; k++) {
		uint32_t i = p->again[k];
		struct io_slot *s = &p->slots[i];
		unsigned pending = s->pending;

		s->in_again = false;
		s->pending = 0;
		if (s->muted) {
			s->muted = false;
			if (control(p, EPOLL_CTL_MOD, s->io, s) != OK) {
				s->muted = true;
				look_again(p, i);
			}
		}
		if (s->io && pending)
			report(p, i, pending);
	}
	p->n_again -= n;
	memmove(p->again, p->again + n, p->n_again * sizeof(p->again[0]));
}

void
poller_run(struct poller *p)
{
	if (poller_has_pending(p))
		run_again(p);
	for (size_t k = 0; k < p->n_events; k++) {
		uint64_t data = p->events[k].data.u64;
		uint32_t bits = p->events[k].events;
		uint32_t i = (uint32_t)data;
		unsigned events = 0;

		if (data == WAKE_UP || p->slots[i].generation != data >> 32)
			continue;
		if (bits & EPOLLIN)
			events |= IO_READ;
		if (bits & EPOLLOUT)
			events |= IO_WRITE;
		if (bits & (EPOLLERR | EPOLLHUP))
			events |= IO_HANGUP;
		report(p, i, events);
	}
	p->n_events = 0;
}

bool
poller_has_pending(const struct poller *p)
{
	return p->n_again > 0 && !mailboxes_are_congested();
}
