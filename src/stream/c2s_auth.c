/* SPDX-License-Identifier: MIT
 *
 * Authentication of a client's stream: SASL in the profile of RFC 6120 section 6 and in that
 * of XEP-0388 1.0.x (SASL2) with Bind 2 (XEP-0386) and FAST (XEP-0484) inline. The exchange
 * itself is xmpp/sasl.h; here it is carried, supplied, and its success acted upon:
 *
 *   SASL     <success/> here, then home, where a new header is expected
 *   SASL2    home first, where the tokens are kept and the resource is bound; then <success/>
 *            with all of it, and features
 */
#include "base/encode.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "loop/helper.h"
#include "router/auth.h"
#include "stream/c2s.h"
#include "stream/conf.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"
#include "xmpp/sasl.h"

struct exchange {
	struct sasl *sasl;
	struct frozen *request; /* SASL2: <authenticate/> */
	struct sasl_turn turn;  /* the last one */
	struct str client;      /* SASL2: id of the user agent; in the negotiation's arena */
	struct fast_tokens tokens;
	bool asked; /* for the account: what follows may be a guess at its secret */
	bool tokens_changed;
	bool token_issued; /* tokens.fresh goes into <success/> */
};

void
c2s_exchange_free(struct exchange **e)
{
	struct exchange *gone = TAKE(*e);

	if (!gone)
		return;
	sasl_free(&gone->sasl);
	frozen_free(&gone->request);
	mem_wipe(gone, sizeof(*gone));
	free(gone);
}

static bool
is_sasl2(const struct c2s *c)
{
	return c->talk->exchange->request != NULL;
}

/* --- what is offered ------------------------------------------------------------------ */

static struct sasl_conf
sasl_conf_now(const struct c2s *c)
{
	const struct stream_conf *conf = hosts_stream_conf();
	struct auth_facts facts = auth()->facts(c2s_host(c));

	return (struct sasl_conf){
		.hashes = 1u << HASH_SHA1 | 1u << HASH_SHA256 | 1u << HASH_SHA512,
		.plain = conf->allow_plain,
		.bearer = auth_tokens() && auth_tokens()->are_taken(c2s_host(c)),
		.external = true,
		.anonymous = conf->allow_anonymous,
		.hash_lists = conf->announce_offer,
		.iterations = facts.iterations,
		.secret = facts.secret,
	};
}

/* Addresses of the verified client certificate; those that are none are left out. */
static size_t
certified(struct c2s *c, struct jid *out, size_t max)
{
	struct str names[CERTIFIED_MAX];
	size_t n = 0, good = 0;

	if (stream_certificate_addresses(
		&c->stream, &c->talk->arena, names, CERTIFIED_MAX, &n) != OK)
		return 0;
	for (size_t i = 0; i < n && good < max; i++)
		good += jid_parse(&c->talk->arena, names[i], &out[good]) == OK;
	return good;
}

/* Done once per stream: computing the bindings costs. */
static const struct sasl_channel *
channel(struct c2s *c)
{
	static const enum channel_binding kinds[SASL_BINDINGS] = {
		[SASL_TLS_EXPORTER] = CB_TLS_EXPORTER,
		[SASL_TLS_SERVER_END_POINT] = CB_TLS_SERVER_END_POINT,
		[SASL_TLS_UNIQUE] = CB_TLS_UNIQUE,
	};
	struct arena *a = &c->talk->arena;
	struct sasl_channel *ch = c->talk->channel;
	struct jid *names;

	if (ch && ch->secure == c->stream.over_tls)
		return ch;
	c->talk->channel = ch = arena_zalloc(a, sizeof(*ch));
	ch->secure = c->stream.over_tls;
	if (!ch->secure)
		return ch;
	for (enum sasl_binding b = 0; b < SASL_BINDINGS; b++)
		if (stream_channel_binding(&c->stream, kinds[b], a, &ch->binding[b]) != OK)
			ch->binding[b] = (struct str){ 0 };
	names = arena_alloc(a, CERTIFIED_MAX * sizeof(*names));
	ch->n_certified = certified(c, names, CERTIFIED_MAX);
	ch->certified = names;
	return ch;
}

static struct sasl_offer
login_offer(struct c2s *c)
{
	struct sasl_conf conf = sasl_conf_now(c);
	struct sasl_offer offer = { 0 };

	sasl_offer_login(&conf, channel(c), &offer);
	return offer;
}

static struct sasl_offer
fast_offer(struct c2s *c)
{
	struct sasl_offer offer = { 0 };

	sasl_offer_fast(channel(c), &offer);
	return offer;
}

static void
write_mechanisms(struct xml_writer *w, const struct sasl_offer *offer)
{
	for (unsigned i = 0; i < offer->n_mechanisms; i++)
		xml_leaf(w, S(""), S("mechanism"), offer->mechanism[i]);
}

/* XEP-0388: SASL2 exists over TLS only. */
static void
write_sasl2(struct c2s *c, struct xml_writer *w, const struct sasl_offer *login)
{
	struct sasl_offer fast = fast_offer(c);

	xml_open(w, NS_SASL2, S("authentication"));
	write_mechanisms(w, login);
	xml_open(w, S(""), S("inline"));
	c2s_write_bind2_feature(c, w);
	if (fast.n_mechanisms) {
		xml_open(w, NS_FAST, S("fast"));
		write_mechanisms(w, &fast);
		xml_close(w);
	}
	xml_empty(w, NS_SM, S("sm"));
	xml_close(w);
	xml_close(w);
}

void
c2s_write_auth_features(struct c2s *c, struct xml_writer *w)
{
	struct sasl_offer login = login_offer(c);

	if (login.n_mechanisms == 0)
		return;
	xml_open(w, NS_SASL, S("mechanisms"));
	write_mechanisms(w, &login);
	xml_close(w);
	if (c->stream.over_tls)
		write_sasl2(c, w, &login);
	if (login.n_bindings) {
		xml_open(w, NS_SASL_CB, S("sasl-channel-binding"));
		for (unsigned i = 0; i < login.n_bindings; i++) {
			xml_open(w, S(""), S("channel-binding"));
			xml_attr(w, S("type"), login.binding[i]);
			xml_close(w);
		}
		xml_close(w);
	}
}

/* --- carrying the exchange ------------------------------------------------------------ */

static void take_turn(struct c2s *c, struct sasl_turn turn);

/* <name xmlns='...'>base64</name>. Empty without data: "=" stands for none in an initial
 * response only (RFC 6120 section 6.4.2), and elsewhere many clients could not decode it. */
static void
send_data(struct c2s *c, struct str name, struct str bytes)
{
	struct arena *a = &c->talk->arena;
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, is_sasl2(c) ? NS_SASL2 : NS_SASL, name);
	if (bytes.len)
		xml_text(&w, base64_encode(a, bytes));
	xml_close(&w);
	stream_write(&c->stream, xml_written(&w));
}

static void
send_failure(struct c2s *c, enum sasl_failure failure)
{
	struct xml_writer w;

	xml_begin_inner(&w, &c->talk->arena, NS_CLIENT);
	xml_open(&w, is_sasl2(c) ? NS_SASL2 : NS_SASL, S("failure"));
	xml_empty(&w, NS_SASL, sasl_failure_name(failure));
	xml_close(&w);
	stream_write(&c->stream, xml_written(&w));
}

static void
failed(struct c2s *c, const struct sasl_turn *turn)
{
	log_warn("c2s.auth_failed", LOG_ACCOUNT("jid", jid_full(turn->user)),
	    LOG_C("why", turn->why), LOG_STR("address", stream_address(&c->stream)));
	send_failure(c, turn->failure);
	/* Who tries one mechanism after the other, as clients do that know only bindings we do
	 * not have, has not guessed at anything yet. */
	if (c->talk->exchange->asked)
		c->talk->failures++;
	else
		c->talk->refusals++;
	c2s_exchange_free(&c->talk->exchange);
	c2s_enter(c, C2S_NEGOTIATING);
	if (c->talk->failures >= hosts_stream_conf()->auth_attempts ||
	    c->talk->refusals >= AUTH_REFUSALS_MAX)
		stream_fail(
		    &c->stream, STREAM_POLICY_VIOLATION, S("Too many attempts to log in."));
}

/* An answer has come: goes on if the client is still there. */
static void
came_back(struct c2s *c, struct sasl_turn turn)
{
	if (stream_came_back(&c->stream))
		take_turn(c, turn);
}

static void
on_account(void *waiter, enum status s, const struct credentials *account,
    const struct fast_tokens *tokens)
{
	struct c2s *c = waiter;
	struct exchange *e = c->talk->exchange;

	if (tokens)
		e->tokens = *tokens;
	if (s == E_IO)
		came_back(c, sasl_fail(e->sasl, SASL_TEMPORARY_AUTH_FAILURE));
	else
		came_back(c, sasl_supply(e->sasl, account, e->turn.tokens ? tokens : NULL));
}

static void
run_check(void *job)
{
	struct c2s *c = job;

	sasl_check(c->talk->exchange->sasl);
}

static void
on_checked(void *job)
{
	struct c2s *c = job;

	came_back(c, sasl_checked(c->talk->exchange->sasl));
}

static void
on_judged(void *waiter, enum status s, struct jid account, const char *why)
{
	struct c2s *c = waiter;
	struct exchange *e = c->talk->exchange;

	if (s == OK || s == E_DENIED)
		came_back(c, sasl_judged(e->sasl, s == OK ? &account : NULL, why));
	else
		came_back(c, sasl_fail(e->sasl, SASL_TEMPORARY_AUTH_FAILURE));
}

static void succeeded(struct c2s *c);

static void
take_turn(struct c2s *c, struct sasl_turn turn)
{
	struct exchange *e = c->talk->exchange;

	e->turn = turn;
	switch (turn.what) {
	case SASL_CHALLENGE:
		send_data(c, S("challenge"), turn.bytes);
		break;
	case SASL_NEED_ACCOUNT:
		e->asked = true;
		stream_wait(&c->stream);
		auth()->find(turn.user, e->client, on_account, c);
		break;
	case SASL_NEED_CHECK:
		stream_wait(&c->stream);
		if (helper_run(c, run_check, on_checked) != OK)
			came_back(c, sasl_fail(e->sasl, SASL_TEMPORARY_AUTH_FAILURE));
		break;
	case SASL_NEED_VERDICT:
		e->asked = true;
		stream_wait(&c->stream);
		auth_tokens()->judge(c2s_host(c), turn.bytes, turn.user, on_judged, c);
		break;
	case SASL_SUCCESS:
		succeeded(c);
		break;
	case SASL_FAILURE:
		failed(c, &turn);
		break;
	}
}

/* --- the elements --------------------------------------------------------------------- */

/* Base64 of an element's text. "=" is data of length zero; nothing is "no string". */
static enum status
read_data(struct c2s *c, struct str text, struct str *out)
{
	if (str_is_empty(text)) {
		*out = (struct str){ 0 };
		return OK;
	}
	if (str_eq(text, S("="))) {
		*out = S("");
		return OK;
	}
	if (text.len > SASL_MESSAGE_MAX * 2)
		return E_LIMIT;
	return base64_decode(&c->talk->arena, text, out);
}

/* What SASL2 carries beside the exchange. */
static void
read_sasl2(struct c2s *c, struct elem root, struct sasl_request *r)
{
	struct arena *a = &c->talk->arena;
	struct elem agent = elem_child(root, NS_SASL2, S("user-agent"));
	struct elem fast = elem_child(root, NS_FAST, S("fast"));
	struct str client = { 0 }, count = { 0 };

	if (elem_exists(agent) && elem_attr(agent, S("id"), a, &client) &&
	    client.len <= CLIENT_ID_MAX)
		c->talk->exchange->client = str_copy(a, client);
	if (elem_exists(fast) && elem_attr(fast, S("count"), a, &count) &&
	    str_to_u64(count, INT64_MAX, &r->count) != OK)
		r->count = 0;
}

static void
start(struct c2s *c, struct frozen *element, bool sasl2)
{
	struct elem root = frozen_root(element);
	struct elem initial = elem_child(root, NS_SASL2, S("initial-response"));
	struct arena *a = &c->talk->arena;
	struct sasl_conf conf = sasl_conf_now(c);
	bool fast = sasl2 && elem_exists(elem_child(root, NS_FAST, S("fast")));
	struct sasl_offer offer = fast ? fast_offer(c) : login_offer(c);
	struct sasl_request r = {
		.mechanism = elem_attr_or_none(root, S("mechanism"), a),
		.now_us = loop_wall_us(),
	};
	struct exchange *e = mem_zalloc(sizeof(*e));
	enum status s;

	c->talk->exchange = e;
	c2s_enter(c, C2S_AUTHENTICATING);
	e->sasl = sasl_new(&conf, channel(c), &offer, c->talk->host);
	if (sasl2) {
		e->request = frozen_ref(element);
		read_sasl2(c, root, &r);
		s = read_data(c, elem_text(initial, a), &r.initial);
		if (elem_exists(initial) && !r.initial.at)
			r.initial = S("");
	} else {
		s = read_data(c, elem_text(root, a), &r.initial);
	}
	if (!c->stream.over_tls && (sasl2 || hosts_stream_conf()->require_tls))
		take_turn(c, sasl_fail(e->sasl, SASL_ENCRYPTION_REQUIRED));
	else if (s != OK)
		take_turn(c, sasl_fail(e->sasl, SASL_INCORRECT_ENCODING));
	else
		take_turn(c, sasl_start(e->sasl, &r));
}

static void
respond(struct c2s *c, struct elem root)
{
	struct exchange *e = c->talk->exchange;
	struct str data;

	if (read_data(c, elem_text(root, &c->talk->arena), &data) != OK)
		take_turn(c, sasl_fail(e->sasl, SASL_INCORRECT_ENCODING));
	else
		take_turn(c, sasl_step(e->sasl, data.at ? data : S("")));
}

bool
c2s_on_auth(struct c2s *c, struct frozen *element)
{
	struct elem root = frozen_root(element);
	bool sasl2 = str_eq(elem_ns(root), NS_SASL2);

	if (!sasl2 && !str_eq(elem_ns(root), NS_SASL))
		return false;
	if (c->stream.state == C2S_NEGOTIATING &&
	    str_eq(elem_name(root), sasl2 ? S("authenticate") : S("auth"))) {
		start(c, element, sasl2);
		return true;
	}
	if (c->stream.state != C2S_AUTHENTICATING || sasl2 != is_sasl2(c))
		return false;
	if (str_eq(elem_name(root), S("response")))
		respond(c, root);
	else if (str_eq(elem_name(root), S("abort")))
		take_turn(c, sasl_fail(c->talk->exchange->sasl, SASL_ABORTED));
	else
		return false;
	return true;
}

/* --- success -------------------------------------------------------------------------- */

/* The stream goes where the account is at home; nothing else runs for it meanwhile. */
static void
go_home(struct c2s *c, void (*arrived)(struct stream *s))
{
	c2s_enter(c, C2S_MOVING);
	stream_move(&c->stream, account_home(c->talk->user), arrived);
}

/* On the home worker. True when the stream can go on. */
static bool
at_home(struct c2s *c)
{
	if (!stream_is_open(&c->stream))
		return false;
	timer_set(&c->stream.timer, hosts_stream_conf()->negotiation_ms);
	return true;
}

static void
sasl_at_home(struct stream *s)
{
	struct c2s *c = c2s_of(s);

	if (at_home(c))
		c2s_restart(c);
}

/* SASL2: what follows the exchange, each step when the one before is done. */

static bool
is_true(struct str value)
{
	return str_eq(value, S("true")) || str_eq(value, S("1"));
}

/* The mechanism if a token for it may be asked for here, else none. */
static struct str
offered_token(struct c2s *c, struct str mechanism)
{
	struct sasl_offer offer = fast_offer(c);

	for (unsigned i = 0; i < offer.n_mechanisms; i++)
		if (str_eq(offer.mechanism[i], mechanism))
			return offer.mechanism[i];
	return (struct str){ 0 };
}

/* XEP-0484: what is to become of the client's tokens. */
static void
settle_tokens(struct c2s *c)
{
	struct exchange *e = c->talk->exchange;
	struct arena *a = &c->talk->arena;
	struct elem root = frozen_root(e->request);
	struct elem fast = elem_child(root, NS_FAST, S("fast"));
	struct elem request = elem_child(root, NS_FAST, S("request-token"));
	const struct fast_tokens *used = sasl_tokens(e->sasl);
	msec_t lifetime = hosts_stream_conf()->token_ms;
	usec_t expires = loop_wall_us() + lifetime * 1000;
	struct str mechanism = { 0 };
	bool rotate = false;

	if (!e->client.len)
		return;
	if (used) {
		e->tokens = *used;
		e->tokens_changed = true;
		if (is_true(elem_attr_or_none(fast, S("invalidate"), a)))
			e->tokens = (struct fast_tokens){ 0 };
		else
			rotate = used->current.expires_us - loop_wall_us() < lifetime * 500;
	}
	if (elem_exists(request))
		mechanism = offered_token(c, elem_attr_or_none(request, S("mechanism"), a));
	else if (rotate)
		mechanism = fast_token_mechanism(&e->tokens.current);
	if (mechanism.len) {
		fast_tokens_issue(&e->tokens, mechanism, expires);
		e->token_issued = e->tokens_changed = true;
	}
}

/* XEP-0386: ELEM_NONE when none was made. */
static struct elem
bind2_request(const struct exchange *e)
{
	return elem_child(frozen_root(e->request), NS_BIND2, S("bind"));
}

/* Else the session was bound, if there is one. */
static bool
is_resumed(const struct c2s *c)
{
	return c->session && c->session->managed;
}

static void
send_success(struct c2s *c)
{
	struct exchange *e = c->talk->exchange;
	struct arena *a = &c->talk->arena;
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_SASL2, S("success"));
	if (e->turn.bytes.at)
		xml_leaf(&w, S(""), S("additional-data"), base64_encode(a, e->turn.bytes));
	xml_leaf(&w, S(""), S("authorization-identifier"),
	    jid_full(c->session ? c->session->jid : c->talk->user));
	if (c->talk->resumption)
		c2s_write_resumption(c, &w);
	if (c->session && !is_resumed(c))
		c2s_write_bound(c, &w, bind2_request(e));
	if (e->token_issued) {
		xml_open(&w, NS_FAST, S("token"));
		xml_attr(&w, S("expiry"), date_format(a, e->tokens.fresh.expires_us));
		xml_attr(&w, S("token"), fast_token_secret(&e->tokens.fresh));
		xml_close(&w);
	}
	xml_close(&w);
	stream_write(&c->stream, xml_written(&w));
	c2s_exchange_free(&c->talk->exchange);
}

/* RFC 6120's way to say it is not known for SASL2: nothing was changed, try again. */
static void
give_up(struct c2s *c)
{
	send_failure(c, SASL_TEMPORARY_AUTH_FAILURE);
	stream_fail(&c->stream, STREAM_INTERNAL_SERVER_ERROR, (struct str){ 0 });
}

static void
sasl2_bound(struct c2s *c, enum stanza_error error)
{
	if (error != ERR_NONE) {
		give_up(c);
		return;
	}
	send_success(c);
	c2s_enter(c, C2S_BINDING);
	c2s_send_bound_features(c);
	c2s_bound(c);
}

/*
 * XEP-0386 section 4.2.1: the client's tag and a part that is ours. Ours is the same for the
 * same client and account, so that a client which comes back replaces its older session; it
 * does not show the client's id.
 */
static struct str
bind2_resource(struct c2s *c, struct elem bind)
{
	struct arena *a = &c->talk->arena;
	struct exchange *e = c->talk->exchange;
	struct str tag = elem_child_text(bind, NS_BIND2, S("tag"), a), ours, resource;
	struct str pieces[] = { jid_full(c->talk->user), S("\0"), e->client };
	char mac[HASH_MAX];

	if (e->client.len) {
		hash_hmac(HASH_SHA256, auth()->facts(c2s_host(c)).secret, pieces, 3, mac);
		ours = base64url_encode(a, str_of(mac, RESOURCE_BYTES));
	} else {
		ours = random_token(a, RESOURCE_BYTES);
	}
	if (tag.len == 0 || tag.len > BIND_TAG_MAX)
		return ours;
	return jid_prep_resource(
		   a, str_format(a, "%.*s/%.*s", STR_ARG(tag), STR_ARG(ours)), &resource) == OK
		   ? resource
		   : ours;
}

static void
sasl2_bind(struct c2s *c)
{
	struct elem bind = bind2_request(c->talk->exchange);

	if (elem_exists(bind)) {
		c2s_bind(c, bind2_resource(c, bind), BIND_REPLACE, sasl2_bound);
		return;
	}
	send_success(c);
	c2s_enter(c, C2S_BINDING);
	c2s_send_features(c);
}

/* XEP-0198 section 9.2: it comes first, and instead of binding; no features follow. */
static void
sasl2_resumed(struct c2s *c)
{
	if (!c->session) {
		sasl2_bind(c);
		return;
	}
	send_success(c);
	c2s_enter(c, C2S_BINDING);
	c2s_resumed(c);
}

static void
sasl2_finish(struct c2s *c)
{
	struct elem resume =
	    elem_child(frozen_root(c->talk->exchange->request), NS_SM, S("resume"));

	if (elem_exists(resume))
		c2s_resume(c, resume, sasl2_resumed);
	else
		sasl2_bind(c);
}

static void
on_tokens_kept(void *waiter, enum status s)
{
	struct c2s *c = waiter;

	if (!stream_came_back(&c->stream))
		return;
	if (s == OK)
		sasl2_finish(c);
	else
		give_up(c);
}

static void
sasl2_at_home(struct stream *s)
{
	struct c2s *c = c2s_of(s);
	struct exchange *e = c->talk->exchange;

	if (!at_home(c))
		return;
	settle_tokens(c);
	if (!e->tokens_changed) {
		sasl2_finish(c);
		return;
	}
	stream_wait(&c->stream);
	auth()->keep_tokens(c->talk->user, e->client, &e->tokens, on_tokens_kept, c);
}

static void
admit(struct c2s *c)
{
	struct exchange *e = c->talk->exchange;

	log_info("c2s.authenticated", LOG_ACCOUNT("jid", jid_full(c->talk->user)),
	    LOG_STR("address", stream_address(&c->stream)));
	stream_authenticated(&c->stream);
	if (is_sasl2(c)) {
		go_home(c, sasl2_at_home);
		return;
	}
	send_data(c, S("success"), e->turn.bytes);
	c2s_exchange_free(&c->talk->exchange);
	go_home(c, sasl_at_home);
}

static void
on_temporary(void *waiter, enum status s)
{
	struct c2s *c = waiter;

	if (!stream_came_back(&c->stream))
		return;
	if (s == OK)
		admit(c);
	else
		take_turn(c, (struct sasl_turn){ .what = SASL_FAILURE,
				 .failure = SASL_TEMPORARY_AUTH_FAILURE,
				 .why = "no temporary account" });
}

static void
succeeded(struct c2s *c)
{
	struct exchange *e = c->talk->exchange;

	c->talk->user = jid_copy(&c->talk->arena, e->turn.user);
	if (!e->turn.anonymous) {
		admit(c);
		return;
	}
	stream_wait(&c->stream);
	auth()->make_temporary(c->talk->user, on_temporary, c);
}
