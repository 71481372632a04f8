/* SPDX-License-Identifier: MIT
 *
 * The load generator: many XMPP clients on one thread, which do far less for a stanza than
 * any server, so that the server is what is measured.
 *
 *     load SCENARIO [--OPTION VALUE]...
 *
 * Prints one line of JSON. Exit status 0: done; 1: something failed, as said on standard
 * error; 3: messages were lost, duplicated, reordered, misdelivered, changed or refused.
 */
#include <signal.h>

#include "bench/scenario.h"

static const struct scenario *const scenarios[] = {
	&scenario_login,
	&scenario_chat,
	&scenario_presence,
	&scenario_pep,
	&scenario_befriend,
	&scenario_flap,
	&scenario_idle,
	&scenario_churn,
	&scenario_resume,
	&scenario_rooms,
	&scenario_crowd,
};

enum { N_SCENARIOS = sizeof(scenarios) / sizeof(scenarios[0]), EXIT_FAULTS = 3 };

static void
print_usage(void)
{
	printf("load SCENARIO [--OPTION VALUE]...\n\nScenarios:\n");
	for (size_t i = 0; i < N_SCENARIOS; i++)
		printf("  %-10s %s\n", scenarios[i]->name, scenarios[i]->doc);
	printf("\nOptions:\n");
	plan_print_options();
}

int
main(int argc, char **argv)
{
	struct arena a;
	struct plan p;
	bool good;

	if (argc < 2 || strcmp(argv[1], "--help") == 0) {
		print_usage();
		return argc < 2;
	}
	for (size_t i = 0; i < N_SCENARIOS; i++) {
		if (strcmp(argv[1], scenarios[i]->name) != 0)
			continue;
		signal(SIGPIPE, SIG_IGN);
		arena_init(&a, 4096);
		plan_read(&p, &a, argv + 2);
		good = scenarios[i]->run(&p);
		arena_fini(&a);
		return good ? 0 : EXIT_FAULTS;
	}
	die("there is no scenario \"%s\"; --help lists them", argv[1]);
}
