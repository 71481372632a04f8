/* SPDX-License-Identifier: MIT
 *
 * mod_host_meta: tells browsers where to connect, as they cannot ask DNS.
 *
 * Source   XEP-0156 1.4.0, RFC 6415
 * Reacts   GET /.well-known/host-meta and host-meta.json
 * Keeps    nothing
 *
 * Links are to what is served: a binding whose module is not enabled has none. XEP-0487, which
 * would have clients skip DNS, is an early draft and left alone.
 */
#include "http/conf.h"
#include "modules/list.h"

static const struct {
	struct str rel, path;
	const char *scheme; /* in front of "s://" */
} bindings[] = {
	{ S("urn:xmpp:alt-connections:websocket"), HTTP_WEBSOCKET_PATH, "ws" },
	{ S("urn:xmpp:alt-connections:xbosh"), HTTP_BOSH_PATH, "http" },
};

/* "https://name" with another scheme, and the path; "no string": not served. */
static struct str
link_to(struct http_exchange *x, size_t binding)
{
	struct str url = http_site_url(x), rest;
	bool tls = str_starts(url, S("https:"));

	if (!http_site_route(http_site_here(), bindings[binding].path, &rest) || rest.len)
		return (struct str){ 0 };
	return str_format(x->arena, "%s%s%.*s%.*s", bindings[binding].scheme, tls ? "s" : "",
	    STR_ARG(str_slice(url, str_find(url, ':'), url.len)),
	    STR_ARG(bindings[binding].path));
}

/* The links, each through the format, which takes rel and href. Neither holds what XML or JSON
 * would have to escape: a host is letters, digits and a few signs. */
static struct str
links(struct http_exchange *x, const char *before, const char *between, const char *after,
    const char *separator)
{
	struct str out = S(""), href;

	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++)
		if ((href = link_to(x, i)).at)
			out = str_format(x->arena, "%.*s%s%s%.*s%s%.*s%s", STR_ARG(out),
			    out.len ? separator : "", before, STR_ARG(bindings[i].rel), between,
			    STR_ARG(href), after);
	return out;
}

static void
answer(struct http_exchange *x, struct str type, struct str text)
{
	http_add_header(x, S("Cache-Control"), S("max-age=300"));
	http_answer(x, 200, type, text);
}

static void
tell_in_xml(struct http_exchange *x)
{
	struct str l = links(x, "  <Link rel='", "' href='", "'/>\n", "");

	answer(x, S("application/xrd+xml; charset=utf-8"),
	    str_format(x->arena,
		"<?xml version='1.0' encoding='utf-8'?>\n"
		"<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n%.*s</XRD>\n",
		STR_ARG(l)));
}

static void
tell_in_json(struct http_exchange *x)
{
	struct str l = links(x, "{\"rel\":\"", "\",\"href\":\"", "\"}", ",");

	answer(
	    x, S("application/json"), str_format(x->arena, "{\"links\":[%.*s]}\n", STR_ARG(l)));
}

static const struct http_route routes[] = {
	{ S("/.well-known/host-meta"), HTTP_GET, .flags = HTTP_CORS, .run = tell_in_xml },
	{ S("/.well-known/host-meta.json"), HTTP_GET, .flags = HTTP_CORS, .run = tell_in_json },
};

const struct module mod_host_meta = {
	.name = "host_meta",
	.doc = "Tells browsers where to connect.",
	.specs = LIST(struct spec, { XEP, 156, "1.4.0", "complete" }),
	.routes = TABLE(routes),
};
