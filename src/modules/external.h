/* SPDX-License-Identifier: MIT
 *
 * What mod_external needs to know of the server's own relay for calls.
 */
#ifndef MODULES_EXTERNAL_H
#define MODULES_EXTERNAL_H

#include "base/lang.h"

/* The UDP port of the first listener that serves it, or 0; any thread. */
void external_relay_at(uint16_t port);

#endif
