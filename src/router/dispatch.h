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

/* Runs the hooks for c->stanza, which is seen at `at`. */
enum verdict dispatch_stanza(struct call *c, enum target at);

/* Runs the hooks of an event without target, all of them. */
void dispatch_event(struct call *c, enum event on);

#endif
