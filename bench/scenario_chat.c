/* SPDX-License-Identifier: MIT
 *
 * One-to-one messages between pairs, in both directions: client 2n writes to 2n + 1 and is
 * written to by it. Either `window` messages of each direction are always on their way, or
 * `rate` a second are sent whatever comes of them. A message that does not arrive exactly
 * once, in its place and unchanged, is a fault.
 */
#include "bench/scenario.h"

/* After the last was sent, nothing for so long means that the rest is lost. */
#define DRAIN_NS UINT64_C(3000000000)

struct lane { /* one direction; its number is that of the client who receives */
	uint64_t sent;
	struct sequence arrived;
};

struct chat {
	struct swarm *swarm;
	struct lane *lanes;
	uint32_t n_lanes;
	char *filler; /* of bodies, behind the token */
	uint64_t sent, arrived;
	bool sending;
	bool measuring;
	uint64_t measured; /* arrivals */
	struct histogram latency;
	struct faults faults;
};

static void
send_message(struct chat *chat, uint32_t lane)
{
	const struct plan *p = chat->swarm->plan;
	struct client *from = &chat->swarm->clients[lane ^ 1];
	struct client *to = &chat->swarm->clients[lane];
	struct token t = { token_run(), lane, chat->lanes[lane].sent, now_ns() };
	size_t room = 160 + p->host.len + p->body;
	char *at, *start = client_reserve(from, room);
	int head = snprintf(start, room, "<message to='u%u@%.*s' type='chat' id='%llx'><body>",
	    to->account, STR_ARG(p->host), (unsigned long long)t.number);

	at = start + head;
	token_write(at, &t);
	at += TOKEN_BYTES;
	memcpy(at, chat->filler, p->body - TOKEN_BYTES);
	at += p->body - TOKEN_BYTES;
	/* The relay forwards lines. */
	at += snprintf(at, 32, "</body></message>%s", p->bare ? "\n" : "");
	client_sent(from, (size_t)(at - start));
	chat->lanes[lane].sent++;
	chat->sent++;
	if (p->messages && chat->sent >= p->messages)
		chat->sending = false;
}

static bool
is_intact(const struct chat *chat, struct str body)
{
	size_t filler = chat->swarm->plan->body - TOKEN_BYTES;

	return body.len == TOKEN_BYTES + filler &&
	       memcmp(body.at + TOKEN_BYTES, chat->filler, filler) == 0;
}

static bool
is_refusal(struct str stanza)
{
	struct str tag = str_slice(stanza, 0, str_find(stanza, '>'));

	return scan_has(tag, S("type='error'")) || scan_has(tag, S("type=\"error\""));
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct chat *chat = c->swarm->scenario;
	struct lane *lane = &chat->lanes[c->number];
	struct str body;
	struct token t;
	uint64_t before;

	if (!str_starts(stanza, S("<message")))
		return;
	if (is_refusal(stanza)) {
		chat->faults.refused++;
		return;
	}
	body = scan_between(stanza, S("<body>"), S("</body>"));
	if (!token_read(body, &t)) {
		chat->faults.corrupted++;
		return;
	}
	if (t.run != token_run())
		return; /* stored for somebody who was away in an earlier run */
	if (t.lane != c->number || t.number >= lane->sent) {
		chat->faults.misdelivered++;
		return;
	}
	if (!is_intact(chat, body))
		chat->faults.corrupted++;
	before = lane->arrived.duplicated;
	sequence_arrived(&lane->arrived, t.number);
	if (lane->arrived.duplicated > before)
		return;
	chat->arrived++;
	if (chat->measuring) {
		chat->measured++;
		histogram_add(&chat->latency, now_ns() - t.sent_ns);
	}
	if (chat->sending && !c->swarm->plan->rate)
		send_message(chat, c->number);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

/* Sends what is due and waits for the next moment; all directions take their turns. */
static void
pace(struct chat *chat, uint64_t begin_ns, uint64_t *sent)
{
	const uint64_t rate = chat->swarm->plan->rate;
	uint64_t elapsed = now_ns() - begin_ns;
	uint64_t due = elapsed * rate / UINT64_C(1000000000) + 1;

	while (chat->sending && *sent < due)
		send_message(chat, (uint32_t)((*sent)++ % chat->n_lanes));
	elapsed = now_ns() - begin_ns;
	due = *sent * UINT64_C(1000000000) / rate;
	swarm_turn(chat->swarm, due > elapsed ? (int64_t)(due - elapsed) : 0);
}

static void
run_for(struct chat *chat, msec_t ms)
{
	uint64_t begin = now_ns(), end = begin + (uint64_t)ms * 1000000, paced = 0;

	while (chat->sending && now_ns() < end) {
		if (chat->swarm->plan->rate)
			pace(chat, begin, &paced);
		else
			swarm_turn(chat->swarm, 100000000);
	}
}

/* Until all has arrived, or nothing has for a while. */
static void
drain(struct chat *chat)
{
	uint64_t last = now_ns(), arrived = chat->arrived;

	chat->sending = false;
	while (chat->arrived < chat->sent && now_ns() - last < DRAIN_NS) {
		swarm_turn(chat->swarm, 100000000);
		if (chat->arrived > arrived) {
			arrived = chat->arrived;
			last = now_ns();
		}
	}
	/* What comes twice comes soon after. */
	swarm_settle(chat->swarm);
}

static void
fill_windows(struct chat *chat)
{
	const struct plan *p = chat->swarm->plan;

	for (uint32_t i = 0; !p->rate && i < p->window; i++)
		for (uint32_t lane = 0; lane < chat->n_lanes && chat->sending; lane++)
			send_message(chat, lane);
}

static void
measure(struct chat *chat, struct meter *m)
{
	const struct plan *p = chat->swarm->plan;

	chat->sending = true;
	if (p->messages) {
		chat->measuring = true;
		meter_start(m, &p->server);
		fill_windows(chat);
		run_for(chat, p->limit_ms);
		drain(chat);
		meter_stop(m);
		return;
	}
	fill_windows(chat);
	run_for(chat, p->warmup_ms);
	chat->measuring = true;
	meter_start(m, &p->server);
	run_for(chat, p->measure_ms);
	meter_stop(m);
	chat->measuring = false;
	drain(chat);
}

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct chat *chat = mem_zalloc(sizeof(*chat));
	struct meter m;

	p.group = 2;
	p.clients += p.clients & 1;
	chat->n_lanes = p.clients;
	chat->lanes = mem_zalloc(p.clients * sizeof(*chat->lanes));
	chat->filler = mem_alloc(p.body);
	for (size_t i = 0; i < p.body; i++)
		chat->filler[i] = (char)('a' + i % 26);
	chat->swarm = swarm_new(&p, p.clients);
	chat->swarm->scenario = chat;
	chat->swarm->calls = &calls;

	swarm_log_in(chat->swarm);
	swarm_settle(chat->swarm);
	measure(chat, &m);
	for (uint32_t i = 0; i < chat->n_lanes; i++)
		faults_add(&chat->faults, &chat->lanes[i].arrived, chat->lanes[i].sent);

	report_begin("chat");
	report_cost(&m, chat->measured);
	report_latency(&chat->latency);
	report_number("sent", (double)chat->sent);
	report_faults(&chat->faults);
	report_end();

	swarm_log_out(chat->swarm);
	swarm_free(&chat->swarm);
	bool good = !faults_any(&chat->faults);

	for (uint32_t i = 0; i < chat->n_lanes; i++)
		sequence_fini(&chat->lanes[i].arrived);
	free(chat->lanes);
	free(chat->filler);
	free(chat);
	return good;
}

const struct scenario scenario_chat = { "chat", "messages between pairs", run };
