/* SPDX-License-Identifier: MIT
 *
 * What a stranger can send where several protocols share a port. The first byte says how the
 * port is set up, the second in pieces of which size the rest arrives. Without a key nobody
 * gets through TLS; in clear text at most one speaker gets the connection, with all bytes
 * behind a proxy's header, however they were cut; and all of it ends.
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
#include "transport/proxy_header.h"
#include "transport/reception.h"

enum { TLS = 1, TLS_ONLY = 2, PROXIED = 4, COMPONENTS = 8 };

static struct transport *transport;
static struct tls_slot *slot;
static struct str sent;
static size_t taken;
static enum spoken said;
static bool ended;

static size_t
on_bytes(void *user, struct str bytes)
{
	(void)user;
	assert(bytes.len <= sent.len - taken);
	assert(memcmp(bytes.at, sent.at + taken, bytes.len) == 0);
	taken += bytes.len;
	return bytes.len;
}

static void
on_end(void *user, enum conn_end why)
{
	(void)user, (void)why;
	assert(!ended);
	ended = true;
}

static void
accept_as(struct conn *c, enum spoken spoken)
{
	static const struct conn_user calls = { on_bytes, NULL, NULL, on_end };

	assert(said == SPOKEN_UNCLEAR);
	assert(!conn_is_secure(c));
	said = spoken;
	conn_set_user(c, &calls, NULL);
}

static void
accept_xmpp(struct conn *c)
{
	accept_as(c, SPOKEN_XMPP);
}

static void
accept_http(struct conn *c)
{
	accept_as(c, SPOKEN_HTTP);
}

static void
accept_component(struct conn *c)
{
	accept_as(c, SPOKEN_COMPONENT);
}

static const struct speaker speakers[] = {
	{ .says = SPOKEN_XMPP, .alpn = { "xmpp-client", 11 }, .accept = accept_xmpp },
	{ .says = SPOKEN_HTTP,
	    .alpn = { "http/1.1", 8 },
	    .in_clear = true,
	    .accept = accept_http },
	{ .says = SPOKEN_COMPONENT, .accept = accept_component },
};

static void
fill_slot(void)
{
	static const struct tls_conf conf = { .tickets = true };
	static const struct str alpn[] = { { "xmpp-client", 11 }, { "http/1.1", 8 } };
	struct certificate_host host = { S("example.org"), S("example.org") };
	char folder[] = "/tmp/fuzz-reception-XXXXXX";
	struct tls_identity id = { 0 };
	struct tls_context *context = NULL;
	struct arena a;
	struct str reason;
	enum status s;

	arena_init(&a, 4096);
	if (!mkdtemp(folder))
		abort();
	id.certificate = str_format(&a, "%s/crt", folder);
	id.key = str_format(&a, "%s/key", folder);
	s = certificate_make(id.certificate, id.key, &host, 1, 1, &a, &reason);
	assert(s == OK);
	s = tls_context_new(&conf, &id, 1, (struct str_list){ alpn, 2 }, &a, &reason, &context);
	assert(s == OK);
	tls_slot_set(slot, context);
	tls_context_unref(&context);
	unlink(id.certificate.at);
	unlink(id.key.at);
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
	slot = tls_slot_new();
	fill_slot();
}

/* Where the bytes begin that are for a speaker; all of them when there is no such place. */
static size_t
header_of(struct str bytes)
{
	struct proxy_header h;

	if (proxy_header_read(bytes, &h) != PROXY_GOOD || h.rest > bytes.len - h.bytes)
		return bytes.len;
	return h.bytes + h.rest;
}

static void
send_in_pieces(int fd, size_t step)
{
	size_t done = 0;

	while (done < sent.len) {
		size_t piece = sent.len - done < step ? sent.len - done : step;
		ssize_t n = send(fd, sent.at + done, piece, MSG_NOSIGNAL);

		if (n > 0)
			done += (size_t)n;
		else if (errno != EAGAIN)
			break;
		loop_drive();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct reception r = { .speakers = speakers, .n = 2 };
	const struct address none = { 0 };
	struct admission_counters counters;
	struct conn *c = NULL;
	struct visit visit;
	enum admission_verdict v;
	int pair[2];
	enum status s;

	if (len < 3)
		return 0;
	prepare();
	r.transport = transport;
	r.tls = at[0] & TLS ? slot : NULL;
	r.tls_only = at[0] & TLS && at[0] & TLS_ONLY;
	r.from_proxies = at[0] & PROXIED;
	r.n = at[0] & COMPONENTS ? 3 : 2;
	sent = str_of((const char *)at + 2, len - 2);
	taken = r.from_proxies ? header_of(sent) : 0;
	said = SPOKEN_UNCLEAR;
	ended = false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		abort();
	v = admission_enter(transport_admission(transport), &none, &visit);
	assert(v == ADMITTED);
	s = conn_adopt(transport, pair[0], &none, &visit, &c);
	assert(s == OK);
	reception_accept(&r, c);
	send_in_pieces(pair[1], at[1] ? at[1] : len);
	close(pair[1]);
	loop_drive();
	assert(ended == (said != SPOKEN_UNCLEAR));
	assert(!ended || taken == sent.len);
	if (r.tls_only)
		assert(said != SPOKEN_XMPP && said != SPOKEN_COMPONENT);
	transport_count(transport, &counters);
	assert(counters.connections == 0);
	return 0;
}
