/* SPDX-License-Identifier: MIT
 *
 * What the process may do: as many descriptors as it can get, the rights of an unprivileged
 * account, and of root's only to listen at ports below 1024.
 */
#ifndef DAEMON_PRIVILEGES_H
#define DAEMON_PRIVILEGES_H

#include "base/str.h"

/* Raises the limit on open descriptors to the hard limit. Returns the limit. */
uint64_t privileges_raise_descriptors(void);

/*
 * Becomes the account of the system, for good, when started as root; afterwards no program
 * that is executed can gain rights. Called while there is one thread.
 *
 * owned  n files and directories that are given to the account: what was made before
 *
 * E_NOT_FOUND  there is no such account
 * E_DENIED     another account is wanted, but we are not root
 * E_IO         the kernel refused
 */
MUST_CHECK enum status privileges_drop(const char *user, const char *const *owned, size_t n);

#endif
