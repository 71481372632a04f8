/* SPDX-License-Identifier: MIT */
#include "http/status.h"

static const struct {
	unsigned status;
	struct str text;
} texts[] = {
	{ 200, S("OK") },
	{ 201, S("Created") },
	{ 202, S("Accepted") },
	{ 204, S("No Content") },
	{ 206, S("Partial Content") },
	{ 301, S("Moved Permanently") },
	{ 302, S("Found") },
	{ 303, S("See Other") },
	{ 304, S("Not Modified") },
	{ 307, S("Temporary Redirect") },
	{ 308, S("Permanent Redirect") },
	{ 400, S("Bad Request") },
	{ 401, S("Unauthorized") },
	{ 403, S("Forbidden") },
	{ 404, S("Not Found") },
	{ 405, S("Method Not Allowed") },
	{ 406, S("Not Acceptable") },
	{ 408, S("Request Timeout") },
	{ 409, S("Conflict") },
	{ 410, S("Gone") },
	{ 411, S("Length Required") },
	{ 412, S("Precondition Failed") },
	{ 413, S("Content Too Large") },
	{ 414, S("URI Too Long") },
	{ 415, S("Unsupported Media Type") },
	{ 416, S("Range Not Satisfiable") },
	{ 417, S("Expectation Failed") },
	{ 421, S("Misdirected Request") },
	{ 422, S("Unprocessable Content") },
	{ 426, S("Upgrade Required") },
	{ 429, S("Too Many Requests") },
	{ 431, S("Request Header Fields Too Large") },
	{ 500, S("Internal Server Error") },
	{ 501, S("Not Implemented") },
	{ 503, S("Service Unavailable") },
	{ 505, S("HTTP Version Not Supported") },
	{ 507, S("Insufficient Storage") },
};

struct str
http_status_text(unsigned status)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return S("Error");
}
