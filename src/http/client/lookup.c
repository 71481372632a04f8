/* SPDX-License-Identifier: MIT */
#include "http/client/lookup.h"

#include <netdb.h>
#include <resolv.h>

#include "loop/helper.h"

enum { NAME_BYTES = 256, RESOLVER_S = 3, RESOLVER_TRIES = 1 };

/* The worker has `done`, `waiter` and `variable`, the helper the rest in between. */
struct lookup {
	lookup_done_fn *done; /* NULL: cancelled */
	void *waiter;
	struct lookup **variable;

	char name[NAME_BYTES];
	enum status status;
	struct address at[HTTP_ADDRESSES_MAX];
	size_t n;
};

static void
note(struct lookup *l, const struct addrinfo *found)
{
	for (; found && l->n < HTTP_ADDRESSES_MAX; found = found->ai_next) {
		struct address a = address_of(found->ai_addr);

		if (!address_is_none(&a))
			l->at[l->n++] = a;
	}
	l->status = l->n ? OK : E_NOT_FOUND;
}

/* On a helper. A name server that does not answer is not waited for as long as the system's
 * configuration says: that may be half a minute, in which also the server could not stop. */
static void
look_up(void *job)
{
	const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_ADDRCONFIG };
	struct lookup *l = job;
	struct addrinfo *found;
	int error;

	res_init();
	_res.retrans = RESOLVER_S;
	_res.retry = RESOLVER_TRIES;
	error = getaddrinfo(l->name, NULL, &wanted, &found);
	if (error) {
		l->status = error == EAI_AGAIN || error == EAI_SYSTEM ? E_AGAIN : E_NOT_FOUND;
		return;
	}
	note(l, found);
	freeaddrinfo(found);
}

static void
answer(void *job)
{
	struct lookup *l = job;

	if (l->done) {
		*l->variable = NULL;
		l->done(l->waiter, l->status, l->at, l->n);
	}
	free(l);
}

enum status
lookup_start(struct str name, lookup_done_fn *done, void *waiter, struct lookup **out)
{
	struct lookup *l = mem_zalloc(sizeof(*l));
	enum status s;

	assert(name.len < sizeof(l->name));
	memcpy(l->name, name.at, name.len);
	l->done = done;
	l->waiter = waiter;
	l->variable = out;
	if ((s = helper_run_waiting(l, look_up, answer)) != OK) {
		free(l);
		return s;
	}
	*out = l;
	return OK;
}

void
lookup_cancel(struct lookup **l)
{
	if (*l)
		(*l)->done = NULL;
	*l = NULL;
}
