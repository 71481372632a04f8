/* SPDX-License-Identifier: MIT
 *
 * The data directory: one process at a time works in it.
 *
 *     jaseur.yaml    configuration, written at the first start
 *     control.sock   where the command line reaches a running server
 *     certificates/  NAME.pem: those that were made for hosts without one
 *     store/         accounts, rosters, messages
 *     blobs/         uploaded files, named by their hash
 */
#ifndef DAEMON_DIRECTORY_H
#define DAEMON_DIRECTORY_H

#include "base/str.h"

/* Makes the directory and those above it, where they are missing. E_IO: errno tells why. */
MUST_CHECK enum status directory_make(const char *path);

/*
 * Claims the directory, by a lock on it, until the process ends or closes *out.
 *
 * E_EXISTS  another process works in it
 * E_IO      errno tells why
 */
MUST_CHECK enum status directory_claim(const char *path, int *out);

#endif
