/* SPDX-License-Identifier: MIT */
#include "base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/limits.h"

enum {
	SUB_BUCKETS = 4, /* for each doubling */
	SUB_BITS = 2,
	SUM_SLOT = METRIC_BUCKETS, /* of a histogram, after its buckets */
};

/* What one thread has counted. Goes to the next thread when its own ends. */
struct part {
	struct part *next;
	_Atomic bool taken;
	_Atomic int64_t slot[METRIC_SLOTS];
};

static struct {
	pthread_mutex_t lock; /* for registering */
	struct metric metric[METRICS_MAX];
	unsigned first_slot[METRICS_MAX];
	_Atomic int count;
	unsigned slots;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static _Atomic(struct part *) parts;
static _Thread_local struct part *this_part;
static pthread_key_t give_back_at_exit;
static pthread_once_t key_made = PTHREAD_ONCE_INIT;

/* --- registering ---------------------------------------------------------------------- */

int
metric_register(const struct metric *m)
{
	int n, id;

	pthread_mutex_lock(&known.lock);
	n = atomic_load(&known.count);
	for (id = 0; id < n; id++)
		if (strcmp(known.metric[id].name, m->name) == 0)
			break;
	if (id == n) {
		unsigned slots = m->type == HISTOGRAM ? METRIC_BUCKETS + 1 : 1;

		/* All metrics are in tables of our own: too many are our mistake. */
		assert(n < METRICS_MAX && slots <= METRIC_SLOTS - known.slots);
		known.metric[id] = *m;
		known.first_slot[id] = known.slots;
		known.slots += slots;
		atomic_store(&known.count, n + 1);
	}
	assert(known.metric[id].type == m->type);
	pthread_mutex_unlock(&known.lock);
	return id;
}

int
metrics_count(void)
{
	return atomic_load_explicit(&known.count, memory_order_acquire);
}

const struct metric *
metric_at(int id)
{
	assert(id >= 0 && id < metrics_count());
	return &known.metric[id];
}

/* --- counting ------------------------------------------------------------------------- */

static void
give_back(void *part)
{
	atomic_store(&((struct part *)part)->taken, false);
}

static void
make_key(void)
{
	int failed = pthread_key_create(&give_back_at_exit, give_back);

	assert(!failed);
	(void)failed;
}

static struct part *
take_part(void)
{
	struct part *p = atomic_load(&parts);

	for (; p; p = p->next) {
		bool no = false;

		if (atomic_compare_exchange_strong(&p->taken, &no, true))
			break;
	}
	if (!p) {
		p = mem_zalloc(sizeof(*p));
		atomic_store(&p->taken, true);
		p->next = atomic_load(&parts);
		while (!atomic_compare_exchange_weak(&parts, &p->next, p))
			;
	}
	pthread_once(&key_made, make_key);
	pthread_setspecific(give_back_at_exit, p);
	return this_part = p;
}

/* The first slot of the metric in this thread's part. */
static _Atomic int64_t *
slot_of(int id)
{
	struct part *p = this_part ? this_part : take_part();

	return &p->slot[known.first_slot[id]];
}

/* Only this thread writes to its part. */
static void
slot_add(_Atomic int64_t *slot, int64_t n)
{
	atomic_store_explicit(
	    slot, atomic_load_explicit(slot, memory_order_relaxed) + n, memory_order_relaxed);
}

void
metric_add(int id, int64_t n)
{
	assert(metric_at(id)->type != HISTOGRAM);
	slot_add(slot_of(id), n);
}

void
metric_set(int id, int64_t n)
{
	assert(metric_at(id)->type == GAUGE);
	atomic_store_explicit(slot_of(id), n, memory_order_relaxed);
}

/* Values below SUB_BUCKETS have a bucket each; from there on, the place of the highest bit
 * and the SUB_BITS bits behind it choose the bucket. */
static unsigned
bucket_of(uint64_t value)
{
	unsigned high, bucket;

	if (value < SUB_BUCKETS)
		return (unsigned)value;
	high = 63 - (unsigned)__builtin_clzll(value);
	bucket = (high - SUB_BITS + 1) * SUB_BUCKETS +
		 (unsigned)(value >> (high - SUB_BITS) & (SUB_BUCKETS - 1));
	return bucket < METRIC_BUCKETS ? bucket : METRIC_BUCKETS - 1;
}

uint64_t
metric_bucket_bound(unsigned bucket)
{
	unsigned doubling = bucket / SUB_BUCKETS, step = bucket % SUB_BUCKETS;

	assert(bucket < METRIC_BUCKETS);
	if (bucket == METRIC_BUCKETS - 1)
		return UINT64_MAX;
	if (bucket < SUB_BUCKETS)
		return bucket;
	return ((uint64_t)(SUB_BUCKETS + step + 1) << (doubling - 1)) - 1;
}

void
metric_observe(int id, uint64_t value)
{
	_Atomic int64_t *slot = slot_of(id);

	assert(metric_at(id)->type == HISTOGRAM);
	slot_add(&slot[bucket_of(value)], 1);
	slot_add(&slot[SUM_SLOT], (int64_t)value);
}

/* --- reading -------------------------------------------------------------------------- */

static int64_t
sum_of(unsigned slot)
{
	int64_t sum = 0;

	for (struct part *p = atomic_load(&parts); p; p = p->next)
		sum += atomic_load_explicit(&p->slot[slot], memory_order_relaxed);
	return sum;
}

int64_t
metric_value(int id)
{
	assert(metric_at(id)->type != HISTOGRAM);
	return sum_of(known.first_slot[id]);
}

void
metric_histogram(int id, struct histogram *out)
{
	unsigned first;

	assert(metric_at(id)->type == HISTOGRAM);
	first = known.first_slot[id];
	out->count = 0;
	for (unsigned i = 0; i < METRIC_BUCKETS; i++)
		out->count += out->in_bucket[i] = (uint64_t)sum_of(first + i);
	out->sum = (uint64_t)sum_of(first + SUM_SLOT);
}

uint64_t
histogram_quantile(const struct histogram *h, double quantile)
{
	double wanted = quantile * (double)h->count;
	uint64_t seen = 0;

	if (h->count == 0)
		return 0;
	for (unsigned i = 0; i < METRIC_BUCKETS; i++) {
		seen += h->in_bucket[i];
		if (seen && (double)seen >= wanted)
			return metric_bucket_bound(i);
	}
	return metric_bucket_bound(METRIC_BUCKETS - 1);
}
