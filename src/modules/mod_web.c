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
#include "modules/web_assets.h"
#include "xml/writer.h"

/* The text that says how to get an account. */
static const char *
registration_of(const struct host *host)
{
	if (register_is_open(host))
		return "open";
	return invites_make_accounts(host) ? "invited" : "closed";
}

static void
show_first_page(struct http_exchange *x)
{
	struct arena *a = x->arena;
	const struct host *host = page_host(x);
	struct str language = page_language(x), name = xml_escape(a, host->name);
	struct filling f[] = {
		{ S("host"), name },
		{ S("addresses"),
		    str_format(a, "<code>%s@%.*s</code>",
			str_eq(language, S("fr")) ? "vous" : "you", STR_ARG(name)) },
		{ S("version"), S(JASEUR_VERSION) },
		{ S("clients"), page_text(a, "clients", language) },
		{ S("registration"), { 0 } },
	};

	f[4].text = page_fill(a, registration_of(host), language, f, 4);
	http_add_header(x, S("Cache-Control"), S("no-cache"));
	page_answer(
	    x, 200, language, page_fill(a, "page", language, f, sizeof(f) / sizeof(f[0])));
}

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

static void
send_part_of_client(struct http_exchange *x)
{
	send(x, web_client, str_format(x->arena, "client/%.*s", STR_ARG(x->rest)));
}

/* Pages of any origin may have the client as a module. */
static const struct http_route routes[] = {
	{ S("/"), HTTP_GET, .run = show_first_page },
	{ S("/first/"), HTTP_GET, .run = send_asset },
	{ S("/jaseur.js"), HTTP_GET, .flags = HTTP_CORS, .run = send_client },
	{ S("/client/"), HTTP_GET, .flags = HTTP_CORS, .run = send_part_of_client },
};

const struct module mod_web = {
	.name = "web",
	.doc = "The first page of the site, and the web client.",
	.needs = LIST(const char *const, "register"),
	.routes = TABLE(routes),
};
