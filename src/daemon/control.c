/* SPDX-License-Identifier: MIT */
#include "daemon/control.h"

#include <unistd.h>

#include "base/log.h"
#include "http/http.h"
#include "transport/conn.h"
#include "transport/listener.h"

static void
on_accept(void *user, struct conn *conn)
{
	uint32_t uid;

	(void)user;
	if (conn_peer_uid(conn, &uid) == OK && (uid == 0 || uid == geteuid())) {
		http_accept_local(conn, uid);
		return;
	}
	log_warn("control.refused");
	conn_abort(conn);
}

enum status
control_open(struct transport *t, struct str path, struct arena *a, struct str *reason,
    struct listener **out)
{
	struct listener_conf conf = { .address = path, .on_accept = on_accept };

	return listener_open(t, &conf, a, reason, out);
}
