/* SPDX-License-Identifier: MIT
 *
 * What the generator can do. A scenario runs once, prints its results and returns false when
 * messages went wrong.
 */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

#include "bench/meter.h"
#include "bench/swarm.h"
#include "bench/token.h"

struct scenario {
	const char *name;
	const char *doc;
	bool (*run)(const struct plan *p);
};

extern const struct scenario scenario_befriend;
extern const struct scenario scenario_chat;
extern const struct scenario scenario_churn;
extern const struct scenario scenario_crowd;
extern const struct scenario scenario_flap;
extern const struct scenario scenario_idle;
extern const struct scenario scenario_login;
extern const struct scenario scenario_pep;
extern const struct scenario scenario_presence;
extern const struct scenario scenario_resume;
extern const struct scenario scenario_rooms;

#endif
