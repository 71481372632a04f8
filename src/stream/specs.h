/* SPDX-License-Identifier: MIT
 *
 * What the streams, and the layers below them, implement. Modules have theirs in their
 * tables.
 */
#ifndef STREAM_SPECS_H
#define STREAM_SPECS_H

#include "router/module.h"

struct spec_list {
	const struct spec *at;
	size_t count;
};

extern const struct spec_list stream_specs;

#endif
