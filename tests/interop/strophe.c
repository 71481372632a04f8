/* SPDX-License-Identifier: MIT
 *
 * A client made with libstrophe: logs in, greets somebody, and ends well once it is answered.
 *
 *   strophe JID PASSWORD HOST PORT CERTIFICATE TO
 */
#include "strophe_login.h"

#include <stdbool.h>
#include <stdlib.h>

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

	if (argc != 7)
		return 2;
	c.library = login_library_new();
	c.to = argv[6];
	login_and_run(argv, c.library, on_event, &c);
	return c.answered ? EXIT_SUCCESS : EXIT_FAILURE;
}
