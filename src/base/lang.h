/* SPDX-License-Identifier: MIT
 *
 * The six words this project adds to C. A seventh needs a reason.
 *
 * MUST_CHECK   the result of this function may not be ignored
 * AUTO(thing)  declares a `struct thing *` that thing_free() releases at the scope's end
 * TAKE(p)      the value of p, which becomes NULL: ownership leaves the variable
 * LIST(t, ..)  a constant list of t with its length, for tables: { .at, .count }
 * TABLE(a)     the same from an array: for items that hold a struct str, which C does not take
 *              for constant inside LIST
 * FIELD(t, m)  where an option is stored: the offset of member m in struct t
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/banned.h"

#define MUST_CHECK __attribute__((warn_unused_result))

#define AUTO(thing) __attribute__((cleanup(thing##_free))) struct thing *

#define TAKE(p)                                                                                \
	__extension__({                                                                        \
		__typeof__(p) taken_ = (p);                                                    \
		(p) = NULL;                                                                    \
		taken_;                                                                        \
	})

#define LIST(type, ...)                                                                        \
	{                                                                                      \
		.at = (const type[]){ __VA_ARGS__ },                                           \
		.count = sizeof((const type[]){ __VA_ARGS__ }) / sizeof(type)                  \
	}

#define TABLE(array)                                                                           \
	{                                                                                      \
		.at = (array), .count = sizeof(array) / sizeof((array)[0])                     \
	}

#define FIELD(type, member) offsetof(struct type, member)

#endif
