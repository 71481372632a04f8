/* SPDX-License-Identifier: MIT
 *
 * A room that is full of people, into which some more come: what each of them costs, with all
 * that the room tells the others and them. With `silent` only those who may talk are seen, and
 * those who come may not.
 *
 * Nobody may miss that somebody came, or hear of it twice.
 */
#include "bench/scenario.h"

#define DRAIN_NS UINT64_C(10000000000)

struct crowd {
	struct swarm *swarm;
	uint32_t n_in, n_late; /* clients that are in; those that come last */
	bool open, counting;
	uint64_t heard; /* by those who are in, of those who come */
	struct histogram latency;
	uint64_t came_ns;
};

static int
write_room(const struct crowd *r, char *at, size_t room)
{
	const struct plan *p = r->swarm->plan;

	return snprintf(
	    at, room, "crowd%x@%.*s.%.*s", token_run(), STR_ARG(p->rooms), STR_ARG(p->host));
}

static void
enter(struct crowd *r, struct client *c)
{
	char room[320], text[512];
	int n;

	write_room(r, room, sizeof(room));
	n = snprintf(text, sizeof(text),
	    "<presence to='%s/u%u'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
	    room, c->number);
	client_send(c, str_of(text, (size_t)n));
	r->came_ns = now_ns();
}

#define CONFIG "muc#roomconfig_"

static void
configure(struct crowd *r, struct client *c)
{
	static const char silent[] =
	    "<field "
	    "var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>"
	    "<field var='" CONFIG "moderatedroom'><value>1</value></field>"
	    "<field var='" CONFIG "presencebroadcast'><value>moderator</value>"
	    "<value>participant</value></field>";
	char room[320], text[1024];
	int n;

	write_room(r, room, sizeof(room));
	n = snprintf(text, sizeof(text),
	    "<iq to='%s' type='set' id='unlock'><query "
	    "xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
	    "type='submit'>%s</x></query></iq>",
	    room, r->swarm->plan->silent ? silent : "");
	client_send(c, str_of(text, (size_t)n));
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct crowd *r = c->swarm->scenario;
	bool own = scan_has(stanza, S("'110'")) || scan_has(stanza, S("\"110\""));

	if (scan_has(str_slice(stanza, 0, str_find(stanza, '>')), S("type='error'")))
		die("somebody cannot come in: %.*s", STR_ARG(stanza));
	if (str_starts(stanza, S("<iq")))
		r->open |= c->number == 0;
	if (!str_starts(stanza, S("<presence")))
		return;
	if (r->counting)
		r->heard++;
	if (!own)
		return;
	r->n_in++;
	histogram_add(&r->latency, now_ns() - r->came_ns);
	if (c->number == 0)
		configure(r, c);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

static void
wait_for(struct crowd *r, uint32_t n)
{
	while (r->n_in < n)
		swarm_turn(r->swarm, 100000000);
}

/* What those who come hear of the ones before, and what these hear of them. */
static uint64_t
expected(const struct crowd *r)
{
	uint64_t first = r->swarm->n - r->n_late, all = 0;

	for (uint64_t i = 0; i < r->n_late; i++)
		all += r->swarm->plan->silent ? 2 : 2 * (first + i) + 1;
	return all;
}

static void
come(struct crowd *r)
{
	uint32_t n = (uint32_t)r->swarm->n;
	uint64_t last;

	r->counting = true;
	for (uint32_t i = n - r->n_late; i < n; i++) {
		enter(r, &r->swarm->clients[i]);
		wait_for(r, i + 1);
	}
	last = now_ns();
	while (r->heard < expected(r) && now_ns() - last < DRAIN_NS)
		swarm_turn(r->swarm, 100000000);
	swarm_settle(r->swarm);
}

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct crowd *r = mem_zalloc(sizeof(*r));
	struct faults faults = { 0 };
	struct meter m;

	r->n_late = p.clients > 40 ? 20 : p.clients / 2;
	r->swarm = swarm_new(&p, p.clients);
	r->swarm->scenario = r;
	r->swarm->calls = &calls;
	swarm_log_in(r->swarm);
	swarm_settle(r->swarm);
	enter(r, &r->swarm->clients[0]);
	while (!r->open)
		swarm_turn(r->swarm, 100000000);
	for (uint32_t i = 1; i < p.clients - r->n_late; i++) {
		enter(r, &r->swarm->clients[i]);
		wait_for(r, i + 1);
	}
	swarm_settle(r->swarm);
	r->latency = (struct histogram){ 0 };
	meter_start(&m, &p.server);
	come(r);
	meter_stop(&m);
	if (r->heard < expected(r))
		faults.lost = expected(r) - r->heard;
	else
		faults.duplicated = r->heard - expected(r);

	report_begin("crowd");
	report_cost(&m, r->n_late);
	report_latency(&r->latency);
	report_number("presences", (double)r->heard);
	report_faults(&faults);
	report_end();
	swarm_log_out(r->swarm);
	swarm_free(&r->swarm);
	free(r);
	return !faults_any(&faults);
}

const struct scenario scenario_crowd = { "crowd", "people who come into a full room", run };
