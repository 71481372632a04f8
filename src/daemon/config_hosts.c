/* SPDX-License-Identifier: MIT
 *
 * "hosts" and "modules": which domains are served, which modules run at each of them and
 * with which conf. Hosts that say nothing of their own share the conf of a module.
 */
#include "daemon/config_reading.h"
#include "xmpp/jid.h"

struct enabling {
	bool enabled;
};

static const struct option enabling_table[] = {
	{ "enabled", BOOL, FIELD(enabling, enabled), NULL, NULL, NULL, "Whether it is used." },
};

static const struct option_list enabling_options = { enabling_table, 1 };

const struct section config_host_section = {
	.name = "hosts",
	.doc = "The domains that are served. A list of names, or a map when there is more to "
	       "say about one.",
	.conf_size = sizeof(struct config_host),
	.options = LIST(struct option,
	    { "certificate", STRING, FIELD(config_host, certificate), NULL, NULL, NULL,
		"PEM file with the certificate and its chain; relative to the data directory. "
		"Without it a self-signed one is made." },
	    { "key", STRING, FIELD(config_host, key), NULL, NULL, NULL,
		"PEM file with the private key; relative to the data directory." }),
};

/* --- modules ---------------------------------------------------------------------------- */

/* One per module while reading; shared by all hosts that say nothing else. */
struct module_setting {
	void *conf;
	bool enabled;
};

static void
preset_modules(struct config_reading *r, struct module_setting *settings)
{
	for (size_t i = 0; i < r->schema->n_modules; i++) {
		const struct config_module *m = &r->schema->modules[i];

		settings[i].enabled = !m->is_off;
		/* One byte at least: enabled modules without options have a conf, too. */
		settings[i].conf = arena_zalloc(r->arena, m->section.conf_size + 1);
		option_preset(m->section.options, settings[i].conf, r->arena);
	}
}

size_t
config_module_place(const struct config_schema *schema, struct str name)
{
	size_t i = 0;

	while (
	    i < schema->n_modules && !str_eq(str_from_c(schema->modules[i].section.name), name))
		i++;
	return i;
}

static void
unknown_module(struct config_reading *r, const struct config_node *n)
{
	struct nearest near = nearest_to(n->key);

	for (size_t i = 0; i < r->schema->n_modules; i++)
		nearest_offer(&near, str_from_c(r->schema->modules[i].section.name));
	if (near.best.len)
		config_problem(r->problems, n->key_place,
		    "there is no module \"%.*s\"; did you mean \"%.*s\"?", STR_ARG(n->key),
		    STR_ARG(near.best));
	else
		config_problem(
		    r->problems, n->key_place, "there is no module \"%.*s\"", STR_ARG(n->key));
}

/* "modules: { NAME: { enabled: yes, ... } }" over the settings, which are the caller's own;
 * a conf is copied before it is changed when `copy` says so. */
static void
read_modules(struct config_reading *r, const struct config_node *map,
    struct module_setting *settings, bool copy)
{
	if (!config_is_map(r, map, "modules"))
		return;
	for (const struct config_node *n = map->first; n; n = n->next) {
		size_t i = config_module_place(r->schema, n->key);
		const struct section *s;
		struct enabling enabling;
		size_t before = r->problems->count;
		struct str reason;

		if (i == r->schema->n_modules) {
			unknown_module(r, n);
			continue;
		}
		if (!config_is_map(r, n, "a module"))
			continue;
		s = &r->schema->modules[i].section;
		if (copy)
			settings[i].conf = memcpy(arena_zalloc(r->arena, s->conf_size + 1),
			    settings[i].conf, s->conf_size);
		enabling.enabled = settings[i].enabled;
		config_read_options(r, n,
		    (struct config_table[]){
			{ s->options, settings[i].conf }, { enabling_options, &enabling } },
		    2, NULL);
		settings[i].enabled = enabling.enabled;
		if (s->check && r->problems->count == before &&
		    s->check(settings[i].conf, r->problems->arena, &reason) != OK)
			config_problem(
			    r->problems, n->key_place, "%s: %.*s", s->name, STR_ARG(reason));
	}
}

/* --- hosts ------------------------------------------------------------------------------ */

static void
read_host(struct config_reading *r, struct str name, struct config_place place,
    const struct config_node *n, const struct module_setting *settings)
{
	struct config_host *h = &r->config->hosts[r->config->n_hosts];
	size_t n_modules = r->schema->n_modules;
	struct module_setting *own = arena_alloc(r->problems->arena, n_modules * sizeof(*own));
	const void **modules = arena_zalloc(r->arena, n_modules * sizeof(*modules));
	const struct config_node *its_modules;

	if (jid_prep_domain(r->arena, name, &h->name) != OK) {
		config_problem(
		    r->problems, place, "\"%.*s\" is not a domain name", STR_ARG(name));
		return;
	}
	if (config_host(r->config, h->name)) {
		config_problem(
		    r->problems, place, "the host \"%.*s\" is here twice", STR_ARG(h->name));
		return;
	}
	r->config->n_hosts++;
	for (size_t i = 0; i < n_modules; i++)
		own[i] = settings[i];
	if (n && config_is_map(r, n, "a host")) {
		config_read_options(r, n,
		    &(struct config_table){ config_host_section.options, h }, 1, "modules");
		if ((its_modules = config_node_find(n, S("modules"))))
			read_modules(r, its_modules, own, true);
		if (!h->certificate.at != !h->key.at)
			config_problem(r->problems, place,
			    "\"certificate\" and \"key\" are needed together");
	}
	for (size_t i = 0; i < n_modules; i++)
		modules[i] = own[i].enabled ? own[i].conf : NULL;
	h->modules = modules;
}

static void
read_hosts(struct config_reading *r, const struct config_node *root,
    const struct module_setting *settings)
{
	const struct config_node *hosts = config_node_find(root, S("hosts"));
	const struct config_node *item = hosts ? hosts->first : NULL;
	size_t most = hosts ? hosts->count + 1 : 0;

	r->config->hosts = arena_zalloc(r->arena, most * sizeof(*r->config->hosts));
	if (hosts && hosts->kind == CONFIG_TEXT && !config_node_is_blank(hosts)) {
		read_host(r, hosts->text, hosts->place, NULL, settings);
		return;
	}
	if (!item)
		config_problem(r->problems, hosts ? hosts->key_place : root->place,
		    "\"hosts\" must name at least one domain, such as \"hosts: "
		    "[example.org]\"");
	for (; item; item = item->next) {
		if (hosts->kind == CONFIG_MAP)
			read_host(r, item->key, item->key_place, item, settings);
		else if (item->kind == CONFIG_TEXT)
			read_host(r, item->text, item->place, NULL, settings);
		else
			config_problem(r->problems, item->place,
			    "a list of hosts holds names only; write \"%s\" instead",
			    "NAME: { ... }");
	}
}

void
config_read_hosts(struct config_reading *r, const struct config_node *root)
{
	const struct config_node *modules = config_node_find(root, S("modules"));
	struct module_setting *settings =
	    arena_alloc(r->problems->arena, r->schema->n_modules * sizeof(*settings));

	preset_modules(r, settings);
	if (modules)
		read_modules(r, modules, settings, false);
	read_hosts(r, root, settings);
}

/* --- a host from the command line ------------------------------------------------------- */

enum status
config_add_host(
    struct arena *a, struct config_node *root, struct str name, struct config_problems *p)
{
	const struct config_node *hosts = config_node_find(root, S("hosts"));
	struct str domain, known;

	if (jid_prep_domain(a, name, &domain) != OK) {
		config_problem(p, (struct config_place){ .source = S("--host") },
		    "\"%.*s\" is not a domain name", STR_ARG(name));
		return E_INVALID;
	}
	if (hosts && hosts->kind == CONFIG_TEXT && !config_node_is_blank(hosts) &&
	    jid_prep_domain(a, hosts->text, &known) == OK && str_eq(domain, known))
		return OK;
	for (const struct config_node *n = hosts ? hosts->first : NULL; n; n = n->next)
		if (jid_prep_domain(a, hosts->kind == CONFIG_MAP ? n->key : n->text, &known) ==
			OK &&
		    str_eq(domain, known))
			return OK;
	return config_tree_set(a, root, str_format(a, "hosts.\"%.*s\"={}", STR_ARG(domain)), p);
}
