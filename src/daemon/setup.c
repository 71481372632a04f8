/* SPDX-License-Identifier: MIT */
#include "daemon/setup.h"

/* What a snapshot keeps alive. */
struct kept_setup {
	struct config *config;
	struct tls_context *tls;
};

static void
on_gone(void *owner)
{
	struct kept_setup *kept = owner;

	config_unref(&kept->config);
	tls_context_unref(&kept->tls);
	free(kept);
}

struct hosts *
setup_hosts(struct config *c, struct tls_context *tls)
{
	struct kept_setup *kept = mem_alloc(sizeof(*kept));
	struct hosts_spec spec = {
		.streams = config_section(c, "c2s"),
		.tls = tls,
		.on_gone = on_gone,
		.owner = kept,
	};
	const struct config_host *configured = config_hosts(c, &spec.n);
	struct host *host = mem_alloc(spec.n * sizeof(*host));
	struct hosts *h;

	kept->config = config_ref(c);
	kept->tls = tls ? tls_context_ref(tls) : NULL;
	for (size_t i = 0; i < spec.n; i++)
		host[i] = (struct host){ configured[i].name, configured[i].modules };
	spec.host = host;
	h = hosts_new(&spec);
	free(host);
	return h;
}
