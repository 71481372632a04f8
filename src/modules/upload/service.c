/* SPDX-License-Identifier: MIT */
#include "modules/upload/service.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/siphash.h"

#define KIND_TOTAL S("upload-total")

enum { TICK_MS = 5000, OWNER_IDLE_MS = 60 * 1000 };

/* What each worker is the home of. */
static struct home {
	struct list services; /* service.in_home */
	struct timer tick;
} homes[WORKERS_MAX];

/* For the ticks, which come also when it has been closed. */
static struct store *store;

static struct home *
home(void)
{
	return &homes[worker_self()];
}

unsigned
upload_home(struct str host)
{
	return account_home(jid_trusted(host));
}

unsigned
service_token_home(struct str token)
{
	return (unsigned)(siphash_str(token) % workers_count());
}

/* --- services ----------------------------------------------------------------------------- */

static struct str
owner_key(const void *value)
{
	return ((const struct owner *)value)->account;
}

static struct str
slot_key(const void *value)
{
	return str_of(((const struct slot *)value)->token, UPLOAD_TOKEN_LENGTH);
}

struct upload_service *
upload_service_of(struct str host)
{
	struct upload_service *s;

	list_each (link, &home()->services) {
		s = list_entry(link, struct upload_service, in_home);
		if (str_eq(s->host, host))
			return s;
	}
	s = mem_zalloc(sizeof(*s) + host.len);
	memcpy(s + 1, host.at, host.len);
	s->host = str_of((char *)(s + 1), host.len);
	list_init(&s->waiting);
	list_init(&s->tasks);
	table_init(&s->owners, owner_key);
	table_init(&s->slots, slot_key);
	list_append(&home()->services, &s->in_home);
	return s;
}

struct slot *
service_slot(struct str token)
{
	list_each (link, &home()->services) {
		struct slot *slot =
		    table_get(&list_entry(link, struct upload_service, in_home)->slots, token);

		if (slot)
			return slot;
	}
	return NULL;
}

/* --- the totals --------------------------------------------------------------------------- */

static void owner_load(struct owner *o);
static struct owner *owner_of(struct upload_service *s, struct str account);

/* Those who wait for the totals go on to wait for their accounts. */
static void
service_loaded(struct upload_service *s)
{
	list_each (link, &s->waiting) {
		struct asking *a = list_entry(link, struct asking, in_service);

		list_remove(&a->in_service);
		slots_ask(s, TAKE(a->request));
		free(a);
	}
}

static void
on_total(void *waiter, const struct store_rows *rows)
{
	struct upload_service *s = waiter;

	s->loading = false;
	if (rows->status != OK) {
		slots_refuse_waiting(&s->waiting, false);
		return;
	}
	if (rows->n)
		s->kept = unpack_uint(&(struct unpack){ .rest = rows->row[0].value }, 8);
	s->loaded = true;
	tasks_go_on(s);
	service_loaded(s);
}

void
service_load(struct upload_service *s)
{
	struct store_query q = {
		.what = STORE_ITEM, .owner = s->host, .kinds = { KIND_TOTAL }, .n_kinds = 1
	};

	if (s->loaded || s->loading)
		return;
	s->loading = true;
	store_read(account_store(), &q, on_total, s);
}

void
service_put_total(struct upload_service *s, struct store_batch *b)
{
	char total[8];

	pack_uint(total, s->kept, sizeof(total));
	store_put(b, s->host, KIND_TOTAL, S(""), str_of(total, sizeof(total)));
}

void
service_distrust(struct upload_service *s)
{
	struct table_walk walk = { 0 };
	struct owner *o;

	while ((o = table_next(&s->owners, &walk))) {
		o->loaded = false;
		o->stale = o->loading;
	}
}

/* --- owners ------------------------------------------------------------------------------- */

struct owner *
owner_find(struct upload_service *s, struct str account)
{
	return table_get(&s->owners, account);
}

static struct owner *
owner_of(struct upload_service *s, struct str account)
{
	struct owner *o = owner_find(s, account);

	if (!o) {
		o = mem_zalloc(sizeof(*o) + account.len);
		memcpy(o + 1, account.at, account.len);
		o->service = s;
		o->account = str_of((char *)(o + 1), account.len);
		list_init(&o->slots);
		list_init(&o->waiting);
		table_put(&s->owners, o);
	}
	o->used_ms = loop_now_ms();
	return o;
}

static void
owner_free(struct owner **at)
{
	struct owner *o = TAKE(*at);

	table_remove(&o->service->owners, o->account);
	free(o);
}

static void
add(struct owner *o, const struct upload_record *r)
{
	const struct upload_conf *conf = upload_conf_of(o->service->host);
	usec_t due = conf ? upload_due_us(conf, r) : 0;

	o->kept[r->purpose] += r->bytes;
	o->files++;
	if (due && (o->due_us == 0 || due < o->due_us))
		o->due_us = due;
}

static void
add_row(struct owner *o, struct str value)
{
	struct upload_record r;

	if (upload_record_decode(value, &r) == OK)
		add(o, &r);
	else
		log_error("upload.damaged", LOG_ACCOUNT("jid", o->account));
}

static void read_page(struct owner *o, struct str after);

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct owner *o = waiter;
	struct arena a;
	size_t n = 0;

	arena_init(&a, 512);
	while (n < rows->n && str_starts(rows->row[n].item, upload_of_prefix(&a, o->account)))
		add_row(o, rows->row[n++].value);
	arena_fini(&a);
	if (rows->status == OK && n == UPLOAD_PAGE) {
		read_page(o, rows->row[n - 1].item);
		return;
	}
	o->loading = false;
	if (rows->status == OK && o->stale) {
		owner_load(o);
		return;
	}
	o->loaded = rows->status == OK;
	slots_decide(o, rows->status);
}

static void
read_page(struct owner *o, struct str after)
{
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = o->service->host,
		.kinds = { KIND_UPLOAD_OF },
		.n_kinds = 1,
		.item = after,
		.limit = UPLOAD_PAGE,
	};

	store_read(account_store(), &q, on_page, o);
}

static void
owner_load(struct owner *o)
{
	struct arena a;

	memset(o->kept, 0, sizeof(o->kept));
	o->files = 0;
	o->due_us = 0;
	o->stale = false;
	o->loading = true;
	arena_init(&a, 512);
	read_page(o, upload_of_prefix(&a, o->account));
	arena_fini(&a);
}

void
owner_add(struct owner *o, const struct upload_record *r)
{
	o->stale = o->loading;
	if (o->loaded)
		add(o, r);
}

void
owner_subtract(struct owner *o, const struct upload_record *r)
{
	o->stale = o->loading;
	if (!o->loaded)
		return;
	o->kept[r->purpose] -= r->bytes;
	o->files--;
}

void
slots_ask(struct upload_service *s, struct stanza *request)
{
	struct asking *a = mem_zalloc(sizeof(*a));
	struct owner *o;

	a->request = request;
	if (!s->loaded) {
		list_append(&s->waiting, &a->in_service);
		service_load(s);
		return;
	}
	o = owner_of(s, jid_bare(request->from));
	list_append(&o->waiting, &a->in_owner);
	if (o->loaded)
		slots_decide(o, OK);
	else if (!o->loading)
		owner_load(o);
}

/* --- from time to time -------------------------------------------------------------------- */

static void
drop_old_slots(struct upload_service *s)
{
	struct table_walk walk = { 0 };
	struct slot *slot;

	while ((slot = table_next(&s->slots, &walk)))
		if (slot->state != SLOT_TAKEN && slot->until_ms <= loop_now_ms())
			slot_drop(&slot);
}

static void
drop_idle_owners(struct upload_service *s)
{
	struct table_walk walk = { 0 };
	struct owner *o;

	while ((o = table_next(&s->owners, &walk)))
		if (!o->loading && list_is_empty(&o->slots) &&
		    o->used_ms + OWNER_IDLE_MS <= loop_now_ms())
			owner_free(&o);
}

static void
on_tick(struct timer *t)
{
	for (size_t i = 0; i < hosts_count(); i++) {
		const struct host *host = hosts_at(i);

		if (module_conf(&mod_upload, host) &&
		    upload_home(host->name) == (unsigned)worker_self())
			removal_tick(upload_service_of(host->name));
	}
	list_each (link, &home()->services) {
		struct upload_service *s = list_entry(link, struct upload_service, in_home);

		drop_old_slots(s);
		drop_idle_owners(s);
	}
	timer_set(t, TICK_MS);
}

/* --- life --------------------------------------------------------------------------------- */

static void
start_home(const void *letter)
{
	(void)letter;
	list_init(&home()->services);
	timer_init(&home()->tick, on_tick);
	timer_set(&home()->tick, 0);
}

void
services_start(void)
{
	store = store_ref(account_store());
	for (unsigned w = 0; w < workers_count(); w++)
		worker_post(w, start_home, "", 1);
}

static void
service_free(struct upload_service *s)
{
	struct table_walk walk = { 0 };
	struct slot *slot;
	struct owner *o;

	while ((slot = table_next(&s->slots, &walk)))
		slot_drop(&slot);
	walk = (struct table_walk){ 0 };
	while ((o = table_next(&s->owners, &walk)))
		owner_free(&o);
	table_fini(&s->slots);
	table_fini(&s->owners);
	tasks_fini(s);
	list_remove(&s->in_home);
	free(s);
}

void
services_stop(void)
{
	for (unsigned w = 0; w < WORKERS_MAX; w++) {
		if (!homes[w].services.next)
			continue; /* there is no such worker */
		list_each (link, &homes[w].services)
			service_free(list_entry(link, struct upload_service, in_home));
	}
	memset(homes, 0, sizeof(homes));
	if (store)
		store_unref(TAKE(store));
}
