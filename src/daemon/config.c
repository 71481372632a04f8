/* SPDX-License-Identifier: MIT */
#include "daemon/config_reading.h"

/* The tree with everything that comes over the file. */
static enum status
read_tree(struct arena *a, const struct config_source *source, struct config_problems *p,
    struct config_node **out)
{
	struct config_place start = { source->name, 1, 1 };
	struct config_node *root;
	enum status s;

	if ((s = config_yaml_read(a, source->text, start, p, &root)) != OK)
		return s;
	if (config_node_is_blank(root))
		root->kind = CONFIG_MAP;
	if (root->kind != CONFIG_MAP) {
		config_problem(
		    p, root->place, "the configuration must be a map: \"key: value\"");
		return E_INVALID;
	}
	if ((s = config_add_usual_listeners(a, root, source->port_offset, p)) != OK)
		return s;
	for (size_t i = 0; i < source->set.count; i++)
		if ((s = config_tree_set(a, root, source->set.at[i], p)) != OK)
			return s;
	for (size_t i = 0; i < source->hosts.count; i++)
		if ((s = config_add_host(a, root, source->hosts.at[i], p)) != OK)
			return s;
	*out = root;
	return OK;
}

static void
unknown_at_top(struct config_reading *r, const struct config_node *n)
{
	struct nearest near = nearest_to(n->key);

	nearest_offer(&near, S("hosts"));
	nearest_offer(&near, S("components"));
	nearest_offer(&near, S("listen"));
	nearest_offer(&near, S("modules"));
	for (size_t i = 0; i < r->schema->n_sections; i++) {
		const struct section *s = r->schema->sections[i];

		if (s->name[0])
			nearest_offer(&near, str_from_c(s->name));
		else
			config_offer_options(&near, s->options);
	}
	config_unknown_key(r, n, &near);
}

/* A key at the top that is none of the four special ones. */
static void
read_top(struct config_reading *r, const struct config_node *n)
{
	for (size_t i = 0; i < r->schema->n_sections; i++) {
		const struct section *s = r->schema->sections[i];
		const struct option *o = s->name[0] ? NULL : option_find(s->options, n->key);

		if (o) {
			config_read_option(r, o, n, r->config->section[i]);
			return;
		}
		if (s->name[0] && str_eq(n->key, str_from_c(s->name))) {
			if (config_is_map(r, n, s->name))
				config_read_options(r, n,
				    &(struct config_table){ s->options, r->config->section[i] },
				    1, NULL);
			return;
		}
	}
	unknown_at_top(r, n);
}

static void
read_root(struct config_reading *r, const struct config_node *root)
{
	config_read_hosts(r, root);
	for (const struct config_node *n = root->first; n; n = n->next) {
		if (str_eq(n->key, S("listen")))
			config_read_listeners(r, n);
		else if (str_eq(n->key, S("components")))
			config_read_components(r, n);
		else if (!str_eq(n->key, S("modules")) && !str_eq(n->key, S("hosts")))
			read_top(r, n);
	}
}

/* What options mean together, once each is good by itself. */
static void
check_sections(struct config_reading *r, const struct config_node *root)
{
	for (size_t i = 0; i < r->schema->n_sections; i++) {
		const struct section *s = r->schema->sections[i];
		const struct config_node *n = config_node_find(root, str_from_c(s->name));
		struct str reason;

		if (s->check &&
		    s->check(r->config->section[i], r->problems->arena, &reason) != OK)
			config_problem(r->problems, n ? n->key_place : root->place, "%s%s%.*s",
			    s->name, s->name[0] ? ": " : "", STR_ARG(reason));
	}
}

static struct config *
config_new(const struct config_schema *schema)
{
	struct config *c = mem_zalloc(sizeof(*c));

	atomic_init(&c->refs, 1);
	arena_init(&c->arena, 16 * 1024);
	c->schema = schema;
	c->section = arena_zalloc(&c->arena, schema->n_sections * sizeof(*c->section));
	for (size_t i = 0; i < schema->n_sections; i++) {
		const struct section *s = schema->sections[i];

		c->section[i] = arena_zalloc(&c->arena, s->conf_size);
		option_preset(s->options, c->section[i], &c->arena);
	}
	return c;
}

enum status
config_read(const struct config_schema *schema, const struct config_source *source,
    struct config_problems *p, struct config **out)
{
	struct config *c = config_new(schema);
	struct config_reading r = { c, schema, p, &c->arena };
	size_t before = p->count;
	struct config_node *root;
	enum status s = read_tree(p->arena, source, p, &root);

	if (s == OK) {
		read_root(&r, root);
		if (p->count == before)
			check_sections(&r, root);
	}
	if (s != OK || p->count > before) {
		config_problems_sort(p);
		config_unref(&c);
		return E_INVALID;
	}
	*out = c;
	return OK;
}

struct config *
config_ref(struct config *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return c;
}

void
config_unref(struct config **c)
{
	struct config *gone = TAKE(*c);

	if (!gone || atomic_fetch_sub_explicit(&gone->refs, 1, memory_order_acq_rel) > 1)
		return;
	arena_fini(&gone->arena);
	free(gone);
}

const void *
config_section(const struct config *c, const char *name)
{
	size_t i = 0;

	while (i < c->schema->n_sections && strcmp(c->schema->sections[i]->name, name) != 0)
		i++;
	assert(i < c->schema->n_sections);
	return c->section[i];
}

const void *
config_module(const struct config *c, struct str host, struct str module)
{
	const struct config_host *h = config_host(c, host);
	size_t i = config_module_place(c->schema, module);

	return h && i < c->schema->n_modules ? h->modules[i] : NULL;
}

const struct config_host *
config_hosts(const struct config *c, size_t *n)
{
	*n = c->n_hosts;
	return c->hosts;
}

const struct config_host *
config_host(const struct config *c, struct str name)
{
	for (size_t i = 0; i < c->n_hosts; i++)
		if (str_eq(c->hosts[i].name, name))
			return &c->hosts[i];
	return NULL;
}

const struct component_conf *
config_components(const struct config *c, size_t *n)
{
	*n = c->n_components;
	return c->components;
}

const struct config_listener *
config_listeners(const struct config *c, size_t *n)
{
	*n = c->n_listeners;
	return c->listeners;
}
