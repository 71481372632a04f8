/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the body of a BOSH request: what is read of its attributes is in bounds, and
 * each element in it stands alone, within the bounds of one.
 */
#include "stream/bosh_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static const struct xml_bounds whole = {
	.bytes = 1 << 16, .depth = 40, .attributes = 100, .elements = 10000
};
static const struct xml_bounds single = {
	.bytes = 512, .depth = 8, .attributes = 16, .elements = 64
};

static void
read_element(struct elem e)
{
	struct frozen *f = NULL, *again = NULL;
	struct arena a;

	if (bosh_body_element(e, &single, &f) != OK)
		return;
	arena_init(&a, 1024);
	assert(str_eq(elem_name(frozen_root(f)), elem_name(e)));
	if (xml_parse(elem_markup_in(frozen_root(f), S(""), &a), &xml_bounds_stored, &again) !=
	    OK)
		abort();
	assert(str_eq(elem_ns(frozen_root(again)), elem_ns(frozen_root(f))));
	frozen_free(&again);
	frozen_free(&f);
	arena_fini(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	struct frozen *xml = NULL;
	struct bosh_body b;
	struct arena a;

	if (xml_parse(str_of((const char *)at, len), &whole, &xml) != OK)
		return 0;
	arena_init(&a, 1024);
	if (bosh_body_read(xml, &b) == OK) {
		assert(b.rid >= 1 && b.rid <= UINT64_C(9007199254740991));
		assert(
		    b.wait_s <= UINT16_MAX && b.hold <= UINT16_MAX && b.pause_s <= UINT16_MAX);
		assert(b.is_empty == !elem_exists(elem_first(frozen_root(xml))));
		bosh_key_follows(b.key, b.newkey);
	}
	bosh_version(&a, elem_attr_or_none(frozen_root(xml), S("ver"), &a));
	bosh_content_type(elem_attr_or_none(frozen_root(xml), S("content"), &a));
	for (struct elem e = elem_first(frozen_root(xml)); elem_exists(e); e = elem_next(e))
		read_element(e);
	frozen_free(&xml);
	arena_fini(&a);
	return 0;
}
