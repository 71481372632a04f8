/* SPDX-License-Identifier: MIT
 *
 * Presence: clients in groups whose members have each other as contacts (the scenario
 * befriend made them so), each toggling between two kinds of availability as soon as its
 * last change has reached all contacts. Every change must reach every contact once and in
 * its place.
 */
#include "bench/scenario.h"

#define DRAIN_NS UINT64_C(3000000000)

struct toggler {
	uint64_t sent;
	uint32_t awaited;         /* contacts that have not seen the last change */
	struct sequence *arrived; /* from each member of the group, by its place */
};

struct fanout {
	struct swarm *swarm;
	struct toggler *togglers;
	uint32_t group;
	uint64_t sent, arrived;
	bool sending, measuring;
	uint64_t measured;
	struct histogram latency;
	struct faults faults;
};

static void
toggle(struct fanout *f, struct client *c)
{
	struct toggler *me = &f->togglers[c->number];
	struct token t = { token_run(), c->number, me->sent, now_ns() };
	const size_t room = 160;
	char *start = client_reserve(c, room), *at = start;

	at += snprintf(at, room, "<presence>%s<status>",
	    me->sent & 1 ? "<show>away</show>" : "<show>chat</show>");
	token_write(at, &t);
	at += TOKEN_BYTES;
	at += snprintf(at, 32, "</status></presence>%s", f->swarm->plan->bare ? "\n" : "");
	client_sent(c, (size_t)(at - start));
	me->sent++;
	me->awaited = f->group - 1;
	f->sent++;
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct fanout *f = c->swarm->scenario;
	struct toggler *sender;
	struct sequence *arrived;
	uint64_t before;
	struct token t;

	if (!str_starts(stanza, S("<presence")) ||
	    !token_read(scan_between(stanza, S("<status>"), S("</status>")), &t) ||
	    t.run != token_run() || t.lane == c->number)
		return; /* of the login, of an earlier run, or the copy for oneself */
	if (t.lane >= f->swarm->n || t.lane / f->group != c->number / f->group ||
	    t.number >= f->togglers[t.lane].sent) {
		f->faults.misdelivered++;
		return;
	}
	sender = &f->togglers[t.lane];
	arrived = &f->togglers[c->number].arrived[t.lane % f->group];
	before = arrived->duplicated;
	sequence_arrived(arrived, t.number);
	if (arrived->duplicated > before)
		return;
	f->arrived++;
	if (f->measuring) {
		f->measured++;
		histogram_add(&f->latency, now_ns() - t.sent_ns);
	}
	if (--sender->awaited == 0 && f->sending)
		toggle(f, &f->swarm->clients[t.lane]);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

static void
run_for(struct fanout *f, msec_t ms)
{
	uint64_t end = now_ns() + (uint64_t)ms * 1000000;

	while (now_ns() < end)
		swarm_turn(f->swarm, 100000000);
}

static void
drain(struct fanout *f)
{
	uint64_t last = now_ns(), arrived = f->arrived;

	f->sending = false;
	while (f->arrived < f->sent * (f->group - 1) && now_ns() - last < DRAIN_NS) {
		swarm_turn(f->swarm, 100000000);
		if (f->arrived > arrived) {
			arrived = f->arrived;
			last = now_ns();
		}
	}
	swarm_settle(f->swarm);
}

static void
add_faults(struct fanout *f, uint32_t receiver)
{
	uint32_t first = receiver - receiver % f->group;

	for (uint32_t i = 0; i < f->group; i++) {
		struct sequence *arrived = &f->togglers[receiver].arrived[i];

		if (first + i != receiver)
			faults_add(&f->faults, arrived, f->togglers[first + i].sent);
		sequence_fini(arrived);
	}
	free(f->togglers[receiver].arrived);
}

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct fanout *f = mem_zalloc(sizeof(*f));
	struct meter m;
	bool good;

	/* Whole groups only. */
	p.clients = (p.clients + p.group - 1) / p.group * p.group;
	f->group = p.group;
	f->togglers = mem_zalloc(p.clients * sizeof(*f->togglers));
	for (uint32_t i = 0; i < p.clients; i++)
		f->togglers[i].arrived = mem_zalloc(p.group * sizeof(struct sequence));
	f->swarm = swarm_new(&p, p.clients);
	f->swarm->scenario = f;
	f->swarm->calls = &calls;

	swarm_log_in(f->swarm);
	swarm_settle(f->swarm);
	f->sending = true;
	for (uint32_t i = 0; i < p.clients; i++)
		toggle(f, &f->swarm->clients[i]);
	run_for(f, p.warmup_ms);
	f->measuring = true;
	meter_start(&m, &p.server);
	run_for(f, p.measure_ms);
	meter_stop(&m);
	f->measuring = false;
	drain(f);
	for (uint32_t i = 0; i < p.clients; i++)
		add_faults(f, i);

	report_begin("presence");
	report_cost(&m, f->measured);
	report_latency(&f->latency);
	report_number("sent", (double)f->sent);
	report_faults(&f->faults);
	report_end();

	swarm_log_out(f->swarm);
	swarm_free(&f->swarm);
	good = !faults_any(&f->faults);
	free(f->togglers);
	free(f);
	return good;
}

const struct scenario scenario_presence = {
	"presence",
	"changes of presence, each delivered to the contacts",
	run,
};
