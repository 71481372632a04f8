/* SPDX-License-Identifier: MIT
 *
 * Uploaded files: listed and removed. The work is mod_upload's.
 */
#include "daemon/operations.h"
#include "modules/upload/upload.h"
#include "xmpp/date.h"

struct upload_args {
	struct str address;
	struct str token;
	uint32_t limit;
};

#define ADDRESS_OPTION                                                                         \
	{                                                                                      \
		"address", STRING, FIELD(upload_args, address), NULL, "1", ADDRESS_MAX_TEXT,   \
		    "Address of the account, such as juliet@example.org."                      \
	}

/* --- listing ------------------------------------------------------------------------------ */

static json_t *
describe(struct operation_call *c, const struct upload_record *r)
{
	char hash[BLOB_HEX_MAX];
	json_t *row;

	blob_hex(&r->hash, hash);
	row = json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:s}", "token",
	    operation_text(r->token), "name", operation_text(r->name), "type",
	    operation_text(r->type), "bytes", (json_int_t)r->bytes, "purpose",
	    operation_text(upload_purpose_name(r->purpose)), "made",
	    operation_text(date_format(&c->arena, r->made_us)), "hash", hash);
	if (r->expires_us)
		json_object_set_new(
		    row, "expires", operation_text(date_format(&c->arena, r->expires_us)));
	return row;
}

static void
on_listed(void *waiter, enum status s, const struct upload_record *records, size_t n)
{
	struct operation_call *c = waiter;
	const struct upload_args *args = c->args;
	json_t *result, *uploads;

	if (s != OK) {
		operation_refuse_store(c, s);
		return;
	}
	uploads = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(uploads, describe(c, &records[i]));
	result = json_pack("{s:o}", "uploads", uploads);
	if (n == args->limit)
		json_object_set_new(result, "next", operation_text(records[n - 1].token));
	operation_answer(c, result);
}

static void
upload_list(struct operation_call *c)
{
	const struct upload_args *args = c->args;
	struct jid address;

	if (operation_account(c, args->address, &address))
		uploads_list(address, args->token, args->limit, on_listed, c);
}

/* --- removing ----------------------------------------------------------------------------- */

static void
on_removed(void *waiter, enum status s, uint64_t count)
{
	struct operation_call *c = waiter;
	const struct upload_args *args = c->args;

	if (s != OK)
		operation_refuse_store(c, s);
	else if (count == 0 && args->token.len)
		operation_refuse(c, ERR_ITEM_NOT_FOUND, "%.*s has no upload %.*s",
		    STR_ARG(args->address), STR_ARG(args->token));
	else
		operation_answer(c, json_pack("{s:I}", "removed", (json_int_t)count));
}

static void
upload_delete(struct operation_call *c)
{
	const struct upload_args *args = c->args;
	struct jid address;

	if (operation_account(c, args->address, &address))
		uploads_remove(address, args->token, on_removed, c);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct answer_field upload_fields[] = {
	{ "token", A_TEXT, "Of the file, as in its URL." },
	{ "name", A_TEXT, "As the client called it." },
	{ "type", A_TEXT, "Its media type." },
	{ "bytes", A_NUMBER, "Its size." },
	{ "purpose", A_TEXT, "What it is for (XEP-0363)." },
	{ "made", A_TEXT, "When it was uploaded (XEP-0082)." },
	{ "hash", A_TEXT, "SHA-256, hexadecimal." },
	{ "expires", A_TEXT, "When it goes; missing: never.", true },
};

const struct operation operation_upload_list = {
	.name = "upload.list",
	.doc = "Lists the files that an account has uploaded.",
	.method = "GET",
	.path = "/uploads/{address}",
	.scope = SCOPE_UPLOADS_READ,
	.subjects = "address",
	.args_size = sizeof(struct upload_args),
	.args = LIST(struct option, ADDRESS_OPTION,
	    { "after", STRING, FIELD(upload_args, token), "", NULL, "64",
		"Only behind this token: what the page before gave as \"next\"." },
	    { "limit", U32, FIELD(upload_args, limit), "500", "1", "1000",
		"Files on a page." }),
	.answer = LIST(struct answer_field,
	    { "uploads", A_ROWS, "The files.", .rows = TABLE(upload_fields) },
	    { "next", A_TEXT, "For the next page, when there may be one.", true }),
	.run = upload_list,
};

const struct operation operation_upload_delete = {
	.name = "upload.delete",
	.doc = "Removes one file that an account has uploaded, or all of them.",
	.method = "DELETE",
	.path = "/uploads/{address}",
	.scope = SCOPE_UPLOADS_WRITE,
	.subjects = "address",
	.args_size = sizeof(struct upload_args),
	.args = LIST(struct option, ADDRESS_OPTION,
	    { "token", STRING, FIELD(upload_args, token), "", NULL, "64",
		"Of the file, as in its URL and in the list; all of them when nothing is "
		"said." }),
	.answer = LIST(struct answer_field, { "removed", A_NUMBER, "How many." }),
	.run = upload_delete,
};
