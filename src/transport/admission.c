/* SPDX-License-Identifier: MIT
 *
 * The rate is kept as one moment per address, the generic cell rate algorithm (ITU-T I.371):
 * each connection moves `full_at` on by the time it is worth; one that would move it further
 * ahead of now than the burst is worth is refused. When the moment has passed, there is
 * nothing to remember.
 */
#include "transport/admission.h"

#include <pthread.h>

#include "base/limits.h"
#include "base/list.h"
#include "base/table.h"
#include "loop/worker.h"

enum { IPV6_BITS = 64 };

struct visitor {
	struct list in_idle; /* while it has no connections */
	struct address address;
	usec_t full_at; /* monotonic */
	uint32_t connections;
	uint32_t unauthenticated;
};

struct admission {
	pthread_mutex_t lock;
	struct admission_limits limits;
	struct network *exempt;
	size_t n_exempt;
	struct admission_counters counters;

	struct table visitors; /* by address */
	struct list idle;      /* visitor.in_idle, the longest without connections first */
	size_t n_idle;
};

/* --- the table ------------------------------------------------------------------------ */

static struct str
key_of(const void *value)
{
	const struct visitor *v = value;

	return str_of((const char *)v->address.at, sizeof(v->address.at));
}

static void
forget(struct admission *a, struct visitor *v)
{
	assert(v->connections == 0);
	table_remove(&a->visitors, key_of(v));
	list_remove(&v->in_idle);
	a->n_idle--;
	free(v);
}

/* Forgets addresses whose rate no longer matters. Two for each that comes, so that they go
 * faster than they come and no single caller pays for all. */
static void
forget_some(struct admission *a, usec_t now)
{
	for (int i = 0; i < 2 && !list_is_empty(&a->idle); i++) {
		struct visitor *v = list_entry(a->idle.next, struct visitor, in_idle);

		if (v->full_at > now && a->n_idle <= ADDRESSES_IDLE_MAX)
			return;
		forget(a, v);
	}
}

static struct visitor *
visitor_of(struct admission *a, const struct address *from)
{
	struct address subscriber =
	    address_is_ipv4(from) ? *from : address_cut(from, IPV6_BITS);
	struct visitor *v =
	    table_get(&a->visitors, str_of((const char *)subscriber.at, sizeof(subscriber.at)));

	if (v)
		return v;
	v = mem_zalloc(sizeof(*v));
	v->address = subscriber;
	table_put(&a->visitors, v);
	list_append(&a->idle, &v->in_idle);
	a->n_idle++;
	return v;
}

/* --- bounds --------------------------------------------------------------------------- */

static bool
reached(uint32_t n, uint32_t max)
{
	return max && n >= max;
}

static bool
takes_rate(const struct admission_limits *l, struct visitor *v, usec_t now)
{
	usec_t worth, full_at;

	if (!l->address_rate)
		return true;
	worth = 1000 * 1000 / l->address_rate;
	full_at = (v->full_at > now ? v->full_at : now) + worth;
	if (full_at - now > worth * l->address_burst)
		return false;
	v->full_at = full_at;
	return true;
}

static enum admission_verdict
judge(const struct admission *a, struct visitor *v, usec_t now)
{
	const struct admission_limits *l = &a->limits;

	if (reached(a->counters.connections, l->connections_max))
		return REFUSED_CONNECTIONS;
	if (reached(a->counters.unauthenticated, l->unauthenticated_max))
		return REFUSED_UNAUTHENTICATED;
	if (reached(v->connections, l->address_connections_max))
		return REFUSED_ADDRESS_CONNECTIONS;
	if (reached(v->unauthenticated, l->address_unauthenticated_max))
		return REFUSED_ADDRESS_UNAUTHENTICATED;
	return takes_rate(l, v, now) ? ADMITTED : REFUSED_ADDRESS_RATE;
}

static bool
is_exempt(const struct admission *a, const struct address *from)
{
	if (address_is_none(from))
		return true;
	for (size_t i = 0; i < a->n_exempt; i++)
		if (network_has(&a->exempt[i], from))
			return true;
	return false;
}

enum admission_verdict
admission_enter(struct admission *a, const struct address *from, struct visit *out)
{
	usec_t now = loop_now_ms() * 1000;
	enum admission_verdict verdict = ADMITTED;
	struct visitor *v = NULL;

	pthread_mutex_lock(&a->lock);
	if (!is_exempt(a, from)) {
		forget_some(a, now);
		v = visitor_of(a, from);
		verdict = judge(a, v, now);
	}
	a->counters.verdicts[verdict]++;
	if (verdict == ADMITTED) {
		a->counters.connections++;
		a->counters.unauthenticated++;
		if (v) {
			if (v->connections == 0) {
				list_remove(&v->in_idle);
				a->n_idle--;
			}
			v->connections++;
			v->unauthenticated++;
		}
		*out = (struct visit){ .from = v };
	}
	pthread_mutex_unlock(&a->lock);
	return verdict;
}

static void
count_authenticated(struct admission *a, struct visit *v)
{
	if (v->authenticated)
		return;
	v->authenticated = true;
	a->counters.unauthenticated--;
	if (v->from)
		v->from->unauthenticated--;
}

void
admission_authenticated(struct admission *a, struct visit *v)
{
	pthread_mutex_lock(&a->lock);
	count_authenticated(a, v);
	pthread_mutex_unlock(&a->lock);
}

void
admission_leave(struct admission *a, struct visit *v)
{
	pthread_mutex_lock(&a->lock);
	count_authenticated(a, v);
	a->counters.connections--;
	if (v->from && --v->from->connections == 0) {
		list_append(&a->idle, &v->from->in_idle);
		a->n_idle++;
	}
	pthread_mutex_unlock(&a->lock);
	v->from = NULL;
}

void
admission_count(struct admission *a, struct admission_counters *out)
{
	pthread_mutex_lock(&a->lock);
	*out = a->counters;
	out->addresses = (uint32_t)table_count(&a->visitors);
	pthread_mutex_unlock(&a->lock);
}

/* --- life ----------------------------------------------------------------------------- */

struct admission *
admission_new(void)
{
	struct admission *a = mem_zalloc(sizeof(*a));

	pthread_mutex_init(&a->lock, NULL);
	table_init(&a->visitors, key_of);
	list_init(&a->idle);
	return a;
}

void
admission_free(struct admission **a)
{
	if (!*a)
		return;
	assert((*a)->counters.connections == 0);
	while (!list_is_empty(&(*a)->idle))
		forget(*a, list_entry((*a)->idle.next, struct visitor, in_idle));
	pthread_mutex_destroy(&(*a)->lock);
	free((*a)->exempt);
	table_fini(&(*a)->visitors);
	free(*a);
	*a = NULL;
}

void
admission_limit(struct admission *a, const struct admission_limits *limits,
    const struct network *exempt, size_t n_exempt)
{
	struct network *copy = mem_alloc(n_exempt * sizeof(*copy));
	struct network *old;

	if (n_exempt)
		memcpy(copy, exempt, n_exempt * sizeof(*copy));
	pthread_mutex_lock(&a->lock);
	old = a->exempt;
	a->limits = *limits;
	a->exempt = copy;
	a->n_exempt = n_exempt;
	pthread_mutex_unlock(&a->lock);
	free(old);
}
