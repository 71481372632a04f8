/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

#include "daemon/operate.h"

#include "base/log.h"
#include "ctl/client.h"
#include "ctl/print.h"
#include "ctl/prompt.h"
#include "daemon/config_file.h"
#include "daemon/core.h"
#include "daemon/directory.h"
#include "daemon/operation_path.h"
#include "daemon/rest.h"
#include "loop/worker.h"

static int
fail(struct str reason)
{
	fprintf(stderr, "jaseur: %.*s\n", STR_ARG(reason));
	return EXIT_FAILURE;
}

/* --- the request -------------------------------------------------------------------------- */

/* Asks for what is needed and was not given. */
static enum status
complete(const struct invocation *i)
{
	struct arguments *own = i->own;
	const struct option *o;
	struct option_fault f;
	struct str answer;
	enum status s;

	while ((o = arguments_missing(own))) {
		if (o->type != SECRET) {
			fprintf(stderr, "jaseur: %s is missing\nusage: jaseur %.*s\n", o->name,
			    STR_ARG(arguments_usage(i->command, i->arena)));
			return E_INVALID;
		}
		if ((s = prompt_secret(o->name, i->arena, &answer)) != OK) {
			fprintf(stderr, "jaseur: %s\n",
			    s == E_LIMIT ? "that is too long"
					 : "nothing, or not twice the same");
			return s;
		}
		if ((s = option_set(o, &answer, 1, own->conf, i->arena, &f)) != OK) {
			fprintf(stderr, "jaseur: %s %.*s\n", o->name, STR_ARG(f.reason));
			return s;
		}
		own->given[o - own->options.at] = true;
	}
	return OK;
}

/* What was given for the option. */
static json_t *
argument(const struct option *o, const void *conf, struct arena *a)
{
	const void *at = (const char *)conf + o->offset;
	const struct str_list *list = at;
	json_t *items;

	switch (o->type) {
	case STRING:
	case PROSE:
	case SECRET:
		return operation_text(*(const struct str *)at);
	case STRINGS:
		items = json_array();
		for (size_t i = 0; i < list->count; i++)
			json_array_append_new(items, operation_text(list->at[i]));
		return items;
	default:
		return operation_argument(o, option_print(o, conf, a), a);
	}
}

static json_t *
make_arguments(const struct invocation *i, const struct operation *op)
{
	json_t *args = json_object();

	for (size_t n = 0; n < op->args.count; n++)
		if (i->own->given[n])
			json_object_set_new(args, op->args.at[n].name,
			    argument(&op->args.at[n], i->own->conf, i->arena));
	return args;
}

/* --- answers ------------------------------------------------------------------------------ */

static int
print_answer(const struct invocation *i, unsigned status, const json_t *body)
{
	bool is_problem = status >= 400;

	if (i->general->json) {
		json_dumpf(body, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (is_problem) {
		fprintf(
		    stderr, "jaseur: %s\n", json_string_value(json_object_get(body, "detail")));
	} else {
		print_result(stdout, body);
	}
	return is_problem ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- no server runs ----------------------------------------------------------------------- */

/* Between the main thread, which waits, and the worker. */
struct question {
	const struct operation *operation;
	json_t *args;
	unsigned status;
	json_t *body;
	sem_t answered;
};

static void
on_answer(void *asker, unsigned status, const json_t *body)
{
	struct question *q = asker;

	q->status = status;
	q->body = json_deep_copy(body);
	sem_post(&q->answered);
}

static void
ask_here(const void *letter)
{
	static const struct operation_actor actor = {
		.who = S("command line"), .address = S("local"), .scopes = SCOPE_ADMIN
	};
	struct question *q = *(struct question *const *)letter;

	operation_ask(q->operation, q->args, &actor, on_answer, q);
}

static json_t *
ask_worker(const struct operation *op, json_t *args, unsigned *status)
{
	struct question q = { .operation = op, .args = args }, *letter = &q;

	sem_init(&q.answered, 0, 0);
	worker_post(0, ask_here, &letter, sizeof(letter));
	while (sem_wait(&q.answered) != 0)
		;
	sem_destroy(&q.answered);
	*status = q.status;
	return q.body;
}

/* Makes the directory and its configuration like a first start. */
static enum status
read_config(const struct invocation *i, int *directory, struct config **config)
{
	struct config_problems p = { .arena = i->arena };
	const char *data = str_to_c(i->arena, i->general->data);
	enum status s;
	bool made;

	if ((s = directory_make(data)) != OK || (s = directory_claim(data, directory)) != OK) {
		fprintf(stderr, "jaseur: %s: %s\n", data,
		    s == E_EXISTS ? "a server is starting or stopping there; try again"
				  : strerror(errno));
		return s;
	}
	if ((s = config_file_make(i->general, &p, &made)) == OK)
		s = config_file_read(i->general, &p, config);
	if (s != OK)
		config_problems_print(&p);
	return s;
}

/* Whoever runs the operations: another process, or this one. */
struct channel {
	int server; /* its socket; -1: this process */
	int directory;
	struct config *config;
	struct core core;
};

static enum status
open_here(const struct invocation *i, struct channel *c)
{
	struct str reason;
	enum status s = read_config(i, &c->directory, &c->config);

	if (s != OK)
		return s;
	c->server = -1;
	/* Whoever typed the command sees what it answers; the audit log is in the store. */
	if ((s = log_set_level(S(""), LOG_WARN)) != OK)
		return s;
	s = core_prepare(&c->core, c->config, i->general->data, 1, NULL, i->arena, &reason);
	if (s == OK)
		s = core_run(&c->core);
	if (s != OK)
		fail(reason);
	return s;
}

static enum status
channel_open(const struct invocation *i, const struct operation *op, struct channel *c)
{
	enum status s = client_connect(i->general->data, &c->server);

	if (s == E_NOT_FOUND && !op->only_running)
		return open_here(i, c);
	if (s != OK)
		fail(str_format(i->arena, "%.*s: %s", STR_ARG(i->general->data),
		    s == E_DENIED      ? "the server belongs to somebody else"
		    : s == E_NOT_FOUND ? "no server runs there"
				       : strerror(errno)));
	return s;
}

static void
channel_close(struct channel *c)
{
	if (c->server >= 0) {
		close(c->server);
		return;
	}
	core_stop(&c->core);
	config_unref(&c->config);
	close(c->directory);
}

static json_t *
ask_server(int server, const struct operation *op, json_t *args, unsigned *status)
{
	struct arena a;
	struct str target;
	json_t *body = NULL, *answer = NULL;
	const char *name;
	json_t *value;

	arena_init(&a, 1024);
	target = str_format(&a, REST_PATH "%.*s", STR_ARG(operation_target(op, args, &a)));
	if (operation_has_body(op)) {
		body = json_object();
		json_object_foreach(args, name, value)
		{
			if (!operation_has_in_path(op, name))
				json_object_set(body, name, value);
		}
	}
	if (client_ask(server, op->method, target, body, status, &answer) != OK)
		fail(S("the server did not answer"));
	json_decref(body);
	arena_fini(&a);
	return answer;
}

/* One reference; NULL when there is no answer. */
static json_t *
channel_ask(struct channel *c, const struct operation *op, json_t *args, unsigned *status)
{
	if (c->server < 0)
		return ask_worker(op, args, status);
	return ask_server(c->server, op, args, status);
}

/* --- the command -------------------------------------------------------------------------- */

/* Where the next page begins, when there is one: people get all of them. */
static json_t *
next_page(const struct invocation *i, json_t *body)
{
	json_t *next = json_object_get(body, "next");

	if (!next || i->general->json)
		return NULL;
	json_incref(next);
	json_object_del(body, "next");
	return next;
}

static int
converse(
    const struct invocation *i, const struct operation *op, struct channel *c, json_t *args)
{
	json_t *body, *next;
	unsigned status;
	int outcome;

	do {
		if (!(body = channel_ask(c, op, args, &status)))
			return EXIT_FAILURE;
		next = next_page(i, body);
		outcome = print_answer(i, status, body);
		json_decref(body);
		if (next)
			json_object_set_new(args, "after", next);
	} while (next);
	return outcome;
}

int
operate(const struct invocation *i, const struct operation *op)
{
	struct channel c;
	json_t *args;
	int status;

	if (complete(i) != OK)
		return EXIT_USAGE;
	if (channel_open(i, op, &c) != OK)
		return EXIT_FAILURE;
	args = make_arguments(i, op);
	status = converse(i, op, &c, args);
	json_decref(args);
	channel_close(&c);
	return status;
}
