/* SPDX-License-Identifier: MIT
 *
 * mod_web: the first page of the site, for people who come with a browser: what this is, how
 * to connect, how to get an account. In English or French, as the browser asks for. And the web
 * client, for that page and any other.
 *
 * The page is a text with {names} in web/first (page.h), which this file fills in. The client
 * is made of web/src by tools/build-web.
 */
#include "http/asset.h"
#include "modules/invites/mod_invites.h"
#include "modules/list.h"
#include "modules/mod_register.h"
#include "modules/page.h"
#include "modules/web/web.h"
#include "modules/web_assets.h"
#include "xml/writer.h"

const struct web_conf *
web_conf_of(const struct host *host)
{
	static const struct web_conf usual = { .mode = WEB_PAGE };
	const struct web_conf *conf = module_conf(&mod_web, host);

	return conf ? conf : &usual;
}

struct str
web_language(const struct http_exchange *x, const struct web_conf *conf)
{
	static const struct str said[] = { [WEB_ENGLISH] = S("en"), [WEB_FRENCH] = S("fr") };
	struct str chosen = http_query(x, S("lang"));

	if (conf->language == WEB_AS_THE_BROWSER || str_eq(chosen, S("en")) ||
	    str_eq(chosen, S("fr")))
		return page_language(x);
	return said[conf->language];
}

struct str
web_title(
    struct arena *a, const struct host *host, const struct web_conf *conf, struct str language)
{
	if (conf->title.len)
		return conf->title;
	return str_format(a, str_eq(language, S("fr")) ? "Messagerie : %.*s" : "Chat at %.*s",
	    STR_ARG(host->name));
}

/* --- the page ------------------------------------------------------------------------------
 */

/* The text that says how to get an account, and what the client is told of it. */
static const char *
registration_of(const struct host *host)
{
	if (register_is_open(host))
		return "open";
	return invites_make_accounts(host) ? "invited" : "closed";
}

/* What the element is told (docs/web-page.md). */
static struct str
attributes(struct arena *a, const struct host *host, const struct web_conf *conf)
{
	struct str embedded = S("");

	for (size_t i = 0; i < conf->embedded.count; i++)
		embedded = str_format(a, "%.*s%s%.*s", STR_ARG(embedded), i ? " " : "",
		    STR_ARG(conf->embedded.at[i]));
	return str_format(a, "mode=\"%s\" registration=\"%s\" embedded=\"%.*s\"%s%s",
	    conf->mode == WEB_DOCK ? "dock" : "page", registration_of(host), STR_ARG(embedded),
	    conf->guests ? " guests" : "", conf->developer ? " developer" : "");
}

static void
show_first_page(struct http_exchange *x)
{
	struct arena *a = x->arena;
	const struct host *host = page_host(x);
	const struct web_conf *conf = web_conf_of(host);
	struct str language = web_language(x, conf), name = xml_escape(a, host->name);
	struct filling f[] = {
		{ S("host"), name },
		{ S("title"), xml_escape(a, web_title(a, host, conf, language)) },
		{ S("attributes"), attributes(a, host, conf) },
		{ S("addresses"),
		    str_format(a, "<code>%s@%.*s</code>",
			str_eq(language, S("fr")) ? "vous" : "you", STR_ARG(name)) },
		{ S("version"), S(JASEUR_VERSION) },
		{ S("clients"), page_text(a, "clients", language) },
		{ S("registration"), { 0 } },
	};
	enum { N = sizeof(f) / sizeof(f[0]) };

	f[N - 1].text = page_fill(a, registration_of(host), language, f, N - 1);
	http_add_header(x, S("Cache-Control"), S("no-cache"));
	http_add_header(x, S("Content-Security-Policy"), web_policy(x, host, conf));
	page_answer(x, 200, language, page_fill(a, "page", language, f, N));
}

/* --- what it is made of ---------------------------------------------------------------------
 */

static void
send(struct http_exchange *x, struct http_assets all, struct str path)
{
	const struct http_asset *asset = http_asset_find(all, path);

	if (asset)
		http_answer_static(x, asset);
	else
		http_refuse(x, 404, (struct str){ 0 });
}

static void
send_asset(struct http_exchange *x)
{
	send(x, web_assets, x->rest);
}

static void
send_client(struct http_exchange *x)
{
	send(x, web_client, S("jaseur.js"));
}

/* What describes it to those who write pages in TypeScript. */
static void
send_types(struct http_exchange *x)
{
	send(x, web_client, S("jaseur.d.ts"));
}

/* Its name changes with what is in it. */
static void
send_part_of_client(struct http_exchange *x)
{
	struct str path = str_format(x->arena, "client/%.*s", STR_ARG(x->rest));

	if (http_asset_find(web_client, path))
		http_add_header(
		    x, S("Cache-Control"), S("public, max-age=31536000, immutable"));
	send(x, web_client, path);
}

/* From here it may answer for all of the site. */
static void
send_worker(struct http_exchange *x)
{
	send(x, web_client, S("service_worker.js"));
}

/* Pages of any origin may have the client as a module. */
static const struct http_route routes[] = {
	{ S("/"), HTTP_GET, .run = show_first_page },
	{ S("/first/"), HTTP_GET, .flags = HTTP_CORS, .run = send_asset },
	{ S("/jaseur.js"), HTTP_GET, .flags = HTTP_CORS, .run = send_client },
	{ S("/jaseur.d.ts"), HTTP_GET, .flags = HTTP_CORS, .run = send_types },
	{ S("/client/"), HTTP_GET, .flags = HTTP_CORS, .run = send_part_of_client },
	{ S("/service_worker.js"), HTTP_GET, .run = send_worker },
	{ S("/manifest.webmanifest"), HTTP_GET, .run = web_manifest },
};

static enum status
check(const void *conf, struct arena *a, struct str *reason)
{
	return web_policy_check(conf, a, reason);
}

const struct module mod_web = {
	.name = "web",
	.doc = "The first page of the site, and the web client.",
	.needs = LIST(const char *const, "register"),
	.conf_size = sizeof(struct web_conf),
	.options = LIST(struct option,
	    { "title", STRING, FIELD(web_conf, title), "", NULL, "64",
		"Name of the page, and of the app that people install; without one it is made "
		"of "
		"the host's." },
	    { "language", CHOICE, FIELD(web_conf, language), "browser", NULL, NULL,
		"Language of the page for who has chosen none; `browser`: as the browser wants "
		"it.",
		.words = "browser en fr" },
	    { "mode", CHOICE, FIELD(web_conf, mode), "page", NULL, NULL,
		"Whether the client fills the page, or stands at its lower edge.",
		.words = "page dock" },
	    { "guests", BOOL, FIELD(web_conf, guests), "no", NULL, NULL,
		"Offer to come in without an account; needs `c2s.allow_anonymous`." },
	    { "developer", BOOL, FIELD(web_conf, developer), "no", NULL, NULL,
		"Whether the developer panel may be opened." },
	    { "embedded", STRINGS, FIELD(web_conf, embedded),
		"www.youtube-nocookie.com, player.vimeo.com", NULL, "16",
		"Hosts whose videos may be shown in the page, in a frame, once somebody has "
		"asked "
		"for one." }),
	.check = check,
	.routes = TABLE(routes),
};
