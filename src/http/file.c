/* SPDX-License-Identifier: MIT
 *
 * Files, sent in pieces as the network takes them. What the page cache has is read by the
 * worker; what would have to come from the disk, by a helper.
 */
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/condition.h"
#include "http/inside.h"
#include "loop/helper.h"

enum { LOOK_MS = 10000 }; /* how often is looked whether the client is still there */

struct file_answer {
	struct exchange *exchange; /* NULL: it has ended, while a helper reads */
	int fd;
	uint64_t from, left;
	size_t of_turn; /* bytes, see HTTP_TURN_FILE_BYTES */
	bool is_read;   /* by a helper, now */
	char *piece;    /* the helper's */
	size_t piece_bytes;
	ssize_t got;
};

static void
file_answer_free(struct file_answer **f)
{
	close((*f)->fd);
	free((*f)->piece);
	free(*f);
	*f = NULL;
}

void
file_answer_stop(struct exchange *e)
{
	struct file_answer *f = TAKE(e->file);

	if (!f)
		return;
	f->exchange = NULL;
	if (!f->is_read)
		file_answer_free(&f);
}

/* The client cannot be given what was announced. */
static void
give_up(struct exchange *e)
{
	conn_abort(e->connection->conn); /* and the rest follows from there */
}

/* --- reading ------------------------------------------------------------------------------ */

static ssize_t
read_piece(int fd, char *at, size_t bytes, uint64_t from, int flags)
{
	struct iovec v = { at, bytes };
	ssize_t n;

	do
		n = preadv2(fd, &v, 1, (off_t)from, flags);
	while (n < 0 && errno == EINTR);
	return n;
}

/* On a helper. */
static void
work(void *job)
{
	struct file_answer *f = job;

	f->got = read_piece(f->fd, f->piece, f->piece_bytes, f->from, 0);
}

static void
note_read(struct file_answer *f, size_t bytes)
{
	f->from += bytes;
	f->left -= bytes;
	f->of_turn += bytes;
	f->exchange->sent += bytes;
}

/* A piece is on its way: the next, or the end. */
static void
wait_for_network(struct exchange *e)
{
	struct file_answer *f = e->file;
	struct http_connection *c = e->connection;

	if (f->left == 0) {
		timer_stop(&c->timer);
		file_answer_stop(e);
		exchange_end(e);
	} else if (f->of_turn >= HTTP_TURN_FILE_BYTES) {
		f->of_turn = 0;
		timer_set(&c->timer, 0); /* others have their turn */
	} else {
		conn_tell_sent(c->conn);
		timer_set(&c->timer, LOOK_MS);
	}
}

static void
done(void *job)
{
	struct file_answer *f = job;
	struct exchange *e = f->exchange;

	f->is_read = false;
	if (!e) {
		file_answer_free(&f);
		return;
	}
	if (f->got <= 0 || !conn_write(e->connection->conn, str_of(f->piece, (size_t)f->got))) {
		give_up(e);
		return;
	}
	note_read(f, (size_t)f->got);
	wait_for_network(e);
}

static void
ask_helper(struct exchange *e, size_t bytes)
{
	struct file_answer *f = e->file;

	if (!f->piece)
		f->piece = mem_alloc(HTTP_PIECE_BYTES);
	f->piece_bytes = bytes;
	f->is_read = true;
	if (helper_run(f, work, done) == OK)
		return;
	f->is_read = false;
	give_up(e);
}

/* The next piece, from the page cache or by a helper. */
static void
send_piece(struct exchange *e)
{
	struct file_answer *f = e->file;
	struct conn *c = e->connection->conn;
	size_t bytes = f->left < HTTP_PIECE_BYTES ? (size_t)f->left : HTTP_PIECE_BYTES;
	char *at = conn_reserve(c, bytes);
	ssize_t n;

	if (!at) {
		give_up(e);
		return;
	}
	n = read_piece(f->fd, at, bytes, f->from, RWF_NOWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EOPNOTSUPP)) {
		ask_helper(e, bytes);
	} else if (n <= 0) {
		give_up(e);
	} else {
		conn_written(c, (size_t)n);
		note_read(f, (size_t)n);
		wait_for_network(e);
	}
}

void
file_answer_go_on(struct exchange *e)
{
	if (!e->file->is_read)
		send_piece(e);
}

void
file_answer_look(struct exchange *e)
{
	struct conn *c = e->connection->conn;

	if (e->file->is_read)
		return;
	if (!conn_write(c, S("")))
		give_up(e);
	else if (conn_queued(c) == 0)
		send_piece(e);
	else
		timer_set(&e->connection->timer, LOOK_MS);
}

/* --- the answer ------------------------------------------------------------------------------
 */

void
http_answer_file(struct http_exchange *x, int fd, const struct http_file *file)
{
	struct exchange *e = exchange_of(x);
	struct http_version v = { file->etag, file->modified_s, file->bytes };
	struct http_part_of p = part_of(e, &v);

	if (p.status >= 300 || p.bytes == 0 || answer_has_no_body(e, p.status) ||
	    !e->connection) {
		answer_head(
		    e, p.status, p.status < 300 ? file->type : (struct str){ 0 }, p.bytes);
		close(fd);
		exchange_end(e);
		return;
	}
	answer_head(e, p.status, file->type, p.bytes);
	e->file = mem_zalloc(sizeof(*e->file));
	*e->file =
	    (struct file_answer){ .exchange = e, .fd = fd, .from = p.from, .left = p.bytes };
	send_piece(e);
}
