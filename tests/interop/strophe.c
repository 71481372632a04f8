/* SPDX-License-Identifier: MIT
 *
 * A client made with libstrophe: logs in, greets somebody, and ends well once it is answered.
 *
 *   strophe JID PASSWORD HOST PORT CERTIFICATE TO
 *
 * Accepts no connection without TLS, and no certificate but that in the file CERTIFICATE.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <strophe.h>

struct client {
	xmpp_ctx_t *library;
	const char *to;
	bool answered;
};

static int
on_message(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *arg)
{
	struct client *c = arg;

	if (xmpp_stanza_get_child_by_name(stanza, "body")) {
		c->answered = true;
		xmpp_disconnect(conn);
	}
	return 1;
}

static void
greet(xmpp_conn_t *conn, struct client *c)
{
	xmpp_stanza_t *presence = xmpp_presence_new(c->library);
	xmpp_stanza_t *message = xmpp_message_new(c->library, "chat", c->to, "greeting");

	xmpp_handler_add(conn, on_message, NULL, "message", NULL, c);
	xmpp_send(conn, presence);
	xmpp_message_set_body(message, "Good morrow!");
	xmpp_send(conn, message);
	xmpp_stanza_release(presence);
	xmpp_stanza_release(message);
}

static void
on_event(
    xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *said, void *arg)
{
	struct client *c = arg;

	(void)error;
	(void)said;
	if (event == XMPP_CONN_CONNECT)
		greet(conn, c);
	else
		xmpp_stop(c->library);
}

int
main(int argc, char **argv)
{
	struct client c = { 0 };
	xmpp_conn_t *conn;

	if (argc != 7)
		return 2;
	xmpp_initialize();
	c.library = xmpp_ctx_new(NULL, xmpp_get_default_logger(XMPP_LEVEL_WARN));
	c.to = argv[6];
	conn = xmpp_conn_new(c.library);
	xmpp_conn_set_flags(conn, XMPP_CONN_FLAG_MANDATORY_TLS);
	xmpp_conn_set_cafile(conn, argv[5]);
	xmpp_conn_set_jid(conn, argv[1]);
	xmpp_conn_set_pass(conn, argv[2]);
	if (xmpp_connect_client(conn, argv[3], (unsigned short)atoi(argv[4]), on_event, &c) ==
	    XMPP_EOK)
		xmpp_run(c.library);
	xmpp_conn_release(conn);
	xmpp_ctx_free(c.library);
	xmpp_shutdown();
	return c.answered ? EXIT_SUCCESS : EXIT_FAILURE;
}
