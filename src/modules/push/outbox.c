/* SPDX-License-Identifier: MIT */
#include "modules/push/outbox.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "base/table.h"
#include "http/client/client.h"
#include "modules/inbox/inbox.h"
#include "modules/push/backoff.h"

/* Of this worker. */
static _Thread_local struct {
	bool begun;
	struct table deliveries; /* by key */
	struct table publishing; /* by iq id */
	struct list age;         /* news.in_age */
	unsigned n_news;
} here;

static struct str
delivery_key(const void *value)
{
	return ((const struct delivery *)value)->key;
}

static struct str
publishing_key(const void *value)
{
	return ((const struct delivery *)value)->publish_id;
}

static void
begin_here(void)
{
	if (here.begun)
		return;
	here.begun = true;
	table_init(&here.deliveries, delivery_key);
	table_init(&here.publishing, publishing_key);
	list_init(&here.age);
}

/* --- news ------------------------------------------------------------------------------- */

static struct news *
oldest_of(const struct delivery *d)
{
	return list_entry(d->news.next, struct news, in_delivery);
}

static void
forget_news(struct delivery *d, struct news *n)
{
	list_remove(&n->in_delivery);
	list_remove(&n->in_age);
	d->n_news--;
	here.n_news--;
	news_free(&n);
}

/* The one that is being carried is left: it is about to be told of. */
static void
drop_oldest(struct delivery *d)
{
	struct list *first = d->busy ? d->news.next->next : d->news.next;

	module_count(&mod_push, PUSH_DROPPED, 1);
	forget_news(d, list_entry(first, struct news, in_delivery));
}

/* --- deliveries ------------------------------------------------------------------------- */

static void on_timer(struct timer *t);

/* Waits for the inbox, whatever becomes of the delivery. */
struct counting {
	struct delivery *delivery; /* NULL: it is not to go out now */
};

static void
stop_counting(struct delivery *d)
{
	if (d->counting)
		d->counting->delivery = NULL;
	d->counting = NULL;
}

static struct delivery *
delivery_new(struct str key, struct jid account, const struct registration *r)
{
	struct delivery *d = mem_zalloc(sizeof(*d) + key.len);
	char *text = (char *)(d + 1);

	memcpy(text, key.at, key.len);
	d->key = str_of(text, key.len);
	d->account = account;
	d->account.text = text; /* the key begins with it */
	d->to = registration_new(r);
	list_init(&d->news);
	timer_init(&d->timer, on_timer);
	table_put(&here.deliveries, d);
	return d;
}

/* The carrier has nothing of it any more. */
static void
become_resting(struct delivery *d)
{
	d->busy = false;
	stop_counting(d);
	timer_stop(&d->timer);
	http_ask_cancel(&d->ask);
	if (d->publish_id.at)
		table_remove(&here.publishing, d->publish_id);
	d->publish_id = (struct str){ 0 };
}

static void
delivery_free(struct delivery *d)
{
	become_resting(d);
	while (d->n_news)
		forget_news(d, oldest_of(d));
	table_remove(&here.deliveries, d->key);
	registration_free(&d->to);
	free(d);
}

/* --- going ------------------------------------------------------------------------------ */

static void
drop_what_is_old(struct delivery *d, const struct push_conf *conf)
{
	while (d->n_news && oldest_of(d)->made_ms + conf->life_ms < loop_now_ms()) {
		module_count(&mod_push, PUSH_DROPPED, 1);
		forget_news(d, oldest_of(d));
	}
}

static void
carry(struct delivery *d, const struct push_conf *conf)
{
	if (d->to->endpoint.len)
		carry_to_browser(d, oldest_of(d), conf);
	else
		carry_to_service(d, oldest_of(d), conf);
}

static void
on_total(void *waiter, struct account *a, enum status s, uint64_t n)
{
	struct counting *counting = waiter;
	struct delivery *d = counting->delivery;
	const struct push_conf *conf;

	(void)a;
	free(counting);
	if (!d)
		return;
	d->counting = NULL;
	conf = push_conf_of(d->account);
	if (!conf) {
		delivery_free(d);
		return;
	}
	oldest_of(d)->messages = s == OK ? n : 0;
	carry(d, conf);
}

static void
count_unread(void *waiter, struct account *a, enum status s)
{
	if (a)
		inbox_total(a, on_total, waiter);
	else
		on_total(waiter, a, s, 0);
}

/* As late as can be, so that it is true when the device hears of it: another one may have
 * shown messages meanwhile. */
static void
count_and_carry(struct delivery *d)
{
	struct counting *counting = mem_alloc(sizeof(*counting));

	counting->delivery = d;
	d->counting = counting;
	account_with(d->account, count_unread, counting);
}

static bool
has_inbox(const struct delivery *d)
{
	const struct host *host = host_find(jid_domain(d->account));

	return host && module_conf(&mod_inbox, host);
}

static void
go(struct delivery *d)
{
	const struct push_conf *conf = push_conf_of(d->account);

	if (conf)
		drop_what_is_old(d, conf);
	if (!conf || d->n_news == 0) {
		delivery_free(d);
		return;
	}
	d->busy = true;
	timer_set(&d->timer, conf->answer_ms);
	if (oldest_of(d)->content >= PUSH_COUNT && has_inbox(d))
		count_and_carry(d);
	else
		carry(d, conf);
}

static void
on_timer(struct timer *t)
{
	struct delivery *d = list_entry(t, struct delivery, timer);

	if (d->busy)
		outbox_done(d, PUSH_FAILED, 0, "no answer");
	else
		go(d);
}

/* --- how it went ------------------------------------------------------------------------ */

static void
rest(struct delivery *d, msec_t asked_ms, const char *why)
{
	msec_t wait = backoff_ms(++d->failures, asked_ms, random_u64());

	module_count(&mod_push, PUSH_DELAYED, 1);
	log_debug("push.delayed", LOG_ACCOUNT("account", jid_full(d->account)),
	    LOG_STR("service", d->to->endpoint.len ? S("browser") : jid_full(d->to->jid)),
	    LOG_C("reason", why), LOG_I64("wait_ms", wait));
	timer_set(&d->timer, wait);
}

static void
arrived(struct delivery *d)
{
	const struct push_conf *conf = push_conf_of(d->account);

	module_count(&mod_push, PUSH_DELIVERED, 1);
	forget_news(d, oldest_of(d));
	d->failures = d->refusals = 0;
	timer_set(&d->timer, conf ? conf->interval_ms : 0);
}

static void
gone(struct delivery *d, const char *why)
{
	struct arena a;
	struct jid account;
	struct str key;

	arena_init(&a, 1024);
	account = jid_copy(&a, d->account);
	key = str_copy(&a, d->to->key);
	delivery_free(d);
	push_disable(account, key, why);
	arena_fini(&a);
}

static void
refused(struct delivery *d, msec_t asked_ms, const char *why)
{
	if (++d->refusals >= PUSH_REFUSALS_MAX)
		gone(d, why);
	else
		rest(d, asked_ms, why);
}

void
outbox_done(struct delivery *d, enum push_outcome how, msec_t asked_ms, const char *why)
{
	become_resting(d);
	switch (how) {
	case PUSH_ARRIVED:
		arrived(d);
		break;
	case PUSH_TOO_LARGE:
		if (oldest_of(d)->content > PUSH_NOTHING) {
			oldest_of(d)->content--;
			timer_set(&d->timer, 0);
			break;
		}
		refused(d, asked_ms, why); /* nothing is still too much */
		break;
	case PUSH_REFUSED:
		refused(d, asked_ms, why);
		break;
	case PUSH_FAILED:
		rest(d, asked_ms, why);
		break;
	case PUSH_GONE:
		gone(d, why);
	}
}

void
outbox_publishes(struct delivery *d)
{
	table_put(&here.publishing, d);
}

struct delivery *
outbox_publishing(struct str id)
{
	begin_here();
	return table_get(&here.publishing, id);
}

/* --- adding and forgetting -------------------------------------------------------------- */

static struct str
key_of(struct arena *a, struct jid account, struct str registration_key)
{
	return str_format(
	    a, "%.*s\n%.*s", STR_ARG(jid_full(account)), STR_ARG(registration_key));
}

/* Whose news only count leave nothing to say to the older. */
static void
merge(struct delivery *d, const struct news *n)
{
	list_each (link, &d->news) {
		struct news *old = list_entry(link, struct news, in_delivery);

		if (n->content < PUSH_SENDER && old->kind == n->kind &&
		    !(d->busy && old == oldest_of(d)))
			forget_news(d, old);
	}
}

/* Of all; what is being carried is then not carried on. */
static void
drop_oldest_of_all(void)
{
	struct news *n = list_entry(here.age.next, struct news, in_age);
	struct delivery *d = n->of;

	if (d->busy && n == oldest_of(d)) {
		become_resting(d);
		timer_set(&d->timer, 0);
	}
	module_count(&mod_push, PUSH_DROPPED, 1);
	forget_news(d, n);
}

static void
make_room(struct delivery *d)
{
	if (d->n_news >= PUSH_NEWS_MAX)
		drop_oldest(d);
	while (here.n_news >= PUSH_ALL_NEWS_MAX)
		drop_oldest_of_all();
}

void
outbox_add(struct jid account, const struct registration *r, const struct news *like,
    const struct push_conf *conf)
{
	struct news *n = news_new(like, (size_t)conf->body_max);
	struct delivery *d;
	struct arena a;
	struct str key;

	begin_here();
	arena_init(&a, 1024);
	key = key_of(&a, account, r->key);
	if (!(d = table_get(&here.deliveries, key)))
		d = delivery_new(key, account, r);
	arena_fini(&a);
	merge(d, n);
	make_room(d);
	n->of = d;
	n->made_ms = loop_now_ms();
	list_append(&d->news, &n->in_delivery);
	list_append(&here.age, &n->in_age);
	d->n_news++;
	here.n_news++;
	module_count(&mod_push, PUSH_MADE, 1);
	if (!d->busy && !timer_is_set(&d->timer))
		timer_set(&d->timer, 0);
}

void
outbox_forget(struct jid account, struct str registration_key)
{
	struct delivery *d;
	struct arena a;

	begin_here();
	arena_init(&a, 1024);
	if ((d = table_get(&here.deliveries, key_of(&a, account, registration_key))))
		delivery_free(d);
	arena_fini(&a);
}

void
outbox_forget_account(struct jid account)
{
	struct table_walk walk = { 0 };
	struct delivery *d;

	begin_here();
	while ((d = table_next(&here.deliveries, &walk)))
		if (jid_eq(d->account, account))
			delivery_free(d);
}

void
outbox_leave_worker(void)
{
	struct table_walk walk = { 0 };
	struct delivery *d;

	begin_here();
	while ((d = table_next(&here.deliveries, &walk)))
		delivery_free(d);
	table_fini(&here.deliveries);
	table_fini(&here.publishing);
	here.begun = false;
}
