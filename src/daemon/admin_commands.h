/* SPDX-License-Identifier: MIT
 *
 * Service administration by ad-hoc commands (XEP-0133 1.3.1): what an administrator's client
 * shows as forms, done by the operations (operation.h), with their checks and audit log. Who
 * administers a host is said in modules.commands.admins; he may deal with that host only.
 */
#ifndef DAEMON_ADMIN_COMMANDS_H
#define DAEMON_ADMIN_COMMANDS_H

/* After the router has been started, before the workers run. */
void admin_commands_register(void);

#endif
