/* SPDX-License-Identifier: MIT */
#include "daemon/setup.h"

#include "daemon/access.h"
#include "daemon/audit.h"
#include "daemon/login_keys.h"
#include "modules/list.h"
#include "router/service.h"
#include "stream/conf.h"

/* What a snapshot keeps alive. */
struct kept_setup {
	struct config *config;
	struct tls_context *tls;
	const struct jwt_keys **login_keys; /* of each host */
	size_t n;
	struct arena arena;
	struct str data;
};

static void
on_gone(void *owner)
{
	struct kept_setup *kept = owner;

	for (size_t i = 0; i < kept->n; i++)
		jwt_keys_free(&kept->login_keys[i]);
	config_unref(&kept->config);
	tls_context_unref(&kept->tls);
	arena_fini(&kept->arena);
	free(kept);
}

enum status
setup_hosts(struct config *c, struct str data, struct tls_context *tls, struct arena *a,
    struct str *reason, struct hosts **out)
{
	struct kept_setup *kept = mem_zalloc(sizeof(*kept));
	struct hosts_spec spec = {
		.streams = config_section(c, stream_section.name),
		.websocket = config_section(c, websocket_section.name),
		.bosh = config_section(c, bosh_section.name),
		.tls = tls,
		.on_gone = on_gone,
		.owner = kept,
	};
	const struct config_host *configured = config_hosts(c, &spec.n);
	const struct api_conf *api;
	struct host *host;
	enum status s = OK;

	spec.component = config_components(c, &spec.n_components);
	arena_init(&kept->arena, 1024);
	kept->config = config_ref(c);
	kept->tls = tls ? tls_context_ref(tls) : NULL;
	kept->data = str_copy(&kept->arena, data);
	kept->login_keys = arena_zalloc(&kept->arena, spec.n * sizeof(*kept->login_keys));
	host = arena_zalloc(&kept->arena, spec.n * sizeof(*host));
	for (size_t i = 0; s == OK && i < spec.n; i++) {
		s = login_keys_read(
		    c, configured[i].name, data, a, reason, &kept->login_keys[i]);
		kept->n = i + 1;
		host[i] = (struct host){ configured[i].name, configured[i].modules,
			kept->login_keys[i] };
	}
	spec.host = host;
	if (s == OK && (s = services_of_hosts(&spec, modules_all, &kept->arena, reason)) != OK)
		*reason = str_copy(a, *reason);
	if (s != OK) {
		on_gone(kept);
		return s;
	}
	api = config_section(c, api_section.name);
	audit_keep_for(api->audit_ms);
	access_configure(api);
	*out = hosts_new(&spec);
	return OK;
}

/* --- on a worker -------------------------------------------------------------------------- */

struct config *
setup_config(void)
{
	return ((struct kept_setup *)hosts_owner())->config;
}

const struct api_conf *
setup_api(void)
{
	return config_section(setup_config(), api_section.name);
}

struct str
setup_data(void)
{
	return ((struct kept_setup *)hosts_owner())->data;
}
