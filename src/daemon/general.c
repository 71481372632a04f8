/* SPDX-License-Identifier: MIT */
#include "daemon/general.h"

static const struct option table[] = {
	{ "data", STRING, FIELD(general, data), "/var/lib/jaseur", "1", "3000",
	    "Directory where everything is kept; /var/lib/jaseur when nothing is said." },
	{ "config", STRING, FIELD(general, config), "", NULL, "3000",
	    "Configuration file; jaseur.yaml in the data directory when nothing is said." },
	{ "host", STRINGS, FIELD(general, hosts), "", NULL, NULL,
	    "Domain to serve, besides those of the configuration file." },
	{ "set", STRINGS, FIELD(general, set), "", NULL, NULL,
	    "KEY=VALUE over the configuration file, such as c2s.max_stanza=1MiB." },
	{ "port_offset", U32, FIELD(general, port_offset), "0", NULL, "60000",
	    "Number to add to each of the usual ports." },
	{ "json", BOOL, FIELD(general, json), "no", NULL, NULL, "Answer in JSON." },
	{ "help", BOOL, FIELD(general, help), "no", NULL, NULL, "What the command does." },
};

const struct option_list general_options = { table, sizeof(table) / sizeof(table[0]) };

struct str
general_path(const struct general *g, struct arena *a, struct str name)
{
	if (str_starts(name, S("/")))
		return str_copy(a, name);
	return str_format(a, "%.*s/%.*s", STR_ARG(g->data), STR_ARG(name));
}

struct str
general_config_path(const struct general *g, struct arena *a)
{
	return g->config.at ? str_copy(a, g->config) : general_path(g, a, S("jaseur.yaml"));
}
