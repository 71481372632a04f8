/* SPDX-License-Identifier: MIT
 *
 * mod_disco: what the server, its services and its accounts can do, from the modules' tables.
 *
 * Source   XEP-0030 2.5.0; the server's own entity capabilities in stream features,
 *          XEP-0115 1.6.0 section 6.3 and XEP-0390 0.3.2
 * Reacts   iq-get disco#info and disco#items to the server or an account, disco#info to a
 *          service; stream features
 * Keeps    nothing
 *
 * What components answer for the server is theirs to tell of (modules/components/nested.h).
 */
#include "base/limits.h"
#include "modules/components/nested.h"
#include "modules/list.h"
#include "modules/roster/roster.h"
#include "router/service.h"
#include "xmpp/caps.h"
#include "xmpp/disco.h"
#include "xmpp/ns.h"

#define CAPS_NODE S("https://jaseur.org/caps")

struct disco_conf {
	struct str name;
};

/* --- what is said --------------------------------------------------------------------- */

static void
write_identity(struct xml_writer *w, struct str category, struct str type, struct str name)
{
	xml_open(w, S(""), S("identity"));
	xml_attr(w, S("category"), category);
	xml_attr(w, S("type"), type);
	if (name.len) {
		xml_attr(w, S("name"), name);
		xml_attr_lang(w, S("en"));
	}
	xml_close(w);
}

/* The feature of the module if it is to be told; NULL: another place's, or a component's. */
static const struct feature *
feature_at(const struct host *host, size_t module, size_t i, enum target at)
{
	const struct feature *f = &dispatch_modules().at[module]->features.at[i];

	return host->module_conf[module] && f->at & (unsigned)at &&
		       !(at != SERVICE && nested_hides(host, f->var))
		   ? f
		   : NULL;
}

static bool
has_feature(const struct host *host, enum target at, struct str var)
{
	struct module_list modules = dispatch_modules();
	const struct feature *f;

	if (str_eq(var, NS_DISCO_INFO) || str_eq(var, NS_DISCO_ITEMS))
		return true;
	for (size_t i = 0; i < modules.count; i++)
		for (size_t k = 0; k < modules.at[i]->features.count; k++)
			if ((f = feature_at(host, i, k, at)) && str_eq(f->var, var))
				return true;
	return false;
}

/* The features of all modules that are enabled at the host, of the server or of accounts. */
static void
write_features(const struct call *c, struct xml_writer *w, enum target at)
{
	struct module_list modules = dispatch_modules();
	const struct feature *f;

	disco_write_feature(w, NS_DISCO_INFO);
	disco_write_feature(w, NS_DISCO_ITEMS);
	for (size_t i = 0; i < modules.count; i++)
		for (size_t k = 0; k < modules.at[i]->features.count; k++)
			if ((f = feature_at(c->host, i, k, at)))
				disco_write_feature(w, f->var);
}

/* What the module is, it is not where a component answers for it. */
static bool
is_hidden(const struct host *host, const struct module *m, enum target at)
{
	for (size_t i = 0; at != SERVICE && i < m->features.count; i++)
		if (m->features.at[i].at & (unsigned)at &&
		    nested_hides(host, m->features.at[i].var))
			return true;
	return false;
}

static void
write_identities(const struct call *c, struct xml_writer *w, enum target at)
{
	const struct disco_conf *conf = module_conf(&mod_disco, c->host);
	struct module_list modules = dispatch_modules();

	if (at == SERVICE)
		write_identity(w, c->service->type->category, c->service->type->type,
		    str_from_c(c->service->type->name));
	else if (at == SERVER)
		write_identity(w, S("server"), S("im"), conf->name);
	else
		write_identity(w, S("account"), S("registered"), (struct str){ 0 });
	for (size_t i = 0; i < modules.count; i++)
		for (size_t k = 0; k < modules.at[i]->identities.count; k++)
			if (c->host->module_conf[i] && !is_hidden(c->host, modules.at[i], at) &&
			    modules.at[i]->identities.at[k].at & (unsigned)at)
				write_identity(w, modules.at[i]->identities.at[k].category,
				    modules.at[i]->identities.at[k].type, (struct str){ 0 });
}

/* --- what components tell (XEP-0355 section 7.2) -------------------------------------------
 */

/* Each is told once, or there would be no hash of it (XEP-0115 section 5.4). */
struct told {
	struct str at[NESTED_MAX];
	size_t n;
};

static bool
is_new(struct told *told, struct str what)
{
	for (size_t i = 0; i < told->n; i++)
		if (str_eq(told->at[i], what))
			return false;
	if (told->n == NESTED_MAX)
		return false;
	told->at[told->n++] = what;
	return true;
}

static bool
has_identity(const struct call *c, enum target at, struct str category, struct str type)
{
	struct module_list modules = dispatch_modules();

	if (at == SERVER ? str_eq(category, S("server")) && str_eq(type, S("im"))
			 : str_eq(category, S("account")))
		return true;
	for (size_t i = 0; i < modules.count; i++)
		for (size_t k = 0; k < modules.at[i]->identities.count; k++) {
			const struct identity *one = &modules.at[i]->identities.at[k];

			if (c->host->module_conf[i] && one->at & (unsigned)at &&
			    !is_hidden(c->host, modules.at[i], at) &&
			    str_eq(one->category, category) && str_eq(one->type, type))
				return true;
		}
	return false;
}

static void
write_nested_one(const struct call *c, struct xml_writer *w, enum target at, struct elem e,
    struct told *told)
{
	struct arena *a = c->arena;
	struct str var = elem_attr_or_none(e, S("var"), a);
	struct str category = elem_attr_or_none(e, S("category"), a);
	struct str type = elem_attr_or_none(e, S("type"), a);

	if (elem_is(e, NS_DISCO_INFO, S("feature"))) {
		if (var.len && !has_feature(c->host, at, var) && is_new(told, var))
			disco_write_feature(w, var);
	} else if (elem_is(e, NS_DISCO_INFO, S("identity")) && category.len && type.len &&
		   !has_identity(c, at, category, type) &&
		   is_new(told, str_format(a, "%.*s %.*s", STR_ARG(category), STR_ARG(type)))) {
		write_identity(w, category, type, (struct str){ 0 });
	}
}

static void
write_nested(const struct call *c, struct xml_writer *w, enum target at)
{
	struct list *place = NULL;
	struct told *told = NULL;
	struct elem query;

	while (at != SERVICE && elem_exists(query = nested_next(c->host, at, &place))) {
		if (!told)
			told = arena_zalloc(c->arena, sizeof(*told));
		for (struct elem e = elem_first(query); elem_exists(e); e = elem_next(e))
			write_nested_one(c, w, at, e, told);
	}
}

/* What the service alone has. */
static void
write_service(struct call *c, struct xml_writer *w)
{
	const struct service_type *type = c->service->type;

	for (size_t i = 0; i < type->features.count; i++)
		disco_write_feature(w, type->features.at[i]);
	if (type->info) {
		c->conf = c->service->conf;
		type->info(c);
	}
}

/* <query/> of disco#info; the node is said again as it was asked. */
static void
write_info(struct call *c, struct xml_writer *w, enum target at, struct str node)
{
	xml_open(w, NS_DISCO_INFO, S("query"));
	if (node.at)
		xml_attr(w, S("node"), node);
	write_identities(c, w, at);
	write_features(c, w, at);
	write_nested(c, w, at);
	c->out = w;
	if (at == SERVER)
		dispatch_event(c, ON_DISCO_INFO);
	if (at == SERVICE)
		write_service(c, w);
	xml_close(w);
}

/* --- capabilities --------------------------------------------------------------------- */

/* The server's disco#info as a frozen element, which the hashes are made of. */
static struct frozen *
server_info(struct call *c)
{
	struct xml_writer w;

	xml_begin(&w, c->arena, NS_DISCO_INFO, S("query"));
	write_identities(c, &w, SERVER);
	write_features(c, &w, SERVER);
	write_nested(c, &w, SERVER);
	c->out = &w;
	dispatch_event(c, ON_DISCO_INFO);
	return xml_freeze(&w);
}

/* The identities' names say their language themselves, so none is in force around them. */
static struct str
make_caps(struct call *c)
{
	AUTO(frozen) info = server_info(c);
	struct xml_writer w;
	struct str input;

	xml_begin_inner(&w, c->arena, NS_CLIENT);
	if (caps_input(c->arena, frozen_root(info), &input) == OK) {
		xml_open(&w, NS_CAPS, S("c"));
		xml_attr(&w, S("hash"), caps_hash_name(HASH_SHA1));
		xml_attr(&w, S("node"), CAPS_NODE);
		xml_attr(&w, S("ver"), caps_hash(c->arena, HASH_SHA1, input));
		xml_close(&w);
	}
	if (caps2_input(c->arena, frozen_root(info), S(""), &input) == OK) {
		xml_open(&w, NS_CAPS2, S("c"));
		xml_open(&w, NS_HASHES, S("hash"));
		xml_attr(&w, S("algo"), caps_hash_name(HASH_SHA256));
		xml_text(&w, caps_hash(c->arena, HASH_SHA256, input));
		xml_close(&w);
		xml_close(&w);
	}
	return xml_written(&w);
}

/* They change with the configuration and with what components tell only, and every login shows
 * them: each worker keeps those of the host that was asked for last. */
static enum verdict
write_caps(struct call *c)
{
	static _Thread_local struct {
		uint64_t generation; /* 0: nothing yet */
		uint64_t nested;
		const struct host *host;
		size_t len;
		char markup[512];
	} kept;
	struct xml_writer *out = c->out;
	struct str markup;

	if (kept.generation == hosts_generation() && kept.nested == nested_generation() &&
	    kept.host == c->host) {
		xml_raw(out, str_of(kept.markup, kept.len));
		return PASS;
	}
	markup = make_caps(c);
	c->out = out;
	xml_raw(out, markup);
	if (markup.len <= sizeof(kept.markup)) {
		memcpy(kept.markup, markup.at, markup.len);
		kept.len = markup.len;
		kept.host = c->host;
		kept.generation = hosts_generation();
		kept.nested = nested_generation();
	}
	return PASS;
}

/* Whether the node is one of ours: those that name the capabilities as they are now. */
static bool
is_caps_node(struct call *c, struct str node)
{
	AUTO(frozen) info = server_info(c);
	struct arena *a = c->arena;
	struct str input;

	if (caps_input(a, frozen_root(info), &input) == OK &&
	    str_eq(node, str_format(a, "%.*s#%.*s", STR_ARG(CAPS_NODE),
			     STR_ARG(caps_hash(a, HASH_SHA1, input)))))
		return true;
	return caps2_input(a, frozen_root(info), S(""), &input) == OK &&
	       str_eq(node, caps2_node(a, HASH_SHA256, caps_hash(a, HASH_SHA256, input)));
}

/* --- requests ------------------------------------------------------------------------- */

/* XEP-0030 section 3.1: "no string" when no node was asked for. */
static struct str
asked_node(const struct call *c)
{
	struct str node = { 0 };

	elem_attr(c->payload, S("node"), c->arena, &node);
	return node;
}

static enum verdict
server_info_asked(struct call *c)
{
	struct str node = asked_node(c);
	struct xml_writer w;

	if (node.len && !is_caps_node(c, node))
		return refuse(c, ERR_ITEM_NOT_FOUND);
	iq_result_begin(c, &w);
	write_info(c, &w, SERVER, node);
	return iq_result_finish(c, &w);
}

/* The service itself knows about nodes. */
static enum verdict
service_info_asked(struct call *c)
{
	struct xml_writer w;

	if (asked_node(c).len)
		return PASS;
	iq_result_begin(c, &w);
	write_info(c, &w, SERVICE, (struct str){ 0 });
	return iq_result_finish(c, &w);
}

/* Section 8: strangers do not learn whether an account exists. */
static enum verdict
account_info_asked(struct call *c)
{
	struct xml_writer w;

	if (!roster_allows(c->account, c->stanza->from))
		return refuse(c, ERR_SERVICE_UNAVAILABLE);
	if (asked_node(c).len)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	iq_result_begin(c, &w);
	write_info(c, &w, ACCOUNT, (struct str){ 0 });
	return iq_result_finish(c, &w);
}

static void
write_item(struct xml_writer *w, struct str jid, struct str name)
{
	xml_open(w, S(""), S("item"));
	xml_attr(w, S("jid"), jid);
	if (name.len)
		xml_attr(w, S("name"), name);
	xml_close(w);
}

static void
write_components(struct call *c, struct xml_writer *w)
{
	struct component_list components = hosts_components();

	for (size_t i = 0; i < components.count; i++)
		if (component_is_shown_at(&components.at[i], c->host->name))
			write_item(w, components.at[i].name, components.at[i].title);
}

/* Section 4.1: the services of the host, and programs that have a domain of their own. */
static enum verdict
server_items_asked(struct call *c)
{
	struct xml_writer w;
	size_t n;
	const struct service *s = hosts_services(&n);

	if (asked_node(c).len)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	for (size_t i = 0; i < n; i++)
		if (s[i].host == c->host)
			write_item(&w, s[i].name, str_from_c(s[i].type->name));
	write_components(c, &w);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* Section 4.1: the available resources, for who may know of them. */
static enum verdict
account_items_asked(struct call *c)
{
	struct xml_writer w;

	if (!roster_allows(c->account, c->stanza->from))
		return refuse(c, ERR_SERVICE_UNAVAILABLE);
	if (asked_node(c).len)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	iq_result_begin(c, &w);
	xml_open(&w, NS_DISCO_ITEMS, S("query"));
	list_each (link, &c->account->sessions) {
		const struct session *s = list_entry(link, struct session, in_account);

		if (!s->presence || s->ended)
			continue;
		write_item(&w, jid_full(s->jid), S(""));
	}
	c->out = &w;
	dispatch_event(c, ON_DISCO_ITEMS);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static const struct feature features[] = { { NS_CAPS, SERVER }, { NS_CAPS2, SERVER } };

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER, NS_DISCO_INFO, S("query"), HANDLE, server_info_asked },
	{ ON_IQ_GET, ACCOUNT, NS_DISCO_INFO, S("query"), HANDLE, account_info_asked },
	{ ON_IQ_GET, SERVICE, NS_DISCO_INFO, S("query"), HANDLE, service_info_asked },
	{ ON_IQ_GET, SERVER, NS_DISCO_ITEMS, S("query"), HANDLE, server_items_asked },
	{ ON_IQ_GET, ACCOUNT, NS_DISCO_ITEMS, S("query"), HANDLE, account_items_asked },
	{ .on = ON_FEATURES_CLIENT, .in = HANDLE, .run = write_caps },
};

const struct module mod_disco = {
	.name = "disco",
	.doc = "Says what the server, its services and its accounts can do.",
	.specs = LIST(struct spec, { XEP, 30, "2.5.0", "complete" },
	    { XEP, 115, "1.6.0", "the server's own" },
	    { XEP, 390, "0.3.2", "the server's own" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "roster"),
	.conf_size = sizeof(struct disco_conf),
	.options = LIST(struct option, { "name", STRING, FIELD(disco_conf, name), "Jaseur",
					   NULL, "128", "What the server calls itself." }),
	.hooks = TABLE(hooks),
};
