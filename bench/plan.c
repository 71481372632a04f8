/* SPDX-License-Identifier: MIT */
#include "bench/plan.h"

#include <limits.h>

#include "bench/arguments.h"
#include "bench/wire.h"

static const struct option_list options = LIST(struct option,
    { "host", STRING, FIELD(plan, host), "bench.example", "1", "255", "The domain served." },
    { "address", STRING, FIELD(plan, address), "127.0.0.1", "1", "64",
	"Where the server listens; IPv4." },
    { "port", U32, FIELD(plan, port), "5222", "1", "65535", "TCP port." },
    { "tls", CHOICE, FIELD(plan, tls), "starttls", NULL, NULL,
	"none; starttls; direct: TLS from the first byte.", .words = "none starttls direct" },
    { "transport", CHOICE, FIELD(plan, transport), "tcp", NULL, NULL, "How stanzas travel.",
	.words = "tcp websocket bosh" },
    { "bare", BOOL, FIELD(plan, bare), "no", NULL, NULL,
	"The server is the relay: stanzas without streams." },
    { "pid", STRINGS, FIELD(plan, pids), NULL, "0", "8",
	"Processes of the server, whose use of CPU and memory is measured." },
    { "password", STRING, FIELD(plan, password), "bench", "1", "64",
	"Of all the accounts u0, u1, ..." },
    { "mechanism", CHOICE, FIELD(plan, mechanism), "scram-sha-1", NULL, NULL,
	"How clients log in.", .words = "scram-sha-1 scram-sha-256 plain" },
    { "first", U32, FIELD(plan, first), "0", NULL, "1000000000",
	"Number of the first account used." },
    { "clients", U32, FIELD(plan, clients), "100", "1", "100000",
	"Connections, one to each account." },
    { "concurrent", U32, FIELD(plan, concurrent), "16", "1", "10000",
	"How many log in at a time." },
    { "group", U32, FIELD(plan, group), "21", "2", "1000",
	"presence, befriend: how many have each other as contacts; rooms: how many are in "
	"one." },
    { "rooms", STRING, FIELD(plan, rooms), "rooms", "1", "64",
	"rooms: what stands in front of `host` in the domain of the rooms." },
    { "silent", BOOL, FIELD(plan, silent), "no", NULL, NULL,
	"crowd: those who may not talk are not seen." },
    { "window", U32, FIELD(plan, window), "4", "1", "100000",
	"chat: messages on their way at a time, in each direction of a pair; rooms: in each "
	"room." },
    { "rate", U32, FIELD(plan, rate), "0", "0", "1000000",
	"chat: messages a second in all, evenly; 0: as many as `window` permits." },
    { "body", U32, FIELD(plan, body), "100", "64", "60000", "chat: bytes of a body." },
    { "messages", U64, FIELD(plan, messages), "0", NULL, NULL,
	"chat: stop after so many instead of after `measure`, and count all of them." },
    { "logins", U32, FIELD(plan, logins), "1000", "1", "10000000", "churn: logins in all." },
    { "pending", U32, FIELD(plan, pending), "100", "1", "10000",
	"resume: messages that wait for each session." },
    { "managed", BOOL, FIELD(plan, managed), "no", NULL, NULL,
	"idle: clients ask for stream management and carbons." },
    { "warmup", TIME, FIELD(plan, warmup_ms), "1s", "0ms", "10m",
	"Work before the measurement begins." },
    { "measure", TIME, FIELD(plan, measure_ms), "5s", "100ms", "1h", "How long is measured." },
    { "limit", TIME, FIELD(plan, limit_ms), "5m", "1s", "1d",
	"The run fails when it takes longer." });

static void
read_pids(struct plan *p)
{
	for (size_t i = 0; i < p->pids.count; i++) {
		uint64_t pid;

		if (str_to_u64(p->pids.at[i], INT_MAX, &pid) != OK || pid == 0)
			die("--pid: \"%.*s\" is no process", STR_ARG(p->pids.at[i]));
		p->server.roots[p->server.n++] = (pid_t)pid;
	}
}

void
plan_read(struct plan *p, struct arena *a, char *const *arguments)
{
	*p = (struct plan){ 0 };
	arguments_read(options, p, a, arguments);
	read_pids(p);
	if (p->bare && p->tls == PLAN_TLS_STARTTLS)
		die("--bare goes with --tls none or --tls direct");
	if (p->transport != PLAN_TCP && (p->bare || p->tls == PLAN_TLS_STARTTLS))
		die("--transport goes with --tls none or --tls direct, and not with --bare");
}

void
plan_print_options(void)
{
	arguments_print(options);
}
