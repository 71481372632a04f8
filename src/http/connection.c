/* SPDX-License-Identifier: MIT
 *
 * How a connection reads requests, one after the other, and for how long it waits for what.
 * Its states are in inside.h; the moves:
 *
 *   IDLE -> HEAD, BODY, ANSWERING   take_head
 *   HEAD -> BODY, ANSWERING         take_head
 *   BODY -> ANSWERING               end_body
 *   ANSWERING, BODY -> IDLE         connection_go_on
 *   any -> CLOSING                  close_connection
 */
#include "http/inside.h"

/* The connections of this worker. */
static _Thread_local struct list served; /* http_connection.in_worker */

static struct list *
served_here(void)
{
	if (!served.next)
		list_init(&served);
	return &served;
}

/* --- the end --------------------------------------------------------------------------- */

static void
close_connection(struct http_connection *c)
{
	if (c->state == CLOSING)
		return;
	c->state = CLOSING;
	timer_stop(&c->timer);
	buf_fini(&c->head);
	conn_close(c->conn, HTTP_LINGER_MS);
}

static void
free_connection(struct http_connection *c)
{
	list_remove(&c->in_worker);
	timer_stop(&c->timer);
	buf_fini(&c->head);
	http_metered_connections(-1);
	free(c);
}

/* The client has left; who owns the exchange now, ends it. */
static void
leave_exchange(struct exchange *e)
{
	e->connection = NULL;
	if (e->file) {
		file_answer_stop(e);
		exchange_end(e);
	} else if (!e->is_asked) {
		exchange_free(&e);
	} else if (e->x.on_gone) {
		e->x.on_gone(&e->x);
	}
}

static void
on_end(void *user, enum conn_end why)
{
	struct http_connection *c = user;
	struct exchange *e = c->exchange;

	(void)why;
	free_connection(c);
	if (e)
		leave_exchange(e);
}

/* A request that no route has: the answer is ours, and the last. */
static void
refuse_and_close(struct http_connection *c, unsigned status)
{
	if (!c->exchange)
		c->exchange = exchange_new(c);
	c->exchange->keep_alive = false;
	http_refuse(&c->exchange->x, status, (struct str){ 0 });
}

/* --- bodies ---------------------------------------------------------------------------------
 */

static void
ask_route(struct exchange *e)
{
	e->is_asked = true;
	e->x.route->run(&e->x);
}

static bool
is_streamed(const struct exchange *e)
{
	return e->x.route->on_body && exchange_brings_content(e);
}

/* Nothing of it is missing. The end of a chunked one must be seen. */
static bool
body_is_over(const struct exchange *e)
{
	return e->body_here || (!e->head.is_chunked && e->body_got == e->x.body_bytes);
}

static void
end_body(struct http_connection *c)
{
	struct exchange *e = c->exchange;

	timer_stop(&c->timer);
	c->state = ANSWERING;
	e->body_here = true;
	if (is_streamed(e)) {
		e->x.route->on_body_end(&e->x);
		return;
	}
	e->x.body = buf_str(&e->gathered);
	if (!e->x.body.at)
		e->x.body = S("");
	ask_route(e);
}

static void
wait_for_body(struct http_connection *c)
{
	c->body_before = c->exchange->body_got;
	timer_set(&c->timer, http_site_here()->conf.body_ms);
}

void
connection_want_body(struct http_connection *c)
{
	struct exchange *e = c->exchange;

	if (c->state != BODY)
		return;
	if (body_is_over(e)) {
		timer_set(&c->timer, 0); /* the end, but not inside of the caller */
		return;
	}
	if (e->go_on_due)
		conn_write(c->conn, S("HTTP/1.1 100 Continue\r\n\r\n"));
	e->go_on_due = false;
	wait_for_body(c);
	if (c->is_paused && !c->is_reading) {
		c->is_paused = false;
		conn_resume(c->conn);
	}
}

/* The body cannot be what was announced. */
static void
fail_body(struct http_connection *c, unsigned status)
{
	if (is_streamed(c->exchange))
		conn_abort(c->conn); /* the route hears that the client is gone */
	else
		refuse_and_close(c, status);
	c->state = CLOSING;
}

static void
deliver(struct http_connection *c, struct str bytes)
{
	struct exchange *e = c->exchange;
	uint64_t max = e->x.route->body_max;

	e->body_got += bytes.len;
	if (is_streamed(e)) {
		if (max && e->body_got > max)
			fail_body(c, 413);
		else
			e->x.route->on_body(&e->x, bytes);
	} else if (buf_add(&e->gathered, bytes) != OK) {
		fail_body(c, 413);
	}
}

static size_t
take_chunked(struct http_connection *c, struct str bytes)
{
	struct exchange *e = c->exchange;
	struct str rest = bytes, data;

	while (c->exchange == e && c->state == BODY && !e->is_held) {
		switch (http_chunked_take(&e->chunked, &rest, &data)) {
		case HTTP_CHUNK_DATA:
			deliver(c, data);
			break;
		case HTTP_CHUNK_END:
			end_body(c);
			return bytes.len - rest.len;
		case HTTP_CHUNK_BAD:
			fail_body(c, 400);
			return bytes.len;
		case HTTP_CHUNK_MORE:
			return bytes.len;
		}
	}
	return bytes.len - rest.len;
}

static size_t
take_body(struct http_connection *c, struct str bytes)
{
	struct exchange *e = c->exchange;
	uint64_t left;

	assert(e); /* BODY */
	left = e->x.body_bytes - e->body_got;
	e->go_on_due = false;
	if (e->head.is_chunked)
		return take_chunked(c, bytes);
	if (bytes.len > left)
		bytes.len = (size_t)left;
	deliver(c, bytes);
	if (c->exchange == e && c->state == BODY && !e->is_held && body_is_over(e))
		end_body(c);
	return bytes.len;
}

/* --- heads -----------------------------------------------------------------------------------
 */

static void
begin_body(struct http_connection *c)
{
	struct exchange *e = c->exchange;

	c->state = BODY;
	if (is_streamed(e)) {
		ask_route(e);
		if (c->exchange != e || c->state != BODY || e->is_held)
			return;
		if (body_is_over(e)) {
			end_body(c);
			return;
		}
	} else {
		buf_init(&e->gathered, e->x.route->body_max);
	}
	connection_want_body(c);
}

static void
begin_request(struct http_connection *c, struct str head)
{
	struct exchange *e = exchange_new(c);
	unsigned refused;

	timer_stop(&c->timer);
	c->exchange = e;
	c->state = ANSWERING;
	if ((refused = request_read(e, head))) {
		refuse_and_close(c, refused);
	} else if (!request_is_settled(e)) {
		if (e->body_here && !is_streamed(e)) {
			e->x.body = S("");
			ask_route(e);
		} else {
			begin_body(c);
		}
	}
}

/* What keeps a part of a head from becoming a whole one; 0: nothing yet. */
static unsigned
judge_part(const struct http_connection *c, struct str part)
{
	/* Neither a method nor an empty line: not worth waiting for. */
	if ((part.at[0] < 'A' || part.at[0] > 'Z') && part.at[0] != '\r')
		return 400;
	if (c->looked == 0 && part.len > HTTP_TARGET_MAX + 32)
		return 414;
	return part.len == c->head.max ? 431 : 0;
}

/* Behind the part that has come before. */
static size_t
take_rest_of_head(struct http_connection *c, struct str bytes)
{
	size_t before = c->head.len, end;
	unsigned refused;
	enum status s;

	bytes = str_slice(bytes, 0, c->head.max - before);
	s = buf_add(&c->head, bytes);
	assert(s == OK);
	switch (http_head_find(buf_str(&c->head), &c->looked, &end)) {
	case HTTP_PART_WHOLE:
		begin_request(c, str_slice(buf_str(&c->head), 0, end));
		buf_fini(&c->head);
		return end - before;
	case HTTP_PART_OPEN:
		if ((refused = judge_part(c, buf_str(&c->head))))
			refuse_and_close(c, refused);
		break;
	case HTTP_PART_BAD:
		refuse_and_close(c, 400);
	}
	return bytes.len;
}

/* Most heads come whole and are read where they are. */
static size_t
take_head(struct http_connection *c, struct str bytes)
{
	const struct http_conf *conf = &http_site_here()->conf;
	size_t end;

	if (c->state == IDLE) {
		c->state = HEAD;
		c->looked = 0;
		buf_init(&c->head, conf->head_bytes);
		if (bytes.len <= conf->head_bytes &&
		    http_head_find(bytes, &c->looked, &end) == HTTP_PART_WHOLE) {
			begin_request(c, str_slice(bytes, 0, end));
			return end;
		}
		c->looked = 0;
		timer_set(&c->timer, conf->head_ms);
	}
	return take_rest_of_head(c, bytes);
}

/* --- the connection ----------------------------------------------------------------------- */

static void
pause_connection(struct http_connection *c)
{
	c->is_paused = true;
	conn_pause(c->conn);
}

/* Takes what can be taken now. */
static size_t
take_bytes(struct http_connection *c, struct str bytes)
{
	size_t taken = 0;
	unsigned requests = 0;

	while (taken < bytes.len && c->conn) {
		struct str rest = str_slice(bytes, taken, bytes.len);
		bool is_held = c->exchange && c->exchange->is_held;

		if (c->state == CLOSING)
			return bytes.len;
		if (c->state == BODY && !is_held) {
			taken += take_body(c, rest);
		} else if (c->state == BODY || c->state == ANSWERING) {
			pause_connection(c);
			break;
		} else if (c->state == IDLE && requests++ == TURN_REQUESTS) {
			pause_connection(c);
			timer_set(&c->timer, 0);
			break;
		} else {
			taken += take_head(c, rest);
		}
	}
	return taken;
}

static size_t
on_bytes(void *user, struct str bytes)
{
	struct http_connection *c = user;
	size_t taken;

	c->is_reading = true;
	taken = take_bytes(c, bytes);
	c->is_reading = false;
	if (!c->conn)
		free_connection(c); /* given away */
	return taken;
}

static void
on_sent(void *user)
{
	struct http_connection *c = user;

	if (c->exchange && c->exchange->file)
		file_answer_go_on(c->exchange);
}

static void
on_timer(struct timer *t)
{
	struct http_connection *c = list_entry(t, struct http_connection, timer);
	struct exchange *e = c->exchange;

	switch ((enum connection_state)c->state) {
	case IDLE:
		if (c->is_paused)
			connection_go_on(c, true);
		else
			close_connection(c);
		break;
	case HEAD:
		refuse_and_close(c, 408);
		break;
	case BODY:
		if (e->is_held)
			break;
		if (body_is_over(e))
			end_body(c);
		else if (e->body_got - c->body_before >= HTTP_BODY_PROGRESS_BYTES)
			wait_for_body(c);
		else
			fail_body(c, 408);
		break;
	case ANSWERING:
		if (e && e->file)
			file_answer_look(e);
		break;
	case CLOSING:
		break;
	}
}

void
connection_go_on(struct http_connection *c, bool keep_alive)
{
	if (!keep_alive || c->is_ending) {
		close_connection(c);
		return;
	}
	c->state = IDLE;
	timer_set(&c->timer, http_site_here()->conf.idle_ms);
	if (c->is_paused && !c->is_reading) {
		c->is_paused = false;
		conn_resume(c->conn);
	}
}

void
connection_answers(struct http_connection *c)
{
	if (c->state != BODY)
		return;
	timer_stop(&c->timer);
	c->state = ANSWERING;
}

struct conn *
connection_give_away(struct http_connection *c)
{
	struct conn *conn = TAKE(c->conn);

	c->exchange = NULL;
	if (c->is_paused)
		conn_resume(conn);
	if (!c->is_reading)
		free_connection(c);
	return conn;
}

static struct http_connection *
accept_from(struct conn *conn)
{
	static const struct conn_user calls = {
		.on_bytes = on_bytes, .on_sent = on_sent, .on_end = on_end
	};
	struct http_connection *c = mem_zalloc(sizeof(*c));

	c->conn = conn;
	timer_init(&c->timer, on_timer);
	timer_set(&c->timer, http_site_here()->conf.idle_ms);
	list_append(served_here(), &c->in_worker);
	http_metered_connections(1);
	conn_set_user(conn, &calls, c);
	return c;
}

void
http_accept(struct conn *conn)
{
	accept_from(conn);
}

void
http_accept_local(struct conn *conn, uint32_t uid)
{
	struct http_connection *c = accept_from(conn);

	c->is_local = true;
	c->uid = uid;
}

/* --- the server stops ------------------------------------------------------------------------
 */

static void
end_here(const void *letter)
{
	(void)letter;
	list_each (link, served_here()) {
		struct http_connection *c = list_entry(link, struct http_connection, in_worker);

		c->is_ending = true;
		if (c->state == IDLE || c->state == HEAD)
			close_connection(c);
	}
}

void
http_end_all(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, end_here, "", 1);
}
