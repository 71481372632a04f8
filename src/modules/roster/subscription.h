/* SPDX-License-Identifier: MIT
 *
 * Requests to see somebody's presence, for a module that has looked at one before the user
 * does.
 */
#ifndef MODULES_ROSTER_SUBSCRIPTION_H
#define MODULES_ROSTER_SUBSCRIPTION_H

#include "router/module.h"

/* A presence stanza that came to the account, as if nobody had looked at it. */
enum verdict subscription_receive(struct call *c);

/*
 * The user has agreed beforehand to the request in c->stanza: it is granted, whoever sent it
 * becomes a contact, and is asked for the same. There must be room for him (roster_has_room).
 *
 * b  is written with it, and taken over
 */
void subscription_agree(struct call *c, struct store_batch *b);

#endif
