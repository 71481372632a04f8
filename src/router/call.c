/* SPDX-License-Identifier: MIT
 *
 * What handlers do with a call: answer it, send stanzas, and hold all of it back until a
 * change is on disk.
 */
#include "base/log.h"
#include "router/account.h"
#include "router/dispatch.h"
#include "router/hook.h"
#include "router/route.h"
#include "router/session.h"

/* One stanza that waits for the commit; routed, or for one session if it still exists. */
struct held {
	struct stanza *stanza;
	struct passage passage;
	bool to_session;
	struct session_id session;
};

/* Lives from call_hold until the store has answered. */
struct after {
	struct account *account; /* held; NULL for a host */
	bool in_order;           /* and suspended */
	struct stanza *cause;    /* answered with the error when the write failed */
	struct held *held;
	size_t n, room;
	void (*done)(void *waiter, enum status s); /* NULL: nobody else wants to know */
	void *waiter;
};

void
call_hold(struct call *c)
{
	assert(!c->after);
	c->after = mem_zalloc(sizeof(*c->after));
	c->after->account = c->account;
	if (c->account)
		account_hold(c->account);
	c->after->cause = c->stanza ? stanza_ref(c->stanza) : NULL;
	c->after->done = c->done;
	c->after->waiter = c->waiter;
}

void
call_hold_in_order(struct call *c)
{
	call_hold(c);
	c->after->in_order = true;
	account_suspend(c->account);
}

static void
add_held(struct after *after, struct held h)
{
	if (after->n == after->room) {
		after->room = after->room ? after->room * 2 : 4;
		after->held = mem_resize(after->held, after->room * sizeof(*after->held));
	}
	after->held[after->n++] = h;
}

void
call_send_with(struct call *c, struct stanza *st, const struct passage *p)
{
	assert(!p->rows);
	if (c->after)
		add_held(c->after, (struct held){ .stanza = st, .passage = *p });
	else
		route_with(st, p);
}

void
call_send(struct call *c, struct stanza *st)
{
	call_send_with(c, st, &(struct passage){ 0 });
}

void
call_send_session(struct call *c, struct session *s, struct stanza *st)
{
	if (c->after) {
		add_held(c->after,
		    (struct held){ .stanza = st, .to_session = true, .session = s->id });
		return;
	}
	session_deliver(s, st);
	stanza_free(&st);
}

static void
release(struct held *h)
{
	struct session *s;

	if (!h->to_session) {
		route_with(TAKE(h->stanza), &h->passage);
		return;
	}
	if ((s = session_find(h->session)))
		session_deliver(s, h->stanza);
	stanza_free(&h->stanza);
}

static void
committed(void *waiter, enum status status)
{
	struct after *after = waiter;

	for (size_t i = 0; i < after->n; i++) {
		if (status == OK)
			release(&after->held[i]);
		else
			stanza_free(&after->held[i].stanza);
	}
	if (status != OK) {
		if (after->cause)
			route_bounce(after->cause, stanza_error_of_status(status));
		if (after->account)
			account_reload(after->account);
	}
	if (after->done)
		after->done(after->waiter, status);
	if (after->in_order)
		account_resume(after->account);
	if (after->account)
		account_release(after->account);
	stanza_free(&after->cause);
	free(after->held);
	free(after);
}

void
call_commit(struct call *c, struct store_batch **b)
{
	struct after *after = TAKE(c->after);

	assert(after);
	store_commit(b, committed, after);
}

/* --- rows beside ---------------------------------------------------------------------- */

/* The stanza has gone on meanwhile; its sender is told that it is missing here before it counts
 * as handled. When the server ends, it never does. */
static void
written_beside(void *waiter, enum status status)
{
	struct stanza *st = waiter;

	if (status != OK)
		log_warn("router.rows_lost", LOG_STATUS("status", status));
	if (status != OK && status != E_CLOSED)
		route_bounce(st, ERR_RESOURCE_CONSTRAINT);
	stanza_free(&st);
}

struct store_batch *
call_rows(struct call *c)
{
	if (!c->passage.rows)
		c->passage.rows = store_batch_new(account_store());
	return c->passage.rows;
}

struct store_batch *
call_take_rows(struct call *c)
{
	call_rows(c);
	return TAKE(c->passage.rows);
}

void
call_write_rows(struct call *c)
{
	if (c->passage.rows)
		store_commit_firmly(&c->passage.rows, written_beside, stanza_ref(c->stanza));
}

/* --- contacts, nodes ------------------------------------------------------------------ */

void
call_contact(struct call *c, enum event on, struct jid contact)
{
	struct call inner = *c;

	inner.contact = contact;
	dispatch_event(&inner, on);
	assert(inner.after == c->after);
}

static void
tell_of_item(struct call *c, enum event on, const struct published *published)
{
	struct call inner = *c;

	inner.published = published;
	dispatch_event(&inner, on);
	assert(inner.after == c->after);
}

void
call_published(struct call *c, struct str node, struct str item, struct str payload)
{
	tell_of_item(c, ON_PUBLISHED, &(struct published){ node, item, payload });
}

void
call_retracted(struct call *c, struct str node)
{
	tell_of_item(c, ON_RETRACTED, &(struct published){ .node = node });
}

/* --- answering ------------------------------------------------------------------------ */

/* To the one that asked when it is at hand, else wherever it is. */
static void
send_answer(struct call *c, struct stanza *answer)
{
	if (c->outlet) {
		assert(!c->after); /* a stranger's changes are answered by who makes them */
		c->outlet->calls->deliver(c->outlet, answer);
		stanza_free(&answer);
	} else if (c->session && jid_eq(answer->to, c->session->jid)) {
		call_send_session(c, c->session, answer);
	} else {
		call_send(c, answer);
	}
}

static struct stanza_head
result_head(const struct call *c)
{
	assert(c->stanza->type == IQ_GET || c->stanza->type == IQ_SET);
	return (struct stanza_head){
		.kind = STANZA_IQ,
		.type = IQ_RESULT,
		.to = c->stanza->from,
		.from = c->stanza->to,
		.id = c->stanza->id,
	};
}

void
iq_result_begin(struct call *c, struct xml_writer *w)
{
	stanza_begin(w, c->arena, STANZA_IQ);
}

enum verdict
iq_result_finish(struct call *c, struct xml_writer *w)
{
	struct stanza_head head = result_head(c);

	send_answer(c, stanza_finish(w, &head));
	return DONE;
}

enum verdict
iq_result(struct call *c, struct str content)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	if (content.len)
		xml_raw(&w, content);
	return iq_result_finish(c, &w);
}

enum verdict
refuse_with(struct call *c, enum stanza_error condition, struct str text, struct str extension)
{
	if (stanza_may_be_answered(c->stanza))
		send_answer(
		    c, stanza_error_answer(c->stanza, condition, text, extension, c->arena));
	return DONE;
}

enum verdict
refuse(struct call *c, enum stanza_error condition)
{
	return refuse_with(c, condition, (struct str){ 0 }, (struct str){ 0 });
}

void
call_replace(struct call *c, struct stanza *st)
{
	stanza_free(&c->stanza);
	c->stanza = st;
	c->payload = st->kind == STANZA_IQ ? stanza_payload(st) : ELEM_NONE;
}
