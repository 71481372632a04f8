/* SPDX-License-Identifier: MIT */
#include "daemon/operation.h"

unsigned
problem_status(enum stanza_error condition)
{
	switch (condition) {
	case ERR_BAD_REQUEST:
	case ERR_JID_MALFORMED:
		return 400;
	case ERR_NOT_AUTHORIZED:
		return 401;
	case ERR_FORBIDDEN:
	case ERR_NOT_ALLOWED:
		return 403;
	case ERR_ITEM_NOT_FOUND:
		return 404;
	case ERR_CONFLICT:
	case ERR_UNEXPECTED_REQUEST:
		return 409;
	case ERR_NOT_ACCEPTABLE:
		return 422;
	case ERR_POLICY_VIOLATION:
		return 429;
	case ERR_RESOURCE_CONSTRAINT:
	case ERR_SERVICE_UNAVAILABLE:
		return 503;
	default:
		return 500;
	}
}

const char *
problem_title(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} titles[] = {
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "";
}

json_t *
problem_document(unsigned status, struct str condition, struct str detail)
{
	json_t *p = json_pack("{s:s, s:s, s:i}", "type", "about:blank", "title",
	    problem_title(status), "status", (int)status);

	if (condition.at)
		json_object_set_new(p, "condition", operation_text(condition));
	json_object_set_new(p, "detail", operation_text(detail));
	return p;
}
