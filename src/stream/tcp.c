/* SPDX-License-Identifier: MIT
 *
 * Streams over TCP (RFC 6120 section 4): one document in each direction, whose root is the
 * header, so an element stands where the header's namespaces are declared. The carrier is the
 * connection.
 */
#include "stream/binding.h"

#include "stream/conf.h"
#include "xmpp/ns.h"

static struct conn *
carrier(const struct stream *s)
{
	return s->carrier;
}

/* --- what arrives --------------------------------------------------------------------- */

static void
on_header(struct stream *s, struct elem header)
{
	struct stream_opening o = { .is_wrong = true };
	struct arena a;

	arena_init(&a, 512);
	o.to = elem_attr_or_none(header, S("to"), &a);
	o.from = elem_attr_or_none(header, S("from"), &a);
	o.version = elem_attr_or_none(header, S("version"), &a);
	elem_attr_ns(header, NS_XML, S("lang"), &a, &o.lang);
	if (!str_eq(elem_ns(header), NS_STREAMS))
		o.wrong = STREAM_INVALID_NAMESPACE;
	else if (!str_eq(elem_name(header), S("stream")))
		o.wrong = STREAM_BAD_FORMAT;
	else if (!str_eq(xml_parser_content_ns(s->parser), s->role->ns))
		o.wrong = STREAM_INVALID_NAMESPACE;
	else
		o.is_wrong = false;
	stream_opened(s, &o);
	arena_fini(&a);
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct stream *s = user;
	size_t total = bytes.len;
	bool more = true;

	/* Also when all bytes are taken: a header can be the end of its stream as well. */
	while (more && stream_listens(s)) {
		AUTO(frozen) element = NULL;
		enum xml_error error;

		switch (xml_parser_next(s->parser, &bytes, &element, &error)) {
		case XML_MORE:
			more = false;
			break;
		case XML_STREAM_OPEN:
			on_header(s, frozen_root(element));
			break;
		case XML_ELEMENT:
			stream_heard(s, element);
			break;
		case XML_STREAM_CLOSE:
			stream_close(s);
			break;
		case XML_BAD:
			stream_refuse(s, error);
			break;
		}
	}
	return stream_is_open(s) ? total - bytes.len : total;
}

static void
on_secured(void *user)
{
	stream_secured(user);
}

static void
on_sent(void *user)
{
	stream_sent(user);
}

static void
on_end(void *user, enum conn_end why)
{
	(void)why;
	stream_ended(user);
}

/* --- what leaves ---------------------------------------------------------------------- */

static char *
reserve(struct stream *s, size_t bytes)
{
	return conn_reserve(carrier(s), bytes);
}

static void
written(struct stream *s, size_t bytes)
{
	conn_written(carrier(s), bytes);
}

static void
tell_sent(struct stream *s)
{
	conn_tell_sent(carrier(s));
}

static void
write_header(struct stream *s, const struct stream_header *h)
{
	struct xml_writer w;
	struct arena a;
	struct str text;

	arena_init(&a, 1024);
	/* A stream's start tag stays open, so the writer makes an element and its end is cut.
	 */
	xml_begin_inner(&w, &a, s->role->ns);
	xml_open(&w, S(""), S("stream"));
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
	text = xml_written(&w);
	assert(str_starts(text, S("<stream")) && str_ends(text, S("/>")));
	text = str_slice(text, S("<stream").len, text.len - S("<stream").len - S("/>").len);
	stream_write(s, str_format(&a,
			    "<?xml version='1.0'?><stream:stream xmlns='%.*s' "
			    "xmlns:stream='http://etherx.jabber.org/streams'%.*s>",
			    STR_ARG(s->role->ns), STR_ARG(text)));
	arena_fini(&a);
}

static void
end(struct stream *s, const struct stream_farewell *f)
{
	if (f->failed)
		conn_write(carrier(s), f->error);
	if (s->header_sent)
		conn_write(carrier(s), S("</stream:stream>"));
	conn_close(carrier(s), hosts_stream_conf()->linger_ms);
}

static void
abort_now(struct stream *s)
{
	conn_abort(carrier(s));
}

/* --- the rest --------------------------------------------------------------------------- */

static void
expect_header(struct stream *s)
{
	xml_parser_restart(s->parser);
}

static void
set_bounds(struct stream *s, const struct xml_bounds *bounds)
{
	xml_parser_set_bounds(s->parser, bounds);
}

static void
pause_reading(struct stream *s)
{
	conn_pause(carrier(s));
}

static void
resume_reading(struct stream *s)
{
	conn_resume(carrier(s));
}

static void
on_arrived(void *user)
{
	stream_arrived(user);
}

static void
move(struct stream *s, unsigned worker)
{
	conn_move(carrier(s), worker, on_arrived);
}

static void
start_tls(struct stream *s, struct tls_context *tls)
{
	conn_start_tls(carrier(s), tls);
}

static void
authenticated(struct stream *s)
{
	conn_authenticated(carrier(s));
}

static struct str
address(const struct stream *s)
{
	return conn_address(carrier(s));
}

static bool
is_trusted(const struct stream *s)
{
	return conn_is_trusted(carrier(s));
}

static const struct binding binding_tcp = {
	.name = S("tcp"),
	.declare_stream = S(""),
	.declare_content = S(""),
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
	.start_tls = start_tls,
	.authenticated = authenticated,
	.address = address,
	.is_trusted = is_trusted,
	.conn = carrier,
};

void
stream_carry_tcp(struct stream *s, struct conn *c)
{
	static const struct conn_user calls = { on_bytes, on_secured, on_sent, on_end };
	struct xml_bounds bounds = stream_bounds_stranger();

	stream_bind(s, &binding_tcp, c);
	s->parser = xml_parser_new(&bounds, false);
	s->over_tls = conn_is_secure(c);
	conn_set_user(c, &calls, s);
}
