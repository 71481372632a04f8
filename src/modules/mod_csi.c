/* SPDX-License-Identifier: MIT
 *
 * mod_csi: a client that nobody is looking at is left alone until something matters.
 *
 * Source   XEP-0352 1.0.0
 * Reacts   <inactive/> and <active/>, also with the bind; whatever is delivered to an inactive
 *          session
 * Keeps    nothing on disk, and nothing of an active session. Of an inactive one: what waits
 *
 *   presence                  waits; of each contact's resource the last one only
 *   only chat states          dropped: by the time they were read they would be wrong
 *   receipts, markers,        wait
 *   reactions, headlines, ...
 *   everything else           passes, and before it whatever waits, in order
 *
 * What waits is the session's, not the stream's. It is bounded: before it grows beyond
 * CSI_HELD_MAX or CSI_HELD_BYTES all of it is sent. When the session ends it goes where what
 * was sent and not acknowledged goes.
 */
#include "base/limits.h"
#include "modules/list.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

enum { CSI_HELD, CSI_MERGED, CSI_DROPPED, CSI_RELEASED, CSI_PASSED };

/* What waits for an inactive client, in order. */
struct held {
	size_t n, room;
	size_t bytes;
	struct held_stanza {
		struct stanza *stanza;
		usec_t came_us;
	} * at;
};

/* Of a session; NULL while it is active. */
struct silence {
	struct held *held;
};

static struct silence *
silence_of(struct session *s)
{
	return module_session_state(&mod_csi, s);
}

/* --- what waits ----------------------------------------------------------------------- */

static size_t
bytes_of(const struct stanza *st)
{
	return sizeof(*st) + frozen_bytes(st->xml);
}

/* Hands all of it to one of the functions of session.h. */
static void
let_go(struct session *s, struct held *h,
    void (*to)(struct session *s, const struct stanza *st, usec_t came_us))
{
	module_count(&mod_csi, CSI_RELEASED, h->n);
	for (size_t i = 0; i < h->n; i++) {
		to(s, h->at[i].stanza, h->at[i].came_us);
		stanza_free(&h->at[i].stanza);
	}
	free(h->at);
	*h = (struct held){ 0 };
}

static void
release(struct session *s, struct held *h)
{
	let_go(s, h, session_deliver_now);
}

static void
drop(struct held *h)
{
	for (size_t i = 0; i < h->n; i++)
		stanza_free(&h->at[i].stanza);
	free(h->at);
	*h = (struct held){ 0 };
}

/* The contact's resource has a newer state: the older is of no use any more. */
static void
forget_older(struct held *h, const struct stanza *presence)
{
	for (size_t i = 0; i < h->n; i++) {
		struct stanza *older = h->at[i].stanza;

		if (older->kind != STANZA_PRESENCE || !jid_eq(older->from, presence->from))
			continue;
		module_count(&mod_csi, CSI_MERGED, 1);
		h->bytes -= bytes_of(older);
		stanza_free(&older);
		memmove(h->at + i, h->at + i + 1, (--h->n - i) * sizeof(*h->at));
		return;
	}
}

static void
hold(struct session *s, struct held *h, const struct stanza *st)
{
	if (st->kind == STANZA_PRESENCE)
		forget_older(h, st);
	if (h->n == CSI_HELD_MAX || h->bytes + bytes_of(st) > CSI_HELD_BYTES)
		release(s, h);
	if (h->n == h->room) {
		h->room = h->room ? h->room * 2 : 8;
		h->at = mem_resize(h->at, h->room * sizeof(*h->at));
	}
	h->at[h->n++] = (struct held_stanza){ stanza_ref(st), loop_wall_us() };
	h->bytes += bytes_of(st);
	module_count(&mod_csi, CSI_HELD, 1);
}

/* --- what is worth waking somebody for ------------------------------------------------ */

enum judgement { PASSES, WAITS, IS_DROPPED };

static enum judgement
judge(const struct session *s, const struct stanza *st)
{
	struct message_kind k;

	if (st->kind == STANZA_PRESENCE) {
		/* One's own is the echo of what the client has just sent. */
		if (jid_eq(st->from, s->jid))
			return PASSES;
		return st->type == PRESENCE_AVAILABLE || st->type == PRESENCE_UNAVAILABLE
			   ? WAITS
			   : PASSES;
	}
	if (st->kind == STANZA_IQ)
		return PASSES;
	k = jid_eq(st->from, s->account->jid) ? message_kind_of_copy(st) : message_kind(st);
	if (message_kind_is_fleeting(k))
		return IS_DROPPED;
	return message_kind_can_wait(k) ? WAITS : PASSES;
}

static bool
sieve(struct session *s, const struct stanza *st)
{
	struct held *h = silence_of(s)->held;

	switch (judge(s, st)) {
	case WAITS:
		hold(s, h, st);
		return true;
	case IS_DROPPED:
		module_count(&mod_csi, CSI_DROPPED, 1);
		return true;
	default:
		release(s, h);
		module_count(&mod_csi, CSI_PASSED, 1);
		return false;
	}
}

/* --- active and inactive -------------------------------------------------------------- */

static enum verdict
on_inactive(struct call *c)
{
	struct silence *q = silence_of(c->session);

	if (!q->held)
		q->held = mem_zalloc(sizeof(*q->held));
	c->session->sieve = sieve;
	return DONE;
}

static void
end_silence(
    struct session *s, void (*to)(struct session *s, const struct stanza *st, usec_t came_us))
{
	struct silence *q = silence_of(s);

	s->sieve = NULL;
	if (q->held)
		let_go(s, q->held, to);
	free(q->held);
	q->held = NULL;
}

static enum verdict
on_active(struct call *c)
{
	end_silence(c->session, session_deliver_now);
	return DONE;
}

static enum verdict
on_closed(struct call *c)
{
	end_silence(c->session, session_leave_behind);
	return PASS;
}

static void
session_fini(void *state, struct session *s)
{
	struct silence *q = state;

	s->sieve = NULL;
	if (q->held)
		drop(q->held);
	free(q->held);
	q->held = NULL;
}

static enum verdict
write_feature(struct call *c)
{
	xml_empty(c->out, NS_CSI, S("csi"));
	return PASS;
}

static const struct hook hooks[] = {
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_feature },
	{ .on = ON_ELEMENT,
	    .ns = NS_CSI,
	    .name = S("inactive"),
	    .in = HANDLE,
	    .run = on_inactive },
	{ .on = ON_ELEMENT, .ns = NS_CSI, .name = S("active"), .in = HANDLE, .run = on_active },
	{ .on = ON_BIND_INLINE,
	    .ns = NS_CSI,
	    .name = S("inactive"),
	    .in = HANDLE,
	    .run = on_inactive },
	{ .on = ON_BIND_INLINE,
	    .ns = NS_CSI,
	    .name = S("active"),
	    .in = HANDLE,
	    .run = on_active },
	/* Section 5.2: the state is not resumed. */
	{ .on = ON_SESSION_RESUMED, .in = HANDLE, .run = on_active },
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_closed },
};

const struct module mod_csi = {
	.name = "csi",
	.doc = "Holds back what can wait from clients that nobody is looking at.",
	.specs = LIST(struct spec, { XEP, 352, "1.0.0", "complete" }),
	.metrics = LIST(struct metric,
	    [CSI_HELD] = { "csi_held", COUNTER, "stanzas",
		"Stanzas that were held back from inactive clients." },
	    [CSI_MERGED] = { "csi_merged", COUNTER, "stanzas",
		"Held presence that a newer one made useless; never sent." },
	    [CSI_DROPPED] = { "csi_dropped", COUNTER, "stanzas",
		"Chat states for inactive clients; never sent." },
	    [CSI_RELEASED] = { "csi_released", COUNTER, "stanzas",
		"Held stanzas that were sent later, or went elsewhere when the session "
		"ended." },
	    [CSI_PASSED] = { "csi_passed", COUNTER, "stanzas",
		"Stanzas that were sent to inactive clients at once." }),
	.session_bytes = sizeof(struct silence),
	.session_fini = session_fini,
	.hooks = TABLE(hooks),
};
