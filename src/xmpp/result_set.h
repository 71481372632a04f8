/* SPDX-License-Identifier: MIT
 *
 * Pages of a long answer (XEP-0059 1.0): what is asked for, and what was given.
 */
#ifndef XMPP_RESULT_SET_H
#define XMPP_RESULT_SET_H

#include "xml/element.h"
#include "xml/writer.h"

enum result_set_from {
	RESULT_SET_FIRST,  /* the first items */
	RESULT_SET_AFTER,  /* those that follow .id */
	RESULT_SET_BEFORE, /* those that precede .id, still in ascending order */
	RESULT_SET_LAST,   /* the last items: an empty <before/> */
	RESULT_SET_INDEX,  /* those from position .index on */
};

struct result_set_request {
	bool asked; /* there was a <set/> */
	enum result_set_from from;
	struct str id; /* opaque; at most RESULT_SET_ID_MAX bytes */
	uint64_t index;
	uint32_t max; /* items wanted; 0: only their number (section 2.7) */
};

/*
 * set       may be ELEM_NONE: then the first items are asked for
 * page_max  bounds .max, and stands for it when there is none
 *
 * E_INVALID  a number is none, or more than one place in the result is named
 * E_LIMIT    the id is longer than any that is ever given out
 */
MUST_CHECK enum status result_set_read(
    struct arena *a, struct elem set, uint32_t page_max, struct result_set_request *out);

/*
 * The page of a result of `count` items that is asked for: .n of them from position .from on.
 *
 * at  position of the item .id, when one is named; count or more: there is no such item
 *
 * E_NOT_FOUND  there is no such item (section 2.2)
 */
struct result_set_slice {
	size_t from, n;
};
MUST_CHECK enum status result_set_slice(
    const struct result_set_request *r, size_t count, size_t at, struct result_set_slice *out);

/* A number that is not told. */
#define RESULT_SET_UNKNOWN UINT64_MAX

struct result_set_page {
	struct str first, last; /* ids; empty when the page is */
	uint64_t index;         /* position of the first, or RESULT_SET_UNKNOWN */
	uint64_t count;         /* items altogether, or RESULT_SET_UNKNOWN */
};

/* Writes <set/>. */
void result_set_write(struct xml_writer *w, const struct result_set_page *page);

#endif
