/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

#include "daemon/operate.h"

#include "ctl/client.h"
#include "ctl/print.h"
#include "ctl/prompt.h"
#include "daemon/config_file.h"
#include "daemon/core.h"
#include "daemon/directory.h"
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

/* What was given for the option; lists as arrays. */
static json_t *
argument(const struct option *o, const void *conf, struct arena *a)
{
	const void *at = (const char *)conf + o->offset;

	switch (o->type) {
	case BOOL:
		return json_boolean(*(const bool *)at);
	case STRING:
	case SECRET:
		return operation_text(*(const struct str *)at);
	default:
		/* As text: the server reads it by the same table. */
		return operation_text(option_print(o, conf, a));
	}
}

static json_t *
make_request(const struct invocation *i, const struct operation *op)
{
	json_t *args = json_object();

	for (size_t n = 0; n < op->args.count; n++)
		if (i->own->given[n])
			json_object_set_new(args, op->args.at[n].name,
			    argument(&op->args.at[n], i->own->conf, i->arena));
	return json_pack("{s:s, s:o}", "op", op->name, "args", args);
}

/* --- answers ------------------------------------------------------------------------------ */

static int
print_answer(const struct invocation *i, const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const json_t *text = json_object_get(error, "text");

	if (i->general->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (error) {
		fprintf(stderr, "jaseur: %s\n", json_string_value(text));
	} else {
		print_result(stdout, json_object_get(answer, "result"));
	}
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- no server runs ----------------------------------------------------------------------- */

/* Between the main thread, which waits, and the worker. */
struct question {
	struct str text;
	json_t *answer;
	sem_t answered;
};

static void
on_answer(void *asker, const json_t *answer)
{
	struct question *q = asker;

	q->answer = json_deep_copy(answer);
	sem_post(&q->answered);
}

static void
ask_here(const void *letter)
{
	struct question *q = *(struct question *const *)letter;

	operation_ask(q->text, on_answer, q);
}

static json_t *
ask_worker(const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	struct question q = { .text = str_from_c(text) }, *letter = &q;

	sem_init(&q.answered, 0, 0);
	worker_post(0, ask_here, &letter, sizeof(letter));
	while (sem_wait(&q.answered) != 0)
		;
	sem_destroy(&q.answered);
	mem_wipe(text, q.text.len);
	free(text);
	return q.answer;
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
	s = core_prepare(&c->core, c->config, i->general->data, 1, NULL, i->arena, &reason);
	if (s == OK)
		s = core_run(&c->core);
	if (s != OK)
		fail(reason);
	return s;
}

static enum status
channel_open(const struct invocation *i, struct channel *c)
{
	enum status s = client_connect(i->general->data, &c->server);

	if (s == E_NOT_FOUND)
		return open_here(i, c);
	if (s != OK)
		fail(str_format(i->arena, "%.*s: %s", STR_ARG(i->general->data),
		    s == E_DENIED ? "the server belongs to somebody else" : strerror(errno)));
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

/* One reference; NULL when there is no answer. */
static json_t *
channel_ask(struct channel *c, const json_t *request)
{
	json_t *answer = NULL;

	if (c->server < 0)
		return ask_worker(request);
	if (client_ask(c->server, request, &answer) != OK)
		fail(S("the server did not answer"));
	return answer;
}

/* --- the command -------------------------------------------------------------------------- */

/* Where the next page begins, when there is one: people get all of them. */
static json_t *
next_page(const struct invocation *i, json_t *answer)
{
	json_t *result = json_object_get(answer, "result");
	json_t *next = json_object_get(result, "next");

	if (!next || i->general->json)
		return NULL;
	json_incref(next);
	json_object_del(result, "next");
	return next;
}

static int
converse(const struct invocation *i, struct channel *c, json_t *request)
{
	json_t *answer, *next;
	int status;

	do {
		if (!(answer = channel_ask(c, request)))
			return EXIT_FAILURE;
		next = next_page(i, answer);
		status = print_answer(i, answer);
		json_decref(answer);
		if (next)
			json_object_set_new(json_object_get(request, "args"), "after", next);
	} while (next);
	return status;
}

int
operate(const struct invocation *i, const struct operation *op)
{
	struct channel c;
	json_t *request;
	int status;

	if (complete(i) != OK)
		return EXIT_USAGE;
	if (channel_open(i, &c) != OK)
		return EXIT_FAILURE;
	request = make_request(i, op);
	status = converse(i, &c, request);
	json_decref(request);
	channel_close(&c);
	return status;
}
