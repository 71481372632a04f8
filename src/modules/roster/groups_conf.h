/* SPDX-License-Identifier: MIT
 *
 * Groups of shared contacts that stand in the configuration.
 */
#ifndef MODULES_ROSTER_GROUPS_CONF_H
#define MODULES_ROSTER_GROUPS_CONF_H

/*
 * Makes the groups that the configuration names what it says they are, and ends those that it
 * does not name any more; asynchronous, on any worker or thread. Those of the API are left
 * alone: the two cannot have the same id.
 */
void groups_reconsider(void);

#endif
