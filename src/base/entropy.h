/* SPDX-License-Identifier: MIT
 *
 * Unpredictable bytes from the kernel's generator: salts, nonces, tokens, ids that must not
 * be guessed. Any thread.
 */
#ifndef BASE_ENTROPY_H
#define BASE_ENTROPY_H

#include "base/str.h"

/* Fills `at`; cannot fail once the kernel's generator has started, for which it waits. */
void entropy_fill(void *at, size_t bytes);

#endif
