/* SPDX-License-Identifier: MIT
 *
 * A configuration as written, before anyone has looked at what it means: text, lists and
 * maps, each with the place it was written at. No value has a type here, so `no`, `5222`
 * and `1e3` are just text until a table says what they should be.
 */
#ifndef DAEMON_CONFIG_TREE_H
#define DAEMON_CONFIG_TREE_H

#include "base/str.h"

enum config_kind { CONFIG_TEXT, CONFIG_LIST, CONFIG_MAP };

struct config_place {
	struct str source;     /* name of the file, or the `--set` argument */
	unsigned line, column; /* from 1; 0 when the source is one line long */
};

struct config_node {
	enum config_kind kind;
	struct config_place place;
	struct str text;
	bool is_quoted;

	struct str key; /* in a map, and where it stands */
	struct config_place key_place;

	struct config_node *first, *last, *next; /* items; the next beside this one */
	size_t count;
};

/* What is wrong, for the operator. */
struct config_problem {
	struct config_place place;
	struct str text;
};

enum { CONFIG_PROBLEMS_SHOWN = 20 };

struct config_problems {
	struct arena *arena;
	struct config_problem at[CONFIG_PROBLEMS_SHOWN];
	size_t count; /* may be more than are shown */
};

void config_problem(struct config_problems *p, struct config_place place, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* By place, for whoever mends them from top to bottom. */
void config_problems_sort(struct config_problems *p);

/* "FILE:LINE:COLUMN: reason", without line and column for a `--set`. */
struct str config_problem_text(const struct config_problem *p, struct arena *a);

/*
 * Reads one YAML document (config_yaml.c). Refused: anchors, aliases, tags, directives, a
 * second document, keys that are not text or stand twice; more than CONFIG_BYTES_MAX bytes,
 * CONFIG_NODES_MAX nodes, CONFIG_DEPTH_MAX levels, CONFIG_KEYS_MAX keys of one map.
 * An empty document is an empty map.
 *
 * E_INVALID  the problem was added
 */
MUST_CHECK enum status config_yaml_read(struct arena *a, struct str text,
    struct config_place start, struct config_problems *p, struct config_node **out);

struct config_node *config_node_new(
    struct arena *a, enum config_kind kind, struct config_place place);
void config_node_append(struct config_node *parent, struct config_node *item);

/* The value of a map's key, NULL when there is none or it is no map. */
struct config_node *config_node_find(const struct config_node *map, struct str key);

/* "key:" with nothing after it: stands for an empty list or map. */
static inline bool
config_node_is_blank(const struct config_node *n)
{
	return n->kind == CONFIG_TEXT && n->text.len == 0 && !n->is_quoted;
}

/*
 * Applies one `--set` argument, PATH=VALUE, over the tree.
 *
 * PATH   keys joined by dots: limits.stanza_bytes; a key that holds dots stands in quotes:
 *        hosts."example.org".certificate. What is missing is made. In a list of texts a key
 *        names the text, which becomes the key of a map; in a list of maps it names the one
 *        with that `name` or `port`.
 * VALUE  text as it stands, or YAML when it begins with "[" or "{"
 *
 * E_INVALID  the problem was added; the tree may have changed
 */
MUST_CHECK enum status config_tree_set(
    struct arena *a, struct config_node *root, struct str argument, struct config_problems *p);

#endif
