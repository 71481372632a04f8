/* SPDX-License-Identifier: MIT
 *
 * mod_push: tells devices that sleep that there is something for them.
 *
 * Source   XEP-0357 0.4.1; for browsers RFC 8030, 8291, 8292 and docs/push.md
 * Reacts   <enable/> and <disable/> by the account's own clients; messages and requests for
 *          subscription, received; what a session was sent in vain; a client that is there
 *          again; answers and farewells of push services
 * Keeps    "push": a row for each registration; "vapid": the server's key for browsers'
 * services
 *
 * A registration is a device's: that of the session that enabled it, known by its resource. It
 * is told of what this device does not show by itself, because it has no session, or one that
 * is detached or inactive. How much is unread, the account's inbox says when a notification
 * goes out (outbox.c).
 */
#include "modules/push/push.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/log.h"
#include "modules/list.h"
#include "modules/push/outbox.h"
#include "modules/push/to_service.h"
#include "modules/roster/roster.h"
#include "router/deliver.h"
#include "xmpp/message_kind.h"
#include "xmpp/ns.h"

#define KIND_PUSH S("push")
#define KIND_VAPID S("vapid")

/* Of an account. */
struct push {
	struct registration **at; /* the one that was enabled longest ago first */
	unsigned n;
};

static struct p256 *vapid;

static struct push *
push_of(struct account *a)
{
	return module_account_state(&mod_push, a);
}

const struct push_conf *
push_conf_of(struct jid account)
{
	const struct host *host = host_find(jid_domain(account));

	return host ? module_conf(&mod_push, host) : NULL;
}

const struct p256 *
push_vapid(void)
{
	return vapid;
}

/* --- registrations ---------------------------------------------------------------------- */

static unsigned
place_of(const struct push *p, struct str key)
{
	unsigned i = 0;

	while (i < p->n && !str_eq(p->at[i]->key, key))
		i++;
	return i;
}

static void
remove_at(struct push *p, unsigned i)
{
	registration_free(&p->at[i]);
	memmove(p->at + i, p->at + i + 1, (--p->n - i) * sizeof(*p->at));
	if (p->n == 0) {
		free(p->at);
		p->at = NULL;
	}
}

/* In its place in the order; rows come in another when they are read. */
static void
insert(struct push *p, struct registration *r)
{
	unsigned i = p->n;

	p->at = mem_resize(p->at, (p->n + 1) * sizeof(*p->at));
	for (; i > 0 && p->at[i - 1]->since > r->since; i--)
		p->at[i] = p->at[i - 1];
	p->at[i] = r;
	p->n++;
}

static void
put_row(struct store_batch *b, const struct account *a, const struct registration *r)
{
	struct arena arena;

	arena_init(&arena, 1024);
	store_put(b, jid_full(a->jid), KIND_PUSH, r->key, registration_encode(&arena, r));
	arena_fini(&arena);
}

static void
remove_row(struct store_batch *b, const struct account *a, const struct registration *r)
{
	store_remove(b, jid_full(a->jid), KIND_PUSH, r->key);
}

static void
load(void *state, struct account *a, struct str item, struct str value)
{
	struct registration r;
	struct arena arena;

	(void)a;
	arena_init(&arena, 1024);
	if (registration_decode(&arena, item, value, &r) == OK)
		insert(state, registration_new(&r));
	else
		log_error("push.row", LOG_ACCOUNT("account", jid_full(a->jid)));
	arena_fini(&arena);
}

static void
account_fini(void *state, struct account *a)
{
	struct push *p = state;

	(void)a;
	while (p->n)
		remove_at(p, p->n - 1);
}

/* Takes out one registration; the batch gets its row. */
static void
disable(struct account *a, struct store_batch *b, unsigned i)
{
	struct push *p = push_of(a);

	outbox_forget(a->jid, p->at[i]->key);
	remove_row(b, a, p->at[i]);
	remove_at(p, i);
}

struct disabling {
	struct jid account;
	struct str key;
	const char *why;
	struct arena arena;
};

static void
disable_loaded(void *waiter, struct account *a, enum status s)
{
	struct disabling *d = waiter;
	unsigned i = a ? place_of(push_of(a), d->key) : 0;

	(void)s;
	if (a && i < push_of(a)->n) {
		struct store_batch *b = store_batch_new(account_store());

		log_info("push.disabled", LOG_ACCOUNT("account", jid_full(a->jid)),
		    LOG_C("reason", d->why));
		module_count(&mod_push, PUSH_DISABLED, 1);
		disable(a, b, i);
		store_commit(&b, NULL, NULL); /* if that fails, the service will say it again */
	}
	arena_fini(&d->arena);
	free(d);
}

void
push_disable(struct jid account, struct str key, const char *why)
{
	struct disabling *d = mem_alloc(sizeof(*d));

	arena_init(&d->arena, 512);
	d->account = jid_copy(&d->arena, account);
	d->key = str_copy(&d->arena, key);
	d->why = str_to_c(&d->arena, str_from_c(why));
	account_with(d->account, disable_loaded, d);
}

/* --- enabling and disabling (sections 5 and 6) ------------------------------------------ */

static enum verdict
on_enable(struct call *c)
{
	struct push *p = push_of(c->account);
	struct registration r;
	struct store_batch *b;
	enum stanza_error e;
	unsigned old;

	if (!c->session)
		return refuse(c, ERR_FORBIDDEN);
	if ((e = registration_read(c->arena, c->payload, c->host->name, &r)) != ERR_NONE)
		return refuse(c, e);
	r.resource = jid_resource(c->session->jid);
	r.since = loop_wall_us();
	old = place_of(p, r.key);
	call_hold(c);
	b = store_batch_new(account_store());
	if (old < p->n)
		disable(c->account, b, old);
	else if (p->n >= PUSH_REGISTRATIONS_MAX)
		disable(c->account, b, 0);
	insert(p, registration_new(&r));
	put_row(b, c->account, &r);
	iq_result(c, (struct str){ 0 });
	call_commit(c, &b);
	return DONE;
}

static enum verdict
on_disable(struct call *c)
{
	struct push *p = push_of(c->account);
	struct store_batch *b;
	struct jid jid;
	struct str key;
	bool has_node;
	enum stanza_error e;

	if (!c->session)
		return refuse(c, ERR_FORBIDDEN);
	if ((e = registration_key(c->arena, c->payload, &has_node, &jid, &key)) != ERR_NONE)
		return refuse(c, e);
	call_hold(c);
	b = store_batch_new(account_store());
	for (unsigned i = p->n; i-- > 0;)
		if (has_node ? str_eq(p->at[i]->key, key) : jid_eq(p->at[i]->jid, jid))
			disable(c->account, b, i);
	iq_result(c, (struct str){ 0 });
	call_commit(c, &b);
	return DONE;
}

/* The key with which a browser subscribes (applicationServerKey). */
static enum verdict
on_vapid_asked(struct call *c)
{
	char point[P256_PUBLIC];
	struct xml_writer w;

	if (!c->session)
		return refuse(c, ERR_FORBIDDEN);
	p256_public(vapid, point);
	iq_result_begin(c, &w);
	xml_leaf(&w, NS_WEB_PUSH, S("vapid"),
	    base64url_encode(c->arena, str_of(point, sizeof(point))));
	return iq_result_finish(c, &w);
}

/* Section 8: the service takes the right to publish away. */
static enum verdict
on_farewell(struct call *c)
{
	struct push *p = push_of(c->account);
	struct elem pubsub = elem_child(stanza_root(c->stanza), NS_PUBSUB, S("pubsub"));
	struct elem affiliation = elem_child(pubsub, NS_PUBSUB, S("affiliation"));
	struct str node = elem_attr_or_none(pubsub, S("node"), c->arena);
	struct store_batch *b;
	unsigned i = 0;

	if (p->n == 0 || !elem_exists(affiliation) ||
	    !str_eq(elem_attr_or_none(affiliation, S("affiliation"), c->arena), S("none")))
		return PASS;
	while (i < p->n &&
	       !(jid_eq(p->at[i]->jid, c->stanza->from) && str_eq(p->at[i]->node, node)))
		i++;
	if (i == p->n)
		return PASS;
	b = store_batch_new(account_store());
	module_count(&mod_push, PUSH_DISABLED, 1);
	disable(c->account, b, i);
	store_commit(&b, NULL, NULL); /* if that fails, errors will say it again */
	return DONE;
}

/* --- who is there ----------------------------------------------------------------------- */

static bool
is_there(const struct session *s, const struct push_conf *conf)
{
	return s && s->outlet && s->presence && !(s->sieve && conf->inactive);
}

static bool
is_anyone_there(const struct account *a, const struct push_conf *conf)
{
	list_each (link, &a->sessions)
		if (is_there(list_entry(link, struct session, in_account), conf))
			return true;
	return false;
}

/* The device shows what there is: nothing that waits for it is news any more. */
static void
has_seen(struct session *s)
{
	struct push *p = push_of(s->account);

	for (unsigned i = 0; i < p->n; i++)
		if (str_eq(p->at[i]->resource, jid_resource(s->jid)))
			outbox_forget(s->account->jid, p->at[i]->key);
}

static enum verdict
on_there(struct call *c)
{
	has_seen(c->session);
	return PASS;
}

/* --- telling ---------------------------------------------------------------------------- */

/* How many contacts wait for an answer; *state becomes that of one contact, 0 of a stranger. */
static unsigned
requests_waiting(struct account *a, struct jid contact, unsigned *state)
{
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	unsigned n = 0;

	*state = 0;
	while ((item = roster_next(a, &walk))) {
		n += (item->state & SUB_PENDING_IN) != 0;
		if (jid_eq(item->jid, contact))
			*state = item->state;
	}
	return n;
}

/* Tells the registrations of a resource, or, without one, of all devices that are not there. */
static void
tell(struct account *a, const struct push_conf *conf, struct str resource, struct news *n)
{
	struct push *p = push_of(a);

	for (unsigned i = 0; i < p->n; i++) {
		struct registration *r = p->at[i];

		if (resource.at ? !str_eq(r->resource, resource)
				: is_there(deliver_session(a, r->resource), conf))
			continue;
		n->content = r->endpoint.len ? conf->web : conf->service;
		outbox_add(a->jid, r, n, conf);
	}
}

/* The message that was said: inside a copy of what another device got, or the stanza itself;
 * none inside a copy of what one has sent oneself. */
static struct elem
said(const struct stanza *st, const struct account *a)
{
	struct elem root = stanza_root(st);
	struct elem copied = elem_child(root, NS_CARBONS, S("received"));

	if (!jid_eq_bare(st->from, a->jid))
		return root;
	return elem_child(
	    elem_child(copied, NS_FORWARD, S("forwarded")), NS_CLIENT, S("message"));
}

static void
tell_of_message(struct call *c, struct message_kind k, struct elem message, struct str sender,
    struct str resource)
{
	struct news n = {
		.kind = k.parts & PART_CALL ? NEWS_CALL : NEWS_MESSAGE,
		.sender = sender,
	};
	unsigned state;

	n.requests = requests_waiting(c->account, (struct jid){ 0 }, &state);

	/* What is encrypted has a body for those who cannot read it: nothing to be told. */
	if (!(k.parts & PART_ENCRYPTED))
		n.body = elem_child_text(message, NS_CLIENT, S("body"), c->arena);
	tell(c->account, c->conf, resource, &n);
}

/* RFC 6121 sections 8.5.2.2 and 8.5.3.2: nobody gets it, now or later. */
static bool
is_lost(struct call *c, struct message_kind k)
{
	if (!jid_is_bare(c->stanza->to) && c->stanza->type != MESSAGE_CHAT)
		return !deliver_session(c->account, jid_resource(c->stanza->to));
	return (k.parts & HINT_NO_STORE) && deliver_reachable(c->account, c->stanza) == 0;
}

static enum verdict
on_message(struct call *c)
{
	const struct push_conf *conf = c->conf;
	struct message_kind k;

	if (push_of(c->account)->n == 0 || jid_eq_bare(c->stanza->from, c->account->jid))
		return PASS;
	k = message_kind(c->stanza);
	if (!message_kind_is_announced(k) || is_lost(c, k) ||
	    (!conf->elsewhere && is_anyone_there(c->account, conf)))
		return PASS;
	tell_of_message(
	    c, k, stanza_root(c->stanza), jid_full(c->stanza->from), (struct str){ 0 });
	return PASS;
}

/* A session was given it and has not acknowledged it, and its connection is gone. */
static enum verdict
on_missed(struct call *c)
{
	struct elem message;
	struct message_kind k;

	if (push_of(c->account)->n == 0 || c->stanza->kind != STANZA_MESSAGE)
		return PASS;
	k = message_kind_of_copy(c->stanza);
	message = said(c->stanza, c->account);
	if (!elem_exists(message) || !message_kind_is_announced(k))
		return PASS;
	tell_of_message(c, k, message, elem_attr_or_none(message, S("from"), c->arena),
	    jid_resource(c->session->jid));
	return PASS;
}

/* Somebody asks to see the account's presence, and it is the user who has to answer. */
static enum verdict
on_presence(struct call *c)
{
	const struct push_conf *conf = c->conf;
	struct subscription_step step;
	struct news n = { .kind = NEWS_REQUEST };
	unsigned state;

	if (c->stanza->type != PRESENCE_SUBSCRIBE || push_of(c->account)->n == 0 ||
	    (!conf->elsewhere && is_anyone_there(c->account, conf)))
		return PASS;
	n.requests = requests_waiting(c->account, jid_to_bare(c->stanza->from), &state);
	step = subscription_inbound(state, PRESENCE_SUBSCRIBE);
	if (!step.pass || step.grant)
		return PASS;
	n.requests += !(state & SUB_PENDING_IN);
	tell(c->account, conf, (struct str){ 0 }, &n);
	return PASS;
}

static enum verdict
on_account_deleted(struct call *c)
{
	outbox_forget_account(c->account->jid);
	return PASS;
}

/* --- start ------------------------------------------------------------------------------ */

static enum status
read_vapid(void)
{
	struct store_query q = {
		.what = STORE_ITEM, .owner = S(""), .kinds = { KIND_VAPID }, .n_kinds = 1
	};
	struct store_rows *rows = store_read_wait(account_store(), &q);
	enum status s = rows->status;

	if (s == OK && rows->n == 1)
		s = p256_read(str_slice(rows->row[0].value, 0, P256_PRIVATE),
		    str_slice(rows->row[0].value, P256_PRIVATE, P256_PUBLIC), &vapid);
	else if (s == OK)
		s = E_NOT_FOUND;
	store_rows_free(&rows);
	return s;
}

static enum status
make_vapid(void)
{
	struct store_batch *b = store_batch_new(account_store());
	char row[P256_PRIVATE + P256_PUBLIC];
	enum status s;

	vapid = p256_new();
	p256_private(vapid, row);
	p256_public(vapid, row + P256_PRIVATE);
	store_create(b, S(""), KIND_VAPID, S(""), str_of(row, sizeof(row)));
	mem_wipe(row, sizeof(row));
	if ((s = store_commit_wait(&b)) != OK)
		p256_free(&vapid);
	return s;
}

static enum status
start(void)
{
	enum status s = read_vapid();

	return s == E_NOT_FOUND ? make_vapid() : s;
}

static void
stop(void)
{
	p256_free(&vapid);
}

static const struct kept kept[] = {
	{ KIND_PUSH, load },
};

static const struct feature features[] = {
	{ NS_PUSH, ACCOUNT },
	{ NS_WEB_PUSH, ACCOUNT },
};

static const struct hook hooks[] = {
	{ ON_IQ_SET, ACCOUNT, NS_PUSH, S("enable"), HANDLE, on_enable },
	{ ON_IQ_SET, ACCOUNT, NS_PUSH, S("disable"), HANDLE, on_disable },
	{ ON_IQ_GET, ACCOUNT, NS_WEB_PUSH, S("vapid"), HANDLE, on_vapid_asked },
	{ .on = ON_IQ_ANSWER, .at = SERVER, .in = HANDLE, .run = push_on_answer },
	{ .on = ON_MESSAGE, .at = ACCOUNT, .in = REWRITE, .run = on_farewell },
	{ .on = ON_MESSAGE, .at = ACCOUNT | CLIENT, .in = COPY, .run = on_message },
	{ .on = ON_PRESENCE, .at = ACCOUNT, .in = COPY, .run = on_presence },
	{ .on = ON_SESSION_MISSED, .in = HANDLE, .run = on_missed },
	{ .on = ON_SESSION_REACHABLE, .in = HANDLE, .run = on_there },
	{ .on = ON_SESSION_RESUMED, .in = HANDLE, .run = on_there },
	{ .on = ON_ELEMENT, .ns = NS_CSI, .name = S("active"), .in = COPY, .run = on_there },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_account_deleted },
};

#define CONTENTS "nothing count sender body"

const struct module mod_push = {
	.name = "push",
	.doc = "Tells devices that sleep that there is something for them.",
	.specs = LIST(struct spec, { XEP, 357, "0.4.1", "complete" },
	    { RFC, 8030, "", "the application server's part" },
	    { RFC, 8188, "", "encryption of one record" },
	    { RFC, 8291, "", "the sender's part" }, { RFC, 8292, "", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster", "inbox"),
	.conf_size = sizeof(struct push_conf),
	.options = LIST(struct option,
	    { "content", CHOICE, FIELD(push_conf, service), "count", NULL, NULL,
		"What notifications say to push services, which can read it: nothing; how many "
		"messages and requests wait; also who sent the last message; also how its body "
		"begins.",
		.words = CONTENTS },
	    { "web_content", CHOICE, FIELD(push_conf, web), "body", NULL, NULL,
		"The same to browsers, where it is encrypted and only the browser reads it.",
		.words = CONTENTS },
	    { "body_max", SIZE, FIELD(push_conf, body_max), "256", "16", "2KiB",
		"How much of a body is said." },
	    { "inactive", BOOL, FIELD(push_conf, inactive), "yes", NULL, NULL,
		"Also tell devices that are connected, but said that nobody looks at them." },
	    { "elsewhere", BOOL, FIELD(push_conf, elsewhere), "yes", NULL, NULL,
		"Tell devices that sleep although another one of the account shows it." },
	    { "interval", TIME, FIELD(push_conf, interval_ms), "1s", "0s", "1h",
		"Time between two notifications for one device." },
	    { "answer_timeout", TIME, FIELD(push_conf, answer_ms), "30s", "1s", "5m",
		"How long a push service may take to answer." },
	    { "lifetime", TIME, FIELD(push_conf, life_ms), "1d", "1m", "28d",
		"How long a notification is tried to be delivered; browsers' services are told "
		"to keep it as long." },
	    { "contact", STRING, FIELD(push_conf, contact), "", NULL, "256",
		"How operators of browsers' services reach you, such as "
		"mailto:admin@example.org; postmaster of the host when nothing is said." }),
	.metrics = LIST(struct metric,
	    [PUSH_MADE] = { "push_made", COUNTER, "notifications",
		"Notifications that were to be sent to push services." },
	    [PUSH_DELIVERED] = { "push_delivered", COUNTER, "notifications",
		"Notifications that push services have accepted." },
	    [PUSH_DELAYED] = { "push_delayed", COUNTER, "attempts",
		"Attempts that failed and are repeated later." },
	    [PUSH_DROPPED] = { "push_dropped", COUNTER, "notifications",
		"Notifications given up for newer ones, or because they were too old." },
	    [PUSH_DISABLED] = { "push_disabled", COUNTER, "registrations",
		"Registrations removed because their service wanted no more." }),
	.account_bytes = sizeof(struct push),
	.kept = TABLE(kept),
	.account_fini = account_fini,
	.hooks = TABLE(hooks),
	.start = start,
	.stop = stop,
	.leave_worker = outbox_leave_worker,
};
