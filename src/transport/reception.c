/* SPDX-License-Identifier: MIT
 *
 * A guest's states:
 *
 *   HEADER    the proxy's header is awaited                 reception_accept, from_proxies
 *   SKIPPING  the rest of the header is thrown away         on_header
 *   FIRST     the first bytes are, in clear or under TLS    go_on
 *   SHAKING   the handshake runs                            on_first_bytes
 *
 * hand_over and refuse are the ends.
 */
#include "transport/reception.h"

#include <stdalign.h>

#include "base/limits.h"
#include "loop/worker.h"
#include "transport/conf.h"
#include "transport/conn.h"
#include "transport/metering.h"
#include "transport/proxy_header.h"

enum state { HEADER, SKIPPING, FIRST, SHAKING };

struct guest {
	const struct reception *at;
	struct conn *conn;
	struct timer patience;
	struct list in_worker;
	uint32_t skip; /* bytes */
	enum state state;
};

/* By worker: guest.in_worker. */
static struct {
	alignas(64) struct list guests;
} halls[WORKERS_MAX];

static struct list *
guests_here(void)
{
	struct list *guests = &halls[worker_self()].guests;

	if (!guests->next)
		list_init(guests);
	return guests;
}

static void
guest_free(struct guest **g)
{
	timer_stop(&(*g)->patience);
	list_remove(&(*g)->in_worker);
	free(*g);
	*g = NULL;
}

/* --- the ends --------------------------------------------------------------------------- */

static void
hand_over(struct guest *g, const struct speaker *s)
{
	struct conn *c = g->conn;

	guest_free(&g);
	conn_set_user(c, NULL, NULL);
	s->accept(c);
}

static void
refuse(struct guest *g, enum transport_metric why)
{
	transport_metered(why, 1);
	conn_abort(g->conn);
}

/* --- who it is for ----------------------------------------------------------------------- */

static const struct speaker *
speaker_who_says(const struct reception *r, enum spoken said, bool secure)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->speakers[i].says == said &&
		    (secure || !r->tls_only || r->speakers[i].in_clear))
			return &r->speakers[i];
	return NULL;
}

static const struct speaker *
speaker_called(const struct reception *r, struct str alpn)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->speakers[i].alpn, alpn))
			return &r->speakers[i];
	return NULL;
}

static bool
takes_components(const struct reception *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->speakers[i].says == SPOKEN_COMPONENT)
			return true;
	return false;
}

static bool
must_look(const struct reception *r)
{
	return r->n > 1 || (r->tls_only && r->speakers[0].in_clear);
}

static size_t
on_first_bytes(struct guest *g, struct str bytes)
{
	bool secure = conn_is_secure(g->conn);
	enum spoken said = recognise(bytes);
	const struct speaker *s;

	if (said == SPOKEN_XMPP && takes_components(g->at))
		said = recognise_stream(bytes);
	if (said == SPOKEN_UNCLEAR) {
		conn_want_more(g->conn);
	} else if (said == SPOKEN_TLS && g->at->tls && !secure) {
		g->state = SHAKING;
		(void)conn_start_tls_of(g->conn, g->at->tls);
	} else if ((s = speaker_who_says(g->at, said, secure))) {
		hand_over(g, s);
	} else {
		refuse(
		    g, said == SPOKEN_PROXY ? PROXY_HEADERS_REFUSED : CONNECTIONS_UNRECOGNISED);
	}
	return 0;
}

/* Behind the proxy's header, if there is one. */
static void
go_on(struct guest *g)
{
	if (must_look(g->at))
		g->state = FIRST;
	else if (!g->at->tls_only || conn_start_tls_of(g->conn, g->at->tls))
		hand_over(g, &g->at->speakers[0]);
}

/* --- the header of a proxy --------------------------------------------------------------- */

static size_t
on_skipped(struct guest *g, size_t bytes)
{
	size_t n = bytes < g->skip ? bytes : g->skip;

	g->skip -= (uint32_t)n;
	if (g->skip == 0)
		go_on(g);
	return n;
}

static size_t
on_header(struct guest *g, struct str bytes)
{
	struct proxy_header h;

	switch (proxy_header_read(bytes, &h)) {
	case PROXY_UNCLEAR:
		conn_want_more(g->conn);
		return 0;
	case PROXY_BAD:
		refuse(g, PROXY_HEADERS_REFUSED);
		return 0;
	case PROXY_GOOD:
		break;
	}
	if (!address_is_none(&h.from) && !conn_came_from(g->conn, &h.from)) {
		conn_abort(g->conn);
		return 0;
	}
	g->skip = (uint32_t)h.rest;
	g->state = SKIPPING;
	if (g->skip == 0)
		go_on(g);
	return h.bytes;
}

/* --- the connection's user ---------------------------------------------------------------- */

static size_t
on_bytes(void *user, struct str bytes)
{
	struct guest *g = user;

	switch (g->state) {
	case HEADER:
		return on_header(g, bytes);
	case SKIPPING:
		return on_skipped(g, bytes.len);
	case FIRST:
		return on_first_bytes(g, bytes);
	case SHAKING:
		break;
	}
	assert(!"TLS takes all bytes of its handshake");
	return 0;
}

static void
on_secured(void *user)
{
	struct guest *g = user;
	struct str alpn = conn_tls_alpn(g->conn);
	const struct speaker *s = alpn.len ? speaker_called(g->at, alpn) : NULL;

	if (!alpn.len && g->at->n == 1)
		s = &g->at->speakers[0];
	if (s)
		hand_over(g, s);
	else if (alpn.len)
		refuse(g, CONNECTIONS_UNRECOGNISED);
	else
		g->state = FIRST;
}

static void
on_end(void *user, enum conn_end why)
{
	struct guest *g = user;

	(void)why;
	guest_free(&g);
}

static void
on_impatience(struct timer *t)
{
	refuse(list_entry(t, struct guest, patience), CONNECTIONS_SILENT);
}

/* --- what others call ----------------------------------------------------------------------
 */

bool
reception_is_needed(const struct reception *r)
{
	return r->from_proxies || must_look(r);
}

void
reception_accept(const struct reception *r, struct conn *c)
{
	static const struct conn_user calls = { on_bytes, on_secured, NULL, on_end };
	struct guest *g = mem_zalloc(sizeof(*g));

	g->at = r;
	g->conn = c;
	g->state = r->from_proxies ? HEADER : FIRST;
	list_append(guests_here(), &g->in_worker);
	timer_init(&g->patience, on_impatience);
	timer_set(&g->patience, transport_greeting_ms(r->transport));
	conn_set_user(c, &calls, g);
}

static void
end_here(const void *letter)
{
	(void)letter;
	list_each (link, guests_here())
		conn_abort(list_entry(link, struct guest, in_worker)->conn);
}

void
receptions_end(void)
{
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, end_here, "", 1);
}
