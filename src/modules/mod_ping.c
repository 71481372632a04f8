/* SPDX-License-Identifier: MIT
 *
 * mod_ping: answers pings, and pings clients that have gone silent.
 *
 * Source   XEP-0199 2.0.1, section 4
 * Reacts   iq-get {urn:xmpp:ping}ping to the server or an account; session idle
 * Keeps    nothing on disk; of a session, when it was pinged
 */
#include "modules/list.h"
#include "xmpp/ns.h"

enum { PING_SENT, PING_TIMEOUTS };

struct ping_conf {
	bool send;
};

struct pinged {
	msec_t at_ms; /* 0: not since it was last heard */
};

static enum verdict
answer(struct call *c)
{
	return iq_result(c, (struct str){ 0 });
}

static void
ping(struct call *c)
{
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = IQ_GET,
		.to = c->session->jid,
		.from = jid_join(c->arena, (struct str){ 0 }, c->host->name, (struct str){ 0 }),
		.id = S("ping"),
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_empty(&w, NS_PING, S("ping"));
	call_send_session(c, c->session, stanza_finish(&w, &head));
	module_count(c->module, PING_SENT, 1);
}

/* Whatever the client sends shows that it is there; silence since the ping, that it is not. */
static enum verdict
on_idle(struct call *c)
{
	const struct ping_conf *conf = c->conf;
	struct pinged *p = module_session_state(c->module, c->session);

	if (!conf->send || !c->session->outlet)
		return PASS;
	if (p->at_ms && c->session->heard_ms < p->at_ms) {
		module_count(c->module, PING_TIMEOUTS, 1);
		session_cut(c->session, STREAM_CONNECTION_TIMEOUT, S("No answer to a ping."));
		return PASS;
	}
	p->at_ms = loop_now_ms();
	ping(c);
	return PASS;
}

static const struct feature features[] = { { NS_PING, SERVER | SERVICE | ACCOUNT } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER | SERVICE | ACCOUNT, NS_PING, S("ping"), HANDLE, answer },
	{ .on = ON_SESSION_IDLE, .in = HANDLE, .run = on_idle },
};

const struct module mod_ping = {
	.name = "ping",
	.doc = "Answers pings, and pings clients that have gone silent.",
	.specs = LIST(struct spec, { XEP, 199, "2.0.1", "complete" }),
	.features = TABLE(features),
	.conf_size = sizeof(struct ping_conf),
	.options =
	    LIST(struct option, { "send", BOOL, FIELD(ping_conf, send), "yes", NULL, NULL,
				    "Ping clients that have been silent for `c2s.silence`; "
				    "those that do not answer "
				    "in the same time again are disconnected." }),
	.metrics =
	    LIST(struct metric, [PING_SENT] = { "ping_sent", COUNTER, "pings", "Pings sent." },
		[PING_TIMEOUTS] = { "ping_timeouts", COUNTER, "streams",
		    "Streams ended because a ping was not answered." }),
	.session_bytes = sizeof(struct pinged),
	.hooks = TABLE(hooks),
};
