/* SPDX-License-Identifier: MIT
 *
 * Logins: TCP, TLS, SASL, bind, roster, initial presence. All accounts have logged in before,
 * so that neither side computes keys from passwords; nobody logs out while it is measured.
 */
#include "bench/scenario.h"

struct logins {
	struct histogram latency;
	uint64_t *opened_ns; /* by client */
};

static void
on_ready(struct client *c)
{
	struct logins *l = c->swarm->scenario;

	histogram_add(&l->latency, now_ns() - l->opened_ns[c->number]);
}

static const struct swarm_calls calls = { .on_ready = on_ready };

/* As swarm_log_in, noting when each began. */
static void
log_in_timed(struct swarm *s, struct logins *l)
{
	size_t next = 0;

	while (s->n_ready < s->n) {
		while (next < s->n && next - s->n_ready < s->plan->concurrent) {
			l->opened_ns[next] = now_ns();
			client_open(&s->clients[next++]);
		}
		swarm_turn(s, -1);
	}
}

static bool
run(const struct plan *p)
{
	struct swarm *s = swarm_new(p, p->clients);
	struct logins *l = mem_zalloc(sizeof(*l));
	struct meter m;

	l->opened_ns = mem_zalloc(p->clients * sizeof(uint64_t));
	s->scenario = l;
	swarm_log_in(s);
	swarm_log_out(s);
	swarm_settle(s);
	s->calls = &calls;
	meter_start(&m, &p->server);
	log_in_timed(s, l);
	meter_stop(&m);

	report_begin("login");
	report_cost(&m, p->clients);
	report_latency(&l->latency);
	report_end();

	s->calls = &(const struct swarm_calls){ 0 };
	swarm_log_out(s);
	swarm_free(&s);
	free(l->opened_ns);
	free(l);
	return true;
}

const struct scenario scenario_login = { "login", "logins, one to each account", run };
