/* SPDX-License-Identifier: MIT
 *
 * What components say that they can do about the namespaces in which they answer for the
 * server, or for its accounts: it stands in their disco#info, in place of what modules of ours
 * can do (XEP-0355 section 7.2). Each worker has all of it.
 */
#ifndef MODULES_COMPONENTS_NESTED_H
#define MODULES_COMPONENTS_NESTED_H

#include "base/list.h"
#include "router/hook.h"
#include "xml/element.h"

/* Asks the component that has connected (ON_COMPONENT_ATTACHED). */
void nested_ask(struct call *c);

/* An answer to that. False: it is another. */
MUST_CHECK bool nested_take(struct call *c);

/* Whether requests about the feature go to a component, which alone says whether it has it. */
bool nested_hides(const struct host *host, struct str feature);

/* Walks the <query/>s of what is said of the host (SERVER) or of its accounts (ACCOUNT); *place
 * is NULL before the first. ELEM_NONE behind the last. */
struct elem nested_next(const struct host *host, enum target at, struct list **place);

/* Changes with what nested_next() gives here, apart from the configuration. */
uint64_t nested_generation(void);

void nested_leave_worker(void);

#endif
