/* SPDX-License-Identifier: MIT
 *
 * Functions that have no place here: unbounded, racy, locale-bound or predictable.
 * Included by base/lang.h, so every file sees it after the system headers it includes first.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* The headers that declare the names below must come first, or poisoning would break them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets strncpy strncat
#pragma GCC poison rand srand random srandom rand_r drand48
#pragma GCC poison atoi atol atoll atof
#pragma GCC poison asctime ctime localtime gmtime tmpnam mktemp

#endif
