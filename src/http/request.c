/* SPDX-License-Identifier: MIT
 *
 * From the head of a request to its route: who asks, over what, whom, for what, and what is
 * answered before a route is asked.
 */
#include "http/inside.h"
#include "http/target.h"

/* --- who asks -------------------------------------------------------------------------- */

static bool
is_in(const struct network *networks, size_t n, const struct address *a)
{
	for (size_t i = 0; i < n; i++)
		if (network_has(&networks[i], a))
			return true;
	return false;
}

bool
http_is_watcher(const struct http_exchange *x)
{
	const struct http_site *site = http_site_here();
	struct address a;

	return address_parse(x->address, &a) == OK &&
	       is_in(site->watchers, site->conf.metrics_from.count, &a);
}

static bool
is_proxy(struct str text)
{
	const struct http_site *site = http_site_here();
	struct address a;

	return address_parse(text, &a) == OK &&
	       is_in(site->proxies, site->conf.trusted_proxies.count, &a);
}

/* What stands behind the last comma, which *list loses. */
static struct str
take_last(struct str *list)
{
	size_t at = list->len;
	struct str last;

	while (at > 0 && list->at[at - 1] != ',')
		at--;
	last = str_trim(str_slice(*list, at, list->len));
	*list = str_slice(*list, 0, at ? at - 1 : 0);
	return last;
}

/* The last address that no trusted proxy has: it was written by one of them; what stands in
 * front of it, anybody may have written. */
static struct str
forwarded_for(struct str list, struct str nearest)
{
	struct address a;

	while (list.len) {
		struct str one = take_last(&list);

		if (address_parse(one, &a) != OK)
			break;
		nearest = one;
		if (!is_proxy(one))
			break;
	}
	return nearest;
}

static void
believe_proxy(struct exchange *e)
{
	struct http_exchange *x = &e->x;
	struct str proto = http_header(x, S("x-forwarded-proto"));
	struct str host = http_header(x, S("x-forwarded-host"));

	x->address = forwarded_for(http_header(x, S("x-forwarded-for")), x->address);
	if (proto.at)
		x->secure = str_eq_nocase(take_last(&proto), S("https"));
	if (host.at)
		e->head.host = take_last(&host);
}

/* --- whom, for what --------------------------------------------------------------------- */

static unsigned
read_target(struct exchange *e)
{
	struct http_target t;
	struct http_exchange *x = &e->x;

	if (http_target_parse(&e->arena, e->head.target, &t) != OK)
		return 400;
	if (str_eq(t.path, S("*")) && e->head.method != HTTP_OPTIONS)
		return 400;
	if (t.authority.at)
		e->head.host = t.authority;
	if (e->head.host.at &&
	    http_authority_parse(&e->arena, e->head.host, &x->host, &x->authority) != OK)
		return 400;
	x->path = t.path;
	x->query = t.query;
	return 0;
}

unsigned
request_read(struct exchange *e, struct str head)
{
	struct http_exchange *x = &e->x;
	struct conn *c = e->connection->conn;
	unsigned refused;

	if ((refused = http_head_parse(&e->arena, head, &e->head)))
		return refused;
	x->method = e->head.method;
	x->local = e->connection->is_local;
	x->uid = e->connection->uid;
	x->address = x->local ? S("local") : str_copy(&e->arena, conn_address(c));
	x->secure = x->local || conn_is_secure(c);
	if (!x->local && http_site_here()->conf.trusted_proxies.count && is_proxy(x->address))
		believe_proxy(e);
	if ((refused = read_target(e)))
		return refused;
	x->body_bytes = e->head.is_chunked ? UINT64_MAX : e->head.length;
	e->keep_alive = e->head.keep_alive;
	e->body_here = x->body_bytes == 0;
	e->go_on_due = e->head.asks_to_go_on && !e->body_here;
	x->route = http_site_route(http_site_here(), x->path, &x->rest);
	return 0;
}

/* --- what needs no route ------------------------------------------------------------------ */

static unsigned
allowed_methods(const struct http_route *r)
{
	return r->methods | (r->methods & HTTP_GET ? HTTP_HEAD : 0U) | HTTP_OPTIONS;
}

static struct str
method_list(unsigned methods, struct arena *a)
{
	struct str list = S("");

	for (unsigned m = HTTP_GET; m <= HTTP_PATCH; m *= 2)
		if (methods & m)
			list = str_format(a, "%.*s%s%.*s", STR_ARG(list), list.len ? ", " : "",
			    STR_ARG(http_method_name((enum http_method)m)));
	return list;
}

/* OPTIONS: what may be asked for, by whom (the CORS protocol of the Fetch standard). */
static void
tell_options(struct exchange *e)
{
	struct http_exchange *x = &e->x;
	unsigned methods = x->route ? allowed_methods(x->route) : HTTP_OPTIONS;
	struct str list = method_list(methods, &e->arena);

	http_add_header(x, S("Allow"), list);
	if (x->route && x->route->flags & HTTP_CORS &&
	    http_header(x, S("access-control-request-method")).at) {
		http_add_header(x, S("Access-Control-Allow-Methods"), list);
		http_add_header(x, S("Access-Control-Allow-Headers"),
		    S("Authorization, Content-Type, Cookie, Expires, If-Match, If-None-Match, "
		      "Range"));
		http_add_header(x, S("Access-Control-Max-Age"), S("86400"));
	}
	http_answer(x, 204, (struct str){ 0 }, S(""));
}

/* Without TLS: to where it is. A request with a body has said everything already. */
static void
send_to_https(struct exchange *e)
{
	const struct http_site *site = http_site_here();
	struct http_exchange *x = &e->x;
	struct str url = site->conf.public_url;

	if (x->method != HTTP_GET && x->method != HTTP_HEAD) {
		http_refuse(x, 403, S("This needs https."));
		return;
	}
	if (!url.at || str_starts(url, S("http://"))) {
		url = str_format(&e->arena, "https://%.*s", STR_ARG(x->host));
		if (site->https_port && site->https_port != 443)
			url = str_format(&e->arena, "%.*s:%u", STR_ARG(url), site->https_port);
	}
	http_redirect(
	    x, 308, str_format(&e->arena, "%.*s%.*s", STR_ARG(url), STR_ARG(e->head.target)));
}

/* 411, 413 or 0. */
static unsigned
judge_body(const struct exchange *e)
{
	const struct http_route *r = e->x.route;
	bool announced = e->head.has_length || e->head.is_chunked;
	uint64_t bytes = e->x.body_bytes;

	if (r->on_body && exchange_brings_content(e))
		return !announced                                                  ? 411
		       : r->body_max && bytes != UINT64_MAX && bytes > r->body_max ? 413
										   : 0;
	if (bytes == UINT64_MAX)
		return r->body_max ? 0 : 413;
	return bytes > r->body_max ? 413 : 0;
}

bool
request_is_settled(struct exchange *e)
{
	struct http_exchange *x = &e->x;
	unsigned refused;

	if (!x->route && x->method == HTTP_OPTIONS && str_eq(x->path, S("*"))) {
		tell_options(e);
	} else if (!x->route) {
		http_refuse(x, 404, (struct str){ 0 });
	} else if (!x->secure && http_site_here()->conf.require_tls &&
		   !(x->route->flags & HTTP_PLAIN)) {
		send_to_https(e);
	} else if (x->method == HTTP_OPTIONS) {
		tell_options(e);
	} else if (!(allowed_methods(x->route) & x->method)) {
		http_add_header(
		    x, S("Allow"), method_list(allowed_methods(x->route), &e->arena));
		http_refuse(x, 405, (struct str){ 0 });
	} else if ((refused = judge_body(e))) {
		http_refuse(x, refused, (struct str){ 0 });
	} else {
		return false;
	}
	return true;
}
