/* SPDX-License-Identifier: MIT
 *
 * Operations of the administration: what HTTP and the command line can ask for. Each is a row
 * of a table: name, method and path, scope, arguments, answer, a sentence, and what runs.
 * From it come the routes of the API (rest.h), its description (openapi.h) and the
 * subcommands (operate.h).
 *
 * Arguments come from the path, the query or a JSON object, and are described by option
 * tables, so they are bounded and checked before anything runs; one without a default must be
 * given. Success is answered with a JSON object; everything else with a problem document
 * (RFC 9457):
 *
 *     {"type": "about:blank", "title": "Conflict", "status": 409, "condition": "conflict",
 *      "detail": "the account juliet@example.org exists already"}
 *
 * Conditions are those of stanza errors (RFC 6120 section 8.3.3). Every change is written to
 * the audit log (audit.h) before it is answered. All functions run on workers.
 */
#ifndef DAEMON_OPERATION_H
#define DAEMON_OPERATION_H

#include <jansson.h>

#include "base/option.h"
#include "daemon/scope.h"
#include "xmpp/stanza_error.h"

/* Who asks. */
struct operation_actor {
	struct str who;        /* for the audit log: "token 5fKz", "user root" */
	struct str address;    /* from where: "192.0.2.1", "local" */
	uint32_t scopes;       /* enum scope */
	struct str_list hosts; /* normalised domains that it may deal with; none: all */
};

/* body: a JSON object; stays the caller's. */
typedef void operation_answered_fn(void *asker, unsigned status, const json_t *body);

/* One request, from being asked to being answered. */
struct operation_call {
	const struct operation *operation;
	const void *args; /* by the operation's table */
	struct operation_actor actor;
	struct arena arena; /* wiped; ends with the answer */
	void *state;        /* the operation's own, in the arena */
	struct str given;   /* a change: the arguments, for the audit log */
	unsigned status;
	json_t *body;
	operation_answered_fn *answered;
	void *asker;
};

/* What an answer holds. */
struct answer_field;

struct answer_list {
	const struct answer_field *at;
	size_t count;
};

enum answer_type { A_TEXT, A_NUMBER, A_TRUTH, A_TEXTS, A_ROWS, A_OBJECT, A_ANY };

/* In the order in which tables are written. NOLINTNEXTLINE(*Padding) */
struct answer_field {
	const char *name;
	enum answer_type type;
	const char *doc;
	bool maybe;              /* may be missing */
	struct answer_list rows; /* of A_ROWS: what each holds; of A_OBJECT: what it holds,
				  * none: keys that no table knows */
};

struct operation {
	const char *name; /* "user.add": on the command line "user add" */
	const char *doc;

	const char *method; /* "GET", "POST", "PUT", "DELETE"; GET changes nothing */

	/* Below /api/v1: "/users/{address}". What stands in braces is the argument of that
	 * name; behind "+" it takes the rest of the path, slashes included. */
	const char *path;
	enum scope scope;

	/* Arguments that hold an address or a domain: who may deal with some hosts only must
	 * give one of them, and only such as belong to these. NULL: not for those. */
	const char *subjects;

	bool only_running; /* makes no sense without a server that runs */

	size_t args_size;
	struct option_list args;
	unsigned status; /* of success; 0: 200 */
	struct answer_list answer;

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
 * Runs an operation, and has the answer given to answered(asker): at once when the request
 * is wrong, else when it is done.
 *
 * args   an object; the caller's
 * actor  copied
 */
void operation_ask(const struct operation *op, json_t *args,
    const struct operation_actor *actor, operation_answered_fn *answered, void *asker);

/* Ends the call. The body is taken over. */
void operation_answer(struct operation_call *c, json_t *body);

void operation_refuse(struct operation_call *c, enum stanza_error condition, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* As the usual sentences for a store that failed. */
void operation_refuse_store(struct operation_call *c, enum status s);

/* Text as JSON; what is not UTF-8 becomes "". */
json_t *operation_text(struct str s);

/* A member's text; "no string" when it is missing or no text. */
struct str operation_text_of(const json_t *object, const char *name);

/* Whether the path has an argument of that name in braces. */
bool operation_has_in_path(const struct operation *op, const char *name);

/* --- problems (RFC 9457) ---------------------------------------------------------------- */

/* What HTTP says to a condition: 404 to item-not-found. */
unsigned problem_status(enum stanza_error condition);

/* "Not Found"; "" for a status that is not used here. */
const char *problem_title(unsigned status);

/* One reference. condition: "no string": none. */
json_t *problem_document(unsigned status, struct str condition, struct str detail);

#endif
