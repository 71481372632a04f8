/* SPDX-License-Identifier: MIT */
#include "daemon/health.h"

#include <stdatomic.h>

#include "daemon/access.h"
#include "daemon/exposition.h"
#include "http/conf.h"
#include "loop/helper.h"
#include "router/account.h"
#include "router/host.h"

#define PLAIN_TEXT S("text/plain; charset=utf-8")

/* --- is it alive? --------------------------------------------------------------------------
 */

static void
tell_health(struct http_exchange *x)
{
	http_answer(x, 200, PLAIN_TEXT, S("alive\n"));
}

/* --- is it ready? --------------------------------------------------------------------------
 */

enum { PROBE_MS = 2000 }; /* how long what was found out about the store holds */

static atomic_bool draining;

/* What the last write of the probe's row came to, each worker for itself. */
static _Thread_local struct {
	msec_t at_ms;
	bool failed, is_under_way;
	struct http_id *asking; /* who waits for it */
	size_t n_asking, room;
} probe;

void
health_drain(void)
{
	atomic_store(&draining, true);
}

static void
tell_readiness(struct http_exchange *x)
{
	if (atomic_load(&draining))
		http_answer(x, 503, PLAIN_TEXT, S("stopping\n"));
	else if (probe.failed)
		http_answer(x, 503, PLAIN_TEXT, S("the store takes no writes\n"));
	else if (store_is_congested(account_store()))
		http_answer(x, 503, PLAIN_TEXT, S("the store is too slow\n"));
	else
		http_answer(x, 200, PLAIN_TEXT, S("ready\n"));
}

static void
on_probed(void *waiter, enum status s)
{
	struct http_exchange *x;

	(void)waiter;
	probe.failed = s != OK;
	probe.is_under_way = false;
	probe.at_ms = loop_now_ms();
	for (size_t i = 0; i < probe.n_asking; i++)
		if ((x = http_find(probe.asking[i])))
			tell_readiness(x);
	free(probe.asking);
	probe.asking = NULL;
	probe.n_asking = probe.room = 0;
}

/* A row that means nothing: whether it can be written is what is asked. */
static void
write_probe(void)
{
	struct store_batch *b = store_batch_new(account_store());

	probe.is_under_way = true;
	store_put(b, hosts_at(0)->name, S("probe"), S(""), S("1"));
	store_commit(&b, on_probed, NULL);
}

static void
ask_readiness(struct http_exchange *x)
{
	bool is_known = probe.at_ms && loop_now_ms() - probe.at_ms < PROBE_MS;

	if (atomic_load(&draining) || (is_known && !probe.is_under_way)) {
		tell_readiness(x);
		return;
	}
	if (probe.n_asking == probe.room) {
		probe.room = probe.room ? probe.room * 2 : 4;
		probe.asking = mem_resize(probe.asking, probe.room * sizeof(*probe.asking));
	}
	probe.asking[probe.n_asking++] = http_exchange_id(x);
	if (!probe.is_under_way)
		write_probe();
}

/* --- what it counts --------------------------------------------------------------------------
 */

/* Written on a helper, for an exchange that may be gone then. */
struct page {
	struct http_id asking;
	struct buf text;
};

static void
write_page(void *job)
{
	struct page *p = job;

	exposition_write(&p->text);
}

static void
send_page(void *job)
{
	struct page *p = job;
	struct http_exchange *x = http_find(p->asking);

	if (x)
		http_answer(
		    x, 200, S("text/plain; version=0.0.4; charset=utf-8"), buf_str(&p->text));
	buf_fini(&p->text);
	free(p);
}

static void
make_page(struct http_exchange *x)
{
	struct page *p = mem_zalloc(sizeof(*p));

	p->asking = http_exchange_id(x);
	buf_init(&p->text, SIZE_MAX);
	if (helper_run(p, write_page, send_page) != OK) {
		free(p);
		http_refuse(x, 503, (struct str){ 0 });
	}
}

static void
on_judged(void *waiter, enum access verdict, const struct operation_actor *actor)
{
	struct http_exchange *x = waiter;

	if (verdict == ACCESS_GRANTED && actor->scopes & (SCOPE_METRICS_READ | SCOPE_ADMIN) &&
	    actor->hosts.count == 0)
		make_page(x);
	else
		http_refuse(x, 403,
		    S("This address is none of http.metrics, and there is no token that may "
		      "read "
		      "them."));
}

static void
show_metrics(struct http_exchange *x)
{
	if (http_is_watcher(x))
		make_page(x);
	else
		access_judge(http_header(x, S("authorization")), x->address, on_judged, x);
}

static const struct http_route routes[] = {
	{ S("/healthz"), HTTP_GET, .flags = HTTP_PLAIN, .run = tell_health },
	{ S("/readyz"), HTTP_GET, .flags = HTTP_PLAIN, .run = ask_readiness },
	{ S("/metrics"), HTTP_GET, .flags = HTTP_PLAIN, .run = show_metrics },
};

const struct http_routes health_routes = TABLE(routes);
