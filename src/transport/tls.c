/* SPDX-License-Identifier: MIT
 *
 * TLS as a filter: bytes in, bytes out, no sockets.
 *
 * OpenSSL is given whole records only, straight from the worker's read buffer, and gives
 * back all they hold; so it keeps no buffer between two reads, and the record layer could
 * be taken over by another after any of them. What it writes goes straight into the
 * connection's output.
 *
 * States of a handshake, by worker:
 *
 *   NEW      no whole record has come: costs nothing but this structure
 *   WAITING  it has, but too many others are at it: held, in the worker's queue
 *   PLACED   its turn has come: counts as begun (place, from on_turn_end or at once)
 *   SHAKING  has an SSL, 45 KiB (begin)
 *   SECURED  ended well; does not count any more (shake_hands)
 *   FAILED   nothing more can be read or written (give_up)
 *
 * A handshake that we begin as the client is SHAKING from the start: how many there are is for
 * those to bound who connect.
 */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdalign.h>

#include "base/limits.h"
#include "loop/worker.h"
#include "transport/filter.h"
#include "transport/metering.h"
#include "transport/tls_client.h"
#include "transport/tls_inside.h"

enum {
	RECORD_HEADER = 5,
	RECORD_BODY_MAX = 16384 + 256, /* RFC 8446 section 5.2; AEAD in TLS 1.2 adds less */
	RECORD_TEXT_MAX = 16384,
	PLAIN_ROOM = WORKER_BUFFER / 2, /* the second half of the read buffer */
};

_Static_assert((int)RECORD_HEADER + (int)RECORD_BODY_MAX < (int)CONN_TURN_BYTES,
    "a record that is not whole yet leaves room for more");
_Static_assert((int)PLAIN_ROOM >= (int)CONN_TURN_BYTES, "a turn's bytes fit when decrypted");

enum state { NEW, WAITING, PLACED, SHAKING, SECURED, FAILED };

struct tls {
	struct filter filter;
	struct tls_context *context; /* NULL: we are the client... */
	struct tls_client *client;   /* ...by this */
	SSL *ssl;                    /* from SHAKING on */
	struct str window;           /* what OpenSSL may read now */
	struct list in_line; /* WAITING: at the worker; PLACED, SHAKING: among the begun */
	msec_t began_ms;     /* PLACED */
	enum state state;
};

/* The handshakes of a worker. */
static struct shop {
	alignas(64) struct list begun; /* tls.in_line, the oldest first */
	struct list waiting;           /* tls.in_line */
	unsigned n_begun;
	unsigned n_placed;    /* of them, not SHAKING yet */
	unsigned n_this_turn; /* placed, or placed earlier and shaking since this turn */
	struct turn_end at_turn_end;
	struct timer patience; /* set while somebody waits */
} shops[WORKERS_MAX];

static const struct filter_kind tls_kind;

static struct tls *
tls_of(struct filter *f)
{
	return list_entry(f, struct tls, filter);
}

/* --- how OpenSSL reads and writes -------------------------------------------------------- */

static int
bio_read(BIO *b, char *out, size_t max, size_t *len)
{
	struct tls *t = BIO_get_data(b);

	BIO_clear_retry_flags(b);
	if (t->window.len == 0) {
		BIO_set_retry_read(b);
		return 0;
	}
	*len = max < t->window.len ? max : t->window.len;
	memcpy(out, t->window.at, *len);
	t->window = str_slice(t->window, *len, t->window.len);
	return 1;
}

static int
bio_write(BIO *b, const char *bytes, size_t len, size_t *written)
{
	struct tls *t = BIO_get_data(b);

	chunks_add(filter_below(&t->filter), str_of(bytes, len));
	*written = len;
	return 1;
}

static long
bio_control(BIO *b, int command, long number, void *pointer)
{
	(void)b, (void)number, (void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *bio_method;
static pthread_once_t bio_once = PTHREAD_ONCE_INIT;

static void
make_bio_method(void)
{
	bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
	assert(bio_method);
	BIO_meth_set_read_ex(bio_method, bio_read);
	BIO_meth_set_write_ex(bio_method, bio_write);
	BIO_meth_set_ctrl(bio_method, bio_control);
}

static void
use_session(struct tls *t, SSL *ssl)
{
	BIO *b;

	pthread_once(&bio_once, make_bio_method);
	b = BIO_new(bio_method);
	assert(ssl && b);
	BIO_set_data(b, t);
	BIO_set_init(b, 1);
	SSL_set_bio(ssl, b, b);
	t->ssl = ssl;
}

/* --- handshakes of a worker --------------------------------------------------------------- */

static void on_turn_end(struct turn_end *e);
static void on_patience_over(struct timer *t);

static struct shop *
shop_here(void)
{
	struct shop *s = &shops[worker_self()];

	if (!s->begun.next) {
		list_init(&s->begun);
		list_init(&s->waiting);
		turn_end_init(&s->at_turn_end, on_turn_end);
		timer_init(&s->patience, on_patience_over);
	}
	return s;
}

static void
leave_line(struct tls *t)
{
	struct shop *s = shop_here();

	if (t->client || (t->state != WAITING && t->state != PLACED && t->state != SHAKING))
		return;
	list_remove(&t->in_line);
	s->n_begun -= t->state != WAITING;
	s->n_placed -= t->state == PLACED;
	turn_end_ask(&s->at_turn_end);
}

static void
give_up(struct tls *t, const char *reason)
{
	leave_line(t);
	t->state = FAILED;
	transport_metered(TLS_FAILED, 1);
	chunks_clear(&t->filter.down);
	conn_fail(t->filter.conn, reason);
}

static void
place(struct shop *s, struct tls *t)
{
	list_remove(&t->in_line);
	list_append(&s->begun, &t->in_line);
	t->state = PLACED;
	t->began_ms = loop_now_ms();
	s->n_begun++;
	s->n_placed++;
	s->n_this_turn++;
	turn_end_ask(&s->at_turn_end);
}

/* Peers that keep us waiting must not keep out those who would not. */
static bool
make_room(struct shop *s)
{
	struct tls *oldest;

	if (s->n_begun < TLS_HANDSHAKES_MAX)
		return true;
	oldest = list_entry(s->begun.next, struct tls, in_line);
	if (loop_now_ms() - oldest->began_ms < TLS_HANDSHAKE_PATIENCE_MS)
		return false;
	give_up(oldest, "handshake gave way to others");
	return true;
}

/* Gives out the next turn's places. As long as some of them are used, or given up, this runs
 * again; otherwise when the patience with the oldest may be over. */
static void
on_turn_end(struct turn_end *e)
{
	struct shop *s = list_entry(e, struct shop, at_turn_end);

	s->n_this_turn = s->n_placed;
	while (
	    s->n_this_turn < TURN_HANDSHAKES && !list_is_empty(&s->waiting) && make_room(s)) {
		struct tls *t = list_entry(s->waiting.next, struct tls, in_line);

		place(s, t);
		conn_let_go(t->filter.conn);
	}
	turn_end_cancel(e);
	if (list_is_empty(&s->waiting))
		timer_stop(&s->patience);
	else if (!timer_is_set(&s->patience))
		timer_set(&s->patience, TLS_HANDSHAKE_PATIENCE_MS);
}

static void
on_patience_over(struct timer *t)
{
	turn_end_ask(&list_entry(t, struct shop, patience)->at_turn_end);
}

/* False: not yet. */
static bool
begin(struct tls *t)
{
	struct shop *s = shop_here();

	turn_end_ask(&s->at_turn_end);
	if (t->state == NEW) {
		if (!list_is_empty(&s->waiting) || s->n_begun >= TLS_HANDSHAKES_MAX ||
		    s->n_this_turn >= TURN_HANDSHAKES) {
			t->state = WAITING;
			list_append(&s->waiting, &t->in_line);
			conn_hold(t->filter.conn);
			return false;
		}
		place(s, t);
	}
	assert(t->state == PLACED);
	s->n_placed--;
	use_session(t, tls_context_session(t->context));
	SSL_set_accept_state(t->ssl);
	t->state = SHAKING;
	return true;
}

/* --- bytes from the peer ------------------------------------------------------------------ */

/* How many bytes are whole records. What cannot be a record is left to OpenSSL's judgement
 * at once: nobody has to wait for the rest of it. */
static size_t
whole_records(const char *bytes, size_t len)
{
	size_t at = 0;

	while (len - at >= 1) {
		const unsigned char *header = (const unsigned char *)bytes + at;
		size_t body;

		if (header[0] < 20 || header[0] > 23)
			return len;
		if (len - at < RECORD_HEADER)
			break;
		body = (size_t)header[3] << 8 | header[4];
		if (header[1] != 3 || body > RECORD_BODY_MAX)
			return len;
		if (len - at - RECORD_HEADER < body)
			break;
		at += RECORD_HEADER + body;
	}
	return at;
}

static const char *
reason_of(int error)
{
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	if (error == SSL_ERROR_SYSCALL || !why)
		return "TLS failed";
	return why;
}

static void
shake_hands(struct tls *t)
{
	int ok, error;

	ERR_clear_error();
	ok = SSL_do_handshake(t->ssl);
	error = ok == 1 ? SSL_ERROR_NONE : SSL_get_error(t->ssl, ok);
	conn_sends(t->filter.conn);
	if (error == SSL_ERROR_NONE) {
		leave_line(t);
		t->state = SECURED;
		transport_metered(SSL_session_reused(t->ssl) ? TLS_RESUMED : TLS_HANDSHAKES, 1);
		conn_secured(t->filter.conn);
	} else if (error != SSL_ERROR_WANT_READ) {
		give_up(t, reason_of(error));
	}
}

static void
decrypt(struct tls *t)
{
	struct chunks *below = filter_below(&t->filter);
	char *at = worker_read_buffer() + PLAIN_ROOM;
	size_t was = below->bytes;
	size_t len = 0, n;
	const char *reason = NULL;
	int error = SSL_ERROR_NONE;

	/* Whole records hold nothing back, so there is no need to hear that no more is there.
	 */
	while (t->window.len && error == SSL_ERROR_NONE) {
		ERR_clear_error();
		if (SSL_read_ex(t->ssl, at + len, PLAIN_ROOM - len, &n) == 1)
			len += n;
		else
			error = SSL_get_error(t->ssl, 0);
	}
	if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ &&
	    error != SSL_ERROR_ZERO_RETURN)
		reason = reason_of(error);
	if (below->bytes != was) /* alerts, answers to key updates */
		conn_sends(t->filter.conn);
	if (len)
		filter_offer(&t->filter, at, len);
	if (error == SSL_ERROR_ZERO_RETURN)
		conn_saw_end(t->filter.conn);
	else if (reason)
		give_up(t, reason);
}

static size_t
tls_up(struct filter *f, char *bytes, size_t len)
{
	struct tls *t = tls_of(f);
	size_t whole = whole_records(bytes, len);

	if (whole == 0 || (t->state < SHAKING && !begin(t)))
		return 0;
	t->window = str_of(bytes, whole);
	if (t->state == SHAKING)
		shake_hands(t);
	if (t->state == SECURED)
		decrypt(t);
	t->window = str_of(NULL, 0);
	return whole;
}

/* --- bytes to the peer ---------------------------------------------------------------------
 */

static void
tls_down(struct filter *f, struct chunks *below)
{
	struct tls *t = tls_of(f);

	while (t->state == SECURED && f->down.bytes && below->bytes < CONN_FLUSH_BYTES) {
		struct str text = chunks_first(&f->down);
		size_t n;

		/* What was written in small pieces during the turn becomes one record. */
		if (text.len < f->down.bytes && text.len < RECORD_TEXT_MAX) {
			char *at = worker_write_buffer();

			text = str_of(at, chunks_peek(&f->down, at, RECORD_TEXT_MAX));
		}
		text = str_slice(text, 0, RECORD_TEXT_MAX);
		ERR_clear_error();
		if (SSL_write_ex(t->ssl, text.at, text.len, &n) == 1)
			chunks_drop(&f->down, n);
		else
			give_up(t, reason_of(SSL_get_error(t->ssl, 0)));
	}
}

static void
tls_goodbye(struct filter *f, struct chunks *below)
{
	struct tls *t = tls_of(f);

	(void)below;
	/* Never behind a gap, where it would say that nothing is missing. */
	if (t->state != SECURED || f->down.bytes)
		return;
	ERR_clear_error();
	SSL_shutdown(t->ssl);
}

static void
tls_free(struct filter *f)
{
	struct tls *t = tls_of(f);

	leave_line(t);
	SSL_free(t->ssl);
	tls_context_unref(&t->context);
	tls_client_unref(&t->client);
	free(t);
}

/* Handshakes are counted by worker. Of an SSL nothing else belongs to a thread. */
static void
tls_leave(struct filter *f)
{
	assert(tls_of(f)->state == SECURED);
}

static const struct filter_kind tls_kind = {
	.up = tls_up,
	.down = tls_down,
	.goodbye = tls_goodbye,
	.free = tls_free,
	.leave = tls_leave,
};

void
conn_start_tls(struct conn *c, struct tls_context *tls)
{
	struct tls *t = mem_zalloc(sizeof(*t));

	t->filter.kind = &tls_kind;
	t->context = tls_context_ref(tls);
	list_init(&t->in_line);
	conn_add_filter(c, &t->filter);
}

void
conn_start_tls_to(struct conn *c, struct tls_client *client, struct str host)
{
	struct tls *t = mem_zalloc(sizeof(*t));

	t->filter.kind = &tls_kind;
	t->client = tls_client_ref(client);
	list_init(&t->in_line);
	conn_add_filter(c, &t->filter);
	use_session(t, tls_client_session(client, host));
	SSL_set_connect_state(t->ssl);
	t->state = SHAKING;
	shake_hands(t);
}

bool
conn_start_tls_of(struct conn *c, struct tls_slot *slot)
{
	struct tls_context *t = tls_slot_get(slot);
	bool is_there = t != NULL;

	if (is_there)
		conn_start_tls(c, t);
	else
		conn_abort(c);
	tls_context_unref(&t);
	return is_there;
}

const struct tls_context *
tls_context_of(const SSL *ssl)
{
	return ((const struct tls *)BIO_get_data(SSL_get_rbio(ssl)))->context;
}

SSL *
tls_session_of(const struct conn *c)
{
	struct filter *f = conn_filter(c, &tls_kind);

	return f && tls_of(f)->state == SECURED ? tls_of(f)->ssl : NULL;
}
