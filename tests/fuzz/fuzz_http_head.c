/* SPDX-License-Identifier: MIT
 *
 * Heads of requests, whole and in two pieces, and what is made of their target, host, query,
 * conditions and preferences.
 */
#include "base/limits.h"
#include "http/condition.h"
#include "http/head.h"
#include "http/preference.h"
#include "http/target.h"

static void
check_path(struct str path)
{
	struct str rest = path, segment;

	assert(str_is_utf8(path));
	for (size_t i = 0; i < path.len; i++)
		assert((unsigned char)path.at[i] >= ' ' && path.at[i] != '\\');
	if (str_eq(path, S("*")))
		return;
	assert(str_starts(path, S("/")));
	while (str_split(&rest, '/', &segment))
		assert(!str_eq(segment, S("..")) && !str_eq(segment, S(".")));
}

static void
check_head(struct arena *a, const struct http_head *h)
{
	struct http_target t;
	struct str host, authority;
	struct http_condition c = {
		.if_match = http_head_field(h, S("if-match"), a),
		.if_none_match = http_head_field(h, S("if-none-match"), a),
		.if_modified_since = http_head_field(h, S("if-modified-since"), a),
		.if_unmodified_since = http_head_field(h, S("if-unmodified-since"), a),
		.range = http_head_field(h, S("range"), a),
		.if_range = http_head_field(h, S("if-range"), a),
	};
	const struct http_version v = { S("\"a\""), 784111777, 1000 };
	struct http_part_of p = http_condition_judge(&c, &v);

	assert(!(h->is_chunked && h->has_length));
	assert(h->n_fields <= HTTP_FIELDS_MAX && h->target.len <= HTTP_TARGET_MAX);
	for (size_t i = 0; i < h->n_fields; i++) {
		assert(http_is_token(h->fields[i].name));
		assert(!memchr(h->fields[i].value.at, '\n', h->fields[i].value.len));
		assert(!memchr(h->fields[i].value.at, '\r', h->fields[i].value.len));
		assert(!memchr(h->fields[i].value.at, '\0', h->fields[i].value.len));
	}
	assert(p.from + p.bytes <= v.bytes);
	assert(p.status != 206 || p.bytes > 0);
	if (http_target_parse(a, h->target, &t) == OK) {
		check_path(t.path);
		http_query_value(t.query, S("a"), a);
	}
	if (h->host.at && http_authority_parse(a, h->host, &host, &authority) == OK)
		assert(str_starts(authority, host));
	assert(
	    http_coding_weight(http_head_field(h, S("accept-encoding"), a), S("gzip")) <= 1000);
	assert(
	    http_language_weight(http_head_field(h, S("accept-language"), a), S("fr")) <= 1000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_of((const char *)data, size);
	size_t from = 0, end = 0, half_from = 0, half_end = 0;
	enum http_part whole = http_head_find(bytes, &from, &end);
	enum http_part half =
	    http_head_find(str_slice(bytes, 0, size / 2), &half_from, &half_end);
	struct http_head h;
	struct arena a;

	if (half == HTTP_PART_OPEN)
		half = http_head_find(bytes, &half_from, &half_end);
	assert(half == whole && half_end == end);
	if (whole != HTTP_PART_WHOLE)
		return 0;
	arena_init(&a, 4096);
	if (http_head_parse(&a, str_slice(bytes, 0, end), &h) == 0)
		check_head(&a, &h);
	arena_fini(&a);
	return 0;
}
