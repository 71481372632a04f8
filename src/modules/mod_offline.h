/* SPDX-License-Identifier: MIT
 *
 * Messages for who is not there, as others may know of them.
 */
#ifndef MODULES_MOD_OFFLINE_H
#define MODULES_MOD_OFFLINE_H

#include "router/module.h"

/* The session has got all messages of its archive with ids from first to last: it needs none
 * of them from here. Parts that touch each other add up. */
void offline_seen(struct session *s, uint64_t first, uint64_t last);

extern const struct module mod_offline;

#endif
