/* SPDX-License-Identifier: MIT
 *
 * Outages of a host: announced, shown and over. mod_outage serves what is written here.
 */
#include "daemon/operations.h"
#include "loop/worker.h"
#include "modules/mod_outage.h"
#include "xmpp/date.h"

struct outage_args {
	struct str host;
	struct str beginning, expected_end;
	struct str message;
	struct str_list translations;
	bool planned;
};

/* --- announcing --------------------------------------------------------------------------- */

/* A moment as the file has it; now for an empty text. False: the call was refused. */
static bool
moment(struct operation_call *c, const char *name, struct str text, struct str *out)
{
	usec_t at = loop_wall_us();

	if (text.len && date_parse(text, &at) != OK) {
		operation_refuse(c, ERR_BAD_REQUEST,
		    "\"%s\" is no moment such as 2027-01-31T22:00:00Z", name);
		return false;
	}
	*out = date_format(&c->arena, at);
	return true;
}

/* "fr=..." of each into the object. False: the call was refused. */
static bool
add_translations(struct operation_call *c, const struct str_list *all, json_t *message)
{
	for (size_t i = 0; i < all->count; i++) {
		struct str text = all->at[i], language;

		if (!str_split(&text, '=', &language) || !language.len || !text.len) {
			operation_refuse(c, ERR_BAD_REQUEST,
			    "a translation is a language and its text, such as "
			    "\"fr=Mise à jour\"");
			return false;
		}
		json_object_set_new(
		    message, str_to_c(&c->arena, language), operation_text(text));
	}
	return true;
}

/* One reference; NULL: the call was refused. */
static json_t *
compose(struct operation_call *c)
{
	const struct outage_args *args = c->args;
	struct str beginning, end = { 0 };
	json_t *outage, *message;

	if (!moment(c, "beginning", args->beginning, &beginning) ||
	    (args->expected_end.len && !moment(c, "expected_end", args->expected_end, &end)))
		return NULL;
	message = json_pack("{s:o}", "default", operation_text(args->message));
	if (!add_translations(c, &args->translations, message)) {
		json_decref(message);
		return NULL;
	}
	outage = json_pack("{s:b, s:o, s:o}", "planned", args->planned, "beginning",
	    operation_text(beginning), "message", message);
	if (args->expected_end.len)
		json_object_set_new(outage, "expected_end", operation_text(end));
	return outage;
}

static void
on_written(void *waiter, enum status s)
{
	struct operation_call *c = waiter;
	const struct outage_args *args = c->args;

	if (s == OK)
		operation_answer(c, json_pack("{s:o}", "host", operation_text(args->host)));
	else
		operation_refuse_store(c, s);
}

static void
outage_set(struct operation_call *c)
{
	const struct outage_args *args = c->args;
	struct store_batch *b;
	struct str host;
	json_t *outage;
	char *text;

	if (!operation_host(c, args->host, &host) || !(outage = compose(c)))
		return;
	text = json_dumps(outage, JSON_COMPACT);
	json_decref(outage);
	b = store_batch_new(account_store());
	store_put(b, host, KIND_OUTAGE, S(""), str_from_c(text));
	free(text);
	store_commit(&b, on_written, c);
}

/* --- over --------------------------------------------------------------------------------- */

static void
outage_clear(struct operation_call *c)
{
	const struct outage_args *args = c->args;
	struct store_batch *b;
	struct str host;

	if (!operation_host(c, args->host, &host))
		return;
	b = store_batch_new(account_store());
	store_remove(b, host, KIND_OUTAGE, S(""));
	store_commit(&b, on_written, c);
}

/* --- showing ------------------------------------------------------------------------------ */

static void
on_row(void *waiter, const struct store_rows *rows)
{
	struct operation_call *c = waiter;
	json_t *outage;

	if (rows->status != OK) {
		operation_refuse_store(c, rows->status);
		return;
	}
	outage = rows->n ? json_loadb(rows->row[0].value.at, rows->row[0].value.len, 0, NULL)
			 : json_object();
	operation_answer(c, json_pack("{s:o}", "outage", outage ? outage : json_object()));
}

static void
outage_show(struct operation_call *c)
{
	const struct outage_args *args = c->args;
	struct store_query q = { .what = STORE_ITEM, .kinds = { KIND_OUTAGE }, .n_kinds = 1 };

	if (operation_host(c, args->host, &q.owner))
		store_read(account_store(), &q, on_row, c);
}

/* --- the table ---------------------------------------------------------------------------- */

#define HOST_OPTION                                                                            \
	{                                                                                      \
		"host", STRING, FIELD(outage_args, host), NULL, "1", "1023", "The host."       \
	}

static const struct answer_field host_fields[] = {
	{ "host", A_TEXT, "The host." },
};

const struct operation operation_outage_set = {
	.name = "outage.set",
	.doc = "Tells clients of an outage of a host, in place of what they were told before.",
	.method = "PUT",
	.path = "/hosts/{host}/outage",
	.scope = SCOPE_OUTAGES_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct outage_args),
	.args = LIST(struct option, HOST_OPTION,
	    { "message", PROSE, FIELD(outage_args, message), NULL, "1", "1023",
		"What people are told." },
	    { "beginning", STRING, FIELD(outage_args, beginning), "", NULL, "40",
		"When it begins (XEP-0082); now, when not said." },
	    { "expected_end", STRING, FIELD(outage_args, expected_end), "", NULL, "40",
		"When it will be over, if that is known." },
	    { "planned", BOOL, FIELD(outage_args, planned), "no", NULL, NULL,
		"Whether it was planned." },
	    { "translations", STRINGS, FIELD(outage_args, translations), "", NULL, "32",
		"The message in other languages: \"fr=...\"." }),
	.answer = TABLE(host_fields),
	.run = outage_set,
};

const struct operation operation_outage_clear = {
	.name = "outage.clear",
	.doc = "Tells clients that the outage of a host is over.",
	.method = "DELETE",
	.path = "/hosts/{host}/outage",
	.scope = SCOPE_OUTAGES_WRITE,
	.subjects = "host",
	.args_size = sizeof(struct outage_args),
	.args = LIST(struct option, HOST_OPTION),
	.answer = TABLE(host_fields),
	.run = outage_clear,
};

const struct operation operation_outage_show = {
	.name = "outage.show",
	.doc = "Shows what clients are told of an outage of a host.",
	.method = "GET",
	.path = "/hosts/{host}/outage",
	.scope = SCOPE_OUTAGES_READ,
	.subjects = "host",
	.args_size = sizeof(struct outage_args),
	.args = LIST(struct option, HOST_OPTION),
	.answer = LIST(struct answer_field,
	    { "outage", A_OBJECT, "As clients see it; empty when there is none." }),
	.run = outage_show,
};
