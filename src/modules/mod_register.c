/* SPDX-License-Identifier: MIT
 *
 * mod_register: people make, change and remove their accounts themselves.
 *
 * Source   XEP-0077 2.4, XEP-0445 0.2.0
 * Reacts   iq-get and iq-set {jabber:iq:register}query of somebody who is not logged in, and
 *          to one's own account or its server; iq-set {urn:xmpp:pars:0}preauth of somebody who
 *          is not logged in; stream features
 * Keeps    nothing; counts the registrations of each address in the current hour
 *
 * Strangers register where that is open to all, or with an invitation (modules/invites/), which
 * they show first; the stream knows it from then on.
 */
#include "modules/mod_register.h"
#include "base/siphash.h"
#include "modules/invites/join.h"
#include "modules/invites/mod_invites.h"
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

/* name: the only one that can be had; "no string": any. */
static enum verdict
show_form(struct call *c, const struct register_conf *conf, struct str name)
{
	struct xml_writer w;

	iq_result_begin(c, &w);
	xml_open(&w, NS_REGISTER, S("query"));
	xml_leaf(&w, S(""), S("instructions"), conf->instructions);
	xml_leaf(&w, S(""), S("username"), name);
	xml_empty(&w, S(""), S("password"));
	xml_open(&w, NS_FORM, S("x"));
	xml_attr(&w, S("type"), S("form"));
	xml_leaf(&w, S(""), S("instructions"), conf->instructions);
	write_field(&w, S("FORM_TYPE"), S("hidden"), NS_REGISTER);
	write_field(&w, S("username"), S("text-single"), name);
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

/* The invitation that the stranger has shown. */
static struct str
shown(const struct call *c)
{
	return c->outlet->calls->shown(c->outlet);
}

/* A request whose answer comes later. */
struct asking {
	struct outlet *outlet;
	struct stanza *request;
};

static struct asking *
asking_begin(struct call *c)
{
	struct asking *q = mem_alloc(sizeof(*q));

	*q = (struct asking){ c->outlet, stanza_ref(c->stanza) };
	c->outlet->calls->wait(c->outlet);
	return q;
}

/* What it takes to answer; false: the stranger has left, or his host has gone. Ends with
 * asking_end in either case. */
static bool
asking_call(struct asking *q, struct arena *a, struct call *c)
{
	arena_init_wiped(a, 1024);
	*c = (struct call){
		.arena = a,
		.host = host_find(jid_domain(q->request->to)),
		.outlet = q->outlet,
		.stanza = q->request,
	};
	if (c->host)
		c->conf = module_conf(&mod_register, c->host);
	return q->outlet->calls->came_back(q->outlet) && c->conf;
}

static void
asking_end(struct asking *q, struct arena *a)
{
	arena_fini(a);
	stanza_free(&q->request);
	free(q);
}

/* --- showing an invitation (XEP-0445 section 4) --- */

static struct str
token_of(const struct stanza *preauth, struct arena *a)
{
	return elem_attr_or_none(stanza_payload(preauth), S("token"), a);
}

static void
token_judged(void *waiter, enum status s, const struct invitation *i)
{
	struct asking *q = waiter;
	struct arena a;
	struct call c;

	if (asking_call(q, &a, &c)) {
		if (s == OK && i->registers) {
			q->outlet->calls->show(q->outlet, token_of(q->request, &a));
			iq_result(&c, (struct str){ 0 });
		} else if (s == OK || s == E_NOT_FOUND || s == E_DENIED) {
			refuse_with(&c, ERR_ITEM_NOT_FOUND,
			    S("The provided token is invalid or expired"), (struct str){ 0 });
		} else {
			refuse(&c, stanza_error_of_status(s));
		}
	}
	asking_end(q, &a);
}

static enum verdict
stranger_shows(struct call *c)
{
	if (!invites_make_accounts(c->host))
		return refuse(c, ERR_NOT_ALLOWED);
	invitation_look(
	    c->host->name, token_of(c->stanza, c->arena), token_judged, asking_begin(c));
	return DONE;
}

/* --- asking for the form --- */

/* Whatever has become of it since it was shown. */
static void
name_found(void *waiter, enum status s, const struct invitation *i)
{
	struct asking *q = waiter;
	struct arena a;
	struct call c;

	if (asking_call(q, &a, &c))
		show_form(&c, c.conf, s == OK ? i->name : (struct str){ 0 });
	asking_end(q, &a);
}

static enum verdict
stranger_gets(struct call *c)
{
	if (shown(c).at)
		invitation_look(c->host->name, shown(c), name_found, asking_begin(c));
	else if (is_open(c))
		show_form(c, c->conf, (struct str){ 0 });
	else
		refuse(c, ERR_NOT_ALLOWED);
	return DONE;
}

/* --- registering --- */

static enum stanza_error
error_of(enum status s)
{
	switch (s) {
	case E_INVALID:
		return ERR_NOT_ACCEPTABLE;
	case E_DENIED: /* the invitation is used up, or for another name */
	case E_NOT_FOUND:
		return ERR_NOT_ALLOWED;
	default:
		return stanza_error_of_status(s);
	}
}

static void
registered(void *waiter, enum status s)
{
	struct asking *q = waiter;
	struct arena a;
	struct call c;

	if (asking_call(q, &a, &c)) {
		if (s == OK)
			iq_result(&c, (struct str){ 0 });
		else
			refuse(&c, error_of(s));
	}
	module_count(&mod_register, s == OK ? REGISTERED : REGISTER_REFUSED, 1);
	asking_end(q, &a);
}

/* An invitation allows for itself, however many come from one address. */
static enum verdict
stranger_sets(struct call *c)
{
	const struct register_conf *conf = c->conf;
	struct str user = submitted(c, S("username")), password = submitted(c, S("password"));
	struct jid jid;

	if (!is_open(c) && !shown(c).at)
		return refuse(c, ERR_NOT_ALLOWED);
	if (user.len == 0 || password.len == 0 ||
	    jid_make(c->arena, user, c->host->name, (struct str){ 0 }, &jid) != OK)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	if (!shown(c).at &&
	    !take_allowance(c->outlet->calls->address(c->outlet), conf->per_hour)) {
		module_count(&mod_register, REGISTER_REFUSED, 1);
		return refuse(c, ERR_RESOURCE_CONSTRAINT);
	}
	invite_join(jid, shown(c), password, registered, asking_begin(c));
	return DONE;
}

/* Section 8: only where it would be granted. */
static enum verdict
write_feature(struct call *c)
{
	bool invited = invites_make_accounts(c->host);

	if (invited) /* XEP-0445 section 3 */
		xml_empty(c->out, NS_REGISTER_TOKEN, S("register"));
	if (is_open(c) || invited)
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
	{ ON_IQ_SET, STRANGER, NS_PARS, S("preauth"), HANDLE, stranger_shows },
	{ ON_IQ_GET, SERVER | ACCOUNT, NS_REGISTER, S("query"), HANDLE, owner_gets },
	{ ON_IQ_SET, SERVER | ACCOUNT, NS_REGISTER, S("query"), HANDLE, owner_sets },
	{ .on = ON_FEATURES_STRANGER, .in = HANDLE, .run = write_feature },
};

const struct module mod_register = {
	.name = "register",
	.doc = "People make, change and remove their accounts themselves.",
	.specs = LIST(
	    struct spec, { XEP, 77, "2.4", "complete" }, { XEP, 445, "0.2.0", "complete" }),
	.features = TABLE(features),
	.needs = LIST(const char *const, "accounts", "invites"),
	.conf_size = sizeof(struct register_conf),
	.options = LIST(struct option,
	    { "open", BOOL, FIELD(register_conf, open), "no", NULL, NULL,
		"Anybody may make an account. When not, and that is recommended, only who has "
		"an "
		"invitation (`modules.invites`, \"jaseur invite create\"). Changing one's "
		"password and removing one's account is possible in any case, unless the "
		"module is not enabled." },
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
