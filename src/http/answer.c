/* SPDX-License-Identifier: MIT
 *
 * Heads of answers, and those whose body is there at once or comes piece by piece.
 */
#include "base/log.h"
#include "http/date.h"
#include "http/inside.h"
#include "http/status.h"

/* A page of ours loads nothing from elsewhere and stands in no frame. */
#define CONTENT_POLICY                                                                         \
	S("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "  \
	  "object-src 'none'")

/* --- fields that the route adds ------------------------------------------------------------
 */

static bool
is_one_line(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f)
			return false;
	return true;
}

void
http_add_header(struct http_exchange *x, struct str name, struct str value)
{
	struct exchange *e = exchange_of(x);
	struct added *f = arena_alloc(&e->arena, sizeof(*f));

	assert(http_is_token(name) && is_one_line(value));
	*f = (struct added){ NULL, str_copy(&e->arena, name), str_copy(&e->arena, value) };
	*e->last_added = f;
	e->last_added = &f->next;
}

bool
answer_has(const struct exchange *e, struct str name)
{
	for (const struct added *f = e->added; f; f = f->next)
		if (str_eq_nocase(f->name, name))
			return true;
	return false;
}

/* --- the head --------------------------------------------------------------------------------
 */

static void
put(struct buf *out, struct str text)
{
	enum status s = buf_add(out, text);

	assert(s == OK); /* all of it is ours, or was bounded when it came */
}

static void
put_field(struct buf *out, struct str name, struct str value)
{
	put(out, name);
	put(out, S(": "));
	put(out, value);
	put(out, S("\r\n"));
}

static void
put_number(struct buf *out, uint64_t n)
{
	char text[24];

	put(out,
	    str_of(text, (size_t)snprintf(text, sizeof(text), "%llu", (unsigned long long)n)));
}

static void
put_status(struct buf *out, unsigned status)
{
	put(out, S("HTTP/1.1 "));
	put_number(out, status);
	put(out, S(" "));
	put(out, http_status_text(status));
	put(out, S("\r\nDate: "));
	put(out, http_date_now());
	put(out, S("\r\n"));
}

/* How the end of the body is told. Of a client with HTTP/1.0 by closing. */
static void
put_framing(struct buf *out, struct exchange *e, unsigned status, uint64_t length)
{
	if (status == 204 || status == 304)
		return;
	if (length != LENGTH_CHUNKED) {
		put(out, S("Content-Length: "));
		put_number(out, length);
		put(out, S("\r\n"));
	} else if (e->head.minor > 0) {
		e->is_chunked = true;
		put(out, S("Transfer-Encoding: chunked\r\n"));
	}
}

static void
put_origin(struct buf *out, const struct exchange *e)
{
	if (!e->x.route || !(e->x.route->flags & HTTP_CORS))
		return;
	put_field(out, S("Access-Control-Allow-Origin"), S("*"));
	put_field(out, S("Access-Control-Expose-Headers"),
	    S("Content-Disposition, Content-Range, ETag, Location"));
}

/* Those of every answer, unless the route has one of its own. */
static void
put_usual(struct buf *out, const struct exchange *e)
{
	const struct http_site *site = http_site_here();

	put(out, site->fixed);
	if (e->x.secure)
		put(out, site->hsts);
	if (!answer_has(e, S("content-security-policy")))
		put_field(out, S("Content-Security-Policy"), CONTENT_POLICY);
	if (!answer_has(e, S("cache-control")))
		put_field(out, S("Cache-Control"), S("no-store"));
	put_origin(out, e);
}

static void
put_added(struct buf *out, const struct exchange *e)
{
	for (const struct added *f = e->added; f; f = f->next)
		put_field(out, f->name, f->value);
}

void
answer_head(struct exchange *e, unsigned status, struct str type, uint64_t length)
{
	struct buf out;

	assert(!e->is_answered);
	e->is_answered = true;
	e->status = status;
	if (!e->connection)
		return;
	connection_answers(e->connection);
	buf_init(&out, SIZE_MAX);
	put_status(&out, status);
	if (type.len)
		put_field(&out, S("Content-Type"), type);
	put_framing(&out, e, status, length);
	put_usual(&out, e);
	put_added(&out, e);
	if (!e->keep_alive || !e->body_here || e->connection->is_ending ||
	    (length == LENGTH_CHUNKED && !e->is_chunked))
		e->keep_alive = false;
	if (!e->keep_alive)
		put(&out, S("Connection: close\r\n"));
	put(&out, S("\r\n"));
	answer_write(e, buf_str(&out));
	buf_fini(&out);
}

bool
answer_has_no_body(const struct exchange *e, unsigned status)
{
	return e->x.method == HTTP_HEAD || status == 204 || status == 304;
}

bool
answer_write(struct exchange *e, struct str bytes)
{
	if (!e->connection)
		return false;
	e->sent += bytes.len;
	return conn_write(e->connection->conn, bytes);
}

/* --- whole -----------------------------------------------------------------------------------
 */

void
http_answer(struct http_exchange *x, unsigned status, struct str type, struct str body)
{
	struct exchange *e = exchange_of(x);

	answer_head(e, status, type, body.len);
	if (!answer_has_no_body(e, status))
		answer_write(e, body);
	exchange_end(e);
}

void
http_answer_bytes(struct http_exchange *x, const char *at, const struct http_file *file)
{
	struct http_version v = { file->etag, file->modified_s, file->bytes };
	struct http_part_of p = part_of(exchange_of(x), &v);

	http_answer(x, p.status, p.status < 300 ? file->type : (struct str){ 0 },
	    str_of(at + p.from, (size_t)p.bytes));
}

/* A sentence of ours, into JSON. */
static struct str
quote(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.len * 2);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		assert((unsigned char)s.at[i] >= ' ');
		if (s.at[i] == '"' || s.at[i] == '\\')
			out[n++] = '\\';
		out[n++] = s.at[i];
	}
	return str_of(out, n);
}

void
http_refuse(struct http_exchange *x, unsigned status, struct str detail)
{
	struct str text = str_format(x->arena, "{\"title\":\"%.*s\",\"status\":%u",
	    STR_ARG(http_status_text(status)), status);

	if (detail.len)
		text = str_format(x->arena, "%.*s,\"detail\":\"%.*s\"", STR_ARG(text),
		    STR_ARG(quote(x->arena, detail)));
	http_answer(x, status, S("application/problem+json"),
	    str_format(x->arena, "%.*s}\n", STR_ARG(text)));
}

void
http_redirect(struct http_exchange *x, unsigned status, struct str location)
{
	http_add_header(x, S("Location"), location);
	http_answer(x, status, (struct str){ 0 }, S(""));
}

/* --- piece by piece ------------------------------------------------------------------------
 */

void
http_answer_begin(struct http_exchange *x, unsigned status, struct str type)
{
	answer_head(exchange_of(x), status, type, LENGTH_CHUNKED);
}

void
http_answer_more(struct http_exchange *x, struct str bytes)
{
	struct exchange *e = exchange_of(x);
	char length[24];

	if (!bytes.len || answer_has_no_body(e, e->status))
		return;
	if (e->is_chunked)
		answer_write(e, str_of(length, (size_t)snprintf(length, sizeof(length),
						   "%zx\r\n", bytes.len)));
	answer_write(e, bytes);
	if (e->is_chunked)
		answer_write(e, S("\r\n"));
}

void
http_answer_end(struct http_exchange *x)
{
	struct exchange *e = exchange_of(x);

	if (e->is_chunked && !answer_has_no_body(e, e->status))
		answer_write(e, S("0\r\n\r\n"));
	exchange_end(e);
}

/* --- another protocol
 * ------------------------------------------------------------------------- */

struct conn *
http_upgrade(struct http_exchange *x, struct str protocol)
{
	struct exchange *e = exchange_of(x);
	struct http_connection *c = e->connection;
	struct buf out;

	assert(e->body_here && !e->is_answered);
	if (!c) {
		exchange_free(&e);
		return NULL;
	}
	buf_init(&out, SIZE_MAX);
	put_status(&out, 101);
	put_field(&out, S("Connection"), S("Upgrade"));
	put_field(&out, S("Upgrade"), protocol);
	put_added(&out, e);
	put(&out, S("\r\n"));
	conn_write(c->conn, buf_str(&out));
	buf_fini(&out);
	exchange_free(&e);
	return connection_give_away(c);
}

/* --- the body's pace
 * -------------------------------------------------------------------------- */

void
http_pause(struct http_exchange *x)
{
	exchange_of(x)->is_held = true;
}

void
http_resume(struct http_exchange *x)
{
	struct exchange *e = exchange_of(x);

	if (!e->is_held)
		return;
	e->is_held = false;
	if (e->connection)
		connection_want_body(e->connection);
}
