/* SPDX-License-Identifier: MIT */
#include <sched.h>

#include "daemon/core.h"

#include "base/limits.h"
#include "daemon/access.h"
#include "daemon/admin_commands.h"
#include "daemon/sections.h"
#include "daemon/setup.h"
#include "http/client/client.h"
#include "http/client/conf.h"
#include "http/conf.h"
#include "loop/helper.h"
#include "loop/worker.h"
#include "modules/list.h"
#include "router/router.h"
#include "storage/store.h"
#include "stream/stream.h"

static unsigned
processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (unsigned)n;
}

static enum status
open_store(struct core *core, const struct config *config, struct str data, struct arena *a,
    struct str *reason)
{
	const struct store_section_conf *section = config_section(config, "store");
	struct store_conf conf = {
		.backend = section->backend == STORE_IN_MEMORY ? S("memory") : S("sqlite"),
		.path = section->path,
		.readers = section->readers,
		.group_max = section->group_max,
		.blobs = section->blobs,
		.sync = section->sync,
	};

	if (!str_starts(conf.path, S("/")))
		conf.path = str_format(a, "%.*s/%.*s", STR_ARG(data), STR_ARG(conf.path));
	if (!str_starts(conf.blobs, S("/")))
		conf.blobs = str_format(a, "%.*s/%.*s", STR_ARG(data), STR_ARG(conf.blobs));
	return store_open(&conf, a, reason, &core->store);
}

enum status
core_prepare(struct core *core, struct config *config, struct str data, uint32_t workers,
    struct tls_context *tls, struct arena *a, struct str *reason)
{
	const struct server_conf *conf = config_section(config, "");
	unsigned n = workers ? workers : conf->workers ? conf->workers : processors();
	struct hosts *hosts;
	enum status s;

	*reason = S("threads cannot be started");
	if ((s = workers_init(n)) != OK || (s = helpers_start(n, HELPER_JOBS_MAX)) != OK)
		return s;
	if ((s = open_store(core, config, data, a, reason)) != OK)
		return s;
	if ((s = setup_hosts(config, data, tls, a, reason, &hosts)) != OK)
		return s;
	*reason = S("a module cannot start");
	streams_start();
	if ((s = router_start(modules_all, core->store, hosts)) != OK)
		return s;
	admin_commands_register();
	return access_start();
}

enum status
core_run(struct core *core)
{
	(void)core;
	return workers_start();
}

/* On each worker, behind its last letter. */
static void
leave_worker(void)
{
	access_leave_worker();
	router_leave_worker();
	http_client_leave_worker();
	http_leave_worker();
}

void
core_stop(struct core *core)
{
	helpers_stop();
	if (core->store)
		store_stop(core->store);
	workers_stop(leave_worker); /* the last letters may still ask the store */
	store_close(&core->store);
	router_stop();
	http_client_use(NULL);
	workers_fini();
}
