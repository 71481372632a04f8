/* SPDX-License-Identifier: MIT
 *
 * Operations from the command line: the running server is asked; when none runs, the same
 * operation runs in this process, on the same store.
 */
#ifndef DAEMON_OPERATE_H
#define DAEMON_OPERATE_H

#include "daemon/commands.h"
#include "daemon/operation.h"

/* Runs the operation with the command's options as arguments, and prints the answer. The
 * exit status. */
int operate(const struct invocation *i, const struct operation *op);

#endif
