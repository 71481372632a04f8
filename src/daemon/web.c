/* SPDX-License-Identifier: MIT */
#include "daemon/web.h"

#include "daemon/health.h"
#include "daemon/rest.h"
#include "http/conf.h"
#include "modules/list.h"
#include "router/module.h"
#include "stream/routes.h"

static bool
is_at_some_host(const struct config *config, const struct module *m)
{
	size_t n;
	const struct config_host *hosts = config_hosts(config, &n);

	for (size_t i = 0; i < n; i++)
		if (config_module(config, hosts[i].name, str_from_c(m->name)))
			return true;
	return false;
}

/* Where clients reach https: at the first listener for it; 0 when there is none. */
static uint16_t
https_port(const struct config *config)
{
	size_t n;
	const struct config_listener *l = config_listeners(config, &n);

	for (size_t i = 0; i < n; i++)
		if (l[i].serve & LISTEN_HTTP && l[i].tls != LISTEN_NO_TLS)
			return (uint16_t)l[i].port;
	return 0;
}

enum status
web_site(
    const struct config *config, struct arena *a, struct str *reason, struct http_site **out)
{
	struct http_routes *lists = arena_alloc(a, (modules_all.count + 2) * sizeof(*lists));
	size_t n = 0;

	lists[n++] = health_routes;
	lists[n++] = rest_routes;
	lists[n++] = stream_routes;

	for (size_t i = 0; i < modules_all.count; i++) {
		const struct module *m = modules_all.at[i];

		if (m->routes.count && is_at_some_host(config, m))
			lists[n++] = (struct http_routes){ m->routes.at, m->routes.count };
	}
	return http_site_new(config_section(config, http_section.name), lists, n,
	    https_port(config), a, reason, out);
}
