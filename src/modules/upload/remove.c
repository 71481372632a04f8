/* SPDX-License-Identifier: MIT
 *
 * Removing uploads: those that are due, those of an account that is erased, and those that an
 * operator names. At home, one task after the other, so that nothing is removed, and
 * subtracted, twice:
 *
 *   read a page -> put its removal into a batch -> commit -> the next page, until there is none
 *
 * For an account that is erased the row (HOST, "upload-erase", ACCOUNT) is written in the batch
 * of the erasure, and removed when nothing of it is left: after a crash, the tick finds the
 * row.
 */
#include "base/limits.h"
#include "base/log.h"
#include "modules/upload/lately.h"
#include "modules/upload/service.h"

#define KIND_ERASE S("upload-erase")

enum { RETRY_MS = 60 * 1000 };

/* "Never", but for something that comes and is due. */
#define NOTHING_DUE INT64_MAX

enum task_kind { TASK_DUE, TASK_ACCOUNT, TASK_ONE };

struct task {
	struct list in_service;
	struct upload_service *service;
	enum task_kind kind;
	enum upload_purpose purpose; /* TASK_DUE: which is looked at */
	usec_t next_due_us;          /* TASK_DUE: of what was not due yet */
	struct str account;          /* others; behind the struct */
	char token[UPLOAD_TOKEN_LENGTH + 1];
	bool is_erasure;

	uint64_t bytes, n; /* of the batch under way */
	uint64_t count;    /* removed */

	/* Who asked, if somebody did. */
	uploads_removed_fn *removed;
	void *waiter;
	unsigned asker;
	enum status status;
};

static void task_begin(struct upload_service *s);
static void task_read(struct task *t);

static struct task *
task_new(enum task_kind kind, struct str account)
{
	struct task *t = mem_zalloc(sizeof(*t) + account.len);

	list_init(&t->in_service);
	t->kind = kind;
	if (account.len) {
		memcpy(t + 1, account.at, account.len);
		t->account = str_of((char *)(t + 1), account.len);
	}
	return t;
}

static void
task_add(struct upload_service *s, struct task *t)
{
	t->service = s;
	list_append(&s->tasks, &t->in_service);
	task_begin(s);
}

/* --- the end of a task -------------------------------------------------------------------- */

static void
tell_asker(const void *letter)
{
	struct task *t = *(struct task *const *)letter;

	t->removed(t->waiter, t->status, t->count);
	free(t);
}

/* What is left of an erasure is the row that says so. */
static void
forget_erasure(const struct task *t)
{
	struct store_batch *b = store_batch_new(account_store());

	store_remove(b, t->service->host, KIND_ERASE, t->account);
	store_commit(&b, NULL, NULL);
}

static void
task_end(struct task *t, enum status status)
{
	struct upload_service *s = t->service;

	t->status = status;
	list_remove(&t->in_service);
	s->is_busy = false;
	/* Others that came meanwhile may be due before. */
	if (t->kind == TASK_DUE)
		removal_note_due(s,
		    status == OK ? t->next_due_us : loop_wall_us() + (usec_t)RETRY_MS * 1000);
	if (t->is_erasure && status == OK)
		forget_erasure(t);
	if (t->count > 0) {
		module_count(&mod_upload, UPLOAD_REMOVED, t->count);
		log_info(
		    "upload.removed", LOG_STR("host", s->host), LOG_U64("files", t->count));
	}
	if (t->removed)
		worker_post(t->asker, tell_asker, &t, sizeof(t));
	else
		free(t);
	task_begin(s);
}

/* --- a page ------------------------------------------------------------------------------- */

static void
on_removed(void *waiter, enum status status)
{
	struct task *t = waiter;
	struct upload_service *s = t->service;

	if (status != OK) {
		s->kept += t->bytes;
		service_distrust(s);
		task_end(t, status);
		return;
	}
	t->count += t->n;
	lately_forget();
	blobs_tidy(account_store());
	task_read(t);
}

static void
remove_one(struct task *t, struct store_batch *b, const struct upload_record *r)
{
	struct owner *o = owner_find(t->service, r->account);
	struct arena a;

	arena_init(&a, 256);
	upload_record_remove(b, t->service->host, r);
	blob_drop(b, &r->hash, upload_holder(&a, r->token));
	arena_fini(&a);
	if (o)
		owner_subtract(o, r);
	t->bytes += r->bytes;
	t->n++;
}

/* Whether the task wants the upload removed; if it is not due yet, when it is. */
static bool
is_wanted(struct task *t, const struct upload_conf *conf, const struct upload_record *r)
{
	usec_t due;

	if (t->kind != TASK_DUE)
		return true;
	due = conf ? upload_due_us(conf, r) : 0;
	if (due && due <= loop_wall_us())
		return true;
	if (due && due < t->next_due_us)
		t->next_due_us = due;
	return false;
}

/* The rows of the page that the task is about begin with this. */
static struct str
prefix_of(const struct task *t, struct arena *a)
{
	return t->kind == TASK_DUE ? upload_age_prefix(a, t->purpose)
				   : upload_of_prefix(a, t->account);
}

/* The rows are in the order of their times: behind one that is not due, none is. */
static void
take_page(struct task *t, const struct store_rows *rows, struct store_batch *b)
{
	const struct upload_conf *conf = upload_conf_of(t->service->host);
	struct upload_record r;
	struct str prefix;
	struct arena a;

	arena_init(&a, 512);
	prefix = prefix_of(t, &a);
	for (size_t i = 0; i < rows->n; i++) {
		const struct store_row *row = &rows->row[i];

		if (!str_starts(row->item, prefix))
			break;
		if (upload_record_decode(row->value, &r) != OK) {
			log_error("upload.damaged", LOG_STR("host", t->service->host));
			store_remove(b, t->service->host, row->kind, row->item);
			continue;
		}
		if (!is_wanted(t, conf, &r))
			break;
		remove_one(t, b, &r);
	}
	arena_fini(&a);
}

static void
on_page(void *waiter, const struct store_rows *rows)
{
	struct task *t = waiter;
	struct upload_service *s = t->service;
	struct store_batch *b;

	if (rows->status != OK) {
		task_end(t, rows->status);
		return;
	}
	t->bytes = t->n = 0;
	b = store_batch_new(account_store());
	take_page(t, rows, b);
	if (!store_batch_is_empty(b)) {
		assert(s->kept >= t->bytes);
		s->kept -= t->bytes;
		service_put_total(s, b);
		store_commit(&b, on_removed, t);
		return;
	}
	store_batch_free(&b);
	if (t->kind == TASK_DUE && t->purpose + 1 < UPLOAD_PURPOSES) {
		t->purpose++;
		task_read(t);
		return;
	}
	task_end(t, OK);
}

static void
task_read(struct task *t)
{
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = t->service->host,
		.kinds = { t->kind == TASK_DUE ? KIND_UPLOAD_AGE : KIND_UPLOAD_OF },
		.n_kinds = 1,
		.limit = UPLOAD_PAGE,
	};
	struct arena a;

	arena_init(&a, 512);
	q.item = prefix_of(t, &a);
	if (t->kind == TASK_ONE) {
		q.what = STORE_ITEM;
		q.item = str_format(&a, "%.*s%s", STR_ARG(q.item), t->token);
	}
	store_read(account_store(), &q, on_page, t);
	arena_fini(&a);
}

/* The next task, once the totals are there, which it changes. */
static void
task_begin(struct upload_service *s)
{
	if (s->is_busy || list_is_empty(&s->tasks))
		return;
	if (!s->loaded) {
		service_load(s);
		return;
	}
	s->is_busy = true;
	task_read(list_entry(s->tasks.next, struct task, in_service));
}

void
tasks_go_on(struct upload_service *s)
{
	task_begin(s);
}

void
tasks_fini(struct upload_service *s)
{
	list_each (link, &s->tasks) {
		struct task *t = list_entry(link, struct task, in_service);

		list_remove(link);
		free(t);
	}
}

/* --- what is due -------------------------------------------------------------------------- */

void
removal_note_due(struct upload_service *s, usec_t due_us)
{
	if (due_us && due_us < s->look_us)
		s->look_us = due_us;
}

static void
on_erasures(void *waiter, const struct store_rows *rows)
{
	struct upload_service *s = waiter;

	if (rows->status != OK)
		s->has_recovered = false;
	for (size_t i = 0; i < rows->n; i++) {
		struct task *t = task_new(TASK_ACCOUNT, rows->row[i].item);

		t->is_erasure = true;
		task_add(s, t);
	}
}

/* Erasures that a crash interrupted. */
static void
recover(struct upload_service *s)
{
	struct store_query q = {
		.what = STORE_KINDS, .owner = s->host, .kinds = { KIND_ERASE }, .n_kinds = 1
	};

	s->has_recovered = true;
	store_read(account_store(), &q, on_erasures, s);
}

void
removal_tick(struct upload_service *s)
{
	struct task *t;

	if (!s->has_recovered)
		recover(s);
	if (s->generation == hosts_generation() && s->look_us > loop_wall_us()) {
		task_begin(s); /* if the totals could not be read the last time */
		return;
	}
	s->generation = hosts_generation();
	s->look_us = NOTHING_DUE;
	t = task_new(TASK_DUE, (struct str){ 0 });
	t->next_due_us = NOTHING_DUE;
	task_add(s, t);
}

/* --- an account that is erased ------------------------------------------------------------ */

void
removal_plan(struct store_batch *b, struct str host, struct str account)
{
	store_put(b, host, KIND_ERASE, account, S(""));
}

static void
erase_here(const void *letter)
{
	struct task *t = *(struct task *const *)letter;
	struct upload_service *s = upload_service_of(jid_domain(jid_trusted(t->account)));
	struct owner *o = owner_find(s, t->account);

	if (o) {
		list_each (link, &o->slots) {
			struct slot *slot = list_entry(link, struct slot, in_owner);

			slot_drop(&slot);
		}
	}
	task_add(s, t);
}

void
removal_begin(struct str host, struct str account)
{
	struct task *t = task_new(TASK_ACCOUNT, account);

	t->is_erasure = true;
	worker_post(upload_home(host), erase_here, &t, sizeof(t));
}

/* --- for the administration --------------------------------------------------------------- */

static void
remove_here(const void *letter)
{
	struct task *t = *(struct task *const *)letter;

	task_add(upload_service_of(jid_domain(jid_trusted(t->account))), t);
}

void
uploads_remove(struct jid bare, struct str token, uploads_removed_fn *removed, void *waiter)
{
	struct task *t = task_new(token.len ? TASK_ONE : TASK_ACCOUNT, jid_bare(bare));

	t->removed = removed;
	t->waiter = waiter;
	t->asker = (unsigned)worker_self();
	if (token.len == UPLOAD_TOKEN_LENGTH)
		memcpy(t->token, token.at, token.len);
	worker_post(upload_home(jid_domain(bare)), remove_here, &t, sizeof(t));
}

struct listing {
	struct str prefix; /* behind the struct */
	uploads_listed_fn *listed;
	void *waiter;
};

static void
on_list(void *waiter, const struct store_rows *rows)
{
	struct listing *l = waiter;
	struct upload_record *records = mem_alloc((rows->n + 1) * sizeof(*records));
	size_t n = 0;

	for (size_t i = 0; i < rows->n && str_starts(rows->row[i].item, l->prefix); i++)
		if (upload_record_decode(rows->row[i].value, &records[n]) == OK)
			n++;
	l->listed(l->waiter, rows->status, records, n);
	free(records);
	free(l);
}

void
uploads_list(
    struct jid bare, struct str after, unsigned limit, uploads_listed_fn *listed, void *waiter)
{
	struct arena a;
	struct store_query q = {
		.what = STORE_ITEMS,
		.owner = jid_domain(bare),
		.kinds = { KIND_UPLOAD_OF },
		.n_kinds = 1,
		.limit = limit,
	};
	struct listing *l;
	struct str prefix;

	arena_init(&a, 512);
	prefix = upload_of_prefix(&a, jid_bare(bare));
	l = mem_alloc(sizeof(*l) + prefix.len);
	memcpy(l + 1, prefix.at, prefix.len);
	*l = (struct listing){ str_of((char *)(l + 1), prefix.len), listed, waiter };
	q.item = str_format(&a, "%.*s%.*s", STR_ARG(prefix), STR_ARG(after));
	store_read(account_store(), &q, on_list, l);
	arena_fini(&a);
}
