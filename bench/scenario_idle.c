/* SPDX-License-Identifier: MIT
 *
 * Memory of connections that are logged in and say nothing; if the plan wants it, with stream
 * management (XEP-0198) and carbons (XEP-0280), and nothing unacknowledged. Some log in and out
 * before, so that what a server allocates once is not counted.
 */
#include "bench/scenario.h"

enum { FIRST = 8 };

struct idle {
	uint32_t *handled; /* by client: stanzas since stream management was enabled */
	bool *enabled;
	size_t n_managed; /* clients that have both */
};

static void
on_ready(struct client *c)
{
	struct idle *idle = c->swarm->scenario;

	if (!c->swarm->plan->managed)
		return;
	idle->enabled[c->number] = false;
	idle->handled[c->number] = 0;
	client_send(
	    c, S("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"
		 "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>"));
}

static void
acknowledge(struct client *c, uint32_t handled)
{
	char text[64];

	client_send(c, str_of(text, (size_t)snprintf(text, sizeof(text),
					"<a xmlns='urn:xmpp:sm:3' h='%u'/>", handled)));
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct idle *idle = c->swarm->scenario;
	bool is_answer = scan_between(stanza, S(" id='"), S("'")).len == strlen("carbons") &&
			 str_starts(stanza, S("<iq"));

	if (!c->swarm->plan->managed || str_starts(stanza, S("<a ")))
		return;
	if (str_starts(stanza, S("<enabled"))) {
		idle->enabled[c->number] = true;
	} else if (str_starts(stanza, S("<r "))) {
		acknowledge(c, idle->handled[c->number]);
	} else if (idle->enabled[c->number]) {
		acknowledge(c, ++idle->handled[c->number]);
		idle->n_managed += is_answer;
	}
}

static const struct swarm_calls calls = {
	.on_ready = on_ready,
	.on_stanza = on_stanza,
};

static void
log_in(struct swarm *s)
{
	struct idle *idle = s->scenario;

	idle->n_managed = 0;
	swarm_log_in(s);
	while (s->plan->managed && idle->n_managed < s->n)
		swarm_turn(s, -1);
}

static double
pss(struct swarm *s)
{
	swarm_settle(s);
	return (double)processes_pss_bytes(&s->plan->server);
}

static bool
run(const struct plan *p)
{
	struct idle idle = {
		.handled = mem_zalloc(p->clients * sizeof(*idle.handled)),
		.enabled = mem_zalloc(p->clients * sizeof(*idle.enabled)),
	};
	struct swarm *s = swarm_new(p, p->clients);
	double before, during, after;

	s->scenario = &idle;
	s->calls = &calls;
	s->n = p->clients < FIRST ? p->clients : FIRST;
	s->n_closed = s->n;
	log_in(s);
	swarm_log_out(s);
	s->n = s->n_closed = p->clients;

	before = pss(s);
	log_in(s);
	during = pss(s);
	swarm_log_out(s);
	after = pss(s);
	report_begin("idle");
	report_number("count", p->clients);
	report_number("pss_before", before);
	report_number("pss_during", during);
	report_number("pss_after", after);
	report_number("bytes_each", (during - before) / p->clients);
	report_end();
	swarm_free(&s);
	free(idle.handled);
	free(idle.enabled);
	return true;
}

const struct scenario scenario_idle = { "idle", "memory of idle connections", run };
