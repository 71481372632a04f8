/* SPDX-License-Identifier: MIT
 *
 * mod_blocklist: refuses what people of the host send who are on a list, and the list is a node
 * of a publish-subscribe service, so that it changes for all who have subscribed at once.
 *
 * Source   XEP-0060 sections 6.1, 6.5, 7.1.2, 7.2.2. What is in such a list no XEP says:
 *          an item's id is the SHA-256, in hexadecimal, of a bare address or a domain
 * Reacts   messages and presence that a listed account sends; answers and events of the
 *          service to the host; sessions that begin
 * Keeps    on each worker the hashes of each host's list. All workers get the same letters
 *
 * The host subscribes under its own name when a session begins, and again after a while: that
 * it is subscribed already does no harm, and what was missed comes with the items. Until the
 * first answer nobody is refused.
 */
#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/siphash.h"
#include "base/table.h"
#include "loop/worker.h"
#include "modules/list.h"
#include "xmpp/ns.h"

enum { BLOCKLIST_REFUSED };
enum { SHA256_BYTES = 32 };

struct blocklist_conf {
	struct str service, node;
};

struct listed {
	char hash[SHA256_BYTES];
};

/* That of a host, on a worker. */
struct blocklist {
	struct table listed;
	uint64_t source; /* hash of the service and the node that were asked for it last */
	msec_t ask_ms;   /* a session that begins then or later makes the worker ask again */
	size_t host_bytes;
	char host[];
};

enum change {
	LIST_ADD,
	LIST_REMOVE,
	LIST_REPLACE, /* by what the service answered */
	LIST_LOST,    /* no item is left, perhaps no node */
};

/* A letter: hashes one behind the other, and the name of the host. */
struct news {
	enum change change;
	size_t n, host_bytes;
	char bytes[];
};

static _Thread_local struct table lists; /* of struct blocklist */

/* --- the list on this worker -------------------------------------------------------------- */

static struct str
listed_key(const void *value)
{
	return str_of(((const struct listed *)value)->hash, SHA256_BYTES);
}

static struct str
blocklist_key(const void *value)
{
	const struct blocklist *b = value;

	return str_of(b->host, b->host_bytes);
}

static struct blocklist *
blocklist_of(struct str host)
{
	struct blocklist *b = table_get(&lists, host);

	if (!b) {
		b = mem_alloc(sizeof(*b) + host.len);
		table_init(&b->listed, listed_key);
		b->source = 0;
		b->ask_ms = 0;
		b->host_bytes = host.len;
		memcpy(b->host, host.at, host.len);
		table_put(&lists, b);
	}
	return b;
}

static void
blocklist_clear(struct blocklist *b)
{
	struct table_walk walk = { 0 };
	struct listed *l;

	while ((l = table_next(&b->listed, &walk))) {
		table_remove(&b->listed, listed_key(l));
		free(l);
	}
}

static void
blocklist_add(struct blocklist *b, struct str hash)
{
	struct listed *l;

	if (table_count(&b->listed) >= BLOCKLIST_MAX || table_get(&b->listed, hash))
		return;
	l = mem_alloc(sizeof(*l));
	memcpy(l->hash, hash.at, SHA256_BYTES);
	table_put(&b->listed, l);
}

static bool
blocklist_has(const struct blocklist *b, struct str address)
{
	char hash[SHA256_BYTES];

	hash_of(HASH_SHA256, address, hash);
	return table_get(&b->listed, str_of(hash, sizeof(hash))) != NULL;
}

static void
on_news(const void *letter)
{
	struct news *news = *(struct news *const *)letter;
	struct blocklist *b =
	    blocklist_of(str_of(news->bytes + news->n * SHA256_BYTES, news->host_bytes));

	if (news->change >= LIST_REPLACE) {
		blocklist_clear(b);
		b->ask_ms =
		    news->change == LIST_REPLACE ? loop_now_ms() + BLOCKLIST_AGAIN_MS : 0;
	}
	for (size_t i = 0; i < news->n; i++) {
		struct str hash = str_of(news->bytes + i * SHA256_BYTES, SHA256_BYTES);

		if (news->change == LIST_REMOVE)
			free(table_remove(&b->listed, hash));
		else
			blocklist_add(b, hash);
	}
	free(news);
}

/* --- what the service says ---------------------------------------------------------------- */

/* All workers get a copy, this one too: so news stay in their order everywhere. */
static void
spread(struct str host, enum change change, const char *hashes, size_t n)
{
	for (unsigned w = 0; w < workers_count(); w++) {
		struct news *news = mem_alloc(sizeof(*news) + n * SHA256_BYTES + host.len);

		*news = (struct news){ .change = change, .n = n, .host_bytes = host.len };
		memcpy(news->bytes, hashes, n * SHA256_BYTES);
		memcpy(news->bytes + n * SHA256_BYTES, host.at, host.len);
		worker_post(w, on_news, &news, sizeof(news));
	}
}

/* The hashes that the ids of the elements of that name are; others are not of such a list. */
static void
spread_ids(
    struct call *c, struct elem items, struct str ns, struct str name, enum change change)
{
	struct elem first = elem_child(items, ns, name);
	size_t max = 0, n = 0;
	char *hashes;

	for (struct elem e = first; elem_exists(e) && max < BLOCKLIST_MAX;
	     e = elem_next_like(e))
		max++;
	hashes = arena_alloc(c->arena, max * SHA256_BYTES + 1);
	for (struct elem e = first; elem_exists(e) && n < max; e = elem_next_like(e)) {
		struct str hash, id = elem_attr_or_none(e, S("id"), c->arena);

		if (hex_decode(c->arena, id, &hash) == OK && hash.len == SHA256_BYTES)
			memcpy(hashes + n++ * SHA256_BYTES, hash.at, SHA256_BYTES);
	}
	if (n || change == LIST_REPLACE)
		spread(c->host->name, change, hashes, n);
}

static struct str
service_name(const struct call *c)
{
	const struct blocklist_conf *conf = c->conf;

	return conf->service.len ? conf->service
				 : str_format(c->arena, "pubsub.%.*s", STR_ARG(c->host->name));
}

static bool
is_ours(const struct call *c, struct elem items)
{
	const struct blocklist_conf *conf = c->conf;

	return jid_is_domain(c->stanza->from) &&
	       str_eq(jid_domain(c->stanza->from), service_name(c)) &&
	       str_eq(elem_attr_or_none(items, S("node"), c->arena), conf->node);
}

/* Of the two requests of ask() it is the second that has items. */
static enum verdict
on_answer(struct call *c)
{
	struct elem items = elem_child(c->payload, NS_PUBSUB, S("items"));

	if (c->stanza->type != IQ_RESULT || !elem_exists(items) || !is_ours(c, items))
		return PASS;
	spread_ids(c, items, NS_PUBSUB, S("item"), LIST_REPLACE);
	return DONE;
}

/* XEP-0060 sections 7.1.2, 7.2.2, 8.4 and 8.5. */
static enum verdict
on_event(struct call *c)
{
	struct elem e = elem_child(stanza_root(c->stanza), NS_PUBSUB_EVENT, S("event"));
	struct elem change = elem_first(e);

	if (!elem_exists(e) || !elem_exists(change) || !is_ours(c, change))
		return PASS;
	if (elem_is(change, NS_PUBSUB_EVENT, S("purge")) ||
	    elem_is(change, NS_PUBSUB_EVENT, S("delete"))) {
		spread(c->host->name, LIST_LOST, "", 0);
	} else {
		spread_ids(c, change, NS_PUBSUB_EVENT, S("retract"), LIST_REMOVE);
		spread_ids(c, change, NS_PUBSUB_EVENT, S("item"), LIST_ADD);
	}
	return DONE;
}

/* --- asking the service ------------------------------------------------------------------- */

static void
ask(struct call *c, enum stanza_type type, struct str what, bool subscribes)
{
	const struct blocklist_conf *conf = c->conf;
	struct str none = { 0 };
	struct stanza_head head = {
		.kind = STANZA_IQ,
		.type = type,
		.from = jid_join(c->arena, none, c->host->name, none),
		.to = jid_join(c->arena, none, service_name(c), none),
		.id = S("blocklist"),
	};
	struct xml_writer w;

	stanza_begin(&w, c->arena, STANZA_IQ);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), what);
	xml_attr(&w, S("node"), conf->node);
	if (subscribes)
		xml_attr(&w, S("jid"), c->host->name);
	xml_close(&w);
	xml_close(&w);
	call_send(c, stanza_finish(&w, &head));
}

static enum verdict
on_bound(struct call *c)
{
	const struct blocklist_conf *conf = c->conf;
	struct blocklist *b = blocklist_of(c->host->name);
	uint64_t source = siphash_str(
	    str_format(c->arena, "%.*s %.*s", STR_ARG(service_name(c)), STR_ARG(conf->node)));

	if (!conf->node.len || (b->source == source && loop_now_ms() < b->ask_ms))
		return PASS;
	b->source = source;
	b->ask_ms = loop_now_ms() + BLOCKLIST_ASK_MS;
	ask(c, IQ_SET, S("subscribe"), true);
	ask(c, IQ_GET, S("items"), false);
	return PASS;
}

/* --- those who are listed ----------------------------------------------------------------- */

/* What begins something; who is in a room that he could not enter any more may leave it. */
static bool
is_judged(const struct stanza *st)
{
	return st->kind == STANZA_MESSAGE
		   ? st->type != MESSAGE_ERROR
		   : st->type == PRESENCE_AVAILABLE || st->type == PRESENCE_SUBSCRIBE;
}

/* He may write to himself and to the host, whose administration he may want to reach. */
static enum verdict
on_sent(struct call *c)
{
	const struct blocklist_conf *conf = c->conf;
	const struct blocklist *b = table_get(&lists, c->host->name);
	struct jid to = c->stanza->to, self = c->account->jid;

	if (!conf->node.len || !b || table_count(&b->listed) == 0 || jid_is_empty(to) ||
	    jid_eq_bare(to, self) || str_eq(jid_bare(to), c->host->name) ||
	    !is_judged(c->stanza) ||
	    (!blocklist_has(b, jid_bare(self)) && !blocklist_has(b, jid_domain(self))))
		return PASS;
	module_count(&mod_blocklist, BLOCKLIST_REFUSED, 1);
	return refuse_with(c, ERR_POLICY_VIOLATION,
	    S("Your address is on a list of those who send spam."), (struct str){ 0 });
}

/* --- the table ---------------------------------------------------------------------------- */

/* It is compared with what addresses have. */
static enum status
check(const void *conf, struct arena *a, struct str *reason)
{
	const struct blocklist_conf *is = conf;
	struct jid j;

	if (!is->service.len || (jid_parse(a, is->service, &j) == OK && jid_is_domain(j) &&
				    str_eq(jid_domain(j), is->service)))
		return OK;
	*reason = S("service: not a domain in lower case");
	return E_INVALID;
}

static void
enter_worker(void)
{
	table_init(&lists, blocklist_key);
}

static void
leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct blocklist *b;

	while ((b = table_next(&lists, &walk))) {
		table_remove(&lists, blocklist_key(b));
		blocklist_clear(b);
		table_fini(&b->listed);
		free(b);
	}
	table_fini(&lists);
}

static const struct hook hooks[] = {
	{ .on = ON_SESSION_BOUND, .in = HANDLE, .run = on_bound },
	{ .on = ON_MESSAGE, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_PRESENCE, .at = SENT, .in = POLICY, .run = on_sent },
	{ .on = ON_MESSAGE, .at = SERVER, .in = HANDLE, .run = on_event },
	{ ON_IQ_ANSWER, SERVER, NS_PUBSUB, S("pubsub"), HANDLE, on_answer },
};

const struct module mod_blocklist = {
	.name = "blocklist",
	.doc =
	    "Refuses messages, presence and entering of rooms from people on a list that is a "
	    "node of a publish-subscribe service, as `muc_bans_sha256` is. Make the node, and "
	    "say "
	    "who may publish to it, before this is enabled: whoever publishes to it decides.",
	.off_by_default = true,
	.conf_size = sizeof(struct blocklist_conf),
	.options = LIST(struct option,
	    { "service", STRING, FIELD(blocklist_conf, service), NULL, NULL, "1023",
		"The domain of the service; none: `pubsub.` before that of the host." },
	    { "node", STRING, FIELD(blocklist_conf, node), NULL, NULL, "512",
		"The node. Its items' ids are the SHA-256 of addresses and domains in "
		"hexadecimal. None: nobody is on the list." }),
	.check = check,
	.metrics =
	    LIST(struct metric, [BLOCKLIST_REFUSED] = { "blocklist_refused", COUNTER, "stanzas",
				    "Stanzas refused because their senders are on the list." }),
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
	.hooks = TABLE(hooks),
};
