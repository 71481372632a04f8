/* SPDX-License-Identifier: MIT */
#include "http/condition.h"

#include "http/date.h"

/* --- entity tags -------------------------------------------------------------------------- */

/* A weak tag is as good as a strong one where only copies are compared. */
static bool
names_tag(struct str list, struct str etag, bool weak_counts)
{
	struct str one;

	if (str_eq(str_trim(list), S("*")))
		return true;
	/* Commas inside of a tag would be split: ours have none. */
	while (etag.at && str_split(&list, ',', &one)) {
		one = str_trim(one);
		if (weak_counts && str_starts(one, S("W/")))
			one = str_slice(one, 2, one.len);
		if (str_eq(one, etag))
			return true;
	}
	return false;
}

/* False also when either moment is not known. */
static bool
is_after(int64_t modified_s, struct str date)
{
	int64_t s;

	return modified_s && http_date_parse(date, &s) == OK && modified_s > s;
}

static bool
is_not_after(int64_t modified_s, struct str date)
{
	int64_t s;

	return modified_s && http_date_parse(date, &s) == OK && modified_s <= s;
}

/* RFC 9110 section 13.2.2: 0, 304 or 412. */
static unsigned
judge_preconditions(const struct http_condition *c, const struct http_version *v)
{
	if (c->if_match.at) {
		if (!names_tag(c->if_match, v->etag, false))
			return 412;
	} else if (c->if_unmodified_since.at &&
		   is_after(v->modified_s, c->if_unmodified_since)) {
		return 412;
	}
	if (c->if_none_match.at)
		return names_tag(c->if_none_match, v->etag, true) ? 304 : 0;
	if (c->if_modified_since.at && is_not_after(v->modified_s, c->if_modified_since))
		return 304;
	return 0;
}

/* --- ranges ---------------------------------------------------------------------------------
 */

/* The range is of the version that the client has the rest of (section 13.1.5). */
static bool
is_of_this_version(struct str if_range, const struct http_version *v)
{
	int64_t s;

	if (!if_range.at || str_eq(if_range, v->etag))
		return true;
	return v->modified_s && http_date_parse(if_range, &s) == OK && s == v->modified_s;
}

/* "bytes=500-999", "bytes=500-", "bytes=-500". False: not one that is understood. */
static bool
read_range(struct str text, uint64_t bytes, uint64_t *from, uint64_t *to)
{
	struct str set = str_slice(text, 6, text.len), first, last;
	size_t dash = str_find(set, '-');
	uint64_t n;

	if (!str_eq_nocase(str_slice(text, 0, 6), S("bytes=")) || dash == set.len)
		return false;
	first = str_trim(str_slice(set, 0, dash));
	last = str_trim(str_slice(set, dash + 1, set.len));
	if (first.len == 0) {
		if (str_to_u64(last, INT64_MAX, &n) != OK)
			return false;
		*from = n < bytes ? bytes - n : 0;
		*to = n ? bytes : 0;
		return true;
	}
	if (str_to_u64(first, INT64_MAX, from) != OK)
		return false;
	if (last.len == 0) {
		*to = bytes;
		return true;
	}
	if (str_to_u64(last, INT64_MAX, &n) != OK || n < *from)
		return false;
	*to = n < bytes ? n + 1 : bytes;
	return true;
}

struct http_part_of
http_condition_judge(const struct http_condition *c, const struct http_version *v)
{
	struct http_part_of p = { .status = 200, .bytes = v->bytes };
	unsigned refused = judge_preconditions(c, v);
	uint64_t from, to;

	if (refused)
		return (struct http_part_of){ .status = refused };
	if (!c->range.at || !is_of_this_version(c->if_range, v) ||
	    !read_range(c->range, v->bytes, &from, &to))
		return p;
	if (from >= to || from >= v->bytes)
		return (struct http_part_of){ .status = 416 };
	return (struct http_part_of){ 206, from, to - from };
}
