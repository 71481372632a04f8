/* SPDX-License-Identifier: MIT
 *
 * Uploaded files: listed and removed. The work is mod_upload's.
 */
#include "daemon/operations.h"
#include "modules/upload/upload.h"
#include "router/host.h"
#include "xmpp/date.h"

struct upload_args {
	struct str address;
	struct str token;
	uint32_t limit;
};

#define ADDRESS_OPTION                                                                         \
	{                                                                                      \
		"address", STRING, FIELD(upload_args, address), NULL, "1", "3071",             \
		    "Address of the account, such as juliet@example.org."                      \
	}

/* The account's normalised address; false when the call was refused for it. */
static bool
take_address(struct operation_call *c, struct jid *out)
{
	const struct upload_args *args = c->args;

	if (jid_parse(&c->arena, args->address, out) == OK && jid_is_bare(*out) &&
	    jid_local(*out).len && host_find(jid_domain(*out)))
		return true;
	operation_refuse(c, ERR_ITEM_NOT_FOUND,
	    "\"%.*s\" is not the address of an account here, such as juliet@example.org",
	    STR_ARG(args->address));
	return false;
}

static void
refuse_status(struct operation_call *c, enum status s)
{
	operation_refuse(c, ERR_INTERNAL_SERVER_ERROR,
	    "the store failed (%s); the log says more", status_name(s));
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
		refuse_status(c, s);
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

	if (take_address(c, &address))
		uploads_list(address, args->token, args->limit, on_listed, c);
}

/* --- removing ----------------------------------------------------------------------------- */

static void
on_removed(void *waiter, enum status s, uint64_t count)
{
	struct operation_call *c = waiter;
	const struct upload_args *args = c->args;

	if (s != OK)
		refuse_status(c, s);
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

	if (take_address(c, &address))
		uploads_remove(address, args->token, on_removed, c);
}

/* --- the table ---------------------------------------------------------------------------- */

const struct operation operation_upload_list = {
	.name = "upload.list",
	.doc = "Lists the files that an account has uploaded.",
	.args_size = sizeof(struct upload_args),
	.args = LIST(struct option, ADDRESS_OPTION,
	    { "after", STRING, FIELD(upload_args, token), "", NULL, "64",
		"Only behind this token: what the page before gave as \"next\"." },
	    { "limit", U32, FIELD(upload_args, limit), "500", "1", "1000",
		"Files on a page." }),
	.run = upload_list,
};

const struct operation operation_upload_delete = {
	.name = "upload.delete",
	.doc = "Removes one file that an account has uploaded, or all of them.",
	.args_size = sizeof(struct upload_args),
	.args = LIST(struct option, ADDRESS_OPTION,
	    { "token", STRING, FIELD(upload_args, token), "", NULL, "64",
		"Of the file, as in its URL and in the list; all of them when nothing is "
		"said." }),
	.run = upload_delete,
};
