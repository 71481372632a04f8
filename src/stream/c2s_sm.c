/* SPDX-License-Identifier: MIT
 *
 * Stream management (XEP-0198 1.6.3) on a client's stream. What it counts and keeps is the
 * session's (router/managed.h); here is what is said of it.
 *
 * The client's <r/> is answered as soon as all that it sent before is handled, which means on
 * disk wherever it has to be (design section 4): a group commit later, or at once. Section 4
 * lets no more than a timeout withhold the answer: after ANSWER_MS it is given with the count
 * that is true by then, and another follows when the rest is handled, for a client that does
 * not ask again.
 */
#include "base/log.h"
#include "router/managed.h"
#include "stream/c2s.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

enum {
	/* An acknowledgement is asked for behind so many stanzas, or when one has waited for so
	 * long: the timer of a managed session, which is set while there is something to ask or
	 * to answer. */
	ASK_EACH = 16,
	ASK_MS = 2000,
	ANSWER_MS = 2000,

	/* Bytes that a resumed stream is given again at a time. */
	AGAIN_BYTES = 64 * 1024,
};

_Static_assert((int)ASK_MS == (int)ANSWER_MS, "one timer serves both");

struct resumption {
	c2s_resume_done *done;
	struct str id; /* of the session, as the client says; in the negotiation's arena */
	uint32_t h;
	enum stanza_error error;
	bool has_handled;
	uint32_t handled; /* of a session that has ended */
};

static struct managed *
managed_of(const struct c2s *c)
{
	return c->session ? c->session->managed : NULL;
}

/* --- writing -------------------------------------------------------------------------- */

static void
write_count(struct xml_writer *w, struct arena *a, struct str name, uint32_t n)
{
	xml_attr(w, name, str_format(a, "%u", n));
}

/* Section 6. */
static void
write_failed(struct xml_writer *w, enum stanza_error error, const uint32_t *handled)
{
	struct arena a;

	arena_init(&a, 64);
	xml_open(w, NS_SM, S("failed"));
	if (handled)
		write_count(w, &a, S("h"), *handled);
	xml_empty(w, NS_STANZAS, stanza_error_name(error));
	xml_close(w);
	arena_fini(&a);
}

static void
send_failed(struct c2s *c, enum stanza_error error)
{
	struct arena a;
	struct xml_writer w;

	arena_init(&a, 256);
	xml_begin_inner(&w, &a, NS_CLIENT);
	write_failed(&w, error, NULL);
	stream_write(&c->stream, xml_written(&w));
	arena_fini(&a);
}

static void
set_clock(struct managed *m)
{
	if (!timer_is_set(&m->timer))
		timer_set(&m->timer, ASK_MS);
}

/* --- what the client has handled ---------------------------------------------------------- */

/* Something is written and neither acknowledged nor asked for. */
static bool
has_to_ask(const struct managed *m)
{
	return m->ledger.n > 0 && m->asked != m->written && m->written == m->ledger.sent;
}

void
c2s_sm_ask(struct c2s *c)
{
	struct managed *m = managed_of(c);

	if (m->greeting || !has_to_ask(m))
		return;
	m->asked = m->written;
	stream_write(&c->stream, S("<r xmlns='urn:xmpp:sm:3'/>"));
}

/* Sections 4 and 6: more than was sent, or less than was acknowledged before. */
static void
fail_count(struct c2s *c, uint32_t h, uint32_t sent)
{
	struct arena a;

	arena_init(&a, 256);
	stream_fail_with(&c->stream, STREAM_UNDEFINED_CONDITION,
	    str_format(&a, "You acknowledged %u stanzas, but I sent you %u so far.", h, sent),
	    str_format(&a,
		"<handled-count-too-high xmlns='urn:xmpp:sm:3' h='%u' send-count='%u'/>", h,
		sent));
	arena_fini(&a);
}

static bool
read_count(struct elem e, struct arena *a, uint32_t *out)
{
	uint64_t n;

	if (str_to_u64(elem_attr_or_none(e, S("h"), a), UINT32_MAX, &n) != OK)
		return false;
	*out = (uint32_t)n;
	return true;
}

static void
on_acknowledgement(struct c2s *c, struct elem e)
{
	struct managed *m = managed_of(c);
	struct arena a;
	uint32_t h;
	bool good;

	arena_init(&a, 256);
	good = read_count(e, &a, &h);
	arena_fini(&a);
	if (!good)
		stream_fail(
		    &c->stream, STREAM_BAD_FORMAT, S("An acknowledgement has no count."));
	/* What waits to be sent again has not been handled either. */
	else if (!ledger_may_acknowledge(&m->ledger, h) || (int32_t)(m->written - h) < 0)
		fail_count(c, h, m->written);
	else
		managed_acknowledge(m, h);
}

void
c2s_sm_deliver(struct c2s *c, const struct stanza *st)
{
	struct managed *m = managed_of(c);

	/* It is in the ledger, and comes behind what has to be said before. */
	if (m->greeting || m->written != m->ledger.sent - 1)
		return;
	m->written++;
	stream_write_stanza(&c->stream, st);
	if (m->written - m->asked >= ASK_EACH)
		c2s_sm_ask(c);
	else
		set_clock(m);
}

/* --- what the server has handled -----------------------------------------------------------
 */

static void
tell_handled(struct c2s *c)
{
	uint32_t handled = ledger_handled(&managed_of(c)->ledger);
	struct arena a;

	arena_init(&a, 128);
	stream_write(&c->stream, str_format(&a, "<a xmlns='urn:xmpp:sm:3' h='%u'/>", handled));
	arena_fini(&a);
}

static void
answer(struct c2s *c)
{
	struct managed *m = managed_of(c);
	uint32_t handled = ledger_handled(&m->ledger);

	tell_handled(c);
	m->answered = false;
	/* Who asked again meanwhile gets one more answer, unless this was it already. */
	m->answering = m->answers_more && handled != m->ledger.received;
	m->answers_more = false;
	m->answer_at = m->ledger.received;
	if (m->answering)
		set_clock(m);
}

static void
on_request(struct c2s *c)
{
	struct managed *m = managed_of(c);

	if (m->answering) {
		m->answers_more = true;
		m->answered = false;
		set_clock(m);
		return;
	}
	m->answering = true;
	m->answer_at = m->ledger.received;
	if (ledger_handled(&m->ledger) == m->answer_at)
		answer(c);
	else
		set_clock(m);
}

static void greet_when_handled(struct c2s *c);

void
c2s_sm_handled(struct c2s *c)
{
	struct managed *m = managed_of(c);

	if (m->greeting) {
		stream_go_on(&c->stream, HELD_ANSWER);
		greet_when_handled(c);
	} else if (m->answering && (int32_t)(ledger_handled(&m->ledger) - m->answer_at) >= 0) {
		answer(c);
	}
}

void
c2s_sm_overdue(struct c2s *c)
{
	struct managed *m = managed_of(c);

	if (m->answering && !m->answered) {
		tell_handled(c);
		m->answered = true;
	}
	c2s_sm_ask(c);
}

/* --- beginning ---------------------------------------------------------------------------- */

static bool
is_true(struct str value)
{
	return str_eq(value, S("true")) || str_eq(value, S("1"));
}

/* How long the session is to wait for its client: no longer than that wishes. */
static msec_t
keep_ms(struct elem request, struct arena *a)
{
	msec_t most = hosts_stream_conf()->resume_ms;
	uint64_t wish_s;

	if (!is_true(elem_attr_or_none(request, S("resume"), a)))
		return 0;
	if (str_to_u64(elem_attr_or_none(request, S("max"), a), UINT32_MAX, &wish_s) == OK &&
	    wish_s > 0 && (msec_t)wish_s * 1000 < most)
		return (msec_t)wish_s * 1000;
	return most;
}

static void
write_enabled(struct c2s *c, struct xml_writer *w, struct arena *a)
{
	const struct managed *m = managed_of(c);
	struct str location = hosts_stream_conf()->resume_location;

	xml_open(w, NS_SM, S("enabled"));
	if (m->terms.keep_ms) {
		xml_attr(w, S("id"), managed_id(m));
		xml_attr(w, S("resume"), S("true"));
		write_count(w, a, S("max"), (uint32_t)(m->terms.keep_ms / 1000));
		if (location.len)
			xml_attr(w, S("location"), location);
	}
	xml_close(w);
}

void
c2s_enable_sm(struct c2s *c, struct elem request, struct xml_writer *w)
{
	const struct stream_conf *conf = hosts_stream_conf();
	struct managed_terms terms = {
		.max_stanzas = conf->unacked_stanzas,
		.max_bytes = conf->unacked_bytes,
	};
	struct arena a;

	/* Section 3: at most once. */
	if (managed_of(c)) {
		write_failed(w, ERR_UNEXPECTED_REQUEST, NULL);
		return;
	}
	arena_init(&a, 256);
	terms.keep_ms = keep_ms(request, &a);
	managed_begin(c->session, &terms);
	write_enabled(c, w, &a);
	arena_fini(&a);
}

static void
enable(struct c2s *c, struct elem request)
{
	struct arena a;
	struct xml_writer w;

	arena_init(&a, 256);
	xml_begin_inner(&w, &a, NS_CLIENT);
	c2s_enable_sm(c, request, &w);
	stream_write(&c->stream, xml_written(&w));
	arena_fini(&a);
}

/* --- resuming (section 5) ------------------------------------------------------------------
 */

void
c2s_write_resumption(struct c2s *c, struct xml_writer *w)
{
	const struct resumption *r = c->talk->resumption;

	if (r->error != ERR_NONE) {
		write_failed(w, r->error, r->has_handled ? &r->handled : NULL);
		return;
	}
	xml_open(w, NS_SM, S("resumed"));
	xml_attr(w, S("previd"), r->id);
	write_count(w, &c->talk->arena, S("h"), ledger_handled(&managed_of(c)->ledger));
	xml_close(w);
}

/* As much of what the client has not got as may wait in the network at a time. */
static void
write_again(struct c2s *c)
{
	struct managed *m = managed_of(c);
	const struct ledger *l = &m->ledger;
	size_t bytes = 0;

	while (m->written != l->sent) {
		const struct stanza *st = ledger_at(l, l->n - (l->sent - m->written))->stanza;

		if (bytes && bytes + stanza_wire_max(st) > AGAIN_BYTES) {
			stream_tell_sent(&c->stream);
			return;
		}
		m->written++;
		bytes += stanza_wire_max(st);
		if (!stream_write_stanza(&c->stream, st))
			return;
	}
	c2s_sm_ask(c);
}

bool
c2s_sm_sent(struct c2s *c)
{
	const struct managed *m = managed_of(c);

	if (!m || m->written == m->ledger.sent)
		return false;
	write_again(c);
	return true;
}

void
c2s_resumed(struct c2s *c)
{
	struct managed *m = managed_of(c);
	uint32_t h = c->talk->resumption->h;

	log_info("session.resumed", LOG_ACCOUNT("jid", jid_full(c->session->jid)));
	c2s_bound(c);
	m->greeting = false;
	m->written = m->asked = h;
	managed_acknowledge(m, h);
	write_again(c);
}

/* What the client had sent on its last stream counts only when it is handled; until then
 * nothing is said, or it would send that again. */
static void
greet_when_handled(struct c2s *c)
{
	const struct ledger *l = &managed_of(c)->ledger;

	if (ledger_handled(l) == l->received)
		c->talk->resumption->done(c);
	else
		stream_hold(&c->stream, HELD_ANSWER);
}

static void
refuse_resumption(struct c2s *c, enum stanza_error error)
{
	c->talk->resumption->error = error;
	c->talk->resumption->done(c);
}

static void
resume_at(struct c2s *c, struct account *a)
{
	struct resumption *r = c->talk->resumption;
	struct session *s = managed_find(a, r->id);

	if (!s) {
		r->has_handled = managed_remembers(c->talk->user, r->id, &r->handled);
		refuse_resumption(c, ERR_ITEM_NOT_FOUND);
	} else if (!ledger_may_acknowledge(&s->managed->ledger, r->h)) {
		fail_count(c, r->h, s->managed->ledger.sent);
	} else {
		c->session = s;
		managed_take_over(s->managed, &c->outlet);
		greet_when_handled(c);
	}
}

static void
on_account(void *waiter, struct account *a, enum status s)
{
	struct c2s *c = waiter;

	if (!stream_came_back(&c->stream))
		return;
	if (a)
		resume_at(c, a);
	else
		refuse_resumption(
		    c, s == E_NOT_FOUND ? ERR_ITEM_NOT_FOUND : ERR_RESOURCE_CONSTRAINT);
}

void
c2s_resume(struct c2s *c, struct elem request, c2s_resume_done *done)
{
	struct arena *a = &c->talk->arena;
	struct resumption *r = arena_zalloc(a, sizeof(*r));

	c->talk->resumption = r;
	r->done = done;
	r->error = ERR_NONE;
	r->id = str_copy(a, elem_attr_or_none(request, S("previd"), a));
	if (!read_count(request, a, &r->h) || !r->id.len) {
		refuse_resumption(c, ERR_BAD_REQUEST);
	} else if (!hosts_stream_conf()->resume_ms) {
		refuse_resumption(c, ERR_FEATURE_NOT_IMPLEMENTED);
	} else {
		stream_wait(&c->stream);
		account_with(c->talk->user, on_account, c);
	}
}

/* The stream's own request; a client that is refused may bind instead. */
static void
answer_resume(struct c2s *c)
{
	struct xml_writer w;

	xml_begin_inner(&w, &c->talk->arena, NS_CLIENT);
	c2s_write_resumption(c, &w);
	stream_write(&c->stream, xml_written(&w));
	if (c->session)
		c2s_resumed(c);
}

/* --- the elements --------------------------------------------------------------------------
 */

bool
c2s_on_sm(struct c2s *c, struct elem e)
{
	struct str name = elem_name(e);

	if (!str_eq(elem_ns(e), NS_SM))
		return false;
	if (str_eq(name, S("resume")) && c->stream.state == C2S_BINDING)
		c2s_resume(c, e, answer_resume);
	else if (str_eq(name, S("enable")) && c->stream.state == C2S_BOUND)
		enable(c, e);
	else if (str_eq(name, S("a")) && managed_of(c))
		on_acknowledgement(c, e);
	else if (str_eq(name, S("r")) && managed_of(c))
		on_request(c);
	else /* out of turn, or unknown (section 3) */
		send_failed(c, ERR_UNEXPECTED_REQUEST);
	return true;
}
