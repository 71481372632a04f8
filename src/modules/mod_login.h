/* SPDX-License-Identifier: MIT
 *
 * Login tokens: for a portal that has its people logged in already.
 */
#ifndef MODULES_MOD_LOGIN_H
#define MODULES_MOD_LOGIN_H

#include "router/module.h"

struct login_conf {
	msec_t lifetime_ms;
	bool create;           /* accounts on the fly */
	struct str jwt_keys;   /* file: PEM or JWK Set; relative to the data directory */
	struct str jwt_secret; /* file */
	struct str jwt_issuer;
	struct str jwt_audience;
	msec_t jwt_leeway_ms;
};

/*
 * OK            the token is good once, until then
 * E_NOT_FOUND   there is no such account, and none is made
 * E_DENIED      it is disabled
 * E_UNSUPPORTED the module is not enabled at the account's host
 * E_LIMIT       too many tokens wait to be used
 * E_IO, E_FULL  the store failed
 */
typedef void login_made_fn(void *waiter, enum status s, struct str token, usec_t expires_us);

/* A token for one account, which is copied. lifetime_ms: at most as configured; 0: that.
 * Answers on the calling worker; the token is valid from then on. */
void login_token_make(
    struct jid account, msec_t lifetime_ms, login_made_fn *made, void *waiter);

extern const struct module mod_login;

#endif
