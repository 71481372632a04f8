/* SPDX-License-Identifier: MIT
 *
 * What a client prefers: lists with weights, such as "gzip;q=0.5, *;q=0" (RFC 9110 sections
 * 12.4.2, 12.5.3 and 12.5.4).
 */
#ifndef HTTP_PREFERENCE_H
#define HTTP_PREFERENCE_H

#include "base/str.h"

/* The weight of a coding, 0 to 1000: as the list says of it, or of "*"; 0 where it says
 * neither, and for "no string". An item that is malformed does not count. */
unsigned http_coding_weight(struct str list, struct str coding);

/* The same of a language of two or three letters; "fr-CA" speaks for "fr". */
unsigned http_language_weight(struct str list, struct str language);

#endif
