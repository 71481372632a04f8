/* SPDX-License-Identifier: MIT
 *
 * Streams over WebSocket (RFC 7395): each element is a message and a document of its own;
 * <open/> and <close/> stand for the header and its end. The carrier is a connection and what
 * is known of the message that is coming.
 *
 * Nothing is gained by waiting for the other side's <close/> and close frame: ours are sent
 * together, and what still comes is thrown away with the connection's last bytes.
 */
#include "http/websocket.h"
#include "http/http.h"
#include "http/websocket_upgrade.h"
#include "stream/binding.h"
#include "stream/c2s.h"
#include "stream/conf.h"
#include "stream/routes.h"
#include "xmpp/ns.h"

struct carrier {
	struct conn *conn;
	struct websocket_reader reader;
	char *at;          /* where the frame begins that is being written */
	size_t most;       /* bytes of its payload, at most */
	bool awaits_open;  /* the next element is <open/> */
	bool has_element;  /* the message under way has had one */
	bool is_sent_away; /* <close/> says whereto */
	uint16_t code;     /* enum websocket_code, of the close frame */
	uint8_t address_len;
	char address[]; /* of the client, as proxies tell */
};

static struct carrier *
carrier(const struct stream *s)
{
	return s->carrier;
}

/* --- what leaves ---------------------------------------------------------------------- */

static char *
reserve(struct stream *s, size_t bytes)
{
	struct carrier *c = carrier(s);
	size_t room = websocket_room(bytes);

	c->most = bytes;
	c->at = conn_reserve(c->conn, room + bytes);
	return c->at ? c->at + room : NULL;
}

static void
written(struct stream *s, size_t bytes)
{
	struct carrier *c = carrier(s);

	conn_written(c->conn, websocket_frame(c->at, c->most, WEBSOCKET_TEXT, bytes));
}

/* A message or control frame at a time when nothing can be done about a slow client. */
static void
write_frame(struct stream *s, enum websocket_opcode opcode, struct str payload)
{
	struct carrier *c = carrier(s);
	char *at = reserve(s, payload.len);

	if (!at)
		return;
	if (payload.len)
		memcpy(at, payload.at, payload.len);
	conn_written(c->conn, websocket_frame(c->at, c->most, opcode, payload.len));
}

static void
write_close_frame(struct stream *s, enum websocket_code code)
{
	char frame[WEBSOCKET_ROOM_MAX];

	conn_write(carrier(s)->conn, str_of(frame, websocket_close_frame(frame, code)));
}

static void
write_header(struct stream *s, const struct stream_header *h)
{
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 1024);
	xml_begin_inner(&w, &a, S(""));
	xml_open(&w, NS_FRAMING, S("open"));
	if (h->from.len)
		xml_attr(&w, S("from"), h->from);
	if (h->to.len)
		xml_attr(&w, S("to"), h->to);
	if (h->id.len)
		xml_attr(&w, S("id"), h->id);
	if (h->version)
		xml_attr(&w, S("version"), S("1.0"));
	xml_attr_lang(&w, h->lang.len ? h->lang : S("en"));
	xml_close(&w);
	stream_write(s, xml_written(&w));
	arena_fini(&a);
}

/* Section 3.6; 3.6.1 when the client is sent away. */
static void
write_close(struct stream *s)
{
	struct xml_writer w;
	struct arena a;

	arena_init(&a, 512);
	xml_begin_inner(&w, &a, S(""));
	xml_open(&w, NS_FRAMING, S("close"));
	if (carrier(s)->is_sent_away)
		xml_attr(&w, S("see-other-uri"), hosts_websocket_conf()->see_other_uri);
	xml_close(&w);
	write_frame(s, WEBSOCKET_TEXT, xml_written(&w));
	arena_fini(&a);
}

static void
tell_sent(struct stream *s)
{
	conn_tell_sent(carrier(s)->conn);
}

static void
end(struct stream *s, const struct stream_farewell *f)
{
	struct carrier *c = carrier(s);

	if (f->failed)
		write_frame(s, WEBSOCKET_TEXT, f->error);
	write_close(s);
	if (!c->code)
		c->code = f->failed && f->why == STREAM_SYSTEM_SHUTDOWN ? WEBSOCKET_GOING_AWAY
									: WEBSOCKET_NORMAL;
	write_close_frame(s, c->code);
	conn_close(c->conn, hosts_stream_conf()->linger_ms);
}

static void
abort_now(struct stream *s)
{
	conn_abort(carrier(s)->conn);
}

/* --- what arrives --------------------------------------------------------------------- */

static void
fail(struct stream *s, enum websocket_code code, enum stream_error why, struct str text)
{
	carrier(s)->code = (uint16_t)code;
	stream_fail(s, why, text);
}

static void
on_open(struct stream *s, struct frozen *element)
{
	struct elem e = frozen_root(element);
	struct stream_opening o = { .is_wrong = true };
	struct arena a;

	carrier(s)->awaits_open = false;
	if (hosts_websocket_conf()->see_other_uri.len) {
		carrier(s)->is_sent_away = true;
		stream_close(s);
		return;
	}
	arena_init(&a, 512);
	o.to = elem_attr_or_none(e, S("to"), &a);
	o.from = elem_attr_or_none(e, S("from"), &a);
	o.version = elem_attr_or_none(e, S("version"), &a);
	elem_attr_ns(e, NS_XML, S("lang"), &a, &o.lang);
	if (!str_eq(elem_ns(e), NS_FRAMING))
		o.wrong = STREAM_INVALID_NAMESPACE;
	else if (!str_eq(elem_name(e), S("open")) || frozen_content(element).len)
		o.wrong = STREAM_BAD_FORMAT;
	else
		o.is_wrong = false;
	stream_opened(s, &o);
	arena_fini(&a);
}

static void
on_element(struct stream *s, struct frozen *element)
{
	struct carrier *c = carrier(s);
	struct elem root = frozen_root(element);

	if (c->has_element) {
		stream_fail(s, STREAM_BAD_FORMAT, S("A message holds one element."));
		return;
	}
	c->has_element = true;
	if (elem_is(root, NS_FRAMING, S("close")))
		stream_close(s);
	else if (c->awaits_open)
		on_open(s, element);
	else if (str_eq(elem_ns(root), NS_FRAMING))
		stream_fail(s, STREAM_BAD_FORMAT, (struct str){ 0 });
	else
		stream_heard(s, element);
}

/* A message has been read to its end, and its element should have been. */
static void
end_message(struct stream *s)
{
	struct carrier *c = carrier(s);

	if (!c->has_element)
		stream_fail(s, STREAM_NOT_WELL_FORMED, S("A message holds one element."));
	else if (xml_parser_held(s->parser))
		stream_fail(s, STREAM_BAD_FORMAT, S("A message holds one element."));
	c->has_element = false;
}

static void
read_text(struct stream *s, struct str *bytes)
{
	bool more = true;

	while (more && stream_listens(s)) {
		AUTO(frozen) element = NULL;
		enum xml_error error;

		switch (xml_parser_next(s->parser, bytes, &element, &error)) {
		case XML_ELEMENT:
			on_element(s, element);
			break;
		case XML_BAD:
			if (error == XML_BAD_ENCODING)
				carrier(s)->code = WEBSOCKET_INVALID;
			stream_refuse(s, error);
			break;
		case XML_MORE:
		case XML_STREAM_OPEN: /* these two: not when framed */
		case XML_STREAM_CLOSE:
			more = false;
			break;
		}
	}
}

static void
on_piece(struct stream *s, struct str *in, const struct websocket_piece *p)
{
	struct carrier *c = carrier(s);
	struct str rest = p->bytes;

	if (p->opcode != WEBSOCKET_TEXT) {
		fail(s, WEBSOCKET_UNSUPPORTED, STREAM_BAD_FORMAT, S("Messages are text."));
		return;
	}
	read_text(s, &rest);
	websocket_take(&c->reader, in, p->bytes.len - rest.len);
	if (stream_is_open(s) && p->last && !rest.len)
		end_message(s);
}

static void
on_control(struct stream *s, const struct websocket_piece *p)
{
	switch (p->opcode) {
	case WEBSOCKET_PING:
		write_frame(s, WEBSOCKET_PONG, p->bytes);
		break;
	case WEBSOCKET_CLOSE:
		/* Without <close/>: as a connection that broke (section 3.6). */
		write_close_frame(s, p->code);
		conn_close(carrier(s)->conn, hosts_stream_conf()->linger_ms);
		stream_lost(s);
		break;
	default:
		break; /* a pong, asked for or not (RFC 6455 section 5.5.3) */
	}
}

static void
on_bad(struct stream *s, enum websocket_code code)
{
	if (code == WEBSOCKET_TOO_LARGE)
		fail(s, code, STREAM_POLICY_VIOLATION, S("The stanza is too large."));
	else
		fail(s, code, STREAM_BAD_FORMAT, S("The frames break RFC 6455."));
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct stream *s = user;
	struct carrier *c = carrier(s);
	size_t total = bytes.len;
	enum websocket_event event = WEBSOCKET_EVENT_PIECE;

	while (event != WEBSOCKET_EVENT_NONE && stream_listens(s)) {
		struct websocket_piece p;

		event = websocket_next(&c->reader, &bytes, &p);
		if (event == WEBSOCKET_EVENT_PIECE)
			on_piece(s, &bytes, &p);
		else if (event == WEBSOCKET_EVENT_CONTROL)
			on_control(s, &p);
		else if (event == WEBSOCKET_EVENT_BAD)
			on_bad(s, p.code);
	}
	return stream_is_open(s) ? total - bytes.len : total;
}

static void
on_sent(void *user)
{
	stream_sent(user);
}

static void
on_end(void *user, enum conn_end why)
{
	struct stream *s = user;
	struct carrier *c = carrier(s);

	(void)why;
	websocket_reader_fini(&c->reader);
	free(c);
	stream_ended(s);
}

/* --- the rest --------------------------------------------------------------------------- */

static void
expect_header(struct stream *s)
{
	carrier(s)->awaits_open = true;
}

static void
set_bounds(struct stream *s, const struct xml_bounds *bounds)
{
	xml_parser_set_bounds(s->parser, bounds);
	websocket_reader_set_max(&carrier(s)->reader, bounds->bytes);
}

static void
pause_reading(struct stream *s)
{
	conn_pause(carrier(s)->conn);
}

static void
resume_reading(struct stream *s)
{
	conn_resume(carrier(s)->conn);
}

static void
on_arrived(void *user)
{
	stream_arrived(user);
}

static void
move(struct stream *s, unsigned worker)
{
	conn_move(carrier(s)->conn, worker, on_arrived);
}

static void
authenticated(struct stream *s)
{
	conn_authenticated(carrier(s)->conn);
}

static struct str
address(const struct stream *s)
{
	const struct carrier *c = carrier(s);

	return str_of(c->address, c->address_len);
}

static bool
is_trusted(const struct stream *s)
{
	return conn_is_trusted(carrier(s)->conn);
}

static struct conn *
conn_of(const struct stream *s)
{
	return carrier(s)->conn;
}

static const struct binding binding_websocket = {
	.name = S("websocket"),
	.declare_stream = S(" xmlns:stream='http://etherx.jabber.org/streams'"),
	.declare_content = S(" xmlns='jabber:client'"),
	.write_header = write_header,
	.reserve = reserve,
	.written = written,
	.tell_sent = tell_sent,
	.expect_header = expect_header,
	.set_bounds = set_bounds,
	.end = end,
	.abort = abort_now,
	.pause = pause_reading,
	.resume = resume_reading,
	.move = move,
	.authenticated = authenticated,
	.address = address,
	.is_trusted = is_trusted,
	.conn = conn_of,
};

static struct carrier *
carrier_new(struct str address)
{
	struct carrier *c = mem_zalloc(sizeof(*c) + address.len);

	assert(address.len <= UINT8_MAX);
	memcpy(c->address, address.at, address.len);
	c->address_len = (uint8_t)address.len;
	c->awaits_open = true;
	return c;
}

void
websocket_route(struct http_exchange *x)
{
	static const struct conn_user calls = {
		.on_bytes = on_bytes,
		.on_sent = on_sent,
		.on_end = on_end,
	};
	struct xml_bounds bounds = stream_bounds_stranger();
	struct carrier *c = carrier_new(x->address);
	bool secure = x->secure;
	struct stream *s;

	c->conn = websocket_upgrade(x, S("xmpp"), hosts_websocket_conf()->origins);
	if (!c->conn) {
		free(c);
		return;
	}
	websocket_reader_init(&c->reader, bounds.bytes);
	s = c2s_new();
	stream_bind(s, &binding_websocket, c);
	s->parser = xml_parser_new(&bounds, true);
	s->over_tls = secure;
	conn_set_user(c->conn, &calls, s);
}
