/* SPDX-License-Identifier: MIT */
#include "router/dispatch.h"

#include "router/host.h"
#include "router/module.h"

struct placed_hook {
	const struct hook *hook;
	const struct module *module;
	size_t index; /* of the module */
};

/* The hooks of each event, by phase and then by the modules' order. */
static struct {
	struct module_list modules;
	struct placed_hook *hook[EVENTS];
	size_t n[EVENTS];
} order;

static void
place(enum event on, enum phase in, size_t index)
{
	const struct module *m = order.modules.at[index];

	for (size_t i = 0; i < m->hooks.count; i++) {
		const struct hook *h = &m->hooks.at[i];

		if (h->on != on || h->in != in)
			continue;
		order.hook[on] =
		    mem_resize(order.hook[on], (order.n[on] + 1) * sizeof(struct placed_hook));
		order.hook[on][order.n[on]++] = (struct placed_hook){ h, m, index };
	}
}

void
dispatch_init(struct module_list modules)
{
	assert(modules.count <= MODULES_MAX);
	order.modules = modules;
	for (enum event on = 0; on < EVENTS; on++)
		for (enum phase in = POLICY; in <= HANDLE; in++)
			for (size_t m = 0; m < modules.count; m++)
				place(on, in, m);
}

void
dispatch_fini(void)
{
	for (enum event on = 0; on < EVENTS; on++) {
		free(order.hook[on]);
		order.hook[on] = NULL;
		order.n[on] = 0;
	}
}

struct module_list
dispatch_modules(void)
{
	return order.modules;
}

size_t
dispatch_index(const struct module *m)
{
	size_t i = 0;

	while (i < order.modules.count && order.modules.at[i] != m)
		i++;
	assert(i < order.modules.count);
	return i;
}

static enum verdict
run(struct call *c, const struct placed_hook *p)
{
	c->conf = c->host->module_conf[p->index];
	if (!c->conf) /* disabled on this host */
		return PASS;
	c->module = p->module;
	return p->hook->run(c);
}

static enum event
event_of(const struct stanza *st)
{
	switch (st->kind) {
	case STANZA_MESSAGE:
		return ON_MESSAGE;
	case STANZA_PRESENCE:
		return ON_PRESENCE;
	default:
		return st->type == IQ_GET   ? ON_IQ_GET
		       : st->type == IQ_SET ? ON_IQ_SET
					    : ON_IQ_ANSWER;
	}
}

static bool
selects(const struct hook *h, enum target at, struct elem payload)
{
	if (!(h->at & (unsigned)at))
		return false;
	return h->ns.len == 0 || (elem_exists(payload) && elem_is(payload, h->ns, h->name));
}

enum verdict
dispatch_stanza(struct call *c, enum target at, enum phase from)
{
	enum event on = event_of(c->stanza);

	c->payload = c->stanza->kind == STANZA_IQ ? stanza_payload(c->stanza) : ELEM_NONE;
	for (size_t i = 0; i < order.n[on]; i++)
		if (order.hook[on][i].hook->in >= from &&
		    selects(order.hook[on][i].hook, at, c->payload) &&
		    run(c, &order.hook[on][i]) == DONE)
			return DONE;
	return PASS;
}

enum verdict
dispatch_element(struct call *c, enum event on, struct elem e)
{
	c->payload = e;
	for (size_t i = 0; i < order.n[on]; i++) {
		const struct hook *h = order.hook[on][i].hook;

		if (elem_is(e, h->ns, h->name) && run(c, &order.hook[on][i]) == DONE)
			return DONE;
	}
	return PASS;
}

static bool
is_listed(struct str ns, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], ns))
			return true;
	return false;
}

size_t
dispatch_namespaces(const struct host *host, enum event on, struct str *ns, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < order.n[on] && n < max; i++) {
		const struct placed_hook *p = &order.hook[on][i];

		if (host->module_conf[p->index] && !is_listed(p->hook->ns, ns, n))
			ns[n++] = p->hook->ns;
	}
	return n;
}

void
dispatch_event(struct call *c, enum event on)
{
	for (size_t i = 0; i < order.n[on]; i++)
		run(c, &order.hook[on][i]);
}
