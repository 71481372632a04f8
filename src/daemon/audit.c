/* SPDX-License-Identifier: MIT */
#include "daemon/audit.h"

#include <stdatomic.h>

#include "base/limits.h"
#include "base/log.h"
#include "daemon/operations.h"
#include "router/account.h"
#include "xmpp/date.h"

/* --- recording ---------------------------------------------------------------------------- */

/* Ids are moments in microseconds, each used once. */
static _Atomic uint64_t last_id;
static _Atomic uint64_t last_trim;
static _Atomic msec_t keep_ms = INT64_MAX / 1000;

void
audit_keep_for(msec_t ms)
{
	atomic_store(&keep_ms, ms);
}

static uint64_t
new_id(void)
{
	uint64_t now = (uint64_t)loop_wall_us(), last = atomic_load(&last_id), id;

	do
		id = now > last ? now : last + 1;
	while (!atomic_compare_exchange_weak(&last_id, &last, id));
	return id;
}

/* Once an hour what is too old goes. */
static void
trim(struct store_batch *b, uint64_t now)
{
	uint64_t last = atomic_load(&last_trim);
	uint64_t keep_us = (uint64_t)atomic_load(&keep_ms) * 1000;

	if (now - last < UINT64_C(3600) * 1000000 || now <= keep_us ||
	    !atomic_compare_exchange_strong(&last_trim, &last, now))
		return;
	store_trim(b, S(""), AUDIT_LOG, now - keep_us);
}

struct recording {
	void (*recorded)(void *waiter);
	void *waiter;
};

static void
on_written(void *waiter, enum status s)
{
	struct recording r = *(struct recording *)waiter;

	free(waiter);
	if (s != OK)
		log_error("audit.lost", LOG_STATUS("status", s));
	r.recorded(r.waiter);
}

void
audit_record(const struct audit_entry *e, void (*recorded)(void *waiter), void *waiter)
{
	struct store_batch *b = store_batch_new(account_store());
	struct recording *r = mem_alloc(sizeof(*r));
	uint64_t id = new_id();
	json_t *row =
	    json_pack("{s:o, s:o, s:o, s:o, s:i}", "operation", operation_text(e->operation),
		"who", operation_text(e->who), "address", operation_text(e->address),
		"arguments", operation_text(e->arguments), "status", (int)e->status);
	char *text = json_dumps(row, JSON_COMPACT);

	log_info("audit.change", LOG_STR("operation", e->operation), LOG_STR("who", e->who),
	    LOG_STR("address", e->address), LOG_U64("status", e->status),
	    LOG_STR("arguments", e->arguments));
	*r = (struct recording){ recorded, waiter };
	store_append(b, S(""), AUDIT_LOG, id, str_from_c(text));
	trim(b, id);
	free(text);
	json_decref(row);
	store_commit(&b, on_written, r);
}

/* --- reading ------------------------------------------------------------------------------ */

struct audit_args {
	uint64_t before;
	uint32_t limit;
};

static json_t *
entry_of(const struct store_row *row, struct arena *a)
{
	json_t *entry = json_loadb(row->value.at, row->value.len, 0, NULL), *arguments;
	struct str text = operation_text_of(entry, "arguments");

	if (!entry)
		return NULL;
	arguments = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	json_object_set_new(entry, "arguments", arguments ? arguments : json_object());
	json_object_set_new(entry, "at", operation_text(date_format_usec(a, (usec_t)row->id)));
	return entry;
}

static void
on_entries(void *waiter, const struct store_rows *rows)
{
	struct operation_call *c = waiter;
	const struct audit_args *args = c->args;
	json_t *entries, *body;

	if (rows->status != OK) {
		operation_refuse_store(c, rows->status);
		return;
	}
	entries = json_array();
	for (size_t i = 0; i < rows->n; i++) {
		json_t *entry = entry_of(&rows->row[i], &c->arena);

		if (entry)
			json_array_append_new(entries, entry);
	}
	body = json_pack("{s:o}", "entries", entries);
	if (rows->n == args->limit)
		json_object_set_new(
		    body, "before", json_integer((json_int_t)rows->row[rows->n - 1].id));
	operation_answer(c, body);
}

static void
audit_list(struct operation_call *c)
{
	const struct audit_args *args = c->args;
	struct store_query q = {
		.what = STORE_LOG,
		.owner = S(""),
		.kinds = { AUDIT_LOG },
		.n_kinds = 1,
		.before = args->before,
		.backwards = true,
		.limit = args->limit,
	};

	store_read(account_store(), &q, on_entries, c);
}

static const struct answer_field entry_fields[] = {
	{ "at", A_TEXT, "When (XEP-0082)." },
	{ "operation", A_TEXT, "What: \"user.add\"." },
	{ "who", A_TEXT, "Who asked." },
	{ "address", A_TEXT, "From where." },
	{ "status", A_NUMBER, "What became of it, as a status of HTTP." },
	{ "arguments", A_OBJECT, "What was asked, without secrets and bodies of messages." },
};

const struct operation operation_audit_list = {
	.name = "audit.list",
	.doc = "Lists what was changed by whom, the newest first.",
	.method = "GET",
	.path = "/audit",
	.scope = SCOPE_AUDIT_READ,
	.args_size = sizeof(struct audit_args),
	.args = LIST(struct option,
	    { "before", U64, FIELD(audit_args, before), "0", "0", "9223372036854775807",
		"Only older entries: what the page before gave as \"before\"." },
	    { "limit", U32, FIELD(audit_args, limit), "100", "1", "1000",
		"Entries on a page." }),
	.answer = LIST(struct answer_field,
	    { "entries", A_ROWS, "The entries.", .rows = TABLE(entry_fields) },
	    { "before", A_NUMBER, "For the next page, when there may be one.", true }),
	.run = audit_list,
};
