/* SPDX-License-Identifier: MIT
 *
 * mod_confirm: asks people whether they are who uses a web site in their name.
 *
 * Source   XEP-0070 1.0.2
 * Reacts   the administration; messages and answers that an account sends to its host; the end
 *          of a session
 * Keeps    nothing on disk; at the account's home the questions that wait for an answer, and
 * how many there were in the current hour
 *
 * A client that says it knows {http://jabber.org/protocol/http-auth} and is asked for by its
 * full address gets an iq; all others a message, which can be answered by hand (section 4.5).
 * Only what the account itself sends counts as an answer, where it is sent (SENT).
 */
#include "modules/mod_confirm.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "base/table.h"
#include "modules/list.h"
#include "modules/mod_caps.h"
#include "xmpp/ns.h"

enum { CONFIRM_ASKED, CONFIRM_GRANTED, CONFIRM_DENIED, CONFIRM_REFUSED };

enum { ID_BYTES = 12, HOUR_MS = 3600 * 1000 };

struct confirm_conf {
	uint32_t per_hour;
};

/* Of an account. */
struct asked {
	uint64_t hour;
	uint32_t in_hour;
	uint32_t waiting;
};

/* A question, on its way to the account's home, waiting there, and on its way back. */
struct question {
	struct confirm_request request;
	struct str id;           /* of the stanza and the thread: nobody can guess it */
	struct account *account; /* held while it waits */
	struct timer timer;
	unsigned asker;
	enum status status;
	enum confirm_verdict verdict;
	struct jid by;
	confirm_fn *answered;
	void *waiter;
	struct arena arena; /* all texts */
};

/* Those that wait at this worker, by id. */
static _Thread_local struct table waiting;

static struct str
question_key(const void *value)
{
	return ((const struct question *)value)->id;
}

/* --- the end ------------------------------------------------------------------------------ */

static void
tell_asker(const void *letter)
{
	struct question *q = *(struct question *const *)letter;

	q->answered(q->waiter, q->status, q->verdict, q->by);
	arena_fini(&q->arena);
	free(q);
}

static void
go_back(struct question *q, enum status s)
{
	q->status = s;
	module_count(&mod_confirm, CONFIRM_REFUSED, s != OK);
	worker_post(q->asker, tell_asker, &q, sizeof(q));
}

static void
question_end(struct question *q, enum confirm_verdict v)
{
	struct asked *asked = module_account_state(&mod_confirm, q->account);

	table_remove(&waiting, q->id);
	timer_stop(&q->timer);
	asked->waiting--;
	account_release(q->account);
	q->account = NULL;
	q->verdict = v;
	module_count(&mod_confirm, CONFIRM_GRANTED, v == CONFIRM_YES);
	module_count(&mod_confirm, CONFIRM_DENIED, v == CONFIRM_NO);
	go_back(q, OK);
}

/* Whether somebody but the session that ends can still answer. */
static bool
can_be_answered(const struct question *q, const struct session *ending)
{
	list_each (link, &q->account->sessions) {
		const struct session *s = list_entry(link, struct session, in_account);

		if (s != ending && !s->ended &&
		    (jid_is_bare(q->request.account) || jid_eq(q->request.account, s->jid)))
			return true;
	}
	return false;
}

/* Nobody need wait for somebody who has left. */
static enum verdict
on_session_closed(struct call *c)
{
	struct asked *asked = module_account_state(&mod_confirm, c->account);
	struct table_walk walk = { 0 };
	struct question *q;

	if (asked->waiting == 0)
		return PASS;
	while ((q = table_next(&waiting, &walk)))
		if (q->account == c->account && !can_be_answered(q, c->session))
			question_end(q, CONFIRM_EXPIRED);
	return PASS;
}

static void
on_expired(struct timer *t)
{
	struct question *q =
	    (struct question *)(void *)((char *)t - offsetof(struct question, timer));

	question_end(q, CONFIRM_EXPIRED);
}

/* --- asking (section 4.5) ----------------------------------------------------------------- */

static void
write_confirm(struct xml_writer *w, const struct confirm_request *r)
{
	xml_open(w, NS_HTTP_AUTH, S("confirm"));
	xml_attr(w, S("id"), r->code);
	xml_attr(w, S("method"), r->method);
	xml_attr(w, S("url"), r->url);
	xml_close(w);
}

static struct str
body_of(const struct confirm_request *r, struct arena *a)
{
	if (r->text.len)
		return r->text;
	return str_format(a,
	    "Somebody, maybe you, has asked for %.*s in your name. The site shows the code "
	    "%.*s.\n\nReply \"OK\" if that was you, else \"No\".",
	    STR_ARG(r->url), STR_ARG(r->code));
}

/* By hand, or by clients that know the protocol but were not asked for by name. */
static struct stanza *
make_message(struct question *q, struct stanza_head *head)
{
	struct xml_writer w;

	head->kind = STANZA_MESSAGE;
	head->type = MESSAGE_NORMAL;
	stanza_begin(&w, &q->arena, STANZA_MESSAGE);
	xml_leaf(&w, S(""), S("thread"), q->id);
	xml_leaf(&w, S(""), S("body"), body_of(&q->request, &q->arena));
	write_confirm(&w, &q->request);
	xml_empty(&w, NS_HINTS, S("no-store"));
	return stanza_finish(&w, head);
}

static struct stanza *
make_iq(struct question *q, struct stanza_head *head)
{
	struct xml_writer w;

	head->kind = STANZA_IQ;
	head->type = IQ_GET;
	stanza_begin(&w, &q->arena, STANZA_IQ);
	write_confirm(&w, &q->request);
	return stanza_finish(&w, head);
}

/* A client that can take it: the one that is meant, or any. */
static struct session *
client_for(const struct question *q, const struct account *a)
{
	list_each (link, &a->sessions) {
		struct session *s = list_entry(link, struct session, in_account);

		if (!s->ended && s->presence &&
		    (jid_is_bare(q->request.account) || jid_eq(q->request.account, s->jid)))
			return s;
	}
	return NULL;
}

static void
send_question(struct question *q, struct session *client)
{
	struct jid to = q->request.account;
	struct stanza_head head = {
		.to = to,
		.from =
		    jid_join(&q->arena, (struct str){ 0 }, jid_domain(to), (struct str){ 0 }),
		.id = q->id,
	};
	bool knows = !jid_is_bare(to) && caps_says(client, NS_HTTP_AUTH) == CAPS_YES;

	route(knows ? make_iq(q, &head) : make_message(q, &head));
	module_count(&mod_confirm, CONFIRM_ASKED, 1);
}

/* Nobody is to be worn down until he says yes. */
static bool
take_allowance(struct asked *asked, uint32_t per_hour)
{
	uint64_t hour = (uint64_t)loop_now_ms() / HOUR_MS;

	if (asked->hour != hour)
		*asked = (struct asked){ .hour = hour, .waiting = asked->waiting };
	if (asked->waiting >= CONFIRM_WAITING_MAX || asked->in_hour >= per_hour)
		return false;
	asked->in_hour++;
	asked->waiting++;
	return true;
}

static void
ask_loaded(void *waiter, struct account *a, enum status s)
{
	struct question *q = waiter;
	const struct host *host = host_find(jid_domain(q->request.account));
	const struct confirm_conf *conf = host ? module_conf(&mod_confirm, host) : NULL;
	struct session *client;

	if (!a) {
		go_back(q, s);
	} else if (!conf) {
		go_back(q, E_UNSUPPORTED);
	} else if (!(client = client_for(q, a))) {
		go_back(q, E_CLOSED);
	} else if (!take_allowance(module_account_state(&mod_confirm, a), conf->per_hour)) {
		go_back(q, E_LIMIT);
	} else {
		q->id = random_token(&q->arena, ID_BYTES);
		q->account = a;
		account_hold(a);
		timer_init(&q->timer, on_expired);
		timer_set(&q->timer, q->request.wait_ms);
		table_put(&waiting, q);
		send_question(q, client);
	}
}

static void
ask_at_home(const void *letter)
{
	struct question *q = *(struct question *const *)letter;

	account_with(jid_to_bare(q->request.account), ask_loaded, q);
}

void
confirm_ask(const struct confirm_request *r, confirm_fn *answered, void *waiter)
{
	struct question *q = mem_zalloc(sizeof(*q));

	arena_init(&q->arena, 1024);
	q->request = (struct confirm_request){
		.account = jid_copy(&q->arena, r->account),
		.code = str_copy(&q->arena, r->code),
		.method = str_copy(&q->arena, r->method),
		.url = str_copy(&q->arena, r->url),
		.text = str_copy(&q->arena, r->text),
		.wait_ms = r->wait_ms,
	};
	q->asker = (unsigned)worker_self();
	q->answered = answered;
	q->waiter = waiter;
	worker_post(account_home(r->account), ask_at_home, &q, sizeof(q));
}

/* --- answers (section 4.6) ---------------------------------------------------------------- */

static bool
is_to_host(const struct call *c)
{
	const struct jid to = c->stanza->to;

	return !jid_is_empty(to) && jid_is_bare(to) && jid_local(to).len == 0 &&
	       str_eq(jid_domain(to), jid_domain(c->account->jid));
}

/* The question of that id, if it is this account's. */
static struct question *
question_of(const struct call *c, struct str id)
{
	struct question *q = table_get(&waiting, id);

	return q && q->account == c->account ? q : NULL;
}

static void
take_answer(struct call *c, struct question *q, bool yes)
{
	q->by = jid_copy(&q->arena, c->stanza->from);
	log_info("confirm.answered", LOG_ACCOUNT("jid", jid_full(q->by)),
	    LOG_STR("url", q->request.url), LOG_BOOL("granted", yes));
	question_end(q, yes ? CONFIRM_YES : CONFIRM_NO);
}

static enum verdict
on_iq_answer(struct call *c)
{
	struct question *q = is_to_host(c) ? question_of(c, c->stanza->id) : NULL;

	if (!q || jid_is_bare(q->request.account) ||
	    !jid_eq(c->stanza->from, q->request.account))
		return PASS;
	take_answer(c, q, c->stanza->type == IQ_RESULT);
	return DONE;
}

/* The only question that waits for the account: for clients that mirror no threads. */
static struct question *
only_question(const struct call *c)
{
	struct asked *asked = module_account_state(&mod_confirm, c->account);
	struct table_walk walk = { 0 };
	struct question *q;

	if (asked->waiting != 1)
		return NULL;
	while ((q = table_next(&waiting, &walk)) && q->account != c->account)
		;
	return q;
}

/* A word, written by hand. */
static bool
read_word(const struct call *c, bool *yes)
{
	struct elem root = stanza_root(c->stanza);
	struct str word = str_trim(elem_child_text(root, NS_CLIENT, S("body"), c->arena));

	*yes = str_eq_nocase(word, S("ok"));
	return *yes || str_eq_nocase(word, S("no"));
}

/* A client mirrors the thread; who writes by hand may have another, or none. */
static enum verdict
on_message(struct call *c)
{
	struct elem root = stanza_root(c->stanza);
	bool by_client = elem_exists(elem_child(root, NS_HTTP_AUTH, S("confirm")));
	bool yes = c->stanza->type != MESSAGE_ERROR;
	struct question *q;

	if (!is_to_host(c) || (!by_client && (!yes || !read_word(c, &yes))))
		return PASS;
	q = question_of(c, str_trim(elem_child_text(root, NS_CLIENT, S("thread"), c->arena)));
	if (!q && !by_client)
		q = only_question(c);
	if (!q)
		return PASS;
	take_answer(c, q, yes);
	return DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

static void
enter_worker(void)
{
	table_init(&waiting, question_key);
}

static void
leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct question *q;

	while ((q = table_next(&waiting, &walk))) {
		table_remove(&waiting, q->id);
		timer_stop(&q->timer);
		arena_fini(&q->arena);
		free(q);
	}
	table_fini(&waiting);
}

static const struct hook hooks[] = {
	{ .on = ON_IQ_ANSWER, .at = SENT, .in = HANDLE, .run = on_iq_answer },
	{ .on = ON_MESSAGE, .at = SENT, .in = HANDLE, .run = on_message },
	{ .on = ON_SESSION_CLOSED, .in = HANDLE, .run = on_session_closed },
};

const struct module mod_confirm = {
	.name = "confirm",
	.doc = "Web sites ask an account whether somebody's request is its owner's: logging in "
	       "without a password.",
	.specs = LIST(struct spec, { XEP, 70, "1.0.2", "the XMPP server's part" }),
	.conf_size = sizeof(struct confirm_conf),
	.options = LIST(struct option,
	    { "per_hour", U32, FIELD(confirm_conf, per_hour), "30", "1", "10000",
		"Questions that one account gets in an hour; more are refused." }),
	.metrics = LIST(struct metric,
	    [CONFIRM_ASKED] = { "confirm_asked", COUNTER, "questions",
		"Questions of web sites that people were asked." },
	    [CONFIRM_GRANTED] = { "confirm_granted", COUNTER, "questions",
		"Those that were answered with yes." },
	    [CONFIRM_DENIED] = { "confirm_denied", COUNTER, "questions",
		"Those that were answered with no." },
	    [CONFIRM_REFUSED] = { "confirm_refused", COUNTER, "questions",
		"Questions that nobody was asked: there was nobody, or too many of them." }),
	.hooks = TABLE(hooks),
	.account_bytes = sizeof(struct asked),
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
};
