/* SPDX-License-Identifier: MIT
 *
 * The command line, read by the same tables as the configuration.
 *
 *     jaseur [general options] COMMAND [values and options]
 *     jaseur --data DIR user add juliet@example.org --password secret
 *
 * A command is one or two words. Its options stand in its table; one without a default must
 * be given. "--name VALUE" and "--name=VALUE" set the option `name` ("-" for "_"); a BOOL
 * takes no VALUE; of a list each mention adds. Words without "--" fill the options that were
 * not named, in the order of the table. After "--" nothing is an option. General options may
 * also stand behind the command.
 */
#ifndef CTL_ARGUMENTS_H
#define CTL_ARGUMENTS_H

#include "base/option.h"

enum { COMMAND_OPTIONS_MAX = 32 };

struct command {
	const char *name; /* "serve", "user add" */
	const char *doc;
	size_t conf_size;
	struct option_list options;
};

struct command_list {
	const struct command *at;
	size_t count;
};

/* A table and what was read by it. */
struct arguments {
	struct option_list options;
	void *conf;
	bool given[COMMAND_OPTIONS_MAX]; /* by place in the table */
};

/*
 * general  of all commands; its options and conf are the caller's, the conf holds defaults
 * own      of the command: everything is written here
 * command  the one that was named, NULL when none was
 * a        receives the conf and all strings
 * reason   on failure: "unknown command \"usr\"; did you mean \"user\"?"
 *
 * E_INVALID  not a command line. Options that are needed and missing are no error yet.
 */
MUST_CHECK enum status arguments_read(struct command_list commands, char *const *argv,
    struct arena *a, struct arguments *general, struct arguments *own,
    const struct command **command, struct str *reason);

/* The first option that has no default and was not given, NULL when there is none. */
const struct option *arguments_missing(const struct arguments *args);

/* "user add ADDRESS [--password PASSWORD]": secrets may be left out, they are asked for. */
struct str arguments_usage(const struct command *c, struct arena *a);

/* For each option "  --name VALUE  sentence", the default and what is allowed. */
struct str arguments_help(struct option_list options, struct arena *a);

#endif
