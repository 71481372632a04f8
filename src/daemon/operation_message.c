/* SPDX-License-Identifier: MIT
 *
 * Messages from the administration: to one address, to all who are there, or to all accounts
 * (kept for those who are away). They go the way of all messages.
 */
#include "base/random.h"
#include "daemon/operations.h"
#include "loop/worker.h"
#include "router/account.h"
#include "router/host.h"
#include "router/route.h"
#include "router/session.h"
#include "xmpp/ns.h"

struct message_args {
	struct str to;
	struct str body;
	struct str subject;
	struct str from;
	struct str host;
	enum { TYPE_NORMAL, TYPE_CHAT, TYPE_HEADLINE } type;
	enum { TO_ONLINE, TO_ALL } reach;
};

enum { ID_BYTES = 9, PAGE = 200, REST_MS = 20 };

static struct stanza *
make_message(const struct message_args *args, struct jid from, struct jid to, struct arena *a)
{
	static const enum stanza_type types[] = {
		[TYPE_NORMAL] = MESSAGE_NORMAL,
		[TYPE_CHAT] = MESSAGE_CHAT,
		[TYPE_HEADLINE] = MESSAGE_HEADLINE,
	};
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = types[args->type],
		.to = to,
		.from = from,
		.id = random_token(a, ID_BYTES),
	};
	struct xml_writer w;

	stanza_begin(&w, a, STANZA_MESSAGE);
	if (args->subject.len)
		xml_leaf(&w, NS_CLIENT, S("subject"), args->subject);
	xml_leaf(&w, NS_CLIENT, S("body"), args->body);
	return stanza_finish(&w, &head);
}

/* --- one ---------------------------------------------------------------------------------- */

static void
message_send(struct operation_call *c)
{
	const struct message_args *args = c->args;
	struct stanza *st;
	struct jid to, from;
	json_t *body;

	if (jid_parse(&c->arena, args->to, &to) != OK) {
		operation_refuse(
		    c, ERR_JID_MALFORMED, "\"%.*s\" is not an address", STR_ARG(args->to));
		return;
	}
	/* Only local ones so far: others would be refused in silence. */
	if (!host_find(jid_domain(to))) {
		operation_refuse(c, ERR_ITEM_NOT_FOUND, "the host %.*s is not served here",
		    STR_ARG(jid_domain(to)));
		return;
	}
	from = jid_join(&c->arena, S(""), jid_domain(to), S(""));
	if (args->from.len &&
	    (jid_parse(&c->arena, args->from, &from) != OK || !host_find(jid_domain(from)))) {
		operation_refuse(c, ERR_JID_MALFORMED,
		    "\"from\" is no address of a host that is served here");
		return;
	}
	st = make_message(args, from, to, &c->arena);
	body = json_pack("{s:o, s:o, s:o}", "id", operation_text(st->id), "from",
	    operation_text(jid_full(from)), "to", operation_text(jid_full(to)));
	route(st);
	operation_answer(c, body);
}

/* --- all ---------------------------------------------------------------------------------- */

/* In the call's arena. The worker that holds it is the only one to touch it. */
struct broadcast {
	struct operation_call *call;
	struct timer rest;
	struct str host; /* empty: all */
	unsigned asker;
	unsigned worker;  /* TO_ONLINE: whose turn it is */
	size_t place;     /* TO_ALL: of the host that is read */
	struct str after; /* the last account of that host */
	json_int_t sent;
};

static bool
is_meant(const struct broadcast *b, struct str host)
{
	return b->host.len == 0 || str_eq(b->host, host);
}

static void
send_one(struct broadcast *b, struct jid to)
{
	struct arena a;

	arena_init(&a, 4096);
	route(make_message(b->call->args, jid_join(&a, S(""), jid_domain(to), S("")), to, &a));
	b->sent++;
	arena_fini(&a);
}

static void
tell_sent(const void *letter)
{
	struct broadcast *b = *(struct broadcast *const *)letter;

	operation_answer(b->call, json_pack("{s:I}", "sent", b->sent));
}

/* To those who are there: an account at a time, to its bare address, by the rules. */
static void
send_if_there(void *waiter, struct account *account)
{
	struct broadcast *b = waiter;
	bool there = false;

	list_each (link, &account->sessions) {
		const struct session *s = list_entry(link, struct session, in_account);

		there = there || (s->presence && s->priority >= 0 && !s->ended);
	}
	if (there && is_meant(b, jid_domain(account->jid)))
		send_one(b, account->jid);
}

static void
visit_here(const void *letter)
{
	struct broadcast *b = *(struct broadcast *const *)letter;

	accounts_each(send_if_there, b);
	b->worker++;
	if (b->worker < workers_count())
		worker_post(b->worker, visit_here, &b, sizeof(b));
	else
		worker_post(b->asker, tell_sent, &b, sizeof(b));
}

/* To all: a page of accounts after the other, no faster than the store and the others can. */

static void read_page(struct broadcast *b);

static void
on_rested(struct timer *t)
{
	read_page(list_entry(t, struct broadcast, rest));
}

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct broadcast *b = waiter;

	if (rows->status != OK) {
		operation_refuse_store(b->call, rows->status);
		return;
	}
	for (size_t i = 0; i < rows->n; i++)
		send_one(b, jid_trusted(rows->row[i].owner));
	if (rows->n < PAGE) {
		b->place++;
		b->after = S("");
	} else {
		b->after = str_copy(&b->call->arena, rows->row[rows->n - 1].owner);
	}
	timer_set(&b->rest, REST_MS);
}

static void
read_page(struct broadcast *b)
{
	struct store_query q = {
		.what = STORE_OWNERS,
		.kinds = { KIND_ACCOUNT },
		.n_kinds = 1,
		.item = b->after,
		.limit = PAGE,
	};

	if (store_is_congested(account_store()) || worker_is_congested()) {
		timer_set(&b->rest, REST_MS);
		return;
	}
	while (b->place < hosts_count() && !is_meant(b, hosts_at(b->place)->name))
		b->place++;
	if (b->place >= hosts_count()) {
		tell_sent(&b);
		return;
	}
	q.owner = hosts_at(b->place)->name;
	store_read(account_store(), &q, on_page, b);
}

static void
message_broadcast(struct operation_call *c)
{
	const struct message_args *args = c->args;
	struct broadcast *b = arena_zalloc(&c->arena, sizeof(*b));

	b->call = c;
	b->asker = (unsigned)worker_self();
	b->after = S("");
	timer_init(&b->rest, on_rested);
	if (args->host.len && !operation_host(c, args->host, &b->host))
		return;
	if (args->reach == TO_ALL)
		read_page(b);
	else
		worker_post(0, visit_here, &b, sizeof(b));
}

/* --- the table ---------------------------------------------------------------------------- */

#define BODY_OPTION                                                                            \
	{                                                                                      \
		"body", PROSE, FIELD(message_args, body), NULL, "1", "4096", "What it says."   \
	}
#define SUBJECT_OPTION                                                                         \
	{                                                                                      \
		"subject", PROSE, FIELD(message_args, subject), "", NULL, "1023",              \
		    "What it is about."                                                        \
	}
#define TYPE_OPTION(preset_)                                                                   \
	{                                                                                      \
		"type", CHOICE, FIELD(message_args, type), preset_, NULL, NULL,                \
		    "Type of the message (RFC 6121 section 5.2.2).",                           \
		    .words = "normal chat headline"                                            \
	}

const struct operation operation_message_send = {
	.name = "message.send",
	.doc = "Sends a message to one address.",
	.method = "POST",
	.path = "/messages",
	.scope = SCOPE_MESSAGES_SEND,
	.subjects = "to from",
	.args_size = sizeof(struct message_args),
	.args = LIST(struct option,
	    { "to", STRING, FIELD(message_args, to), NULL, "1", ADDRESS_MAX_TEXT,
		"An address at a host that is served here." },
	    BODY_OPTION, SUBJECT_OPTION, TYPE_OPTION("normal"),
	    { "from", STRING, FIELD(message_args, from), "", NULL, ADDRESS_MAX_TEXT,
		"An address at a host that is served here; the host itself when nothing is "
		"said." }),
	.status = 202,
	.answer = LIST(struct answer_field, { "id", A_TEXT, "The message's id." },
	    { "from", A_TEXT, "Its sender." }, { "to", A_TEXT, "Its recipient." }),
	.run = message_send,
};

const struct operation operation_message_broadcast = {
	.name = "message.broadcast",
	.doc = "Sends a message to everybody.",
	.method = "POST",
	.path = "/messages/broadcast",
	.scope = SCOPE_MESSAGES_SEND,
	.subjects = "host",
	.args_size = sizeof(struct message_args),
	.args = LIST(struct option, BODY_OPTION, SUBJECT_OPTION, TYPE_OPTION("headline"),
	    { "host", STRING, FIELD(message_args, host), "", NULL, "1023",
		"Only at this host." },
	    { "reach", CHOICE, FIELD(message_args, reach), "online", NULL, NULL,
		"online: who is there now; all: every account, which keeps it for those who "
		"are "
		"away (not of type headline).",
		.words = "online all" }),
	.status = 202,
	.answer = LIST(struct answer_field, { "sent", A_NUMBER, "To how many accounts." }),
	.run = message_broadcast,
};
