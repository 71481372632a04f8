/* SPDX-License-Identifier: MIT */
#include "daemon/specifications.h"

#include "modules/list.h"
#include "stream/specs.h"

static int
by_number(const void *left, const void *right)
{
	const struct spec_entry *a = left, *b = right;

	if (a->spec->series != b->spec->series)
		return a->spec->series == RFC ? -1 : 1;
	if (a->spec->number != b->spec->number)
		return a->spec->number < b->spec->number ? -1 : 1;
	return strcmp(a->where, b->where);
}

size_t
specifications_gather(struct spec_entry entries[SPECS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < stream_specs.count; i++)
		entries[n++] = (struct spec_entry){ &stream_specs.at[i], "streams" };
	for (size_t m = 0; m < modules_all.count; m++)
		for (size_t i = 0; i < modules_all.at[m]->specs.count; i++) {
			assert(n < SPECS_MAX);
			entries[n++] = (struct spec_entry){ &modules_all.at[m]->specs.at[i],
				modules_all.at[m]->name };
		}
	qsort(entries, n, sizeof(entries[0]), by_number);
	return n;
}

bool
spec_is_complete(const struct spec *s)
{
	return strcmp(s->coverage, "complete") == 0;
}
