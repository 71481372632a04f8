/* SPDX-License-Identifier: MIT */
#include "ctl/arguments.h"

#include "base/nearest.h"

struct reading {
	struct command_list commands;
	struct arena *arena;
	struct arguments *general, *own;
	const struct command *command;
	struct str *reason;
	char *const *next; /* what is left of the command line; ends with NULL */
};

static enum status
refuse(struct reading *r, struct str reason)
{
	*r->reason = reason;
	return E_INVALID;
}

/* "; did you mean ...?", or nothing. */
static struct str
suggestion(struct reading *r, const struct nearest *near, const char *prefix)
{
	if (!near->best.len)
		return S("");
	return str_format(r->arena, "; did you mean \"%s%.*s\"?", prefix, STR_ARG(near->best));
}

/* "port_offset" as it is typed. */
static struct str
typed_name(struct arena *a, const struct option *o)
{
	char *name = str_to_c(a, str_from_c(o->name));

	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = '-';
	return str_from_c(name);
}

/* --- the command ------------------------------------------------------------------------ */

/* Cuts "user add" in two; the second is "no string" when there is only one word. */
static void
split_name(const struct command *c, struct str *first, struct str *second)
{
	*second = str_from_c(c->name);
	str_split(second, ' ', first);
}

static enum status
unknown_command(struct reading *r, struct str word)
{
	struct nearest near = nearest_to(word);
	struct str first, second;

	for (size_t i = 0; i < r->commands.count; i++) {
		split_name(&r->commands.at[i], &first, &second);
		nearest_offer(&near, first);
	}
	return refuse(r, str_format(r->arena, "unknown command \"%.*s\"%.*s", STR_ARG(word),
			     STR_ARG(suggestion(r, &near, ""))));
}

/* "user" was found to be the first of two words; what it can do, for the message. */
static enum status
unknown_verb(struct reading *r, struct str group, struct str verb)
{
	struct nearest near = nearest_to(verb);
	struct str first, second, verbs = S("");

	for (size_t i = 0; i < r->commands.count; i++) {
		split_name(&r->commands.at[i], &first, &second);
		if (!str_eq(first, group))
			continue;
		nearest_offer(&near, second);
		verbs = str_format(r->arena, "%.*s%s%.*s", STR_ARG(verbs),
		    verbs.len ? ", " : "", STR_ARG(second));
	}
	if (near.best.len)
		return refuse(
		    r, str_format(r->arena, "unknown command \"%.*s %.*s\"%.*s", STR_ARG(group),
			   STR_ARG(verb), STR_ARG(suggestion(r, &near, ""))));
	return refuse(r, str_format(r->arena, "after \"%.*s\" comes one of: %.*s",
			     STR_ARG(group), STR_ARG(verbs)));
}

static enum status
read_command(struct reading *r)
{
	struct str word = str_from_c(*r->next++), verb = str_from_c(*r->next), first, second;
	bool is_group = false;

	for (size_t i = 0; i < r->commands.count; i++) {
		const struct command *c = &r->commands.at[i];

		split_name(c, &first, &second);
		if (!str_eq(first, word))
			continue;
		is_group = true;
		if (second.at && (!verb.at || !str_eq(second, verb)))
			continue;
		if (second.at)
			r->next++;
		r->command = c;
		assert(c->options.count <= COMMAND_OPTIONS_MAX);
		*r->own = (struct arguments){ .options = c->options,
			.conf = arena_zalloc(r->arena, c->conf_size) };
		option_preset(c->options, r->own->conf, r->arena);
		return OK;
	}
	return is_group ? unknown_verb(r, word, verb) : unknown_command(r, word);
}

/* --- options ---------------------------------------------------------------------------- */

/* Of a list, what was said before and this: each mention is one item, whatever is in it. */
static struct str_list
with_earlier(struct reading *r, const struct arguments *args, size_t place, struct str text)
{
	const struct option *o = &args->options.at[place];
	const struct str_list *earlier;
	struct str *items;

	if (o->type == FLAGS && args->given[place])
		text = str_format(r->arena, "%.*s, %.*s",
		    STR_ARG(option_print(o, args->conf, r->arena)), STR_ARG(text));
	if (o->type != STRINGS)
		return option_pieces(o, text, r->arena);
	earlier = (const void *)((const char *)args->conf + o->offset);
	items = arena_alloc(r->arena, (earlier->count + 1) * sizeof(*items));
	if (!args->given[place])
		return (struct str_list){ memcpy(items, &text, sizeof(text)), 1 };
	memcpy(items, earlier->at, earlier->count * sizeof(*items));
	items[earlier->count] = text;
	return (struct str_list){ items, earlier->count + 1 };
}

static enum status
set_option(struct reading *r, struct arguments *args, size_t place, struct str text)
{
	const struct option *o = &args->options.at[place];
	struct str_list values = with_earlier(r, args, place, text);
	struct option_fault f;

	if (args->given[place] && !option_takes_list(o))
		return refuse(r, str_format(r->arena, "\"%.*s\" is given twice",
				     STR_ARG(typed_name(r->arena, o))));
	if (option_set(o, values.at, values.count, args->conf, r->arena, &f) != OK)
		return refuse(r, str_format(r->arena, "\"%.*s\": %.*s",
				     STR_ARG(typed_name(r->arena, o)), STR_ARG(f.reason)));
	args->given[place] = true;
	return OK;
}

/* Finds the option by the name that is typed. */
static bool
find_option(struct reading *r, struct str name, struct arguments **in, size_t *place)
{
	struct arguments *const tables[] = { r->own, r->general };

	for (size_t t = r->command ? 0 : 1; t < 2; t++)
		for (size_t i = 0; i < tables[t]->options.count; i++)
			if (str_eq(typed_name(r->arena, &tables[t]->options.at[i]), name)) {
				*in = tables[t];
				*place = i;
				return true;
			}
	return false;
}

static enum status
unknown_option(struct reading *r, struct str name)
{
	struct arguments *const tables[] = { r->own, r->general };
	struct nearest near = nearest_to(name);

	for (size_t t = r->command ? 0 : 1; t < 2; t++)
		for (size_t i = 0; i < tables[t]->options.count; i++)
			nearest_offer(&near, typed_name(r->arena, &tables[t]->options.at[i]));
	return refuse(r, str_format(r->arena, "unknown option \"--%.*s\"%.*s", STR_ARG(name),
			     STR_ARG(suggestion(r, &near, "--"))));
}

/* "--name", "--name=VALUE", "--name VALUE" */
static enum status
read_option(struct reading *r)
{
	struct str text = str_from_c(*r->next++ + strlen("--"));
	size_t equals = str_find(text, '='), place;
	struct str name = str_slice(text, 0, equals);
	struct arguments *in;

	if (!find_option(r, name, &in, &place))
		return unknown_option(r, name);
	if (equals < text.len)
		return set_option(r, in, place, str_slice(text, equals + 1, text.len));
	if (in->options.at[place].type == BOOL)
		return set_option(r, in, place, S("yes"));
	if (!*r->next)
		return refuse(
		    r, str_format(r->arena, "\"--%.*s\" needs a value", STR_ARG(name)));
	return set_option(r, in, place, str_from_c(*r->next++));
}

/* A word without dashes: for the first option that was not named. */
static enum status
read_word(struct reading *r)
{
	struct str word = str_from_c(*r->next++);

	for (size_t i = 0; i < r->own->options.count; i++)
		if (!r->own->given[i] && r->own->options.at[i].type != BOOL)
			return set_option(r, r->own, i, word);
	return refuse(r, str_format(r->arena, "\"%.*s\" is one word too many", STR_ARG(word)));
}

enum status
arguments_read(struct command_list commands, char *const *argv, struct arena *a,
    struct arguments *general, struct arguments *own, const struct command **command,
    struct str *reason)
{
	struct reading r = { commands, a, general, own, NULL, reason, argv };
	bool options_ended = false;
	enum status s = OK;

	*own = (struct arguments){ 0 };
	while (s == OK && *r.next) {
		if (!options_ended && strcmp(*r.next, "--") == 0) {
			options_ended = true;
			r.next++;
		} else if (!options_ended && strncmp(*r.next, "--", 2) == 0) {
			s = read_option(&r);
		} else if (!r.command) {
			s = read_command(&r);
		} else {
			s = read_word(&r);
		}
	}
	*command = r.command;
	return s;
}

const struct option *
arguments_missing(const struct arguments *args)
{
	for (size_t i = 0; i < args->options.count; i++)
		if (!args->options.at[i].preset && !args->given[i])
			return &args->options.at[i];
	return NULL;
}

/* --- help ------------------------------------------------------------------------------- */

/* "PORT-OFFSET" for what a person puts in place of it. */
static struct str
placeholder(struct arena *a, const struct option *o)
{
	struct str name = typed_name(a, o);
	char *upper = str_to_c(a, name);

	for (char *c = upper; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return str_from_c(upper);
}

struct str
arguments_usage(const struct command *c, struct arena *a)
{
	struct str text = str_from_c(c->name);

	for (size_t i = 0; i < c->options.count; i++) {
		const struct option *o = &c->options.at[i];
		struct str word = placeholder(a, o);

		if (!o->preset && o->type != SECRET)
			text = str_format(a, "%.*s %.*s", STR_ARG(text), STR_ARG(word));
		else if (o->type == BOOL)
			text = str_format(
			    a, "%.*s [--%.*s]", STR_ARG(text), STR_ARG(typed_name(a, o)));
		else
			text = str_format(a, "%.*s [--%.*s %.*s]%s", STR_ARG(text),
			    STR_ARG(typed_name(a, o)), STR_ARG(word),
			    option_takes_list(o) ? "..." : "");
	}
	return text;
}

struct str
arguments_help(struct option_list options, struct arena *a)
{
	struct str text = S("");

	for (size_t i = 0; i < options.count; i++) {
		const struct option *o = &options.at[i];
		struct str name = str_format(a, "--%.*s%s%.*s", STR_ARG(typed_name(a, o)),
		    o->type == BOOL ? "" : " ",
		    STR_ARG(o->type == BOOL ? S("") : placeholder(a, o)));

		text =
		    str_format(a, "%.*s  %-24.*s  %s\n", STR_ARG(text), STR_ARG(name), o->doc);
	}
	return text;
}
