/* SPDX-License-Identifier: MIT
 *
 * Operations of the administration: what the command line, and later HTTP, can ask for. Each
 * is a row of a table: name, arguments, a sentence, and what runs. A request and its answer
 * are JSON:
 *
 *     {"op": "user.add", "args": {"address": "juliet@example.org", "password": "..."}}
 *     {"ok": true, "result": {"address": "juliet@example.org"}}
 *     {"ok": false, "error": {"condition": "conflict", "text": "There is such an account."}}
 *
 * Arguments are described by option tables, so they are bounded and checked before anything
 * runs; one without a default must be given. Conditions are those of stanza errors (RFC 6120
 * section 8.3.3). All functions run on workers.
 */
#ifndef DAEMON_OPERATION_H
#define DAEMON_OPERATION_H

#include <jansson.h>

#include "base/option.h"
#include "xmpp/stanza_error.h"

/* The answer stays the caller's. */
typedef void operation_answered_fn(void *asker, const json_t *answer);

/* One request, from being asked to being answered. */
struct operation_call {
	const struct operation *operation;
	const void *args;   /* by the operation's table */
	struct arena arena; /* wiped; ends with the answer */
	void *state;        /* the operation's own, in the arena */
	operation_answered_fn *answered;
	void *asker;
};

struct operation {
	const char *name; /* "user.add": on the command line "user add" */
	const char *doc;
	size_t args_size;
	struct option_list args;
	/* Answers now or later, once, on the same worker. */
	void (*run)(struct operation_call *c);
};

struct operation_list {
	const struct operation *const *at;
	size_t count;
};

/* All of them. */
extern const struct operation_list operations_all;

/*
 * Runs what a request asks for, and has the answer given to answered(asker): at once when
 * the request is wrong, else when it is done.
 *
 * text  JSON
 */
void operation_ask(struct str text, operation_answered_fn *answered, void *asker);

/* Ends the call. The result is taken over. */
void operation_answer(struct operation_call *c, json_t *result);

void operation_refuse(struct operation_call *c, enum stanza_error condition, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Text as JSON; what is not UTF-8 becomes "". */
json_t *operation_text(struct str s);

#endif
