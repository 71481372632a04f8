/* SPDX-License-Identifier: MIT */
#include "router/leaving.h"

#include "base/log.h"

struct leaving {
	struct timer timer;
	struct managed *managed;
	msec_t grace_ms;
};

/* What stood for the client may be a connection that nobody has ended yet, and on which
 * something of what it sent last was still under way. If somebody is there after all, he takes
 * the session over once more. */
static void
cut(struct leaving *l)
{
	timer_set(&l->timer, l->grace_ms);
	session_cut(l->managed->session, STREAM_CONNECTION_TIMEOUT,
	    S("The client said that it goes away."));
}

static void
on_due(struct timer *t)
{
	struct leaving *l = list_entry(t, struct leaving, timer);
	struct session *s = l->managed->session;

	if (s->outlet) {
		cut(l);
		return;
	}
	log_info("session.left", LOG_ACCOUNT("jid", jid_full(s->jid)));
	session_close(&s);
}

void
leaving_begin(struct managed *m, msec_t grace_ms)
{
	struct leaving *l;

	if (m->leaving)
		return;
	m->leaving = l = mem_zalloc(sizeof(*l));
	l->managed = m;
	l->grace_ms = grace_ms;
	timer_init(&l->timer, on_due);
	timer_set(&l->timer, grace_ms);
}

void
leaving_forget(struct managed *m)
{
	struct leaving *l = TAKE(m->leaving);

	if (!l)
		return;
	timer_stop(&l->timer);
	free(l);
}
