/* SPDX-License-Identifier: MIT
 *
 * A client made with libstrophe that keeps a room: makes it, sets its name, publishes that to a
 * node, answers what somebody says in the room, and puts him out. Ends well when he is out.
 *
 *   strophe_room JID PASSWORD HOST PORT CERTIFICATE ROOM NAME SERVICE NODE
 *
 * What it is started with needs no escaping in XML.
 */
#include "strophe_login.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUC "http://jabber.org/protocol/muc"
#define PUBSUB "http://jabber.org/protocol/pubsub"
#define KEEPER "keeper" /* its nickname */

struct client {
	xmpp_ctx_t *library;
	const char *room, *name, *service, *node;
	bool is_configured;
	bool is_published;
	bool is_over;
};

/* Sends the stanza that the text says. */
static void
say(xmpp_conn_t *conn, struct client *c, const char *format, ...)
{
	char text[2048];
	va_list arguments;
	xmpp_stanza_t *stanza;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	stanza = xmpp_stanza_new_from_string(c->library, text);
	xmpp_send(conn, stanza);
	xmpp_stanza_release(stanza);
}

/* Of an occupant's address, or NULL. */
static const char *
nick_of(const char *from)
{
	const char *slash = from ? strchr(from, '/') : NULL;

	return slash ? slash + 1 : NULL;
}

/* Whether the presence has a status of the room with that code (XEP-0045 section 15.6). */
static bool
has_code(xmpp_stanza_t *presence, const char *code)
{
	xmpp_stanza_t *x = xmpp_stanza_get_child_by_ns(presence, MUC "#user");
	xmpp_stanza_t *child;

	for (child = x ? xmpp_stanza_get_children(x) : NULL; child;
	     child = xmpp_stanza_get_next(child)) {
		const char *name = xmpp_stanza_get_name(child);
		const char *got = xmpp_stanza_get_attribute(child, "code");

		if (name && !strcmp(name, "status") && got && !strcmp(got, code))
			return true;
	}
	return false;
}

static int
on_presence(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *arg)
{
	struct client *c = arg;

	if (has_code(stanza, "201"))
		say(conn, c,
		    "<iq to='%s' type='set' id='configure'><query xmlns='" MUC "#owner'>"
		    "<x xmlns='jabber:x:data' type='submit'>"
		    "<field var='FORM_TYPE'><value>" MUC "#roomconfig</value></field>"
		    "<field var='muc#roomconfig_roomname'><value>%s</value></field>"
		    "</x></query></iq>",
		    c->room, c->name);
	else if (has_code(stanza, "307")) {
		c->is_over = true;
		xmpp_disconnect(conn);
	}
	return 1;
}

static int
on_iq(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *arg)
{
	struct client *c = arg;
	const char *id = xmpp_stanza_get_id(stanza);
	const char *type = xmpp_stanza_get_type(stanza);
	bool is_result = type && !strcmp(type, "result");

	if (id && !strcmp(id, "configure") && is_result) {
		c->is_configured = true;
		say(conn, c,
		    "<iq to='%s' type='set' id='publish'><pubsub xmlns='" PUBSUB "'>"
		    "<publish node='%s'><item id='room'><open "
		    "xmlns='urn:example'>%s</open></item>"
		    "</publish></pubsub></iq>",
		    c->service, c->node, c->name);
	} else if (id && !strcmp(id, "publish") && is_result)
		c->is_published = true;
	return 1;
}

static int
on_message(xmpp_conn_t *conn, xmpp_stanza_t *stanza, void *arg)
{
	struct client *c = arg;
	const char *nick = nick_of(xmpp_stanza_get_from(stanza));

	if (!nick || !strcmp(nick, KEEPER) || !xmpp_stanza_get_child_by_name(stanza, "body"))
		return 1;
	say(conn, c, "<message to='%s' type='groupchat'><body>Good night, %s</body></message>",
	    c->room, nick);
	say(conn, c,
	    "<iq to='%s' type='set' id='kick'><query xmlns='" MUC "#admin'>"
	    "<item nick='%s' role='none'/></query></iq>",
	    c->room, nick);
	return 1;
}

static void
on_event(
    xmpp_conn_t *conn, xmpp_conn_event_t event, int error, xmpp_stream_error_t *said, void *arg)
{
	struct client *c = arg;

	(void)error;
	(void)said;
	if (event != XMPP_CONN_CONNECT) {
		xmpp_stop(c->library);
		return;
	}
	xmpp_handler_add(conn, on_presence, NULL, "presence", NULL, c);
	xmpp_handler_add(conn, on_iq, NULL, "iq", NULL, c);
	xmpp_handler_add(conn, on_message, NULL, "message", "groupchat", c);
	say(conn, c, "<presence to='%s/" KEEPER "'><x xmlns='" MUC "'/></presence>", c->room);
}

int
main(int argc, char **argv)
{
	struct client c = { 0 };

	if (argc != 10)
		return 2;
	c.library = login_library_new();
	c.room = argv[6];
	c.name = argv[7];
	c.service = argv[8];
	c.node = argv[9];
	login_and_run(argv, c.library, on_event, &c);
	return c.is_configured && c.is_published && c.is_over ? EXIT_SUCCESS : EXIT_FAILURE;
}
