/* SPDX-License-Identifier: MIT
 *
 * The modules' states of an account or a session lie behind it in one block.
 */
#ifndef ROUTER_STATE_H
#define ROUTER_STATE_H

#include "base/str.h"

struct account;
struct session;

/* After dispatch_init: computes the offsets. */
void state_layout(void);

/* Bytes behind a struct account, a struct session. */
size_t state_account_bytes(void);
size_t state_session_bytes(void);

/* Gives one row of the store to the module that keeps it. */
void state_load(struct account *a, struct str kind, struct str item, struct str value);

/* Kinds of all rows that a loaded account is made of: at most `max` are written. */
size_t state_kinds(struct str *kinds, size_t max);

/* Lets the modules release what their states hold, and zeroes them. */
void state_account_fini(struct account *a);
void state_session_fini(struct session *s);

#endif
