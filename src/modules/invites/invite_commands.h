/* SPDX-License-Identifier: MIT
 *
 * Inviting from one's client (XEP-0401 0.6.0): ad-hoc commands for users and administrators.
 */
#ifndef MODULES_INVITES_INVITE_COMMANDS_H
#define MODULES_INVITES_INVITE_COMMANDS_H

/* At start, before any worker runs. */
void invite_commands_register(void);

#endif
