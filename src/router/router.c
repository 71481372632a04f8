/* SPDX-License-Identifier: MIT */
#include "router/router.h"

#include "loop/worker.h"
#include "router/account.h"
#include "router/component.h"
#include "router/host.h"
#include "router/module.h"
#include "router/session.h"
#include "router/state.h"

static void
to_all_workers(letter_fn *open, const void *letter, size_t bytes)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, open, letter, bytes);
}

static void
on_start(const void *letter)
{
	struct module_list modules = dispatch_modules();

	(void)letter;
	sessions_worker_init();
	accounts_worker_init();
	components_worker_init();
	for (size_t i = 0; i < modules.count; i++)
		if (modules.at[i]->enter_worker)
			modules.at[i]->enter_worker();
}

enum status
router_start(struct module_list modules, struct store *store, struct hosts *hosts)
{
	enum status s;

	accounts_use_store(store);
	dispatch_init(modules);
	state_layout();
	modules_register_metrics();
	sessions_register_metrics();
	components_register_metrics();
	to_all_workers(on_start, "", 1);
	hosts_publish(hosts);
	for (size_t i = 0; i < modules.count; i++)
		if (modules.at[i]->start && (s = modules.at[i]->start()) != OK)
			return s;
	return OK;
}

void
router_leave_worker(void)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = modules.count; i-- > 0;)
		if (modules.at[i]->leave_worker)
			modules.at[i]->leave_worker();
	components_worker_fini();
	accounts_worker_fini();
	sessions_worker_fini();
	hosts_forget();
}

void
router_stop(void)
{
	struct module_list modules = dispatch_modules();

	for (size_t i = modules.count; i-- > 0;)
		if (modules.at[i]->stop)
			modules.at[i]->stop();
	modules_forget_metrics();
	dispatch_fini();
}
