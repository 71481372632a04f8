/* SPDX-License-Identifier: MIT
 *
 * What the server counts: all metrics at this moment.
 */
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "daemon/operations.h"
#include "loop/worker.h"

static json_t *
describe_histogram(int id)
{
	struct histogram h;

	metric_histogram(id, &h);
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)h.count, "sum",
	    (json_int_t)h.sum, "median", (json_int_t)histogram_quantile(&h, 0.5), "p99",
	    (json_int_t)histogram_quantile(&h, 0.99), "p999",
	    (json_int_t)histogram_quantile(&h, 0.999));
}

static json_t *
describe(int id)
{
	static const char *const types[] = {
		[COUNTER] = "counter",
		[GAUGE] = "gauge",
		[HISTOGRAM] = "histogram",
	};
	const struct metric *m = metric_at(id);
	json_t *value = m->type == HISTOGRAM ? describe_histogram(id)
					     : json_integer((json_int_t)metric_value(id));

	return json_pack("{s:s, s:o, s:s, s:s, s:s}", "name", m->name, "value", value, "unit",
	    m->unit, "type", types[m->type], "doc", m->doc);
}

static json_t *
describe_log(void)
{
	json_t *lines = json_object();

	for (int level = 0; level < LOG_LEVELS; level++)
		json_object_set_new(lines, log_level_name((enum log_level)level),
		    json_integer((json_int_t)log_count((enum log_level)level)));
	return lines;
}

static void
stats(struct operation_call *c)
{
	json_t *metrics = json_array();

	for (int id = 0; id < metrics_count(); id++)
		json_array_append_new(metrics, describe(id));
	operation_answer(c, json_pack("{s:s, s:i, s:i, s:o, s:o}", "version", JASEUR_VERSION,
				"pid", (int)getpid(), "workers", (int)workers_count(),
				"log_lines", describe_log(), "metrics", metrics));
}

static const struct answer_field metric_fields[] = {
	{ "name", A_TEXT, "Its name." },
	{ "value", A_ANY, "A number; of a histogram: count, sum, median, p99, p999." },
	{ "unit", A_TEXT, "What is counted." },
	{ "type", A_TEXT, "counter, gauge or histogram." },
	{ "doc", A_TEXT, "What it means." },
};

const struct operation operation_stats = {
	.name = "stats",
	.doc = "Tells what the server counts.",
	.method = "GET",
	.path = "/statistics",
	.scope = SCOPE_METRICS_READ,
	.answer = LIST(struct answer_field, { "version", A_TEXT, "Of the server." },
	    { "pid", A_NUMBER, "Of its process." },
	    { "workers", A_NUMBER, "Its threads that serve clients." },
	    { "log_lines", A_OBJECT, "Lines of the log since the start, by level." },
	    { "metrics", A_ROWS, "All metrics.", .rows = TABLE(metric_fields) }),
	.run = stats,
};
