/* SPDX-License-Identifier: MIT
 *
 * What of a thing is sent, and the fields that say so: for assets and files alike.
 */
#include "http/date.h"
#include "http/inside.h"

static struct http_condition
condition_of(const struct exchange *e)
{
	const struct http_exchange *x = &e->x;

	return (struct http_condition){
		.if_match = http_header(x, S("if-match")),
		.if_none_match = http_header(x, S("if-none-match")),
		.if_modified_since = http_header(x, S("if-modified-since")),
		.if_unmodified_since = http_header(x, S("if-unmodified-since")),
		.range = x->method == HTTP_GET ? http_header(x, S("range")) : (struct str){ 0 },
		.if_range = http_header(x, S("if-range")),
	};
}

struct http_part_of
part_of(struct exchange *e, const struct http_version *v)
{
	struct http_exchange *x = &e->x;
	struct http_condition c = condition_of(e);
	struct http_part_of p = http_condition_judge(&c, v);

	if (v->etag.at)
		http_add_header(x, S("ETag"), v->etag);
	if (v->modified_s)
		http_add_header(
		    x, S("Last-Modified"), http_date_format(&e->arena, v->modified_s));
	if (p.status == 200)
		http_add_header(x, S("Accept-Ranges"), S("bytes"));
	else if (p.status == 206)
		http_add_header(x, S("Content-Range"),
		    str_format(&e->arena, "bytes %llu-%llu/%llu", (unsigned long long)p.from,
			(unsigned long long)(p.from + p.bytes - 1),
			(unsigned long long)v->bytes));
	else if (p.status == 416)
		http_add_header(x, S("Content-Range"),
		    str_format(&e->arena, "bytes */%llu", (unsigned long long)v->bytes));
	return p;
}
