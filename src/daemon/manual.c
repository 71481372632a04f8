/* SPDX-License-Identifier: MIT */
#include "daemon/manual.h"

#include "daemon/openapi.h"
#include "daemon/specifications.h"

/* --- configuration ---------------------------------------------------------------------- */

static void
print_table(FILE *out, struct option_list l, struct arena *a)
{
	if (l.count)
		fputs("\n| option | default | allowed | |\n|---|---|---|---|\n", out);
	for (size_t i = 0; i < l.count; i++) {
		const struct option *o = &l.at[i];
		bool has_preset = o->preset && o->preset[0];

		fprintf(out, "| `%s` | %s%s%s | %.*s | %s |\n", o->name, has_preset ? "`" : "",
		    has_preset ? o->preset : "", has_preset ? "`" : "",
		    STR_ARG(option_range(o, a)), o->doc);
	}
}

static void
print_heading(FILE *out, const char *level, const struct section *s)
{
	fprintf(out, "\n%s `%s`\n\n%s\n", level, s->name, s->doc);
}

void
manual_configuration(FILE *out, const struct config_schema *schema)
{
	struct arena a;

	arena_init(&a, 4096);
	fputs(
	    "# Configuration\n\n"
	    "Made from the option tables in the sources by `tools/gen-docs`; do not edit.\n\n"
	    "The file is `jaseur.yaml` in the data directory; `jaseur check` tells whether it "
	    "is\n"
	    "valid, and `--set KEY=VALUE` on the command line goes over it. The server reads "
	    "it\n"
	    "again when it receives SIGHUP: all of it, or nothing when something is wrong.\n\n"
	    "Times are written `500ms`, `60s`, `5m`, `1h` or `7d`; sizes `512`, `64KiB`, "
	    "`10MiB`\n"
	    "or `2GiB`. An unknown key or a value out of bounds stops the start. References,\n"
	    "tags and second documents of YAML are refused.\n",
	    out);
	print_heading(out, "##", &config_host_section);
	print_table(out, config_host_section.options, &a);
	print_heading(out, "##", &component_section);
	print_table(out, component_section.options, &a);
	print_heading(out, "##", &config_listen_section);
	print_table(out, config_listen_section.options, &a);
	for (size_t i = 0; i < schema->n_sections; i++) {
		if (schema->sections[i]->name[0])
			print_heading(out, "##", schema->sections[i]);
		else
			fputs("\n## At the top of the file\n", out);
		print_table(out, schema->sections[i]->options, &a);
	}
	if (schema->n_modules)
		fputs(
		    "\n## `modules`\n\n"
		    "One map for each module; `enabled` says whether it is used. A host's own\n"
		    "`modules` go over these.\n",
		    out);
	for (size_t i = 0; i < schema->n_modules; i++) {
		const struct config_module *m = &schema->modules[i];

		print_heading(out, "###", &m->section);
		if (m->is_off)
			fputs("\nNot enabled unless the configuration says so.\n", out);
		print_table(out, m->section.options, &a);
	}
	arena_fini(&a);
}

/* --- commands --------------------------------------------------------------------------- */

void
manual_commands(FILE *out, struct command_list commands, struct option_list general)
{
	struct arena a;

	arena_init(&a, 4096);
	fputs("# Commands\n\n"
	      "Made from the tables in the sources by `tools/gen-docs`; do not edit.\n\n"
	      "    jaseur [options] COMMAND ...\n\n"
	      "Commands that change or show something ask the server that works in the data\n"
	      "directory; when none runs, they do it themselves. The exit status is 0 when it "
	      "is\n"
	      "done, 1 when it was refused or failed, 2 when the command line was wrong.\n\n"
	      "Options of all commands:\n\n```\n",
	    out);
	fprintf(out, "%.*s```\n", STR_ARG(arguments_help(general, &a)));
	for (size_t i = 0; i < commands.count; i++) {
		const struct command *c = &commands.at[i];

		fprintf(out, "\n## `%s`\n\n%s\n\n```\njaseur %.*s\n", c->name, c->doc,
		    STR_ARG(arguments_usage(c, &a)));
		if (c->options.count)
			fprintf(out, "\n%.*s", STR_ARG(arguments_help(c->options, &a)));
		fputs("```\n", out);
	}
	arena_fini(&a);
}

/* --- specifications --------------------------------------------------------------------- */

void
manual_specifications(FILE *out)
{
	struct spec_entry entries[SPECS_MAX];
	size_t n = specifications_gather(entries);

	fputs("# Specifications\n\n"
	      "Made from the tables in the sources by `tools/gen-docs`; do not edit.\n\n"
	      "| specification | version | what of it | where |\n|---|---|---|---|\n",
	    out);
	for (size_t i = 0; i < n; i++) {
		const struct spec *s = entries[i].spec;

		if (s->series == RFC)
			fprintf(out, "| [RFC %u](https://www.rfc-editor.org/rfc/rfc%u)",
			    s->number, s->number);
		else
			fprintf(out, "| [XEP-%04u](https://xmpp.org/extensions/xep-%04u.html)",
			    s->number, s->number);
		fprintf(out, " | %s | %s | %s |\n", s->version, s->coverage, entries[i].where);
	}
}

/* --- the API ---------------------------------------------------------------------------- */

void
manual_openapi(FILE *out)
{
	json_t *document = openapi_document();

	json_dumpf(document, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(document);
}
