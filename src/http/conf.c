/* SPDX-License-Identifier: MIT */
#include "http/conf.h"

#include <stdatomic.h>

#include "http/inside.h"
#include "http/target.h"

const struct section http_section = {
	.name = "http",
	.doc = "The web site, and what else is reached over HTTP.",
	.conf_size = sizeof(struct http_conf),
	.options = LIST(struct option,
	    { "public_url", STRING, FIELD(http_conf, public_url), "", NULL, "256",
		"How the site is reached from outside, such as https://chat.example.org; what "
		"each request says when nothing is said. Needed behind a proxy that hides "
		"it." },
	    { "require_tls", BOOL, FIELD(http_conf, require_tls), "yes", NULL, NULL,
		"Requests without TLS are sent to https, except for what is harmless (health, "
		"discovery)." },
	    { "trusted_proxies", STRINGS, FIELD(http_conf, trusted_proxies), "", NULL, "256",
		"Addresses and networks of the proxies in front of the server, whose "
		"X-Forwarded-For, -Proto and -Host are believed." },
	    { "metrics", STRINGS, FIELD(http_conf, metrics_from), "127.0.0.0/8, ::1", NULL,
		"256", "Addresses and networks that may read /metrics." },
	    { "hsts", TIME, FIELD(http_conf, hsts_ms), "off", "1m", "731d",
		"How long browsers shall use nothing but https for the site "
		"(Strict-Transport-Security).",
		.words = "off" },
	    { "head_timeout", TIME, FIELD(http_conf, head_ms), "10s", "1s", "5m",
		"How long the head of a request may take." },
	    { "body_timeout", TIME, FIELD(http_conf, body_ms), "20s", "1s", "5m",
		"How long the next 4 KiB of a request's body may take." },
	    { "idle_timeout", TIME, FIELD(http_conf, idle_ms), "60s", "1s", "1h",
		"How long a connection may wait for its next request." },
	    { "head_max", SIZE, FIELD(http_conf, head_bytes), "16KiB", "4KiB", "64KiB",
		"The head of a request." }),
};

/* A site is looked at by its workers and counted by them. */
struct site {
	struct http_site site; /* first */
	atomic_uint refs;
	struct arena arena;
};

static _Thread_local struct http_site *now;

/* --- making ------------------------------------------------------------------------------ */

static enum status
read_networks(struct arena *own, struct str_list texts, struct network **out, struct arena *a,
    struct str *reason)
{
	struct network *networks = arena_alloc(own, texts.count * sizeof(*networks));

	for (size_t i = 0; i < texts.count; i++) {
		if (network_parse(texts.at[i], &networks[i]) != OK) {
			*reason = str_format(a,
			    "http: \"%.*s\" is not a network, such as 192.0.2.0/24 or "
			    "2001:db8::/32",
			    STR_ARG(texts.at[i]));
			return E_INVALID;
		}
	}
	*out = networks;
	return OK;
}

/* "https://name[:port]", in lower case and without a slash behind. */
static enum status
read_url(
    struct arena *own, struct str url, struct str *out, struct arena *a, struct str *reason)
{
	struct str scheme = str_starts(url, S("http://")) ? S("http://") : S("https://");
	struct str host, authority = str_slice(url, scheme.len, url.len);

	if (!url.at)
		return OK;
	if (str_ends(authority, S("/")))
		authority.len--;
	if (!str_starts(url, scheme) ||
	    http_authority_parse(own, authority, &host, &authority) != OK) {
		*reason = str_format(a,
		    "http: public_url: \"%.*s\" is not like https://chat.example.org",
		    STR_ARG(url));
		return E_INVALID;
	}
	*out = str_format(own, "%.*s%.*s", STR_ARG(scheme), STR_ARG(authority));
	return OK;
}

static void
gather_routes(struct site *s, const struct http_routes *lists, size_t n)
{
	struct http_site *site = &s->site;

	for (size_t i = 0; i < n; i++)
		site->n_routes += lists[i].count;
	site->routes = arena_alloc(&s->arena, site->n_routes * sizeof(*site->routes));
	site->n_routes = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lists[i].count; k++)
			site->routes[site->n_routes++] = lists[i].at[k];
}

enum status
http_site_new(const struct http_conf *conf, const struct http_routes *lists, size_t n,
    uint16_t https_port, struct arena *a, struct str *reason, struct http_site **out)
{
	struct site *s = mem_zalloc(sizeof(*s));
	struct http_site *site = &s->site;
	enum status st;

	arena_init(&s->arena, 4096);
	atomic_init(&s->refs, 1);
	site->conf = *conf;
	site->conf.trusted_proxies.at = site->conf.metrics_from.at = NULL;
	site->https_port = https_port;
	if ((st = read_networks(&s->arena, conf->trusted_proxies, &site->proxies, a, reason)) !=
		OK ||
	    (st = read_networks(&s->arena, conf->metrics_from, &site->watchers, a, reason)) !=
		OK ||
	    (st = read_url(&s->arena, conf->public_url, &site->conf.public_url, a, reason)) !=
		OK) {
		http_site_free(&site);
		return st;
	}
	gather_routes(s, lists, n);
	site->fixed = S("X-Content-Type-Options: nosniff\r\n"
			"Referrer-Policy: no-referrer\r\n"
			"Permissions-Policy: geolocation=(), payment=(), usb=()\r\n");
	if (conf->hsts_ms)
		site->hsts =
		    str_format(&s->arena, "Strict-Transport-Security: max-age=%lld\r\n",
			(long long)conf->hsts_ms / 1000);
	*out = site;
	return OK;
}

/* --- life --------------------------------------------------------------------------------- */

void
http_site_free(struct http_site **site)
{
	struct site *s = (struct site *)TAKE(*site);

	if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
		return;
	arena_fini(&s->arena);
	free(s);
}

static void
use(const void *letter)
{
	http_site_free(&now);
	now = *(struct http_site *const *)letter;
}

void
http_site_publish(struct http_site *site)
{
	struct site *s = (struct site *)site;

	for (unsigned w = 0; w < workers_count(); w++) {
		atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
		worker_post(w, use, &site, sizeof(struct http_site *));
	}
	http_site_free(&site);
}

void
http_start(void)
{
	http_metering_begin();
}

void
http_leave_worker(void)
{
	http_site_free(&now);
	exchanges_forget();
}

const struct http_site *
http_site_here(void)
{
	assert(now);
	return now;
}

/* --- routes ------------------------------------------------------------------------------- */

const struct http_route *
http_site_route(const struct http_site *site, struct str path, struct str *rest)
{
	const struct http_route *best = NULL;

	for (size_t i = 0; i < site->n_routes; i++) {
		const struct http_route *r = &site->routes[i];

		if ((best && best->path.len >= r->path.len) || !str_starts(path, r->path))
			continue;
		if (path.len == r->path.len || (r->path.len > 1 && str_ends(r->path, S("/"))))
			best = r;
	}
	if (best)
		*rest = str_slice(path, best->path.len, path.len);
	return best;
}
