/* SPDX-License-Identifier: MIT
 *
 * Hours of use in a minute: logins, a little of everything, and logouts, of which every
 * fourth is a connection that breaks. What this leaves behind shows when other scenarios
 * are run before and after.
 */
#include "bench/scenario.h"

struct churn {
	uint64_t begun, ended;
	size_t next; /* whose turn it is to log in */
};

static const char pinged[] = "bench-ping";

/* Messages to oneself and to somebody who may be away, a change of presence, and a question
 * whose answer ends the session. */
static void
on_ready(struct client *c)
{
	const struct plan *p = c->swarm->plan;
	const uint32_t to[] = { c->account, p->first + (c->number + 1) % p->clients };
	const struct token t = { token_run(), c->number, 0, now_ns() };
	char text[1024], body[TOKEN_BYTES];
	int len;

	/* What is stored for those who are away turns up in other scenarios. */
	token_write(body, &t);
	for (size_t i = 0; i < 2; i++) {
		len = snprintf(text, sizeof(text),
		    "<message to='u%u@%.*s' type='chat' id='churn%zu'><body>%.*s</body>"
		    "</message>",
		    to[i], STR_ARG(p->host), i, TOKEN_BYTES, body);
		client_send(c, str_of(text, (size_t)len));
	}
	client_send(c, S("<presence><show>away</show></presence>"));
	len = snprintf(text, sizeof(text),
	    "<iq type='get' id='%s' to='%.*s'>"
	    "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
	    pinged, STR_ARG(p->host));
	client_send(c, str_of(text, (size_t)len));
}

/* All accounts take their turns; there are more than are logged in at a time. */
static void
open_next(struct swarm *s)
{
	struct churn *churn = s->scenario;

	if (churn->begun == s->plan->logins)
		return;
	churn->begun++;
	while (s->clients[churn->next].stage != CLIENT_CLOSED)
		churn->next = (churn->next + 1) % s->n;
	client_open(&s->clients[churn->next]);
	churn->next = (churn->next + 1) % s->n;
}

static void
on_closed(struct client *c)
{
	struct churn *churn = c->swarm->scenario;

	churn->ended++;
	open_next(c->swarm);
}

static void
on_stanza(struct client *c, struct str stanza)
{
	struct churn *churn = c->swarm->scenario;

	if (!str_starts(stanza, S("<iq")) || !scan_has(stanza, str_from_c(pinged)))
		return;
	if (churn->ended % 4 < 3) {
		client_leave(c);
	} else {
		client_drop(c);
		on_closed(c);
	}
}

static const struct swarm_calls calls = {
	.on_ready = on_ready,
	.on_stanza = on_stanza,
	.on_closed = on_closed,
};

static bool
run(const struct plan *p)
{
	struct churn churn = { 0 };
	struct swarm *s = swarm_new(p, p->clients);
	struct meter m;

	s->scenario = &churn;
	s->calls = &calls;
	meter_start(&m, &p->server);
	for (size_t i = 0; i < s->n && i < p->concurrent; i++)
		open_next(s);
	while (churn.ended < p->logins)
		swarm_turn(s, -1);
	meter_stop(&m);
	report_begin("churn");
	report_cost(&m, p->logins);
	report_end();
	swarm_free(&s);
	return true;
}

const struct scenario scenario_churn = { "churn", "logins, mixed traffic, logouts", run };
