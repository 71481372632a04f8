/* SPDX-License-Identifier: MIT
 *
 * Maps of options, read by their tables.
 */
#include "daemon/config_reading.h"

void
config_unknown_key(
    struct config_reading *r, const struct config_node *n, const struct nearest *near)
{
	if (near->best.len)
		config_problem(r->problems, n->key_place,
		    "unknown key \"%.*s\"; did you mean \"%.*s\"?", STR_ARG(n->key),
		    STR_ARG(near->best));
	else
		config_problem(
		    r->problems, n->key_place, "unknown key \"%.*s\"", STR_ARG(n->key));
}

void
config_offer_options(struct nearest *near, struct option_list l)
{
	for (size_t i = 0; i < l.count; i++)
		nearest_offer(near, str_from_c(l.at[i].name));
}

bool
config_is_map(struct config_reading *r, const struct config_node *n, const char *what)
{
	if (n->kind == CONFIG_MAP || config_node_is_blank(n))
		return true;
	config_problem(r->problems, n->place, "%s must be a map: { key: value }", what);
	return false;
}

/* The items of a list; false when one is not text, which is reported. */
static bool
list_texts(struct config_reading *r, const struct option *o, const struct config_node *list,
    struct str_list *out)
{
	struct str *texts = arena_alloc(r->problems->arena, list->count * sizeof(*texts));
	size_t count = 0;

	for (const struct config_node *n = list->first; n; n = n->next) {
		if (n->kind != CONFIG_TEXT) {
			config_problem(
			    r->problems, n->place, "\"%s\" takes plain values only", o->name);
			return false;
		}
		texts[count++] = n->text;
	}
	*out = (struct str_list){ texts, count };
	return true;
}

void
config_read_option(
    struct config_reading *r, const struct option *o, const struct config_node *n, void *conf)
{
	const struct config_node *culprit = n;
	struct str_list values;
	struct option_fault f;

	if (n->kind == CONFIG_MAP) {
		config_problem(
		    r->problems, n->place, "\"%s\" takes a value, not a map", o->name);
		return;
	}
	if (config_node_is_blank(n) && !option_takes_list(o)) {
		config_problem(r->problems, n->key_place, "\"%s\" has no value", o->name);
		return;
	}
	if (n->kind == CONFIG_TEXT)
		values = option_pieces(o, n->text, r->problems->arena);
	else if (!list_texts(r, o, n, &values))
		return;
	if (option_set(o, values.at, values.count, conf, r->arena, &f) == OK)
		return;
	if (n->kind == CONFIG_LIST && n->first)
		culprit = n->first;
	for (size_t i = 0; n->kind == CONFIG_LIST && i < f.item; i++)
		culprit = culprit->next;
	config_problem(r->problems, culprit->place, "\"%s\": %.*s", o->name, STR_ARG(f.reason));
}

static const struct option *
find_in_tables(
    const struct config_table *tables, size_t n, struct str key, const struct config_table **in)
{
	const struct option *o = NULL;

	for (size_t i = 0; i < n && !o; i++)
		if ((o = option_find(tables[i].options, key)))
			*in = &tables[i];
	return o;
}

void
config_read_options(struct config_reading *r, const struct config_node *map,
    const struct config_table *tables, size_t n_tables, const char *passed)
{
	for (const struct config_node *n = map->first; n; n = n->next) {
		const struct config_table *in;
		const struct option *o = find_in_tables(tables, n_tables, n->key, &in);
		struct nearest near = nearest_to(n->key);

		if (o) {
			config_read_option(r, o, n, in->conf);
			continue;
		}
		if (passed && str_eq(n->key, str_from_c(passed)))
			continue;
		for (size_t i = 0; i < n_tables; i++)
			config_offer_options(&near, tables[i].options);
		if (passed)
			nearest_offer(&near, str_from_c(passed));
		config_unknown_key(r, n, &near);
	}
}
