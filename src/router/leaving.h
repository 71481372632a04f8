/* SPDX-License-Identifier: MIT
 *
 * A client that says that it goes away and may be about to come back, such as a page that is
 * closed or read anew: its session ends as if it had closed its stream, unless another stream
 * takes it over in time (decision 117).
 *
 *   leaving   managed.leaving is set                leaving_begin
 *   cut       its stream had not ended by itself    on_due
 *   over      closed; or it came back               on_due, leaving_forget
 */
#ifndef ROUTER_LEAVING_H
#define ROUTER_LEAVING_H

#include "router/managed.h"

/* Ends the session in `grace_ms`. Whose end has begun so already, keeps its time. */
void leaving_begin(struct managed *m, msec_t grace_ms);

/* It came back, or is over. Also of one that does not leave. */
void leaving_forget(struct managed *m);

#endif
