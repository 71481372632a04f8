/* SPDX-License-Identifier: MIT
 *
 * Text in JSON (RFC 8259 section 7), for the few small objects that protocols around XMPP
 * carry.
 */
#ifndef XMPP_JSON_H
#define XMPP_JSON_H

#include "base/str.h"

/* The text as a string with its quotes. It must be UTF-8. */
struct str json_quote(struct arena *a, struct str text);

#endif
