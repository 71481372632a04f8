/* SPDX-License-Identifier: MIT
 *
 * "components": programs that speak for a domain of their own.
 */
#include "base/limits.h"
#include "daemon/config_reading.h"
#include "xmpp/jid.h"

static bool
is_here(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->n_components; i++)
		if (str_eq(c->components[i].name, name))
			return true;
	return config_host(c, name) != NULL;
}

/* Hosts that an option names, as they are called themselves. */
static void
check_hosts(struct config_reading *r, const struct config_node *n, struct str_list *hosts)
{
	struct str *names = arena_alloc(r->arena, hosts->count * sizeof(*names));

	for (size_t i = 0; i < hosts->count; i++) {
		names[i] = hosts->at[i];
		if (!str_eq(names[i], S("*")) &&
		    (jid_prep_domain(r->arena, names[i], &names[i]) != OK ||
			!config_host(r->config, names[i])))
			config_problem(r->problems, n->key_place,
			    "\"%.*s\" is not one of the hosts", STR_ARG(names[i]));
	}
	hosts->at = names;
}

static void
read_component(struct config_reading *r, const struct config_node *n)
{
	struct component_conf *component = &r->config->components[r->config->n_components];
	struct str name, reason;

	if (jid_prep_domain(r->arena, n->key, &name) != OK) {
		config_problem(r->problems, n->key_place, "\"%.*s\" is not a domain name",
		    STR_ARG(n->key));
		return;
	}
	if (is_here(r->config, name)) {
		config_problem(r->problems, n->key_place, "the domain \"%.*s\" is here twice",
		    STR_ARG(name));
		return;
	}
	if (!config_is_map(r, n, "a component"))
		return;
	option_preset(component_section.options, component, r->arena);
	config_read_options(
	    r, n, &(struct config_table){ component_section.options, component }, 1, NULL);
	if (!component->secret.len)
		config_problem(r->problems, n->key_place, "a component needs a \"secret\"");
	if (component_section.check(component, r->problems->arena, &reason) != OK)
		config_problem(r->problems, n->key_place, "%.*s", STR_ARG(reason));
	check_hosts(r, n, &component->hosts);
	check_hosts(r, n, &component->powers_at);
	component->name = name;
	r->config->n_components++;
}

void
config_read_components(struct config_reading *r, const struct config_node *map)
{
	if (!config_is_map(r, map, "components"))
		return;
	if (map->count > COMPONENTS_MAX) {
		config_problem(r->problems, map->place, "at most %d components are possible",
		    COMPONENTS_MAX);
		return;
	}
	r->config->components =
	    arena_zalloc(r->arena, (map->count + 1) * sizeof(*r->config->components));
	for (const struct config_node *n = map->first; n; n = n->next)
		read_component(r, n);
}
