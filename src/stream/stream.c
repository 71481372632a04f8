/* SPDX-License-Identifier: MIT */
#include "stream/stream.h"

#include "base/limits.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

/* The streams that this worker serves. */
static _Thread_local struct list served; /* stream.in_worker */

static void
on_start(const void *letter)
{
	(void)letter;
	list_init(&served);
}

void
streams_start(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, on_start, "", 1);
}

/* --- the end -------------------------------------------------------------------------- */

static void
free_if_unused(struct stream *s)
{
	if (s->conn || s->users > 0)
		return;
	timer_stop(&s->timer);
	list_remove(&s->in_worker);
	xml_parser_free(&s->parser);
	s->role->on_free(s);
}

/* Nothing more is read. What is queued goes out, then the connection ends. */
static void
finish(struct stream *s)
{
	s->closing = true;
	timer_stop(&s->timer);
	conn_close(s->conn, hosts_stream_conf()->linger_ms);
	s->role->on_gone(s);
}

void
stream_close(struct stream *s)
{
	if (!stream_is_open(s))
		return;
	if (s->header_sent)
		stream_write(s, S("</stream:stream>"));
	finish(s);
}

void
stream_fail_with(struct stream *s, enum stream_error why, struct str text, struct str extension)
{
	struct xml_writer w;
	struct arena a;

	if (!stream_is_open(s))
		return;
	if (!s->header_sent)
		stream_write_header(s, &(struct stream_header){ .version = true });
	arena_init(&a, 1024);
	xml_begin_inner(&w, &a, NS_STREAM_ERRORS);
	xml_empty(&w, NS_STREAM_ERRORS, stream_error_name(why));
	if (text.len) {
		xml_open(&w, NS_STREAM_ERRORS, S("text"));
		xml_attr_lang(&w, S("en"));
		xml_text(&w, text);
		xml_close(&w);
	}
	stream_write(s, S("<stream:error xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"));
	stream_write(s, xml_written(&w));
	stream_write(s, extension);
	stream_write(s, S("</stream:error></stream:stream>"));
	arena_fini(&a);
	finish(s);
}

void
stream_fail(struct stream *s, enum stream_error why, struct str text)
{
	stream_fail_with(s, why, text, (struct str){ 0 });
}

static void
on_end_all(const void *letter)
{
	enum stream_error why = *(const enum stream_error *)letter;

	list_each (link, &served)
		stream_fail(list_entry(link, struct stream, in_worker), why, (struct str){ 0 });
}

void
streams_end(enum stream_error why)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, on_end_all, &why, sizeof(why));
}

/* --- what arrives --------------------------------------------------------------------- */

/* RFC 6120 section 4.9.3: what the parser refused, in the stream's words. */
static void
fail_parse(struct stream *s, enum xml_error error)
{
	switch (error) {
	case XML_NOT_WELL_FORMED:
		stream_fail(s, STREAM_NOT_WELL_FORMED, (struct str){ 0 });
		return;
	case XML_RESTRICTED:
		stream_fail(s, STREAM_RESTRICTED_XML, (struct str){ 0 });
		return;
	case XML_BAD_ENCODING:
		stream_fail(s, STREAM_UNSUPPORTED_ENCODING, (struct str){ 0 });
		return;
	case XML_BAD_PREFIX:
		stream_fail(s, STREAM_BAD_NAMESPACE_PREFIX, (struct str){ 0 });
		return;
	case XML_BAD_FORMAT:
		stream_fail(s, STREAM_BAD_FORMAT, (struct str){ 0 });
		return;
	case XML_TOO_LARGE:
		/* XEP-0478 names no condition of its own. */
		stream_fail(s, STREAM_POLICY_VIOLATION, S("The stanza is too large."));
		return;
	case XML_TOO_COMPLEX:
		stream_fail(s, STREAM_POLICY_VIOLATION, S("The stanza is too complex."));
		return;
	}
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct stream *s = user;
	size_t total = bytes.len;
	bool more = true;

	/* Also when all bytes are taken: a header can be the end of its stream as well. */
	while (more && stream_is_open(s) && !s->held) {
		AUTO(frozen) element = NULL;
		enum xml_error error;

		switch (xml_parser_next(s->parser, &bytes, &element, &error)) {
		case XML_MORE:
			more = false;
			break;
		case XML_STREAM_OPEN:
			s->role->on_header(s, frozen_root(element));
			break;
		case XML_ELEMENT:
			s->role->on_element(s, element);
			break;
		case XML_STREAM_CLOSE:
			stream_close(s);
			break;
		case XML_BAD:
			fail_parse(s, error);
			break;
		}
	}
	return stream_is_open(s) ? total - bytes.len : total;
}

static void
on_end(void *user, enum conn_end why)
{
	struct stream *s = user;

	(void)why;
	s->conn = NULL;
	if (!s->closing) {
		s->closing = true;
		s->role->on_gone(s);
	}
	free_if_unused(s);
}

static void
on_secured(void *user)
{
	struct stream *s = user;

	if (stream_is_open(s))
		s->role->on_secured(s);
}

static void
on_sent(void *user)
{
	struct stream *s = user;

	if (stream_is_open(s) && s->role->on_sent)
		s->role->on_sent(s);
}

static void
on_timer(struct timer *t)
{
	struct stream *s = list_entry(t, struct stream, timer);

	if (stream_is_open(s))
		s->role->on_timer(s);
}

void
stream_init(struct stream *s, const struct stream_role *role, struct conn *c)
{
	static const struct conn_user calls = { on_bytes, on_secured, on_sent, on_end };
	struct xml_bounds bounds = stream_bounds_stranger();

	s->role = role;
	s->conn = c;
	list_append(&served, &s->in_worker);
	s->over_tls = conn_is_secure(c);
	s->parser = xml_parser_new(&bounds, false);
	timer_init(&s->timer, on_timer);
	conn_set_user(c, &calls, s);
}

void
stream_expect_header(struct stream *s)
{
	xml_parser_restart(s->parser);
	s->header_sent = false;
}

void
stream_hold(struct stream *s, enum stream_hold why)
{
	assert(!(s->held & why));
	if (!s->held && stream_is_open(s))
		conn_pause(s->conn);
	s->held |= (uint8_t)why;
}

void
stream_go_on(struct stream *s, enum stream_hold why)
{
	assert(s->held & why);
	s->held &= (uint8_t)~why;
	if (!s->held && stream_is_open(s))
		conn_resume(s->conn);
}

static void
on_arrived(void *user)
{
	struct stream *s = user;

	list_append(&served, &s->in_worker);
	stream_go_on(s, HELD_MOVE);
	s->arrived(s);
}

void
stream_move(struct stream *s, unsigned worker, void (*arrived)(struct stream *s))
{
	stream_hold(s, HELD_MOVE);
	timer_stop(&s->timer);
	list_remove(&s->in_worker);
	s->arrived = arrived;
	conn_move(s->conn, worker, on_arrived);
}

void
stream_wait(struct stream *s)
{
	s->users++;
	stream_hold(s, HELD_ANSWER);
}

bool
stream_came_back(struct stream *s)
{
	bool open = stream_is_open(s);

	assert(s->users > 0);
	stream_go_on(s, HELD_ANSWER);
	s->users--;
	free_if_unused(s);
	return open;
}

/* --- what leaves ---------------------------------------------------------------------- */

/* The other side does not read: what is queued beyond the bound cannot be kept. */
static bool
too_slow(struct stream *s)
{
	conn_abort(s->conn);
	return false;
}

bool
stream_write(struct stream *s, struct str markup)
{
	if (!stream_is_open(s))
		return false;
	return conn_write(s->conn, markup) || too_slow(s);
}

bool
stream_write_stanza(struct stream *s, const struct stanza *st)
{
	char *at;

	if (!stream_is_open(s))
		return false;
	if (!(at = conn_reserve(s->conn, stanza_wire_max(st))))
		return too_slow(s);
	conn_written(s->conn, (size_t)(stanza_wire(st, at) - at));
	return true;
}

void
stream_tell_sent(struct stream *s)
{
	if (stream_is_open(s))
		conn_tell_sent(s->conn);
}

void
stream_write_header(struct stream *s, const struct stream_header *h)
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

	stream_write(s, S("<?xml version='1.0'?><stream:stream xmlns='"));
	stream_write(s, s->role->ns);
	stream_write(s, S("' xmlns:stream='http://etherx.jabber.org/streams'"));
	stream_write(s, text);
	stream_write(s, S(">"));
	arena_fini(&a);
	s->header_sent = true;
}
