/* SPDX-License-Identifier: MIT
 *
 * Delayed delivery (XEP-0203 2.0): when a stanza that has waited was received.
 */
#ifndef XMPP_DELAY_H
#define XMPP_DELAY_H

#include "base/time.h"
#include "xmpp/stanza.h"

/* The stanza with a stamp by `from`, the domain that has kept it. */
struct stanza *delay_stamp(
    const struct stanza *st, struct str from, usec_t received_us, struct arena *a);

#endif
