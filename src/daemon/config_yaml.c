/* SPDX-License-Identifier: MIT
 *
 * YAML 1.1 as far as a configuration needs it: libyaml's events become a tree of text,
 * lists and maps. What makes YAML surprising (references, tags, several documents, values
 * that change their type) is refused or does not happen.
 */
#include "base/limits.h"
#include "daemon/config_tree.h"

#include <yaml.h>

struct reader {
	yaml_parser_t yaml;
	yaml_event_t event; /* the current one */
	bool has_event;
	struct arena *arena;
	struct config_place start;
	struct config_problems *problems;
	size_t nodes;
};

static struct config_place
place_of(const struct reader *r, yaml_mark_t mark)
{
	if (r->start.line == 0)
		return r->start;
	return (struct config_place){ r->start.source, (unsigned)mark.line + 1,
		(unsigned)mark.column + 1 };
}

static enum status
refuse(struct reader *r, const char *reason)
{
	config_problem(r->problems, place_of(r, r->event.start_mark), "%s", reason);
	return E_INVALID;
}

static enum status
syntax_error(struct reader *r)
{
	const yaml_parser_t *y = &r->yaml;
	bool is_encoding = y->error == YAML_READER_ERROR;

	config_problem(r->problems, place_of(r, is_encoding ? y->mark : y->problem_mark),
	    "%s%s%s", y->problem ? y->problem : "not YAML", y->context ? ", " : "",
	    y->context ? y->context : "");
	return E_INVALID;
}

static void
drop_event(struct reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = false;
}

static enum status
next_event(struct reader *r)
{
	drop_event(r);
	if (!yaml_parser_parse(&r->yaml, &r->event))
		return syntax_error(r);
	r->has_event = true;
	return OK;
}

static enum status
check_plainness(struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return refuse(r, "anchors (&name) are not supported: write the value out");
	if (tag)
		return refuse(
		    r, "tags (!name) are not supported: what a value is, its key says");
	return OK;
}

static struct config_node *
new_node(struct reader *r, enum config_kind kind)
{
	return config_node_new(r->arena, kind, place_of(r, r->event.start_mark));
}

static enum status read_node(struct reader *r, unsigned depth, struct config_node **out);

/* The current event is a scalar. */
static struct str
event_text(struct reader *r)
{
	return str_copy(r->arena,
	    str_of((const char *)r->event.data.scalar.value, r->event.data.scalar.length));
}

static enum status
read_text(struct reader *r, struct config_node **out)
{
	enum status s =
	    check_plainness(r, r->event.data.scalar.anchor, r->event.data.scalar.tag);

	if (s != OK)
		return s;
	*out = new_node(r, CONFIG_TEXT);
	(*out)->text = event_text(r);
	(*out)->is_quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return OK;
}

static enum status
read_list(struct reader *r, unsigned depth, struct config_node **out)
{
	struct config_node *list, *item;
	enum status s = check_plainness(
	    r, r->event.data.sequence_start.anchor, r->event.data.sequence_start.tag);

	if (s != OK)
		return s;
	list = new_node(r, CONFIG_LIST);
	while ((s = next_event(r)) == OK && r->event.type != YAML_SEQUENCE_END_EVENT) {
		if ((s = read_node(r, depth, &item)) != OK)
			return s;
		config_node_append(list, item);
	}
	*out = list;
	return s;
}

/* The key into *key; the current event is its first. */
static enum status
read_key(struct reader *r, const struct config_node *map, struct config_node **key)
{
	const struct config_node *twin;
	enum status s;

	if (r->event.type != YAML_SCALAR_EVENT)
		return refuse(r, "a key must be text");
	if ((s = read_text(r, key)) != OK)
		return s;
	if ((*key)->text.len == 0)
		return refuse(r, "a key may not be empty");
	if (memchr((*key)->text.at, '\0', (*key)->text.len))
		return refuse(r, "a key may not hold NUL");
	if (map->count == CONFIG_KEYS_MAX)
		return refuse(r, "too many keys in one map");
	if ((twin = config_node_find(map, (*key)->text))) {
		config_problem(r->problems, (*key)->place,
		    "\"%.*s\" stands here for the second time, first in line %u",
		    STR_ARG((*key)->text), twin->key_place.line);
		return E_INVALID;
	}
	return OK;
}

static enum status
read_map(struct reader *r, unsigned depth, struct config_node **out)
{
	struct config_node *map, *key, *value;
	enum status s = check_plainness(
	    r, r->event.data.mapping_start.anchor, r->event.data.mapping_start.tag);

	if (s != OK)
		return s;
	map = new_node(r, CONFIG_MAP);
	while ((s = next_event(r)) == OK && r->event.type != YAML_MAPPING_END_EVENT) {
		if ((s = read_key(r, map, &key)) != OK || (s = next_event(r)) != OK ||
		    (s = read_node(r, depth, &value)) != OK)
			return s;
		value->key = key->text;
		value->key_place = key->place;
		config_node_append(map, value);
	}
	*out = map;
	return s;
}

/* The node that begins with the current event. */
static enum status
read_node(struct reader *r, unsigned depth, struct config_node **out)
{
	if (depth == CONFIG_DEPTH_MAX)
		return refuse(r, "nested too deeply");
	if (++r->nodes > CONFIG_NODES_MAX)
		return refuse(r, "too many values");
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		return read_text(r, out);
	case YAML_SEQUENCE_START_EVENT:
		return read_list(r, depth + 1, out);
	case YAML_MAPPING_START_EVENT:
		return read_map(r, depth + 1, out);
	case YAML_ALIAS_EVENT:
		return refuse(r, "aliases (*name) are not supported: write the value out");
	default:
		return refuse(r, "a value is missing");
	}
}

/* STREAM-START (DOCUMENT-START node DOCUMENT-END)? STREAM-END */
static enum status
read_document(struct reader *r, struct config_node **out)
{
	struct config_node *root;
	enum status s;

	if ((s = next_event(r)) != OK || (s = next_event(r)) != OK)
		return s;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		*out = new_node(r, CONFIG_MAP);
		return OK;
	}
	if (r->event.data.document_start.version_directive ||
	    r->event.data.document_start.tag_directives.start !=
		r->event.data.document_start.tag_directives.end)
		return refuse(r, "directives (%NAME) are not supported");
	if ((s = next_event(r)) != OK || (s = read_node(r, 0, &root)) != OK ||
	    (s = next_event(r)) != OK || (s = next_event(r)) != OK)
		return s;
	if (r->event.type != YAML_STREAM_END_EVENT)
		return refuse(r, "a second document (---) is not supported");
	*out = root;
	return OK;
}

enum status
config_yaml_read(struct arena *a, struct str text, struct config_place start,
    struct config_problems *p, struct config_node **out)
{
	struct reader r = { .arena = a, .start = start, .problems = p };
	enum status s;

	if (text.len > CONFIG_BYTES_MAX) {
		config_problem(p, start, "is larger than %d bytes", CONFIG_BYTES_MAX);
		return E_INVALID;
	}
	if (!yaml_parser_initialize(&r.yaml))
		abort(); /* only for want of memory */
	yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &r.yaml, (const unsigned char *)(text.at ? text.at : ""), text.len);
	s = read_document(&r, out);
	drop_event(&r);
	yaml_parser_delete(&r.yaml);
	return s;
}
