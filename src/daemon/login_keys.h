/* SPDX-License-Identifier: MIT
 *
 * The keys with which portals sign who may log in (mod_login), read from the files that the
 * configuration names.
 */
#ifndef DAEMON_LOGIN_KEYS_H
#define DAEMON_LOGIN_KEYS_H

#include "daemon/config.h"
#include "xmpp/jwt.h"

/*
 * Of one host. Reads files: not on workers.
 *
 * reason  written on failure, in the arena
 * out     NULL when the host has none; else freed by jwt_keys_free
 *
 * E_NOT_FOUND, E_LIMIT  a file cannot be read, or is too large
 * E_INVALID             a file holds no keys that could be used, or issuer or audience is
 *                       missing
 */
MUST_CHECK enum status login_keys_read(const struct config *c, struct str host, struct str data,
    struct arena *a, struct str *reason, const struct jwt_keys **out);

#endif
