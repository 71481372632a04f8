/* SPDX-License-Identifier: MIT
 *
 * mod_bytestreams: a proxy for files that clients send each other directly, where a firewall is
 * between them: the service proxy.HOST, and the tunnels it opens (tunnel.c).
 *
 * Source   XEP-0065 1.8.2, section 6, over TCP
 * Reacts   iq {http://jabber.org/protocol/bytestreams}query to the service
 * Keeps    nothing on disk; at the service's home, how many tunnels each account has open
 */
#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/table.h"
#include "loop/worker.h"
#include "modules/bytestreams/tunnel.h"
#include "modules/list.h"
#include "router/service.h"
#include "xmpp/ns.h"

struct bytestreams_conf {
	struct str host; /* "no string": the name of the host */
	uint32_t port;   /* 0: that of the listener */
	uint32_t max_per_account;
	uint64_t rate;
};

enum { TUNNELS, TUNNELS_REFUSED };

/* An account that has tunnels, at the home of the service that it used. */
struct owner {
	struct str name; /* "SERVICE ACCOUNT", behind the structure */
	uint32_t tunnels;
};

/* One tunnel that was asked for. */
struct transfer {
	struct owner *owner;
	struct stanza *request; /* until it is answered */
};

static _Thread_local struct table owners;

static struct str
owner_name(const void *owner)
{
	return ((const struct owner *)owner)->name;
}

static struct owner *
owner_of(struct call *c)
{
	struct str name = str_format(c->arena, "%.*s %.*s", STR_ARG(c->service->name),
	    STR_ARG(jid_bare(c->stanza->from)));
	struct owner *o = table_get(&owners, name);
	char *at;

	if (o)
		return o;
	o = mem_zalloc(sizeof(*o) + name.len);
	at = (char *)(o + 1);
	o->name = str_place(&at, name);
	table_put(&owners, o);
	return o;
}

static void
transfer_free(struct transfer **t)
{
	struct transfer *gone = TAKE(*t);
	struct owner *o = gone->owner;

	if (--o->tunnels == 0) {
		table_remove(&owners, o->name);
		free(o);
	}
	stanza_free(&gone->request);
	free(gone);
}

/* --- activation (section 6.3.5)
 * --------------------------------------------------------------- */

static void
on_opened(void *waiter, enum status s)
{
	struct transfer *t = waiter;

	if (s == OK) {
		module_count(&mod_bytestreams, TUNNELS, 1);
		route_result(t->request, (struct str){ 0 });
		stanza_free(&t->request);
		return;
	}
	module_count(&mod_bytestreams, TUNNELS_REFUSED, 1);
	route_bounce(t->request, s == E_NOT_FOUND ? ERR_ITEM_NOT_FOUND : ERR_NOT_ALLOWED);
	transfer_free(&t);
}

static void
on_gone(void *waiter)
{
	struct transfer *t = waiter;

	transfer_free(&t);
}

/* Section 6.3.2: of the id and both addresses. */
static bool
make_key(struct call *c, struct str sid, struct str target, char key[SOCKS5_KEY])
{
	char digest[HASH_MAX];
	struct jid to;

	if (!sid.len || jid_parse(c->arena, str_trim(target), &to) != OK)
		return false;
	hash_of(HASH_SHA1,
	    str_format(c->arena, "%.*s%.*s%.*s", STR_ARG(sid),
		STR_ARG(jid_full(c->stanza->from)), STR_ARG(jid_full(to))),
	    digest);
	memcpy(key, hex_encode(c->arena, str_of(digest, hash_size(HASH_SHA1))).at, SOCKS5_KEY);
	return true;
}

static enum verdict
activate(struct call *c)
{
	static const struct tunnel_calls calls = { on_opened, on_gone };
	const struct bytestreams_conf *conf = c->conf;
	struct elem wanted = elem_child(c->payload, NS_BYTESTREAMS, S("activate"));
	char key[SOCKS5_KEY];
	struct transfer *t;
	struct owner *o;

	if (!elem_exists(wanted) ||
	    !make_key(c, elem_attr_or_none(c->payload, S("sid"), c->arena),
		elem_text(wanted, c->arena), key))
		return refuse(c, ERR_BAD_REQUEST);
	o = owner_of(c);
	if (o->tunnels >= conf->max_per_account) {
		module_count(&mod_bytestreams, TUNNELS_REFUSED, 1);
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	}
	o->tunnels++;
	t = mem_zalloc(sizeof(*t));
	t->owner = o;
	t->request = stanza_ref(c->stanza);
	tunnel_open(key, conf->rate, &calls, t);
	return DONE;
}

/* --- where it is (section 4)
 * ------------------------------------------------------------------- */

static enum verdict
tell_address(struct call *c)
{
	const struct bytestreams_conf *conf = c->conf;
	unsigned at = conf->port ? conf->port : tunnels_port();
	struct xml_writer w;

	if (!at) /* no listener serves it */
		return refuse(c, ERR_NOT_ALLOWED);
	iq_result_begin(c, &w);
	xml_open(&w, NS_BYTESTREAMS, S("query"));
	xml_open(&w, S(""), S("streamhost"));
	xml_attr(&w, S("jid"), c->service->name);
	xml_attr(&w, S("host"), conf->host.len ? conf->host : c->host->name);
	xml_attr_u64(&w, S("port"), at);
	xml_close(&w);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* --- the service
 * ------------------------------------------------------------------------------- */

static enum verdict
to_service(struct call *c)
{
	const struct stanza *st = c->stanza;

	if (st->kind != STANZA_IQ || !stanza_may_be_answered(st) || st->to.local ||
	    !jid_is_bare(st->to) || !elem_is(c->payload, NS_BYTESTREAMS, S("query")))
		return PASS;
	if (!st->from.local || !str_eq(jid_domain(st->from), c->host->name))
		return refuse(c, ERR_FORBIDDEN);
	return st->type == IQ_GET ? tell_address(c) : activate(c);
}

static void
enter_worker(void)
{
	table_init(&owners, owner_name);
	tunnels_enter_worker();
}

static void
leave_worker(void)
{
	assert(table_count(&owners) == 0);
	table_fini(&owners);
	tunnels_leave_worker();
}

static const struct str service_features[] = { S("http://jabber.org/protocol/bytestreams") };

static const struct service_type service = {
	.label = "proxy",
	.category = S("proxy"),
	.type = S("bytestreams"),
	.name = "Bytestreams",
	.features = TABLE(service_features),
	.arrive = to_service,
};

const struct module mod_bytestreams = {
	.name = "bytestreams",
	.doc =
	    "A proxy for files that clients send each other without the server's keeping them; "
	    "needs a listener that serves socks5.",
	.off_by_default = true,
	.specs = LIST(struct spec, { XEP, 65, "1.8.2", "the proxy, over TCP" }),
	.service = &service,
	.conf_size = sizeof(struct bytestreams_conf),
	.options = LIST(struct option,
	    { "address", STRING, FIELD(bytestreams_conf, host), "", NULL, "255",
		"Where clients connect: a name or an IP address. Empty: the name of the "
		"host." },
	    { "port", U32, FIELD(bytestreams_conf, port), "auto", "1", "65535",
		"The port there, if it is another than the listener's.", .words = "auto" },
	    { "max_per_account", U32, FIELD(bytestreams_conf, max_per_account), "20", "1",
		"10000", "Tunnels that one account may have opened at a time." },
	    { "rate", SIZE, FIELD(bytestreams_conf, rate), "unlimited", "1KiB", "10GiB",
		"Bytes a second that pass through one tunnel.", .words = "unlimited" }),
	.metrics = LIST(struct metric,
	    [TUNNELS] = { "bytestreams_opened", COUNTER, "tunnels", "Tunnels opened." },
	    [TUNNELS_REFUSED] = { "bytestreams_refused", COUNTER, "tunnels",
		"Tunnels that were asked for and not opened." }),
	.enter_worker = enter_worker,
	.leave_worker = leave_worker,
};
