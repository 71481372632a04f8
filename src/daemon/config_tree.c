/* SPDX-License-Identifier: MIT */
#include "daemon/config_tree.h"

#include "base/limits.h"

void
config_problem(struct config_problems *p, struct config_place place, const char *format, ...)
{
	enum { REASON_MAX = 1024 };
	char text[REASON_MAX];
	va_list args;
	int len;

	if (p->count++ >= CONFIG_PROBLEMS_SHOWN)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(len >= 0);
	/* Keys and values are quoted as they are: nothing for a terminal to obey. */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	p->at[p->count - 1] = (struct config_problem){ place,
		str_copy(p->arena, str_slice(str_from_c(text), 0, (size_t)len)) };
}

struct str
config_problem_text(const struct config_problem *p, struct arena *a)
{
	if (p->place.line == 0)
		return str_format(a, "%.*s: %.*s", STR_ARG(p->place.source), STR_ARG(p->text));
	return str_format(a, "%.*s:%u:%u: %.*s", STR_ARG(p->place.source), p->place.line,
	    p->place.column, STR_ARG(p->text));
}

static bool
stands_before(const struct config_place *a, const struct config_place *b)
{
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

void
config_problems_sort(struct config_problems *p)
{
	size_t n = p->count < CONFIG_PROBLEMS_SHOWN ? p->count : CONFIG_PROBLEMS_SHOWN;

	for (size_t i = 1; i < n; i++) {
		struct config_problem moving = p->at[i];
		size_t to = i;

		for (; to > 0 && stands_before(&moving.place, &p->at[to - 1].place); to--)
			p->at[to] = p->at[to - 1];
		p->at[to] = moving;
	}
}

struct config_node *
config_node_new(struct arena *a, enum config_kind kind, struct config_place place)
{
	struct config_node *n = arena_zalloc(a, sizeof(*n));

	n->kind = kind;
	n->place = place;
	return n;
}

void
config_node_append(struct config_node *parent, struct config_node *item)
{
	if (parent->last)
		parent->last->next = item;
	else
		parent->first = item;
	parent->last = item;
	parent->count++;
}

struct config_node *
config_node_find(const struct config_node *map, struct str key)
{
	if (map->kind != CONFIG_MAP)
		return NULL;
	for (struct config_node *n = map->first; n; n = n->next)
		if (str_eq(n->key, key))
			return n;
	return NULL;
}

/* --- PATH=VALUE ----------------------------------------------------------------------- */

struct setting {
	struct arena *arena;
	struct config_place place;
	struct config_problems *problems;
	struct str path; /* what is left of it */
	struct str value;
};

static enum status
refuse(struct setting *s, const char *reason)
{
	config_problem(s->problems, s->place, "%s", reason);
	return E_INVALID;
}

/* Cuts the first key off the path: up to a dot, or within quotes. */
static enum status
next_key(struct setting *s, struct str *key)
{
	size_t end;

	if (str_starts(s->path, S("\""))) {
		s->path = str_slice(s->path, 1, s->path.len);
		end = str_find(s->path, '"');
		if (end == s->path.len)
			return refuse(s, "the closing quote of a key is missing");
		*key = str_slice(s->path, 0, end);
		s->path = str_slice(s->path, end + 1, s->path.len);
		if (s->path.len && !str_starts(s->path, S(".")))
			return refuse(s, "after a quoted key comes a dot");
	} else {
		end = str_find(s->path, '.');
		*key = str_slice(s->path, 0, end);
		s->path = str_slice(s->path, end, s->path.len);
	}
	if (key->len == 0)
		return refuse(s, "a key is empty");
	if (s->path.len == 1)
		return refuse(s, "a key is missing after the last dot");
	s->path = str_slice(s->path, 1, s->path.len);
	return OK;
}

/* "hosts: a" becomes "hosts: [a]". */
static void
text_to_list(struct setting *s, struct config_node *n)
{
	struct config_node *item = config_node_new(s->arena, CONFIG_TEXT, n->place);

	item->text = n->text;
	n->kind = CONFIG_LIST;
	config_node_append(n, item);
}

/* "hosts: [a, b]" becomes "hosts: { a: , b: }", so that something can be said about one. */
static void
texts_to_map(struct config_node *list)
{
	list->kind = CONFIG_MAP;
	for (struct config_node *n = list->first; n; n = n->next) {
		n->key = n->text;
		n->key_place = n->place;
		n->text = (struct str){ 0 };
		n->is_quoted = false;
	}
}

static bool
holds_texts(const struct config_node *list)
{
	for (const struct config_node *n = list->first; n; n = n->next)
		if (n->kind != CONFIG_TEXT)
			return false;
	return list->count > 0;
}

static bool
is_called(const struct config_node *map, struct str name)
{
	const struct config_node *called = config_node_find(map, S("name"));

	if (!called)
		called = config_node_find(map, S("port"));
	return called && called->kind == CONFIG_TEXT && str_eq(called->text, name);
}

static void
add_to_map(struct setting *s, struct config_node *map, struct str key, struct config_node *n)
{
	n->key = str_copy(s->arena, key);
	n->key_place = s->place;
	config_node_append(map, n);
}

static struct config_node *
new_text(struct setting *s, struct str text)
{
	struct config_node *n = config_node_new(s->arena, CONFIG_TEXT, s->place);

	n->text = str_copy(s->arena, text);
	n->is_quoted = true;
	return n;
}

/* The item of a list of maps that has this name; made when there is none. */
static struct config_node *
named_item(struct setting *s, struct config_node *list, struct str name)
{
	struct config_node *item;

	for (item = list->first; item; item = item->next)
		if (is_called(item, name))
			return item;
	item = config_node_new(s->arena, CONFIG_MAP, s->place);
	add_to_map(s, item, S("name"), new_text(s, name));
	config_node_append(list, item);
	return item;
}

/* What the key names within the parent; an empty text is put there when nothing is. */
static struct config_node *
descend(struct setting *s, struct config_node *parent, struct str key)
{
	struct config_node *child;

	if (config_node_is_blank(parent))
		parent->kind = CONFIG_MAP;
	if (parent->kind == CONFIG_TEXT)
		text_to_list(s, parent);
	if (parent->kind == CONFIG_LIST && holds_texts(parent))
		texts_to_map(parent);
	if (parent->kind == CONFIG_LIST)
		return named_item(s, parent, key);
	if (!(child = config_node_find(parent, key))) {
		child = config_node_new(s->arena, CONFIG_TEXT, s->place);
		add_to_map(s, parent, key, child);
	}
	return child;
}

static enum status
read_value(struct setting *s, struct config_node **out)
{
	if (str_starts(s->value, S("[")) || str_starts(s->value, S("{")))
		return config_yaml_read(s->arena, s->value, s->place, s->problems, out);
	*out = new_text(s, s->value);
	return OK;
}

enum status
config_tree_set(
    struct arena *a, struct config_node *root, struct str argument, struct config_problems *p)
{
	size_t equals = str_find(argument, '=');
	struct setting s = {
		.arena = a,
		/* Without the value, which may be a secret. */
		.place = { .source = str_format(
			       a, "--set %.*s", STR_ARG(str_slice(argument, 0, equals))) },
		.problems = p,
		.path = str_slice(argument, 0, equals),
		.value = str_slice(argument, equals + 1, argument.len),
	};
	struct config_node *at = root, *value;
	enum status status = OK;
	struct str key;

	if (equals == argument.len)
		return refuse(&s, "is not of the form KEY=VALUE");
	if (s.path.len == 0)
		return refuse(&s, "a key is empty");
	for (unsigned depth = 0; s.path.len; depth++) {
		if (depth == CONFIG_DEPTH_MAX)
			return refuse(&s, "nested too deeply");
		if ((status = next_key(&s, &key)) != OK)
			return status;
		at = descend(&s, at, key);
	}
	if ((status = read_value(&s, &value)) != OK)
		return status;
	/* The value takes the place of what stood there, and its key. */
	value->key = at->key;
	value->key_place = s.place;
	value->next = at->next;
	*at = *value;
	return OK;
}
