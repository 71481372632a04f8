/* SPDX-License-Identifier: MIT
 *
 * How the clients made with libstrophe begin: their first five arguments are
 *
 *   JID PASSWORD HOST PORT CERTIFICATE
 *
 * and they accept no connection without TLS, and no certificate but that in the file
 * CERTIFICATE.
 */
#ifndef STROPHE_LOGIN_H
#define STROPHE_LOGIN_H

#include <strophe.h>

/*
 * Connects, and runs until xmpp_stop.
 *
 * argv      of the program
 * library   from login_library_new; freed
 * on_event  is told of the connection, with arg
 */
void login_and_run(char **argv, xmpp_ctx_t *library, xmpp_conn_handler on_event, void *arg);

/* Warnings go to the standard error. */
xmpp_ctx_t *login_library_new(void);

#endif
