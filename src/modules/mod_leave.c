/* SPDX-License-Identifier: MIT
 *
 * mod_leave: a page of the web client that goes away says so.
 *
 * Source   decision 117; the Beacon API of the W3C, by which a page that goes away can still
 *          send a small form, and hears of no answer
 * Reacts   POST /leave
 * Keeps    nothing: that a session is about to end is in memory (router/leaving.h)
 *
 * What proves that the session is the sender's is its id (XEP-0198), which only its client has
 * been told. To log in with it takes more; to end the session, no more than this.
 */
#include "base/limits.h"
#include "http/http.h"
#include "http/target.h"
#include "modules/list.h"
#include "router/leaving.h"

struct leave_conf {
	msec_t grace_ms;
};

/* What was said, on its way to the account's home. */
struct farewell {
	struct arena arena;
	struct jid account;
	struct str session;
};

static void
take(struct farewell *f)
{
	const struct host *host = host_find(jid_domain(f->account));
	const struct leave_conf *conf = host ? module_conf(&mod_leave, host) : NULL;
	/* Who has a session is in memory. Nobody else is looked for in the store. */
	const struct account *a = conf ? account_loaded(f->account) : NULL;
	struct session *s = a ? managed_find(a, f->session) : NULL;

	if (s)
		leaving_begin(s->managed, conf->grace_ms);
}

static void
at_home(const void *letter)
{
	struct farewell *f = *(struct farewell *const *)letter;

	take(f);
	arena_fini(&f->arena);
	free(f);
}

/* The answer is the same whether or not there is such a session. */
static void
hear(struct http_exchange *x)
{
	struct farewell *f = mem_zalloc(sizeof(*f));
	struct str address = http_query_value(x->body, S("jid"), x->arena);
	struct str session = http_query_value(x->body, S("session"), x->arena);
	struct jid who;

	arena_init(&f->arena, 256);
	if (session.len != MANAGED_ID_CHARS || jid_parse(&f->arena, address, &who) != OK ||
	    str_is_empty(jid_local(who))) {
		arena_fini(&f->arena);
		free(f);
		http_refuse(x, 400, S("It takes an address and the id of a session."));
		return;
	}
	f->account = jid_to_bare(who);
	f->session = str_copy(&f->arena, session);
	worker_post(account_home(f->account), at_home, &f, sizeof(f));
	http_answer(x, 204, (struct str){ 0 }, S(""));
}

static const struct http_route routes[] = {
	{ S("/leave"), HTTP_POST, .flags = HTTP_CORS, .body_max = LEAVE_BYTES, .run = hear },
};

const struct module mod_leave = {
	.name = "leave",
	.doc = "Lets pages say that they go away, so that nobody seems to be there for minutes "
	       "after.",
	.conf_size = sizeof(struct leave_conf),
	.options = LIST(struct option,
	    { "grace", TIME, FIELD(leave_conf, grace_ms), "10s", "1s", "60s",
		"How long a session is kept after its page has gone away. A page that is read "
		"anew is back in that time, and nobody hears of it." }),
	.routes = TABLE(routes),
};
