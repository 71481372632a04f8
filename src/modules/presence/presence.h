/* SPDX-License-Identifier: MIT
 *
 * Presence, for the module that chooses whose a session gets.
 */
#ifndef MODULES_PRESENCE_PRESENCE_H
#define MODULES_PRESENCE_PRESENCE_H

#include "router/module.h"

/* Asks a contact that the account follows for its presence (RFC 6121 section 4.3.1), which
 * c->session is to get whatever was broadcast before; a blocked one is not asked. */
void presence_ask(struct call *c, struct jid contact);

#endif
