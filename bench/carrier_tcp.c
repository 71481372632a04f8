/* SPDX-License-Identifier: MIT
 *
 * A stream over TCP, with STARTTLS or TLS from the first byte; and the relay's lines, which
 * are the same without a stream.
 */
#include "bench/carrier.h"
#include "bench/login.h"
#include "bench/swarm.h"

static void
on_open(struct link *l)
{
	login_begin(l->client);
}

static size_t
on_bytes(struct link *l, struct str bytes)
{
	return client_take(l->client, &l->client->scan, bytes);
}

static void
on_end(struct link *l)
{
	client_left(l->client);
}

static char *
reserve(struct client *c, size_t bytes)
{
	return link_reserve(&c->links[0], bytes);
}

static void
sent(struct client *c, size_t bytes)
{
	link_sent(&c->links[0], bytes);
}

static void
open_stream(struct client *c)
{
	static const char header[] =
	    "<?xml version='1.0'?><stream:stream to='%.*s' version='1.0' "
	    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
	size_t room = sizeof(header) + c->swarm->plan->host.len;

	c->scan = (struct scan){ 0 };
	sent(
	    c, (size_t)snprintf(reserve(c, room), room, header, STR_ARG(c->swarm->plan->host)));
}

static void
close_stream(struct client *c)
{
	c->links[0].may_end = true;
	link_send(&c->links[0], S("</stream:stream>"));
}

const struct carrier carrier_tcp = {
	.on_open = on_open,
	.on_bytes = on_bytes,
	.on_end = on_end,
	.open_stream = open_stream,
	.reserve = reserve,
	.sent = sent,
	.close_stream = close_stream,
};

/* The relay forwards between the members of a group, and wants to hear its number. */
static void
name_group(struct client *c)
{
	char line[16];
	int len = snprintf(line, sizeof(line), "%u\n", c->number / c->swarm->plan->group);

	scan_without_stream(&c->scan);
	link_send(&c->links[0], str_of(line, (size_t)len));
}

/* The relay has no farewell. */
static void
leave_at_once(struct client *c)
{
	client_left(c);
}

const struct carrier carrier_bare = {
	.on_open = on_open,
	.on_bytes = on_bytes,
	.on_end = on_end,
	.open_stream = name_group,
	.reserve = reserve,
	.sent = sent,
	.close_stream = leave_at_once,
};
