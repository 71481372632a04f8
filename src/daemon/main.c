/* SPDX-License-Identifier: MIT
 *
 * The program: the command line says which of its commands runs (commands.c); what a server
 * does is in serve.c.
 */
#include <signal.h>
#include <sys/stat.h>

#include "daemon/commands.h"

int
main(int argc, char **argv)
{
	(void)argc;
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	return commands_run(argv + 1);
}
