/* SPDX-License-Identifier: MIT
 *
 * Exchanges: their memory, which a worker keeps for the next request, and their names.
 */
#include "http/inside.h"

#include "http/target.h"

enum { BLOCK_BYTES = 4096, NO_SLOT = UINT32_MAX };

/* What a name stands for. */
struct named {
	struct exchange *exchange; /* NULL: free */
	uint64_t generation;
	uint32_t next_free;
};

static _Thread_local struct {
	struct exchange *kept; /* exchange.next_kept */
	unsigned n_kept;
	struct named *named;
	uint32_t n_named, first_free;
} here;

/* --- life ------------------------------------------------------------------------------- */

static uint64_t
monotonic_us(void)
{
	struct timespec t;

	/* Not the loop's clock, which stands still while a turn's requests are served. */
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static struct exchange *
take_kept(void)
{
	struct exchange *e = here.kept;

	if (e) {
		here.kept = e->next_kept;
		here.n_kept--;
		return e;
	}
	e = mem_alloc(sizeof(*e));
	arena_init_wiped(&e->arena, BLOCK_BYTES);
	return e;
}

struct exchange *
exchange_new(struct http_connection *c)
{
	struct exchange *e = take_kept();
	struct arena arena = e->arena;

	*e = (struct exchange){ .arena = arena, .connection = c, .slot = NO_SLOT };
	e->last_added = &e->added;
	e->x.arena = &e->arena;
	e->began_us = monotonic_us();
	buf_init(&e->gathered, 0);
	return e;
}

static void
free_name(struct exchange *e)
{
	struct named *n;

	if (e->slot == NO_SLOT)
		return;
	n = &here.named[e->slot];
	n->exchange = NULL;
	n->generation++;
	n->next_free = here.first_free;
	here.first_free = e->slot;
}

void
exchange_free(struct exchange **e)
{
	struct exchange *gone = TAKE(*e);

	if (!gone)
		return;
	free_name(gone);
	if (gone->gathered.at)
		mem_wipe(gone->gathered.at, gone->gathered.room);
	buf_fini(&gone->gathered);
	if (here.n_kept == HTTP_EXCHANGES_KEPT) {
		arena_fini(&gone->arena);
		free(gone);
		return;
	}
	arena_reset(&gone->arena);
	gone->next_kept = here.kept;
	here.kept = gone;
	here.n_kept++;
}

void
exchange_end(struct exchange *e)
{
	struct http_connection *c = e->connection;
	bool keep_alive = e->keep_alive && e->body_here;

	http_metered_exchange(e, monotonic_us() - e->began_us);
	exchange_free(&e);
	if (c) {
		c->exchange = NULL;
		connection_go_on(c, keep_alive);
	}
}

void
exchanges_forget(void)
{
	while (here.kept) {
		struct exchange *e = here.kept;

		here.kept = e->next_kept;
		arena_fini(&e->arena);
		free(e);
	}
	free(here.named);
	memset(&here, 0, sizeof(here));
}

/* --- names ---------------------------------------------------------------------------------
 */

/* Twice as many as there were. */
static void
add_names(void)
{
	uint32_t from = here.n_named, n = from ? from * 2 : 16;

	here.named = mem_resize(here.named, n * sizeof(*here.named));
	for (uint32_t i = from; i < n; i++)
		here.named[i] = (struct named){ .generation = 1, .next_free = i + 1 };
	here.named[n - 1].next_free = NO_SLOT;
	here.first_free = from;
	here.n_named = n;
}

void
http_authenticated(struct http_exchange *x)
{
	struct http_connection *c = exchange_of(x)->connection;

	if (c && c->conn)
		conn_authenticated(c->conn);
}

struct http_id
http_exchange_id(struct http_exchange *x)
{
	struct exchange *e = exchange_of(x);

	if (e->slot == NO_SLOT) {
		if (here.n_named == 0 || here.first_free == NO_SLOT)
			add_names();
		e->slot = here.first_free;
		here.first_free = here.named[e->slot].next_free;
		here.named[e->slot].exchange = e;
	}
	return (
	    struct http_id){ (uint32_t)worker_self(), e->slot, here.named[e->slot].generation };
}

struct http_exchange *
http_find(struct http_id id)
{
	assert((uint32_t)worker_self() == id.worker);
	if (id.slot >= here.n_named || here.named[id.slot].generation != id.generation ||
	    !here.named[id.slot].exchange)
		return NULL;
	return &here.named[id.slot].exchange->x;
}

/* --- what was asked --------------------------------------------------------------------------
 */

struct str
http_header(const struct http_exchange *x, struct str name)
{
	return http_head_field(&exchange_of(x)->head, name, x->arena);
}

struct str
http_query(const struct http_exchange *x, struct str name)
{
	return http_query_value(x->query, name, x->arena);
}

struct str
http_site_url(const struct http_exchange *x)
{
	const struct http_site *site = http_site_here();

	if (site->conf.public_url.at)
		return site->conf.public_url;
	return str_format(x->arena, "%s://%.*s", x->secure ? "https" : "http",
	    STR_ARG(x->authority.at ? x->authority : S("localhost")));
}
