/* SPDX-License-Identifier: MIT
 *
 * Between the files that turn a tree into a configuration: what all of them read with
 * (config_options.c), the hosts with their modules (config_hosts.c), components
 * (config_components.c), the listeners (config_listen.c). Whatever is wrong is added to the
 * problems, and reading goes on.
 */
#ifndef DAEMON_CONFIG_READING_H
#define DAEMON_CONFIG_READING_H

#include "base/nearest.h"
#include "daemon/config.h"

#include <stdatomic.h>

struct config {
	atomic_uint refs;
	struct arena arena;
	const struct config_schema *schema;
	void **section; /* conf, by place in the schema */
	struct config_host *hosts;
	size_t n_hosts;
	struct component_conf *components;
	size_t n_components;
	struct config_listener *listeners;
	size_t n_listeners;
};

struct config_reading {
	struct config *config;
	const struct config_schema *schema;
	struct config_problems *problems;
	struct arena *arena; /* the configuration's; what is needed while reading goes to the
			      * arena of the problems */
};

/* --- config_options.c ------------------------------------------------------------------- */

bool config_is_map(struct config_reading *r, const struct config_node *n, const char *what);

/* The value of one option, which may be a list. */
void config_read_option(
    struct config_reading *r, const struct option *o, const struct config_node *n, void *conf);

/* A map of options. A key that is neither in a table nor the word `passed` is reported. */
struct config_table {
	struct option_list options;
	void *conf;
};
void config_read_options(struct config_reading *r, const struct config_node *map,
    const struct config_table *tables, size_t n, const char *passed);

/* Reports the key, with the nearest word that was offered. */
void config_unknown_key(
    struct config_reading *r, const struct config_node *n, const struct nearest *near);
void config_offer_options(struct nearest *near, struct option_list l);

/* --- config_hosts.c --------------------------------------------------------------------- */

/* Place of the module in the schema, n_modules when there is none. */
size_t config_module_place(const struct config_schema *schema, struct str name);

/* The keys "hosts" and "modules" of the root. */
void config_read_hosts(struct config_reading *r, const struct config_node *root);

/* `--host NAME`: served with the settings of the file, or the usual ones. */
MUST_CHECK enum status config_add_host(
    struct arena *a, struct config_node *root, struct str name, struct config_problems *p);

/* --- config_components.c ---------------------------------------------------------------- */

/* After the hosts. */
void config_read_components(struct config_reading *r, const struct config_node *map);

/* --- config_listen.c -------------------------------------------------------------------- */

void config_read_listeners(struct config_reading *r, const struct config_node *list);

/* The usual listeners as if the file had them, so that `--set listen.c2s...` finds them. */
MUST_CHECK enum status config_add_usual_listeners(
    struct arena *a, struct config_node *root, uint32_t port_offset, struct config_problems *p);

#endif
