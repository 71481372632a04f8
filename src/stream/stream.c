/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>

#include "stream/binding.h"
#include "xmpp/ns.h"

/* The streams that this worker serves. */
static _Thread_local struct list served; /* stream.in_worker */

/* Of all workers. */
static atomic_size_t count;
static atomic_bool ending;

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
	if (s->carrier || s->users > 0)
		return;
	timer_stop(&s->timer);
	list_remove(&s->in_worker);
	xml_parser_free(&s->parser);
	s->role->on_free(s);
	atomic_fetch_sub(&count, 1);
}

/* Nothing more is read. What is queued goes out, then the carrier ends. */
static void
finish(struct stream *s, const struct stream_farewell *f)
{
	s->closing = true;
	timer_stop(&s->timer);
	s->binding->end(s, f);
	s->role->on_gone(s, false);
}

void
stream_close(struct stream *s)
{
	if (stream_is_open(s))
		finish(s, &(struct stream_farewell){ .failed = false });
}

/* <stream:error/> (RFC 6120 section 4.9.2). */
static struct str
error_element(struct stream *s, enum stream_error why, struct str text, struct str extension,
    struct arena *a)
{
	struct xml_writer w;
	struct str declare = s->binding->declare_stream, content;

	xml_begin_inner(&w, a, NS_STREAM_ERRORS);
	xml_empty(&w, NS_STREAM_ERRORS, stream_error_name(why));
	if (text.len) {
		xml_open(&w, NS_STREAM_ERRORS, S("text"));
		xml_attr_lang(&w, S("en"));
		xml_text(&w, text);
		xml_close(&w);
	}
	content = xml_written(&w);
	return str_format(a,
	    "<stream:error%.*s xmlns='urn:ietf:params:xml:ns:xmpp-streams'>%.*s%.*s"
	    "</stream:error>",
	    STR_ARG(declare), STR_ARG(content), STR_ARG(extension));
}

void
stream_fail_with(struct stream *s, enum stream_error why, struct str text, struct str extension)
{
	struct stream_farewell f = { .failed = true, .why = why };
	struct arena a;

	if (!stream_is_open(s))
		return;
	if (!s->header_sent)
		stream_write_header(s, &(struct stream_header){ .version = true });
	if (!stream_is_open(s))
		return;
	arena_init(&a, 1024);
	f.error = error_element(s, why, text, extension, &a);
	finish(s, &f);
	arena_fini(&a);
}

void
stream_fail(struct stream *s, enum stream_error why, struct str text)
{
	stream_fail_with(s, why, text, (struct str){ 0 });
}

void
stream_lost(struct stream *s)
{
	if (s->closing)
		return;
	s->closing = true;
	timer_stop(&s->timer);
	s->role->on_gone(s, true);
}

void
stream_ended(struct stream *s)
{
	s->carrier = NULL;
	stream_lost(s);
	free_if_unused(s);
}

static void
on_end_all(const void *letter)
{
	enum stream_error why = *(const enum stream_error *)letter;

	list_each (link, &served) {
		struct stream *s = list_entry(link, struct stream, in_worker);

		stream_fail(s, why, (struct str){ 0 });
		if (s->carrier && s->binding->forget)
			s->binding->forget(s);
	}
}

void
streams_end(enum stream_error why)
{
	atomic_store(&ending, true);
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, on_end_all, &why, sizeof(why));
}

bool
streams_are_ending(void)
{
	return atomic_load_explicit(&ending, memory_order_relaxed);
}

size_t
streams_count(void)
{
	return atomic_load(&count);
}

/* --- what arrives --------------------------------------------------------------------- */

void
stream_opened(struct stream *s, const struct stream_opening *o)
{
	s->role->on_header(s, o);
}

void
stream_heard(struct stream *s, struct frozen *element)
{
	s->role->on_element(s, element);
}

void
stream_refuse(struct stream *s, enum xml_error error)
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

void
stream_secured(struct stream *s)
{
	if (!stream_is_open(s))
		return;
	s->over_tls = true;
	s->role->on_secured(s);
}

void
stream_sent(struct stream *s)
{
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
stream_init(struct stream *s, const struct stream_role *role)
{
	s->role = role;
	atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
	list_append(&served, &s->in_worker);
	timer_init(&s->timer, on_timer);
}

void
stream_bind(struct stream *s, const struct binding *binding, void *carrier)
{
	s->binding = binding;
	s->carrier = carrier;
}

void
stream_expect_header(struct stream *s)
{
	s->header_sent = false;
	s->binding->expect_header(s);
}

void
stream_set_bounds(struct stream *s, const struct xml_bounds *bounds)
{
	s->binding->set_bounds(s, bounds);
}

/* --- waiting and moving ----------------------------------------------------------------- */

void
stream_hold(struct stream *s, enum stream_hold why)
{
	assert(!(s->held & why));
	if (!s->held && stream_is_open(s))
		s->binding->pause(s);
	s->held |= (uint8_t)why;
}

void
stream_go_on(struct stream *s, enum stream_hold why)
{
	assert(s->held & why);
	s->held &= (uint8_t)~why;
	if (!s->held && stream_is_open(s))
		s->binding->resume(s);
}

void
stream_arrived(struct stream *s)
{
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
	s->binding->move(s, worker);
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

/* Room for an element. NULL: the other side does not take what waits for it already, and
 * more cannot be kept. */
static char *
reserve(struct stream *s, size_t bytes)
{
	char *at = s->binding->reserve(s, bytes);

	if (!at)
		s->binding->abort(s);
	return at;
}

static char *
put(char *at, struct str text)
{
	if (text.len)
		memcpy(at, text.at, text.len);
	return at + text.len;
}

static bool
write_pieces(struct stream *s, const struct str *piece, size_t n)
{
	size_t bytes = 0;
	char *at;

	for (size_t i = 0; i < n; i++)
		bytes += piece[i].len;
	if (!stream_is_open(s) || !(at = reserve(s, bytes)))
		return false;
	for (size_t i = 0; i < n; i++)
		at = put(at, piece[i]);
	s->binding->written(s, bytes);
	return true;
}

bool
stream_write(struct stream *s, struct str element)
{
	return write_pieces(s, &element, 1);
}

bool
stream_write_features(struct stream *s, struct str content)
{
	struct str pieces[] = { S("<stream:features"), s->binding->declare_stream, S(">"),
		content, S("</stream:features>") };

	return write_pieces(s, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

bool
stream_write_stanza(struct stream *s, const struct stanza *st)
{
	struct str declare = s->binding->declare_content;
	char *at;

	if (!stream_is_open(s) || !(at = reserve(s, stanza_wire_max(st) + declare.len)))
		return false;
	s->binding->written(s, (size_t)(stanza_wire(st, declare, at) - at));
	return true;
}

void
stream_tell_sent(struct stream *s)
{
	if (stream_is_open(s))
		s->binding->tell_sent(s);
}

void
stream_write_header(struct stream *s, const struct stream_header *h)
{
	if (!stream_is_open(s))
		return;
	s->binding->write_header(s, h);
	s->header_sent = true;
}

static struct conn *
conn_of(const struct stream *s)
{
	return s->carrier ? s->binding->conn(s) : NULL;
}

bool
stream_has_room(const struct stream *s, size_t bytes)
{
	struct conn *c = conn_of(s);

	return !c || conn_has_room(c, bytes);
}

/* --- TLS, and who the other side is ------------------------------------------------------ */

bool
stream_can_start_tls(const struct stream *s)
{
	return s->binding->start_tls && !s->over_tls;
}

void
stream_start_tls(struct stream *s, struct tls_context *tls)
{
	s->binding->start_tls(s, tls);
}

void
stream_authenticated(struct stream *s)
{
	s->binding->authenticated(s);
}

struct str
stream_address(const struct stream *s)
{
	return s->carrier ? s->binding->address(s) : (struct str){ 0 };
}

bool
stream_is_trusted(const struct stream *s)
{
	return s->carrier && s->binding->is_trusted(s);
}

struct str
stream_describe(const struct stream *s, struct arena *a)
{
	struct conn *c = conn_of(s);

	if (!c || !conn_is_secure(c))
		return s->binding->name;
	return str_format(a, "%.*s %.*s %.*s", STR_ARG(s->binding->name),
	    STR_ARG(conn_tls_version(c)), STR_ARG(conn_tls_cipher(c)));
}

enum status
stream_channel_binding(
    struct stream *s, enum channel_binding kind, struct arena *a, struct str *out)
{
	struct conn *c = conn_of(s);

	return c ? conn_channel_binding(c, kind, a, out) : E_UNSUPPORTED;
}

enum status
stream_certificate_addresses(
    struct stream *s, struct arena *a, struct str *names, size_t max, size_t *n)
{
	struct conn *c = conn_of(s);

	return c ? conn_certificate_addresses(c, a, names, max, n) : E_NOT_FOUND;
}
