/* SPDX-License-Identifier: MIT */
#include "xmpp/result_set.h"

#include <inttypes.h>

#include "base/limits.h"
#include "xmpp/ns.h"

/* False when it is there and no number; a larger one than `max` is taken for that. */
static bool
read_number(struct arena *a, struct elem set, struct str name, uint64_t max, uint64_t *out)
{
	struct elem e = elem_child(set, NS_RESULT_SET, name);
	enum status s;

	if (!elem_exists(e))
		return true;
	s = str_to_u64(str_trim(elem_text(e, a)), max, out);
	if (s == E_LIMIT)
		*out = max;
	return s != E_INVALID;
}

static enum status
read_place(struct arena *a, struct elem set, struct result_set_request *r)
{
	struct elem after = elem_child(set, NS_RESULT_SET, S("after"));
	struct elem before = elem_child(set, NS_RESULT_SET, S("before"));
	struct elem index = elem_child(set, NS_RESULT_SET, S("index"));

	if (elem_exists(after) + elem_exists(before) + elem_exists(index) > 1)
		return E_INVALID;
	if (elem_exists(after)) {
		r->id = elem_text(after, a);
		r->from = r->id.len ? RESULT_SET_AFTER : RESULT_SET_FIRST;
	} else if (elem_exists(before)) {
		r->id = elem_text(before, a);
		r->from = r->id.len ? RESULT_SET_BEFORE : RESULT_SET_LAST;
	} else if (elem_exists(index)) {
		r->from = RESULT_SET_INDEX;
	}
	return r->id.len <= RESULT_SET_ID_MAX ? OK : E_LIMIT;
}

enum status
result_set_read(
    struct arena *a, struct elem set, uint32_t page_max, struct result_set_request *out)
{
	struct result_set_request r = { .asked = elem_exists(set), .max = page_max };
	uint64_t max = page_max;
	enum status s;

	if (r.asked) {
		if (!elem_is(set, NS_RESULT_SET, S("set")) ||
		    !read_number(a, set, S("max"), page_max, &max) ||
		    !read_number(a, set, S("index"), INT64_MAX, &r.index))
			return E_INVALID;
		if ((s = read_place(a, set, &r)) != OK)
			return s;
		r.max = (uint32_t)max;
	}
	*out = r;
	return OK;
}

enum status
result_set_slice(
    const struct result_set_request *r, size_t count, size_t at, struct result_set_slice *out)
{
	bool backwards = r->from == RESULT_SET_BEFORE || r->from == RESULT_SET_LAST;
	size_t from = 0, to = count;

	if (r->from == RESULT_SET_AFTER || r->from == RESULT_SET_BEFORE) {
		if (at >= count)
			return E_NOT_FOUND;
		if (backwards)
			to = at;
		else
			from = at + 1;
	}
	if (r->from == RESULT_SET_INDEX)
		from = r->index < count ? (size_t)r->index : count;
	if (to - from > r->max) {
		if (backwards)
			from = to - r->max;
		else
			to = from + r->max;
	}
	*out = (struct result_set_slice){ from, to - from };
	return OK;
}

void
result_set_write(struct xml_writer *w, const struct result_set_page *page)
{
	xml_open(w, NS_RESULT_SET, S("set"));
	if (page->first.len) {
		xml_open(w, S(""), S("first"));
		if (page->index != RESULT_SET_UNKNOWN)
			xml_attr_u64(w, S("index"), page->index);
		xml_text(w, page->first);
		xml_close(w);
		xml_leaf(w, S(""), S("last"), page->last);
	}
	if (page->count != RESULT_SET_UNKNOWN)
		xml_leaf(w, S(""), S("count"), str_format(w->arena, "%" PRIu64, page->count));
	xml_close(w);
}
