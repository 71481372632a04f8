/* SPDX-License-Identifier: MIT */
#include "transport/connect.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop/worker.h"
#include "transport/conn.h"

struct connecting {
	struct io io;
	struct timer patience;
	struct transport *transport;
	struct address to;
	connect_done_fn *done;
	void *waiter;
	struct connecting **variable; /* of who waits; NULL before it is his */
};

static void
forget(struct connecting *c)
{
	if (c->variable)
		*c->variable = NULL;
	timer_stop(&c->patience);
	io_remove(&c->io);
	if (c->io.fd >= 0)
		close(c->io.fd);
	free(c);
}

static void
finish(struct connecting *c, enum status s, struct conn *made)
{
	connect_done_fn *done = c->done;
	void *waiter = c->waiter;

	forget(c);
	done(waiter, s, made);
}

static void
on_ready(struct io *io, unsigned events)
{
	struct connecting *c = list_entry(io, struct connecting, io);
	struct conn *made;
	socklen_t len = sizeof(int);
	int error = 0, fd = c->io.fd;

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error) {
		finish(c, E_CLOSED, NULL);
		return;
	}
	io_remove(&c->io);
	c->io.fd = -1;
	if (conn_adopt(c->transport, fd, &c->to, NULL, &made) == OK)
		finish(c, OK, made);
	else
		finish(c, E_LIMIT, NULL);
}

static void
on_patience_over(struct timer *t)
{
	finish(list_entry(t, struct connecting, patience), E_AGAIN, NULL);
}

enum status
connect_start(struct transport *t, const struct address *to, uint16_t port, msec_t timeout_ms,
    connect_done_fn *done, void *waiter, struct connecting **out)
{
	struct sockaddr_storage at;
	socklen_t len = address_to_socket(to, port, &at);
	struct connecting *c = mem_zalloc(sizeof(*c));
	enum status s = E_LIMIT;

	*c = (struct connecting){ .transport = t, .to = *to, .done = done, .waiter = waiter };
	timer_init(&c->patience, on_patience_over);
	c->io.on_ready = on_ready;
	c->io.fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->io.fd >= 0 && connect(c->io.fd, (struct sockaddr *)&at, len) != 0 &&
	    errno != EINPROGRESS)
		s = E_CLOSED;
	else if (c->io.fd >= 0)
		s = io_add(&c->io, IO_WRITE, false);
	if (s != OK) {
		forget(c);
		return s;
	}
	timer_set(&c->patience, timeout_ms);
	c->variable = out;
	*out = c;
	return OK;
}

void
connect_cancel(struct connecting **c)
{
	if (*c)
		forget(*c);
}
