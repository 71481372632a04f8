/* SPDX-License-Identifier: MIT */
#include "stream/c2s.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "router/dispatch.h"
#include "router/hook.h"
#include "router/managed.h"
#include "router/route.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

static const char *const state_names[] = {
	[C2S_OPENING] = "opening",
	[C2S_NEGOTIATING] = "negotiating",
	[C2S_SECURING] = "securing",
	[C2S_AUTHENTICATING] = "authenticating",
	[C2S_MOVING] = "moving",
	[C2S_BINDING] = "binding",
	[C2S_BOUND] = "bound",
};

/* The moves that exist, as masks of the states one may come from. */
static const unsigned from_states[] = {
	[C2S_OPENING] = 1u << C2S_SECURING | 1u << C2S_MOVING,
	[C2S_NEGOTIATING] = 1u << C2S_OPENING | 1u << C2S_AUTHENTICATING,
	[C2S_SECURING] = 1u << C2S_NEGOTIATING,
	[C2S_AUTHENTICATING] = 1u << C2S_NEGOTIATING,
	[C2S_MOVING] = 1u << C2S_AUTHENTICATING,
	[C2S_BINDING] = 1u << C2S_OPENING | 1u << C2S_MOVING,
	[C2S_BOUND] = 1u << C2S_BINDING | 1u << C2S_MOVING,
};

void
c2s_enter(struct c2s *c, enum c2s_state state)
{
	assert(from_states[state] & 1u << c->stream.state);
	log_debug("c2s.state", LOG_C("from", state_names[c->stream.state]),
	    LOG_C("to", state_names[state]));
	c->stream.state = (uint8_t)state;
}

void
c2s_restart(struct c2s *c)
{
	c2s_enter(c, C2S_OPENING);
	stream_expect_header(&c->stream);
}

const struct host *
c2s_host(const struct c2s *c)
{
	return host_find(c->talk->host);
}

/* --- the header ----------------------------------------------------------------------- */

/* RFC 6120 section 4.7.5: absent or below 1.0 is the protocol from before the RFCs. */
static bool
version_is_known(struct str rest)
{
	struct str major, minor;
	uint64_t n;

	return str_split(&rest, '.', &major) && str_split(&rest, '.', &minor) && !rest.at &&
	       str_to_u64(major, UINT16_MAX, &n) == OK && n >= 1 &&
	       str_to_u64(minor, UINT16_MAX, &n) == OK;
}

/* The header's `to` as a host of ours, or none. */
static const struct host *
find_host(struct str text, struct arena *a)
{
	struct jid to;

	if (jid_parse(a, text, &to) != OK || !jid_is_domain(to))
		return NULL;
	return host_find(jid_domain(to));
}

static void
keep_lang(struct c2s *c, struct str lang)
{
	if (!lang.at || lang.len > LANG_MAX)
		return;
	free((void *)(uintptr_t)c->lang.at); /* its own copy: not const for its owner */
	c->lang = str_of(memcpy(mem_alloc(lang.len), lang.at, lang.len), lang.len);
}

static void
answer_header(struct c2s *c, struct str host)
{
	struct arena *a = &c->talk->arena;
	struct jid from;
	struct stream_header h = {
		.from = host,
		.id = random_token(a, STREAM_ID_BYTES),
		.lang = S("en"),
		.version = true,
	};

	if (c->talk->from.len && jid_parse(a, c->talk->from, &from) == OK)
		h.to = jid_bare(from);
	stream_write_header(&c->stream, &h);
}

static void
on_header(struct stream *s, const struct stream_opening *o)
{
	struct c2s *c = c2s_of(s);
	struct arena *a = &c->talk->arena;
	const struct host *host = find_host(o->to, a);

	assert(s->state == C2S_OPENING);
	c->talk->from = str_copy(a, o->from);
	keep_lang(c, o->lang);
	answer_header(c, host ? host->name : o->to);

	if (o->is_wrong) {
		stream_fail(s, o->wrong, (struct str){ 0 });
	} else if (!version_is_known(o->version)) {
		stream_fail(s, STREAM_UNSUPPORTED_VERSION, (struct str){ 0 });
	} else if (!host) {
		stream_fail(s, STREAM_HOST_UNKNOWN, (struct str){ 0 });
	} else if (c->talk->host.len && !str_eq(c->talk->host, host->name)) {
		/* The host may not change once something was negotiated for it. */
		stream_fail(s, STREAM_HOST_UNKNOWN, (struct str){ 0 });
	} else {
		c->talk->host = str_copy(a, host->name);
		c2s_enter(c, jid_is_empty(c->talk->user) ? C2S_NEGOTIATING : C2S_BINDING);
		c2s_send_features(c);
	}
}

/* --- STARTTLS (RFC 6120 section 5) ---------------------------------------------------- */

static void
start_tls(struct c2s *c)
{
	if (!stream_can_start_tls(&c->stream) || c->stream.state != C2S_NEGOTIATING) {
		stream_write(
		    &c->stream, S("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
		stream_close(&c->stream);
		return;
	}
	stream_write(&c->stream, S("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
	c2s_enter(c, C2S_SECURING);
	/* What was sent in the clear behind the request is not taken for protected. */
	stream_start_tls(&c->stream, hosts_tls());
}

static void
on_secured(struct stream *s)
{
	if (s->state == C2S_SECURING) /* else the connection began with TLS */
		c2s_restart(c2s_of(s));
}

/* --- stanzas -------------------------------------------------------------------------- */

/* The answer to a stanza whose addresses or type cannot be read. */
static void
answer_unreadable(struct c2s *c, struct elem root, enum stanza_error condition)
{
	struct arena a;
	struct stanza *answer;

	arena_init(&a, 1024);
	if ((answer = stanza_error_to_unreadable(root, c->session->jid, condition, &a)))
		session_deliver(c->session, answer);
	stanza_free(&answer);
	arena_fini(&a);
}

/* RFC 6120 section 8.1.2.1: a client may claim its own bare or full address only. */
static bool
may_claim(const struct session *s, struct jid claimed)
{
	return jid_is_empty(claimed) || jid_eq(claimed, s->jid) ||
	       jid_eq(claimed, s->account->jid);
}

/* What a client says beside stanzas: active or inactive, acknowledgements. */
static bool
on_other_element(struct c2s *c, struct elem e)
{
	struct arena a;
	struct call call = {
		.arena = &a,
		.host = host_find(jid_domain(c->session->jid)),
		.account = c->session->account,
		.session = c->session,
	};
	bool known;

	arena_init(&a, 1024);
	known = call.host && dispatch_element(&call, ON_ELEMENT, e) == DONE;
	arena_fini(&a);
	return known;
}

static void
on_stanza(struct c2s *c, struct frozen *element)
{
	struct session *s = c->session;
	struct stanza_input in = {
		.ns = NS_CLIENT,
		.from = s->jid,
		.to_self = s->account->jid,
		.lang = c->lang,
	};
	struct arena a;
	struct jid claimed;
	struct stanza *st = NULL;
	enum stanza_fault fault;

	arena_init(&a, 1024);
	fault = stanza_read(element, &in, &a, &claimed, &st);
	switch (fault) {
	case STANZA_OK:
		if (may_claim(s, claimed))
			session_send(s, TAKE(st));
		else
			stream_fail(&c->stream, STREAM_INVALID_FROM, (struct str){ 0 });
		break;
	case STANZA_BAD_FROM:
		stream_fail(&c->stream, STREAM_INVALID_FROM, (struct str){ 0 });
		break;
	case STANZA_UNKNOWN:
		if (!c2s_on_sm(c, frozen_root(element)) && stream_is_open(&c->stream) &&
		    !on_other_element(c, frozen_root(element)))
			stream_fail(
			    &c->stream, STREAM_UNSUPPORTED_STANZA_TYPE, (struct str){ 0 });
		break;
	case STANZA_BAD_TO:
		session_sent_in_vain(s);
		answer_unreadable(c, frozen_root(element), ERR_JID_MALFORMED);
		break;
	case STANZA_BAD_TYPE:
	case STANZA_BAD_ID:
	case STANZA_BAD_CHILDREN:
		session_sent_in_vain(s);
		answer_unreadable(c, frozen_root(element), ERR_BAD_REQUEST);
		break;
	}
	stanza_free(&st);
	arena_fini(&a);
}

static bool
is_stanza(struct elem e)
{
	return str_eq(elem_ns(e), NS_CLIENT) &&
	       (str_eq(elem_name(e), S("message")) || str_eq(elem_name(e), S("presence")) ||
		   str_eq(elem_name(e), S("iq")));
}

/* An iq of somebody who is not logged in: registration (XEP-0077 section 3.1). */
static bool
on_unauthenticated_iq(struct c2s *c, struct frozen *element)
{
	struct stanza_input in = { .ns = NS_CLIENT, .lang = c->lang };
	struct stanza *st = NULL;
	struct arena a;
	struct jid claimed;
	bool known;

	arena_init(&a, 1024);
	in.to_self = jid_join(&a, (struct str){ 0 }, c->talk->host, (struct str){ 0 });
	in.from = in.to_self; /* nobody: the answer goes to the outlet in any case */
	known = str_eq(elem_name(frozen_root(element)), S("iq")) &&
		stanza_read(element, &in, &a, &claimed, &st) == STANZA_OK &&
		(st->type == IQ_GET || st->type == IQ_SET);
	if (known) {
		struct call call = {
			.arena = &a,
			.host = c2s_host(c),
			.stanza = st,
			.outlet = &c->outlet,
		};

		known = call.host && dispatch_stanza(&call, STRANGER, POLICY) == DONE;
		assert(!call.after);
		st = call.stanza;
	}
	stanza_free(&st);
	arena_fini(&a);
	return known;
}

static void
on_element(struct stream *s, struct frozen *element)
{
	struct c2s *c = c2s_of(s);
	struct elem root = frozen_root(element);

	c2s_spend(c, frozen_bytes(element));
	if (s->state == C2S_BOUND) {
		c->session->heard_ms = loop_now_ms();
		on_stanza(c, element);
		return;
	}
	if (elem_is(root, NS_TLS, S("starttls"))) {
		start_tls(c);
	} else if (c2s_on_auth(c, element) || c2s_on_sm(c, root)) {
		return;
	} else if (!is_stanza(root)) {
		stream_fail(s, STREAM_UNSUPPORTED_STANZA_TYPE, (struct str){ 0 });
	} else if (s->state == C2S_BINDING) {
		c2s_on_bind_stanza(c, element);
	} else if (s->state != C2S_NEGOTIATING ||
		   (hosts_stream_conf()->require_tls && !s->over_tls) ||
		   !on_unauthenticated_iq(c, element)) {
		/* RFC 6120 section 4.9.3.12. */
		stream_fail(s, STREAM_NOT_AUTHORIZED, (struct str){ 0 });
	}
}

/* --- the clock ------------------------------------------------------------------------ */

/* Asks again after what is left of the silence that is allowed. */
static void
watch_silence(struct c2s *c)
{
	const struct stream_conf *conf = hosts_stream_conf();
	msec_t idle = session_idle_ms(c->session);
	struct arena a;
	struct call call = {
		.arena = &a,
		.host = host_find(jid_domain(c->session->jid)),
		.account = c->session->account,
		.session = c->session,
	};

	if (idle < conf->silence_ms) {
		timer_set(&c->stream.timer, conf->silence_ms - idle);
		return;
	}
	arena_init(&a, 1024);
	if (call.host)
		dispatch_event(&call, ON_SESSION_IDLE);
	arena_fini(&a);
	timer_set(&c->stream.timer, conf->silence_ms);
}

static void
on_timer(struct stream *s)
{
	struct c2s *c = c2s_of(s);

	if (c2s_rate_due(c))
		return;
	if (s->state == C2S_BOUND)
		watch_silence(c);
	else
		stream_fail(s, STREAM_CONNECTION_TIMEOUT, S("Logging in took too long."));
}

/* --- the session's side --------------------------------------------------------------- */

static struct c2s *
of_outlet(struct outlet *o)
{
	return (struct c2s *)(void *)((char *)o - offsetof(struct c2s, outlet));
}

static void
outlet_deliver(struct outlet *o, const struct stanza *st)
{
	struct c2s *c = of_outlet(o);

	if (c->session && c->session->managed)
		c2s_sm_deliver(c, st);
	else
		stream_write_stanza(&c->stream, st);
}

static void
outlet_end(struct outlet *o, enum stream_error why, struct str text)
{
	struct c2s *c = of_outlet(o);

	c->session = NULL;
	stream_fail(&c->stream, why, text);
}

static void
outlet_tell_sent(struct outlet *o)
{
	struct c2s *c = of_outlet(o);

	if (c->session->managed)
		c2s_sm_ask(c);
	else
		stream_tell_sent(&c->stream);
}

static void
outlet_handled(struct outlet *o)
{
	c2s_sm_handled(of_outlet(o));
}

static void
outlet_overdue(struct outlet *o)
{
	c2s_sm_overdue(of_outlet(o));
}

static void
on_sent(struct stream *s)
{
	struct c2s *c = c2s_of(s);

	if (c->session && !c2s_sm_sent(c))
		session_raise(c->session, ON_SESSION_SENT, NULL);
}

static struct str
outlet_address(struct outlet *o)
{
	return stream_address(&of_outlet(o)->stream);
}

static struct str
outlet_describe(struct outlet *o, struct arena *a)
{
	return stream_describe(&of_outlet(o)->stream, a);
}

static void
outlet_wait(struct outlet *o)
{
	stream_wait(&of_outlet(o)->stream);
}

static bool
outlet_came_back(struct outlet *o)
{
	return stream_came_back(&of_outlet(o)->stream);
}

static void
outlet_show(struct outlet *o, struct str text)
{
	struct negotiation *talk = of_outlet(o)->talk;

	assert(talk && text.len <= sizeof(talk->shown));
	memcpy(talk->shown, text.at, text.len);
	talk->shown_len = (uint8_t)text.len;
}

static struct str
outlet_shown(struct outlet *o)
{
	const struct negotiation *talk = of_outlet(o)->talk;

	if (!talk || talk->shown_len == 0)
		return (struct str){ 0 };
	return str_of(talk->shown, talk->shown_len);
}

/* --- life ----------------------------------------------------------------------------- */

/* A session waits for another stream when this one ended without a word, or did not even
 * become its stream (XEP-0198 section 7). */
static void
on_gone(struct stream *s, bool lost)
{
	struct c2s *c = c2s_of(s);

	if (!c->session)
		return;
	log_info("c2s.closed", LOG_ACCOUNT("jid", jid_full(c->session->jid)));
	if (lost || s->state != C2S_BOUND)
		session_lose(&c->session);
	else
		session_close(&c->session);
}

static void
negotiation_free(struct negotiation **n)
{
	struct negotiation *gone = TAKE(*n);

	if (!gone)
		return;
	c2s_exchange_free(&gone->exchange);
	arena_fini(&gone->arena);
	free(gone);
}

static void
on_free(struct stream *s)
{
	struct c2s *c = c2s_of(s);

	assert(!c->session);
	negotiation_free(&c->talk);
	free((void *)(uintptr_t)c->lang.at);
	free(c);
}

static const struct stream_role c2s_role = {
	.ns = S("jabber:client"),
	.on_header = on_header,
	.on_element = on_element,
	.on_timer = on_timer,
	.on_secured = on_secured,
	.on_sent = on_sent,
	.on_gone = on_gone,
	.on_free = on_free,
};

struct stream *
c2s_new(void)
{
	static const struct outlet_calls calls = { outlet_deliver, outlet_tell_sent, outlet_end,
		outlet_describe, outlet_address, outlet_wait, outlet_came_back, outlet_show,
		outlet_shown, outlet_handled, outlet_overdue };
	struct c2s *c = mem_zalloc(sizeof(*c));

	c->outlet.calls = &calls;
	c->talk = mem_zalloc(sizeof(*c->talk));
	arena_init_wiped(&c->talk->arena, 1024);
	c->credit_bytes = (int64_t)hosts_stream_conf()->burst_bytes;
	c->credited_ms = loop_now_ms();
	stream_init(&c->stream, &c2s_role);
	timer_set(&c->stream.timer, hosts_stream_conf()->negotiation_ms);
	return &c->stream;
}

void
c2s_accept(struct conn *conn)
{
	stream_carry_tcp(c2s_new(), conn);
}

void
c2s_bound(struct c2s *c)
{
	struct xml_bounds bounds = stream_bounds_client(hosts_stream_conf());

	c2s_enter(c, C2S_BOUND);
	negotiation_free(&c->talk);
	stream_set_bounds(&c->stream, &bounds);
	timer_set(&c->stream.timer, hosts_stream_conf()->silence_ms);
	log_info("c2s.bound", LOG_ACCOUNT("jid", jid_full(c->session->jid)),
	    LOG_STR("address", stream_address(&c->stream)));
}
