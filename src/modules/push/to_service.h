/* SPDX-License-Identifier: MIT
 *
 * What comes back from push services with an address.
 */
#ifndef MODULES_PUSH_TO_SERVICE_H
#define MODULES_PUSH_TO_SERVICE_H

#include "router/hook.h"

/* An answer to a host of ours; PASS when it is none to a notification. */
enum verdict push_on_answer(struct call *c);

#endif
