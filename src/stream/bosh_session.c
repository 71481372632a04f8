/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "stream/bosh_session.h"

#include "base/log.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

const char *
bosh_sid(const struct bosh *b)
{
	return b->sid;
}

/* --- answers -------------------------------------------------------------------------------
 */

/* Attributes of the answer to the first request (section 7.2, XEP-0206 section 1). */
static struct str
created_attributes(struct bosh *b, const struct bosh_request *r, struct arena *a)
{
	struct str ack =
	    b->acks ? str_format(a, " ack='%" PRIu64 "'", r->body.rid) : (struct str){ 0 };
	struct str version = b->version.at ? str_format(a, " ver='%.*s'", STR_ARG(b->version))
					   : (struct str){ 0 };

	return str_format(a,
	    " sid='%s' wait='%lld' requests='%u' hold='%u' inactivity='%lld' polling='%lld' "
	    "maxpause='%lld' from='%.*s' authid='%.*s'%.*s%.*s xmlns:xmpp='urn:xmpp:xbosh' "
	    "xmpp:version='1.0' xmpp:restartlogic='true'",
	    b->sid, (long long)b->wait_ms / 1000, b->window.requests, b->hold,
	    (long long)b->inactivity_ms / 1000, (long long)hosts_bosh_conf()->polling_ms / 1000,
	    (long long)hosts_bosh_conf()->pause_ms / 1000, STR_ARG(xml_escape(a, b->host)),
	    STR_ARG(b->id), STR_ARG(ack), STR_ARG(version));
}

struct bosh_answer *
bosh_compose(struct bosh *b, struct str more, struct str inner, bool with_out)
{
	struct str out = with_out ? buf_str(&b->out) : (struct str){ 0 };
	bool prefix = inner.len || (out.len && b->has_prefix);
	bool any = out.len || inner.len;
	struct str pieces[] = {
		S("<body xmlns='http://jabber.org/protocol/httpbind'"),
		prefix ? S(" xmlns:stream='http://etherx.jabber.org/streams'") : S(""),
		more,
		any ? S(">") : S("/>"),
		out,
		inner,
		any ? S("</body>") : S(""),
	};
	struct bosh_answer *answer =
	    bosh_answer_new(b->type, pieces, sizeof(pieces) / sizeof(pieces[0]));

	answer->is_known = list_is_empty(&b->in_strangers);
	if (with_out) {
		buf_fini(&b->out);
		b->has_prefix = false;
	}
	return answer;
}

/* The answer to a request of an open session. */
static struct bosh_answer *
compose_for(struct bosh *b, const struct bosh_request *r, bool with_out)
{
	struct bosh_answer *answer;
	struct str more = { 0 };
	uint64_t newest = b->window.next - 1;
	struct arena a;

	arena_init(&a, 1024);
	if (!b->is_created) {
		more = created_attributes(b, r, &a);
		b->is_created = true;
	} else if (b->acks && newest != r->body.rid) {
		more = str_format(&a, " ack='%" PRIu64 "'", newest); /* section 9.1 */
	}
	answer = bosh_compose(b, more, (struct str){ 0 }, with_out);
	arena_fini(&a);
	return answer;
}

/* Section 14.3: in case it does not reach the client. */
static void
keep(struct bosh *b, uint64_t rid, struct bosh_answer *answer)
{
	struct bosh_answer *gone = bosh_window_keep(&b->window, rid, bosh_answer_ref(answer));

	b->kept_bytes += answer->len;
	if (gone)
		b->kept_bytes -= gone->len;
	bosh_answer_free(&gone);
}

static void
answer_oldest(struct bosh *b, bool with_out)
{
	struct bosh_request *r = bosh_window_take(&b->window);
	struct bosh_answer *answer;

	b->was_idle = r->body.is_empty && !(with_out && b->out.len);
	answer = compose_for(b, r, with_out);
	if (!r->body.has_pause)
		keep(b, r->body.rid, answer);
	bosh_request_answer(r, answer);
}

/* Whether the oldest request that is held has to be answered now. */
static bool
is_due(const struct bosh *b, const struct bosh_request *r)
{
	return b->answers_all || !b->is_created || b->out.len || !r->is_waited_for ||
	       bosh_window_held(&b->window) > b->hold ||
	       loop_now_ms() - r->arrived_ms >= b->wait_ms;
}

static void
answer_due(struct bosh *b)
{
	struct bosh_request *r;
	bool any = false;

	while ((r = bosh_window_oldest(&b->window)) && is_due(b, r)) {
		/* Nothing is said to who has left, and nothing with a pause (section 10). */
		answer_oldest(b, r->is_waited_for && !b->answers_all);
		any = true;
	}
	b->answers_all = false;
	if (r)
		timer_set(&b->timer, b->wait_ms - (loop_now_ms() - r->arrived_ms));
	else if (any || !timer_is_set(&b->timer))
		timer_set(&b->timer, b->pause_ms ? b->pause_ms : b->inactivity_ms);
}

/* --- the end -------------------------------------------------------------------------------
 */

static void
bosh_free(struct bosh *b)
{
	timer_stop(&b->timer);
	turn_end_cancel(&b->at_end);
	bosh_is_known(b);
	for (size_t i = 0; i < BOSH_REQUESTS_MAX; i++)
		bosh_answer_free(&b->window.kept[i].answer);
	bosh_answer_free(&b->last);
	frozen_free(&b->body);
	buf_fini(&b->out);
	arena_fini(&b->text);
	free(b);
}

/*
 * The last words for all requests that are here, and nothing is left. After the client's own
 * wish or the stream's end the oldest gets them, and the others none (section 13); after a
 * fault of the binding's all get the same.
 */
static void
finish(struct bosh *b)
{
	struct stream *s = b->stream;
	struct bosh_answer *none = bosh_compose(b, S(""), (struct str){ 0 }, false);
	struct bosh_request *r;
	bool all = b->state == OVER;

	for (bool first = true; (r = bosh_window_empty(&b->window)); first = false) {
		bosh_answer_send(r->exchange, first || all ? b->last : none);
		bosh_request_free(&r);
	}
	bosh_answer_free(&none);
	bosh_door_close(b);
	bosh_free(b);
	stream_ended(s);
}

/* The client has broken the rules of the binding. Nothing more is worked on; at the end of the
 * turn all requests get the condition. */
static void
fail(struct bosh *b, struct str condition)
{
	if (b->state == OVER)
		return;
	log_info("bosh.refused", LOG_STR("why", condition),
	    LOG_STR("address", str_of(b->address, b->address_len)));
	bosh_answer_free(&b->last);
	b->last = bosh_answer_terminal(b->type, condition, (struct str){ 0 });
	b->state = OVER;
	turn_end_ask(&b->at_end);
	stream_lost(b->stream);
}

/* --- requests, in their order ----------------------------------------------------------------
 */

/* Section 15.4. */
static bool
has_right_key(struct bosh *b, const struct bosh_body *body)
{
	if (b->key[0] && (!body->key[0] || !bosh_key_follows(body->key, b->key)))
		return false;
	if (body->newkey[0])
		memcpy(b->key, body->newkey, sizeof(b->key));
	else if (b->key[0])
		memcpy(b->key, body->key, sizeof(b->key));
	return true;
}

/* Sections 11 and 12: asks for news more often than it may. */
static bool
is_too_often(struct bosh *b, const struct bosh_request *r)
{
	msec_t before = b->previous_ms;

	b->previous_ms = r->arrived_ms;
	if (!r->body.is_empty || r->body.has_pause || r->body.terminates || r->body.restarts ||
	    !b->is_created || r->arrived_ms - before >= hosts_bosh_conf()->polling_ms)
		return false;
	return bosh_is_polling(b) ? b->was_idle
				  : bosh_window_held(&b->window) >= b->window.requests;
}

static void
open_stream(struct bosh *b, struct frozen *xml)
{
	struct elem e = frozen_root(xml);
	struct stream_opening o = { 0 };
	struct arena a;

	arena_init(&a, 512);
	o.to = elem_attr_or_none(e, S("to"), &a);
	o.from = elem_attr_or_none(e, S("from"), &a);
	elem_attr_ns(e, NS_XML, S("lang"), &a, &o.lang);
	o.version = S("1.0"); /* XEP-0206 section 7 */
	elem_attr_ns(e, NS_XBOSH, S("version"), &a, &o.version);
	if (!o.to.at) /* of a restart: as before */
		o.to = b->host;
	stream_opened(b->stream, &o);
	arena_fini(&a);
}

static void
begin_request(struct bosh *b, struct bosh_request *r)
{
	if (!has_right_key(b, &r->body)) {
		fail(b, S("item-not-found"));
	} else if (is_too_often(b, r)) {
		fail(b, S("policy-violation"));
	} else if (r->body.has_pause && r->body.pause_s * 1000 > hosts_bosh_conf()->pause_ms) {
		fail(b, S("policy-violation"));
	} else if (!b->is_created || (r->body.restarts && !b->stream->header_sent)) {
		/* XEP-0206 section 1: what else is in it is ignored. */
		open_stream(b, r->xml);
	} else if (r->body.restarts) {
		stream_refuse(b->stream, XML_BAD_FORMAT);
	} else {
		b->answers_all |= r->body.has_pause;
		b->pause_ms = r->body.has_pause ? r->body.pause_s * 1000 : 0;
		b->body = frozen_ref(r->xml);
		b->next = elem_first(frozen_root(b->body));
		b->body_terminates = r->body.terminates;
	}
}

/* Offers the next element of the body; behind the last one the body is done with. */
static void
go_on_with_body(struct bosh *b)
{
	AUTO(frozen) element = NULL;
	struct elem e = b->next;
	enum status s;

	if (!elem_exists(e)) {
		frozen_free(&b->body);
		if (b->body_terminates)
			stream_close(b->stream);
		return;
	}
	b->next = elem_next(e);
	if (!b->stream->header_sent) { /* a restart must come first */
		stream_refuse(b->stream, XML_BAD_FORMAT);
		return;
	}
	s = bosh_body_element(e, &b->bounds, &element);
	if (s == OK)
		stream_heard(b->stream, element);
	else
		stream_refuse(b->stream, s == E_LIMIT ? XML_TOO_LARGE : XML_NOT_WELL_FORMED);
}

static bool
is_listening(const struct bosh *b)
{
	return b->state == ALIVE && stream_listens(b->stream);
}

static void
work(struct bosh *b)
{
	while (is_listening(b)) {
		struct bosh_request *r;

		if (b->body)
			go_on_with_body(b);
		else if ((r = bosh_window_advance(&b->window)))
			begin_request(b, r);
		else
			break;
	}
}

static void
on_turn_end(struct turn_end *t)
{
	struct bosh *b = list_entry(t, struct bosh, at_end);

	work(b);
	switch ((enum bosh_state)b->state) {
	case ALIVE:
		answer_due(b);
		if (b->tells_sent && !b->out.len) {
			b->tells_sent = false;
			stream_sent(b->stream);
		}
		break;
	case ENDING:
		if (bosh_window_find(&b->window, b->window.first))
			finish(b);
		else
			timer_set(&b->timer, b->inactivity_ms);
		break;
	case OVER:
		finish(b);
		break;
	case MOVING:
		break;
	}
}

static void
on_timer(struct timer *t)
{
	struct bosh *b = list_entry(t, struct bosh, timer);

	turn_end_ask(&b->at_end);
	if (b->state == ALIVE && bosh_window_oldest(&b->window))
		return; /* it has waited long enough */
	b->state = OVER;
	if (!b->last) /* for a request that comes too early, or too late */
		b->last = bosh_answer_terminal(b->type, S("item-not-found"), (struct str){ 0 });
	stream_lost(b->stream);
}

/* --- requests as they come
 * --------------------------------------------------------------------- */

/* Not for the session: answers the request alone. */
static void
turn_away(struct bosh *b, struct bosh_request *r, struct str condition)
{
	bosh_request_answer(r, bosh_answer_terminal(b->type, condition, (struct str){ 0 }));
}

/* Sent again while the first copy waits: that one is answered with a recoverable error, and the
 * answer goes to this one (section 14.3). */
static void
take_again(struct bosh *b, struct bosh_request *r)
{
	struct bosh_request *before = bosh_window_find(&b->window, r->body.rid);
	struct str error = S(" type='error'");
	struct bosh_answer *a;

	if (++before->repeats > BOSH_REPEATS_MAX) {
		turn_away(b, r, S("policy-violation"));
		fail(b, S("policy-violation"));
		return;
	}
	a = bosh_compose(b, error, (struct str){ 0 }, false);
	bosh_answer_send(before->exchange, a);
	bosh_answer_free(&a);
	before->exchange = r->exchange;
	before->is_waited_for = true;
	bosh_request_free(&r);
}

/* Sent again since the answer was lost. */
static void
answer_again(struct bosh *b, struct bosh_request *r)
{
	struct bosh_kept *kept = bosh_window_kept(&b->window, r->body.rid);

	if (++kept->repeats > BOSH_REPEATS_MAX) {
		turn_away(b, r, S("policy-violation"));
		fail(b, S("policy-violation"));
		return;
	}
	bosh_answer_send(r->exchange, kept->answer);
	bosh_request_free(&r);
	if (!bosh_window_oldest(&b->window)) /* the client is there */
		timer_set(&b->timer, b->inactivity_ms);
}

void
bosh_take(struct bosh *b, struct bosh_request *r)
{
	bool is_last = r->body.has_pause || r->body.terminates;

	if (b->stream->over_tls && !r->is_secure) {
		/* Section 19.1: who listened to the client's line must not end its session. */
		turn_away(b, r, S("item-not-found"));
		return;
	}
	r->arrived_ms = loop_now_ms();
	switch (bosh_window_place(&b->window, r->body.rid, is_last)) {
	case BOSH_NEW:
		bosh_window_put(&b->window, r->body.rid, r);
		turn_end_ask(&b->at_end);
		break;
	case BOSH_AGAIN:
		take_again(b, r);
		break;
	case BOSH_ANSWERED:
		answer_again(b, r);
		break;
	case BOSH_TOO_MANY:
		turn_away(b, r, S("policy-violation"));
		fail(b, S("policy-violation"));
		break;
	case BOSH_BEYOND:
		turn_away(b, r, S("item-not-found"));
		fail(b, S("item-not-found"));
		break;
	}
}

void
bosh_client_left(struct bosh *b, struct http_id exchange)
{
	for (size_t i = 0; i < BOSH_SLOTS; i++) {
		struct bosh_request *r = b->window.slot[i];

		if (r && r->exchange.worker == exchange.worker &&
		    r->exchange.slot == exchange.slot &&
		    r->exchange.generation == exchange.generation) {
			r->is_waited_for = false;
			turn_end_ask(&b->at_end);
		}
	}
}

void
bosh_session_init(struct bosh *b)
{
	buf_init(&b->out, 2 * (size_t)XML_BYTES_MAX);
	timer_init(&b->timer, on_timer);
	turn_end_init(&b->at_end, on_turn_end);
}
