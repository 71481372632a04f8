/* SPDX-License-Identifier: MIT
 *
 * The commands of the program: those that are listed here, and one for each operation of the
 * administration API.
 */
#ifndef DAEMON_COMMANDS_H
#define DAEMON_COMMANDS_H

#include "ctl/arguments.h"
#include "daemon/general.h"

/* What a command's `run` gets; the result is the exit status of the process. */
struct invocation {
	const struct general *general;
	struct arguments *own;
	const struct command *command;
	struct arena *arena;
};

enum { EXIT_USAGE = 2 };

/* Runs what the command line says. argv without the program's name, ended by NULL. */
int commands_run(char *const *argv);

/* serve.c */
int serve(const struct invocation *i);

#endif
