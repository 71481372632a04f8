/* SPDX-License-Identifier: MIT
 *
 * From requests to operations and back: methods, path templates, and arguments as text.
 */
#ifndef DAEMON_OPERATION_PATH_H
#define DAEMON_OPERATION_PATH_H

#include "daemon/operation.h"

/*
 * The operation of that method and path, and the arguments that stand in the path.
 *
 * path     decoded, below /api/v1: "/users/juliet@example.org"
 * args     an object; receives them
 * methods  written when NULL is returned: those that the path has, "GET, PUT", in the arena;
 *          "no string" when there is nothing
 */
const struct operation *operation_at(
    struct str method, struct str path, json_t *args, struct arena *a, struct str *methods);

/* A value as text - from a path, a query, a command line - as JSON of the option's type. What
 * is no value of that type stays text, which the option then refuses. */
json_t *operation_argument(const struct option *o, struct str text, struct arena *a);

/*
 * Adds what stands in a query to the arguments. An option that takes a list may stand there
 * several times.
 *
 * reason  written on failure, in the arena
 *
 * E_INVALID  not a query, an unknown argument, or one that was given already
 */
MUST_CHECK enum status operation_read_query(const struct operation *op, struct str query,
    json_t *args, struct arena *a, struct str *reason);

/* "/users/juliet%40example.org?limit=5" of these arguments; those that need no body. */
struct str operation_target(const struct operation *op, const json_t *args, struct arena *a);

/* Whether what is not in the path goes into a body. */
bool operation_has_body(const struct operation *op);

#endif
