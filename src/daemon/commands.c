/* SPDX-License-Identifier: MIT */
#include "daemon/commands.h"

#include <jansson.h>

#include "daemon/certificates.h"
#include "daemon/config_file.h"
#include "daemon/dns.h"
#include "daemon/login_keys.h"
#include "daemon/manual.h"
#include "daemon/operate.h"
#include "daemon/sample.h"
#include "daemon/sections.h"

struct help_conf {
	struct str command, verb;
};

struct manual_conf {
	enum { CONFIGURATION, COMMANDS, SPECIFICATIONS, OPENAPI, DOAP, COMPLIANCE } page;
};

static int help(const struct invocation *i);

static int
version(const struct invocation *i)
{
	printf(i->general->json ? "{\"version\": \"%s\"}\n" : "jaseur %s\n", JASEUR_VERSION);
	return EXIT_SUCCESS;
}

/* The problems as JSON: [{"source", "line", "column", "text"}]. */
static json_t *
problems_to_json(const struct config_problems *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->count && i < CONFIG_PROBLEMS_SHOWN; i++) {
		const struct config_problem *problem = &p->at[i];

		json_array_append_new(
		    list, json_pack("{s:s%, s:i, s:i, s:s%}", "source",
			      problem->place.source.at, problem->place.source.len, "line",
			      (int)problem->place.line, "column", (int)problem->place.column,
			      "text", problem->text.at, problem->text.len));
	}
	return list;
}

/* The file, and the certificates and keys that it names. */
static enum status
check_config(const struct invocation *i, struct config_problems *p)
{
	struct config *c = NULL;
	const struct config_host *hosts;
	size_t n;
	struct str reason;
	enum status s = config_file_read(i->general, p, &c);

	if (s != OK)
		return s;
	hosts = config_hosts(c, &n);
	s = certificates_check(c, i->general->data, i->arena, &reason);
	for (size_t k = 0; s == OK && k < n; k++) {
		const struct jwt_keys *keys = NULL;

		s = login_keys_read(
		    c, hosts[k].name, i->general->data, i->arena, &reason, &keys);
		jwt_keys_free(&keys);
	}
	if (s != OK)
		config_problem(p,
		    (struct config_place){
			.source = general_config_path(i->general, i->arena) },
		    "%.*s", STR_ARG(reason));
	config_unref(&c);
	return s;
}

static int
check(const struct invocation *i)
{
	struct config_problems p = { .arena = i->arena };
	enum status s = check_config(i, &p);
	json_t *answer;

	if (i->general->json) {
		answer =
		    json_pack("{s:b, s:o}", "valid", s == OK, "problems", problems_to_json(&p));
		json_dumpf(answer, stdout, 0);
		putchar('\n');
		json_decref(answer);
	} else if (s == OK) {
		printf("%.*s is valid\n", STR_ARG(general_config_path(i->general, i->arena)));
	} else {
		config_problems_print(&p);
	}
	return s == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int manual(const struct invocation *i);

static const struct listed {
	struct command command;
	int (*run)(const struct invocation *i);
	bool hidden;
} listed[] = {
	{ { .name = "serve", .doc = "Runs the server." }, serve },
	{ { .name = "check",
	      .doc = "Tells whether the configuration is valid, and where not." },
	    check },
	{ { .name = "dns",
	      .doc = "Prints the DNS records that lead clients to this server.",
	      .conf_size = sizeof(struct dns_conf),
	      .options = LIST(struct option,
		  { "target", STRING, FIELD(dns_conf, target), "", NULL, "253",
		      "Name of the machine, where it is not that of the host." }) },
	    dns },
	{ { .name = "version", .doc = "Tells the version." }, version },
	{ { .name = "help",
	      .doc = "Tells about all commands, or one.",
	      .conf_size = sizeof(struct help_conf),
	      .options = LIST(struct option,
		  { "command", STRING, FIELD(help_conf, command), "", NULL, NULL,
		      "Its first word." },
		  { "verb", STRING, FIELD(help_conf, verb), "", NULL, NULL,
		      "Its second word." }) },
	    help },
	{ { .name = "manual",
	      .doc = "Prints a page of docs/generated/.",
	      .conf_size = sizeof(struct manual_conf),
	      .options = LIST(struct option,
		  { "page", CHOICE, FIELD(manual_conf, page), NULL, NULL, NULL, "Which.",
		      .words =
			  "configuration commands specifications openapi doap compliance" }) },
	    manual, .hidden = true },
};

enum { LISTED = sizeof(listed) / sizeof(listed[0]) };

/* "user.add" as the two words "user add". */
static struct command
command_of(const struct operation *op, struct arena *a)
{
	char *name = str_to_c(a, str_from_c(op->name)), *dot = strchr(name, '.');

	if (dot)
		*dot = ' ';
	return (struct command){ name, op->doc, op->args_size, op->args };
}

/* Those listed here, in their order, then the operations. */
static struct command_list
all_commands(struct arena *a)
{
	size_t n = LISTED + operations_all.count;
	struct command *all = arena_alloc(a, n * sizeof(*all));

	for (size_t i = 0; i < LISTED; i++)
		all[i] = listed[i].command;
	for (size_t i = LISTED; i < n; i++)
		all[i] = command_of(operations_all.at[i - LISTED], a);
	return (struct command_list){ all, n };
}

/* Without those that only our own tools need. */
static struct command_list
shown_commands(struct arena *a)
{
	struct command_list all = all_commands(a);
	struct command *shown = arena_alloc(a, all.count * sizeof(*shown));
	size_t n = 0;

	for (size_t i = 0; i < all.count; i++)
		if (i >= LISTED || !listed[i].hidden)
			shown[n++] = all.at[i];
	return (struct command_list){ shown, n };
}

/* The command is one of the list. */
static int
run_command(const struct invocation *i, struct command_list all)
{
	size_t place = (size_t)(i->command - all.at);

	if (place < LISTED)
		return listed[place].run(i);
	return operate(i, operations_all.at[place - LISTED]);
}

/* --- help --------------------------------------------------------------------------------- */

static void
print_usage(FILE *out, struct arena *a)
{
	struct command_list shown = shown_commands(a);

	fputs("usage: jaseur [options] COMMAND\n\ncommands:\n", out);
	for (size_t i = 0; i < shown.count; i++)
		fprintf(out, "  %-16s  %s\n", shown.at[i].name, shown.at[i].doc);
	fprintf(out, "\noptions:\n%.*s", STR_ARG(arguments_help(general_options, a)));
}

static int
print_command_help(const struct command *c, struct arena *a)
{
	printf("usage: jaseur [options] %.*s\n\n%s\n", STR_ARG(arguments_usage(c, a)), c->doc);
	if (c->options.count)
		printf("\n%.*s", STR_ARG(arguments_help(c->options, a)));
	return EXIT_SUCCESS;
}

/* "help", "help user", "help user add" */
static int
help(const struct invocation *i)
{
	const struct help_conf *conf = i->own->conf;
	struct command_list all = all_commands(i->arena);
	struct str name = conf->verb.len ? str_format(i->arena, "%.*s %.*s",
					       STR_ARG(conf->command), STR_ARG(conf->verb))
					 : conf->command;
	struct str group = str_format(i->arena, "%.*s ", STR_ARG(name));
	bool found = false;

	if (name.len == 0) {
		print_usage(stdout, i->arena);
		return EXIT_SUCCESS;
	}
	for (size_t n = 0; n < all.count; n++) {
		struct str known = str_from_c(all.at[n].name);

		if (str_eq(known, name))
			return print_command_help(&all.at[n], i->arena);
		if (str_starts(known, group)) {
			printf("%.*s\n    %s\n", STR_ARG(arguments_usage(&all.at[n], i->arena)),
			    all.at[n].doc);
			found = true;
		}
	}
	if (!found)
		fprintf(stderr, "jaseur: there is no command \"%.*s\"\n", STR_ARG(name));
	return found ? EXIT_SUCCESS : EXIT_USAGE;
}

static int
manual(const struct invocation *i)
{
	const struct manual_conf *conf = i->own->conf;

	if (arguments_missing(i->own))
		return EXIT_USAGE;
	if (conf->page == CONFIGURATION)
		manual_configuration(stdout, sections_schema());
	else if (conf->page == COMMANDS)
		manual_commands(stdout, shown_commands(i->arena), general_options);
	else if (conf->page == SPECIFICATIONS)
		manual_specifications(stdout);
	else if (conf->page == DOAP)
		manual_doap(stdout);
	else if (conf->page == COMPLIANCE)
		manual_compliance(stdout);
	else
		manual_openapi(stdout);
	return EXIT_SUCCESS;
}

/* --- what the command line says ------------------------------------------------------------
 */

static int
run_arguments(char *const *argv, struct arena *a)
{
	struct general conf = { 0 };
	struct arguments general = { .options = general_options, .conf = &conf }, own;
	struct invocation i = { .general = &conf, .own = &own, .arena = a };
	struct command_list all = all_commands(a);
	struct str reason;

	option_preset(general_options, &conf, a);
	if (arguments_read(all, argv, a, &general, &own, &i.command, &reason) != OK) {
		fprintf(stderr, "jaseur: %.*s\n", STR_ARG(reason));
		return EXIT_USAGE;
	}
	if (conf.help && i.command)
		return print_command_help(i.command, a);
	if (conf.help || !i.command) {
		print_usage(conf.help ? stdout : stderr, a);
		return conf.help ? EXIT_SUCCESS : EXIT_USAGE;
	}
	return run_command(&i, all);
}

int
commands_run(char *const *argv)
{
	struct arena a;
	int status;

	/* Passwords may stand among the arguments. */
	arena_init_wiped(&a, 4096);
	status = run_arguments(argv, &a);
	arena_fini(&a);
	return status;
}
