/* SPDX-License-Identifier: MIT
 *
 * Reports of spam and abuse: listed, for people and for other programs, and removed.
 */
#include "daemon/operations.h"
#include "modules/reports/reports.h"
#include "router/account.h"
#include "xmpp/date.h"

struct report_args {
	struct str host;
	struct str after, id; /* numbers that JavaScript's cannot hold */
	uint32_t limit;
};

static json_t *
id_json(struct operation_call *c, uint64_t id)
{
	return operation_text(str_format(&c->arena, "%llu", (unsigned long long)id));
}

/* 0 for an empty text. False: the call was refused. */
static bool
read_id(struct operation_call *c, struct str text, uint64_t *out)
{
	*out = 0;
	if (!text.len || str_to_u64(text, INT64_MAX, out) == OK)
		return true;
	operation_refuse(c, ERR_BAD_REQUEST, "that is no id of a report");
	return false;
}

/* --- listing ------------------------------------------------------------------------------ */

static json_t *
messages_json(const struct report *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(
		    all, json_pack("{s:o, s:o}", "by", operation_text(r->message[i].by), "id",
			     operation_text(r->message[i].id)));
	return all;
}

static json_t *
describe(struct operation_call *c, uint64_t id, const struct report *r)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}", "id", id_json(c, id),
	    "made", operation_text(date_format(&c->arena, report_made_us(id))), "reporter",
	    operation_text(r->reporter), "reported", operation_text(r->reported), "reason",
	    operation_text(r->reason), "text", operation_text(r->text), "to_origin",
	    r->to_origin, "to_third_party", r->to_third_party, "messages", messages_json(r));
}

static void
on_listed(void *waiter, const struct store_rows *rows)
{
	struct operation_call *c = waiter;
	const struct report_args *args = c->args;
	json_t *result, *reports;

	if (rows->status != OK) {
		operation_refuse_store(c, rows->status);
		return;
	}
	reports = json_array();
	for (size_t i = 0; i < rows->n; i++) {
		struct report r;

		if (report_unpack(rows->row[i].value, &r) == OK)
			json_array_append_new(reports, describe(c, rows->row[i].id, &r));
	}
	result = json_pack("{s:o}", "reports", reports);
	if (rows->n == args->limit)
		json_object_set_new(result, "next", id_json(c, rows->row[rows->n - 1].id));
	operation_answer(c, result);
}

static void
report_list(struct operation_call *c)
{
	const struct report_args *args = c->args;
	struct store_query q = {
		.what = STORE_LOG,
		.kinds = { LOG_REPORTS },
		.n_kinds = 1,
		.limit = args->limit,
	};

	if (operation_host(c, args->host, &q.owner) && read_id(c, args->after, &q.after))
		store_read(account_store(), &q, on_listed, c);
}

/* --- removing ----------------------------------------------------------------------------- */

static void
on_removed(void *waiter, enum status s)
{
	struct operation_call *c = waiter;
	const struct report_args *args = c->args;

	if (s == OK)
		operation_answer(c, json_pack("{s:o}", "id", operation_text(args->id)));
	else
		operation_refuse_store(c, s);
}

static void
report_delete(struct operation_call *c)
{
	const struct report_args *args = c->args;
	struct store_batch *b;
	struct str host;
	uint64_t id;

	if (!operation_host(c, args->host, &host) || !read_id(c, args->id, &id))
		return;
	b = store_batch_new(account_store());
	store_cut(b, host, LOG_REPORTS, id);
	store_commit(&b, on_removed, c);
}

/* --- the table ---------------------------------------------------------------------------- */

#define HOST_OPTION                                                                            \
	{                                                                                      \
		"host", STRING, FIELD(report_args, host), NULL, "1", "1023", "The host."       \
	}

static const struct answer_field message_fields[] = {
	{ "by", A_TEXT, "Whose archive." },
	{ "id", A_TEXT, "The message's id there." },
};

static const struct answer_field report_fields[] = {
	{ "id", A_TEXT, "Of the report, a number." },
	{ "made", A_TEXT, "When (XEP-0082)." },
	{ "reporter", A_TEXT, "Who has blocked and reports." },
	{ "reported", A_TEXT, "Who was blocked." },
	{ "reason", A_TEXT, "A URN, such as urn:xmpp:reporting:spam." },
	{ "text", A_TEXT, "What the reporter says." },
	{ "to_origin", A_TRUTH, "Whether it may be sent to where the messages came from." },
	{ "to_third_party", A_TRUTH, "Whether it may be sent to others, such as block lists." },
	{ "messages", A_ROWS, "The messages that are meant.", .rows = TABLE(message_fields) },
};

const struct operation operation_report_list = {
	.name = "report.list",
	.doc = "Lists reports of spam and abuse, the oldest first.",
	.method = "GET",
	.path = "/hosts/{host}/reports",
	.scope = SCOPE_REPORTS_READ,
	.subjects = "host",
	.args_size = sizeof(struct report_args),
	.args = LIST(struct option, HOST_OPTION,
	    { "after", STRING, FIELD(report_args, after), "", NULL, "20",
		"Only behind this id: what the page before gave as \"next\"." },
	    { "limit", U32, FIELD(report_args, limit), "100", "1", "1000",
		"Reports on a page." }),
	.answer = LIST(struct answer_field,
	    { "reports", A_ROWS, "The reports.", .rows = TABLE(report_fields) },
	    { "next", A_TEXT, "For the next page, when there may be one.", true }),
	.run = report_list,
};

const struct operation operation_report_delete = {
	.name = "report.delete",
	.doc = "Removes a report; there need not be one.",
	.method = "DELETE",
	.path = "/hosts/{host}/reports/{id}",
	.scope = SCOPE_REPORTS_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct report_args),
	.args = LIST(struct option, HOST_OPTION,
	    { "id", STRING, FIELD(report_args, id), NULL, "1", "20", "Of the report." }),
	.answer = LIST(struct answer_field, { "id", A_TEXT, "Of the report, a number." }),
	.run = report_delete,
};
