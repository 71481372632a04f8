/* SPDX-License-Identifier: MIT
 *
 * Makes the members of each group contacts of each other (RFC 6121 section 3), for the
 * scenario presence. Who is subscribed to all others already asks nobody.
 */
#include "bench/scenario.h"

struct befriending {
	struct swarm *swarm;
	uint32_t *mutual;    /* contacts that have "both" in the roster, by client */
	uint32_t n_answers;  /* rosters since they were asked for */
	uint32_t n_approved; /* of the requests of this round */
};

static void
send_subscription(struct client *c, const char *type, uint32_t to)
{
	char text[512];
	int len = snprintf(text, sizeof(text), "<presence type='%s' to='u%u@%.*s'/>", type, to,
	    STR_ARG(c->swarm->plan->host));

	client_send(c, str_of(text, (size_t)len));
}

static uint32_t
count(struct str text, struct str bytes)
{
	uint32_t n = 0;
	const char *at;

	while (text.len && (at = memmem(text.at, text.len, bytes.at, bytes.len))) {
		size_t skipped = (size_t)(at - text.at) + bytes.len;

		text = str_slice(text, skipped, text.len);
		n++;
	}
	return n;
}

static void
on_roster(struct client *c, struct str stanza)
{
	struct befriending *b = c->swarm->scenario;

	b->mutual[c->number] =
	    count(stanza, S("subscription='both'")) + count(stanza, S("subscription=\"both\""));
	b->n_answers++;
}

static bool
has_type(struct str tag, struct str type)
{
	struct str value = scan_between(tag, S("type='"), S("'"));

	if (!value.at)
		value = scan_between(tag, S("type=\""), S("\""));
	return str_eq(value, type);
}

static void
on_presence(struct client *c, struct str stanza)
{
	struct str tag = str_slice(stanza, 0, str_find(stanza, '>')), from;
	uint64_t sender;

	if (has_type(tag, S("subscribed")))
		((struct befriending *)c->swarm->scenario)->n_approved++;
	if (!has_type(tag, S("subscribe")))
		return;
	from = scan_between(tag, S("from='u"), S("@"));
	if (!from.at)
		from = scan_between(tag, S("from=\"u"), S("@"));
	if (str_to_u64(from, UINT32_MAX, &sender) != OK)
		die("u%u: who asks? %.*s", c->account, STR_ARG(stanza));
	send_subscription(c, "subscribed", (uint32_t)sender);
}

static void
on_stanza(struct client *c, struct str stanza)
{
	if (str_starts(stanza, S("<presence")))
		on_presence(c, stanza);
	else if (str_starts(stanza, S("<iq")) && scan_has(stanza, S("bench-friends")))
		on_roster(c, stanza);
}

static const struct swarm_calls calls = { .on_stanza = on_stanza };

/* How many clients do not have everybody in their group as a contact. */
static uint32_t
count_lonely(struct befriending *b)
{
	const struct plan *p = b->swarm->plan;
	uint32_t lonely = 0;

	b->n_answers = 0;
	for (size_t i = 0; i < b->swarm->n; i++)
		client_send(&b->swarm->clients[i], S("<iq type='get' id='bench-friends'>"
						     "<query xmlns='jabber:iq:roster'/></iq>"));
	while (b->n_answers < b->swarm->n)
		swarm_turn(b->swarm, -1);
	for (size_t i = 0; i < b->swarm->n; i++)
		lonely += b->mutual[i] < p->group - 1;
	return lonely;
}

/* Each asks the member `distance` places further in its group, and waits for the answers.
 * One who was approved in an earlier run that broke off may get none. */
static void
ask_round(struct befriending *b, uint32_t distance)
{
	const uint64_t patience_ns = UINT64_C(2000000000);
	uint32_t group = b->swarm->plan->group, asked = 0, approved = 0;
	uint64_t last = now_ns();

	b->n_approved = 0;
	for (uint32_t i = 0; i < b->swarm->n; i++) {
		if (b->mutual[i] == group - 1)
			continue;
		asked++;
		send_subscription(&b->swarm->clients[i], "subscribe",
		    b->swarm->clients[i - i % group + (i % group + distance) % group].account);
	}
	while (b->n_approved < asked && now_ns() - last < patience_ns) {
		swarm_turn(b->swarm, 100000000);
		if (b->n_approved > approved) {
			approved = b->n_approved;
			last = now_ns();
		}
	}
}

static bool
run(const struct plan *plan)
{
	struct plan p = *plan;
	struct befriending b = { 0 };
	uint32_t lonely;

	p.clients = (p.clients + p.group - 1) / p.group * p.group;
	b.mutual = mem_zalloc(p.clients * sizeof(*b.mutual));
	b.swarm = swarm_new(&p, p.clients);
	b.swarm->scenario = &b;
	b.swarm->calls = &calls;
	swarm_log_in(b.swarm);
	if (count_lonely(&b)) {
		for (uint32_t distance = 1; distance < p.group; distance++)
			ask_round(&b, distance);
		swarm_settle(b.swarm);
		if ((lonely = count_lonely(&b)))
			die("%u clients have not become contacts of all in their group",
			    lonely);
	}
	report_begin("befriend");
	report_number("count", p.clients);
	report_end();
	swarm_log_out(b.swarm);
	swarm_free(&b.swarm);
	free(b.mutual);
	return true;
}

const struct scenario scenario_befriend = { "befriend", "contacts for `presence`", run };
