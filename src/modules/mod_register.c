/* SPDX-License-Identifier: MIT
 *
 * mod_register: people make, change and remove their accounts themselves.
 *
 * Source   XEP-0077 2.4
 * Reacts   iq-get and iq-set {jabber:iq:register}query of somebody who is not logged in, and
 *          to one's own account or its server; stream features
 * Keeps    nothing; counts the registrations of each address in the current hour
 */
#include "modules/mod_register.h"
#include "base/siphash.h"
#include "modules/list.h"
#include "modules/mod_accounts.h"
#include "xmpp/ns.h"

enum { REGISTERED, REGISTER_REFUSED };

struct register_conf {
	bool open;
	uint32_t per_hour;
	struct str instructions;
};

/* --- the rate ------------------------------------------------------------------------- */

/*
 * Registrations by address, all workers together: each bucket holds the hour and how many
 * there were in it. Addresses that share a bucket share the allowance.
 */
enum { BUCKETS = 4096 };
static _Atomic uint64_t registrations[BUCKETS];

static bool
take_allowance(struct str address, uint32_t per_hour)
{
	_Atomic uint64_t *bucket = &registrations[siphash_str(address) % BUCKETS];
	uint64_t hour = (uint64_t)(loop_wall_us() / 3600000000), old = atomic_load(bucket), new;

	do {
		uint64_t n = old >> 32 == hour ? old & UINT32_MAX : 0;

		if (n >= per_hour)
			return false;
		new = hour << 32 | (n + 1);
	} while (!atomic_compare_exchange_weak(bucket, &old, new));
	return true;
}

/* --- the form (sections 3.1 and 4) ---------------------------------------------------- */

static void
write_field(struct xml_writer *w, struct str var, struct str type, struct str value)
{
	xml_open(w, S(""), S("field"));
	xml_attr(w, S("var"), var);
	xml_attr(w, S("type"), type);
	if (value.len)
		xml_leaf(w, S(""), S("value"), value);
	else
		xml_empty(w, S(""), S("required"));
	xml_close(w);
}

static enum verdict
show_form(struct call *c)
{
	const struct register_conf *conf = c->conf;
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_REGISTER, S("query"));
	xml_leaf(&w, S(""), S("instructions"), conf->instructions);
	xml_empty(&w, S(""), S("username"));
	xml_empty(&w, S(""), S("password"));
	xml_open(&w, NS_FORM, S("x"));
	xml_attr(&w, S("type"), S("form"));
	xml_leaf(&w, S(""), S("instructions"), conf->instructions);
	write_field(&w, S("FORM_TYPE"), S("hidden"), NS_REGISTER);
	write_field(&w, S("username"), S("text-single"), (struct str){ 0 });
	write_field(&w, S("password"), S("text-private"), (struct str){ 0 });
	xml_close(&w);
	xml_close(&w);
	return iq_result_finish(c, &w);
}

/* A value from the submitted form, else from the plain element of that name. */
static struct str
submitted(struct call *c, struct str name)
{
	struct elem form = elem_child(c->payload, NS_FORM, S("x"));

	if (!elem_exists(form))
		return elem_child_text(c->payload, NS_REGISTER, name, c->arena);
	for (struct elem f = elem_child(form, NS_FORM, S("field")); elem_exists(f);
	     f = elem_next_like(f))
		if (str_eq(elem_attr_or_none(f, S("var"), c->arena), name))
			return elem_child_text(f, NS_FORM, S("value"), c->arena);
	return (struct str){ 0 };
}

/* --- strangers ------------------------------------------------------------------------ */

static bool
is_open(const struct call *c)
{
	const struct register_conf *conf = c->conf;

	return conf->open;
}

static enum verdict
stranger_gets(struct call *c)
{
	return is_open(c) ? show_form(c) : refuse(c, ERR_NOT_ALLOWED);
}

struct registering {
	struct outlet *outlet;
	struct stanza *request;
};

static enum stanza_error
error_of(enum status s)
{
	return s == E_INVALID ? ERR_NOT_ACCEPTABLE : stanza_error_of_status(s);
}

static void
registered(void *waiter, enum status s)
{
	struct registering *r = waiter;
	struct arena a;

	arena_init(&a, 1024);
	if (r->outlet->calls->came_back(r->outlet)) {
		struct call c = {
			.arena = &a,
			.outlet = r->outlet,
			.stanza = r->request,
		};

		if (s == OK)
			iq_result(&c, (struct str){ 0 });
		else
			refuse(&c, error_of(s));
	}
	module_count(&mod_register, s == OK ? REGISTERED : REGISTER_REFUSED, 1);
	arena_fini(&a);
	stanza_free(&r->request);
	free(r);
}

static enum verdict
stranger_sets(struct call *c)
{
	const struct register_conf *conf = c->conf;
	struct str user = submitted(c, S("username")), password = submitted(c, S("password"));
	struct registering *r;
	struct jid jid;

	if (!is_open(c))
		return refuse(c, ERR_NOT_ALLOWED);
	if (user.len == 0 || password.len == 0 ||
	    jid_make(c->arena, user, c->host->name, (struct str){ 0 }, &jid) != OK)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	if (!take_allowance(c->outlet->calls->address(c->outlet), conf->per_hour)) {
		module_count(&mod_register, REGISTER_REFUSED, 1);
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	}
	r = mem_alloc(sizeof(*r));
	*r = (struct registering){ c->outlet, stanza_ref(c->stanza) };
	c->outlet->calls->wait(c->outlet);
	accounts_create(jid, password, registered, r);
	return DONE;
}

/* Section 8: only where it would be granted. */
static enum verdict
write_feature(struct call *c)
{
	if (is_open(c))
		xml_empty(c->out, NS_REGISTER_FEATURE, S("register"));
	return PASS;
}

/* --- who has an account --------------------------------------------------------------- */

static enum verdict
owner_gets(struct call *c)
{
	struct xml_writer w;

	if (!c->session)
		return refuse(c, ERR_FORBIDDEN);
	iq_result_begin(c, &w);
	xml_open(&w, NS_REGISTER, S("query"));
	xml_empty(&w, S(""), S("registered"));
	xml_leaf(&w, S(""), S("username"), jid_local(c->account->jid));
	xml_empty(&w, S(""), S("password"));
	xml_close(&w);
	return iq_result_finish(c, &w);
}

static void
changed(void *waiter, enum status s)
{
	struct stanza *request = waiter;

	if (s == OK)
		route_result(request, (struct str){ 0 });
	else
		route_bounce(request, error_of(s));
	stanza_free(&request);
}

/* Once the account is erased there is no session left to answer; only failures are told. */
static void
removed(void *waiter, enum status s)
{
	struct stanza *request = waiter;

	if (s != OK)
		route_bounce(request, error_of(s));
	stanza_free(&request);
}

static enum verdict
owner_sets(struct call *c)
{
	struct str user = submitted(c, S("username")), password = submitted(c, S("password"));
	struct jid jid;

	if (!c->session)
		return refuse(c, ERR_FORBIDDEN);
	if (elem_exists(elem_child(c->payload, NS_REGISTER, S("remove")))) {
		/* Section 3.2: alone, and answered before the session ends. */
		if (elem_count(c->payload) != 1)
			return refuse(c, ERR_BAD_REQUEST);
		iq_result(c, (struct str){ 0 });
		accounts_erase(c->account->jid, removed, stanza_ref(c->stanza));
		return DONE;
	}
	if (user.len == 0 || password.len == 0)
		return refuse(c, ERR_BAD_REQUEST);
	if (jid_make(c->arena, user, c->host->name, (struct str){ 0 }, &jid) != OK ||
	    !jid_eq(jid, c->account->jid))
		return refuse(c, ERR_NOT_ALLOWED);
	accounts_set_password(jid, password, changed, stanza_ref(c->stanza));
	return DONE;
}

static const struct feature features[] = { { NS_REGISTER, SERVER } };

bool
register_is_open(const struct host *host)
{
	const struct register_conf *conf = module_conf(&mod_register, host);

	return conf && conf->open;
}

static const struct hook hooks[] = {
	{ ON_IQ_GET, STRANGER, NS_REGISTER, S("query"), HANDLE, stranger_gets },
	{ ON_IQ_SET, STRANGER, NS_REGISTER, S("query"), HANDLE, stranger_sets },
	{ ON_IQ_GET, SERVER | ACCOUNT, NS_REGISTER, S("query"), HANDLE, owner_gets },
	{ ON_IQ_SET, SERVER | ACCOUNT, NS_REGISTER, S("query"), HANDLE, owner_sets },
	{ .on = ON_FEATURES_STRANGER, .in = HANDLE, .run = write_feature },
};

const struct module mod_register = {
	.name = "register",
	.doc = "People make, change and remove their accounts themselves.",
	.specs = LIST(struct spec, { XEP, 77, "2.4", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "accounts"),
	.conf_size = sizeof(struct register_conf),
	.options = LIST(struct option,
	    { "open", BOOL, FIELD(register_conf, open), "no", NULL, NULL,
		"Anybody may make an account. Changing one's password and removing one's "
		"account is possible in any case, unless the module is not enabled." },
	    { "per_hour", U32, FIELD(register_conf, per_hour), "5", "1", "100000",
		"New accounts from one address in an hour." },
	    { "instructions", STRING, FIELD(register_conf, instructions),
		"Choose a user name and a password.", NULL, NULL, "What the form says." }),
	.metrics = LIST(struct metric,
	    [REGISTERED] = { "registered", COUNTER, "accounts", "Accounts registered." },
	    [REGISTER_REFUSED] = { "register_refused", COUNTER, "requests",
		"Registrations refused." }),
	.hooks = TABLE(hooks),
};
