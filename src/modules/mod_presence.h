/* SPDX-License-Identifier: MIT
 *
 * Presence of an account, for modules that change who may see it.
 */
#ifndef MODULES_MOD_PRESENCE_H
#define MODULES_MOD_PRESENCE_H

#include "router/module.h"

/* Sends the presence of every available session to the contact, or that it is unavailable:
 * a subscription has begun or ended, a block was taken away or set. */
void presence_tell_available(struct call *c, struct jid contact);
void presence_tell_unavailable(struct call *c, struct jid contact);

extern const struct module mod_presence;

#endif
