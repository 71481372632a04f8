/* SPDX-License-Identifier: MIT */
#include "bench/login.h"

#include "base/encode.h"

struct login {
	struct arena arena;
	struct scram scram;
	bool authenticated;
};

static const struct {
	struct str name;
	enum hash hash; /* of SCRAM */
} mechanisms[] = {
	[PLAN_SCRAM_SHA_1] = { S("SCRAM-SHA-1"), HASH_SHA1 },
	[PLAN_SCRAM_SHA_256] = { S("SCRAM-SHA-256"), HASH_SHA256 },
	[PLAN_PLAIN] = { S("PLAIN"), HASH_SHA1 },
};

static _Noreturn void
fail(const struct client *c, const char *what, struct str stanza)
{
	die("u%u: %s: %.*s", c->account, what, (int)(stanza.len < 2000 ? stanza.len : 2000),
	    stanza.at ? stanza.at : "");
}

void
login_free(struct login **l)
{
	if (!*l)
		return;
	arena_fini(&(*l)->arena);
	free(*l);
	*l = NULL;
}

static void
open_stream(struct client *c)
{
	c->swarm->carrier->open_stream(c);
	c->stage = c->swarm->plan->bare ? CLIENT_GROUPED : CLIENT_FEATURES;
}

static void
become_ready(struct client *c)
{
	login_free(&c->login);
	c->stage = CLIENT_READY;
	c->swarm->n_ready++;
	if (c->swarm->calls->on_ready)
		c->swarm->calls->on_ready(c);
}

void
login_begin(struct client *c)
{
	if (!c->login) {
		c->login = mem_zalloc(sizeof(*c->login));
		arena_init(&c->login->arena, 2048);
	}
	open_stream(c);
}

/* --- negotiation ------------------------------------------------------------------------ */

static struct str
account(struct client *c)
{
	return str_format(&c->login->arena, "u%u", c->account);
}

static void
authenticate(struct client *c, struct str features)
{
	struct swarm *s = c->swarm;
	struct arena *a = &c->login->arena;
	struct str mechanism = mechanisms[s->plan->mechanism].name, first;

	if (!scan_has(features, str_format(a, ">%.*s<", STR_ARG(mechanism))))
		fail(c, "the server does not offer the mechanism", features);
	if (s->plan->mechanism == PLAN_PLAIN) {
		first =
		    str_format(a, "%c%s%c%.*s", 0, account(c).at, 0, STR_ARG(s->keys.password));
		c->stage = CLIENT_SUCCESS;
	} else {
		first = scram_begin(
		    &c->login->scram, mechanisms[s->plan->mechanism].hash, a, account(c));
		c->stage = CLIENT_CHALLENGE;
	}
	client_send(c, str_format(a,
			   "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
			   "mechanism='%.*s'>%.*s</auth>",
			   STR_ARG(mechanism), STR_ARG(base64_encode(a, first))));
}

static void
resume_or_bind(struct client *c)
{
	const struct swarm_calls *calls = c->swarm->calls;
	struct str resume = { 0 };

	if (calls->resumption)
		resume = calls->resumption(c, &c->login->arena);
	c->stage = resume.len ? CLIENT_RESUMED : CLIENT_BOUND;
	client_send(c, resume.len ? resume
				  : S("<iq type='set' id='bench-bind'>"
				      "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
				      "<resource>bench</resource></bind></iq>"));
}

static void
on_features(struct client *c, struct str features)
{
	if (!scan_has(features, S("features")))
		fail(c, "features were expected", features);
	if (c->swarm->plan->tls == PLAN_TLS_STARTTLS && !c->links[0].wire.tls) {
		client_send(c, S("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
		c->stage = CLIENT_PROCEED;
	} else if (!c->login->authenticated) {
		authenticate(c, features);
	} else {
		resume_or_bind(c);
	}
}

/* The text of <challenge/> or <success/>, decoded. */
static struct str
sasl_text(struct client *c, struct str stanza)
{
	struct str text;

	if (base64_decode(&c->login->arena, scan_between(stanza, S(">"), S("<")), &text) != OK)
		fail(c, "base64 was expected", stanza);
	return text;
}

static void
on_challenge(struct client *c, struct str stanza)
{
	struct arena *a = &c->login->arena;
	struct str answer;

	if (!str_starts(stanza, S("<challenge")) ||
	    scram_answer(&c->login->scram, &c->swarm->keys, a, sasl_text(c, stanza), &answer) !=
		OK)
		fail(c, "a challenge was expected", stanza);
	client_send(c,
	    str_format(a, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%.*s</response>",
		STR_ARG(base64_encode(a, answer))));
	c->stage = CLIENT_SUCCESS;
}

static void
on_success(struct client *c, struct str stanza)
{
	if (!str_starts(stanza, S("<success")))
		fail(c, "could not log in", stanza);
	if (c->swarm->plan->mechanism != PLAN_PLAIN &&
	    !scram_is_proved(&c->login->scram, &c->login->arena, sasl_text(c, stanza)))
		fail(c, "the server does not know the password", stanza);
	c->login->authenticated = true;
	open_stream(c);
}

/* The result of our request, among stanzas of which we expect nothing. */
static bool
is_result(struct client *c, struct str stanza, struct str id)
{
	if (!str_starts(stanza, S("<iq")) || !scan_has(stanza, id))
		return false;
	if (scan_has(stanza, S("type='error'")) || scan_has(stanza, S("type=\"error\"")))
		fail(c, "refused", stanza);
	return true;
}

static void
on_bound(struct client *c, struct str stanza)
{
	if (!is_result(c, stanza, S("bench-bind")))
		return;
	client_send(
	    c, S("<iq type='get' id='bench-roster'><query xmlns='jabber:iq:roster'/></iq>"));
	c->stage = CLIENT_ROSTER;
}

static void
on_roster(struct client *c, struct str stanza)
{
	if (!is_result(c, stanza, S("bench-roster")))
		return;
	client_send(c, S("<presence/>"));
	become_ready(c);
}

void
login_on_stanza(struct client *c, struct str stanza)
{
	if (str_starts(stanza, S("<stream:error")))
		fail(c, "stream error", stanza);
	switch (c->stage) {
	case CLIENT_FEATURES:
		on_features(c, stanza);
		break;
	case CLIENT_PROCEED:
		if (!str_starts(stanza, S("<proceed")))
			fail(c, "no TLS", stanza);
		link_start_tls(&c->links[0]);
		break;
	case CLIENT_CHALLENGE:
		on_challenge(c, stanza);
		break;
	case CLIENT_SUCCESS:
		on_success(c, stanza);
		break;
	case CLIENT_BOUND:
		on_bound(c, stanza);
		break;
	case CLIENT_RESUMED:
		if (!str_starts(stanza, S("<resumed")))
			fail(c, "cannot resume", stanza);
		become_ready(c);
		break;
	case CLIENT_ROSTER:
		on_roster(c, stanza);
		break;
	case CLIENT_GROUPED:
		become_ready(c);
		break;
	default:
		break;
	}
}
