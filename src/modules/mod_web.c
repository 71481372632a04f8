/* SPDX-License-Identifier: MIT
 *
 * mod_web: the first page of the site, for people who come with a browser: what this is, how
 * to connect, how to get an account. In English or French, as the browser asks for.
 *
 * The page is a text with {names} in web/first, which this file fills in.
 */
#include "http/asset.h"
#include "http/http.h"
#include "http/preference.h"
#include "modules/list.h"
#include "modules/mod_register.h"
#include "modules/web_assets.h"
#include "xml/writer.h"
#include "xmpp/domain.h"

/* --- whose page ------------------------------------------------------------------------- */

/* The host of that name, or the first: a site often has another name than its chat. */
static const struct host *
host_of(const struct http_exchange *x)
{
	char domain[DOMAIN_MAX];
	const struct host *h = NULL;
	size_t len;

	if (x->host.at && domain_prepare(x->host, domain, &len) == OK)
		h = host_find(str_of(domain, len));
	return h ? h : hosts_at(0);
}

/* "en" or "fr". */
static struct str
language_of(const struct http_exchange *x)
{
	struct str chosen = http_query(x, S("lang"));
	struct str accepted = http_header(x, S("accept-language"));

	if (str_eq(chosen, S("fr")) || str_eq(chosen, S("en")))
		return chosen;
	if (http_language_weight(accepted, S("fr")) > http_language_weight(accepted, S("en")))
		return S("fr");
	return S("en");
}

/* --- filling in --------------------------------------------------------------------------- */

struct filling {
	struct str name, text;
};

static struct str
text_for(struct str name, const struct filling *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(f[i].name, name))
			return f[i].text;
	assert(!"a page names something that nobody fills in");
	return (struct str){ 0 };
}

static struct str
fill_in(struct arena *a, struct str page, const struct filling *f, size_t n)
{
	struct str out = S(""), piece;
	bool is_name = false;

	/* "text{name}text{name}text": pieces between the braces, in turn. */
	while (str_split(&page, is_name ? '}' : '{', &piece)) {
		out = str_format(a, "%.*s%.*s", STR_ARG(out),
		    STR_ARG(is_name ? text_for(piece, f, n) : piece));
		is_name = !is_name;
	}
	return out;
}

static struct str
part(struct arena *a, const char *name, struct str language)
{
	const struct http_asset *found =
	    http_asset_find(web_pages, str_format(a, "%s.%.*s.html", name, STR_ARG(language)));

	assert(found);
	return found->bytes;
}

static void
show_first_page(struct http_exchange *x)
{
	struct arena *a = x->arena;
	const struct host *host = host_of(x);
	struct str language = language_of(x), name = xml_escape(a, host->name);
	struct filling f[] = {
		{ S("host"), name },
		{ S("addresses"),
		    str_format(a, "<code>%s@%.*s</code>",
			str_eq(language, S("fr")) ? "vous" : "you", STR_ARG(name)) },
		{ S("version"), S(JASEUR_VERSION) },
		{ S("registration"), { 0 } },
	};

	f[3].text =
	    fill_in(a, part(a, register_is_open(host) ? "open" : "closed", language), f, 3);
	http_add_header(x, S("Content-Language"), language);
	http_add_header(x, S("Vary"), S("Accept-Language"));
	http_add_header(x, S("Cache-Control"), S("no-cache"));
	http_answer(x, 200, S("text/html; charset=utf-8"),
	    fill_in(a, part(a, "page", language), f, sizeof(f) / sizeof(f[0])));
}

static void
send_asset(struct http_exchange *x)
{
	const struct http_asset *asset = http_asset_find(web_assets, x->rest);

	if (asset)
		http_answer_static(x, asset);
	else
		http_refuse(x, 404, (struct str){ 0 });
}

static const struct http_route routes[] = {
	{ S("/"), HTTP_GET, .run = show_first_page },
	{ S("/first/"), HTTP_GET, .run = send_asset },
};

const struct module mod_web = {
	.name = "web",
	.doc = "The first page of the site: what this server is, and how to connect.",
	.needs = LIST(const char *const, "register"),
	.routes = TABLE(routes),
};
