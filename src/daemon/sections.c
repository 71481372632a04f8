/* SPDX-License-Identifier: MIT */
#include "daemon/sections.h"

#include "daemon/api_section.h"
#include "daemon/log_section.h"
#include "http/client/conf.h"
#include "http/conf.h"
#include "media/settings.h"
#include "modules/list.h"
#include "router/module.h"
#include "stream/conf.h"
#include "transport/conf.h"
#include "transport/tls.h"

static const struct section server_section = {
	.name = "",
	.doc = "",
	.conf_size = sizeof(struct server_conf),
	.options = LIST(struct option,
	    { "workers", U32, FIELD(server_conf, workers), "auto", "1", "64",
		"Threads that serve clients; auto: one for each processor.", .words = "auto" },
	    { "user", STRING, FIELD(server_conf, user), "", NULL, "32",
		"Account of the system to become when started as root." },
	    { "drain", TIME, FIELD(server_conf, drain_ms), "5s", "0s", "5m",
		"How long a stopping server waits for clients to take their leave." }),
};

static const struct section store_section = {
	.name = "store",
	.doc = "Where accounts, rosters and messages are kept.",
	.conf_size = sizeof(struct store_section_conf),
	.options = LIST(struct option,
	    { "backend", CHOICE, FIELD(store_section_conf, backend), "sqlite", NULL, NULL,
		"sqlite: files in a directory; memory: nothing outlives the server, for tests.",
		.words = "sqlite memory" },
	    { "path", STRING, FIELD(store_section_conf, path), "store", "1", NULL,
		"Directory of the files, relative to the data directory." },
	    { "blobs", STRING, FIELD(store_section_conf, blobs), "blobs", "1", NULL,
		"Directory of uploaded files, relative to the data directory. Nothing else may "
		"be in it: with the back end memory it is emptied." },
	    { "readers", U32, FIELD(store_section_conf, readers), "2", "1", "16",
		"Threads that read." },
	    { "group", U32, FIELD(store_section_conf, group_max), "1024", "1", "65536",
		"Changes that may share one write to the disk." },
	    { "sync", BOOL, FIELD(store_section_conf, sync), "yes", NULL, NULL,
		"Nothing is acknowledged before the disk has it. Without, a power failure "
		"may take back what clients were told." }),
};

static const struct section *const sections[] = {
	&server_section,
	&tls_section,
	&transport_section,
	&stream_section,
	&http_section,
	&api_section,
	&websocket_section,
	&bosh_section,
	&http_client_section,
	&turn_section,
	&store_section,
	&log_section,
};

/* The modules' tables as the configuration wants them; filled once. */
static struct config_module modules[MODULES_MAX];

const struct config_schema *
sections_schema(void)
{
	static struct config_schema schema = {
		.sections = sections,
		.n_sections = sizeof(sections) / sizeof(sections[0]),
		.modules = modules,
	};

	schema.n_modules = modules_all.count;
	for (size_t i = 0; i < modules_all.count; i++) {
		const struct module *m = modules_all.at[i];

		modules[i] = (struct config_module){
			.section = { m->name, m->doc, m->conf_size, m->options, m->check },
			.is_off = m->off_by_default,
		};
	}
	return &schema;
}
