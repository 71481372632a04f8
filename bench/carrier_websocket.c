/* SPDX-License-Identifier: MIT
 *
 * A stream over WebSocket (RFC 6455, RFC 7395). The mask is zero: it must be there, and the
 * server unmasks whatever it is.
 */
#include "bench/carrier.h"
#include "bench/login.h"
#include "bench/swarm.h"

enum {
	HEAD_MAX = 14, /* of a frame that a client sends */
	MASK_BYTES = 4,
	FINAL = 0x80,
	TEXT = 1,
	CLOSE = 8,
	PING = 9,
	MASKED = 0x80,
};

/* --- what is sent ----------------------------------------------------------------------- */

static size_t
write_head(unsigned char head[HEAD_MAX], unsigned opcode, size_t len)
{
	size_t n = 2;

	head[0] = (unsigned char)(FINAL | opcode);
	if (len < 126) {
		head[1] = (unsigned char)(MASKED | len);
	} else if (len <= UINT16_MAX) {
		head[1] = MASKED | 126;
		head[n++] = (unsigned char)(len >> 8);
		head[n++] = (unsigned char)len;
	} else {
		head[1] = MASKED | 127;
		for (int shift = 56; shift >= 0; shift -= 8)
			head[n++] = (unsigned char)((uint64_t)len >> shift);
	}
	memset(head + n, 0, MASK_BYTES);
	return n + MASK_BYTES;
}

static char *
reserve(struct client *c, size_t bytes)
{
	return link_reserve(&c->links[0], HEAD_MAX + ALONE_BYTES + bytes) + HEAD_MAX +
	       ALONE_BYTES;
}

static void
send_frame(struct link *l, unsigned opcode, struct str payload)
{
	unsigned char head[HEAD_MAX];
	size_t n = write_head(head, opcode, payload.len);
	char *at = link_reserve(l, n + payload.len);

	memmove(at + n, payload.at, payload.len);
	memcpy(at, head, n);
	link_sent(l, n + payload.len);
}

static void
sent(struct client *c, size_t bytes)
{
	char *stanza = reserve(c, bytes); /* the same place, where it has been written */

	stanza = alone_finish(stanza, &bytes);
	send_frame(&c->links[0], TEXT, str_of(stanza, bytes));
}

static void
open_stream(struct client *c)
{
	static const char element[] = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' "
				      "to='%.*s' version='1.0'/>";
	size_t room = sizeof(element) + c->swarm->plan->host.len;

	sent(c,
	    (size_t)snprintf(reserve(c, room), room, element, STR_ARG(c->swarm->plan->host)));
}

static void
close_stream(struct client *c)
{
	c->links[0].may_end = true;
	send_frame(
	    &c->links[0], TEXT, S("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>"));
}

static void
on_open(struct link *l)
{
	struct client *c = l->client;
	struct str host = c->swarm->plan->host;
	char request[1024];
	int len = snprintf(request, sizeof(request),
	    "GET /xmpp-websocket HTTP/1.1\r\nHost: %.*s\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n",
	    STR_ARG(host));

	l->is_waiting = true; /* for the answer to this request, before the first frame */
	link_send(l, str_of(request, (size_t)len));
	login_begin(c);
}

/* --- what arrives ----------------------------------------------------------------------- */

/* Bytes of the answer to the request, 0 while it is not all there. */
static size_t
take_answer(struct link *l, struct str bytes)
{
	const char *end = memmem(bytes.at, bytes.len, "\r\n\r\n", 4);

	if (!end)
		return 0;
	if (!str_starts(bytes, S("HTTP/1.1 101 ")))
		die("u%u: no WebSocket: %.*s", l->client->account, (int)str_find(bytes, '\r'),
		    bytes.at);
	l->is_waiting = false;
	return (size_t)(end - bytes.at) + 4;
}

/* A whole frame at the front of the bytes: its size, else 0. */
static size_t
read_frame(struct str bytes, unsigned *opcode, struct str *payload)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	size_t head = 2, len;

	if (bytes.len < head)
		return 0;
	len = at[1] & 0x7f;
	if (len >= 126) {
		size_t digits = len == 126 ? 2 : 8;

		if (bytes.len < head + digits)
			return 0;
		len = 0;
		for (size_t i = 0; i < digits; i++)
			len = len << 8 | at[head + i];
		head += digits;
	}
	if (bytes.len - head < len)
		return 0;
	*opcode = at[0];
	*payload = str_slice(bytes, head, len);
	return head + len;
}

static void
on_message(struct client *c, struct str payload)
{
	if (str_starts(payload, S("<close")))
		client_on_part(c, SCAN_END, payload);
	else if (!str_starts(payload, S("<open")))
		client_on_part(c, SCAN_STANZA, payload);
}

static size_t
on_bytes(struct link *l, struct str bytes)
{
	struct client *c = l->client;
	uint64_t opened = l->opened;
	size_t done = 0, n;
	struct str payload;
	unsigned opcode;

	if (l->is_waiting && (done = take_answer(l, bytes)) == 0)
		return 0;
	while ((n = read_frame(str_slice(bytes, done, bytes.len), &opcode, &payload))) {
		done += n;
		switch (opcode) {
		case FINAL | TEXT:
			on_message(c, payload);
			break;
		case FINAL | PING:
			send_frame(l, PING + 1, payload);
			break;
		case FINAL | CLOSE:
			client_on_part(c, SCAN_END, payload);
			break;
		default:
			die("u%u: a frame of another kind (%u)", c->account, opcode);
		}
		if (l->stage == LINK_CLOSED || l->opened != opened)
			return bytes.len;
	}
	return done;
}

static void
on_end(struct link *l)
{
	client_left(l->client);
}

const struct carrier carrier_websocket = {
	.on_open = on_open,
	.on_bytes = on_bytes,
	.on_end = on_end,
	.open_stream = open_stream,
	.reserve = reserve,
	.sent = sent,
	.close_stream = close_stream,
};
