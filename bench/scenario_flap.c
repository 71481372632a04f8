/* SPDX-License-Identifier: MIT
 *
 * Presence while the network fails: clients in groups whose members have each other as
 * contacts (the scenario befriend made them so). First one after the other loses its
 * connection and is back at once; then all of them do. What arrives is compared with naive
 * broadcasting, which is reckoned here:
 *
 *   one of a group of g is lost and back   g - 1 contacts hear that it went and that it came;
 *                                          it gets their g - 1 answers and its own echo
 *   all of a group are lost and back       each who comes is told to those before it, asks
 *                                          all others, of whom the ones behind it are said to
 *                                          be unavailable, and gets its own echo
 */
#include "bench/scenario.h"

struct flap {
	uint64_t stanzas, bytes; /* of presence, so far */
};

static void
on_stanza(struct client *c, struct str stanza)
{
	struct flap *f = c->swarm->scenario;

	if (!str_starts(stanza, S("<presence")))
		return;
	f->stanzas++;
	f->bytes += stanza.len;
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

static void
flap_one(struct swarm *s, struct client *c)
{
	client_drop(c);
	client_open(c);
	while (c->stage != CLIENT_READY)
		swarm_turn(s, -1);
}

static void
flap_all(struct swarm *s)
{
	for (size_t i = 0; i < s->n; i++)
		client_drop(&s->clients[i]);
	swarm_log_in(s);
}

static void
report_phase(const char *name, const struct flap *f, uint64_t naive)
{
	char text[64];

	snprintf(text, sizeof(text), "%s_stanzas", name);
	report_number(text, (double)f->stanzas);
	snprintf(text, sizeof(text), "%s_bytes", name);
	report_number(text, (double)f->bytes);
	snprintf(text, sizeof(text), "%s_naive", name);
	report_number(text, (double)naive);
	snprintf(text, sizeof(text), "%s_percent", name);
	report_number(text, 100.0 * (double)f->stanzas / (double)naive);
}

static bool
run(const struct plan *plan)
{
	struct flap one = { 0 }, all = { 0 };
	struct plan p = *plan;
	struct swarm *s;
	uint64_t g = p.group, naive_one, naive_all;

	/* Whole groups only. */
	p.clients = (p.clients + p.group - 1) / p.group * p.group;
	s = swarm_new(&p, p.clients);
	swarm_log_in(s);
	swarm_settle(s);
	s->calls = &calls;

	s->scenario = &one;
	for (uint32_t i = 0; i < p.logins; i++)
		flap_one(s, &s->clients[i % p.clients]);
	swarm_settle(s);
	naive_one = p.logins * (3 * (g - 1) + 1);

	s->scenario = &all;
	flap_all(s);
	swarm_settle(s);
	naive_all = p.clients / g * (3 * g * (g - 1) / 2 + g);

	report_begin("flap");
	report_phase("one", &one, naive_one);
	report_phase("all", &all, naive_all);
	report_number("percent",
	    100.0 * (double)(one.stanzas + all.stanzas) / (double)(naive_one + naive_all));
	report_end();
	swarm_log_out(s);
	swarm_free(&s);
	return true;
}

const struct scenario scenario_flap = {
	"flap",
	"presence while the network fails, against naive broadcasting",
	run,
};
