/* SPDX-License-Identifier: MIT
 *
 * Nicknames, as they are compared where several people have one: so that none looks like
 * another's (after RFC 8266 section 2.4, with the folding of case that Unicode has for it).
 */
#ifndef XMPP_NICKNAME_H
#define XMPP_NICKNAME_H

#include "base/str.h"

/*
 * What the nickname is compared by: without case, width and compatibility forms, what cannot be
 * seen, and spaces but for one between words. In the arena.
 *
 * E_INVALID  longer than the resource of an address, no UTF-8, or nothing is left of it
 */
MUST_CHECK enum status nickname_key(struct arena *a, struct str nick, struct str *key);

#endif
