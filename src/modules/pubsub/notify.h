/* SPDX-License-Identifier: MIT
 *
 * Telling who wants to know what has happened at a node of an account (XEP-0060 section 7,
 * XEP-0163 section 4): the account's own devices whose capabilities say "NODE+notify",
 * and those that have not explained theirs yet, which would miss it otherwise. It is held back
 * with the call's change until that is on disk.
 */
#ifndef MODULES_PUBSUB_NOTIFY_H
#define MODULES_PUBSUB_NOTIFY_H

#include "router/hook.h"

void notify_published(struct call *c, struct str node, struct str id, struct str payload);
void notify_retracted(struct call *c, struct str node, struct str id);
void notify_deleted(struct call *c, struct str node);

#endif
