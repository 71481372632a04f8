/* SPDX-License-Identifier: MIT */
#include "daemon/control.h"

#include "base/buf.h"
#include "base/limits.h"
#include "daemon/operation.h"
#include "transport/conn.h"
#include "transport/listener.h"

/* One client. While its request is under way nothing more is read from it. */
struct control {
	struct conn *conn; /* NULL once it has ended */
	struct buf line;   /* the beginning of a request */
	bool is_asking;    /* a request is under way, which will come back to this */
	bool is_reading;   /* in on_bytes */
};

/* Requests hold passwords. */
static void
forget_line(struct control *c)
{
	if (c->line.at)
		mem_wipe(c->line.at, c->line.room);
	buf_fini(&c->line);
}

static void
control_free(struct control **c)
{
	forget_line(*c);
	free(*c);
	*c = NULL;
}

static void
send_answer(struct control *c, const json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);

	/* Refused bytes end the connection, which on_end hears of. */
	if (conn_write(c->conn, str_from_c(text)))
		conn_write(c->conn, S("\n"));
	free(text);
}

static void
on_answer(void *asker, const json_t *answer)
{
	struct control *c = asker;

	c->is_asking = false;
	if (!c->conn) {
		control_free(&c);
		return;
	}
	send_answer(c, answer);
	if (!c->is_reading)
		conn_resume(c->conn);
}

/* Takes the bytes up to the end of a line, and has the request run. */
static size_t
take_line(struct control *c, struct str bytes)
{
	size_t end = str_find(bytes, '\n');
	struct arena a;

	if (buf_add(&c->line, str_slice(bytes, 0, end)) != OK) {
		conn_abort(c->conn);
		return bytes.len;
	}
	if (end == bytes.len)
		return end;
	c->is_asking = true;
	arena_init_wiped(&a, 4096);
	bytes = str_copy(&a, buf_str(&c->line));
	forget_line(c);
	operation_ask(bytes, on_answer, c);
	arena_fini(&a);
	return end + 1;
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct control *c = user;
	size_t taken = 0;

	c->is_reading = true;
	while (taken < bytes.len && !c->is_asking)
		taken += take_line(c, str_slice(bytes, taken, bytes.len));
	c->is_reading = false;
	if (c->is_asking)
		conn_pause(c->conn);
	return taken;
}

static void
on_end(void *user, enum conn_end why)
{
	struct control *c = user;

	(void)why;
	c->conn = NULL;
	if (!c->is_asking)
		control_free(&c);
}

static void
on_accept(void *user, struct conn *conn)
{
	static const struct conn_user calls = { .on_bytes = on_bytes, .on_end = on_end };
	struct control *c = mem_zalloc(sizeof(*c));

	(void)user;
	c->conn = conn;
	buf_init(&c->line, OPERATION_REQUEST_MAX);
	conn_set_user(conn, &calls, c);
}

enum status
control_open(struct transport *t, struct str path, struct arena *a, struct str *reason,
    struct listener **out)
{
	struct listener_conf conf = { .address = path, .on_accept = on_accept };

	return listener_open(t, &conf, a, reason, out);
}
