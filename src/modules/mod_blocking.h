/* SPDX-License-Identifier: MIT
 *
 * Whether an account has blocked somebody (XEP-0191).
 */
#ifndef MODULES_MOD_BLOCKING_H
#define MODULES_MOD_BLOCKING_H

#include "router/module.h"

bool blocking_blocks(struct account *a, struct jid other);

extern const struct module mod_blocking;

#endif
