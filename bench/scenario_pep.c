/* SPDX-License-Identifier: MIT
 *
 * Events of accounts' nodes (XEP-0163): clients in groups whose members have each other as
 * contacts (the scenario befriend made them so) and want to hear of one node; each publishes
 * as soon as its last item has reached all contacts. Every event must reach every contact once
 * and in its place.
 */
#include "bench/scenario.h"

#define DRAIN_NS UINT64_C(3000000000)

/* What every client says it can do: its hash, and the answer to the question behind it. */
#define CAPS_NODE "https://bench.example"
#define CAPS_VER "OyUWoDndR7oaSOyaKd6cDFQda/Q="
#define FEATURE "urn:example:bench+notify"

struct publisher {
	uint64_t sent;
	uint32_t awaited;         /* contacts that have not seen the last item */
	struct sequence *arrived; /* from each member of the group, by its place */
};

struct circle {
	struct swarm *swarm;
	struct publisher *publishers;
	uint32_t group;
	uint64_t sent, arrived, refused;
	bool sending, measuring;
	uint64_t measured;
	struct histogram latency;
	struct faults faults;
};

static void
announce(struct client *c)
{
	client_send(c, S("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
			 "node='" CAPS_NODE "' ver='" CAPS_VER "'/></presence>"));
}

/* The server asks one of them, for all. */
static void
explain(struct client *c)
{
	struct str host = c->swarm->plan->host;
	const size_t room = 512;
	char *at = client_reserve(c, room);

	client_sent(
	    c, (size_t)snprintf(at, room,
		   "<iq type='result' id='caps' to='%.*s'>"
		   "<query xmlns='http://jabber.org/protocol/disco#info' node='" CAPS_NODE
		   "#" CAPS_VER "'><identity category='client' type='bot'/>"
		   "<feature var='" FEATURE "'/></query></iq>",
		   STR_ARG(host)));
}

static void
publish(struct circle *r, struct client *c)
{
	struct publisher *me = &r->publishers[c->number];
	struct token t = { token_run(), c->number, me->sent, now_ns() };
	const size_t room = 384;
	char *start = client_reserve(c, room), *at = start;

	at += snprintf(at, room,
	    "<iq type='set' id='p'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
	    "<publish node='urn:example:bench'><item id='current'>"
	    "<bench xmlns='urn:example:bench'>");
	token_write(at, &t);
	at += TOKEN_BYTES;
	at += snprintf(at, 64, "</bench></item></publish></pubsub></iq>");
	client_sent(c, (size_t)(at - start));
	me->sent++;
	me->awaited = r->group - 1;
	r->sent++;
}

static void
on_event(struct circle *r, struct client *c, const struct token *t)
{
	struct publisher *sender;
	struct sequence *arrived;
	uint64_t before;

	if (t->lane >= r->swarm->n || t->lane / r->group != c->number / r->group ||
	    t->number >= r->publishers[t->lane].sent) {
		r->faults.misdelivered++;
		return;
	}
	sender = &r->publishers[t->lane];
	arrived = &r->publishers[c->number].arrived[t->lane % r->group];
	before = arrived->duplicated;
	sequence_arrived(arrived, t->number);
	if (arrived->duplicated > before)
		return;
	r->arrived++;
	if (r->measuring) {
		r->measured++;
		histogram_add(&r->latency, now_ns() - t->sent_ns);
	}
	if (--sender->awaited == 0 && r->sending)
		publish(r, &r->swarm->clients[t->lane]);
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct circle *r = c->swarm->scenario;
	struct token t;

	if (str_starts(stanza, S("<iq"))) {
		if (scan_between(stanza, S("type='get' id='"), S("'")).len)
			explain(c);
		else if (scan_between(stanza, S("<error"), S("</error>")).len)
			r->refused++;
		return;
	}
	/* Of an earlier run, or one's own. */
	if (!str_starts(stanza, S("<message")) ||
	    !token_read(
		scan_between(stanza, S("xmlns='urn:example:bench'>"), S("</bench>")), &t) ||
	    t.run != token_run() || t.lane == c->number)
		return;
	on_event(r, c, &t);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

static void
run_for(struct circle *r, msec_t ms)
{
	uint64_t end = now_ns() + (uint64_t)ms * 1000000;

	while (now_ns() < end)
		swarm_turn(r->swarm, 100000000);
}

static void
drain(struct circle *r)
{
	uint64_t last = now_ns(), arrived = r->arrived;

	r->sending = false;
	while (r->arrived < r->sent * (r->group - 1) && now_ns() - last < DRAIN_NS) {
		swarm_turn(r->swarm, 100000000);
		if (r->arrived > arrived) {
			arrived = r->arrived;
			last = now_ns();
		}
	}
	swarm_settle(r->swarm);
}

static void
add_faults(struct circle *r, uint32_t receiver)
{
	uint32_t first = receiver - receiver % r->group;

	for (uint32_t i = 0; i < r->group; i++) {
		struct sequence *arrived = &r->publishers[receiver].arrived[i];

		if (first + i != receiver)
			faults_add(&r->faults, arrived, r->publishers[first + i].sent);
		sequence_fini(arrived);
	}
	free(r->publishers[receiver].arrived);
}

/* All of them say what they want, and the server has understood it. */
static void
introduce(struct circle *r)
{
	for (size_t i = 0; i < r->swarm->n; i++)
		announce(&r->swarm->clients[i]);
	swarm_settle(r->swarm);
}

static void
work(struct circle *r, const struct plan *p, struct meter *m)
{
	swarm_log_in(r->swarm);
	swarm_settle(r->swarm);
	introduce(r);
	r->sending = true;
	for (size_t i = 0; i < r->swarm->n; i++)
		publish(r, &r->swarm->clients[i]);
	run_for(r, p->warmup_ms);
	r->measuring = true;
	meter_start(m, &p->server);
	run_for(r, p->measure_ms);
	meter_stop(m);
	r->measuring = false;
	drain(r);
}

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct circle *r = mem_zalloc(sizeof(*r));
	struct meter m;
	bool good;

	/* Whole groups only. */
	p.clients = (p.clients + p.group - 1) / p.group * p.group;
	r->group = p.group;
	r->publishers = mem_zalloc(p.clients * sizeof(*r->publishers));
	for (uint32_t i = 0; i < p.clients; i++)
		r->publishers[i].arrived = mem_zalloc(p.group * sizeof(struct sequence));
	r->swarm = swarm_new(&p, p.clients);
	r->swarm->scenario = r;
	r->swarm->calls = &calls;
	work(r, &p, &m);
	for (uint32_t i = 0; i < p.clients; i++)
		add_faults(r, i);

	report_begin("pep");
	report_cost(&m, r->measured);
	report_latency(&r->latency);
	report_number("sent", (double)r->sent);
	report_number("refused", (double)r->refused);
	report_faults(&r->faults);
	report_end();

	swarm_log_out(r->swarm);
	swarm_free(&r->swarm);
	good = !faults_any(&r->faults) && r->refused == 0;
	free(r->publishers);
	free(r);
	return good;
}

const struct scenario scenario_pep = {
	"pep",
	"items published to nodes of accounts, each told to the contacts",
	run,
};
