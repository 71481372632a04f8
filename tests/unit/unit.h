/* SPDX-License-Identifier: MIT
 *
 * What every unit test includes: cmocka with what it wants declared first, and comparisons
 * of the project's own types.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define assert_str(actual, literal)                                                            \
	do {                                                                                   \
		struct str actual_ = (actual);                                                 \
		assert_int_equal(actual_.len, strlen(literal));                                \
		assert_memory_equal(actual_.at ? actual_.at : "", literal, strlen(literal));   \
	} while (0)

#endif
