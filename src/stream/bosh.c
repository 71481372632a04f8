/* SPDX-License-Identifier: MIT
 *
 * BOSH as a stream's binding, and how its sessions begin.
 */
#include "stream/bosh_session.h"

#include "stream/c2s.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

/* Sessions of this worker that have not logged in. */
static _Thread_local struct list strangers; /* bosh.in_strangers */
static _Thread_local unsigned n_strangers;

void
bosh_is_known(struct bosh *b)
{
	if (list_is_empty(&b->in_strangers))
		return;
	list_remove(&b->in_strangers);
	n_strangers--;
}

static struct bosh *
bosh_of(const struct stream *s)
{
	return s->carrier;
}

/* --- the binding
 * --------------------------------------------------------------------------------- */

static void
write_header(struct stream *s, const struct stream_header *h)
{
	struct bosh *b = bosh_of(s);

	if (b->is_created)
		return; /* restarts have no header */
	b->host = str_copy(&b->text, h->from);
	b->id = str_copy(&b->text, h->id);
}

static char *
reserve(struct stream *s, size_t bytes)
{
	struct bosh *b = bosh_of(s);
	size_t waiting = b->out.len + b->kept_bytes;

	if (b->state != ALIVE || (b->out.len && waiting + bytes > BOSH_OUTPUT_MAX))
		return NULL;
	return buf_reserve(&b->out, bytes);
}

static void
written(struct stream *s, size_t bytes)
{
	struct bosh *b = bosh_of(s);
	struct str element = str_of(b->out.at + b->out.len, bytes);

	b->has_prefix |= str_starts(element, S("<stream:"));
	buf_added(&b->out, bytes);
	turn_end_ask(&b->at_end);
}

static void
tell_sent(struct stream *s)
{
	struct bosh *b = bosh_of(s);

	b->tells_sent = true;
	turn_end_ask(&b->at_end);
}

static void
expect_header(struct stream *s)
{
	(void)s; /* which has noted it: header_sent */
}

static void
set_bounds(struct stream *s, const struct xml_bounds *bounds)
{
	bosh_of(s)->bounds = *bounds;
}

/* Section 17.2: what the binding has a word for, when the session could not even begin; the
 * stream's own error else. */
static struct str
condition_of(const struct bosh *b, const struct stream_farewell *f)
{
	if (!b->is_created && f->why == STREAM_HOST_UNKNOWN)
		return b->host.len ? S("host-unknown") : S("improper-addressing");
	return S("remote-stream-error");
}

static void
end(struct stream *s, const struct stream_farewell *f)
{
	struct bosh *b = bosh_of(s);
	struct str condition;
	struct arena a;

	arena_init(&a, 256);
	if (!f->failed) {
		b->last = bosh_compose(b, S(" type='terminate'"), (struct str){ 0 }, true);
	} else {
		condition = condition_of(b, f);
		b->last = bosh_compose(b,
		    str_format(&a, " type='terminate' condition='%.*s'", STR_ARG(condition)),
		    f->error, b->is_created);
	}
	arena_fini(&a);
	/* A client that hears of the server's end does not come back for it. */
	b->state = f->failed && f->why == STREAM_SYSTEM_SHUTDOWN ? OVER : ENDING;
	turn_end_ask(&b->at_end);
}

/* Nothing is gained by keeping what the client does not fetch. */
static void
abort_now(struct stream *s)
{
	struct bosh *b = bosh_of(s);

	if (b->state == OVER)
		return;
	bosh_answer_free(&b->last);
	b->last = bosh_answer_terminal(b->type, S("policy-violation"), (struct str){ 0 });
	b->state = OVER;
	turn_end_ask(&b->at_end);
}

static void
pause_reading(struct stream *s)
{
	(void)s; /* work() sees it */
}

static void
resume_reading(struct stream *s)
{
	turn_end_ask(&bosh_of(s)->at_end);
}

static void
on_arrival(const void *letter)
{
	struct bosh *b = *(struct bosh *const *)letter;

	b->state = ALIVE;
	bosh_door_arrive(b);
	turn_end_ask(&b->at_end);
	stream_arrived(b->stream);
}

static void
move(struct stream *s, unsigned worker)
{
	struct bosh *b = bosh_of(s);

	if (b->state != ALIVE)
		return;
	bosh_is_known(b);
	timer_stop(&b->timer);
	turn_end_cancel(&b->at_end);
	b->state = MOVING;
	bosh_door_leave(b->sid, worker);
	worker_post(worker, on_arrival, &b, sizeof(b));
}

static void
forget(struct stream *s)
{
	struct bosh *b = bosh_of(s);

	if (b->state != ENDING)
		return;
	b->state = OVER;
	turn_end_ask(&b->at_end);
}

static void
authenticated(struct stream *s)
{
	bosh_is_known(bosh_of(s));
}

static struct str
address(const struct stream *s)
{
	const struct bosh *b = bosh_of(s);

	return str_of(b->address, b->address_len);
}

static bool
is_trusted(const struct stream *s)
{
	(void)s;
	return false;
}

static struct conn *
no_conn(const struct stream *s)
{
	(void)s;
	return NULL;
}

static const struct binding binding_bosh = {
	.name = S("bosh"),
	.declare_stream = S(""), /* it is around all elements */
	.declare_content = S(" xmlns='jabber:client'"),
	.write_header = write_header,
	.reserve = reserve,
	.written = written,
	.tell_sent = tell_sent,
	.expect_header = expect_header,
	.set_bounds = set_bounds,
	.end = end,
	.abort = abort_now,
	.forget = forget,
	.pause = pause_reading,
	.resume = resume_reading,
	.move = move,
	.authenticated = authenticated,
	.address = address,
	.is_trusted = is_trusted,
	.conn = no_conn,
};

/* --- the beginning
 * -------------------------------------------------------------------------------- */

/* As many have not logged in as may at a time. */
static bool
is_crowded(struct str address)
{
	unsigned same = 0;

	if (!strangers.next)
		list_init(&strangers);
	list_each (link, &strangers) {
		const struct bosh *b = list_entry(link, struct bosh, in_strangers);

		same += str_eq(str_of(b->address, b->address_len), address);
	}
	return n_strangers >= BOSH_STRANGERS_MAX || same >= BOSH_STRANGERS_OF_ADDRESS_MAX;
}

/* What the client asks for, within what it may have (section 7.1). */
static void
agree(struct bosh *b, const struct bosh_request *r)
{
	const struct bosh_conf *conf = hosts_bosh_conf();
	const struct bosh_body *body = &r->body;
	struct elem e = frozen_root(r->xml);

	b->wait_ms = conf->wait_ms;
	if (body->has_wait && body->wait_s * 1000 < conf->wait_ms)
		b->wait_ms = body->wait_s * 1000;
	b->hold = body->has_hold ? body->hold : 1;
	if (b->hold > BOSH_HOLD_MAX)
		b->hold = BOSH_HOLD_MAX;
	if (b->wait_ms == 0)
		b->hold = 0;
	b->inactivity_ms =
	    bosh_is_polling(b) ? conf->polling_inactivity_ms : conf->inactivity_ms;
	b->acks = body->acks;
	b->type = bosh_content_type(elem_attr_or_none(e, S("content"), &b->text));
	b->version = bosh_version(&b->text, elem_attr_or_none(e, S("ver"), &b->text));
}

static struct bosh *
bosh_new(const struct bosh_request *r, struct str address)
{
	struct bosh *b = mem_zalloc(sizeof(*b) + address.len);
	struct str sid;

	assert(address.len <= UINT8_MAX);
	memcpy(b->address, address.at, address.len);
	b->address_len = (uint8_t)address.len;
	arena_init(&b->text, 512);
	bosh_session_init(b);
	list_append(&strangers, &b->in_strangers);
	n_strangers++;
	agree(b, r);
	b->bounds = stream_bounds_stranger();
	bosh_window_init(&b->window, r->body.rid, b->hold + 1);
	sid = bosh_door_sid(&b->text);
	assert(sid.len < sizeof(b->sid));
	memcpy(b->sid, sid.at, sid.len);
	return b;
}

void
bosh_begin(struct bosh_request *r, struct str address)
{
	struct str type = bosh_content_type((struct str){ 0 });
	struct str elsewhere = hosts_bosh_conf()->see_other_uri;
	struct bosh *b;

	if (elsewhere.len) {
		bosh_request_answer(
		    r, bosh_answer_terminal(type, S("see-other-uri"), elsewhere));
		return;
	}
	if (streams_are_ending()) {
		bosh_request_answer(
		    r, bosh_answer_terminal(type, S("system-shutdown"), (struct str){ 0 }));
		return;
	}
	if (is_crowded(address)) {
		bosh_request_answer(
		    r, bosh_answer_terminal(type, S("policy-violation"), (struct str){ 0 }));
		return;
	}
	b = bosh_new(r, address);
	b->stream = c2s_new();
	stream_bind(b->stream, &binding_bosh, b);
	b->stream->over_tls = r->is_secure;
	bosh_door_open(b->sid, b);
	bosh_take(b, r);
}
