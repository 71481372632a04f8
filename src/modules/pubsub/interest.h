/* SPDX-License-Identifier: MIT
 *
 * The last item of a node, for who comes online (XEP-0163 section 4.3.4,
 * "on_sub_and_presence").
 *
 * Once it is known what a session's client can do, the session's home tells the homes of the
 * contacts whose presence the user sees, and with whom that leaves what they have to say: each
 * worker knows what the kind of client wants to be notified of (mod_caps.h).
 */
#ifndef MODULES_PUBSUB_INTEREST_H
#define MODULES_PUBSUB_INTEREST_H

#include "router/hook.h"

/* ON_SESSION_AVAILABLE, ON_SESSION_CAPS: the session wants to hear from all its contacts, and
 * from its own account. */
enum verdict interest_in_contacts(struct call *c);

/* ON_CONTACT_SHOWN: the contact's sessions want to hear from the account. */
enum verdict interest_of_contact(struct call *c);

#endif
