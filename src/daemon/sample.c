/* SPDX-License-Identifier: MIT */
#include "daemon/sample.h"

enum { WIDTH = 92 };

/* A comment, wrapped. */
static void
print_comment(FILE *out, const char *indent, const char *text)
{
	struct str rest = str_from_c(text), word;
	size_t column = 0;

	while (str_split(&rest, ' ', &word)) {
		if (column && column + 1 + word.len > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		if (column == 0) {
			fprintf(out, "%s#", indent);
			column = strlen(indent) + 1;
		}
		fprintf(out, " %.*s", STR_ARG(word));
		column += 1 + word.len;
	}
	fputc('\n', out);
}

static bool
is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_';

		if (!is_word && (i == 0 || !strchr(".-/", c)))
			return false;
	}
	return text.len > 0;
}

/* Defaults hold neither quotes nor control characters: they are ours. */
static void
print_scalar(FILE *out, struct str text)
{
	const char *quote = is_plain(text) ? "" : "\"";

	fprintf(out, "%s%.*s%s", quote, STR_ARG(text), quote);
}

static void
print_value(FILE *out, const struct option *o, struct arena *a)
{
	struct str preset = o->preset ? str_from_c(o->preset) : S("");
	struct str_list pieces = option_pieces(o, preset, a);

	if (option_takes_list(o))
		fputc('[', out);
	for (size_t i = 0; i < pieces.count; i++) {
		fputs(i ? ", " : "", out);
		print_scalar(out, pieces.at[i]);
	}
	fputs(option_takes_list(o) ? "]\n" : "\n", out);
}

static void
print_option(FILE *out, const char *indent, const struct option *o, struct arena *a)
{
	print_comment(
	    out, indent, str_format(a, "%s (%.*s)", o->doc, STR_ARG(option_range(o, a))).at);
	fprintf(out, "%s#%s: ", indent, o->name);
	print_value(out, o, a);
}

static void
print_options(FILE *out, const char *indent, struct option_list l, struct arena *a)
{
	for (size_t i = 0; i < l.count; i++)
		print_option(out, indent, &l.at[i], a);
}

static void
print_hosts(FILE *out, struct str_list hosts, struct arena *a)
{
	print_comment(out, "", config_host_section.doc);
	fputs("hosts:\n", out);
	for (size_t i = 0; i < hosts.count; i++) {
		fprintf(out, "  \"%.*s\":\n", STR_ARG(hosts.at[i]));
		print_options(out, "    ", config_host_section.options, a);
	}
}

static void
print_components(FILE *out, struct arena *a)
{
	const struct option_list options = component_section.options;

	fputc('\n', out);
	print_comment(out, "", component_section.doc);
	fputs("components:\n", out);
	for (size_t i = 0; i < options.count; i++)
		print_comment(out, "  ",
		    str_format(a, "%s: %s", options.at[i].name, options.at[i].doc).at);
	fputs("  #irc.example.org: { secret: \"a long random word\" }\n", out);
}

static void
print_listeners(FILE *out, struct arena *a)
{
	const struct option_list options = config_listen_section.options;
	struct str listener;

	fputc('\n', out);
	print_comment(out, "", config_listen_section.doc);
	fputs("listen:\n", out);
	for (size_t i = 0; i < options.count; i++)
		print_comment(out, "  ",
		    str_format(a, "%s: %s", options.at[i].name, options.at[i].doc).at);
	for (size_t i = 0; (listener = config_usual_listener(i, 0, a)).at; i++)
		fprintf(out, "  #- %.*s\n", STR_ARG(listener));
}

static void
print_module(FILE *out, const struct config_module *m, struct arena *a)
{
	fprintf(out, "  # %s\n  %s:\n    #enabled: %s\n", m->section.doc, m->section.name,
	    m->is_off ? "no" : "yes");
	print_options(out, "    ", m->section.options, a);
}

void
sample_config(FILE *out, const struct config_schema *schema, struct str_list hosts)
{
	struct arena a;

	arena_init(&a, 4096);
	fputs("# Configuration of Jaseur. What is in comments is what holds when nothing is "
	      "said.\n"
	      "# After a change: \"jaseur check\", then reload the server (SIGHUP).\n"
	      "#\n"
	      "# Times are written 500ms, 60s, 5m, 1h or 7d, sizes 512, 64KiB, 10MiB or "
	      "2GiB.\n\n",
	    out);
	print_hosts(out, hosts, &a);
	print_components(out, &a);
	print_listeners(out, &a);
	for (size_t i = 0; i < schema->n_sections; i++) {
		const struct section *s = schema->sections[i];

		fputc('\n', out);
		if (s->name[0]) {
			print_comment(out, "", s->doc);
			fprintf(out, "%s:\n", s->name);
		}
		print_options(out, s->name[0] ? "  " : "", s->options, &a);
	}
	if (schema->n_modules)
		fputs("\n# What the server can do, for all hosts; a host may have \"modules:\" "
		      "of its "
		      "own.\nmodules:\n",
		    out);
	for (size_t i = 0; i < schema->n_modules; i++)
		print_module(out, &schema->modules[i], &a);
	arena_fini(&a);
}
