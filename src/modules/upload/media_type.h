/* SPDX-License-Identifier: MIT
 *
 * The types that clients give to what they upload, and what browsers are told instead: what
 * could run, as a page or a script, is only ever bytes.
 */
#ifndef MODULES_UPLOAD_MEDIA_TYPE_H
#define MODULES_UPLOAD_MEDIA_TYPE_H

#include "base/str.h"

/*
 * "type/subtype", in lower case, without parameters (RFC 9110 section 8.3.1).
 *
 * E_INVALID  something else, or longer than UPLOAD_TYPE_MAX (base/limits.h)
 */
MUST_CHECK enum status media_type_read(struct arena *a, struct str text, struct str *out);

/* What is sent as Content-Type: the type itself if it is harmless, else bytes. */
struct str media_type_served(struct str type);

/* Whether browsers may show it by themselves. */
bool media_type_is_shown(struct str type);

#endif
