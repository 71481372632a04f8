/* SPDX-License-Identifier: MIT
 *
 * Binding a resource (RFC 6120 section 7), for the stream's own request and for SASL2.
 */
#include "base/limits.h"
#include "router/dispatch.h"
#include "router/hook.h"
#include "router/route.h"
#include "stream/c2s.h"
#include "stream/conf.h"
#include "xmpp/ns.h"

/* A bind that waits for the account to be loaded. */
struct bind_wait {
	struct c2s *c2s;
	struct str resource; /* in the negotiation's arena */
	enum bind_conflict conflict;
	c2s_bind_done *done;
};

static enum stanza_error
bind_loaded(struct c2s *c, const struct bind_wait *b, struct account *a, enum status s)
{
	struct bind_request request = {
		.account = a,
		.resource = b->resource,
		.conflict = b->conflict,
		.outlet = &c->outlet,
	};

	if (!a)
		return s == E_NOT_FOUND ? ERR_NOT_AUTHORIZED : ERR_RESOURCE_CONSTRAINT;
	switch (session_bind(&request, &c->session)) {
	case OK:
		return ERR_NONE;
	case E_EXISTS:
		return ERR_CONFLICT;
	default:
		return ERR_RESOURCE_CONSTRAINT;
	}
}

static void
on_account(void *waiter, struct account *a, enum status s)
{
	struct bind_wait *b = waiter;
	struct c2s *c = b->c2s;

	if (stream_came_back(&c->stream))
		b->done(c, bind_loaded(c, b, a, s));
	free(b);
}

void
c2s_bind(struct c2s *c, struct str resource, enum bind_conflict conflict, c2s_bind_done *done)
{
	struct bind_wait *b = mem_alloc(sizeof(*b));

	*b = (struct bind_wait){ c, resource, conflict, done };
	stream_wait(&c->stream);
	account_with(c->talk->user, on_account, b);
}

/* --- what comes with Bind 2 (XEP-0386 section 3) -------------------------------------- */

void
c2s_write_bind2_feature(struct c2s *c, struct xml_writer *w)
{
	struct str ns[BIND_INLINE_MAX + 1];
	size_t n = dispatch_namespaces(c2s_host(c), ON_BIND_INLINE, ns, BIND_INLINE_MAX);

	ns[n++] = NS_SM;
	xml_open(w, NS_BIND2, S("bind"));
	xml_open(w, S(""), S("inline"));
	for (size_t i = 0; i < n; i++) {
		xml_open(w, S(""), S("feature"));
		xml_attr(w, S("var"), ns[i]);
		xml_close(w);
	}
	xml_close(w);
	xml_close(w);
}

void
c2s_write_bound(struct c2s *c, struct xml_writer *w, struct elem bind)
{
	struct call call = {
		.arena = &c->talk->arena,
		.host = c2s_host(c),
		.account = c->session->account,
		.session = c->session,
		.out = w,
	};

	xml_open(w, NS_BIND2, S("bound"));
	for (struct elem e = elem_first(bind); call.host && elem_exists(e); e = elem_next(e))
		if (elem_is(e, NS_SM, S("enable")))
			c2s_enable_sm(c, e, w);
		else
			dispatch_element(&call, ON_BIND_INLINE, e);
	xml_close(w);
}

/* --- the request of RFC 6120 ---------------------------------------------------------- */

static void
answer_bound(struct c2s *c, struct str id)
{
	struct arena *a = &c->talk->arena;
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_RESULT, .id = id };
	struct xml_writer w;
	struct stanza *answer;

	stanza_begin(&w, a, STANZA_IQ);
	xml_open(&w, NS_BIND, S("bind"));
	xml_leaf(&w, S(""), S("jid"), jid_full(c->session->jid));
	xml_close(&w);
	answer = stanza_finish(&w, &head);
	stream_write_stanza(&c->stream, answer);
	stanza_free(&answer);
}

static void
answer_error(struct c2s *c, struct str id, enum stanza_error error)
{
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_ERROR, .id = id };
	struct xml_writer w;
	struct stanza *answer;

	stanza_begin(&w, &c->talk->arena, STANZA_IQ);
	stanza_error_write(&w, error, (struct str){ 0 }, (struct str){ 0 });
	answer = stanza_finish(&w, &head);
	stream_write_stanza(&c->stream, answer);
	stanza_free(&answer);
}

static void
iq_bound(struct c2s *c, enum stanza_error error)
{
	if (error != ERR_NONE) {
		answer_error(c, c->talk->bind_id, error);
		return;
	}
	answer_bound(c, c->talk->bind_id);
	c2s_bound(c);
}

void
c2s_on_bind_stanza(struct c2s *c, struct frozen *element)
{
	struct arena *a = &c->talk->arena;
	struct elem root = frozen_root(element), bind = elem_child(root, NS_BIND, S("bind"));
	struct str resource = { 0 }, text;

	/* RFC 6120 section 7.1: nothing but the request may come before it is granted. */
	if (!str_eq(elem_name(root), S("iq")) || !elem_exists(bind) ||
	    !str_eq(elem_attr_or_none(root, S("type"), a), S("set"))) {
		stream_fail(&c->stream, STREAM_NOT_AUTHORIZED, (struct str){ 0 });
		return;
	}
	c->talk->bind_id = str_copy(a, elem_attr_or_none(root, S("id"), a));
	text = elem_child_text(bind, NS_BIND, S("resource"), a);
	if (text.len && jid_prep_resource(a, text, &resource) != OK) {
		answer_error(c, c->talk->bind_id, ERR_BAD_REQUEST);
		return;
	}
	c2s_bind(c, resource, hosts_stream_conf()->conflict, iq_bound);
}
