/* SPDX-License-Identifier: MIT
 *
 * What the generator is asked to do: its command line.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "base/option.h"
#include "bench/process.h"

enum plan_tls { PLAN_TLS_NONE, PLAN_TLS_STARTTLS, PLAN_TLS_DIRECT };
enum plan_transport { PLAN_TCP, PLAN_WEBSOCKET, PLAN_BOSH };
enum plan_mechanism { PLAN_SCRAM_SHA_1, PLAN_SCRAM_SHA_256, PLAN_PLAIN };

struct plan {
	/* The server. */
	struct str host;
	struct str address;
	uint32_t port;
	uint32_t tls;
	uint32_t transport;
	bool bare;
	struct str_list pids;
	struct processes server; /* from `pids` */

	/* Accounts: u0, u1, ... */
	uint32_t first;
	struct str password;
	uint32_t mechanism;

	/* The work. */
	uint32_t clients;
	uint32_t concurrent;
	uint32_t group;
	struct str rooms;
	bool silent;
	uint32_t window;
	uint32_t rate;
	uint32_t body;
	uint64_t messages;
	uint32_t logins;
	uint32_t pending;
	bool managed;
	msec_t warmup_ms, measure_ms, limit_ms;
};

/* Reads "--name value" and "--name=value"; strings live in the arena. Ends the program with
 * a message when it is wrong. */
void plan_read(struct plan *p, struct arena *a, char *const *arguments);

/* The options with their defaults, to standard output. */
void plan_print_options(void);

#endif
