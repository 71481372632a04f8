/* SPDX-License-Identifier: MIT
 *
 * What a WebSocket reader makes of bytes, as text: for comparing ways to feed it the same.
 *
 *     text one whole message|ping hello|binary ...|close 1000 reason|bad 1002|
 */
#ifndef TESTS_WEBSOCKET_EVENTS_H
#define TESTS_WEBSOCKET_EVENTS_H

#include "base/buf.h"
#include "http/websocket.h"

static const char *
websocket_opcode_name(enum websocket_opcode opcode)
{
	switch (opcode) {
	case WEBSOCKET_TEXT:
		return "text";
	case WEBSOCKET_BINARY:
		return "binary";
	case WEBSOCKET_CLOSE:
		return "close";
	case WEBSOCKET_PING:
		return "ping";
	case WEBSOCKET_PONG:
		return "pong";
	case WEBSOCKET_CONTINUATION:
		break;
	}
	assert(!"a message has a type");
	return "";
}

static void
websocket_say(struct buf *out, const char *format, ...)
{
	char text[64];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(n >= 0 && (size_t)n < sizeof(text));
	if (buf_add(out, str_of(text, (size_t)n)) != OK)
		abort();
}

static void
websocket_add(struct buf *out, struct str bytes)
{
	if (buf_add(out, bytes) != OK)
		abort();
}

/*
 * Reads one piece of input, behind which nothing may be left. Of what is offered at most `most`
 * bytes are taken at a time, which must come to the same. The message under way gathers in
 * *message. False: BAD.
 */
static bool
websocket_feed(struct buf *out, struct buf *message, struct websocket_reader *r, struct str in,
    size_t most)
{
	struct websocket_piece p;

	for (;;) {
		size_t n;

		switch (websocket_next(r, &in, &p)) {
		case WEBSOCKET_EVENT_NONE:
			assert(in.len == 0);
			return true;
		case WEBSOCKET_EVENT_PIECE:
			n = p.bytes.len < most ? p.bytes.len : most;
			assert(p.bytes.at == in.at && p.bytes.len <= in.len);
			websocket_add(message, str_slice(p.bytes, 0, n));
			websocket_take(r, &in, n);
			if (!p.last || n < p.bytes.len)
				break;
			websocket_say(out, "%s ", websocket_opcode_name(p.opcode));
			websocket_add(out, buf_str(message));
			websocket_say(out, "|");
			buf_drop(message, message->len);
			break;
		case WEBSOCKET_EVENT_CONTROL:
			websocket_say(out, "%s ", websocket_opcode_name(p.opcode));
			if (p.opcode == WEBSOCKET_CLOSE)
				websocket_say(out, "%d ", p.code);
			websocket_add(out, p.bytes);
			websocket_say(out, "|");
			break;
		case WEBSOCKET_EVENT_BAD:
			websocket_say(out, "bad %d|", p.code);
			return false;
		}
	}
}

#endif
