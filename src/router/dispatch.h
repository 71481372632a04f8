/* SPDX-License-Identifier: MIT
 *
 * The list of modules, and the running of their hooks in order.
 */
#ifndef ROUTER_DISPATCH_H
#define ROUTER_DISPATCH_H

#include "router/hook.h"

enum { MODULES_MAX = 128 };

struct module_list {
	const struct module *const *at;
	size_t count;
};

/* Before the workers start: sorts the hooks, lays out the modules' state. */
void dispatch_init(struct module_list modules);
void dispatch_fini(void);

struct module_list dispatch_modules(void);

/* Place of the module in the list; it must be in it. */
size_t dispatch_index(const struct module *m);

/* Runs the hooks for c->stanza, which is seen at `at`, beginning with a phase. */
enum verdict dispatch_stanza(struct call *c, enum target at, enum phase from);

/* Runs the hooks of ON_ELEMENT or ON_BIND_INLINE that select the element. */
enum verdict dispatch_element(struct call *c, enum event on, struct elem e);

/* The namespaces that the hooks of such an event select at the host, each once: at most
 * `max` are written. */
size_t dispatch_namespaces(const struct host *host, enum event on, struct str *ns, size_t max);

/* The pass is over: what was gathered by call_rows goes to the store. (call.c) */
void call_write_rows(struct call *c);

/* Runs the hooks of an event without target, all of them. */
void dispatch_event(struct call *c, enum event on);

#endif
