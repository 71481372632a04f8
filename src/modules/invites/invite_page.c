/* SPDX-License-Identifier: MIT */
#include "modules/invites/invite_page.h"

#include "base/encode.h"
#include "http/target.h"
#include "modules/invites/join.h"
#include "modules/invites/mod_invites.h"
#include "modules/invites/qr.h"
#include "modules/page.h"
#include "modules/web/web.h"
#include "xml/writer.h"
#include "xmpp/date.h"

enum {
	FORM_PASSWORD_MIN = 8, /* bytes, of a password that is chosen here */
	DATE_LEN = sizeof("2026-12-05") - 1,
	TIME_LEN = sizeof("11:30") - 1,
};

/* Somebody who looks at an invitation. An exchange ends with its answer, and so does this. */
struct visit {
	struct http_exchange *x;
	struct str language;
	const char *problem; /* NULL: nothing was wrong with what he sent */
	struct str name, password;
	struct jid account;
};

static struct visit *
visit_begin(struct http_exchange *x)
{
	struct visit *v = arena_zalloc(x->arena, sizeof(*v));

	v->x = x;
	v->language = page_language(x);
	http_add_header(x, S("Cache-Control"), S("no-store"));
	http_add_header(x, S("X-Robots-Tag"), S("noindex"));
	return v;
}

/* --- what is shown ------------------------------------------------------------------------ */

/* The app to be named first, by what the browser says of its device. */
static const struct {
	struct str device, app, link;
} apps[] = {
	{ S("Android"), S("Conversations"), S("https://conversations.im/") },
	{ S("iPhone"), S("Monal"), S("https://monal-im.org/") },
	{ S("iPad"), S("Monal"), S("https://monal-im.org/") },
	{ S("Macintosh"), S("Monal"), S("https://monal-im.org/") },
	{ S("Linux"), S("Dino"), S("https://dino.im/") },
	{ S(""), S("Gajim"), S("https://gajim.org/") },
};

static size_t
app_for(struct str agent)
{
	size_t i = 0;

	while (apps[i].device.len && !(agent.len && memmem(agent.at, agent.len,
							apps[i].device.at, apps[i].device.len)))
		i++;
	return i;
}

static void
show_end(struct visit *v)
{
	struct filling f[] = { { S("version"), S(JASEUR_VERSION) } };

	page_answer(
	    v->x, 410, v->language, page_fill(v->x->arena, "invite_over", v->language, f, 1));
}

static void
show_failure(struct visit *v)
{
	http_refuse(v->x, 503, S("Invitations cannot be looked at now."));
}

/* "2026-12-05 11:30 UTC" */
static struct str
until(struct arena *a, struct str date)
{
	return str_format(a, "%.*s %.*s UTC", STR_ARG(str_slice(date, 0, DATE_LEN)),
	    STR_ARG(str_slice(date, DATE_LEN + 1, TIME_LEN)));
}

/* The form, where an account can be made. */
static struct str
form_for(struct visit *v, const struct invitation *i)
{
	struct arena *a = v->x->arena;
	struct filling f[] = {
		{ S("host"), xml_escape(a, i->host) },
		{ S("name"), xml_escape(a, i->name.len ? i->name : v->name) },
		{ S("fixed"), i->name.len ? S("readonly") : S("") },
		{ S("problem"), v->problem ? page_text(a, v->problem, v->language) : S("") },
	};
	const struct host *host = host_find(i->host);

	if (!i->registers || !host || !invites_make_accounts(host))
		return S("");
	return page_fill(a, "invite_form", v->language, f, sizeof(f) / sizeof(f[0]));
}

/* Of an address that is too long for a code there is the link only. */
static struct str
code_for(struct visit *v, struct str uri)
{
	struct filling f = { S("qr"), { 0 } };

	if (qr_svg(v->x->arena, uri, S("QR"), &f.text) != OK)
		return S("");
	return page_fill(v->x->arena, "invite_code", v->language, &f, 1);
}

static struct str
lead_for(struct visit *v, const struct invitation *i)
{
	struct arena *a = v->x->arena;
	struct filling f[] = {
		{ S("host"), xml_escape(a, i->host) },
		{ S("inviter"), i->befriends ? xml_escape(a, jid_full(i->inviter)) : S("") },
	};

	return page_fill(a,
	    !i->befriends  ? "invite_account"
	    : i->registers ? "invite_both"
			   : "invite_contact",
	    v->language, f, sizeof(f) / sizeof(f[0]));
}

static void
show(struct visit *v, const struct invitation *i)
{
	struct arena *a = v->x->arena;
	struct str uri = invite_uri(a, i, v->x->rest), expires = date_format(a, i->expires_us);
	size_t app = app_for(http_header(v->x, S("user-agent")));

	struct filling f[] = {
		{ S("host"), xml_escape(a, i->host) },
		{ S("lead"), lead_for(v, i) },
		{ S("app"), apps[app].app },
		{ S("app_link"), apps[app].link },
		{ S("clients"), page_text(a, "clients", v->language) },
		{ S("uri"), xml_escape(a, uri) },
		{ S("code"), code_for(v, uri) },
		{ S("form"), form_for(v, i) },
		{ S("expires"), expires },
		{ S("until"), until(a, expires) },
		{ S("version"), S(JASEUR_VERSION) },
	};

	page_answer(v->x, v->problem ? 422 : 200, v->language,
	    page_fill(a, "invite", v->language, f, sizeof(f) / sizeof(f[0])));
}

static void
on_looked_at(void *waiter, enum status s, const struct invitation *i)
{
	struct visit *v = waiter;

	if (s == OK)
		show(v, i);
	else if (s == E_NOT_FOUND || s == E_DENIED)
		show_end(v);
	else
		show_failure(v);
}

/* Also after something was wrong with the form. */
static void
look(struct visit *v)
{
	invitation_look((struct str){ 0 }, v->x->rest, on_looked_at, v);
}

/* --- what is sent --------------------------------------------------------------------------
 */

/* To the web client, with the address filled in, where the host has it. */
static struct str
here_for(struct visit *v)
{
	struct arena *a = v->x->arena;
	const struct host *host = host_find(jid_domain(v->account));
	struct filling f = { S("link"),
		str_format(a, "/#account=%.*s",
		    STR_ARG(percent_encode(a, jid_full(v->account), "-._~"))) };

	return host && module_conf(&mod_web, host)
		   ? page_fill(a, "invite_here", v->language, &f, 1)
		   : S("");
}

static void
on_joined(void *waiter, enum status s)
{
	struct visit *v = waiter;
	struct arena *a = v->x->arena;
	struct filling f[] = {
		{ S("host"), xml_escape(a, jid_domain(v->account)) },
		{ S("address"), xml_escape(a, jid_full(v->account)) },
		{ S("here"), here_for(v) },
		{ S("clients"), page_text(a, "clients", v->language) },
		{ S("version"), S(JASEUR_VERSION) },
	};

	switch (s) {
	case OK:
		page_answer(v->x, 201, v->language,
		    page_fill(a, "invite_joined", v->language, f, sizeof(f) / sizeof(f[0])));
		return;
	case E_NOT_FOUND:
	case E_DENIED:
		show_end(v);
		return;
	case E_EXISTS:
		v->problem = "invite_taken";
		break;
	case E_INVALID:
		v->problem = "invite_password";
		break;
	default:
		v->problem = "invite_busy";
	}
	look(v);
}

static void
on_judged(void *waiter, enum status s, const struct invitation *i)
{
	struct visit *v = waiter;
	const struct host *host = s == OK ? host_find(i->host) : NULL;

	if (s == OK && !v->problem &&
	    jid_make(v->x->arena, v->name, i->host, (struct str){ 0 }, &v->account) != OK)
		v->problem = "invite_name";
	if (s != OK || v->problem)
		on_looked_at(v, s, i);
	else if (!host || !invites_make_accounts(host))
		show_end(v);
	else
		invite_join(v->account, v->x->rest, v->password, on_joined, v);
}

static void
take(struct visit *v)
{
	const struct http_exchange *x = v->x;
	struct str again = http_query_value(x->body, S("again"), x->arena);

	v->name = str_trim(http_query_value(x->body, S("name"), x->arena));
	v->password = http_query_value(x->body, S("password"), x->arena);
	if (v->name.len == 0)
		v->problem = "invite_name";
	else if (v->password.len < FORM_PASSWORD_MIN)
		v->problem = "invite_password";
	else if (!str_eq(v->password, again))
		v->problem = "invite_differ";
	invitation_look((struct str){ 0 }, x->rest, on_judged, v);
}

void
invite_page(struct http_exchange *x)
{
	struct visit *v = visit_begin(x);

	if (x->method == HTTP_POST)
		take(v);
	else
		look(v);
}
