/* SPDX-License-Identifier: MIT
 *
 * What a stranger can send where a TLS handshake is expected. The first byte says in pieces
 * of which size it arrives; the rest goes into a socket, whose other end is a connection with
 * two certificates. However it is cut, the user hears nothing but the end.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "transport/certificate.h"
#include "transport/conf.h"
#include "transport/conn.h"
#include "transport/tls.h"

static struct transport *transport;
static struct tls_context *context;
static bool ended;

static size_t
on_bytes(void *user, struct str bytes)
{
	(void)user, (void)bytes;
	assert(!"nobody can finish a handshake without a key");
	return 0;
}

static void
on_secured(void *user)
{
	(void)user;
	assert(!"nobody can finish a handshake without a key");
}

static void
on_end(void *user, enum conn_end why)
{
	(void)user, (void)why;
	assert(!ended);
	ended = true;
}

static void
make_context(void)
{
	static const struct tls_conf conf = { .tickets = true };
	static const struct str alpn[] = { { "xmpp-client", 11 } };
	struct certificate_host hosts[] = { { S("example.org"), S("example.org") },
		{ S("*.example.net"), S("example.net") } };
	char folder[] = "/tmp/fuzz-tls-XXXXXX";
	struct tls_identity ids[2] = { 0 };
	struct arena a;
	struct str reason;
	enum status s;

	arena_init(&a, 4096);
	if (!mkdtemp(folder))
		abort();
	for (int i = 0; i < 2; i++) {
		ids[i].certificate = str_format(&a, "%s/%d.crt", folder, i);
		ids[i].key = str_format(&a, "%s/%d.key", folder, i);
		s = certificate_make(
		    ids[i].certificate, ids[i].key, &hosts[i], 1, 1, &a, &reason);
		assert(s == OK);
	}
	s = tls_context_new(&conf, ids, 2, (struct str_list){ alpn, 1 }, &a, &reason, &context);
	assert(s == OK);
	for (int i = 0; i < 2; i++) {
		unlink(ids[i].certificate.at);
		unlink(ids[i].key.at);
	}
	rmdir(folder);
	arena_fini(&a);
}

static void
prepare(void)
{
	enum status s;

	if (transport)
		return;
	s = workers_init(1);
	assert(s == OK);
	loop_drive_as(0);
	transport = transport_new();
	make_context();
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	static const struct conn_user calls = { on_bytes, on_secured, NULL, on_end };
	const struct address none = { 0 };
	struct conn *c = NULL;
	size_t step, sent = 1;
	int pair[2];
	enum status s;

	if (len < 2)
		return 0;
	prepare();
	step = at[0] ? at[0] : len;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	s = conn_adopt(transport, pair[0], &none, NULL, &c);
	assert(s == OK);
	ended = false;
	conn_set_user(c, &calls, NULL);
	conn_start_tls(c, context);
	while (sent < len && !ended) {
		size_t piece = len - sent < step ? len - sent : step;
		ssize_t n = send(pair[1], at + sent, piece, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (errno != EAGAIN)
			break;
		loop_drive();
	}
	close(pair[1]);
	loop_drive();
	assert(ended);
	return 0;
}
