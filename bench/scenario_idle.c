/* SPDX-License-Identifier: MIT
 *
 * Memory of connections that are logged in and say nothing. Some log in and out before, so
 * that what a server allocates once is not counted.
 */
#include "bench/scenario.h"

enum { FIRST = 8 };

static double
pss(struct swarm *s)
{
	swarm_settle(s);
	return (double)processes_pss_bytes(&s->plan->server);
}

static bool
run(const struct plan *p)
{
	struct swarm *s = swarm_new(p, p->clients);
	double before, during, after;

	s->n = p->clients < FIRST ? p->clients : FIRST;
	s->n_closed = s->n;
	swarm_log_in(s);
	swarm_log_out(s);
	s->n = s->n_closed = p->clients;

	before = pss(s);
	swarm_log_in(s);
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
	return true;
}

const struct scenario scenario_idle = { "idle", "memory of idle connections", run };
