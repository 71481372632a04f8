/* SPDX-License-Identifier: MIT
 *
 * Rooms: clients in groups, each group in a room. In every room `window` of them talk, each
 * saying the next thing as soon as the last has reached everybody. What does not reach
 * everybody once and in its place is a fault.
 *
 * The relay's group stands for the room; it does not send back to who spoke.
 */
#include "bench/scenario.h"

#define DRAIN_NS UINT64_C(3000000000)

struct member {
	uint64_t sent;
	uint32_t awaited; /* members that have not got the last message */
	bool is_in;
	struct sequence *arrived; /* from each that talks, by its place */
};

struct rooms {
	struct swarm *swarm;
	struct member *members;
	char *filler;
	uint32_t n_in;    /* members that are in their rooms */
	uint32_t n_open;  /* rooms that others may enter */
	uint32_t readers; /* of one message */
	uint64_t sent, arrived;
	bool sending, measuring;
	uint64_t measured;
	struct histogram latency;
	struct faults faults;
};

static uint32_t
place_of(const struct rooms *r, uint32_t number)
{
	return number % r->swarm->plan->group;
}

/* Another room in each run, so that none is found as another left it. */
static int
write_room(const struct rooms *r, const struct client *c, char *at, size_t room)
{
	const struct plan *p = r->swarm->plan;

	return snprintf(at, room, "r%x-%u@%.*s.%.*s", token_run(), c->number / p->group,
	    STR_ARG(p->rooms), STR_ARG(p->host));
}

static void
enter(const struct rooms *r, struct client *c)
{
	char room[320], text[512];
	int n;

	write_room(r, c, room, sizeof(room));
	n = snprintf(text, sizeof(text),
	    "<presence to='%s/u%u'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
	    room, c->number);
	client_send(c, str_of(text, (size_t)n));
}

/* An instant room. */
static void
unlock(const struct rooms *r, struct client *c)
{
	char room[320], text[640];
	int n;

	write_room(r, c, room, sizeof(room));
	n = snprintf(text, sizeof(text),
	    "<iq to='%s' type='set' id='unlock'><query "
	    "xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
	    "type='submit'/></query></iq>",
	    room);
	client_send(c, str_of(text, (size_t)n));
}

static void
say(struct rooms *r, struct client *c)
{
	const struct plan *p = r->swarm->plan;
	struct member *me = &r->members[c->number];
	struct token t = { token_run(), c->number, me->sent, now_ns() };
	size_t room = 512 + p->body;
	char *start = client_reserve(c, room), *at = start;

	at += snprintf(at, room, "<message to='");
	at += write_room(r, c, at, 320);
	at += snprintf(
	    at, 64, "' type='groupchat' id='%llx'><body>", (unsigned long long)t.number);
	token_write(at, &t);
	at += TOKEN_BYTES;
	memcpy(at, r->filler, p->body - TOKEN_BYTES);
	at += p->body - TOKEN_BYTES;
	at += snprintf(at, 32, "</body></message>%s", p->bare ? "\n" : "");
	client_sent(c, (size_t)(at - start));
	me->sent++;
	me->awaited = r->readers;
	r->sent++;
}

static bool
is_error(struct str stanza)
{
	struct str tag = str_slice(stanza, 0, str_find(stanza, '>'));

	return scan_has(tag, S("type='error'")) || scan_has(tag, S("type=\"error\""));
}

/* Before the talking: who makes the room, and who is in. */
static void
on_entering(struct rooms *r, struct client *c, struct str stanza)
{
	struct member *me = &r->members[c->number];

	if (is_error(stanza))
		die("a room cannot be entered: %.*s", STR_ARG(stanza));
	if (str_starts(stanza, S("<iq")) && place_of(r, c->number) == 0) {
		r->n_open++;
		return;
	}
	if (me->is_in || !(scan_has(stanza, S("'110'")) || scan_has(stanza, S("\"110\""))))
		return;
	me->is_in = true;
	r->n_in++;
	if (place_of(r, c->number) == 0)
		unlock(r, c);
}

static void
on_message(struct rooms *r, struct client *c, struct str stanza)
{
	uint32_t group = r->swarm->plan->group;
	struct member *speaker;
	struct sequence *arrived;
	uint64_t before;
	struct token t;

	if (is_error(stanza)) {
		r->faults.refused++;
		return;
	}
	if (!token_read(scan_between(stanza, S("<body>"), S("</body>")), &t) ||
	    t.run != token_run())
		return;
	if (t.lane >= r->swarm->n || t.lane / group != c->number / group ||
	    place_of(r, t.lane) >= r->swarm->plan->window ||
	    t.number >= r->members[t.lane].sent) {
		r->faults.misdelivered++;
		return;
	}
	speaker = &r->members[t.lane];
	arrived = &r->members[c->number].arrived[place_of(r, t.lane)];
	before = arrived->duplicated;
	sequence_arrived(arrived, t.number);
	if (arrived->duplicated > before)
		return;
	r->arrived++;
	if (r->measuring) {
		r->measured++;
		histogram_add(&r->latency, now_ns() - t.sent_ns);
	}
	if (--speaker->awaited == 0 && r->sending)
		say(r, &r->swarm->clients[t.lane]);
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct rooms *r = c->swarm->scenario;

	if (str_starts(stanza, S("<message")))
		on_message(r, c, stanza);
	else if (r->n_in < r->swarm->n || r->n_open * c->swarm->plan->group < r->swarm->n)
		on_entering(r, c, stanza);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

static void
run_for(struct rooms *r, msec_t ms)
{
	uint64_t end = now_ns() + (uint64_t)ms * 1000000;

	while (now_ns() < end)
		swarm_turn(r->swarm, 100000000);
}

static void
drain(struct rooms *r)
{
	uint64_t last = now_ns(), arrived = r->arrived;

	r->sending = false;
	while (r->arrived < r->sent * r->readers && now_ns() - last < DRAIN_NS) {
		swarm_turn(r->swarm, 100000000);
		if (r->arrived > arrived) {
			arrived = r->arrived;
			last = now_ns();
		}
	}
	swarm_settle(r->swarm);
}

/* First those who make the rooms, then the others. */
static void
enter_all(struct rooms *r)
{
	uint32_t group = r->swarm->plan->group, n = (uint32_t)r->swarm->n;

	for (uint32_t i = 0; i < n; i += group)
		enter(r, &r->swarm->clients[i]);
	while (r->n_open * group < n)
		swarm_turn(r->swarm, 100000000);
	for (uint32_t i = 0; i < n; i++)
		if (place_of(r, i) != 0)
			enter(r, &r->swarm->clients[i]);
	while (r->n_in < n)
		swarm_turn(r->swarm, 100000000);
	swarm_settle(r->swarm);
}

static void
add_faults(struct rooms *r, uint32_t receiver)
{
	const struct plan *p = r->swarm->plan;
	uint32_t first = receiver - place_of(r, receiver);

	for (uint32_t i = 0; i < p->window; i++) {
		struct sequence *arrived = &r->members[receiver].arrived[i];

		if (!p->bare || first + i != receiver)
			faults_add(&r->faults, arrived, r->members[first + i].sent);
		sequence_fini(arrived);
	}
	free(r->members[receiver].arrived);
}

static void
measure(struct rooms *r, struct meter *m)
{
	const struct plan *p = r->swarm->plan;

	r->sending = true;
	for (uint32_t i = 0; i < r->swarm->n; i++)
		if (place_of(r, i) < p->window)
			say(r, &r->swarm->clients[i]);
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
	struct rooms *r = mem_zalloc(sizeof(*r));
	struct meter m;
	bool good;

	/* Whole groups only. */
	p.clients = (p.clients + p.group - 1) / p.group * p.group;
	if (p.window > p.group)
		p.window = p.group;
	r->readers = p.bare ? p.group - 1 : p.group;
	r->filler = mem_alloc(p.body);
	memset(r->filler, 'a', p.body);
	r->members = mem_zalloc(p.clients * sizeof(*r->members));
	for (uint32_t i = 0; i < p.clients; i++)
		r->members[i].arrived = mem_zalloc(p.window * sizeof(struct sequence));
	r->swarm = swarm_new(&p, p.clients);
	r->swarm->scenario = r;
	r->swarm->calls = &calls;

	swarm_log_in(r->swarm);
	swarm_settle(r->swarm);
	if (!p.bare)
		enter_all(r);
	measure(r, &m);
	for (uint32_t i = 0; i < p.clients; i++)
		add_faults(r, i);

	report_begin("rooms");
	report_cost(&m, r->measured);
	report_latency(&r->latency);
	report_number("sent", (double)r->sent);
	report_faults(&r->faults);
	report_end();

	swarm_log_out(r->swarm);
	swarm_free(&r->swarm);
	good = !faults_any(&r->faults);
	free(r->members);
	free(r->filler);
	free(r);
	return good;
}

const struct scenario scenario_rooms = { "rooms", "messages in rooms, each to all members",
	run };
