/* SPDX-License-Identifier: MIT
 *
 * Resumption after a cut (XEP-0198): the clients with an odd number lose their connections;
 * each is sent `pending` messages by its neighbour; all come back and resume. What is measured
 * is the coming back: connection, login, and the messages that waited. One that does not come
 * exactly once, in its place, is a fault.
 */
#include "bench/scenario.h"

enum { ID_MAX = 128 };

/* Of a client that resumes. */
struct tunnel {
	char id[ID_MAX]; /* of its session; empty until it is enabled */
	uint32_t handled;
	uint64_t sent; /* to it */
	struct sequence arrived;
};

struct resume {
	struct swarm *swarm;
	struct tunnel *tunnels; /* by client; those of even ones are not used */
	uint64_t arrived;
	size_t enabled;
	struct faults faults;
};

static struct resume *
resume_of(struct client *c)
{
	return c->swarm->scenario;
}

static bool
resumes(const struct client *c)
{
	return c->number & 1;
}

static void
on_ready(struct client *c)
{
	if (resumes(c) && !resume_of(c)->tunnels[c->number].id[0])
		client_send(c, S("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"));
}

static struct str
resumption(struct client *c, struct arena *a)
{
	const struct tunnel *t = &resume_of(c)->tunnels[c->number];

	if (!t->id[0])
		return (struct str){ 0 };
	return str_format(
	    a, "<resume xmlns='urn:xmpp:sm:3' previd='%s' h='%u'/>", t->id, t->handled);
}

static void
on_enabled(struct resume *r, struct tunnel *t, struct str stanza)
{
	struct str id = scan_between(stanza, S(" id='"), S("'"));

	if (!id.len || id.len >= ID_MAX)
		die("the session cannot be resumed: %.*s", STR_ARG(stanza));
	memcpy(t->id, id.at, id.len);
	r->enabled++;
}

static void
on_message(struct client *c, struct str stanza)
{
	struct resume *r = resume_of(c);
	struct tunnel *to = &r->tunnels[c->number];
	struct token t;

	if (!token_read(scan_between(stanza, S("<body>"), S("</body>")), &t) ||
	    t.run != token_run())
		return;
	if (t.lane != c->number || t.number >= to->sent) {
		r->faults.misdelivered++;
		return;
	}
	sequence_arrived(&to->arrived, t.number);
	r->arrived++;
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct tunnel *t = &resume_of(c)->tunnels[c->number];
	char text[64];

	if (!resumes(c))
		return;
	if (str_starts(stanza, S("<enabled"))) {
		on_enabled(resume_of(c), t, stanza);
	} else if (str_starts(stanza, S("<r "))) {
		client_send(
		    c, str_of(text, (size_t)snprintf(text, sizeof(text),
					"<a xmlns='urn:xmpp:sm:3' h='%u'/>", t->handled)));
	} else if (t->id[0]) {
		t->handled++;
		if (str_starts(stanza, S("<message")))
			on_message(c, stanza);
	}
}

static void
send_pending(struct resume *r, struct client *from)
{
	const struct plan *p = r->swarm->plan;
	uint32_t lane = from->number + 1;
	struct tunnel *to = &r->tunnels[lane];

	for (uint32_t i = 0; i < p->pending; i++) {
		struct token t = { token_run(), lane, to->sent++, now_ns() };
		char *at = client_reserve(from, 192 + p->host.len), *start = at;

		at += snprintf(at, 128 + p->host.len,
		    "<message to='u%u@%.*s' type='chat' id='%llx'><body>",
		    r->swarm->clients[lane].account, STR_ARG(p->host),
		    (unsigned long long)t.number);
		token_write(at, &t);
		at += TOKEN_BYTES;
		at += snprintf(at, 32, "</body></message>");
		client_sent(from, (size_t)(at - start));
	}
}

static const struct swarm_calls calls = {
	.on_ready = on_ready,
	.on_stanza = on_stanza,
	.resumption = resumption,
};

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct resume r = { 0 };
	struct meter m;
	size_t n;
	bool good;

	p.clients += p.clients & 1;
	n = p.clients / 2;
	r.tunnels = mem_zalloc(p.clients * sizeof(*r.tunnels));
	r.swarm = swarm_new(&p, p.clients);
	r.swarm->scenario = &r;
	r.swarm->calls = &calls;
	swarm_log_in(r.swarm);
	while (r.enabled < n)
		swarm_turn(r.swarm, -1);
	swarm_settle(r.swarm);

	for (size_t i = 0; i < p.clients; i += 2) {
		client_drop(&r.swarm->clients[i + 1]);
		send_pending(&r, &r.swarm->clients[i]);
	}
	swarm_settle(r.swarm);
	meter_start(&m, &p.server);
	swarm_log_in(r.swarm);
	while (r.arrived < n * p.pending)
		swarm_turn(r.swarm, -1);
	meter_stop(&m);
	swarm_settle(r.swarm);

	for (size_t i = 1; i < p.clients; i += 2)
		faults_add(&r.faults, &r.tunnels[i].arrived, r.tunnels[i].sent);
	report_begin("resume");
	report_cost(&m, n);
	report_number("pending", p.pending);
	report_faults(&r.faults);
	report_end();
	swarm_log_out(r.swarm);
	swarm_free(&r.swarm);
	for (size_t i = 0; i < p.clients; i++)
		sequence_fini(&r.tunnels[i].arrived);
	free(r.tunnels);
	good = !faults_any(&r.faults);
	return good;
}

const struct scenario scenario_resume = { "resume", "sessions resumed after a cut", run };
