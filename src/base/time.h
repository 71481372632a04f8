/* SPDX-License-Identifier: MIT
 *
 * Scalars with a unit.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdint.h>

typedef int64_t msec_t; /* milliseconds; a duration, or monotonic time since some start */
typedef int64_t usec_t; /* microseconds since 1970-01-01T00:00:00Z: wall-clock moments */

#endif
