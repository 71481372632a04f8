/* SPDX-License-Identifier: MIT */
#include "router/module.h"

#include "router/dispatch.h"

/* Ids of each module's metrics, by its place in the list. */
static int *metric_ids[MODULES_MAX];

void
modules_register_metrics(void)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = 0; i < modules.count; i++) {
		const struct module *m = modules.at[i];

		metric_ids[i] = mem_alloc(m->metrics.count * sizeof(int));
		for (size_t k = 0; k < m->metrics.count; k++)
			metric_ids[i][k] = metric_register(&m->metrics.at[k]);
	}
}

void
modules_forget_metrics(void)
{
	for (size_t i = 0; i < MODULES_MAX; i++) {
		free(metric_ids[i]);
		metric_ids[i] = NULL;
	}
}

void
module_count(const struct module *m, unsigned metric, uint64_t n)
{
	assert(metric < m->metrics.count);
	metric_add(metric_ids[dispatch_index(m)][metric], (int64_t)n);
}

const void *
module_conf(const struct module *m, const struct host *host)
{
	return host->module_conf[dispatch_index(m)];
}
