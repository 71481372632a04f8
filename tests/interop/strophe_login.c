/* SPDX-License-Identifier: MIT */
#include "strophe_login.h"

#include <stdlib.h>

xmpp_ctx_t *
login_library_new(void)
{
	xmpp_initialize();
	return xmpp_ctx_new(NULL, xmpp_get_default_logger(XMPP_LEVEL_WARN));
}

void
login_and_run(char **argv, xmpp_ctx_t *library, xmpp_conn_handler on_event, void *arg)
{
	xmpp_conn_t *conn = xmpp_conn_new(library);

	xmpp_conn_set_flags(conn, XMPP_CONN_FLAG_MANDATORY_TLS);
	xmpp_conn_set_cafile(conn, argv[5]);
	xmpp_conn_set_jid(conn, argv[1]);
	xmpp_conn_set_pass(conn, argv[2]);
	if (xmpp_connect_client(conn, argv[3], (unsigned short)atoi(argv[4]), on_event, arg) ==
	    XMPP_EOK)
		xmpp_run(library);
	xmpp_conn_release(conn);
	xmpp_ctx_free(library);
	xmpp_shutdown();
}
